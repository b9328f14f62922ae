//! `states`: fit what tells the states from the nation, and test how good their projections would have been.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use counterflow::backtest::{Ratio, month, written};
use counterflow::places::{
    Atlas, FitOptions, PlaceFit, PlaceScores, PlaceTest, PlaceTestRequest, UNITED_STATES, backtest, fit, forecasts_csv,
    page,
};
use counterflow::{Problem, Project};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, make_folder, open, width, write_files};
use crate::progress::Progress;
use crate::table::{Set, Table};

/// Arguments of `states`.
#[derive(Debug, Args)]
pub struct StatesArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Fit all states of a country together to their deaths by month, given the national posterior; can be stopped and
    /// resumed
    Fit(FitArgs),
    /// Fit at past dates with what was known then, project, and score on what came after
    Backtest(BacktestArgs),
}

/// Which states.
#[derive(Clone, Debug, Args)]
struct Country {
    /// Country whose states are meant: united_states or mexico
    #[arg(long, value_name = "NAME", default_value = UNITED_STATES)]
    country: String,
}

impl Country {
    fn atlas(&self, project: &Project) -> Result<Atlas, Problem> {
        Atlas::named(project, &self.country)
    }

    /// What a command says of it: nothing where it is the one that is meant anyway.
    fn words(&self) -> String {
        if self.country == UNITED_STATES { String::new() } else { format!(" --country {}", self.country) }
    }
}

#[derive(Debug, Args)]
struct FitArgs {
    /// A model: a folder with model.toml; the bundled one if left out
    model: Option<PathBuf>,
    /// Folder for the posterior and for unfinished work; a stopped fit goes on from there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Date to write beside the posterior; nothing reads the clock
    #[arg(long, default_value = "")]
    date: String,
    #[command(flatten)]
    country: Country,
    #[command(flatten)]
    sampler: Sampler,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

/// Arguments of `states backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Ends of these months, from which is projected
    #[arg(long, value_delimiter = ',', value_parser = month, default_value = STATES_ORIGINS)]
    origins: Vec<i32>,
    /// Months ahead, to the end of the twelve that are summed
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(i32).range(1..=60), default_value = "12,24")]
    horizons: Vec<i32>,
    /// Folder for the page of the track record and the table of all forecasts
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Date to write on the page; nothing reads the clock
    #[arg(long, default_value = "no date")]
    date: String,
    #[command(flatten)]
    country: Country,
    #[command(flatten)]
    sampler: Sampler,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

#[derive(Clone, Debug, Args)]
struct Sampler {
    /// Seed of every random number
    #[arg(long, default_value_t = FitOptions::default().seed)]
    seed: u64,
    /// Chains
    #[arg(long, default_value_t = FitOptions::default().chains, value_parser = few)]
    chains: usize,
    /// Generations of warm-up, for each chain
    #[arg(long, default_value_t = FitOptions::default().warmup, value_parser = few)]
    warmup: usize,
    /// Generations from which draws are kept, for each chain
    #[arg(long, default_value_t = FitOptions::default().sampling, value_parser = few)]
    sampling: usize,
}

/// Origins from which deaths of the states of the United States a year later are in the record.
pub const STATES_ORIGINS: &str = "2020-12,2021-12,2022-12";
/// R-hat above which chains may disagree: the answer is then no.
const AGREE: f64 = 1.05;
/// Where the bundled posteriors are kept, from the root of the repository.
const BUNDLED: &str = "models/fentanyl/posterior";

/// A number of at least four on the command line.
fn few(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number >= 4).ok_or_else(|| "expected a whole number from 4 on".to_owned())
}

impl Sampler {
    fn options(&self) -> FitOptions {
        let Sampler { seed, chains, warmup, sampling } = *self;
        FitOptions { seed, chains, warmup, sampling, ..FitOptions::default() }
    }

    fn words(&self) -> String {
        let Sampler { seed, chains, warmup, sampling } = self;
        format!("--seed {seed} --chains {chains} --warmup {warmup} --sampling {sampling}")
    }
}

impl StatesArgs {
    /// Does what was asked.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        match &self.task {
            Task::Fit(args) => args.run(output),
            Task::Backtest(args) => args.run(output),
        }
    }
}

impl FitArgs {
    fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?;
        compiled(&project)?;
        let atlas = self.country.atlas(&project)?;
        let command =
            format!("counterflow states fit{} --out {BUNDLED} {}", self.country.words(), self.sampler.words());
        fit_and_tell(
            &project,
            &atlas,
            &self.out,
            &self.sampler.options(),
            (&self.date, command),
            self.json.json,
            output,
        )
    }
}

