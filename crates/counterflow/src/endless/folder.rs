//! A run's folder: its lock, its manifest and its chunks.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::durable::{DRAFT, make_folder, sweep, unreadable, unwritable, verify};
use super::manifest::{Chunk, FILE, Manifest};
use super::table::{Kind, TableWriter};
use crate::error::Problem;

/// Folder of the tables with a row for each member.
pub const OUTCOMES: &str = "outcomes";
/// Folder of the tables with a row for each bin.
pub const HISTOGRAMS: &str = "histograms";
/// Folder of the tables with a row for each member and time.
pub const TRAJECTORIES: &str = "trajectories";

/// All of them.
pub const TABLES: [&str; 3] = [OUTCOMES, HISTOGRAMS, TRAJECTORIES];

/// Holds the lock that keeps two processes from writing to one folder. The system lifts it when the process ends,
/// however it ends.
const LOCK: &str = "lock";

/// A run's folder that this process alone writes to.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    manifest: Manifest,
    _lock: File,
}

impl Folder {
    /// The folder of a run, made if it is not there; `expected` says which run.
    ///
    /// # Errors
    /// If it holds another run or something else, another process writes to it, or it can not be written.
    pub fn open(path: &Path, expected: &Manifest) -> Result<Folder, Problem> {
        make_folder(path)?;
        // A look before the lock: nothing is written into a folder that is not ours.
        present(path, expected)?;
        let lock = lock(path)?;
        let manifest = present(path, expected)?;
        sweep(path)?;
        if manifest.is_none() {
            expected.save(path)?;
        }
        let manifest = manifest.unwrap_or_else(|| expected.clone());
        let folder = Folder { path: path.to_owned(), manifest, _lock: lock };
        let tables: &[&str] = if expected.identity.trajectories { &TABLES } else { &TABLES[..2] };
        for table in tables {
            make_folder(&path.join(table))?;
            sweep(&path.join(table))?;
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run and its chunks.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest as it stands at the end.
    pub fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// Holds all chunks against their hashes. Chunks that have lost a file are struck from the manifest, so that they
    /// are computed again; their lost files are given back.
    ///
    /// # Errors
    /// The first file that is not what was written.
    pub fn verify(&mut self) -> Result<Vec<String>, Problem> {
        let lost = verify_chunks(&self.path, &self.manifest)?;
        if !lost.is_empty() {
            let whole = |chunk: &Chunk| !chunk.files.iter().any(|file| lost.contains(&file.path));
            self.manifest.chunks.retain(whole);
            self.manifest.save(&self.path)?;
        }
        Ok(lost)
    }

    /// Begins a table of a chunk.
    ///
    /// # Errors
    /// If it can not be made.
    pub fn table(&self, table: &str, stem: &str, columns: &[(String, Kind)]) -> Result<TableWriter, Problem> {
        TableWriter::new(&self.path.join(table), stem, columns, &self.manifest.identity.about())
    }

    /// Notes a chunk whose files are on the disk: from here on it counts.
    ///
    /// # Errors
    /// If the manifest can not be written.
    pub fn add(&mut self, chunk: Chunk) -> Result<(), Problem> {
        self.manifest.add(chunk);
        self.manifest.save(&self.path)
    }

    /// Replaces the manifest's result.
    ///
    /// # Errors
    /// If the manifest can not be written.
    pub fn set_result(&mut self, result: super::manifest::Outcomes) -> Result<(), Problem> {
        self.manifest.result = Some(result);
        self.manifest.save(&self.path)
    }
}

const OTHER: &str = "give another folder to --out, or the same arguments as that run";

/// Holds the files of all chunks against their hashes; gives those that are not there.
///
/// # Errors
/// The first file that is not what was written.
pub fn verify_chunks(path: &Path, manifest: &Manifest) -> Result<Vec<String>, Problem> {
    let files: Vec<_> = manifest.chunks.iter().flat_map(|chunk| &chunk.files).collect();
    let found: Vec<Option<String>> = (files.par_iter())
        .map(|file| {
            let place = path.join(&file.path);
            match place.try_exists().map_err(|e| unreadable(&place, &e))? {
                true => verify(&place, file.bytes, &file.sha256).map(|()| None),
                false => Ok(Some(file.path.clone())),
            }
        })
        .collect::<Result<_, Problem>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The manifest of the expected run; `None` where there is nothing yet.
fn present(path: &Path, expected: &Manifest) -> Result<Option<Manifest>, Problem> {
    let found = Manifest::load(path)?;
    match &found {
        Some(found) => found.expect(expected, path).map_err(|problem| problem.help(OTHER))?,
        None => expect_empty(path)?,
    }
    Ok(found)
}

fn lock(path: &Path) -> Result<File, Problem> {
    let place = path.join(LOCK);
    let file = File::create(&place).map_err(|e| unwritable(&place, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = "another process is writing to this folder; expected to be alone";
            Err(Problem::new(place.display().to_string(), message))
        }
        // Some network file systems know no locks; the manifest still never names what is not there.
        Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Nothing may stand where a run begins but what a run that was killed at once leaves.
fn expect_empty(path: &Path) -> Result<(), Problem> {
    for entry in fs::read_dir(path).map_err(|e| unreadable(path, &e))? {
        let entry = entry.map_err(|e| unreadable(path, &e))?.path();
        let draft = entry.extension().is_some_and(|ending| ending == DRAFT);
        if !draft && entry.file_name().is_none_or(|name| name != LOCK) {
            let message = format!("holds `{}` but no {FILE}", entry.file_name().unwrap_or_default().to_string_lossy());
            return Err(Problem::new(
                path.display().to_string(),
                message + "; expected an empty folder or that of a run",
            ));
        }
    }
    Ok(())
}
