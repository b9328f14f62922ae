//! The posterior of places as it is kept: draws of the variant's own parameters, and what runs at their mean expect.

use std::fmt::Write as _;

use counterflow_calibrate::likelihood;
use counterflow_calibrate::places::{Draw, QUARTERS, Record, Seen};
use counterflow_model::elementary::{exp, ln};
use counterflow_model::{Family, random};
use serde::{Deserialize, Serialize};

use super::expected::{Expected, expected, nation};
use super::fit::{FitOptions, Sampled};
use super::record::PlaceRecord;
use super::{Atlas, Variables};
use crate::backtest::written;
use crate::data::{from_toml, sha256};
use crate::error::Problem;
use crate::files::FileSet;
use crate::project::Project;

/// Months before the end of the record for which what is expected is kept: sums over twelve months need them.
const BEFORE: i32 = 12;
/// Rounds in which levels are brought to where runs meet the fit.
const ROUNDS: usize = 2;

/// How a posterior of places was made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The command that makes it again.
    #[serde(default)]
    pub command: String,
    /// Day it was made.
    #[serde(default)]
    pub date: String,
    /// Version of the model.
    pub model_version: String,
    /// SHA-256 of the record of places.
    pub record_sha256: String,
    /// SHA-256 of the national draws that it is conditional on.
    pub national_sha256: String,
    /// Last month of the record.
    pub record_end: String,
    /// Seed.
    pub seed: u64,
    /// Chains, generations of warm-up and of sampling.
    pub chains: (usize, usize, usize),
    /// Share of proposals accepted.
    pub acceptance: f64,
    /// Largest split R-hat of the pooled numbers.
    pub worst_rhat: f64,
    /// Smallest effective sample size, centre and tails.
    pub least_ess: (f64, f64),
    /// Largest distance of the sum of all places from the nation, log scale, over the quarters that were fitted: in runs
    /// with the fitted means, and in runs without.
    pub sum_off: (f64, f64),
    /// Largest and mean standard deviation over national draws of a place's log share at the end of the record: how much
    /// is lost by fitting against their mean.
    pub share_spread: (f64, f64),
    /// Share of counts within predictive bands.
    pub coverage: Coverage,
}

/// Share of the exact counts that were fitted within predictive bands of 50, 80 and 95 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Number of counts.
    pub count: usize,
    /// Shares.
    pub share: [f64; 3],
}

/// What runs at the fitted means expect of a place, quarter by quarter.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Name of the place.
    pub place: String,
    /// Log of deaths a year, `[quarter]`.
    pub log_deaths: Vec<f64>,
}

/// A posterior of places.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Names of the columns.
    pub names: Vec<String>,
    /// One row for each draw; row m belongs to the main posterior's draw m.
    pub values: Vec<Vec<f64>>,
    /// First month of the first quarter of `expected`, counted from January of year 0.
    pub first_month: i32,
    /// What runs expect, by place in the order of the atlas.
    pub expected: Vec<Row>,
    /// How it was made.
    pub about: About,
}

impl Fitted {
    /// The posterior that an atlas names; `None` if there is none yet.
    ///
    /// # Errors
    /// If one of its files is missing or does not read.
    pub fn load(files: &FileSet, atlas: &Atlas) -> Result<Option<Fitted>, Problem> {
        let path = |ending: &str| format!("posterior/{}.{ending}", atlas.posterior);
        if files.get(&path("csv")).is_none() {
            return Ok(None);
        }
        let text = |path: &str| {
            let missing = || Problem::new(path, "is missing; `counterflow states fit` makes it");
            files.get(path).ok_or_else(missing)
        };
        let about_text = text(&path("toml"))?;
        let about = toml::from_str(about_text).map_err(|error| from_toml(&path("toml"), about_text, &error))?;
        let (names, values) = numbers::<Vec<f64>>(&path("csv"), text(&path("csv"))?)?;
        let (heads, rows) = numbers::<(String, Vec<f64>)>(&path("expected.csv"), text(&path("expected.csv"))?)?;
        let first = heads.get(1).and_then(|month| crate::backtest::month(month).ok());
        let no_month = || Problem::new(path("expected.csv"), "expected the months in which quarters begin as heads");
        let expected = rows.into_iter().map(|(place, log_deaths)| Row { place, log_deaths }).collect();
        Ok(Some(Fitted { names, values, first_month: first.ok_or_else(no_month)?, expected, about }))
    }

