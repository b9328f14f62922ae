//! `run`: one model under one policy over time.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use counterflow::policy::chosen;
use counterflow::simulate::{Every, Request, Simulation, read_time, simulate};
use counterflow::{Problem, Project};

mod columnar;
mod endless;
pub(super) mod linked;
mod shapes;

use super::Chosen;
use crate::output::{Answer, Failure, Output, compiled, note, open, warn, width};
use crate::progress::Progress;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// A model: a folder with model.toml, one Markdown file or one XMILE file (.xmile, .stmx); the bundled model if left out;
    /// or a link of the page, in quotation marks: the scenario that it holds is run, and what the page shows is printed
    #[arg(value_name = "MODEL|LINK")]
    model: Option<PathBuf>,
    /// A policy: the id of a bundled one (see `policies`), or a TOML file; the status quo if left out
    #[arg(long, value_name = "ID|FILE")]
    policy: Option<String>,
    /// Move a lever from a month on, for example naloxone=2@2026-01; may be repeated, and adds to the policy
    #[arg(long, value_name = "LEVER=VALUE@YYYY-MM", allow_hyphen_values = true)]
    set: Vec<String>,
    /// Which variables to print, `name` or `name[element]`, or `all`; the outcomes if left out, all variables of a model
    /// without outcomes
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    series: Vec<String>,
    /// First time to print: a year or YYYY-MM
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<String>,
    /// Last time to print: a year or YYYY-MM
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<String>,
    /// Which times to print; every year in a table and every saved time otherwise if left out
    #[arg(long)]
    every: Option<EveryArg>,
    /// Print bands over so many draws instead of one named member
    #[arg(long, value_name = "N")]
    draws: Option<usize>,
    /// Seed of draws and noise
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How to print
    #[arg(long, default_value = "table")]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Print the link at which the page shows this policy, and run nothing
    #[arg(long, conflicts_with_all = ["series", "draws", "members"])]
    link: bool,
    #[command(flatten)]
    endless: endless::EndlessArgs,
    #[command(flatten)]
    chosen: Chosen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EveryArg {
    Year,
    Save,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
    /// Columns of doubles with their units, for other programs; needs a file or a pipe: run --format parquet > run.parquet
    Parquet,
}

impl RunArgs {
    /// Runs and prints.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let format = if self.json { Format::Json } else { self.format };
        if format == Format::Parquet && std::io::stdout().is_terminal() {
            let message = "found `parquet`, which no terminal can show; expected a file, for example > run.parquet";
            return Err(Problem::new("--format", message).into());
        }
        if let Some(text) = self.link_given() {
            return self.run_link(text, format, output);
        }
        let project = open(self.model.as_deref(), &self.chosen)?;
        compiled(&project)?;
        if self.link {
            let policy = chosen(&project, self.policy.as_deref(), &self.set)?;
            warn(&policy.warnings);
            output.line(linked::address(&project, &[policy], &[])?)?;
            return Ok(Answer::Done);
        }
        let request = self.request(&project, format)?;
        if self.endless.asked() {
            return self.endless.run(&project, self.common(request), output);
        }
        let progress = Progress::new("draws");
        let simulation = simulate(&project, &request, &mut |done, of| progress.at(done, of))?;
        drop(progress);
        warn(&simulation.warnings);
        self.print(&project, &request, &simulation, format, output)?;
        Ok(Answer::Done)
    }

    /// Prints a run in the form that was asked for.
    fn print(
        &self,
        project: &Project,
        request: &Request,
        simulation: &Simulation,
        format: Format,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let asked = shapes::Asked { request, version: &project.version };
        match format {
            Format::Json => {
                note(said(simulation, request));
                output.json(&shapes::json(simulation, &asked))?;
            }
            Format::Csv => {
                note(said(simulation, request));
                output.with(|writer| shapes::csv(simulation, writer))?;
            }
            Format::Parquet => {
                note(said(simulation, request));
                let bytes = columnar::parquet(simulation, &asked)?;
                output.with(|writer| writer.write_all(&bytes))?;
            }
            Format::Table => {
                output.line(format_args!("{}\n{}\n", simulation.title, said(simulation, request)))?;
                output.text(&shapes::table(simulation, width()))?;
            }
        }
        Ok(())
    }

    /// What runs that are kept in a folder take over; they keep every save interval if nothing else is asked for.
    fn common(&self, request: Request) -> endless::Common<'_> {
        let every = if self.every == Some(EveryArg::Year) { Every::Year } else { Every::Save };
        let (span, seed) = ((request.from, request.to), request.seed);
        endless::Common { policy: request.policy, series: &self.series, span, every, seed, json: self.json }
    }

    fn request(&self, project: &Project, format: Format) -> Result<Request, Failure> {
        let every = match (self.every, format) {
            (Some(EveryArg::Year), _) | (None, Format::Table) => Every::Year,
            _ => Every::Save,
        };
        let time = |option, text: &Option<String>| text.as_deref().map(|text| read_time(option, text)).transpose();
        Ok(Request {
            policy: chosen(project, self.policy.as_deref(), &self.set)?,
            series: self.series.clone(),
            from: time("--from", &self.from)?,
            to: time("--to", &self.to)?,
            every,
            draws: self.draws,
            seed: self.seed,
        })
    }
}

/// What was run, so that nobody takes one member for a forecast.
fn said(simulation: &Simulation, request: &Request) -> String {
    let advice = if simulation.draws.is_none() { "; not a forecast: --draws N prints bands" } else { "" };
    format!("Policy: {}. Shown: {}{advice}.", request.policy.name, simulation.member)
}
