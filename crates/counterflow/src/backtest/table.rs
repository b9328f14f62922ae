//! Scores of a back-test by target, measure and horizon.

use std::collections::BTreeMap;

use counterflow_calibrate::diagnose::quantile;
use counterflow_calibrate::score::{Forecast, Scores, score};
use counterflow_model::elementary::ln;
use counterflow_model::random;

use super::{Measure, Row};

/// A ratio of weighted interval scores, with the interval of 90 % of its resamplings by origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Score of the model over that of the reference, both summed over all origins.
    pub value: f64,
    /// Lower and upper end.
    pub interval: (f64, f64),
}

/// How good the forecasts of one horizon were.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The target's short name.
    pub target: String,
    /// What of it.
    pub measure: Measure,
    /// Months from the origin.
    pub ahead: i32,
    /// Scores of the model.
    pub model: Scores,
    /// Mean of the log of median over truth.
    pub bias: f64,
    /// Against persistence, over the origins where there is one.
    pub to_persistence: Option<Ratio>,
    /// Against a damped trend.
    pub to_trend: Option<Ratio>,
}

/// Resamplings of the origins.
const RESAMPLINGS: u64 = 1000;

/// Scores at these horizons, in months; ratios are resampled by origin.
pub fn summaries(rows: &[Row], horizons: &[i32]) -> Vec<Summary> {
    summaries_by(rows, horizons, &|origin| origin)
}

/// The same with ratios resampled by blocks of origins that depend on each other: `block` says to which one belongs.
pub fn summaries_by(rows: &[Row], horizons: &[i32], block: &dyn Fn(i32) -> i32) -> Vec<Summary> {
    let mut groups: BTreeMap<(&str, Measure, i32), Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| horizons.contains(&row.ahead)) {
        groups.entry((&row.target, row.measure, row.ahead)).or_default().push(row);
    }
    let summary = |((target, measure, ahead), rows): ((&str, Measure, i32), Vec<&Row>)| {
        let forecasts: Vec<(Forecast, f64)> = rows.iter().map(|row| (row.model.clone(), row.truth)).collect();
        Some(Summary {
            target: target.to_owned(),
            measure,
            ahead,
            model: score(&forecasts)?,
            bias: rows.iter().map(|row| ln(row.model.median() / row.truth)).sum::<f64>() / rows.len() as f64,
            to_persistence: ratio(&rows, block, |row| row.persistence.as_ref()),
            to_trend: ratio(&rows, block, |row| row.trend.as_ref()),
        })
    };
    groups.into_iter().filter_map(summary).collect()
}

/// The model's score over that of a reference, resampled by blocks of origins.
pub(super) fn ratio<'a>(
    rows: &[&'a Row],
    block: &dyn Fn(i32) -> i32,
    reference: impl Fn(&'a Row) -> Option<&'a Forecast>,
) -> Option<Ratio> {
    let mut of_block: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for row in rows {
        let Some(reference) = reference(row) else { continue };
        let sums = of_block.entry(block(row.origin)).or_default();
        sums.0 += row.model.weighted_interval_score(row.truth);
        sums.1 += reference.weighted_interval_score(row.truth);
    }
    let pairs: Vec<(f64, f64)> = of_block.into_values().collect();
    let over = |pairs: &mut dyn Iterator<Item = &(f64, f64)>| {
        let (ours, theirs) = pairs.fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
        ours / theirs
    };
    let stream = random::stream("resampled origins");
    let resampled = |n: u64| {
        let pick = |k: usize| {
            let u = random::uniform(0, stream, n, k as u64);
            &pairs[((u * pairs.len() as f64) as usize).min(pairs.len() - 1)]
        };
        over(&mut (0..pairs.len()).map(pick))
    };
    if pairs.is_empty() {
        return None;
    }
    let mut values: Vec<f64> = (0..RESAMPLINGS).map(resampled).collect();
    values.sort_by(f64::total_cmp);
    Some(Ratio { value: over(&mut pairs.iter()), interval: (quantile(&values, 0.05), quantile(&values, 0.95)) })
}

/// Coverage of the central intervals of 50, 80 and 95 %, over all targets at these horizons; `None` without forecasts.
pub fn pooled_coverage(summaries: &[Summary]) -> Option<[f64; 3]> {
    let count: usize = summaries.iter().map(|summary| summary.model.count).sum();
    let of =
        |i: usize| summaries.iter().map(|s| s.model.coverage[i] * s.model.count as f64).sum::<f64>() / count as f64;
    (count > 0).then(|| [of(0), of(1), of(2)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(origin: i32, truth: f64, model: &[f64], naive: &[f64]) -> Row {
        Row {
            origin,
            target: "deaths".to_owned(),
            measure: Measure::TwelveMonths,
            month: origin + 12,
            ahead: 12,
            truth,
            model: Forecast::from_draws(model).expect("draws"),
            persistence: Forecast::from_draws(naive),
            trend: None,
        }
    }

    #[test]
    fn a_forecast_twice_as_far_off_scores_half_as_well() {
        let rows = [row(0, 10.0, &[8.0], &[6.0]), row(12, 10.0, &[11.0], &[12.0])];
        let found = summaries(&rows, &[12]);
        let ratio = found[0].to_persistence.expect("there is a reference");
        assert!((ratio.value - 0.5).abs() < 1e-12 && (ratio.interval.0 - 0.5).abs() < 1e-12);
        assert!(found[0].to_trend.is_none());
        assert_eq!(found[0].model.count, 2);
        assert!(summaries(&rows, &[24]).is_empty());
    }
}
