//! `backtest`: how good projections from past dates would have been.

mod alternatives;
mod rolling;

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::backtest::{
    BackTest, Doing, Measure, Ratio, Request, Structure, Summary, backtest, beside, forecasts_csv, month, page,
    pooled_coverage, scores_csv, summaries, written,
};
use counterflow::calibration::{CalibrationOptions, Stage};
use serde_json::{Value, json};

use super::states::{self, STATES_ORIGINS};
use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, make_folder, open, width, write_files};
use crate::progress::Progress;
use crate::table::{Set, Table};

/// Arguments of `backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Ends of these months, from which is projected [default: 2020-12,2021-12,2022-12,2023-12; of states to 2022-12; of
    /// alternatives as the model's rules say]
    #[arg(long, value_delimiter = ',', value_parser = month)]
    origins: Option<Vec<i32>>,
    /// Months ahead
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i32).range(1..=60))]
    horizon: i32,
    /// Keep structure that was learnt from the scored years, to show what it is worth
    #[arg(long)]
    hindsight: bool,
    /// Roll on by months between the origins: draws are weighed by what became known since
    #[arg(long)]
    rolling: bool,
    /// Score competing variants of a part of the model on what came after they were fitted, as the model's rules say
    #[arg(long, conflicts_with_all = ["rolling", "hindsight"])]
    alternatives: bool,
    /// Test the states instead, as `states backtest` does, which has options for its sampler
    #[arg(long, conflicts_with_all = ["rolling", "hindsight", "alternatives"])]
    states: bool,
    /// Folder for unfinished work; a stopped back-test goes on from there
    #[arg(long, value_name = "FOLDER", required_unless_present = "states")]
    work: Option<PathBuf>,
    /// Folder for the page of the track record and the table of all forecasts
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Seed of every random number
    #[arg(long, default_value_t = CalibrationOptions::default().settings.seed)]
    seed: u64,
    /// Paths of warm-up for each chain and origin
    #[arg(long, default_value_t = 320)]
    warmup: usize,
    /// Paths from which draws are kept, for each chain and origin
    #[arg(long, default_value_t = 320, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(4..))]
    sampling: usize,
    /// Generations of the search for the region of the mode
    #[arg(long, default_value_t = CalibrationOptions::default().search)]
    search: usize,
    /// Date to write on the page; nothing reads the clock
    #[arg(long, default_value = "no date")]
    date: String,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

/// Horizons that are summed up, in months.
const HORIZONS: [i32; 4] = [3, 6, 12, 24];
/// Origins of national projections.
const NATIONAL_ORIGINS: &str = "2020-12,2021-12,2022-12,2023-12";

impl BacktestArgs {
    /// Refits, scores and prints.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let Some(work) = self.work.as_ref().filter(|_| !self.states) else { return self.states(output) };
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        make_folder(work)?;
        let request = self.request(work);
        if self.rolling {
            return self.roll(&project, &request, output);
        }
        if self.alternatives {
            return self.compare_variants(&project, &request, output);
        }
        let progress = Progress::new("back-testing");
        let test = backtest(&project, &request, &mut |origin, stage| say(&progress, &written(origin), stage))?;
        drop(progress);
        let summed = summaries(&test.rows, &HORIZONS);
        if let Some(out) = &self.out {
            self.write(out, &test, &summed)?;
        }
        if self.json.json {
            output.json(&json_of(&test, &summed))?;
        } else {
            tell(&test, &summed, output)?;
        }
        Ok(Answer::Done)
    }

    fn request(&self, work: &Path) -> Request {
        let mut options = CalibrationOptions { search: self.search, ..CalibrationOptions::default() };
        options.settings.seed = self.seed;
        options.settings.warmup = self.warmup;
        options.settings.sampling = self.sampling;
        Request {
            origins: self.origins(),
            horizon: self.horizon,
            structure: if self.hindsight { Structure::Hindsight } else { Structure::Dated },
            options,
            work: work.to_owned(),
        }
    }

    /// The origins that were asked for, else those of this kind of test; none of alternatives, whose origins the rules name.
    fn origins(&self) -> Vec<i32> {
        let usual = match (self.states, self.alternatives) {
            (true, _) => STATES_ORIGINS,
            (false, true) => "",
            (false, false) => NATIONAL_ORIGINS,
        };
        self.origins.clone().unwrap_or_else(|| usual.split(',').filter_map(|text| month(text).ok()).collect())
    }

    fn states(&self, output: &mut Output) -> Result<Answer, Failure> {
        let horizons: Vec<i32> =
            HORIZONS.into_iter().filter(|ahead| ahead % 12 == 0 && *ahead <= self.horizon).collect();
        let asked = (self.origins(), horizons);
        let written = (self.out.clone(), self.date.clone());
        states::BacktestArgs::of_backtest(asked, self.seed, written, self.json, self.chosen.clone()).run(output)
    }

    fn write(&self, out: &Path, test: &BackTest, summed: &[Summary]) -> Result<(), Failure> {
        let name = if self.hindsight { "backtest-hindsight" } else { "backtest" };
        let (other, structure) =
            if self.hindsight { ("backtest", Structure::Hindsight) } else { ("backtest-hindsight", Structure::Dated) };
        let other = out.join(format!("{other}.csv"));
        // The test of the other kind is told beside this one where it is in the same folder.
        let beside = if other.exists() { beside(&test.rows, structure, &other, &HORIZONS)? } else { Vec::new() };
        let page = page(test, summed, &beside, (&self.command(), &self.date));
        let table = scores_csv(&counterflow::backtest::scores(test, summed, &self.date));
        write_files(out, &format!("{name}-scores"), &[("csv", table)])?;
        write_files(out, name, &[("md", page), ("csv", forecasts_csv(&test.rows))])
    }

    /// The command with all that its figures depend on, without folders.
    fn command(&self) -> String {
        let origins: Vec<String> = self.origins().into_iter().map(written).collect();
        let mut words = "counterflow backtest".to_owned();
        if self.alternatives {
            words.push_str(" --alternatives");
        }
        if !origins.is_empty() {
            words.push_str(&format!(" --origins {}", origins.join(",")));
        }
        if !self.alternatives {
            words.push_str(&format!(" --horizon {}", self.horizon));
        }
        words.push_str(&format!(" --seed {} --warmup {} --sampling {}", self.seed, self.warmup, self.sampling));
        for (word, asked) in [(" --hindsight", self.hindsight), (" --rolling", self.rolling)] {
            words.push_str(if asked { word } else { "" });
        }
        self.chosen.choices.iter().for_each(|choice| words.push_str(&format!(" --variant {choice}")));
        words
    }
}

