//! Back-tests of places: fitted again with what was known at an origin, projected, and scored on what came after.
//!
//! Only the layer of places is tested: the nation ahead is a damped trend of the nation's own months known then, not the
//! model, and what is expected of a place is its share of the deaths known then, so that nothing learnt later comes in.
//! Figures are those of today's record: errors of first publication are not drawn.

use std::collections::BTreeMap;

use counterflow_calibrate::diagnose::quantile;
use counterflow_calibrate::places::{Draw, Pooled, Record, Seen};
use counterflow_calibrate::sampler::Progress;
use counterflow_calibrate::score::{Forecast, Scores, score};
use counterflow_model::elementary::ln;
use counterflow_model::{Period, random};

use super::ahead::{Nation, Standing};
use super::fit::{FitOptions, national, paths, sample};
use super::{Atlas, PlaceRecord, expected};
use crate::backtest::{Ratio, Rules, damped_paths, persistence};
use crate::error::Problem;
use crate::project::Project;

/// Least deaths in twelve months whose logarithm is taken.
const LEAST: f64 = 0.5;
/// Months of the record before an origin that are fitted at most: before them fentanyl was new in most of the United
/// States.
const WINDOW: i32 = 60;
/// Months whose deaths say what is expected of a place.
const SHARES: i32 = 24;
/// Resamplings of origins and places.
const RESAMPLINGS: u64 = 1000;

/// What to test.
#[derive(Clone, Debug)]
pub struct PlaceTestRequest {
    /// Ends of these months, counted from January of year 0.
    pub origins: Vec<i32>,
    /// Months ahead.
    pub horizons: Vec<i32>,
    /// How to fit at each origin.
    pub options: FitOptions,
}

/// One forecast of twelve months and what came true, as logarithms.
#[derive(Clone, Debug)]
pub struct PlaceForecast {
    /// Origin, as a month.
    pub origin: i32,
    /// Months ahead.
    pub ahead: i32,
    /// Code of the place.
    pub code: String,
    /// Log of what came true.
    pub truth: f64,
    /// The forecast of it.
    pub model: Forecast,
    /// Persistence with its own past errors, where the place's record is long enough.
    pub persistence: Option<Forecast>,
}

/// Scores at one horizon, of one origin or of all.
#[derive(Clone, Debug)]
pub struct PlaceScores {
    /// Origin, as a month; `None` for all.
    pub origin: Option<i32>,
    /// Months ahead.
    pub ahead: i32,
    /// Scores of all places whose twelve months are known, on logarithms.
    pub scores: Scores,
    /// Mean of the log of median over truth.
    pub bias: f64,
    /// Summed weighted interval score over that of persistence, on logarithms, over places that have both, and their
    /// number. The interval is that of resampled places and, for all, of resampled origins with resampled places.
    pub to_persistence: Option<(Ratio, usize)>,
}

/// What a fit at an origin had and gave.
#[derive(Clone, Copy, Debug)]
pub struct PlaceRefit {
    /// Origin, as a month.
    pub origin: i32,
    /// Last month known then.
    pub last_month: i32,
    /// Largest R-hat of the pooled numbers.
    pub worst_rhat: f64,
}

/// A back-test of places.
#[derive(Clone, Debug)]
pub struct PlaceTest {
    /// All forecasts.
    pub forecasts: Vec<PlaceForecast>,
    /// By origin and horizon, then over all origins.
    pub scores: Vec<PlaceScores>,
    /// The fits, by origin.
    pub fits: Vec<PlaceRefit>,
    /// Version of the model.
    pub model_version: String,
    /// The places.
    pub atlas: Atlas,
}

/// Fits at each origin, projects and scores.
///
/// # Errors
/// If the model has no rules of what was known when, its record does not read, or an origin has too few
/// months before it.
pub fn backtest(
    project: &Project,
    atlas: &Atlas,
    request: &PlaceTestRequest,
    progress: &mut dyn FnMut(i32, Progress),
) -> Result<PlaceTest, Problem> {
    let record = PlaceRecord::load(&project.files, atlas)?;
    let nation = national(project, atlas, &record)?;
    let rules = Rules::of(&project.files)?;
    let test = Test { atlas, record: &record, nation: &nation, request };
    let (mut forecasts, mut fits) = (Vec::new(), Vec::new());
    for origin in &request.origins {
        let last_month = rules.last_known(&atlas.record, Period::Month, *origin);
        let (rows, worst_rhat) = test.at(*origin, last_month, &mut |stage| progress(*origin, stage))?;
        forecasts.extend(rows);
        fits.push(PlaceRefit { origin: *origin, last_month, worst_rhat });
    }
    let mut scores = Vec::new();
    for origin in request.origins.iter().map(|origin| Some(*origin)).chain([None]) {
        scores.extend(request.horizons.iter().filter_map(|ahead| scored(&forecasts, origin, *ahead)));
    }
    Ok(PlaceTest { forecasts, scores, fits, model_version: project.version.clone(), atlas: atlas.clone() })
}

