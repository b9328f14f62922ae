//! Hamiltonian chains in step: every chain takes as many leapfrog steps as the others, so that lanes stay full.
//!
//! R. M. Neal, *MCMC using Hamiltonian dynamics* (2011). The leapfrog keeps volume and can be reversed with any force
//! that is a function of position, and a proposal is accepted by the density itself, so slopes that are not exact (by
//! difference quotients, or at kinks) cost acceptance but never bias the draws. The metric is the curvature at the mode,
//! then the mean curvature over the chains, then that over many of their points; at last the directions in which the
//! chains range very much wider than their local curvature says are stretched. Path lengths vary, so that no direction
//! resonates.

mod state;

use counterflow_model::elementary::ln;
use counterflow_model::random;

use super::cholesky::{backward, factor, forward};
use super::curvature::{curvature, positive, positive_factor};
use super::{Chains, Density, Phase, Progress, Score, eigen};

pub use state::State;

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
    /// Share of proposals that the warm-up's length of step aims to have accepted: [`ACCEPTANCE`], or nearer to 1 where
    /// paths diverge. A step that suits the middle is unstable in tails that are stiffer, and draws then miss those tails
    /// (posteriordb's Gaussian process: a standard deviation 5 to 9 % too small at 0.8, right at 0.9).
    pub acceptance: f64,
}

/// The usual share of proposals to accept, the least costly where no tail is stiffer than the middle.
pub const ACCEPTANCE: f64 = 0.8;

/// Energy error above which a path counts as divergent: exact paths keep their energy, and steps that lose this much of it
/// have left what the leapfrog can follow (the limit of Stan's samplers).
pub const DIVERGENT: f64 = 1000.0;

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
        divergences: 0,
        energies: Vec::new(),
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
        divergences: 0,
        energies: Vec::new(),
        draws: Vec::new(),
    })
}

/// One path of every chain.
pub fn step(density: &dyn Density, settings: &Settings, state: &mut State) -> Progress {
    let luck = random::uniform(settings.seed, LENGTH, 0, state.path as u64);
    // Between half and one and a half of the mean length, the same for all chains so that they stay in step.
    let steps = ((0.5 + luck) * settings.steps as f64).round().max(1.0) as usize;
    let moved = move_chains(density, settings, state, steps);
    after_path(density, settings, state, moved)
}

