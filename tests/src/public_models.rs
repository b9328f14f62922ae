//! The public test models that can be met, for all tests that go over them.

use std::fs;
use std::path::{Path, PathBuf};

use counterflow_xmile::reference::EXCEPTIONS;

/// Model files of all cases of `tests/conformance`, except those that can not be met, in order of their folders.
///
/// # Panics
/// If the folder can not be read.
pub fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let within = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut folders: Vec<PathBuf> = within(&folder);
    folders.retain(|folder| !EXCEPTIONS.iter().any(|(name, _)| folder.ends_with(name)) && folder.is_dir());
    folders.sort();
    let files = folders.iter().flat_map::<Vec<PathBuf>, _>(|folder| within(folder));
    files.filter(|file| file.extension().is_some_and(|e| e == "xmile" || e == "stmx")).collect()
}
