//! `levers`: what policies can move.

use std::path::PathBuf;

use clap::Args;
use counterflow::listing::{LeverEntry, levers};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::number;
use crate::output::{Answer, Failure, Output, compiled, open, width};
use crate::table::indented;

/// Arguments of `levers`.
#[derive(Debug, Args)]
pub struct LeversArgs {
    /// A model: a folder with model.toml, or one Markdown file; the bundled model if left out
    model: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

const EVIDENCE: &str = "\
Neutral is the dose that changes nothing: the status quo. Levers marked force use it; no optimiser may touch them.
Evidence for the effect: A trials or meta-analysis that agree; B good quasi-experiments or large cohorts;
C one study, ecological data, model or programme data; D analogy or expert judgement; E nothing usable.
";

impl LeversArgs {
    /// Prints all levers.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?;
        let entries = levers(compiled(&project)?);
        if self.json.json {
            output.json(&entries.iter().map(json_of).collect())?;
            return Ok(Answer::Done);
        }
        output.text(EVIDENCE)?;
        entries.iter().try_for_each(|entry| output.text(&text_of(entry, width())))?;
        Ok(Answer::Done)
    }
}

fn text_of(entry: &LeverEntry, width: usize) -> String {
    let grade = entry.grade.map_or("-".to_owned(), |letter| letter.to_string());
    let force = if entry.kinetic { "; force" } else { "" };
    let payer = entry.payer.as_ref().map_or_else(String::new, |payer| format!("; paid by {payer}"));
    let mut text = format!("\n{}  [{}]{force}\n", entry.name, entry.unit);
    let facts = format!(
        "neutral {}; range {}; evidence {grade}{payer}",
        number::plain(entry.neutral),
        number::range(entry.range)
    );
    text.push_str(&indented(&facts, 4, width));
    text.push_str(&indented(&entry.documentation, 4, width));
    for (word, sentence) in [("Acts", &entry.mechanism), ("Fails", &entry.failure)] {
        if !sentence.is_empty() {
            text.push_str(&indented(&format!("{word}: {sentence}"), 4, width));
        }
    }
    if !entry.sources.is_empty() {
        text.push_str(&indented(&format!("Sources: {} ({})", entry.sources.join(", "), entry.date), 4, width));
    }
    text
}

fn json_of(entry: &LeverEntry) -> Value {
    json!({
        "name": entry.name,
        "unit": entry.unit,
        "neutral": entry.neutral,
        "range": entry.range.map(|(low, high)| [low, high]),
        "grade": entry.grade.map(String::from),
        "source": entry.sources,
        "date": entry.date,
        "kinetic": entry.kinetic,
        "payer": entry.payer,
        "documentation": entry.documentation,
        "mechanism": entry.mechanism,
        "failure": entry.failure,
        "sector": entry.sector,
    })
}