    /// The draws as CSV, four digits behind the point.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory can not fail, and neither can UTF-8 of digits and names.
        let _ = writer.write_record(&self.names);
        for row in &self.values {
            let _ = writer.write_record(row.iter().map(|x| format!("{}", (x * 1e4).round() / 1e4)));
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// What runs expect, as CSV: a row for each place, a column for each quarter.
    pub fn expected_csv(&self) -> String {
        let mut text = "place".to_owned();
        let quarters = self.expected.first().map_or(0, |row| row.log_deaths.len() as i32);
        (0..quarters).for_each(|q| _ = write!(text, ",{}", written(self.first_month + 3 * q)));
        for row in &self.expected {
            let _ = write!(text, "\n{}", row.place);
            row.log_deaths.iter().for_each(|x| _ = write!(text, ",{x:.4}"));
        }
        text + "\n"
    }

    /// How it was made, as TOML.
    pub fn about_toml(&self) -> String {
        toml::to_string(&self.about).unwrap_or_default()
    }

    /// All draws of a column.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        let column = self.names.iter().position(|known| known == name)?;
        Some(self.values.iter().map(|row| row[column]).collect())
    }
}

/// Heads and rows of a CSV of numbers.
fn numbers<T: for<'a> Deserialize<'a>>(path: &str, text: &str) -> Result<(Vec<String>, Vec<T>), Problem> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let broken = |error: csv::Error| Problem::new(path, error.to_string());
    let heads = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    Ok((heads, reader.deserialize().collect::<Result<_, _>>().map_err(broken)?))
}

/// Levels at the knots, `[place][knot]`.
type Levels = Vec<Vec<f64>>;

/// Makes the variant's parameters of paths: what the paths say relative to shares, plus what runs need to meet it.
pub(super) fn write_levels(
    project: &Project,
    atlas: &Atlas,
    options: &FitOptions,
    before: &Expected,
    record: &Record,
    sampled: &Sampled,
    draws: &[Draw],
) -> Result<Fitted, Problem> {
    let knots = knots(atlas, record.quarters);
    let places = 0..atlas.places.len();
    let mean = |place: usize, q: usize| draws.iter().map(|draw| draw.paths[place][q]).sum::<f64>() / draws.len() as f64;
    let national = nation(project, atlas)?;
    let shares = before.shares();
    let aim = |place: usize, q: usize| national[q] + ln(shares[place][q]) + mean(place, q);
    let mut levels: Levels = vec![vec![0.0; knots.len()]; places.len()];
    let mut runs = before.clone();
    for _ in 0..ROUNDS {
        for place in places.clone() {
            for (level, q) in levels[place].iter_mut().zip(&knots) {
                *level += aim(place, *q) - runs.log_deaths[place][*q];
            }
        }
        runs = expected(project, atlas, &held(atlas, &levels))?;
    }
    let offset = |place: usize, k: usize| levels[place][k] - mean(place, knots[k]);
    let names = names(atlas);
    let row = |(m, draw): (usize, &Draw)| row(&knots, draw, &sampled.pooled[m], &offset);
    let last = record.quarters - 1;
    let keep = record.quarters - (BEFORE / 3) as usize;
    let kept = |place: usize| Row {
        place: atlas.places[place].name.clone(),
        log_deaths: runs.log_deaths[place][keep..].to_vec(),
    };
    let off = |runs: &Expected| (0..=last).map(|q| (runs.log_total[q] - national[q]).abs()).fold(0.0, f64::max);
    let spread: Vec<f64> = before.spread.iter().map(|place| place[last]).collect();
    let ess = |of: &dyn Fn(&super::fit::PooledRow) -> f64| sampled.rows.iter().map(of).fold(f64::INFINITY, f64::min);
    let files = |path: String| sha256(project.files.get(&path).unwrap_or_default().as_bytes());
    let about = About {
        model_version: project.version.clone(),
        record_sha256: files(format!("{}/{}.csv", super::FOLDER, atlas.record)),
        national_sha256: files(format!("posterior/{}.csv", crate::posterior::MAIN)),
        record_end: record_end(project, atlas)?,
        seed: options.seed,
        chains: (options.chains, options.warmup, options.sampling),
        acceptance: sampled.acceptance,
        worst_rhat: sampled.rows.iter().map(|row| row.diagnosis.rhat).fold(0.0, f64::max),
        least_ess: (ess(&|row| row.diagnosis.bulk_ess), ess(&|row| row.diagnosis.tail_ess)),
        sum_off: (off(&runs), off(before)),
        share_spread: (spread.iter().copied().fold(0.0, f64::max), spread.iter().sum::<f64>() / spread.len() as f64),
        coverage: coverage(record, sampled, draws, options.seed),
        ..About::default()
    };
    Ok(Fitted {
        names,
        values: draws.iter().enumerate().map(row).collect(),
        first_month: before.first_month + 3 * keep as i32,
        expected: places.clone().map(kept).collect(),
        about,
    })
}

