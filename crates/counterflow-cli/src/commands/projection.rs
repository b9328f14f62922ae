//! `projection`: quantiles of what is to come, written down to be scored later.

use std::path::PathBuf;

use clap::Args;
use counterflow::Problem;
use counterflow::backtest::{month, projection};

use super::Chosen;
use crate::output::{Answer, Failure, Output, compiled, open};

/// Arguments of `projection`.
#[derive(Debug, Args)]
pub struct ProjectionArgs {
    /// Last month of the projection
    #[arg(long, value_parser = month, default_value = "2027-12")]
    until: i32,
    /// File for the table; standard output if left out
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
}

impl ProjectionArgs {
    /// Projects and writes.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        let table = projection(&project, self.until)?;
        match &self.out {
            None => output.text(&table)?,
            Some(path) => {
                std::fs::write(path, &table).map_err(|error| Problem::unwritable(path, &error))?;
                output.line(format_args!("{} rows in {}", table.lines().count() - 1, path.display()))?;
            }
        }
        Ok(Answer::Done)
    }
}
