//! `knockout`: what each feedback of the model does, by cutting it.

use std::path::PathBuf;

use clap::Args;
use counterflow::answers::Band;
use counterflow::knockout::{Knockout, Knockouts, knockouts};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, note, open, width};
use crate::table::{Set, Table, indented};

/// Arguments of `knockout`.
#[derive(Debug, Args)]
pub struct KnockoutArgs {
    /// A model: a folder with model.toml; the bundled model if left out
    model: Option<PathBuf>,
    /// How many draws of the posterior to use
    #[arg(long, value_name = "N", default_value_t = 128)]
    draws: usize,
    /// Sample the parameters again without each loop, in short chains; unfinished work is kept in this folder. Minutes
    /// for each loop
    #[arg(long, value_name = "FOLDER")]
    refit: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl KnockoutArgs {
    /// Cuts every loop and prints a row for each.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?;
        compiled(&project)?;
        let mut told = |name: &str| {
            if self.refit.is_some() {
                note(format_args!("{name}: sampling again"));
            }
        };
        let found = knockouts(&project, self.draws, self.refit.as_deref(), &mut told)?;
        if self.json.json {
            output.json(&json_of(&found))?;
        } else {
            output.text(&text_of(&found))?;
        }
        Ok(Answer::Done)
    }
}

/// Outcomes that the table shows; `--json` has all.
const SHOWN: [&str; 2] = ["us_deaths_all", "mexican_homicides"];

fn text_of(found: &Knockouts) -> String {
    let (from, to) = found.years;
    let head = format!(
        "Each loop is cut in turn: the variable through which it goes keeps its value from the start of the run. Fit: change of \
         the log likelihood of all data; below zero the data speak for the loop. Deaths and homicides: change in {from}-{} \
         under the status quo. Median and 90 % band over {} draws.",
        to - 1.0,
        found.draws
    );
    let mut table = Table::new(&[
        ("feedback", Set::Left),
        ("fit", Set::Right),
        ("US deaths", Set::Right),
        ("Mexican homicides", Set::Right),
    ]);
    let column = |id: &str| found.outcomes.iter().position(|outcome| outcome == id);
    for row in &found.rows {
        let fit = &row.log_likelihood;
        let mut cells = vec![row.id.clone(), format!("{:+.0} ({:+.0} to {:+.0})", fit.median, fit.lo90, fit.hi90)];
        cells.extend(SHOWN.map(|id| column(id).map_or_else(|| "-".to_owned(), |k| percent(&row.outcomes[k]))));
        table.cells(cells);
    }
    let mut text = indented(&head, 0, width());
    text.push('\n');
    text.push_str(&table.text(width()));
    text.push('\n');
    for row in &found.rows {
        let lost = match row.not_a_number {
            0 => String::new(),
            lost => format!("; {lost} of {} draws give no number without it and are left out", found.draws),
        };
        text.push_str(&indented(&format!("{}: {} (through {}){lost}", row.id, row.sentence, row.variable), 2, width()));
    }
    text
}

fn percent(band: &Band) -> String {
    format!("{:+.0} % ({:+.0} to {:+.0})", 100.0 * band.median, 100.0 * band.lo90, 100.0 * band.hi90)
}

fn json_of(found: &Knockouts) -> Value {
    let band = |band: &Band| json!({ "median": band.median, "lo90": band.lo90, "hi90": band.hi90 });
    let row = |row: &Knockout| {
        let outcomes = found.outcomes.iter().zip(&row.outcomes);
        json!({
            "id": row.id,
            "sentence": row.sentence,
            "variable": row.variable,
            "refitted": row.refitted,
            "not_a_number": row.not_a_number,
            "log_likelihood": band(&row.log_likelihood),
            "outcomes": outcomes.map(|(id, b)| (id.clone(), band(b))).collect::<serde_json::Map<String, Value>>(),
        })
    };
    json!({ "years": [found.years.0, found.years.1], "draws": found.draws, "rows": found.rows.iter().map(row).collect::<Vec<_>>() })
}
