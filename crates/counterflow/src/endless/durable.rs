//! Files that are whole or not there: written beside their place, brought to the disk, named by what they hold, and only
//! then moved in.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Problem;

/// A file on its way.
#[derive(Debug)]
pub struct Draft {
    file: File,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

/// What a finished file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Its name within its folder.
    pub name: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Ending of files that are not finished; whoever holds the folder's lock may delete them.
pub const DRAFT: &str = "counterflow-draft";

impl Draft {
    /// Begins a file in a folder. `stem` tells drafts of one folder apart.
    ///
    /// # Errors
    /// If the file can not be made.
    pub fn new(folder: &Path, stem: &str) -> io::Result<Draft> {
        let path = folder.join(format!("{stem}.{DRAFT}"));
        Ok(Draft { file: File::create(&path)?, path, hash: Sha256::new(), bytes: 0 })
    }

    /// Where it is while it is not finished.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings the file to the disk and then to its name, made of the stem, the start of its hash and the ending.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub fn finish(self, stem: &str, ending: &str) -> io::Result<Finished> {
        let sha256 = hexadecimal(&self.hash.finalize());
        let name = named(stem, &sha256, ending);
        settle(&self.file, &self.path, &name)?;
        Ok(Finished { name, bytes: self.bytes, sha256 })
    }
}

/// A file's name: its stem, the start of its hash, its ending.
pub fn named(stem: &str, sha256: &str, ending: &str) -> String {
    const DIGITS: usize = 16;
    format!("{stem}-{}.{ending}", sha256.get(..DIGITS).unwrap_or(sha256))
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Replaces a small file as a whole: a reader, or a crash, finds the old one or the new one.
///
/// # Errors
/// If the disk does not take it; the old file is then as it was.
pub fn replace(path: &Path, text: &str) -> Result<(), Problem> {
    replace_bytes(path, text.as_bytes())
}

/// The same with bytes that are no text.
///
/// # Errors
/// As [`replace`].
pub fn replace_bytes(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let draft = path.with_extension(DRAFT);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        settle(&file, &draft, &name)
    });
    written.map_err(|e| unwritable(path, &e))
}

/// Flushes a draft, moves it to a name in its folder and flushes the folder, which alone makes the name last.
fn settle(file: &File, draft: &Path, name: &str) -> io::Result<()> {
    file.sync_all()?;
    fs::rename(draft, draft.with_file_name(name))?;
    flush_folder(draft.parent().unwrap_or(Path::new(".")))
}

#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Folders can not be opened there; renames are journalled.
#[cfg(not(unix))]
fn flush_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder, and the folders above it.
///
/// # Errors
/// If that can not be; the problem names it.
pub fn make_folder(path: &Path) -> Result<(), Problem> {
    let shown = path.display().to_string();
    fs::create_dir_all(path).map_err(|e| Problem::new(shown, format!("the folder cannot be made: {e}")))
}

/// Deletes what an earlier process did not finish.
///
/// # Errors
/// If the folder can not be read or a draft not deleted.
pub fn sweep(folder: &Path) -> Result<(), Problem> {
    let entries = fs::read_dir(folder).map_err(|e| unreadable(folder, &e))?;
    for entry in entries {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        if path.extension().is_some_and(|ending| ending == DRAFT) {
            fs::remove_file(&path).map_err(|e| unwritable(&path, &e))?;
        }
    }
    Ok(())
}

/// Holds a file against its length and hash.
///
/// # Errors
/// What was found and what was expected, if they differ or the file can not be read.
pub fn verify(path: &Path, bytes: u64, sha256: &str) -> Result<(), Problem> {
    let problem = |message: String| Err(Problem::new(path.display().to_string(), message).help(REPAIR));
    let mut file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let found = file.metadata().map_err(|e| unreadable(path, &e))?.len();
    if found != bytes {
        return problem(format!("found {found} bytes; expected {bytes}: the file is not whole"));
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(|e| unreadable(path, &e))? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    let found = hexadecimal(&hash.finalize());
    if found == sha256 {
        Ok(())
    } else {
        problem(format!("found content with SHA-256 {found}; expected {sha256}: the file was changed"))
    }
}

const REPAIR: &str = "delete this file and run again: its chunk alone is computed again, to the same bits";

/// Digits of a hash.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The problem of a file that can not be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(path.display().to_string(), format!("cannot be read: {error}"))
}

/// The problem of a file that can not be written.
pub fn unwritable(path: &Path, error: &io::Error) -> Problem {
    Problem::unwritable(path, error).help("what was finished before is kept; make room or give access, and run again")
}
