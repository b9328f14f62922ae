//! Parts of one run, computed in several places, brought together.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::durable::{Draft, unreadable, unwritable, verify};
use super::folder::{Folder, verify_chunks};
use super::manifest::{Chunk, ChunkFile, FILE, Manifest};
use super::{Event, Standing};
use crate::error::Problem;

/// Copies the chunks of parts of one run into a folder. Nothing is written before every part was held against its
/// hashes; what is there already stays, so that a merge can be repeated, interrupted and made in any order.
///
/// # Errors
/// If a folder holds no run, or another one than the first; if a chunk is not whole, or two parts differ in one; or if
/// the disk does not take a file.
pub fn merge(parts: &[PathBuf], out: &Path, hear: &mut dyn FnMut(Event)) -> Result<Standing, Problem> {
    hear(Event::Verify);
    let manifests = parts.iter().map(|part| verified(part)).collect::<Result<Vec<Manifest>, Problem>>()?;
    let Some(first) = manifests.first() else {
        return Err(Problem::new("merge", "found no folder; expected the folders of one run's parts"));
    };
    for (part, manifest) in parts.iter().zip(&manifests) {
        manifest
            .expect(first, part)
            .map_err(|problem| problem.help(SAME.to_owned() + &parts[0].display().to_string()))?;
    }
    let mut folder = Folder::open(out, &Manifest::new(first.identity.clone(), first.members_per_chunk))?;
    let lost = folder.verify()?;
    let of = first.identity.members;
    let before = folder.manifest().done();
    for (part, manifest) in parts.iter().zip(&manifests) {
        for chunk in &manifest.chunks {
            add(&mut folder, part, chunk)?;
            hear(Event::Chunk(folder.manifest().done(), of));
        }
    }
    let computed = folder.manifest().done() - before;
    let outcomes = folder.finish(hear)?;
    Ok(Standing { manifest: folder.into_manifest(), computed, stopped: false, lost, outcomes })
}

const SAME: &str = "all parts must be of one run; the first one is ";

/// The manifest of a part, all of whose chunks are whole.
fn verified(part: &Path) -> Result<Manifest, Problem> {
    let none = || Problem::new(part.display().to_string(), format!("holds no {FILE}; expected the folder of a run"));
    let manifest = Manifest::load(part)?.ok_or_else(none)?;
    match verify_chunks(part, &manifest)?.first() {
        None => Ok(manifest),
        Some(lost) => {
            let problem = Problem::new(part.join(lost).display().to_string(), "is not there; the manifest names it");
            Err(problem.help("run that part again: the chunk alone is computed again"))
        }
    }
}

fn add(folder: &mut Folder, part: &Path, chunk: &Chunk) -> Result<(), Problem> {
    if let Some(own) = folder.manifest().chunks.iter().find(|own| own.number == chunk.number) {
        return match own == chunk {
            true => Ok(()),
            false => {
                let place = part.join(&chunk.files[0].path).display().to_string();
                let message = format!("chunk {} differs from that in {}", chunk.number, folder.path().display());
                Err(Problem::new(place, message + "; expected the same bits: one of the two was not made by this run"))
            }
        };
    }
    for file in &chunk.files {
        copy(&part.join(&file.path), folder.path(), file)?;
    }
    folder.add(chunk.clone())
}

fn copy(from: &Path, folder: &Path, file: &ChunkFile) -> Result<(), Problem> {
    let (table, name) = file.path.split_once('/').unwrap_or(("", &file.path));
    let place = folder.join(&file.path);
    let stem = name.split('-').next().unwrap_or(name);
    let mut source = File::open(from).map_err(|e| unreadable(from, &e))?;
    let mut copied = || {
        let mut draft = Draft::new(&folder.join(table), stem)?;
        io::copy(&mut source, &mut draft)?;
        draft.finish(stem, "parquet")
    };
    copied().map_err(|e| unwritable(&place, &e))?;
    // The part may have changed since it was verified.
    verify(&place, file.bytes, &file.sha256)
}
