//! Messages for people: a code, a place, what was found and what was expected.

use crate::codes::Code;
use std::fmt;
use std::ops::Range;

/// A message about the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of message; its page explains more.
    pub code: Code,
    /// Whether the model can still run.
    pub severity: Severity,
    /// Where in the text.
    pub place: Location,
    /// What was found and what was expected.
    pub message: String,
    /// A few words that stand under the marked text.
    pub label: String,
    /// How to mend it, where that is known.
    pub help: Option<String>,
}

/// How bad a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// There is no model.
    Error,
    /// There is a model, but something is amiss.
    Warning,
}

/// A stretch of text for people and for editors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Path as given to the compiler.
    pub path: String,
    /// Bytes of the file's text.
    pub span: Range<usize>,
    /// Line of the first character, from 1.
    pub line: usize,
    /// Column of the first character, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.severity == Severity::Error { "error" } else { "warning" };
        let Location { path, line, column, .. } = &self.place;
        write!(f, "{path}:{line}:{column}: {kind} {}: {}", self.code, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}
