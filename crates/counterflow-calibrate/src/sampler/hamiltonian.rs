//! Hamiltonian chains in step: every chain takes as many leapfrog steps as the others, so that lanes stay full.
//!
//! R. M. Neal, *MCMC using Hamiltonian dynamics* (2011). The leapfrog keeps volume and can be reversed with any force
//! that is a function of position, and a proposal is accepted by the density itself, so slopes that are not exact (by
//! difference quotients, or at kinks) cost acceptance but never bias the draws. The metric is the curvature at the mode,
//! then the mean curvature over the chains, then that over many of their points; at last the directions in which the
//! chains range very much wider than their local curvature says are stretched. Path lengths vary, so that no direction
//! resonates.

use counterflow_model::elementary::ln;
use counterflow_model::random;

use super::cholesky::{backward, factor, forward};
use super::curvature::{curvature, positive, positive_factor};
use super::{Chains, Density, Phase, Progress, Score, eigen};

const MOMENTUM: u64 = random::stream("calibrate.momentum");
const LENGTH: u64 = random::stream("calibrate.length");
const ACCEPT: u64 = random::stream("calibrate.accept_path");
const SCATTER: u64 = random::stream("calibrate.scatter");

/// How to sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Seed of every random number.
    pub seed: u64,
    /// Number of chains.
    pub chains: usize,
    /// Paths of warm-up: after a third the metric is renewed from the curvature, after two thirds again from that at the
    /// points in between, and stretched where they range wide.
    pub warmup: usize,
    /// Paths from which draws are kept, one from each.
    pub sampling: usize,
    /// Mean number of leapfrog steps in a path.
    pub steps: usize,
}

/// An unfinished run, as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Paths done.
    pub path: usize,
    /// Current points, `[chain][d]`, with log density and slope.
    pub points: Vec<(Vec<f64>, f64, Vec<f64>)>,
    /// Triangular factor of the metric, `[d][d]`.
    pub metric: Vec<Vec<f64>>,
    /// Length of a leapfrog step.
    pub step: f64,
    /// Proposals accepted since draws are kept.
    pub accepted: usize,
    /// Kept draws, `[iteration][chain][d]`; in the middle third of the warm-up, the points that will widen the metric.
    pub draws: Vec<Vec<Vec<f64>>>,
}

impl State {
    /// The state as one row of numbers, to be saved bit by bit.
    pub fn save(&self) -> Vec<f64> {
        let sizes = [self.points.len(), self.metric.len(), self.draws.len(), self.path, self.accepted];
        let mut row: Vec<f64> = sizes.iter().map(|n| *n as f64).collect();
        row.push(self.step);
        for (point, value, slope) in &self.points {
            row.extend(point.iter().chain([value]).chain(slope));
        }
        row.extend(self.metric.iter().flatten().chain(self.draws.iter().flatten().flatten()));
        row
    }

    /// The state of a saved row, or `None` if its length does not fit.
    pub fn restore(row: &[f64]) -> Option<State> {
        let (sizes, mut rest) = row.split_at_checked(6)?;
        let count = |i: usize| sizes[i] as usize;
        let (n, d, kept) = (count(0), count(1), count(2));
        let expected = n
            .checked_mul(2 * d + 1)?
            .checked_add(d.checked_mul(d)?)?
            .checked_add(kept.checked_mul(n)?.checked_mul(d)?)?;
        if rest.len() != expected {
            return None;
        }
        let mut take = |size: usize| {
            let (taken, left) = rest.split_at(size);
            rest = left;
            taken.to_vec()
        };
        let points = (0..n).map(|_| (take(d), take(1)[0], take(d))).collect();
        let metric = (0..d).map(|_| take(d)).collect();
        let draws = (0..kept).map(|_| (0..n).map(|_| take(d)).collect()).collect();
        Some(State { path: count(3), points, metric, step: sizes[5], accepted: count(4), draws })
    }
}

/// Chains scattered about a mode by the normal distribution of its curvature.
pub fn start(density: &dyn Density, settings: &Settings, mode: &[f64]) -> State {
    let metric = positive_factor(&curvature(density, mode));
    let scattered = |chain: usize| {
        let numbers: Vec<f64> =
            (0..mode.len()).map(|i| random::normal(settings.seed, SCATTER, chain as u64, i as u64)).collect();
        backward(&metric, &numbers).iter().zip(mode).map(|(step, x)| x + step).collect::<Vec<f64>>()
    };
    let points: Vec<Vec<f64>> = (0..settings.chains).map(scattered).collect();
    let known = density.slopes(&points);
    // A point that is impossible starts from the mode instead.
    let (at_mode, mode_slope) = density.slopes(&[mode.to_vec()]).remove(0);
    let pair = |(point, (value, slope)): (Vec<f64>, (f64, Vec<f64>))| {
        if value.is_finite() { (point, value, slope) } else { (mode.to_vec(), at_mode, mode_slope.clone()) }
    };
    let d = mode.len() as f64;
    State {
        path: 0,
        points: points.into_iter().zip(known).map(pair).collect(),
        metric,
        // The fourth root of the dimension: the scaling of Neal (2011), section 4.4.
        step: 0.8 / d.sqrt().sqrt(),
        accepted: 0,
        draws: Vec::new(),
    }
}

