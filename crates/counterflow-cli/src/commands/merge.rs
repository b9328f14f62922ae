//! `merge`: parts of one run, computed in several places, to one.

use std::path::PathBuf;

use clap::Args;
use counterflow::endless::{Event, merge};

use super::Json;
use super::standing::{Pace, tell};
use crate::output::{Answer, Failure, Output};

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Folders of parts of one run, from `run --members N --part K/M --out DIR` or from runs that were stopped
    #[arg(required = true, value_name = "DIR")]
    parts: Vec<PathBuf>,
    /// Folder of the whole run; chunks that it holds already stay
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    json: Json,
}

impl MergeArgs {
    /// Merges, and says what is in the folder.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let mut pace = Pace::new("members", self.json.json);
        let mut lines = Ok(());
        let mut hear = |event: Event| {
            if let Some(line) = pace.hear(event)
                && lines.is_ok()
            {
                lines = output.now(&line);
            }
        };
        let standing = merge(&self.parts, &self.out, &mut hear)?;
        lines?;
        tell(&standing, &self.out, &pace, output)
    }
}