/// Fits the states, writes their posterior with a date and the command, and says what was found.
pub(super) fn fit_and_tell(
    project: &Project,
    atlas: &Atlas,
    out: &Path,
    options: &FitOptions,
    (date, command): (&str, String),
    json: bool,
    output: &mut Output,
) -> Result<Answer, Failure> {
    make_folder(out)?;
    let progress = Progress::new("fitting");
    let state = out.join(format!("{}.state", atlas.posterior));
    let mut done = fit(project, atlas, options, &state, &mut |p| {
        progress.say("sampling", p.generation, p.of, p.log_density);
    })?;
    drop(progress);
    date.clone_into(&mut done.fitted.about.date);
    done.fitted.about.command = command;
    let fitted = &done.fitted;
    let files = [("csv", fitted.to_csv()), ("toml", fitted.about_toml()), ("diagnostics.csv", diagnostics(&done))];
    write_files(out, &atlas.posterior, &files)?;
    // The work is finished; what is left of it would only say so again.
    let _ = std::fs::remove_file(&state);
    if json {
        let about = serde_json::to_value(&fitted.about).map_err(|e| Problem::new("--json", e.to_string()))?;
        output.json(&json!({ "about": about, "pooled": pooled(&done) }))?;
    } else {
        tell_fit(&done, out, output)?;
    }
    Ok(if fitted.about.worst_rhat < AGREE { Answer::Done } else { Answer::No })
}

fn tell_fit(done: &PlaceFit, out: &Path, output: &mut Output) -> Result<(), Failure> {
    let about = &done.fitted.about;
    let mut table = Table::new(&[
        ("pooled number", Set::Left),
        ("mean", Set::Right),
        ("sd", Set::Right),
        ("contraction", Set::Right),
        ("R-hat", Set::Right),
        ("effective draws", Set::Right),
    ]);
    for row in &done.diagnostics {
        let numbers = [row.posterior.0, row.posterior.1, row.contraction, row.diagnosis.rhat];
        let [mean, sd, contraction, rhat] = numbers.map(|x| format!("{x:.3}"));
        let ess = format!("{:.0}", row.diagnosis.bulk_ess);
        table.row([row.name.clone(), mean, sd, contraction, rhat, ess]);
    }
    output.text(&table.text(width()))?;
    let [half, most, nearly] = about.coverage.share.map(|share| 100.0 * share);
    output.line(format_args!(
        "{} draws in {}; of {} counts {half:.0}/{most:.0}/{nearly:.0} % lie in bands of 50/80/95 %",
        done.fitted.values.len(),
        out.display(),
        about.coverage.count
    ))?;
    let percent = |log: f64| 100.0 * log;
    output.line(format_args!(
        "logs in runs, in hundredths, and before the fit: all states are off the nation by at most {:.1} ({:.1}); \
         a state's share has a standard deviation of {:.1} ({:.1})",
        percent(about.sum_off.0),
        percent(about.sum_off.1),
        percent(about.share_sd.0),
        percent(about.share_sd.1),
    ))?;
    output.line(format_args!(
        "states are off what was fitted by {:.1} between knots and {:.1} at the end",
        percent(about.path_off.0),
        percent(about.path_off.1),
    ))?;
    Ok(())
}

fn pooled(done: &PlaceFit) -> Vec<Value> {
    let row = |row: &counterflow::places::PooledRow| {
        json!({
            "name": row.name,
            "mean": row.posterior.0,
            "sd": row.posterior.1,
            "contraction": row.contraction,
            "rhat": row.diagnosis.rhat,
            "bulk_ess": row.diagnosis.bulk_ess,
            "tail_ess": row.diagnosis.tail_ess,
        })
    };
    done.diagnostics.iter().map(row).collect()
}

fn diagnostics(done: &PlaceFit) -> String {
    let mut text = "parameter,mean,sd,contraction,rhat,bulk_ess,tail_ess\n".to_owned();
    for row in &done.diagnostics {
        let ((mean, sd), d) = (row.posterior, &row.diagnosis);
        text.push_str(&format!(
            "{},{mean:.4},{sd:.4},{:.4},{:.4},{:.0},{:.0}\n",
            row.name, row.contraction, d.rhat, d.bulk_ess, d.tail_ess
        ));
    }
    text
}

