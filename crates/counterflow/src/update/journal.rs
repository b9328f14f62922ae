//! Several files replaced together. All are brought to the disk beside their places, then a list of them, then each is
//! moved in. Without the list nothing has happened; with it the rest can always be done.

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};

use crate::endless::durable::{make_folder, replace, unreadable, unwritable};
use crate::error::Problem;

/// Folder of drafts within a model's folder.
const DRAFTS: &str = "data/.update";
/// The list: one path for each line, of the draft that is named by the line's number.
const LIST: &str = "list";

/// How an interrupted update is finished.
pub const FINISH: &str = "`counterflow data update` finishes it before it does anything else";

/// Whether an update was interrupted after its drafts were whole.
pub fn unfinished(folder: &Path) -> bool {
    folder.join(DRAFTS).join(LIST).is_file()
}

/// Replaces all of these files, by path relative to a folder, or none.
///
/// # Errors
/// If the disk does not take it.
pub fn write(folder: &Path, files: &[(String, &str)]) -> Result<(), Problem> {
    if files.is_empty() {
        return Ok(());
    }
    let staged = stage(folder, files);
    if staged.is_err() {
        // What can not be deleted now is swept away by the next update; nothing was replaced.
        let _ = fs::remove_dir_all(folder.join(DRAFTS));
    }
    staged?;
    recover(folder).map(|_| ())
}

/// Brings drafts and list to the disk.
fn stage(folder: &Path, files: &[(String, &str)]) -> Result<(), Problem> {
    let drafts = folder.join(DRAFTS);
    make_folder(&drafts)?;
    for (number, (path, text)) in files.iter().enumerate() {
        let place = folder.join(path);
        if place.is_dir() {
            return Err(Problem::new(place.display().to_string(), "is a folder; expected a file or nothing"));
        }
        make_folder(place.parent().unwrap_or(folder))?;
        replace(&drafts.join(number.to_string()), text)?;
    }
    let list: String = files.iter().map(|(path, _)| format!("{path}\n")).collect();
    replace(&drafts.join(LIST), &list)
}

/// Moves drafts in if there is a list, and removes what is left. Returns whether there was a list.
///
/// # Errors
/// If the disk does not take it, or the list names a place outside the folder.
pub fn recover(folder: &Path) -> Result<bool, Problem> {
    let drafts = folder.join(DRAFTS);
    let finished = unfinished(folder);
    if finished {
        let list = drafts.join(LIST);
        let text = fs::read_to_string(&list).map_err(|e| unreadable(&list, &e))?;
        for (number, path) in text.lines().enumerate() {
            let draft = drafts.join(number.to_string());
            let place = inside(folder, path)?;
            if draft.is_file() {
                fs::rename(&draft, &place).map_err(|e| unwritable(&place, &e))?;
                flush(place.parent().unwrap_or(folder));
            }
        }
    }
    if drafts.is_dir() {
        // The list goes first: drafts without it count for nothing.
        let _ = fs::remove_file(drafts.join(LIST));
        fs::remove_dir_all(&drafts).map_err(|e| unwritable(&drafts, &e))?;
    }
    Ok(finished)
}

/// A place within a folder.
fn inside(folder: &Path, path: &str) -> Result<PathBuf, Problem> {
    let relative = Path::new(path);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if plain && relative.starts_with("data") {
        Ok(folder.join(relative))
    } else {
        let message = format!("found `{path}`; expected a place in `data`");
        Err(Problem::new(folder.join(DRAFTS).join(LIST).display().to_string(), message))
    }
}

/// Makes a move last. Where folders can not be opened, moves are journalled.
fn flush(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("counterflow-journal-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("data")).unwrap();
        fs::write(folder.join("data/a.csv"), "old a").unwrap();
        fs::write(folder.join("data/b.csv"), "old b").unwrap();
        folder
    }

    fn texts(folder: &Path) -> [String; 2] {
        ["data/a.csv", "data/b.csv"].map(|path| fs::read_to_string(folder.join(path)).unwrap())
    }

    fn new() -> [(String, &'static str); 2] {
        [("data/a.csv".into(), "new a"), ("data/b.csv".into(), "new b")]
    }

    #[test]
    fn an_update_interrupted_before_its_list_has_not_happened() {
        let folder = folder("before");
        stage(&folder, &new()).unwrap();
        fs::remove_file(folder.join(DRAFTS).join(LIST)).unwrap();
        assert!(!unfinished(&folder));
        assert!(!recover(&folder).unwrap());
        assert_eq!(texts(&folder), ["old a", "old b"]);
        assert!(!folder.join(DRAFTS).exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_update_interrupted_between_two_files_is_finished() {
        let folder = folder("between");
        stage(&folder, &new()).unwrap();
        fs::rename(folder.join(DRAFTS).join("0"), folder.join("data/a.csv")).unwrap();
        assert_eq!(texts(&folder), ["new a", "old b"]);
        assert!(unfinished(&folder) && recover(&folder).unwrap());
        assert_eq!(texts(&folder), ["new a", "new b"]);
        assert!(!unfinished(&folder) && !recover(&folder).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_place_that_can_not_be_written_leaves_all_files_as_they_were() {
        let folder = folder("place");
        fs::create_dir(folder.join("data/c.csv")).unwrap();
        let [a, _] = new();
        assert!(write(&folder, &[a, ("data/c.csv".into(), "new c")]).is_err());
        assert_eq!(texts(&folder), ["old a", "old b"]);
        assert!(!folder.join(DRAFTS).exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_list_leads_nowhere_else() {
        let folder = folder("list");
        for path in ["../a.csv", "/a.csv", "data/../../a.csv", "sectors/a.md", ""] {
            stage(&folder, &new()).unwrap();
            fs::write(folder.join(DRAFTS).join(LIST), format!("{path}\n")).unwrap();
            assert!(recover(&folder).is_err(), "{path}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
