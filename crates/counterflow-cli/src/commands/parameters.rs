//! `parameters`: every constant and what it rests on.

use std::path::PathBuf;

use clap::Args;
use counterflow::listing::{ParameterEntry, parameters};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::number;
use crate::output::{Answer, Failure, Output, compiled, open, width};
use crate::table::{Set, Table};

/// Arguments of `parameters`.
#[derive(Debug, Args)]
pub struct ParametersArgs {
    /// A model: a folder with model.toml, or one Markdown file; the bundled model if left out
    model: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl ParametersArgs {
    /// Prints all parameter elements.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?;
        let entries = parameters(&project, compiled(&project)?)?;
        if self.json.json {
            output.json(&entries.iter().map(json_of).collect())?;
        } else {
            output.text(&table(&entries).text(width()))?;
        }
        Ok(Answer::Done)
    }
}

fn table(entries: &[ParameterEntry]) -> Table {
    let columns = [
        ("parameter", Set::Left),
        ("value", Set::Right),
        ("unit", Set::Left),
        ("range", Set::Left),
        ("grade", Set::Left),
        ("what and source", Set::Rest),
    ];
    let mut table = Table::new(&columns);
    for entry in entries {
        let what = if entry.sources.is_empty() {
            entry.documentation.clone()
        } else {
            format!("{} [{}]", entry.documentation, entry.sources.join(", "))
        };
        let grade = entry.grade.unwrap_or("-").to_owned();
        table.row([
            entry.name.clone(),
            number::plain(entry.value),
            entry.unit.clone(),
            number::range(entry.range),
            grade,
            what,
        ]);
    }
    table
}

fn json_of(entry: &ParameterEntry) -> Value {
    let posterior = entry.posterior.map(|p| json!({ "median": p.median, "lo90": p.lo90, "hi90": p.hi90 }));
    json!({
        "name": entry.name,
        "unit": entry.unit,
        "value": entry.value,
        "range": entry.range.map(|(low, high)| [low, high]),
        "prior": entry.prior,
        "grade": entry.grade,
        "source": entry.sources,
        "date": entry.date,
        "posterior": posterior,
        "documentation": entry.documentation,
        "sector": entry.sector,
    })
}
