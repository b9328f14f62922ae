//! What a back-test is held against: persistence with its own past errors, and a damped trend.

use counterflow_calibrate::score::Forecast;
use counterflow_model::elementary::{exp, ln};
use counterflow_model::random;

/// Persistence: the last total known, times the changes over as many steps that the record holds, each both ways.
///
/// `totals` are the totals known, one for each step and the newest last; `ahead` is counted in steps. `None` if the
/// record is shorter than that, or a total is not above zero.
pub fn persistence(totals: &[f64], ahead: usize) -> Option<Forecast> {
    let last = *totals.last()?;
    if totals.iter().any(|total| *total <= 0.0) || totals.len() <= ahead {
        return None;
    }
    let changes = totals.iter().zip(&totals[ahead..]).map(|(before, after)| ln(after / before));
    let draws: Vec<f64> = changes.flat_map(|change| [last * exp(change), last * exp(-change)]).collect();
    Forecast::from_draws(&draws)
}

const STREAM: u64 = random::stream("damped trend");
/// Damping of the trend in each step.
const DAMPING: f64 = 0.9;
/// Paths that are drawn.
const PATHS: u64 = 1000;
/// Weights that are tried for level and trend.
const WEIGHTS: [f64; 6] = [0.05, 0.2, 0.4, 0.6, 0.8, 1.0];

/// Exponential smoothing of logarithms with a damped trend (Gardner and McKenzie, 1985): weights by least squares of
/// one-step errors, bands by paths that draw such errors again. `None` for fewer than 12 values or one not above zero.
pub fn damped_trend(values: &[f64], ahead: usize, seed: u64) -> Option<Forecast> {
    let best = best(values)?;
    let draws: Vec<f64> = (0..PATHS).map(|path| exp(best.path(ahead, seed, STREAM, path))).collect();
    Forecast::from_draws(&draws)
}

/// Paths that such a trend draws from its errors, `[path][step]`, each whole; empty where [`damped_trend`] is `None`.
pub fn damped_paths(values: &[f64], ahead: usize, seed: u64, count: usize) -> Vec<Vec<f64>> {
    let Some(best) = best(values) else { return Vec::new() };
    // Errors are drawn by path and step, so that a longer path goes on from a shorter one.
    let path = |path: u64| (1..=ahead).map(|to| exp(best.path(to, seed, STREAM, path))).collect();
    (0..count as u64).map(path).collect()
}

/// The smoothing with the least squares of one-step errors, where there are values enough.
fn best(values: &[f64]) -> Option<Smoothed> {
    if values.len() < 12 || values.iter().any(|value| *value <= 0.0) {
        return None;
    }
    let logs: Vec<f64> = values.iter().map(|value| ln(*value)).collect();
    let tried = WEIGHTS.iter().flat_map(|level| WEIGHTS.iter().map(|trend| smoothed(&logs, *level, *trend)));
    tried.min_by(|a, b| a.squares().total_cmp(&b.squares()))
}

/// A smoothing and where it ended.
struct Smoothed {
    weights: (f64, f64),
    level: f64,
    trend: f64,
    /// One-step errors.
    errors: Vec<f64>,
    /// The same less their mean.
    centred: Vec<f64>,
}

fn smoothed(logs: &[f64], of_level: f64, of_trend: f64) -> Smoothed {
    let (errors, centred) = (Vec::new(), Vec::new());
    let mut state =
        Smoothed { weights: (of_level, of_trend), level: logs[0], trend: logs[1] - logs[0], errors, centred };
    for value in &logs[1..] {
        let error = value - (state.level + DAMPING * state.trend);
        (state.level, state.trend) = state.after(state.level, state.trend, error);
        state.errors.push(error);
    }
    // Errors to come are as likely too high as too low.
    let mean = state.errors.iter().sum::<f64>() / state.errors.len() as f64;
    state.centred = state.errors.iter().map(|error| error - mean).collect();
    state
}

impl Smoothed {
    fn squares(&self) -> f64 {
        self.errors.iter().map(|error| error * error).sum()
    }

    /// Level and trend after a step with this error.
    fn after(&self, level: f64, trend: f64, error: f64) -> (f64, f64) {
        let (of_level, of_trend) = self.weights;
        (level + DAMPING * trend + of_level * error, DAMPING * trend + of_level * of_trend * error)
    }

    /// Log of the value after some steps with errors drawn from those of the record.
    fn path(&self, ahead: usize, seed: u64, stream: u64, path: u64) -> f64 {
        let (mut level, mut trend, mut value) = (self.level, self.trend, self.level);
        for step in 0..ahead {
            let u = random::uniform(seed, stream, path, step as u64);
            let error = self.centred[((u * self.centred.len() as f64) as usize).min(self.centred.len() - 1)];
            value = level + DAMPING * trend + error;
            (level, trend) = self.after(level, trend, error);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persistence_stays_where_it_is_and_widens() {
        let totals: Vec<f64> = (0..60).map(|k| 100.0 * exp(0.01 * f64::from(k % 7))).collect();
        let last = totals[59];
        let near = persistence(&totals, 1).unwrap();
        assert!((near.median() - last).abs() < 0.02 * last, "{} beside {last}", near.median());
        assert_eq!(persistence(&totals, 60), None);
        assert_eq!(persistence(&[1.0, 0.0, 2.0], 1), None);
    }

    #[test]
    fn a_steady_trend_goes_on_but_is_damped() {
        let values: Vec<f64> = (0..40).map(|k| exp(0.05 * f64::from(k))).collect();
        let forecast = damped_trend(&values, 12, 1).unwrap();
        let (stays, goes_on) = (values[39], values[39] * exp(0.05 * 12.0));
        assert!(stays < forecast.median() && forecast.median() < goes_on, "{}", forecast.median());
    }
}