struct Test<'a> {
    atlas: &'a Atlas,
    record: &'a PlaceRecord,
    /// The nation's deaths by month.
    nation: &'a BTreeMap<i32, f64>,
    request: &'a PlaceTestRequest,
}

impl Test<'_> {
    fn at(
        &self,
        origin: i32,
        last: i32,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Vec<PlaceForecast>, f64), Problem> {
        let then = self.record.until(last);
        let earliest = self.record.periods().map_or(last, |(first, _)| first.first_month());
        // Quarters begin with the record's first month known, so that the last one is whole.
        let first = (last + 1 - WINDOW).max(earliest + (last + 1 - earliest).rem_euclid(3));
        let months: Vec<f64> = (earliest..=last).map_while(|month| self.nation.get(&month).copied()).collect();
        if months.len() as i32 != last + 1 - earliest || months.len() < 36 {
            let message = format!("origin {origin}: expected three years of the nation's months before it");
            return Err(Problem::new("--origins", message));
        }
        let shares = self.shares(&then, last);
        let quarters = ((last + 1 - first) / 3) as usize;
        let flat: Vec<Vec<f64>> = shares.iter().map(|share| vec![*share; quarters]).collect();
        let of = |month: i32| self.nation.get(&month).copied().filter(|_| month <= last);
        let beside = expected::beside(&then, self.atlas, &flat, first, &of);
        let sampled = sample(&beside, &self.atlas.pooled_priors()?, &self.request.options, None, progress)?;
        let draws = paths(&beside, &sampled.pooled, self.request.options.seed);
        let nation = self.ahead(&months, earliest, origin);
        let forecasts = self.forecasts(origin, last, first, (&beside, &sampled.pooled, &draws), (&nation, &shares));
        Ok((forecasts, sampled.worst_rhat()))
    }

    /// Share of each place in the deaths of the newest months known; half a death for one that has none.
    fn shares(&self, then: &PlaceRecord, last: i32) -> Vec<f64> {
        let deaths = |place: usize| {
            let newest = then.data.iter().filter(|d| d.place == place && d.period.first_month() > last - SHARES);
            let count = |seen: Seen| match seen {
                Seen::Exactly(value) => value,
                Seen::AtMost(most) => most / 2.0,
            };
            newest.map(|datum| count(datum.seen)).sum::<f64>().max(LEAST)
        };
        let all: Vec<f64> = (0..self.atlas.places.len()).map(deaths).collect();
        let sum: f64 = all.iter().sum();
        all.iter().map(|deaths| deaths / sum).collect()
    }

    /// The nation: what was known, and a damped trend of it.
    fn ahead(&self, months: &[f64], earliest: i32, origin: i32) -> Nation {
        let options = &self.request.options;
        let furthest = self.request.horizons.iter().copied().max().unwrap_or(0);
        let steps = (origin + furthest + 1 - earliest) as usize - months.len();
        let draws = damped_paths(months, steps, options.seed, options.draws);
        let whole = |draw: Vec<f64>| months.iter().copied().chain(draw).collect();
        Nation { first_month: earliest, draws: draws.into_iter().map(whole).collect() }
    }

    fn forecasts(
        &self,
        origin: i32,
        last: i32,
        first: i32,
        (record, pooled, draws): (&Record, &[Pooled], &[Draw]),
        (nation, shares): (&Nation, &[f64]),
    ) -> Vec<PlaceForecast> {
        let newest = record.quarters - 1;
        let log_expected: Vec<Vec<Vec<f64>>> = shares.iter().map(|share| vec![vec![ln(*share)]]).collect();
        let end = |draw: &Draw| draw.paths.iter().map(|path| path[newest]).zip(draw.drifts.iter().copied()).collect();
        let begin = last - 11;
        let standing = Standing {
            first_month: begin.max(first),
            last_month: last,
            log_expected: &log_expected,
            ends: draws.iter().map(end).collect(),
            pooled: pooled.to_vec(),
            seed: self.request.options.seed,
        };
        let then = self.record.until(last);
        let all = standing.project(&then, nation);
        let mut rows = Vec::new();
        for (place, paths) in all.iter().enumerate() {
            for ahead in &self.request.horizons {
                let month = origin + ahead;
                let (Some(truth), Some(sums)) = (self.truth(place, month), paths.twelve_months(month)) else {
                    continue;
                };
                let logs: Vec<f64> = sums.iter().map(|sum| ln(sum.max(LEAST))).collect();
                let Some(model) = Forecast::from_draws(&logs) else { continue };
                let persistence = naive(&self.sums(&then, place, last), (month - last) as usize);
                let truth = ln(truth.max(LEAST));
                let code = self.atlas.places[place].code.clone();
                rows.push(PlaceForecast { origin, ahead: *ahead, code, truth, model, persistence });
            }
        }
        rows
    }

    /// Twelve months that end with one, if all of them, or the year, are known.
    fn truth(&self, place: usize, to: i32) -> Option<f64> {
        let whole =
            self.record.data.iter().find(|d| d.place == place && d.period.months() == 12 && d.last_month() == to);
        match whole.map(|datum| datum.seen) {
            Some(Seen::Exactly(value)) => Some(value),
            _ => (to - 11..=to).map(|month| self.record.month(place, month)).sum(),
        }
    }

    /// Sums over twelve months, one for each month, the newest last, as far back as no month is missing.
    fn sums(&self, then: &PlaceRecord, place: usize, last: i32) -> Vec<f64> {
        let mut months: Vec<f64> = (0..).map_while(|back| then.month(place, last - back)).collect();
        months.reverse();
        months.windows(12).map(|year| year.iter().sum()).collect()
    }
}

