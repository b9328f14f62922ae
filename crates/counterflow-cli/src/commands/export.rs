//! `export`: a model as a file that other programs read.

use std::path::PathBuf;

use clap::Args;
use counterflow::Problem;
use counterflow::policy::chosen;

use super::Chosen;
use crate::output::{Answer, Failure, Output, compiled, open, warn};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A model: a folder with model.toml, or one Markdown file; the bundled model if left out
    model: Option<PathBuf>,
    /// Where to write the file
    #[arg(long, value_name = "FILE.xmile")]
    out: PathBuf,
    /// A policy written into the levers' equations: the id of a bundled one, or a TOML file; the status quo if left out
    #[arg(long, value_name = "ID|FILE")]
    policy: Option<String>,
    /// Move a lever from a month on, for example naloxone=2@2026-01; may be repeated, and adds to the policy
    #[arg(long, value_name = "LEVER=VALUE@YYYY-MM", allow_hyphen_values = true)]
    set: Vec<String>,
    #[command(flatten)]
    chosen: Chosen,
}

impl ExportArgs {
    /// Writes the file and says where it is.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?;
        compiled(&project)?;
        let policy = chosen(&project, self.policy.as_deref(), &self.set)?;
        warn(&policy.warnings);
        let text = counterflow::export::xmile(&project, &policy)?;
        let shown = self.out.display().to_string();
        std::fs::write(&self.out, text).map_err(|e| Problem::new(shown.clone(), format!("cannot be written: {e}")))?;
        output.line(shown)?;
        Ok(Answer::Done)
    }
}
