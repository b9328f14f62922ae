//! The path of a place: its mode, Laplace's approximation about it, and draws from that.

use counterflow_model::elementary::ln;
use counterflow_model::random;

use super::count::{constant, mean, term};
use super::{Place, Pooled, Record, Walk};
use crate::sampler::cholesky::{backward, factor, forward};

/// Newton steps at most, halvings of a step at most, and the gain below which the mode is reached.
const STEPS: usize = 60;
const HALVINGS: usize = 30;
const GAIN: f64 = 1e-9;

const PATH: u64 = random::stream("places.path");
const DRIFT: u64 = random::stream("places.drift");

/// One draw of all places.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Log ratios, `[place][quarter]`.
    pub paths: Vec<Vec<f64>>,
    /// Drift in the last quarter, a year, `[place]`.
    pub drifts: Vec<f64>,
}

/// Log probability of all counts for pooled numbers, paths integrated out by Laplace's approximation; minus infinity
/// where there is none.
pub fn log_evidence(record: &Record, pooled: &Pooled) -> f64 {
    let Some(walk) = Walk::new(pooled, record.quarters) else { return f64::NEG_INFINITY };
    let one = |place: &Place| Mode::of(place, pooled, &walk).map_or(f64::NEG_INFINITY, |mode| mode.log_evidence);
    record.places.iter().map(one).sum()
}

/// A draw of all paths for pooled numbers; the same for the same seed and member. Not a number where there is none.
pub fn draw(record: &Record, pooled: &Pooled, seed: u64, member: u64) -> Draw {
    let nothing = |quarters: usize| (vec![f64::NAN; quarters], f64::NAN);
    let walk = Walk::new(pooled, record.quarters);
    let one = |(k, place): (usize, &Place)| {
        let found = walk.as_ref().and_then(|walk| Some((walk, Mode::of(place, pooled, walk)?)));
        let Some((walk, mode)) = found else { return nothing(record.quarters) };
        let at = |quarter: usize| random::normal(seed, PATH, member, (k * record.quarters + quarter) as u64);
        let off = backward(&mode.lower, &(0..record.quarters).map(at).collect::<Vec<f64>>());
        let path: Vec<f64> = mode.path.iter().zip(off).map(|(mode, off)| mode + off).collect();
        let centre = pooled.region_mean[place.region];
        let drift: f64 = walk.to_drift.iter().zip(&path).map(|(weight, level)| weight * (level - centre)).sum();
        (path, drift + walk.drift_sd * random::normal(seed, DRIFT, member, k as u64))
    };
    let (paths, drifts) = record.places.iter().enumerate().map(one).unzip();
    Draw { paths, drifts }
}

/// The mode of a path.
struct Mode {
    path: Vec<f64>,
    /// Lower factor of the curvature there.
    lower: Vec<Vec<f64>>,
    log_evidence: f64,
}

impl Mode {
    fn of(place: &Place, pooled: &Pooled, walk: &Walk) -> Option<Mode> {
        let problem = Problem { place, pooled, walk, centre: *pooled.region_mean.get(place.region)? };
        let mut path = vec![problem.centre; walk.precision.len()];
        let mut value = problem.value(&path);
        for _ in 0..STEPS {
            let (slopes, curvature) = problem.shape(&path);
            let lower = factor(&curvature)?;
            let step = backward(&lower, &forward(&lower, &slopes));
            let moved = |part: f64| path.iter().zip(&step).map(|(level, step)| level + part * step).collect();
            let tried = (0..HALVINGS).map(|k| moved(libm::exp2(-(k as f64)))).map(|p: Vec<f64>| (problem.value(&p), p));
            let better = tried.into_iter().find(|(other, _)| *other >= value);
            let Some((next, at)) = better.filter(|(next, _)| *next > value + GAIN) else { break };
            (value, path) = (next, at);
        }
        let lower = factor(&problem.shape(&path).1)?;
        let width: f64 = (0..path.len()).map(|i| ln(lower[i][i])).sum();
        let constant: f64 = place.counts.iter().map(|count| constant(count.seen, pooled.dispersion)).sum();
        let log_evidence = value + constant + 0.5 * walk.log_determinant - width;
        Some(Mode { path, lower, log_evidence })
    }
}

/// What a path of one place is sought for.
struct Problem<'a> {
    place: &'a Place,
    pooled: &'a Pooled,
    walk: &'a Walk,
    centre: f64,
}

impl Problem<'_> {
    /// Log density of a path and of the counts on it, without what is constant; minus infinity where it is no number.
    fn value(&self, path: &[f64]) -> f64 {
        let of = |count| term_of(count, path, self.pooled.dispersion).1.value;
        let counts: f64 = self.place.counts.iter().map(of).sum();
        let pull: f64 = self.pull(path).iter().zip(path).map(|(pull, level)| pull * (level - self.centre)).sum();
        let value = counts - 0.5 * pull;
        if value.is_nan() { f64::NEG_INFINITY } else { value }
    }

    /// The prior's precision times the distance from the centre.
    fn pull(&self, path: &[f64]) -> Vec<f64> {
        let row = |row: &Vec<f64>| row.iter().zip(path).map(|(p, level)| p * (level - self.centre)).sum();
        self.walk.precision.iter().map(row).collect()
    }

    /// Slopes at a path and curvature with the information of counts, `[n]` and `[n][n]`.
    fn shape(&self, path: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let mut slopes: Vec<f64> = self.pull(path).iter().map(|pull| -pull).collect();
        let mut curvature = self.walk.precision.clone();
        for count in &self.place.counts {
            let (mean, term) = term_of(count, path, self.pooled.dispersion);
            let shares =
                || count.parts.iter().map(|(q, e)| (*q, e * counterflow_model::elementary::exp(path[*q]) / mean));
            for (quarter, share) in shares() {
                slopes[quarter] += term.slope * share;
                shares().for_each(|(other, its)| curvature[quarter][other] += term.information * share * its);
            }
        }
        (slopes, curvature)
    }
}

fn term_of(count: &super::Count, path: &[f64], dispersion: f64) -> (f64, super::count::Term) {
    let mean = mean(count, path);
    (mean, term(count.seen, mean, dispersion))
}
