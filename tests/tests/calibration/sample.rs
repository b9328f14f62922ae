//! One posterior: from a density to so many nearly independent draws, with the shipped search, metric and chains.

use counterflow_calibrate::diagnose::diagnose;
use counterflow_calibrate::sampler::hamiltonian::{self, ACCEPTANCE, Settings, State};
use counterflow_calibrate::sampler::{Density, curvature};

use crate::plants::Planted;

/// How much is sampled.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Draws that are kept in the end, a multiple of the number of chains.
    pub draws: usize,
    /// Paths of warm-up.
    pub warmup: usize,
    /// Paths between two looks at whether there are enough.
    pub round: usize,
    /// Rounds at most.
    pub rounds: usize,
    /// Mean number of leapfrog steps in a path.
    pub steps: usize,
}

/// Chains in step: what one narrow block of the engine holds.
const CHAINS: usize = 8;
/// Draws of the prior from which the climb starts at the best.
const SEARCHED: u64 = 64;
/// Newton rounds at most, and the gain in log density below which the mode counts as reached; as in a calibration.
const CLIMB: (usize, f64) = (12, 0.5);

/// Effective draws for each that is kept. Thinned to half of what is effective, the draws of a chain that forgets like
/// an autoregression keep correlations below 0.02, whatever its memory.
const EFFECTIVE: f64 = 2.0;

/// What was sampled of one posterior.
pub struct Sampled {
    /// Kept draws, `[draw][parameter]`, and the log likelihood of each.
    pub draws: Vec<(Vec<f64>, f64)>,
    /// How it went.
    pub course: Course,
}

/// How the sampling of one posterior went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Least effective number of draws, of centre and tails, over all parameters and the log likelihood.
    pub effective: f64,
    /// Largest split R-hat over the same.
    pub rhat: f64,
    /// Share of proposals accepted after the warm-up.
    pub acceptance: f64,
    /// Length of a leapfrog step after the warm-up; about 1 where the metric is that of a normal distribution.
    pub step: f64,
    /// Whether there were effective draws enough before rounds ran out.
    pub enough: bool,
}

/// Samples a posterior until there are enough effective draws, and thins them evenly.
pub fn sample(density: &Planted<'_>, effort: &Effort, seed: u64) -> Sampled {
    let settings = Settings {
        seed,
        chains: CHAINS,
        warmup: effort.warmup,
        sampling: effort.round * effort.rounds,
        steps: effort.steps,
        acceptance: ACCEPTANCE,
    };
    let mut state = begin(density, &settings);
    while state.path < settings.warmup {
        hamiltonian::step(density, &settings, &mut state);
    }
    let needed = EFFECTIVE * effort.draws as f64;
    loop {
        for _ in 0..effort.round {
            hamiltonian::step(density, &settings, &mut state);
        }
        let (draws, course) = look(density, &settings, &state, needed);
        if course.enough || state.path >= settings.warmup + settings.sampling {
            return Sampled { draws: thinned(&draws, effort.draws), course };
        }
    }
}

/// Chains about the mode that a climb from the best of some draws of the prior reaches.
fn begin(density: &Planted<'_>, settings: &Settings) -> State {
    let space = density.shipped().space();
    let points: Vec<Vec<f64>> = (0..SEARCHED).map(|member| space.draw(settings.seed, member)).collect();
    let scores: Vec<f64> = density.log_density(&points).iter().map(|score| score.posterior()).collect();
    let best = (0..points.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).expect("there are points");
    let mode = curvature::climb(density, &points[best], CLIMB.0, CLIMB.1, &mut |_, _| {});
    hamiltonian::start(density, settings, &mode)
}

/// All draws so far, iteration by iteration, with their log likelihoods; and how far the chains are.
fn look(density: &Planted<'_>, settings: &Settings, state: &State, needed: f64) -> (Vec<(Vec<f64>, f64)>, Course) {
    let chains = hamiltonian::chains(settings, state);
    let points = chains.pooled();
    let draws: Vec<Vec<f64>> = points.iter().map(|point| density.shipped().draw(point)).collect();
    let likelihoods = density.log_likelihood(&draws);
    // Ranks of the line's coordinates are those of the parameters.
    let mut quantities: Vec<Vec<Vec<f64>>> = (0..density.dimension()).map(|i| chains.coordinate(i)).collect();
    let of_chain = |chain: usize| likelihoods.iter().skip(chain).step_by(CHAINS).copied().collect();
    quantities.push((0..CHAINS).map(of_chain).collect());
    let (mut effective, mut rhat) = (f64::INFINITY, 0.0_f64);
    for quantity in &quantities {
        let found = diagnose(quantity);
        // A quantity that does not vary has no effective draw.
        let size = found.bulk_ess.min(found.tail_ess);
        effective = effective.min(if size.is_nan() { 0.0 } else { size });
        rhat = rhat.max(if found.rhat.is_nan() { f64::INFINITY } else { found.rhat });
    }
    let natural = points.iter().map(|point| density.shipped().space().natural(point));
    let course =
        Course { effective, rhat, acceptance: chains.acceptance, step: state.step, enough: effective >= needed };
    (natural.zip(likelihoods).collect(), course)
}

/// So many of the draws, evenly spread over the iterations, and from each iteration those of all chains.
fn thinned(draws: &[(Vec<f64>, f64)], count: usize) -> Vec<(Vec<f64>, f64)> {
    let (iterations, kept) = (draws.len() / CHAINS, count / CHAINS);
    let iteration = |k: usize| iterations * (2 * k + 1) / (2 * kept);
    (0..kept).flat_map(|k| draws[iteration(k) * CHAINS..][..CHAINS].iter().cloned()).collect()
}
