//! `report`: the comparison as a page.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::answers::Comparison;
use counterflow::{Problem, Project};

use super::Chosen;
use super::compare::CompareArgs;
use crate::output::{Answer, Failure, Output, compiled, open};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Where to write the page
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
    #[command(flatten)]
    chosen: Chosen,
}

impl ReportArgs {
    /// Writes the page and says where it is.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        write(&project, &CompareArgs::default().ask(&project)?, &self.out)?;
        output.line(self.out.display())?;
        Ok(Answer::Done)
    }
}

/// Writes the page of a comparison.
pub fn write(project: &Project, comparison: &Comparison, path: &Path) -> Result<(), Failure> {
    let page = page(project, comparison)?;
    let shown = path.display().to_string();
    std::fs::write(path, page).map_err(|e| Problem::new(shown, format!("cannot be written: {e}")).into())
}

/// The page.
fn page(project: &Project, comparison: &Comparison) -> Result<String, Failure> {
    let command: Vec<String> = std::env::args().skip(1).collect();
    let command = format!("counterflow {}", command.join(" "));
    Ok(counterflow::comparison::report(project, comparison, command.trim())?)
}