/// What follows a path: in warm-up step and metric adapt, then draws are kept.
pub(super) fn after_path(density: &dyn Density, settings: &Settings, state: &mut State, moved: Moved) -> Progress {
    let warming = state.path < settings.warmup;
    let acceptance = moved.accepted as f64 / state.points.len() as f64;
    state.path += 1;
    if warming {
        // Robbins-Monro on the logarithm of the step.
        let gain = 0.6 / (1.0 + state.path as f64 / 20.0);
        state.step *= counterflow_model::elementary::exp(gain * (acceptance - settings.acceptance));
        adapt_metric(density, settings.warmup / 3, state);
    } else {
        state.accepted += moved.accepted;
        state.divergences += moved.divergences;
        state.energies.push(moved.energies);
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
    let energies = |chain: usize| state.energies.iter().map(|energies| energies[chain]).collect();
    let tried = state.draws.len() * settings.chains;
    Chains {
        draws: (0..state.points.len()).map(by_chain).collect(),
        scores: vec![Vec::<Score>::new(); state.points.len()],
        acceptance: state.accepted as f64 / tried.max(1) as f64,
        energies: (0..state.points.len()).map(energies).collect(),
        divergences: state.divergences,
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
        state.metric = mean_curvature(density, &spread_over(&points, BENDS));
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

/// What came of one path of every chain.
pub(super) struct Moved {
    accepted: usize,
    divergences: usize,
    /// Energy of each chain after the proposal was judged.
    energies: Vec<f64>,
}

/// Where one path of every chain led. An energy's negative is the log density less kinetic energy.
pub(super) struct Travelled {
    /// Ends of the paths, `[chain]`: point, log density and slope.
    pub(super) ends: Vec<(Vec<f64>, f64, Vec<f64>)>,
    /// Velocities there, in the metric's coordinates, `[chain][d]`.
    pub(super) velocity: Vec<Vec<f64>>,
    /// Negative energies at the start of each path.
    pub(super) before: Vec<f64>,
    /// The same at its end.
    pub(super) after: Vec<f64>,
    divergences: usize,
}

/// Moves every chain along a path.
fn move_chains(density: &dyn Density, settings: &Settings, state: &mut State, steps: usize) -> Moved {
    let travelled = travel(density, settings.seed, state, steps);
    judge(settings.seed, state, travelled)
}

/// Follows a path from every chain's point with a new momentum; the chains stay where they are.
pub(super) fn travel(density: &dyn Density, seed: u64, state: &State, steps: usize) -> Travelled {
    let path = state.path as u64;
    let d = state.metric.len();
    let normal = |chain: usize, i: usize| random::normal(seed, MOMENTUM, path * 65_536 + chain as u64, i as u64);
    // Velocities in the metric's coordinates: standard normal there, so kinetic energy is half their square.
    let mut velocity: Vec<Vec<f64>> = (0..state.points.len()).map(|c| (0..d).map(|i| normal(c, i)).collect()).collect();
    let kinetic = |v: &[f64]| 0.5 * v.iter().map(|x| x * x).sum::<f64>();
    let before: Vec<f64> = state.points.iter().zip(&velocity).map(|((_, value, _), v)| value - kinetic(v)).collect();
    let mut ends = state.points.clone();
    let mut strayed = vec![false; before.len()];
    for _ in 0..steps {
        leapfrog(density, state, &mut ends, &mut velocity);
        for (chain, ((_, value, _), v)) in ends.iter().zip(&velocity).enumerate() {
            // Written so that an energy that is not a number has strayed too.
            let near = (value - kinetic(v) - before[chain]).abs() <= DIVERGENT;
            strayed[chain] |= !near;
        }
    }
    let after = ends.iter().zip(&velocity).map(|((_, value, _), v)| value - kinetic(v)).collect();
    Travelled { ends, velocity, before, after, divergences: strayed.iter().filter(|x| **x).count() }
}

/// Decides for every chain whether it moves to the end of its path.
pub(super) fn judge(seed: u64, state: &mut State, travelled: Travelled) -> Moved {
    let Travelled { ends, before, after, divergences, .. } = travelled;
    let mut moved = Moved { accepted: 0, divergences, energies: Vec::new() };
    for (chain, end) in ends.into_iter().enumerate() {
        let luck = ln(random::uniform(seed, ACCEPT, chain as u64, state.path as u64));
        // A path that met an impossible point has no finite energy and is rejected.
        let accepted = after[chain].is_finite() && luck < after[chain] - before[chain];
        moved.energies.push(if accepted { -after[chain] } else { -before[chain] });
        if accepted {
            state.points[chain] = end;
            moved.accepted += 1;
        }
    }
    moved
}

/// One leapfrog step of every chain.
fn leapfrog(
    density: &dyn Density,
    state: &State,
    proposals: &mut [(Vec<f64>, f64, Vec<f64>)],
    velocity: &mut [Vec<f64>],
) {
    for ((point, _, slope), v) in proposals.iter_mut().zip(velocity.iter_mut()) {
        kick(&state.metric, slope, v, 0.5 * state.step);
        let drift = backward(&state.metric, v);
        point.iter_mut().zip(drift).for_each(|(x, dx)| *x += state.step * dx);
    }
    let points: Vec<Vec<f64>> = proposals.iter().map(|(point, ..)| point.clone()).collect();
    for (((_, value, slope), v), (new_value, new_slope)) in
        proposals.iter_mut().zip(velocity).zip(density.slopes(&points))
    {
        (*value, *slope) = (new_value, new_slope);
        kick(&state.metric, slope, v, 0.5 * state.step);
    }
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
    use super::super::bent::{Bent, moments};
    use super::super::curvature::climb;
    use super::*;

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
    fn steps_too_long_are_divergent_and_change_nothing() {
        let settings = Settings { seed: 5, chains: 3, warmup: 0, sampling: 2, steps: 6, acceptance: ACCEPTANCE };
        let mut state = start(&Bent, &settings, &[0.0; 5]);
        state.step = 1e3;
        let points = state.points.clone();
        step(&Bent, &settings, &mut state);
        assert_eq!((state.divergences, state.accepted, &state.points), (3, 0, &points));
        // The energy of a chain that stays is that before the path: potential and kinetic, both positive here.
        assert!(state.energies[0].iter().zip(&points).all(|(energy, (_, value, _))| *energy > -value));
    }

    #[test]
    fn chains_from_draws_need_little_warm_up() {
        let settings = Settings { seed: 5, chains: 8, warmup: 30, sampling: 2000, steps: 6, acceptance: ACCEPTANCE };
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
        let settings = Settings { seed: 5, chains: 8, warmup: 90, sampling: 4000, steps: 6, acceptance: ACCEPTANCE };
        let mode = climb(&Bent, &[1.0, -1.0, 2.0, 0.5, 3.0], 30, 1e-9, &mut |_, _| {});
        assert!(mode.iter().all(|x| x.abs() < 1e-3), "{mode:?}");
        let mut state = start(&Bent, &settings, &mode);
        while state.path < settings.warmup + settings.sampling {
            step(&Bent, &settings, &mut state);
        }
        assert_eq!(State::restore(&state.save()), Some(state.clone()));
        let chains = chains(&settings, &state);
        assert!(chains.acceptance > 0.6, "{}", chains.acceptance);
        // Far out along the first coordinate the bend is stiffer than the step allows: a path in sixty.
        assert!(chains.divergences > 0 && chains.divergences < 1000, "{}", chains.divergences);
        assert_eq!((chains.energies.len(), chains.energies[0].len()), (8, 4000));
        assert!(chains.energy_fraction() > 0.6, "{}", chains.energy_fraction());
        moments(&chains);
    }
}
