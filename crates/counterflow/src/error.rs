//! One error type at the door: where, what was found, what was expected and the nearest right thing.

use std::path::Path;
use std::{fmt, io};

/// Something that kept a request from being carried out, located as well as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File, option or name that it is about.
    pub path: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// What was found and what was expected.
    pub message: String,
    /// The nearest right thing.
    pub help: Option<String>,
}

impl Problem {
    /// A problem with a file as a whole.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { path: path.into(), place: None, message: message.into(), help: None }
    }

    /// The problem of a file or folder that can not be written.
    pub fn unwritable(path: &Path, error: &io::Error) -> Problem {
        Problem::new(path.display().to_string(), format!("cannot be written: {error}"))
    }

    /// The same problem at a place.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Problem {
        self.place = Some((line, column));
        self
    }

    /// The same problem with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

impl From<Problem> for Vec<Problem> {
    fn from(problem: Problem) -> Vec<Problem> {
        vec![problem]
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// The name among `known` that is nearest to `found`, if any is near enough to be meant.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + found.chars().count() / 3;
    let best = known.into_iter().map(|name| (distance(found, name), name)).min()?;
    (best.0 <= limit).then_some(best.1)
}

/// Levenshtein distance, two rows.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let known = ["naloxone", "prevention", "prescribing"];
        assert_eq!(nearest("naloxone_kitz", known), Some("naloxone"));
        assert_eq!(nearest("everything", known), None);
        assert_eq!(nearest("naloxon", known), Some("naloxone"));
        assert_eq!(nearest("perscribing", known), Some("prescribing"));
    }
}