/// Chains that start from draws of a posterior that is thought to be near, with its metric; `None` without draws, or
/// where none of them is possible.
pub fn start_from(density: &dyn Density, settings: &Settings, draws: &[Vec<f64>]) -> Option<State> {
    let spread = spread_over(draws, draws.len().min(BENDS.max(settings.chains)));
    let known = density.slopes(&spread);
    let possible =
        |(point, (value, slope)): (Vec<f64>, (f64, Vec<f64>))| (value.is_finite()).then_some((point, value, slope));
    let possible: Vec<(Vec<f64>, f64, Vec<f64>)> = spread.into_iter().zip(known).filter_map(possible).collect();
    if possible.is_empty() {
        return None;
    }
    let bent: Vec<Vec<f64>> = possible.iter().map(|(point, ..)| point.clone()).take(BENDS).collect();
    let d = density.dimension() as f64;
    Some(State {
        path: 0,
        points: possible.iter().cycle().take(settings.chains).cloned().collect(),
        metric: widened(&mean_curvature(density, &bent), draws),
        step: 0.5 / d.sqrt().sqrt(),
        accepted: 0,
        draws: Vec::new(),
    })
}

/// One path of every chain.
pub fn step(density: &dyn Density, settings: &Settings, state: &mut State) -> Progress {
    let warming = state.path < settings.warmup;
    let luck = random::uniform(settings.seed, LENGTH, 0, state.path as u64);
    // Between half and one and a half of the mean length, the same for all chains so that they stay in step.
    let steps = ((0.5 + luck) * settings.steps as f64).round().max(1.0) as usize;
    let accepted = move_chains(density, settings, state, steps);
    let acceptance = accepted as f64 / state.points.len() as f64;
    state.path += 1;
    if warming {
        // Robbins-Monro on the logarithm of the step: towards four accepted of five.
        let gain = 0.6 / (1.0 + state.path as f64 / 20.0);
        state.step *= counterflow_model::elementary::exp(gain * (acceptance - 0.8));
        adapt_metric(density, settings.warmup / 3, state);
    } else {
        state.accepted += accepted;
        keep(state);
    }
    let mean = state.points.iter().map(|(_, value, _)| value).sum::<f64>() / state.points.len() as f64;
    let phase = if warming { Phase::Settle } else { Phase::Sample };
    Progress {
        phase,
        generation: state.path,
        of: settings.warmup + settings.sampling,
        exponent: 1.0,
        acceptance,
        log_density: mean,
    }
}

/// The kept draws, by chain.
pub fn chains(settings: &Settings, state: &State) -> Chains {
    let by_chain = |chain: usize| state.draws.iter().map(|points| points[chain].clone()).collect();
    let tried = state.draws.len() * settings.chains;
    Chains {
        draws: (0..state.points.len()).map(by_chain).collect(),
        scores: vec![Vec::<Score>::new(); state.points.len()],
        acceptance: state.accepted as f64 / tried.max(1) as f64,
    }
}

fn keep(state: &mut State) {
    state.draws.push(state.points.iter().map(|(point, ..)| point.clone()).collect());
}

/// Points whose curvatures make the last metric. The stiffest direction turns from point to point: on the national model
/// (220 parameters) a new point bends 200 times as much as the mean of 4 others somewhere, 50 times that of 16, 30 times
/// that of 64, and no less than 25 times that of any number; the step shrinks with the root of it.
const BENDS: usize = 64;

/// Renews the metric where a third of the warm-up ends.
fn adapt_metric(density: &dyn Density, third: usize, state: &mut State) {
    if state.path > third && state.path <= 2 * third {
        keep(state);
    }
    if third > 0 && state.path == third {
        let points: Vec<Vec<f64>> = state.points.iter().map(|(point, ..)| point.clone()).collect();
        state.metric = mean_curvature(density, &points);
    }
    if third > 0 && state.path == 2 * third {
        let points: Vec<Vec<f64>> = std::mem::take(&mut state.draws).into_iter().flatten().collect();
        state.metric = widened(&mean_curvature(density, &spread_over(&points, BENDS)), &points);
    }
}

