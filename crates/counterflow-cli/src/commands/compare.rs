//! `compare`: what each policy would do, against the status quo and against today.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::answers::Comparison;
use counterflow::policy::last_month_before;
use counterflow::{Problem, Project};

mod json;
#[cfg(test)]
mod tests;
mod text;

use super::{Json, report};
use crate::output::{Answer, Failure, Output, compiled, note, open, width};
use crate::progress::Progress;

/// Arguments of `compare`.
#[derive(Debug, Default, Args)]
pub struct CompareArgs {
    /// A policy: the id of a bundled one (see `policies`), or a TOML file; may be repeated; all bundled ones if left out
    #[arg(long, value_name = "ID|FILE")]
    policy: Vec<String>,
    /// Scale the doses of every policy to the same public cost first
    #[arg(long)]
    equal_budget: bool,
    /// How many draws of the posterior to use; all if left out
    #[arg(long, value_name = "N")]
    draws: Option<usize>,
    /// Seed of the noise
    #[arg(long)]
    seed: Option<u64>,
    /// Where to write the HTML report; counterflow-report.html if left out, none with --json
    #[arg(long, value_name = "FILE.html")]
    out: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
}

/// Where the report goes if nothing else is said.
const REPORT: &str = "counterflow-report.html";

impl CompareArgs {
    /// Compares, prints, and writes the report.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None)?;
        compiled(&project)?;
        let comparison = self.ask(&project)?;
        if self.json.json {
            output.json(&json::of(&comparison, &project.version, &data_through(&project), self.equal_budget))?;
            if let Some(path) = &self.out {
                report::write(&project, &comparison, path)?;
            }
            return Ok(Answer::Done);
        }
        let frame =
            text::Frame { comparison: &comparison, data_through: data_through(&project), version: &project.version };
        output.text(&frame.text(width()))?;
        self.report(&project, &comparison, output)?;
        Ok(Answer::Done)
    }

    /// A report that was asked for must be written; one that comes by itself may fail where nothing can be written.
    fn report(&self, project: &Project, comparison: &Comparison, output: &mut Output) -> Result<(), Failure> {
        let path = self.out.as_deref().unwrap_or(Path::new(REPORT));
        match report::write(project, comparison, path) {
            Ok(()) => output.line(format_args!("\nReport: {}", path.display())),
            Err(failure) if self.out.is_some() => Err(failure),
            Err(failure) => {
                note(failure.to_string().trim_end());
                Ok(())
            }
        }
    }

    /// Asks the library.
    pub fn ask(&self, _project: &Project) -> Result<Comparison, Failure> {
        let progress = Progress::new("policies");
        progress.at(0, 1);
        Err(Problem::new("compare", "the comparison is not built in yet").into())
    }
}

/// The last month of the data.
fn data_through(project: &Project) -> String {
    last_month_before(project.compare.data_through).to_string()
}