impl BacktestArgs {
    /// The same test as a part of `backtest`, which knows no settings of this sampler but the seed.
    pub fn of_backtest(
        (origins, horizons): (Vec<i32>, Vec<i32>),
        seed: u64,
        (out, date): (Option<PathBuf>, String),
        json: Json,
        chosen: Chosen,
    ) -> BacktestArgs {
        let FitOptions { chains, warmup, sampling, .. } = FitOptions::default();
        let country = Country { country: UNITED_STATES.to_owned() };
        let sampler = Sampler { seed, chains, warmup, sampling };
        BacktestArgs { origins, horizons, out, date, country, sampler, json, chosen }
    }

    /// Fits, scores and prints.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        let request = PlaceTestRequest {
            origins: self.origins.clone(),
            horizons: self.horizons.clone(),
            options: self.sampler.options(),
        };
        let progress = Progress::new("back-testing");
        let atlas = self.country.atlas(&project)?;
        let test = backtest(&project, &atlas, &request, &mut |origin, p| {
            progress.say(&format!("{}: sampling", written(origin)), p.generation, p.of, p.log_density);
        })?;
        drop(progress);
        if let Some(out) = &self.out {
            let page = page(&test, &self.command(), &self.date);
            write_files(out, &atlas.posterior, &[("md", page), ("csv", forecasts_csv(&test))])?;
        }
        if self.json.json {
            output.json(&json_of(&test))?;
        } else {
            tell(&test, output)?;
        }
        Ok(Answer::Done)
    }

    /// The command with all that its figures depend on, without folders.
    fn command(&self) -> String {
        let origins: Vec<String> = self.origins.iter().map(|origin| written(*origin)).collect();
        let horizons: Vec<String> = self.horizons.iter().map(ToString::to_string).collect();
        let (origins, horizons, sampler) = (origins.join(","), horizons.join(","), self.sampler.words());
        let country = self.country.words();
        let mut words =
            format!("counterflow states backtest{country} --origins {origins} --horizons {horizons} {sampler}");
        self.chosen.choices.iter().for_each(|choice| words.push_str(&format!(" --variant {choice}")));
        words
    }
}

fn origin(scores: &PlaceScores) -> String {
    scores.origin.map_or_else(|| "all".to_owned(), written)
}

fn ratio((ratio, count): (Ratio, usize)) -> String {
    format!("{:.2} ({:.2} to {:.2}) of {count}", ratio.value, ratio.interval.0, ratio.interval.1)
}

fn tell(test: &PlaceTest, output: &mut Output) -> Result<(), Failure> {
    output.line(
        "Twelve-month deaths of states, on logarithms. The layer of states is tested: the nation ahead is a damped trend \
         of what was known, not the model. A ratio below 1 is better.\n",
    )?;
    let mut table = Table::new(&[
        ("origin", Set::Left),
        ("months", Set::Right),
        ("states", Set::Right),
        ("in 50/80/95 %", Set::Left),
        ("WIS", Set::Right),
        ("WIS / persistence", Set::Left),
    ]);
    for row in &test.scores {
        table.row([
            origin(row),
            row.ahead.to_string(),
            row.scores.count.to_string(),
            row.scores.coverage.map(|share| format!("{:.0}", 100.0 * share)).join("/"),
            format!("{:.3}", row.scores.weighted_interval_score),
            row.to_persistence.map_or_else(|| "-".to_owned(), ratio),
        ]);
    }
    output.text(&table.text(width()))?;
    Ok(())
}

fn json_of(test: &PlaceTest) -> Value {
    let row = |row: &PlaceScores| {
        json!({
            "origin": row.origin.map(written),
            "months_ahead": row.ahead,
            "states": row.scores.count,
            "coverage50": row.scores.coverage[0],
            "coverage80": row.scores.coverage[1],
            "coverage95": row.scores.coverage[2],
            "log_wis": row.scores.weighted_interval_score,
            "log_bias": row.bias,
            "log_wis_to_persistence": row.to_persistence.map(
                |(r, _)| json!({ "value": r.value, "lo90": r.interval.0, "hi90": r.interval.1 })
            ),
            "states_with_persistence": row.to_persistence.map(|(_, count)| count),
        })
    };
    let fit = |fit: &counterflow::places::PlaceRefit| {
        json!({
            "origin": written(fit.origin),
            "deaths_known_to": written(fit.last_month),
            "worst_rhat": fit.worst_rhat,
        })
    };
    let (scores, fits) = (test.scores.iter().map(row), test.fits.iter().map(fit));
    json!({ "nation": "damped trend", "scores": scores.collect::<Vec<Value>>(), "fits": fits.collect::<Vec<Value>>() })
}