/// Persistence on logarithms.
fn naive(sums: &[f64], steps: usize) -> Option<Forecast> {
    let forecast = persistence(sums, steps)?;
    Forecast::from_quantiles(&forecast.quantiles().iter().map(|value| ln(value.max(LEAST))).collect::<Vec<f64>>())
}

fn scored(forecasts: &[PlaceForecast], origin: Option<i32>, ahead: i32) -> Option<PlaceScores> {
    let of = |row: &&PlaceForecast| row.ahead == ahead && origin.is_none_or(|origin| origin == row.origin);
    let rows: Vec<&PlaceForecast> = forecasts.iter().filter(of).collect();
    let pairs: Vec<(Forecast, f64)> = rows.iter().map(|row| (row.model.clone(), row.truth)).collect();
    let bias = rows.iter().map(|row| row.model.median() - row.truth).sum::<f64>() / rows.len() as f64;
    Some(PlaceScores { origin, ahead, scores: score(&pairs)?, bias, to_persistence: ratio(&rows) })
}

/// Our score over that of persistence, over rows that have both, and their number.
fn ratio(rows: &[&PlaceForecast]) -> Option<(Ratio, usize)> {
    let mut of_origin: BTreeMap<i32, Vec<(f64, f64)>> = BTreeMap::new();
    for row in rows {
        let Some(persistence) = &row.persistence else { continue };
        let score = |forecast: &Forecast| forecast.weighted_interval_score(row.truth);
        of_origin.entry(row.origin).or_default().push((score(&row.model), score(persistence)));
    }
    let origins: Vec<Vec<(f64, f64)>> = of_origin.into_values().collect();
    let count = origins.iter().map(Vec::len).sum();
    let over = |pairs: &[(f64, f64)]| {
        let (ours, theirs) = pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        ours / theirs
    };
    let mut values: Vec<f64> = (0..RESAMPLINGS).map(|n| over(&resampled(&origins, n))).collect();
    values.sort_by(f64::total_cmp);
    let interval = (quantile(&values, 0.05), quantile(&values, 0.95));
    (count > 0).then(|| (Ratio { value: over(&origins.concat()), interval }, count))
}

/// The n-th resampling: as many origins as there are, and of each as many places.
fn resampled(origins: &[Vec<(f64, f64)>], n: u64) -> Vec<(f64, f64)> {
    let (of_origins, of_places) = (random::stream("resampled origins"), random::stream("resampled places"));
    let pick = |stream: u64, k: usize, count: usize| {
        ((random::uniform(0, stream, n, k as u64) * count as f64) as usize).min(count - 1)
    };
    let mut pairs = Vec::new();
    for k in 0..origins.len() {
        let places = &origins[pick(of_origins, k, origins.len())];
        let begin = pairs.len();
        pairs.extend((0..places.len()).map(|i| places[pick(of_places, begin + i, places.len())]));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_need_both_forecasts_and_coverage_only_one() {
        let forecast = |centre: f64| Forecast::from_draws(&[centre - 0.1, centre, centre + 0.1]).expect("draws");
        let row = |origin: i32, persistence: Option<Forecast>| PlaceForecast {
            origin,
            ahead: 12,
            code: "OH".to_owned(),
            truth: 5.0,
            model: forecast(5.0),
            persistence,
        };
        let rows = [row(10, Some(forecast(6.0))), row(10, Some(forecast(5.0))), row(22, None), row(22, None)];
        let all = scored(&rows, None, 12).expect("four rows");
        assert_eq!(all.scores.count, 4);
        let (ratio, count) = all.to_persistence.expect("two have both");
        // Resamplings with only the worse of the two references, and with only the equal one.
        let worst = forecast(5.0).weighted_interval_score(5.0) / forecast(6.0).weighted_interval_score(5.0);
        assert!(count == 2 && worst < ratio.value && ratio.value < 2.0 * worst, "{ratio:?}");
        assert!((ratio.interval.0 - worst).abs() < 1e-9 && (ratio.interval.1 - 1.0).abs() < 1e-9, "{ratio:?}");
        assert!(scored(&rows, Some(22), 12).expect("two rows").to_persistence.is_none());
        assert!(scored(&rows, Some(11), 12).is_none());
    }
}
