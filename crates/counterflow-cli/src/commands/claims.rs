//! `claims`: what is said about the crisis, beside what the record and the model say.

use clap::Args;
use counterflow::claims::{Claim, Entry, Filled, Side, all, fill, find};
use counterflow::{Project, project};
use serde_json::{Value, json};

use super::compare::version_with_variants;
use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, note, open, width};
use crate::progress::Progress;
use crate::table::{Set, Table, indented};

/// Arguments of `claims`.
#[derive(Debug, Args)]
pub struct ClaimsArgs {
    /// A claim, by its id; without one all are listed (with --json all are printed whole)
    id: Option<String>,
    /// How many draws of the posterior figures of runs use; all if left out
    #[arg(long, value_name = "N")]
    draws: Option<usize>,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    json: Json,
}

const HEADING: &str = "\
Status is against the public record; value judgements are recorded, not scored.
`counterflow claims ID` prints what the record and the model say, and what would have to be true.
";

impl ClaimsArgs {
    /// Prints the ledger or one claim.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        let claims = all(&project)?;
        let chosen: Vec<&Claim> = match &self.id {
            Some(id) => vec![find(&claims, id)?],
            None => claims.iter().collect(),
        };
        if self.json.json {
            let filled = self.fill(&project, &chosen)?;
            let entries: Vec<Value> = filled.entries.iter().map(json_of).collect();
            output.json(&json!({ "claims": entries, "draws": filled.draws }))?;
        } else if self.id.is_some() {
            let filled = self.fill(&project, &chosen)?;
            filled.entries.iter().try_for_each(|entry| output.text(&text_of(entry, width())))?;
            if let Some(draws) = filled.draws {
                output.text(&runs_in_words(&project, draws, width()))?;
            }
        } else {
            output.text(HEADING)?;
            Side::ALL.iter().try_for_each(|side| output.text(&table_of(*side, &claims, width())))?;
        }
        Ok(Answer::Done)
    }

    fn fill<'c>(&self, project: &Project, claims: &[&'c Claim]) -> Result<Filled<'c>, Failure> {
        let progress = Progress::new("policies");
        let filled = fill(project, claims, self.draws, &mut |done, of| progress.at(done, of))?;
        drop(progress);
        if let (Some(asked), Some(made)) = (self.draws, filled.draws)
            && asked > made
        {
            note(format_args!("note: --draws: found {asked}; the posterior has {made}, all are used"));
        }
        Ok(filled)
    }
}

fn table_of(side: Side, claims: &[Claim], width: usize) -> String {
    let columns = [("id", Set::Left), ("kind", Set::Left), ("status", Set::Wrapped(11)), ("claim", Set::Rest)];
    let mut table = Table::new(&columns);
    for claim in claims.iter().filter(|claim| claim.side == side) {
        table.row([
            claim.id.clone(),
            claim.kind.word().to_owned(),
            claim.status.word().to_owned(),
            claim.claim.clone(),
        ]);
    }
    format!("\nThe {}\n\n{}", side.word(), table.text(width))
}

fn text_of(entry: &Entry<'_>, width: usize) -> String {
    let Claim { id, claim, side, kind, status, variables, .. } = entry.claim;
    let mut text = format!("{id}\n{}\n", indented(claim, 0, width));
    let facts = format!("{} of the {}; status: {}", kind.word(), side.word(), status.word());
    text.push_str(&indented(&facts, 2, width));
    text.push_str(&indented(&format!("In the model: {}", variables.join(", ")), 2, width));
    let sections = [
        ("The record", &entry.record),
        ("The model", &entry.model),
        ("What would have to be true", &entry.would_have_to_be_true),
    ];
    for (title, section) in sections {
        text.push_str(&format!("\n{title}\n"));
        section.lines().for_each(|line| text.push_str(&indented(line, 2, width)));
    }
    text.push_str("\nSources\n");
    for (key, source) in &entry.sources {
        text.push_str(&indented(&format!("[{key}] {}", source_in_words(source)), 2, width));
    }
    text
}

fn source_in_words(source: &project::Source) -> String {
    let year = if source.year.is_empty() { String::new() } else { format!(" ({})", source.year) };
    format!("{}{year}. {}. {}", source.authors, source.title, source.place)
}

fn runs_in_words(project: &Project, draws: usize, width: usize) -> String {
    let words = format!(
        "Figures of runs: median and 90 % band of {draws} draws of the posterior, version {} of the model, data to {}.",
        version_with_variants(project),
        project.compare.data_through_label
    );
    format!("\n{}", indented(&words, 0, width))
}

fn json_of(entry: &Entry<'_>) -> Value {
    let Claim { id, claim, side, kind, status, variables, .. } = entry.claim;
    let sources = entry.sources.iter().map(|(key, source)| {
        json!({
            "key": key,
            "title": source.title,
            "authors": source.authors,
            "year": source.year,
            "where": source.place,
            "url": source.url(),
            "accessed": source.accessed,
        })
    });
    json!({
        "id": id,
        "claim": claim,
        "side": side.word(),
        "kind": kind.word(),
        "status": status.word(),
        "variables": variables,
        "record": entry.record,
        "model": entry.model,
        "would_have_to_be_true": entry.would_have_to_be_true,
        "sources": sources.collect::<Vec<_>>(),
    })
}
