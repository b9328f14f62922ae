//! `backtest`: how good projections from past dates would have been.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::backtest::{
    BackTest, Measure, Ratio, Request, Structure, Summary, backtest, forecasts_csv, month, page, pooled_coverage,
    summaries, written,
};
use counterflow::calibration::{CalibrationOptions, Stage};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, make_folder, open, width, write_files};
use crate::progress::Progress;
use crate::table::{Set, Table};

/// Arguments of `backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Ends of these months, from which is projected
    #[arg(long, value_delimiter = ',', value_parser = month, default_value = "2020-12,2021-12,2022-12,2023-12")]
    origins: Vec<i32>,
    /// Months ahead
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i32).range(1..=60))]
    horizon: i32,
    /// Keep structure that was learnt from the scored years, to show what it is worth
    #[arg(long)]
    hindsight: bool,
    /// Folder for unfinished work; a stopped back-test goes on from there
    #[arg(long, value_name = "FOLDER")]
    work: PathBuf,
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

impl BacktestArgs {
    /// Refits, scores and prints.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        make_folder(&self.work)?;
        let mut options = CalibrationOptions { search: self.search, ..CalibrationOptions::default() };
        options.settings.seed = self.seed;
        options.settings.warmup = self.warmup;
        options.settings.sampling = self.sampling;
        let request = Request {
            origins: self.origins.clone(),
            horizon: self.horizon,
            structure: if self.hindsight { Structure::Hindsight } else { Structure::Dated },
            options,
            work: self.work.clone(),
        };
        let progress = Progress::new("back-testing");
        let test = backtest(&project, &request, &mut |origin, stage| {
            let from = |what: &str| format!("{}: {what}", written(origin));
            match stage {
                Stage::Search(p) => progress.say(&from("searching"), p.generation, p.of, p.log_density),
                Stage::Climb(round, log_density) => progress.say(&from("climbing"), round, round + 1, log_density),
                Stage::Sample(p) => progress.say(&from("sampling"), p.generation, p.of, p.log_density),
            }
        })?;
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

    fn write(&self, out: &Path, test: &BackTest, summed: &[Summary]) -> Result<(), Failure> {
        let name = if self.hindsight { "backtest-hindsight" } else { "backtest" };
        let page = page(test, summed, &self.command(), &self.date);
        write_files(out, name, &[("md", page), ("csv", forecasts_csv(test))])
    }

    /// The command with all that its figures depend on, without folders.
    fn command(&self) -> String {
        let origins: Vec<String> = self.origins.iter().map(|origin| written(*origin)).collect();
        let mut words = format!(
            "counterflow backtest --origins {} --horizon {} --seed {} --warmup {} --sampling {}",
            origins.join(","),
            self.horizon,
            self.seed,
            self.warmup,
            self.sampling
        );
        if self.hindsight {
            words.push_str(" --hindsight");
        }
        self.chosen.choices.iter().for_each(|choice| words.push_str(&format!(" --variant {choice}")));
        words
    }
}

fn tell(test: &BackTest, summed: &[Summary], output: &mut Output) -> Result<(), Failure> {
    output.line(
        "Refitted at each origin with what was known then; scored on what came after. A ratio below 1 is better.\n",
    )?;
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
    output.text(&table.text(width()))?;
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

fn ratio_text(ratio: Option<Ratio>) -> String {
    let text = |r: Ratio| format!("{:.2} ({:.2} to {:.2})", r.value, r.interval.0, r.interval.1);
    ratio.map_or_else(|| "-".to_owned(), text)
}

fn json_of(test: &BackTest, summed: &[Summary]) -> Value {
    let ratio =
        |ratio: Option<Ratio>| ratio.map(|r| json!({ "value": r.value, "lo90": r.interval.0, "hi90": r.interval.1 }));
    let summary = |s: &Summary| {
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
    };
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
        "scores": summed.iter().map(summary).collect::<Vec<Value>>(),
        "pooled_coverage": pooled.map(|c| json!({ "50": c[0], "80": c[1], "95": c[2] })),
    })
}