/// Up to so many points, evenly spread over those given; a stride that shares no factor with most numbers of chains.
fn spread_over(points: &[Vec<f64>], most: usize) -> Vec<Vec<f64>> {
    let stride = (points.len() / most.max(1)).max(1) | 1;
    points.iter().step_by(stride).take(most).cloned().collect()
}

/// Factor of the mean of the curvatures at points, each made positive.
fn mean_curvature(density: &dyn Density, points: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let d = density.dimension();
    let mut mean = vec![vec![0.0; d]; d];
    for point in points {
        for (row, bend) in mean.iter_mut().zip(positive(&curvature(density, point))) {
            row.iter_mut().zip(bend).for_each(|(entry, x)| *entry += x / points.len() as f64);
        }
    }
    factor(&mean).expect("a mean of positive matrices is one")
}

/// Ranges in units of the metric above which a direction is stretched. Wide directions are bent ones: stretching them
/// makes others stiff, and below about six times that costs more steps than it saves (measured on the national model).
const WIDE: f64 = 6.0;

/// The metric with its directions stretched until the standard deviation of the points is no wider than that.
fn widened(metric: &[Vec<f64>], points: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let d = metric.len();
    let mean: Vec<f64> = (0..d).map(|i| points.iter().map(|p| p[i]).sum::<f64>() / points.len() as f64).collect();
    // Points in the metric's coordinates, where its own distribution has unit covariance: z = L' (x - mean).
    let inside = |point: &Vec<f64>| -> Vec<f64> {
        (0..d).map(|j| (j..d).map(|i| metric[i][j] * (point[i] - mean[i])).sum()).collect()
    };
    let mut covariance = vec![vec![0.0; d]; d];
    for z in points.iter().map(inside) {
        for (row, x) in covariance.iter_mut().zip(&z) {
            row.iter_mut().zip(&z).for_each(|(entry, y)| *entry += x * y / points.len() as f64);
        }
    }
    let (values, vectors) = eigen::symmetric(&covariance);
    // In those coordinates the new metric is the identity but for the wide directions: I + sum (WIDE^2 / range^2 - 1) v v'.
    let mut inner: Vec<Vec<f64>> = (0..d).map(|i| (0..d).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for (value, vector) in values.iter().zip(&vectors).filter(|(value, _)| **value > WIDE * WIDE) {
        for (row, x) in inner.iter_mut().zip(vector) {
            row.iter_mut().zip(vector).for_each(|(entry, y)| *entry += (WIDE * WIDE / value - 1.0) * x * y);
        }
    }
    let Some(root) = factor(&inner) else { return metric.to_vec() };
    // (L R)(L R)' is the metric wanted, and a product of two lower triangles is one.
    let entry = |i: usize, j: usize| (j..=i).map(|k| metric[i][k] * root[k][j]).sum::<f64>();
    (0..d).map(|i| (0..d).map(|j| if j <= i { entry(i, j) } else { 0.0 }).collect()).collect()
}

/// Moves every chain along a path; returns how many proposals were accepted.
fn move_chains(density: &dyn Density, settings: &Settings, state: &mut State, steps: usize) -> usize {
    let path = state.path as u64;
    let d = state.metric.len();
    let normal =
        |chain: usize, i: usize| random::normal(settings.seed, MOMENTUM, path * 65_536 + chain as u64, i as u64);
    // Velocities in the metric's coordinates: standard normal there, so kinetic energy is half their square.
    let mut velocity: Vec<Vec<f64>> = (0..state.points.len()).map(|c| (0..d).map(|i| normal(c, i)).collect()).collect();
    let kinetic = |v: &[f64]| 0.5 * v.iter().map(|x| x * x).sum::<f64>();
    let before: Vec<f64> = state.points.iter().zip(&velocity).map(|((_, value, _), v)| value - kinetic(v)).collect();
    let mut proposals = state.points.clone();
    for _ in 0..steps {
        for ((point, _, slope), v) in proposals.iter_mut().zip(&mut velocity) {
            kick(&state.metric, slope, v, 0.5 * state.step);
            let drift = backward(&state.metric, v);
            point.iter_mut().zip(drift).for_each(|(x, dx)| *x += state.step * dx);
        }
        let points: Vec<Vec<f64>> = proposals.iter().map(|(point, ..)| point.clone()).collect();
        for (((_, value, slope), v), (new_value, new_slope)) in
            proposals.iter_mut().zip(&mut velocity).zip(density.slopes(&points))
        {
            (*value, *slope) = (new_value, new_slope);
            kick(&state.metric, slope, v, 0.5 * state.step);
        }
    }
    let mut accepted = 0;
    for (chain, proposal) in proposals.into_iter().enumerate() {
        let after = proposal.1 - kinetic(&velocity[chain]);
        let luck = ln(random::uniform(settings.seed, ACCEPT, chain as u64, path));
        // A path that met an impossible point has no finite energy and is rejected.
        if after.is_finite() && luck < after - before[chain] {
            state.points[chain] = proposal;
            accepted += 1;
        }
    }
    accepted
}

/// Changes a velocity by the force along a slope. Where the slope is not finite the force is none; the energy decides.
fn kick(metric: &[Vec<f64>], slope: &[f64], velocity: &mut [f64], length: f64) {
    if slope.iter().all(|x| x.is_finite()) {
        let force = forward(metric, slope);
        velocity.iter_mut().zip(force).for_each(|(v, f)| *v += length * f);
    }
}

#[cfg(test)]
mod tests {
    use super::super::curvature::climb;
    use super::*;

    /// Normal with correlation 0.9 between neighbours, and one coordinate bent: mean 0, sd 1 in the first.
    struct Bent;

    impl Density for Bent {
        fn dimension(&self) -> usize {
            5
        }

        fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
            let one = |x: &Vec<f64>| {
                let mut sum = x[0] * x[0];
                for i in 1..4 {
                    let rest = x[i] - 0.9 * x[i - 1];
                    sum += rest * rest / 0.19;
                }
                let bent = x[4] - 0.5 * x[0] * x[0];
                Score { prior: 0.0, likelihood: -0.5 * (sum + bent * bent / 0.25) }
            };
            points.iter().map(one).collect()
        }
    }

    #[test]
    fn a_wide_direction_is_stretched_and_others_stay() {
        let metric = vec![vec![2.0, 0.0], vec![1.0, 0.5]];
        // In the metric's coordinates: 18 wide along the first, 1 along the second.
        let point = |a: f64, b: f64| backward(&metric, &[a, b]);
        let points: Vec<Vec<f64>> =
            (0..4).map(|k| point(if k < 2 { 18.0 } else { -18.0 }, if k % 2 == 0 { 1.0 } else { -1.0 })).collect();
        let found = widened(&metric, &points);
        let expected = [[2.0 / 3.0, 0.0], [1.0 / 3.0, 0.5]];
        assert!(found.iter().flatten().zip(expected.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn chains_from_draws_need_little_warm_up() {
        let settings = Settings { seed: 5, chains: 8, warmup: 30, sampling: 2000, steps: 6 };
        // Draws of a posterior nearby: a little off, and too narrow.
        let draws: Vec<Vec<f64>> =
            (0..40).map(|k| (0..5).map(|i| 0.2 + 0.5 * random::normal(3, 1, k, i)).collect()).collect();
        let mut state = start_from(&Bent, &settings, &draws).expect("all are possible");
        while state.path < settings.warmup + settings.sampling {
            step(&Bent, &settings, &mut state);
        }
        let chains = chains(&settings, &state);
        for (i, (mean, sd)) in [(0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.5, 0.866)].into_iter().enumerate() {
            let found = crate::diagnose::mean_sd(&chains.coordinate(i));
            assert!((found.0 - mean).abs() < 0.1 && (found.1 / sd - 1.0).abs() < 0.1, "{i}: {found:?}");
        }
        assert!(start_from(&Bent, &settings, &[]).is_none());
        assert!(start_from(&Bent, &settings, &[vec![f64::NAN; 5]]).is_none());
    }

    #[test]
    fn moments_of_a_bent_normal() {
        let settings = Settings { seed: 5, chains: 8, warmup: 90, sampling: 4000, steps: 6 };
        let mode = climb(&Bent, &[1.0, -1.0, 2.0, 0.5, 3.0], 30, 1e-9, &mut |_, _| {});
        assert!(mode.iter().all(|x| x.abs() < 1e-3), "{mode:?}");
        let mut state = start(&Bent, &settings, &mode);
        while state.path < settings.warmup + settings.sampling {
            step(&Bent, &settings, &mut state);
        }
        assert_eq!(State::restore(&state.save()), Some(state.clone()));
        let chains = chains(&settings, &state);
        assert!(chains.acceptance > 0.6, "{}", chains.acceptance);
        for (i, (mean, sd)) in [(0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.5, 0.866)].into_iter().enumerate() {
            let coordinate = chains.coordinate(i);
            let (found_mean, found_sd) = crate::diagnose::mean_sd(&coordinate);
            assert!(
                (found_mean - mean).abs() < 0.1 && (found_sd / sd - 1.0).abs() < 0.1,
                "{i}: {found_mean} {found_sd}"
            );
            assert!(crate::diagnose::diagnose(&coordinate).rhat < 1.02);
        }
    }
}
