//! The only door to files: a set of texts by relative path, embedded or from a folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::error::Problem;

mod bundled {
    include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
}

/// Texts by path relative to the model's folder, with `/` between parts.
#[derive(Clone, Debug, Default)]
pub struct FileSet {
    texts: BTreeMap<String, String>,
}

/// A file of the project's track record that is in the binary, by its name.
pub fn track_record(name: &str) -> Option<&'static str> {
    bundled::TRACK_RECORD.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Largest file that is read.
const LARGEST: u64 = 16 << 20;

impl FileSet {
    /// The model in the binary.
    pub fn bundled() -> FileSet {
        FileSet { texts: bundled::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// All `.md`, `.toml` and `.csv` files of a folder and the folders in it.
    ///
    /// # Errors
    /// The first file that can not be read.
    pub fn folder(root: &Path) -> Result<FileSet, Problem> {
        let mut set = FileSet::default();
        set.collect(root, root)?;
        Ok(set)
    }

    /// These texts, by path.
    #[cfg(test)]
    pub fn of<const N: usize>(texts: [(&str, &str); N]) -> FileSet {
        FileSet { texts: texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect() }
    }

    /// The text at a path.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Adds a text, or puts it in the place of the one at that path.
    pub fn insert(&mut self, path: &str, text: &str) {
        self.texts.insert(path.to_owned(), text.to_owned());
    }

    /// Paths and texts below a folder, by ending, in order of their paths.
    pub fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        let inside = move |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let all = self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        all.filter(move |(path, _)| inside(path) && path.ends_with(ending))
    }

    fn collect(&mut self, root: &Path, folder: &Path) -> Result<(), Problem> {
        let unreadable = |path: &Path, error: &io::Error| {
            Problem::new(path.display().to_string(), format!("cannot be read: {error}"))
        };
        for entry in fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
            let path = entry.map_err(|e| unreadable(folder, &e))?.path();
            if path.is_dir() {
                self.collect(root, &path)?;
            } else if path.extension().is_some_and(|e| ["md", "toml", "csv"].iter().any(|known| e == *known)) {
                let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                self.texts.insert(relative, read_text(&path)?);
            }
        }
        Ok(())
    }
}

/// Reads one text file of bounded size.
///
/// # Errors
/// If the file is missing, too large or not UTF-8; the problem names it.
pub fn read_text(path: &Path) -> Result<String, Problem> {
    let shown = path.display().to_string();
    let problem = |what: String| Problem::new(shown.clone(), what);
    let length = fs::metadata(path).map_err(|e| problem(format!("cannot be read: {e}")))?.len();
    if length > LARGEST {
        return Err(problem(format!("has {length} bytes; at most {LARGEST} are read")));
    }
    let bytes = fs::read(path).map_err(|e| problem(format!("cannot be read: {e}")))?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let before = &e.as_bytes()[..at];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = at - before.iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1) + 1;
        Problem::new(shown.clone(), "found a byte that is not UTF-8 text; expected a text file").at(line, column)
    })
}
