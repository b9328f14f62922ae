//! Collects findings of all phases and places them in the text at the end.

use crate::SourceFile;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Location, Severity};
use crate::suggest::nearest;
use crate::syntax::Span;

/// More errors or warnings than this help nobody, and whatever text comes from outside must not take forever.
const MOST: usize = 500;

/// A message before its byte offsets have become line and column.
pub struct Finding {
    code: Code,
    at: Span,
    message: String,
    label: String,
    help: Option<String>,
    /// Another place that the message is about.
    first: Option<Span>,
}

impl Finding {
    /// A finding of this code at this place.
    pub fn new(code: Code, at: Span, message: impl Into<String>) -> Finding {
        Finding { code, at, message: message.into(), label: String::new(), help: None, first: None }
    }

    /// A few words that stand under the marked text.
    pub fn label(mut self, label: impl Into<String>) -> Finding {
        self.label = label.into();
        self
    }

    /// How to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Where the same was said first; the message will name that place.
    pub fn first(mut self, first: Span) -> Finding {
        self.first = Some(first);
        self
    }
}

/// Everything found so far.
#[derive(Default)]
pub struct Report {
    findings: Vec<Finding>,
    errors: usize,
    warnings: usize,
}

impl Report {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        let count = match finding.code.severity() {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= MOST {
            self.findings.push(finding);
        }
    }

    /// Whether anything found so far rules out a model.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// `; did you mean ...?`, or nothing: where no name is near, or when nobody would read it any more.
    pub fn did_you_mean<'a>(&self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
        let nearest = if self.errors < MOST { nearest(wrong, candidates) } else { None };
        nearest.map_or_else(String::new, |right| format!("; did you mean `{right}`?"))
    }

    /// All findings in the order of the text; one per code and place.
    pub fn diagnostics(mut self, files: &[SourceFile]) -> Vec<Diagnostic> {
        self.findings.sort_by_key(|f| (f.at.file, f.at.start, f.code));
        self.findings.dedup_by_key(|f| (f.at.file, f.at.start, f.code));
        let mut placed = Vec::new();
        let mut cursor = Cursor::default();
        for mut finding in self.findings {
            if let Some(first) = finding.first {
                let Location { path, line, .. } = Cursor::default().locate(first, files);
                finding.message += &format!("; the first is at {path}:{line}");
            }
            placed.push(Diagnostic {
                code: finding.code,
                severity: finding.code.severity(),
                place: cursor.locate(finding.at, files),
                message: finding.message,
                label: finding.label,
                help: finding.help,
            });
        }
        placed
    }
}

/// Where the last finding stood, so that lines are counted once from start to end of a file.
#[derive(Default)]
struct Cursor {
    file: usize,
    at: usize,
    line: usize,
    line_start: usize,
}

impl Cursor {
    fn locate(&mut self, span: Span, files: &[SourceFile]) -> Location {
        let Some(file) = files.get(span.file) else {
            // What concerns the project as a whole has no place in a chapter.
            return Location { path: "model.toml".into(), span: 0..0, line: 1, column: 1 };
        };
        if self.file != span.file || span.start < self.at {
            *self = Cursor { file: span.file, ..Cursor::default() };
        }
        let start = span.start.min(file.text.len());
        for (i, byte) in file.text.as_bytes()[self.at..start].iter().enumerate() {
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.at + i + 1;
            }
        }
        self.at = start;
        let column = file.text[self.line_start..start].chars().count() + 1;
        Location { path: file.path.clone(), span: start..span.end.max(start), line: self.line + 1, column }
    }
}
