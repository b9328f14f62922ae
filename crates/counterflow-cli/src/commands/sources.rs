//! `sources`: the bibliography.

use std::path::PathBuf;

use clap::Args;
use counterflow::listing::{SourceEntry, sources};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, open, width};
use crate::table::indented;

/// Arguments of `sources`.
#[derive(Debug, Args)]
pub struct SourcesArgs {
    /// A model: a folder with model.toml; the bundled model if left out
    model: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl SourcesArgs {
    /// Prints all sources.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?;
        let entries = sources(&project);
        if self.json.json {
            output.json(&entries.iter().map(json_of).collect())?;
        } else {
            entries.iter().try_for_each(|entry| output.text(&text_of(entry, width())))?;
        }
        Ok(Answer::Done)
    }
}

fn text_of(entry: &SourceEntry, width: usize) -> String {
    let source = &entry.source;
    let year = if source.year.is_empty() { "no year noted" } else { &source.year };
    let line = format!(
        "{} ({year}). {}. {}. [{}; seen {}]",
        source.authors, source.title, source.place, source.kind, source.accessed
    );
    let mut text = format!("{}\n{}", entry.key, indented(&line, 4, width));
    if !entry.cited_by.is_empty() {
        text.push_str(&indented(&format!("Cited by {}", names(entry).join(", ")), 4, width));
    }
    text
}

fn names(entry: &SourceEntry) -> Vec<String> {
    entry.cited_by.iter().map(ToString::to_string).collect()
}

fn json_of(entry: &SourceEntry) -> Value {
    let source = &entry.source;
    json!({
        "key": entry.key,
        "title": source.title,
        "authors": source.authors,
        "year": source.year,
        "where": source.place,
        "kind": source.kind,
        "accessed": source.accessed,
        "cited_by": names(entry),
    })
}
