//! How good probabilistic forecasts were: coverage, width, error, interval score and weighted interval score.
//!
//! J. Bracher, E. L. Ray, T. Gneiting and N. G. Reich, *Evaluating epidemic forecasts in an interval format* (PLOS
//! Computational Biology 17, 2021). All scores are in the unit of the value; less is better.

use crate::diagnose::quantile;

/// The 23 probabilities at which forecast hubs ask for quantiles: the median and eleven central intervals.
pub const PROBABILITIES: [f64; 23] = [
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
    0.95, 0.975, 0.99,
];

/// A forecast of one value by its quantiles at [`PROBABILITIES`].
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    quantiles: Vec<f64>,
}

/// Scores of many forecasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// Number of forecasts.
    pub count: usize,
    /// Share of values within the central intervals of 50, 80 and 95 %.
    pub coverage: [f64; 3],
    /// Mean width of these intervals.
    pub width: [f64; 3],
    /// Mean distance of the median from the value.
    pub absolute_error: f64,
    /// Mean weighted interval score.
    pub weighted_interval_score: f64,
}

impl Forecast {
    /// The forecast of these draws, in any order; `None` without draws or with one that is NaN.
    pub fn from_draws(draws: &[f64]) -> Option<Forecast> {
        let mut sorted = draws.to_vec();
        sorted.sort_by(f64::total_cmp);
        let valid = !draws.is_empty() && !draws.iter().any(|x| x.is_nan());
        valid.then(|| Forecast { quantiles: PROBABILITIES.iter().map(|p| quantile(&sorted, *p)).collect() })
    }

    /// The forecast of these quantiles at [`PROBABILITIES`]; `None` unless there are 23 that never fall.
    pub fn from_quantiles(quantiles: &[f64]) -> Option<Forecast> {
        let valid = quantiles.len() == PROBABILITIES.len() && quantiles.windows(2).all(|pair| pair[0] <= pair[1]);
        valid.then(|| Forecast { quantiles: quantiles.to_vec() })
    }

    /// The quantiles, in the order of [`PROBABILITIES`].
    pub fn quantiles(&self) -> &[f64] {
        &self.quantiles
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantiles[11]
    }

    /// The central interval of a probability: the narrowest of the eleven that holds at least as much.
    pub fn central(&self, probability: f64) -> (f64, f64) {
        let wide_enough = |i: &usize| 1.0 - 2.0 * PROBABILITIES[*i] >= probability - 1e-9;
        self.interval((0..11).rev().find(wide_enough).unwrap_or(0))
    }

    /// The central interval whose lower end is the `i`-th quantile: it leaves out `2 * PROBABILITIES[i]`.
    fn interval(&self, i: usize) -> (f64, f64) {
        (self.quantiles[i], self.quantiles[22 - i])
    }

    /// The weighted interval score for the value that came true: half the absolute error of the median plus, for each
    /// of the eleven intervals, half the probability left out times its [`interval_score`], divided by 11.5.
    pub fn weighted_interval_score(&self, value: f64) -> f64 {
        let weighted = |i: usize| PROBABILITIES[i] * interval_score(self.interval(i), 2.0 * PROBABILITIES[i], value);
        (0.5 * (value - self.median()).abs() + (0..11).map(weighted).sum::<f64>()) / 11.5
    }
}

/// Score of a central interval that leaves out the probability `alpha`: its width, and 2 / alpha for each unit by which
/// the value lies outside.
pub fn interval_score(interval: (f64, f64), alpha: f64, value: f64) -> f64 {
    let outside = (interval.0 - value).max(0.0) + (value - interval.1).max(0.0);
    interval.1 - interval.0 + 2.0 / alpha * outside
}

