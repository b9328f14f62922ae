//! The list of commands. To add one: a file here and a line in [`Command`] and in [`Cli::run`].

mod backtest;
mod bench;
mod brief;
mod calibrate;
mod check;
mod claims;
mod compare;
mod data;
mod explain;
mod export;
mod fit;
mod knockout;
mod levers;
mod merge;
mod parameters;
mod policies;
mod projection;
mod report;
mod reproduce;
mod run;
mod serve;
mod sources;
mod standing;
mod states;
mod variants;
mod web_data;

pub use variants::Chosen;

use clap::{Args, Parser, Subcommand};

use crate::output::{Answer, Failure, Output};

/// Compare proposals against the North American fentanyl crisis in a calibrated, open model.
///
/// Without a command the proposals are compared: for each one deaths, people with opioid-use disorder, price, violence,
/// cooperation and public cost, with bands, against the status quo and against today. Every number can be followed to its
/// source with `parameters`, `levers`, `data` and `sources`.
#[derive(Debug, Parser)]
#[command(name = "counterflow", version, args_conflicts_with_subcommands = true, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    compare: compare::CompareArgs,
}

const EXAMPLES: &str = "\
Examples:
  counterflow                                           compare all bundled policies
  counterflow compare --policy naloxone --policy my.toml
                                                        compare some, one of them your own
  counterflow run --series overdose_deaths --draws 500  one result over time, with bands
  counterflow run --set naloxone=2@2026-01              try one lever: twice the kits from 2026
  counterflow run --members 1000000 --out runs          a million members, kept; can be resumed
  counterflow check my_model.md                         all errors in a model of your own
  counterflow levers                                    what a policy can move, on what evidence
  counterflow claims                                    what is said, and how it stands
  counterflow reproduce                                 what was seen elsewhere, beside the model

Exit codes: 0 done; 1 ran, but the answer is no; 2 bad input.";

/// What the program can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Compare policies: levels, differences from the status quo, changes from today, and what each answer rests on
    Compare(compare::CompareArgs),
    /// Set a few policies side by side for a decision: what would reverse their order, who bears what, cost, doses
    Brief(brief::BriefArgs),
    /// Run one model under one policy: print its results over time, or keep those of many members in a folder
    Run(run::RunArgs),
    /// Bring parts of one long run, computed in several places, together; only whole chunks count
    Merge(merge::MergeArgs),
    /// Find everything that is wrong in a model, and hold its own checks against a run
    Check(check::CheckArgs),
    /// List what policies can move: unit, range, evidence, how each lever acts and fails
    Levers(levers::LeversArgs),
    /// List the bundled policies and what each one moves
    Policies(policies::PoliciesArgs),
    /// List competing texts for parts of the model, one of which each run takes
    Variants(variants::VariantsArgs),
    /// List every constant: value, unit, range, prior, grade and source
    Parameters(parameters::ParametersArgs),
    /// List the bibliography and what rests on each source
    Sources(sources::SourcesArgs),
    /// List the claims of the article and of its rebuttal, or print one: the record, the model, what would have to be true
    Claims(claims::ClaimsArgs),
    /// Print the latest figures with date and source, and the data series that the model carries
    Data(data::DataArgs),
    /// Show how well the posterior covers each data series, with the discrepancy and without it
    Fit(fit::FitArgs),
    /// Cut each feedback of the model in turn and show what that changes in fit and projection
    Knockout(knockout::KnockoutArgs),
    /// Hold the model against natural experiments, by rules that were written before they were run
    Reproduce(reproduce::ReproduceArgs),
    /// Write the comparison as one self-contained HTML page
    Report(report::ReportArgs),
    /// Write a model as one XMILE file, for Stella, Simlin, PySD and others
    Export(export::ExportArgs),
    /// Sample the posterior: fit the model's parameters to its data, with diagnostics; can be stopped and resumed
    Calibrate(calibrate::CalibrateArgs),
    /// Refit at past dates with what was known then, project, and score on what came after
    Backtest(backtest::BacktestArgs),
    /// Write down the projection of the status quo, quantiles by month, to be scored later
    Projection(projection::ProjectionArgs),
    /// Fit what tells the states from the nation, or test how good their projections would have been
    States(states::StatesArgs),
    /// Serve the page, and a JSON interface that gives the same answers, on a port of this machine
    Serve(serve::ServeArgs),
    /// Measure how fast the engine runs a model on this machine
    Bench(bench::BenchArgs),
    /// Write the files that the page loads: names, engines, bands, claims, track record, states
    WebData(web_data::WebDataArgs),
    /// Explain a message code such as E2001
    Explain(explain::ExplainArgs),
}

/// The option that every command with results has.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Json {
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

impl Cli {
    /// Does what was asked.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        match self.command.as_ref() {
            None => self.compare.run(output),
            Some(Command::Compare(args)) => args.run(output),
            Some(Command::Brief(args)) => args.run(output),
            Some(Command::Run(args)) => args.run(output),
            Some(Command::Merge(args)) => args.run(output),
            Some(Command::Check(args)) => args.run(output),
            Some(Command::Levers(args)) => args.run(output),
            Some(Command::Policies(args)) => args.run(output),
            Some(Command::Variants(args)) => args.run(output),
            Some(Command::Parameters(args)) => args.run(output),
            Some(Command::Sources(args)) => args.run(output),
            Some(Command::Claims(args)) => args.run(output),
            Some(Command::Data(args)) => args.run(output),
            Some(Command::Fit(args)) => args.run(output),
            Some(Command::Knockout(args)) => args.run(output),
            Some(Command::Reproduce(args)) => args.run(output),
            Some(Command::Report(args)) => args.run(output),
            Some(Command::Export(args)) => args.run(output),
            Some(Command::Calibrate(args)) => args.run(output),
            Some(Command::Backtest(args)) => args.run(output),
            Some(Command::Projection(args)) => args.run(output),
            Some(Command::States(args)) => args.run(output),
            Some(Command::Serve(args)) => args.run(output),
            Some(Command::Bench(args)) => args.run(output),
            Some(Command::WebData(args)) => args.run(output),
            Some(Command::Explain(args)) => args.run(output),
        }
    }
}
