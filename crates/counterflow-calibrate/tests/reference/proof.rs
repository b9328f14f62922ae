//! A posterior sampled by the Hamiltonian chains and held against the reference draws.

use counterflow_calibrate::diagnose::{diagnose, mean_sd};
use counterflow_calibrate::sampler::hamiltonian::{Settings, State, chains, start, step};
use counterflow_calibrate::sampler::{Chains, Density, Score, curvature, ensemble};
use counterflow_model::random;

use crate::dual::Dual;
use crate::record::{PROBABILITIES, Summary, summaries};

/// A posterior of posteriordb, written anew on an unconstrained space of `N` dimensions.
pub trait Posterior<const N: usize> {
    /// Its name there.
    const NAME: &'static str;
    /// Mean number of leapfrog steps in a path.
    const STEPS: usize;
    /// Whether means and standard deviations say nothing, because tails are so heavy that both hang on a few draws.
    const HEAVY: bool = false;
    /// Logarithms of prior, Jacobians included, and likelihood.
    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>);
    /// The quantities of the reference, in its order.
    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>>;
}

/// A posterior as samplers want it.
pub struct Sampled<'a, P, const N: usize>(pub &'a P);

impl<P: Posterior<N>, const N: usize> Density for Sampled<'_, P, N> {
    fn dimension(&self) -> usize {
        N
    }

    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
        let score = |point: &Vec<f64>| {
            let (prior, likelihood) = self.0.log_density(&constants(point));
            Score { prior: prior.value, likelihood: likelihood.value }
        };
        points.iter().map(score).collect()
    }

    fn slopes(&self, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
        let slope = |point: &Vec<f64>| {
            let (prior, likelihood) = self.0.log_density(&Dual::<N>::point(point));
            let score = Score { prior: prior.value, likelihood: likelihood.value };
            (score.posterior(), (prior + likelihood).slopes.to_vec())
        };
        points.iter().map(slope).collect()
    }
}

/// A point that only values are asked for.
pub fn constants(point: &[f64]) -> Vec<Dual<0>> {
    point.iter().map(|x| Dual::constant(*x)).collect()
}

/// How many draws, and how near they must come.
pub struct Bar {
    /// Paths from which each of the chains keeps a draw.
    sampling: usize,
    /// Error of a mean, in standard deviations of the reference.
    mean: f64,
    /// Error of a standard deviation, as a share of that of the reference.
    sd: f64,
    /// Error of the share of draws below a quartile or the median of the reference.
    middle: f64,
    /// The same below its 5 % and 95 % quantiles.
    tail: f64,
    /// Least effective number of draws of any quantity, for its centre and its tails.
    ess: f64,
    rhat: f64,
}

/// A few seconds.
pub const QUICK: Bar = Bar { sampling: 150, mean: 0.15, sd: 0.15, middle: 0.06, tail: 0.03, ess: 300.0, rhat: 1.05 };

/// The claim of the proof. The shares are those of a normal that is 0.05 standard deviations off, or 5 % too wide.
pub const FULL: Bar = Bar { sampling: 3000, mean: 0.05, sd: 0.05, middle: 0.02, tail: 0.01, ess: 3000.0, rhat: 1.01 };

const CHAINS: usize = 16;
const WARMUP: usize = 240;
/// More than the usual: at 0.8 the steps are unstable where the Gaussian process is wide or the schools differ much,
/// and the first's standard deviation of alpha comes out 5 to 9 % too small.
const ACCEPTANCE: f64 = 0.9;

/// What came out: the worst of all quantities.
#[derive(Clone, Debug, Default)]
pub struct Found {
    name: &'static str,
    heavy: bool,
    mean: f64,
    sd: f64,
    middle: f64,
    tail: f64,
    ess: f64,
    rhat: f64,
    divergences: usize,
    energy_fraction: f64,
}

impl Found {
    /// What is not within a bar; nothing if all is.
    pub fn misses(&self, bar: &Bar) -> Vec<String> {
        let limits = [
            ("mean", if self.heavy { 0.0 } else { self.mean }, bar.mean),
            ("sd", if self.heavy { 0.0 } else { self.sd }, bar.sd),
            ("share in the middle", self.middle, bar.middle),
            ("share in a tail", self.tail, bar.tail),
            ("R-hat", self.rhat, bar.rhat),
            ("too few effective draws by", bar.ess - self.ess, 0.0),
        ];
        // Written so that what is not a number is a miss.
        let missed =
            limits.iter().filter(|(_, found, limit)| found.partial_cmp(limit) != Some(std::cmp::Ordering::Less));
        missed.map(|(what, found, limit)| format!("{}: {what} {found:.4}, bar {limit}", self.name)).collect()
    }

    /// One line of figures.
    pub fn line(&self) -> String {
        let moments = if self.heavy {
            "heavy tails, moments not compared".to_owned()
        } else {
            format!("mean {:.3} sd, sd {:.1} %", self.mean, 100.0 * self.sd)
        };
        format!(
            "{}: {moments}, shares {:.1} and {:.1} points, ESS {:.0}, R-hat {:.4}, {} divergent, E-BFMI {:.2}",
            self.name,
            100.0 * self.middle,
            100.0 * self.tail,
            self.ess,
            self.rhat,
            self.divergences,
            self.energy_fraction
        )
    }
}

