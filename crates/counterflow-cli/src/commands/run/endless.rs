//! `run --members N --out DIR`: as many members as are asked for, in chunks on the disk, whatever interrupts them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};
use counterflow::endless::{Design, Event, Part, Request, Standing, run};
use counterflow::policy::Policy;
use counterflow::simulate::{Every, posterior_of};
use counterflow::{Problem, Project};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::commands::standing::{Pace, tell};
use crate::output::{Answer, Failure, Output, note};

/// Arguments of runs without end.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many members, kept in a folder")]
pub struct EndlessArgs {
    /// Run so many members and keep each one's outcomes over the comparison window in --out; goes on where an earlier
    /// run stopped, to the same bits
    #[arg(long, value_name = "N", requires = "out", conflicts_with_all = ["draws", "format"])]
    members: Option<u64>,
    /// Folder of the run: Parquet files in chunks, a manifest, and summaries at the end
    #[arg(long, value_name = "DIR", requires = "members")]
    out: Option<PathBuf>,
    /// How members spread over the parameters; the posterior if the model has one and the priors otherwise, if left out
    #[arg(long, requires = "members")]
    design: Option<DesignArg>,
    /// Members in a chunk: what an interruption can cost; results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 16_384, requires = "members")]
    chunk: u64,
    /// Keep the series of every member over time too, as means over save intervals
    #[arg(long, requires = "members")]
    trajectories: bool,
    /// Compute only a share of the chunks here, for example 2/5; `merge` brings the folders together
    #[arg(long, value_name = "K/M", requires = "members", value_parser = part)]
    part: Option<Part>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DesignArg {
    /// Independent draws from the priors
    Prior,
    /// The draws of the posterior in turn: member m takes draw m modulo their number
    Posterior,
    /// Latin hypercube over all members: each parameter takes each of N equally probable slices once
    Lhs,
    /// Owen-scrambled Sobol points: 256 dimensions, then the same ones scrambled anew; a new sequence each 65536 members
    Sobol,
}

/// What runs of both kinds ask for.
pub struct Common<'a> {
    /// What the levers do.
    pub policy: Policy,
    /// Which variables.
    pub series: &'a [String],
    /// First and last time.
    pub span: (Option<f64>, Option<f64>),
    /// Which times.
    pub every: Every,
    /// Seed.
    pub seed: u64,
    /// Whether to print JSON.
    pub json: bool,
}

impl EndlessArgs {
    /// Whether this kind of run is asked for.
    pub fn asked(&self) -> bool {
        self.members.is_some()
    }

    /// Runs, and says what is in the folder.
    pub fn run(&self, project: &Project, common: Common<'_>, output: &mut Output) -> Result<Answer, Failure> {
        let (Some(members), Some(out)) = (self.members, &self.out) else { return Ok(Answer::Done) };
        let json = common.json;
        let request = Request {
            policy: common.policy,
            series: common.series.to_vec(),
            from: common.span.0,
            to: common.span.1,
            every: common.every,
            members,
            design: self.design(project)?,
            seed: common.seed,
            chunk: self.chunk,
            trajectories: self.trajectories,
            part: self.part.unwrap_or(Part::WHOLE),
        };
        let stopped = stop_flag()?;
        let mut pace = Pace::new("members", json);
        let mut lines: Result<(), Failure> = Ok(());
        let mut hear = |event: Event| {
            if let Some(line) = pace.hear(event)
                && lines.is_ok()
            {
                lines = output.now(&line);
            }
        };
        let stop = || stopped.load(Ordering::Relaxed);
        let standing: Standing = run(project, &request, out, &stop, &mut hear)?;
        lines?;
        tell(&standing, out, &pace, output)
    }

    fn design(&self, project: &Project) -> Result<Design, Problem> {
        Ok(match self.design {
            Some(DesignArg::Prior) => Design::Prior,
            Some(DesignArg::Posterior) => Design::Posterior,
            Some(DesignArg::Lhs) => Design::Lhs,
            Some(DesignArg::Sobol) => Design::Sobol,
            None if posterior_of(project)?.is_some() => Design::Posterior,
            None => Design::Prior,
        })
    }
}

/// A flag that Ctrl-C and a friendly end of the process set; asked a second time, the process ends at once.
fn stop_flag() -> Result<Arc<AtomicBool>, Problem> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag down, the second one finds it set.
        let registered = signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&flag))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)));
        registered.map_err(|e| Problem::new("Ctrl-C", format!("cannot be listened for: {e}")))?;
    }
    note_at_terminal();
    Ok(flag)
}

fn note_at_terminal() {
    if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        note("Ctrl-C finishes the chunk under way; a second one ends at once. The same command goes on from there.");
    }
}

fn part(text: &str) -> Result<Part, String> {
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
    let (share, of) = text.split_once('/').ok_or("expected K/M, for example 2/5")?;
    match (number(share), number(of)) {
        (Some(number), Some(of)) if number <= of => Ok(Part { number, of }),
        _ => Err("expected K/M with K from 1 to M".to_owned()),
    }
}
