//! ChEES: Hamiltonian chains in step that learn how long their paths should be.
//!
//! M. D. Hoffman, A. Radul and P. Sountsov, *An adaptive-MCMC scheme for setting trajectory lengths in Hamiltonian Monte
//! Carlo* (AISTATS 2021). The longest path grows while it makes the squared distance of the chains from their centre
//! change more, by Adam on the logarithm of its length; each path takes a share of it that a Halton sequence gives. Leapfrog,
//! metric, length of step and acceptance are those of [`super::hamiltonian`].

use counterflow_model::elementary::{exp, ln, power};

use super::hamiltonian::{self, Settings, Travelled, after_path, judge, travel};
use super::whitened::inside;
use super::{Chains, Density, Progress};

/// Rate of Adam, its memory of squared slopes, and the most that the logarithm of the length changes at once: those of the
/// paper. Its memory of slopes is none.
const RATE: f64 = 0.025;
const MEMORY: f64 = 0.95;
const MOST_CHANGE: f64 = 0.35;
/// Leapfrog steps of a path at most.
const MOST_STEPS: usize = 1000;

/// An unfinished run, as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The chains.
    pub chains: hamiltonian::State,
    /// Longest path in the metric's coordinates: leapfrog steps times their length.
    pub length: f64,
    /// Leapfrog steps of all paths so far.
    pub steps: usize,
    /// Mean of the slopes' squares, of which the older count less and less.
    square: f64,
    /// Slopes in it.
    slopes: i32,
    /// Sum of the logarithms of the length in the last third of the warm-up, and their number.
    logarithms: (f64, usize),
}

/// Learns the lengths of paths for chains that have just started; [`Settings::steps`] is the mean number of leapfrog steps in
/// the first ones. Let it be rather too small: where paths turn back more than once the criterion has other maxima.
pub fn start(settings: &Settings, chains: hamiltonian::State) -> State {
    let length = 2.0 * settings.steps as f64 * chains.step;
    State { chains, length, steps: 0, square: 0.0, slopes: 0, logarithms: (0.0, 0) }
}

/// One path of every chain.
pub fn step(density: &dyn Density, settings: &Settings, state: &mut State) -> Progress {
    let path = state.chains.path;
    let share = halton(path + 1);
    let steps = ((share * state.length / state.chains.step).ceil() as usize).clamp(1, MOST_STEPS);
    let travelled = travel(density, settings.seed, &state.chains, steps);
    state.steps += steps;
    if path < settings.warmup {
        lengthen(state, &travelled, steps as f64 * state.chains.step);
        average(settings, state);
    }
    let moved = judge(settings.seed, &mut state.chains, travelled);
    after_path(density, settings, &mut state.chains, moved)
}

/// The kept draws, by chain.
pub fn chains(settings: &Settings, state: &State) -> Chains {
    hamiltonian::chains(settings, &state.chains)
}

/// Changes the length by what the paths, `travelled` so far, say of it.
fn lengthen(state: &mut State, travelled: &Travelled, so_far: f64) {
    let slope = so_far * slope(&state.chains, travelled);
    if !slope.is_finite() || slope == 0.0 {
        return;
    }
    state.slopes += 1;
    state.square = MEMORY * state.square + (1.0 - MEMORY) * slope * slope;
    let size = (state.square / (1.0 - power(MEMORY, f64::from(state.slopes)))).sqrt();
    state.length *= exp((RATE * slope / size).clamp(-MOST_CHANGE, MOST_CHANGE));
}

/// In the last third of the warm-up lengths are averaged, and at its end the average is taken.
fn average(settings: &Settings, state: &mut State) {
    let path = state.chains.path;
    if 3 * path >= 2 * settings.warmup {
        state.logarithms = (state.logarithms.0 + ln(state.length), state.logarithms.1 + 1);
    }
    if path + 1 == settings.warmup {
        state.length = exp(state.logarithms.0 / state.logarithms.1 as f64);
    }
}

/// Slope of the criterion, the mean over chains of (change of the squared distance from the centre)^2 / 4, by the length of
/// paths. Chains count as much as their ends are likely to be accepted.
fn slope(chains: &hamiltonian::State, travelled: &Travelled) -> f64 {
    let starts: Vec<Vec<f64>> = chains.points.iter().map(|(point, ..)| inside(&chains.metric, point)).collect();
    let ends: Vec<Vec<f64>> = travelled.ends.iter().map(|(point, ..)| inside(&chains.metric, point)).collect();
    let likely = |(after, before): (&f64, &f64)| if after.is_finite() { exp((after - before).min(0.0)) } else { 0.0 };
    let weights: Vec<f64> = travelled.after.iter().zip(&travelled.before).map(likely).collect();
    let total: f64 = weights.iter().sum();
    let centre = centre(&starts, &vec![1.0; starts.len()]);
    let end_centre = self::centre(&ends, &weights);
    let mut sum = 0.0;
    for (chain, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        let from: f64 = starts[chain].iter().zip(&centre).map(|(x, m)| (x - m) * (x - m)).sum();
        let away: Vec<f64> = ends[chain].iter().zip(&end_centre).map(|(x, m)| x - m).collect();
        let to: f64 = away.iter().map(|x| x * x).sum();
        let outwards: f64 = away.iter().zip(&travelled.velocity[chain]).map(|(x, v)| x * v).sum();
        sum += weight * (to - from) * outwards;
    }
    sum / total
}

/// Weighted mean of points; those of no weight may be anything.
fn centre(points: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let mut mean = vec![0.0; points[0].len()];
    for (point, weight) in points.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
        mean.iter_mut().zip(point).for_each(|(m, x)| *m += weight / total * x);
    }
    mean
}

/// The Halton sequence in base 2, from 1 on: 1/2, 1/4, 3/4, 1/8 ...
fn halton(number: usize) -> f64 {
    let (mut rest, mut part, mut value) = (number, 1.0, 0.0);
    while rest > 0 {
        part *= 0.5;
        value += part * (rest % 2) as f64;
        rest /= 2;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::bent::{Bent, moments};
    use super::super::hamiltonian::ACCEPTANCE;
    use super::*;

    #[test]
    fn shares_fill_the_interval_evenly() {
        assert_eq!([1, 2, 3, 4, 5, 6, 7].map(halton), [0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]);
    }

    /// Chains on the bent normal whose first paths have so many leapfrog steps, and the mean number in the end.
    fn run(first: usize, sampling: usize) -> (Chains, f64) {
        let settings = Settings { seed: 5, chains: 16, warmup: 300, sampling, steps: first, acceptance: ACCEPTANCE };
        let mut state = start(&settings, hamiltonian::start(&Bent, &settings, &[0.0; 5]));
        while state.chains.path < settings.warmup + settings.sampling {
            step(&Bent, &settings, &mut state);
        }
        (chains(&settings, &state), 0.5 * state.length / state.chains.step)
    }

    #[test]
    fn moments_of_a_bent_normal() {
        let (chains, _) = run(6, 2000);
        moments(&chains);
        assert!(chains.acceptance > 0.6, "{}", chains.acceptance);
    }

    #[test]
    fn short_first_paths_become_long_enough() {
        let (one, four) = (run(1, 4).1, run(4, 4).1);
        assert!(one > 3.0 && (0.5..2.0).contains(&(one / four)), "{one} and {four} leapfrog steps");
    }
}
