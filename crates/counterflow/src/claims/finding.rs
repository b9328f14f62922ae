//! What is wrong with a claim, and where.

use std::ops::Range;

use counterflow_lang::{Code, Diagnostic, Location, nearest};

use crate::data::line_column;
use crate::error::Problem;
use crate::names::clipped;

/// What is wrong with a stretch of text whose place somebody else knows.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Wrong {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Wrong {
        Wrong { code, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Wrong {
        self.help = Some(help.into());
        self
    }

    /// A name that is not among the known ones. `kind` completes "no ... is called".
    pub(crate) fn unknown<'k>(code: Code, kind: &str, found: &str, known: impl Iterator<Item = &'k str>) -> Wrong {
        let near = nearest(found, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Wrong::new(code, format!("no {kind} is called `{}`{near}", clipped(found)))
    }

    /// A word that is not in a short list.
    pub(crate) fn not_in_list(what: &str, found: &str, list: &[&str]) -> Wrong {
        let near = nearest(found, list.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Wrong::new(Code::E1010, format!("{what}: found `{}`; expected {}{near}", clipped(found), list.join(", ")))
    }
}

/// Everything found in one file.
pub struct Findings<'a> {
    path: &'a str,
    text: &'a str,
    pub(crate) found: Vec<Diagnostic>,
}

/// More findings than this in one file help nobody.
const MOST: usize = 100;

impl<'a> Findings<'a> {
    pub(crate) fn new(path: &'a str, text: &'a str) -> Findings<'a> {
        Findings { path, text, found: Vec::new() }
    }

    /// Keeps what is wrong at these bytes of the file.
    pub(crate) fn tell(&mut self, span: Range<usize>, wrong: Wrong) {
        if self.found.len() >= MOST {
            return;
        }
        let Wrong { code, message, help } = wrong;
        self.found.push(Diagnostic {
            code,
            severity: code.severity(),
            place: place(self.path, self.text, span),
            message,
            label: code.title().to_owned(),
            help,
        });
    }

    /// The value, or its absence with the reason kept.
    pub(crate) fn keep<T>(&mut self, span: Range<usize>, result: Result<T, Wrong>) -> Option<T> {
        result.map_err(|wrong| self.tell(span, wrong)).ok()
    }
}

/// The same finding for those who only hear of problems.
pub(crate) fn problem(found: Diagnostic) -> Problem {
    let message = format!("{}: {}", found.code, found.message);
    let problem = Problem::new(found.place.path, message).at(found.place.line, found.place.column);
    found.help.map_or(problem.clone(), |help| problem.help(help))
}

fn place(path: &str, text: &str, span: Range<usize>) -> Location {
    let (line, column) = line_column(text, span.start);
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.floor_char_boundary(span.end.min(text.len())).max(start);
    Location { path: path.to_owned(), span: start..end, line, column }
}
