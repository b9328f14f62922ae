//! `data update`: newer files of the publishers into the record.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::Problem;
use counterflow::update::{self, Change, Request, Update};
use serde_json::{Value, json};

use crate::commands::Json;
use crate::number;
use crate::output::{Answer, Failure, Output, note, width};
use crate::table::{Set, Table};

/// Revisions that are printed for each series; `--json` has all.
const REVISIONS: usize = 12;

/// Arguments of `data update`.
#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Where publishers' files are: a folder, a file, or an address of either; may be repeated
    #[arg(long, required = true, value_name = "PLACE")]
    from: Vec<String>,
    /// The model's folder; this folder, if it has a model.toml, if left out
    #[arg(long, value_name = "FOLDER")]
    project: Option<PathBuf>,
    /// Day on which the files were taken; today if left out
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
    /// Show what would change and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take files even where the record would hold less afterwards
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    json: Json,
}

impl UpdateArgs {
    /// Reads, shows and writes.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let folder = self.folder()?;
        if !self.dry_run && update::recover(&folder)? {
            note("note: an update that was interrupted is now finished");
        }
        let day = self.date.clone().unwrap_or_else(update::today);
        let request = Request { folder: &folder, from: &self.from, day: &day, force: self.force };
        let planned = update::plan(&request)?;
        if !self.dry_run {
            planned.write()?;
        }
        if self.json.json {
            output.json(&self.json_of(&planned))?;
        } else {
            self.tell(&planned, output)?;
        }
        if planned.moves_the_fit() && !self.dry_run {
            note("note: posteriors were fitted to the old data; every command says so until `calibrate` has run again");
        }
        Ok(Answer::Done)
    }

    fn folder(&self) -> Result<PathBuf, Problem> {
        let here = Path::new(".");
        match &self.project {
            Some(folder) => Ok(folder.clone()),
            None if here.join("model.toml").is_file() => Ok(here.to_owned()),
            None => {
                let message = "the model in the binary cannot be changed; expected a model's folder";
                let help = "copy `models/fentanyl` from the source and give the copy: `--project FOLDER`";
                Err(Problem::new("--project", message).help(help))
            }
        }
    }

    fn tell(&self, planned: &Update, output: &mut Output) -> Result<(), Failure> {
        for file in &planned.read {
            output.line(format_args!("read {} ({})", file.origin.file, file.publisher))?;
            file.left_out.iter().try_for_each(|left| output.line(format_args!("  left out: {left}")))?;
        }
        planned.unknown.iter().try_for_each(|(path, why)| output.line(format_args!("not read {path}: {why}")))?;
        if planned.changes.is_empty() {
            return output.line("\nnothing changed");
        }
        output.line("")?;
        output.text(&changes_table(&planned.changes).text(width()))?;
        for change in planned.changes.iter().filter(|change| !change.revised.is_empty()) {
            output.line(format_args!("\n{} ({}), revised", change.key, change.unit))?;
            for (period, old, new) in change.revised.iter().rev().take(REVISIONS) {
                output.line(format_args!("  {period}  {} -> {}", number::plain(*old), number::plain(*new)))?;
            }
            if change.revised.len() > REVISIONS {
                output.line(format_args!("  and {} more; --json has all", change.revised.len() - REVISIONS))?;
            }
        }
        output.line(if self.dry_run {
            "\nnothing was written"
        } else {
            "\nwritten; the old tables are in data/vintages"
        })
    }

    fn json_of(&self, planned: &Update) -> Value {
        let read = planned.read.iter().map(|file| {
            json!({
                "file": file.origin.file,
                "sha256": file.origin.sha256,
                "day": file.origin.day,
                "publisher": file.publisher,
                "left_out": file.left_out,
            })
        });
        let unknown = planned.unknown.iter().map(|(path, why)| json!({ "file": path, "why": why }));
        json!({
            "written": !self.dry_run && !planned.changes.is_empty(),
            "read": read.collect::<Vec<_>>(),
            "not_read": unknown.collect::<Vec<_>>(),
            "changes": planned.changes.iter().map(json_of_change).collect::<Vec<_>>(),
            "unchanged": planned.unchanged,
            "posterior_out_of_date": planned.moves_the_fit(),
        })
    }
}

fn changes_table(changes: &[Change]) -> Table {
    let columns = [("series", Set::Left), ("added", Set::Rest), ("revised", Set::Right), ("dropped", Set::Right)];
    let mut table = Table::new(&columns);
    for change in changes {
        let added = match &change.added[..] {
            [] => "none".to_owned(),
            [(period, value)] => format!("{period}: {}", number::plain(*value)),
            [(first, _), .., (last, _)] => format!("{} periods, {first} to {last}", change.added.len()),
        };
        table.row([change.key.clone(), added, change.revised.len().to_string(), change.dropped.len().to_string()]);
    }
    table
}

fn json_of_change(change: &Change) -> Value {
    let pairs = |pairs: &[(_, f64)]| pairs.iter().map(|(p, v)| json!([shown(p), v])).collect::<Vec<_>>();
    let revised = change.revised.iter().map(|(period, old, new)| json!([shown(period), old, new]));
    json!({
        "key": change.key,
        "unit": change.unit,
        "added": pairs(&change.added),
        "revised": revised.collect::<Vec<_>>(),
        "dropped": pairs(&change.dropped),
        "vintage_kept": change.vintage,
    })
}

fn shown(period: &impl ToString) -> String {
    period.to_string()
}
