//! `brief`: a few policies side by side for a decision: what would reverse their order, who bears what, cost, doses.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::brief::{self, Brief, BriefOptions, DISCOUNT};
use counterflow::{Problem, Project};

mod json;
mod text;

use super::compare::{amount, data_through, version_with_variants};
use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, note, open, warn, width};
use crate::progress::Progress;

/// Arguments of `brief`.
#[derive(Debug, Args)]
pub struct BriefArgs {
    /// Policies: ids of bundled ones (see `policies`), or TOML files
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<String>,
    /// Where to write the brief as one HTML page
    #[arg(long, value_name = "FILE.html")]
    out: Option<PathBuf>,
    /// Yearly rate at which cost is discounted; that of the Second Panel on Cost-Effectiveness if left out
    #[arg(long, value_name = "RATE", default_value_t = DISCOUNT)]
    discount: f64,
    /// Public cost in USD to which all policies are brought; that of the cheapest if left out
    #[arg(long, value_name = "USD", value_parser = amount)]
    budget: Option<f64>,
    /// How many draws of the posterior to use; all if left out
    #[arg(long, value_name = "N")]
    draws: Option<usize>,
    /// Seed of the noise
    #[arg(long)]
    seed: Option<u64>,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl BriefArgs {
    /// Makes the brief, prints it, and writes the page if one is asked for.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        let brief = self.ask(&project)?;
        if self.json.json {
            output.json(&json::of(&brief, &project))?;
        } else {
            let frame = text::Frame {
                brief: &brief,
                data_through: data_through(&project),
                version: version_with_variants(&project),
                width: width(),
            };
            output.text(&frame.text())?;
        }
        if let Some(path) = &self.out {
            write(&project, &brief, path)?;
            if !self.json.json {
                output.line(format_args!("\nBrief: {}", path.display()))?;
            }
        }
        Ok(Answer::Done)
    }

    fn ask(&self, project: &Project) -> Result<Brief, Failure> {
        let policies = brief::policies(project, &self.policies)?;
        policies.iter().for_each(|policy| warn(&policy.warnings));
        let options = BriefOptions { draws: self.draws, seed: self.seed, discount: self.discount, budget: self.budget };
        let progress = Progress::new("variants");
        let brief = brief::make(project, &policies, &options, &mut |done, of| progress.at(done, of))?;
        drop(progress);
        if let Some(asked) = self.draws.filter(|asked| *asked > brief.draws) {
            note(format_args!("note: --draws: found {asked}; the posterior has {}, all are used", brief.draws));
        }
        Ok(brief)
    }
}

fn write(project: &Project, brief: &Brief, path: &Path) -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let page = brief::page(project, brief, &format!("counterflow {}", arguments.join(" ")));
    let shown = path.display().to_string();
    std::fs::write(path, page).map_err(|e| Problem::new(shown, format!("cannot be written: {e}")).into())
}