/// Shows how far a fit is.
fn say(progress: &Progress, of: &str, stage: Stage) {
    let from = |what: &str| format!("{of}: {what}");
    match stage {
        Stage::Search(p) => progress.say(&from("searching"), p.generation, p.of, p.log_density),
        Stage::Climb(round, log_density) => progress.say(&from("climbing"), round, round + 1, log_density),
        Stage::Sample(p) => progress.say(&from("sampling"), p.generation, p.of, p.log_density),
    }
}

/// Shows how far a fit, or the runs that are weighed, are.
fn say_doing(progress: &Progress, of: &str, doing: Doing) {
    match doing {
        Doing::Fit(stage) => say(progress, of, stage),
        Doing::Weigh(done, all) => progress.at(done, all),
    }
}

fn tell(test: &BackTest, summed: &[Summary], output: &mut Output) -> Result<(), Failure> {
    output.line(
        "Refitted at each origin with what was known then; scored on what came after. A ratio below 1 is better.\n",
    )?;
    output.text(&scores(summed).text(width()))?;
    for refit in &test.refits {
        output.line(format_args!(
            "{}: deaths known to {}, {} parameters, worst R-hat {:.2}",
            written(refit.origin),
            written(refit.last_month),
            refit.dimension,
            refit.worst_rhat
        ))?;
    }
    Ok(())
}

/// Scores by target, measure and horizon as a table.
fn scores(summed: &[Summary]) -> Table {
    let mut table = Table::new(&[
        ("target", Set::Left),
        ("what", Set::Left),
        ("months", Set::Right),
        ("n", Set::Right),
        ("WIS / persistence", Set::Left),
        ("WIS / trend", Set::Left),
        ("in 50/80/95 %", Set::Left),
    ]);
    for summary in summed {
        let measure = if summary.measure == Measure::Period { "one period" } else { "12 months" };
        table.row([
            summary.target.clone(),
            measure.to_owned(),
            summary.ahead.to_string(),
            summary.model.count.to_string(),
            ratio_text(summary.to_persistence),
            ratio_text(summary.to_trend),
            summary.model.coverage.map(|share| format!("{:.0}", 100.0 * share)).join("/"),
        ]);
    }
    table
}

fn ratio_text(ratio: Option<Ratio>) -> String {
    let text = |r: Ratio| format!("{:.2} ({:.2} to {:.2})", r.value, r.interval.0, r.interval.1);
    ratio.map_or_else(|| "-".to_owned(), text)
}

/// Scores of one target, measure and horizon as JSON.
fn json_of_summary(s: &Summary) -> Value {
    let ratio =
        |ratio: Option<Ratio>| ratio.map(|r| json!({ "value": r.value, "lo90": r.interval.0, "hi90": r.interval.1 }));
    json!({
        "target": s.target,
        "measure": if s.measure == Measure::Period { "period" } else { "twelve_months" },
        "months_ahead": s.ahead,
        "forecasts": s.model.count,
        "coverage50": s.model.coverage[0],
        "coverage80": s.model.coverage[1],
        "coverage95": s.model.coverage[2],
        "wis": s.model.weighted_interval_score,
        "absolute_error": s.model.absolute_error,
        "log_bias": s.bias,
        "wis_to_persistence": ratio(s.to_persistence),
        "wis_to_trend": ratio(s.to_trend),
    })
}

fn json_of(test: &BackTest, summed: &[Summary]) -> Value {
    let refits = test.refits.iter().map(|refit| {
        json!({
            "origin": written(refit.origin),
            "deaths_known_to": written(refit.last_month),
            "parameters": refit.dimension,
            "worst_rhat": refit.worst_rhat,
            "left_out": refit.left_out.iter().map(|(name, why)| json!({ "parameter": name, "why": why })).collect::<Vec<Value>>(),
        })
    });
    let pooled = pooled_coverage(summed);
    json!({
        "hindsight": test.structure == Structure::Hindsight,
        "model_version": test.model_version,
        "refits": refits.collect::<Vec<Value>>(),
        "scores": summed.iter().map(json_of_summary).collect::<Vec<Value>>(),
        "pooled_coverage": pooled.map(|c| json!({ "50": c[0], "80": c[1], "95": c[2] })),
    })
}
