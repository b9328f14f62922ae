//! The public record brought up to date: files of publishers in, changes of our series out, and the old vintage kept.
//!
//! [`plan`] reads and compares and touches nothing; [`Update::write`] writes. Nothing is written if anything is wrong in
//! any file that is a publisher's.

mod change;
mod fetch;
mod gather;
mod journal;
mod today;

use std::path::{Path, PathBuf};

use crate::data::Origin;
use crate::error::Problem;
use crate::project::Project;
use crate::publishers::{self, Outcome, Reading};

pub use change::Change;
pub use journal::{FINISH, unfinished};
pub use today::today;

/// What to read and where to write.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The model's folder.
    pub folder: &'a Path,
    /// Folders, files, addresses of files, or addresses under which publishers' files lie.
    pub from: &'a [String],
    /// Day on which the files were taken, as `2026-11-23`.
    pub day: &'a str,
    /// Takes files that would shrink a series.
    pub force: bool,
}

/// What the files would change.
#[derive(Clone, Debug)]
pub struct Update {
    /// The model's folder.
    pub folder: PathBuf,
    /// Files that were read, with what was left out of each.
    pub read: Vec<FileRead>,
    /// Files that are no publisher's table, with the reason.
    pub unknown: Vec<(String, String)>,
    /// Series that would change.
    pub changes: Vec<Change>,
    /// Keys of series that the files reach and do not change.
    pub unchanged: Vec<&'static str>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// Where it comes from.
    pub origin: Origin,
    /// Whose it is.
    pub publisher: &'static str,
    /// What was left out and why.
    pub left_out: Vec<String>,
}

/// Reads files and holds them against the record. Touches nothing.
///
/// # Errors
/// Everything that is wrong in any file, with its place; series that would shrink, unless that is forced.
pub fn plan(request: &Request<'_>) -> Result<Update, Vec<Problem>> {
    today::day(request.day).map_err(|problem| vec![problem])?;
    if !request.folder.join("model.toml").is_file() {
        let problem =
            Problem::new(request.folder.display().to_string(), "has no model.toml; expected a model's folder");
        return Err(vec![problem]);
    }
    if unfinished(request.folder) {
        let message = "an earlier update was interrupted; expected it to be finished first";
        return Err(vec![Problem::new(request.folder.display().to_string(), message).help(FINISH)]);
    }
    let project = Project::open(request.folder)?;
    let mut update = Update {
        folder: request.folder.to_owned(),
        read: Vec::new(),
        unknown: Vec::new(),
        changes: Vec::new(),
        unchanged: Vec::new(),
    };
    let readings = update.take(request)?;
    update.compare(&project, &readings, request)?;
    Ok(update)
}

impl Update {
    /// Reads all files, one after the other: the text of one is in memory at a time.
    fn take(&mut self, request: &Request<'_>) -> Result<Vec<Reading>, Vec<Problem>> {
        let (mut readings, mut problems) = (Vec::new(), Vec::new());
        gather::each(request.from, &mut |file| match publishers::read(&file.path, &file.bytes) {
            Outcome::Unknown(why) => self.unknown.push((file.path, why)),
            Outcome::Broken(found) => problems.extend(found),
            Outcome::Read(taken) => {
                let origin =
                    Origin { file: file.name, sha256: crate::data::sha256(&file.bytes), day: request.day.into() };
                let left_out = taken.reading.left_out.clone();
                self.read.push(FileRead { origin, publisher: taken.publisher.name(), left_out });
                readings.push(taken.reading);
            }
        })
        .unwrap_or_else(|problem| problems.push(problem));
        if problems.is_empty() && readings.is_empty() {
            problems.extend(self.unknown.iter().map(|(path, why)| Problem::new(path.clone(), why.clone())));
            let message = "found no file of a publisher; expected at least one";
            let known: Vec<&str> = publishers::PUBLISHERS.iter().map(|publisher| publisher.name()).collect();
            problems.push(Problem::new("--from", message).help(format!("files are read of: {}", known.join(", "))));
        }
        if problems.is_empty() { Ok(readings) } else { Err(problems) }
    }

    /// Derives series from what was read and compares them with the record.
    fn compare(&mut self, project: &Project, readings: &[Reading], request: &Request<'_>) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for publisher in publishers::PUBLISHERS {
            let (files, mut origins) = (self.read.iter().zip(readings), Vec::new());
            let mut own: Vec<(&str, &Reading)> = Vec::new();
            for (file, reading) in files.filter(|(file, _)| file.publisher == publisher.name()) {
                own.push((&file.origin.file, reading));
                origins.push(file.origin.clone());
            }
            let derived = publishers::merged(&own).and_then(|all| publisher.derive(&all, &project.series));
            match derived.map_err(|problem| vec![problem]) {
                Err(found) => problems.extend(found),
                Ok(derived) => {
                    for derived in derived {
                        match Change::of(project, &derived, &origins, request.day) {
                            Ok(Some(change)) => self.changes.push(change),
                            Ok(None) => self.unchanged.push(derived.key),
                            Err(problem) => problems.push(problem),
                        }
                    }
                }
            }
        }
        if !request.force {
            problems.extend(self.changes.iter().filter_map(Change::shrinks));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Whether the posterior was fitted to a series that would change.
    pub fn moves_the_fit(&self) -> bool {
        self.changes.iter().any(|change| change.fitted)
    }

    /// Writes all changes: the vintages that are replaced first, then the series, all of them or none.
    ///
    /// # Errors
    /// If the disk does not take it; the record is then as it was.
    pub fn write(&self) -> Result<(), Problem> {
        let files: Vec<(String, &str)> = self.changes.iter().flat_map(Change::files).collect();
        journal::write(&self.folder, &files)
    }
}

/// Finishes an update that was interrupted after all its files were on the disk, or sweeps away one that was interrupted
/// before. Returns whether there was one to finish.
///
/// # Errors
/// If the disk does not take it.
pub fn recover(folder: &Path) -> Result<bool, Problem> {
    journal::recover(folder)
}
