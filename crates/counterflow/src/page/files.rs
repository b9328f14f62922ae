//! The files that a page loads, as bytes: everything it tells that is not computed while somebody watches.
//!
//! `selection` reads what the model's `page.toml` asks for; each file then has a module of its name. Numbers have six
//! significant digits, texts are English, and HTML is escaped.

mod baseline;
mod claims;
mod forecasts;
mod model;
mod number;
mod parameters;
mod prose;
mod selection;
mod sources;
mod states;
mod status_quo;
mod track;
mod variants;

use std::path::Path;

use serde::Serialize;

use super::bundle::engine_bytes;
use crate::endless::durable::{make_folder, replace_bytes};
use crate::error::Problem;
use crate::project::Project;
use status_quo::StatusQuo;

pub use selection::{Selection, ShownSeries, Theme, View};

/// A file: its path below the folder of the page's data, and what it holds.
#[derive(Clone, Debug)]
pub struct PageFile {
    /// Path, with `/` between parts.
    pub name: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

impl PageFile {
    /// Writes the file below a folder, as a whole: a reader, or a crash, finds the old one or the new one.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub fn write(&self, folder: &Path) -> Result<(), Problem> {
        let path = folder.join(&self.name);
        make_folder(path.parent().unwrap_or(folder))?;
        replace_bytes(&path, &self.bytes)
    }
}

/// How files are made.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileOptions {
    /// Draws of the posterior behind bands and figures, the first of them; all if `None`. Engines hold all draws.
    pub draws: Option<usize>,
}

/// Who hears of the work: how far it is, and each file once it is made.
pub trait Listener {
    /// So much of so much of a part of the work is done.
    fn at(&mut self, part: &str, done: usize, of: usize);

    /// A file is made.
    ///
    /// # Errors
    /// If it can not be kept: then no other is made.
    fn made(&mut self, file: PageFile) -> Result<(), Problem>;
}

/// Makes all files of a model, one after the other. A model without places or track record has no file of them.
///
/// # Errors
/// If the model does not compile or has no posterior, anything it carries does not read, or a file can not be kept.
pub fn make(project: &Project, options: &FileOptions, listener: &mut dyn Listener) -> Result<(), Vec<Problem>> {
    let selection = Selection::of(project)?;
    keep(listener, "model.json", &model::record(project, &selection)?)?;
    keep(listener, "sources.json", &sources::record(project))?;
    if let Some(record) = track::record(project)? {
        keep(listener, "track.json", &record)?;
    }
    if let Some(record) = states::record(project)? {
        keep(listener, "states.json", &record)?;
    }
    let status_quo =
        StatusQuo::run(project, &selection, options.draws, &mut |done, of| listener.at("status quo", done, of))?;
    keep(listener, "baseline.json", &baseline::record(project, &selection, &status_quo))?;
    keep(listener, "parameters.json", &parameters::record(project, &selection, &status_quo)?)?;
    let ledger = claims::record(project, options.draws, &mut |done, of| listener.at("claims", done, of))?;
    keep(listener, "claims.json", &ledger)?;
    engines(project, listener)
}

/// The engine of the project as it was opened, and that of each competing text in its place.
fn engines(project: &Project, listener: &mut dyn Listener) -> Result<(), Vec<Problem>> {
    listener.made(PageFile { name: "engine.bin".to_owned(), bytes: engine_bytes(project)? })?;
    let alternatives = variants::alternatives(project);
    let count = alternatives.len();
    for (at, (choice, name)) in alternatives.into_iter().enumerate() {
        let bytes = engine_bytes(&project.with_choices(&[choice])?)?;
        listener.made(PageFile { name, bytes })?;
        listener.at("variants", at + 1, count);
    }
    Ok(())
}

fn keep(listener: &mut dyn Listener, name: &str, record: &impl Serialize) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(record).map_err(|error| Problem::new(name, error.to_string()))?;
    listener.made(PageFile { name: name.to_owned(), bytes })
}
