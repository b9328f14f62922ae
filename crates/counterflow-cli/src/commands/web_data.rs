//! `web-data`: the files that the page loads.

use std::path::PathBuf;

use clap::Args;
use counterflow::Problem;
use counterflow::page::files::{FileOptions, Listener, PageFile, make};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, open};
use crate::progress::Progress;
use crate::table::{Set, Table};

/// Arguments of `web-data`.
#[derive(Debug, Args)]
pub struct WebDataArgs {
    /// Folder for the files; it is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// How many draws of the posterior bands and figures use; all if left out. Engines hold all draws
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    draws: Option<u32>,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    json: Json,
}

impl WebDataArgs {
    /// Makes and writes all files, each as a whole, and says what was written.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        let options = FileOptions { draws: self.draws.map(|draws| draws as usize) };
        let mut writer = Writer { folder: &self.out, progress: Progress::new("page"), written: Vec::new() };
        make(&project, &options, &mut writer)?;
        let Writer { written, progress, .. } = writer;
        drop(progress);
        if self.json.json {
            let file = |(name, bytes): &(String, usize)| json!({ "name": name, "bytes": bytes });
            let files: Vec<Value> = written.iter().map(file).collect();
            output.json(&json!({ "folder": self.out.display().to_string(), "files": files }))?;
        } else {
            let mut table = Table::new(&[("file", Set::Left), ("bytes", Set::Right)]);
            written.into_iter().for_each(|(name, bytes)| table.row([name, bytes.to_string()]));
            output.text(&table.text(crate::output::width()))?;
            output.line(self.out.display())?;
        }
        Ok(Answer::Done)
    }
}

/// Writes files as they come and shows how far the work is.
struct Writer<'a> {
    folder: &'a std::path::Path,
    progress: Progress,
    written: Vec<(String, usize)>,
}

impl Listener for Writer<'_> {
    fn at(&mut self, _: &str, done: usize, of: usize) {
        self.progress.at(done, of);
    }

    fn made(&mut self, file: PageFile) -> Result<(), Problem> {
        file.write(self.folder)?;
        self.written.push((file.name, file.bytes.len()));
        Ok(())
    }
}
