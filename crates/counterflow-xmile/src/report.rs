//! Collects what was found and places it in the file at the end.

use std::collections::BTreeSet;

use counterflow_lang::{Code, Diagnostic, Location, Severity};

/// A stretch of the file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One beyond the last byte.
    pub end: usize,
}

/// More messages than this help nobody, and no file from outside may take forever.
const MOST: usize = 500;

/// Everything found so far.
pub struct Report {
    findings: BTreeSet<(Span, Code, String, Option<String>)>,
    errors: usize,
}

impl Report {
    /// Nothing found.
    pub fn new() -> Report {
        Report { findings: BTreeSet::new(), errors: 0 }
    }

    /// Adds a message.
    pub fn push(&mut self, code: Code, at: Span, message: impl Into<String>) {
        self.add(code, at, message.into(), None);
    }

    /// Adds a message with advice.
    pub fn advise(&mut self, code: Code, at: Span, message: impl Into<String>, help: impl Into<String>) {
        self.add(code, at, message.into(), Some(help.into()));
    }

    /// Whether a message of this code has been given at this place: an equation is looked at once for each element.
    pub fn has(&self, code: Code, at: Span) -> bool {
        let from = (at, code, String::new(), None);
        self.findings.range(from..).next().is_some_and(|(place, known, ..)| (*place, *known) == (at, code))
    }

    /// Whether any message is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// All messages in the order of the text; one place is told the same only once.
    pub fn diagnostics(self, path: &str, text: &str) -> Vec<Diagnostic> {
        let (mut line, mut line_start, mut at) = (1, 0, 0);
        let mut place = |span: Span| {
            let start = floor(text, span.start);
            for (i, byte) in text.as_bytes()[at..start.max(at)].iter().enumerate() {
                if *byte == b'\n' {
                    line += 1;
                    line_start = at + i + 1;
                }
            }
            at = start.max(at);
            let column = text[line_start..at].chars().count() + 1;
            let span = start..floor(text, span.end).max(start);
            Location { path: path.to_owned(), span, line, column }
        };
        let made = |(span, code, message, help): (Span, Code, String, Option<String>)| {
            let (severity, label) = (code.severity(), String::new());
            Diagnostic { code, severity, place: place(span), message, label, help }
        };
        self.findings.into_iter().map(made).collect()
    }

    fn add(&mut self, code: Code, at: Span, message: String, help: Option<String>) {
        self.errors += usize::from(code.severity() == Severity::Error);
        if self.findings.len() < MOST {
            self.findings.insert((at, code, message, help));
        }
    }
}

/// The nearest start of a character at or below a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