/// Mean scores of forecasts and the values that came true; `None` without forecasts.
pub fn score(forecasts: &[(Forecast, f64)]) -> Option<Scores> {
    /// Lower ends of the intervals of 50, 80 and 95 %.
    const LOWER: [usize; 3] = [6, 3, 1];
    let mean = |of: &dyn Fn(&Forecast, f64) -> f64| {
        forecasts.iter().map(|(forecast, value)| of(forecast, *value)).sum::<f64>() / forecasts.len() as f64
    };
    let covered = |i: usize| {
        move |forecast: &Forecast, value: f64| {
            let (low, high) = forecast.interval(i);
            f64::from(low <= value && value <= high)
        }
    };
    let width = |i: usize| move |forecast: &Forecast, _: f64| forecast.interval(i).1 - forecast.interval(i).0;
    (!forecasts.is_empty()).then(|| Scores {
        count: forecasts.len(),
        coverage: LOWER.map(|i| mean(&covered(i))),
        width: LOWER.map(|i| mean(&width(i))),
        absolute_error: mean(&|forecast, value| (forecast.median() - value).abs()),
        weighted_interval_score: mean(&|forecast, value| forecast.weighted_interval_score(value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles p * 100 of a uniform forecast on 0..100.
    fn uniform() -> Forecast {
        Forecast::from_quantiles(&PROBABILITIES.map(|p| 100.0 * p)).unwrap()
    }

    #[test]
    fn intervals_by_hand() {
        assert_eq!(interval_score((2.0, 5.0), 0.2, 4.0), 3.0);
        assert_eq!(interval_score((2.0, 5.0), 0.2, 1.0), 13.0);
        assert_eq!(interval_score((2.0, 5.0), 0.5, 7.0), 11.0);
    }

    #[test]
    fn central_intervals_hold_at_least_what_is_asked() {
        assert_eq!(uniform().central(0.8), (10.0, 90.0));
        assert_eq!(uniform().central(0.95), (2.5, 97.5));
        assert_eq!(uniform().central(0.85), (5.0, 95.0));
        assert_eq!(uniform().central(0.999), (1.0, 99.0));
    }

    #[test]
    fn weighted_interval_score_by_hand() {
        // At the median only widths count: sum of p_i (100 - 200 p_i) over the eleven lower probabilities.
        let sum: f64 = PROBABILITIES[..11].iter().map(|p| p * (100.0 - 200.0 * p)).sum();
        assert!((uniform().weighted_interval_score(50.0) - sum / 11.5).abs() < 1e-12);
        // Ten above the top of all intervals (99 + 10): each adds its distance from the upper end.
        let sum: f64 = PROBABILITIES[..11].iter().map(|p| p * (100.0 - 200.0 * p) + 109.0 - 100.0 * (1.0 - p)).sum();
        assert!((uniform().weighted_interval_score(109.0) - (0.5 * 59.0 + sum) / 11.5).abs() < 1e-12);
        // A forecast of one point scores its absolute error.
        let point = Forecast::from_draws(&[3.0]).unwrap();
        assert!((point.weighted_interval_score(5.0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn weighted_interval_score_is_twice_the_mean_pinball_loss() {
        let forecast = Forecast::from_draws(&[1.0, 4.0, 4.5, 7.0, 30.0]).unwrap();
        for value in [0.0, 4.0, 12.0, 50.0] {
            let loss = |(p, q): (&f64, &f64)| if value < *q { (1.0 - p) * (q - value) } else { p * (value - q) };
            let pinball = PROBABILITIES.iter().zip(&forecast.quantiles).map(loss).sum::<f64>() / 23.0;
            assert!((forecast.weighted_interval_score(value) - 2.0 * pinball).abs() < 1e-12);
        }
    }

    #[test]
    fn coverage_and_width() {
        let forecasts: Vec<(Forecast, f64)> = (0..100).map(|i| (uniform(), f64::from(i) + 0.4)).collect();
        let scores = score(&forecasts).unwrap();
        assert_eq!((scores.count, scores.coverage), (100, [0.5, 0.8, 0.95]));
        assert!(scores.width.iter().zip([50.0, 80.0, 95.0]).all(|(a, b)| (a - b).abs() < 1e-12));
        assert!((scores.absolute_error - 25.0).abs() < 1e-12);
        assert_eq!(score(&[]), None);
    }

    #[test]
    fn nonsense_is_no_forecast() {
        assert_eq!(Forecast::from_draws(&[]), None);
        assert_eq!(Forecast::from_draws(&[1.0, f64::NAN]), None);
        assert_eq!(Forecast::from_quantiles(&[1.0, 2.0]), None);
    }
}
