//! What claims and experiments share: a folder of files, one entry in each, with a short name that is taken once.

use std::collections::BTreeMap;
use std::ops::Range;

use counterflow_lang::{Code, Diagnostic, SourceFile};

use super::finding::{Findings, Wrong};
use crate::files::FileSet;

/// An entry with the place of its short name.
pub type Placed<T> = (T, Range<usize>);

/// What reading one file gives: an entry if nothing is wrong, and what is wrong.
pub type Reading<T> = (Option<Placed<T>>, Vec<Diagnostic>);

/// Something that a file of a ledger holds.
pub trait Entry {
    /// Its short name.
    fn id(&self) -> &str;
}

/// The Markdown files of a folder.
pub fn files_of(files: &FileSet, folder: &str) -> Vec<SourceFile> {
    let file = |(path, text): (&str, &str)| SourceFile { path: path.to_owned(), text: text.to_owned() };
    files.under(folder, ".md").map(file).collect()
}

/// Reads every file. Gives the entries that read, in the order of their files, and everything that is wrong.
///
/// # Errors
/// The first error of `read`.
pub fn gather<T: Entry, E>(
    files: &[SourceFile],
    read: impl Fn(&SourceFile) -> Result<Reading<T>, E>,
) -> Result<(Vec<T>, Vec<Diagnostic>), E> {
    let (mut entries, mut found) = (Vec::new(), Vec::new());
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    for file in files {
        let (entry, diagnostics) = read(file)?;
        found.extend(diagnostics);
        let Some((entry, place)) = entry else { continue };
        if let Some(path) = first.insert(entry.id().to_owned(), &file.path) {
            let mut findings = Findings::new(&file.path, &file.text);
            let message = format!("`{}` is declared twice; the first is in {path}", entry.id());
            findings.tell(place, Wrong::new(Code::E2002, message));
            found.append(&mut findings.found);
        }
        entries.push(entry);
    }
    Ok((entries, found))
}
