//! Files one after the other, from folders, single files and addresses, none larger than a bound.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::fetch;
use crate::endless::durable::unreadable;
use crate::error::Problem;

/// Largest file, or answer of a server, that is read, in bytes: ten times what publishers give today.
pub const LARGEST: u64 = 128 << 20;
/// Most files of one folder.
const MOST: usize = 200;

/// A file that came from outside.
pub struct Incoming {
    /// For messages.
    pub path: String,
    /// Its own name, or its address.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Hands over every file of every place, in order.
///
/// # Errors
/// The first place or file that can not be read.
pub fn each(from: &[String], take: &mut dyn FnMut(Incoming)) -> Result<(), Problem> {
    for place in from {
        if fetch::is_address(place) {
            fetch::each(place, take)?;
        } else {
            for path in files(Path::new(place))? {
                take(read(&path)?);
            }
        }
    }
    Ok(())
}

/// The files of a folder in order of their names, folders in it left out; or the one file.
fn files(place: &Path) -> Result<Vec<PathBuf>, Problem> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(place).map_err(|e| unreadable(place, &e))? {
        let path = entry.map_err(|e| unreadable(place, &e))?.path();
        found.extend(path.is_file().then_some(path));
        if found.len() > MOST {
            let message = format!("has more than {MOST} files; expected a folder with publishers' files");
            return Err(Problem::new(place.display().to_string(), message));
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<Incoming, Problem> {
    let (shown, mut bytes) = (path.display().to_string(), Vec::new());
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| unreadable(path, &e))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Problem::new(shown, format!("has more than {LARGEST} bytes; that is the most that is read")));
    }
    let name = path.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
    Ok(Incoming { path: shown, name, bytes })
}