fn record_end(project: &Project, atlas: &Atlas) -> Result<String, Problem> {
    let end = PlaceRecord::load(&project.files, atlas)?.periods().map(|(_, last)| last);
    Ok(end.map_or_else(String::new, |last| written(last.first_month() + last.months() - 1)))
}

/// Quarters of the knots.
fn knots(atlas: &Atlas, quarters: usize) -> Vec<usize> {
    let start = f64::from(atlas.first_month()) / 12.0;
    let quarter = |time: &f64| (((time - start) * QUARTERS).round().max(0.0) as usize).min(quarters - 1);
    atlas.variables.knots.iter().map(quarter).collect()
}

/// Names of the columns: the variant's parameters by place, then the pooled numbers.
fn names(atlas: &Atlas) -> Vec<String> {
    let Variables { start, change, drift, step_sd, drift_memory, .. } = &atlas.variables;
    let places = || atlas.places.iter().map(|place| place.name.as_str());
    let mut names: Vec<String> = places().map(|place| format!("{start}[{place}]")).collect();
    names.extend(places().flat_map(|place| atlas.variables.stretches().map(move |s| format!("{change}[{place},{s}]"))));
    names.extend(places().map(|place| format!("{drift}[{place}]")));
    names.extend([step_sd.clone(), drift_memory.clone(), "places.drift_sd".to_owned(), "places.dispersion".to_owned()]);
    names
}

/// One draw in the order of [`names`].
fn row(
    knots: &[usize],
    draw: &Draw,
    pooled: &counterflow_calibrate::places::Pooled,
    offset: &dyn Fn(usize, usize) -> f64,
) -> Vec<f64> {
    let level = |place: usize, k: usize| draw.paths[place][knots[k]] + offset(place, k);
    let places = 0..draw.paths.len();
    let mut row: Vec<f64> = places.clone().map(|place| level(place, 0)).collect();
    let change = |place: usize, k: usize| level(place, k) - level(place, k - 1);
    row.extend(places.flat_map(|place| (1..knots.len()).map(move |k| (place, k))).map(|(p, k)| change(p, k)));
    row.extend(&draw.drifts);
    row.extend([pooled.step_sd, pooled.drift_memory, pooled.drift_sd, pooled.dispersion]);
    row
}

/// The variant's parameters at these levels, without drift.
fn held(atlas: &Atlas, levels: &Levels) -> Vec<(String, f64)> {
    let Variables { start, change, .. } = &atlas.variables;
    let mut held = Vec::new();
    for (place, levels) in atlas.places.iter().zip(levels) {
        held.push((format!("{start}[{}]", place.name), levels[0]));
        for (stretch, pair) in atlas.variables.stretches().zip(levels.windows(2)) {
            held.push((format!("{change}[{},{stretch}]", place.name), pair[1] - pair[0]));
        }
    }
    held
}

/// How many of the exact counts lie within predictive bands.
fn coverage(record: &Record, sampled: &Sampled, draws: &[Draw], seed: u64) -> Coverage {
    /// Tails beyond the bands of 50, 80 and 95 %.
    const TAILS: [f64; 3] = [0.25, 0.1, 0.025];
    let stream = random::stream("places.coverage");
    let (mut inside, mut count) = ([0usize; 3], 0usize);
    for (k, place) in record.places.iter().enumerate() {
        for (i, datum) in place.counts.iter().enumerate() {
            let Seen::Exactly(value) = datum.seen else { continue };
            let at = |(draw, pooled): (&Draw, &counterflow_calibrate::places::Pooled)| {
                let mean: f64 = datum.parts.iter().map(|(q, e)| e * exp(draw.paths[k][*q])).sum();
                let family = Family::NegativeBinomial;
                let below = likelihood::cumulative(family, value.round() - 1.0, mean, pooled.dispersion, None);
                let to = likelihood::cumulative(family, value.round(), mean, pooled.dispersion, None);
                (below, to)
            };
            let sums = draws.iter().zip(&sampled.pooled).map(at).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            // A whole number takes a stretch of probability: where in it is drawn, so that coverage can be exact.
            let u = random::uniform(seed, stream, k as u64, i as u64);
            let rank = (sums.0 + u * (sums.1 - sums.0)) / draws.len() as f64;
            count += 1;
            for (inside, tail) in inside.iter_mut().zip(TAILS) {
                *inside += usize::from(tail <= rank && rank <= 1.0 - tail);
            }
        }
    }
    Coverage { count, share: inside.map(|inside| inside as f64 / count.max(1) as f64) }
}