/// Samples a posterior and compares.
pub fn compare<P: Posterior<N>, const N: usize>(posterior: &P, bar: &Bar) -> Found {
    let chains = sample(posterior, bar.sampling);
    let reference = summaries(P::NAME);
    let values = |point: &Vec<f64>| -> Vec<f64> {
        let quantities = posterior.quantities(&constants(point));
        quantities.iter().map(|quantity| quantity.value).collect()
    };
    let draws: Vec<Vec<Vec<f64>>> = chains.draws.iter().map(|chain| chain.iter().map(values).collect()).collect();
    let mut found = Found {
        name: P::NAME,
        heavy: P::HEAVY,
        ess: f64::INFINITY,
        divergences: chains.divergences,
        energy_fraction: chains.energy_fraction(),
        ..Found::default()
    };
    assert_eq!(draws[0][0].len(), reference.len(), "{}: a summary for each quantity", P::NAME);
    for (i, summary) in reference.iter().enumerate() {
        let quantity: Vec<Vec<f64>> =
            draws.iter().map(|chain| chain.iter().map(|values| values[i]).collect()).collect();
        add(&mut found, &quantity, summary);
    }
    found
}

/// Makes the worst worse by one quantity, `[chain][iteration]`.
fn add(found: &mut Found, quantity: &[Vec<f64>], summary: &Summary) {
    let (mean, sd) = mean_sd(quantity);
    found.mean = worse(found.mean, (mean - summary.mean) / summary.sd);
    found.sd = worse(found.sd, sd / summary.sd - 1.0);
    let count = quantity.iter().map(Vec::len).sum::<usize>() as f64;
    for (probability, quantile) in PROBABILITIES.into_iter().zip(summary.quantiles) {
        let below = quantity.iter().flatten().filter(|x| **x <= quantile).count() as f64;
        let error = below / count - probability;
        let worst = if (0.25..=0.75).contains(&probability) { &mut found.middle } else { &mut found.tail };
        *worst = worse(*worst, error);
    }
    let diagnosis = diagnose(quantity);
    found.ess = found.ess.min(diagnosis.bulk_ess).min(diagnosis.tail_ess);
    found.rhat = worse(found.rhat, diagnosis.rhat);
}

/// The larger size; what is not a number is worst.
fn worse(worst: f64, error: f64) -> f64 {
    if error.abs() <= worst { worst } else { error.abs() }
}

/// Chains of a posterior, made as calibration makes them: a search by an annealed ensemble, a climb, chains in step.
fn sample<P: Posterior<N>, const N: usize>(posterior: &P, sampling: usize) -> Chains {
    let mut warm = warmed(posterior, sampling);
    warm.finish();
    chains(&warm.settings, &warm.state)
}

/// Chains that are warm, and their density.
pub struct Warm<'a, P, const N: usize> {
    density: Sampled<'a, P, N>,
    pub settings: Settings,
    pub state: State,
}

/// Searches, climbs and warms chains up.
pub fn warmed<P: Posterior<N>, const N: usize>(posterior: &P, sampling: usize) -> Warm<'_, P, N> {
    let density = Sampled(posterior);
    let settings =
        Settings { seed: 2026, chains: CHAINS, warmup: WARMUP, sampling, steps: P::STEPS, acceptance: ACCEPTANCE };
    let near = search(&density, settings.seed);
    let mode = curvature::climb(&density, &near, 100, 1e-6, &mut |_, _| {});
    let mut state = start(&density, &settings, &mode);
    while state.path < settings.warmup {
        step(&density, &settings, &mut state);
    }
    Warm { density, settings, state }
}

impl<P: Posterior<N>, const N: usize> Warm<'_, P, N> {
    /// Samples to the end.
    pub fn finish(&mut self) {
        while self.state.path < self.settings.warmup + self.settings.sampling {
            step(&self.density, &self.settings, &mut self.state);
        }
    }
}

/// The best point that an ensemble finds from standard normal points on.
fn search(density: &dyn Density, seed: u64) -> Vec<f64> {
    const STREAM: u64 = random::stream("reference.search");
    let settings = ensemble::Settings { seed, chains: 64, anneal: 200, warmup: 100, sampling: 0, thin: 1 };
    let draw = |member: usize| -> Vec<f64> {
        (0..density.dimension()).map(|i| random::normal(seed, STREAM, member as u64, i as u64)).collect()
    };
    let points = (0..settings.starting_points(density.dimension())).map(draw).collect();
    let mut state = ensemble::start(density, &settings, points).expect("a point that is possible");
    while state.generation < settings.generations() {
        ensemble::step(density, &settings, &mut state);
    }
    let best = state.points.iter().zip(&state.scores).max_by(|a, b| a.1.posterior().total_cmp(&b.1.posterior()));
    best.expect("a chain").0.clone()
}
