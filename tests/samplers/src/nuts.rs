//! NUTS, by `nuts-rs`: chains in threads of their own that ask a density.

use std::thread;

use counterflow_calibrate::sampler::{Chains, Density};
use nuts_rs::rand::rngs::ChaCha8Rng;
use nuts_rs::rand::{Rng, SeedableRng};
use nuts_rs::{
    Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings as NutsSettings,
};

use crate::ask::{Alone, Ask, together};

/// How to sample. What is not said here is as `nuts-rs` has it: a diagonal metric that adapts, trees of at most 2^10 steps.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Seed of every random number.
    pub seed: u64,
    /// Draws of warm-up for each chain.
    pub warmup: usize,
    /// Draws that are kept of each chain, unless time is over before.
    pub sampling: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Sampled {
    /// The kept draws; chains may differ in length.
    pub chains: Chains,
    /// Slopes that were computed for whole draws.
    pub gradients: usize,
    /// Those of them that were computed after the warm-up.
    pub gradients_of_draws: usize,
}

/// Chains of which each computes its own slopes, one at a time, from these points on.
pub fn alone(
    density: &(dyn Density + Sync),
    starts: &[Vec<f64>],
    settings: Settings,
    over: &(dyn Fn() -> bool + Sync),
) -> Sampled {
    let kept: Vec<Kept> = thread::scope(|scope| {
        let one = |(chain, start): (usize, &Vec<f64>)| {
            let start = start.clone();
            scope.spawn(move || run(Alone { density, over }, chain, &start, settings))
        };
        let threads: Vec<_> = starts.iter().enumerate().map(one).collect();
        threads.into_iter().map(|thread| thread.join().expect("a chain ends")).collect()
    });
    sampled(kept)
}

/// Chains whose slopes are computed side by side, from these points on.
pub fn gathered(density: &dyn Density, starts: &[Vec<f64>], settings: Settings, over: &dyn Fn() -> bool) -> Sampled {
    let (askers, desk) = together(starts.len());
    let kept: Vec<Kept> = thread::scope(|scope| {
        let one = |(chain, (asker, start)): (usize, (_, &Vec<f64>))| {
            let start = start.clone();
            scope.spawn(move || run(asker, chain, &start, settings))
        };
        let threads: Vec<_> = askers.into_iter().zip(starts).enumerate().map(one).collect();
        desk.answer(density, over);
        threads.into_iter().map(|thread| thread.join().expect("a chain ends")).collect()
    });
    sampled(kept)
}

/// What one chain kept.
#[derive(Default)]
struct Kept {
    draws: Vec<Vec<f64>>,
    divergences: usize,
    gradients: usize,
    gradients_of_draws: usize,
}

fn sampled(kept: Vec<Kept>) -> Sampled {
    let gradients = kept.iter().map(|kept| kept.gradients).sum();
    let gradients_of_draws = kept.iter().map(|kept| kept.gradients_of_draws).sum();
    let divergences = kept.iter().map(|kept| kept.divergences).sum();
    let draws = kept.into_iter().map(|kept| kept.draws).collect();
    Sampled { chains: Chains { draws, divergences, ..Chains::default() }, gradients, gradients_of_draws }
}

/// One chain to its end, or until its questions are no longer answered.
fn run<A: Ask>(asker: A, chain: usize, start: &[f64], settings: Settings) -> Kept {
    let mut kept = Kept::default();
    let usual = DiagNutsSettings {
        num_tune: settings.warmup as u64,
        num_draws: settings.sampling as u64,
        seed: settings.seed,
        ..DiagNutsSettings::default()
    };
    let math = CpuMath::new(Asked { asker, dimension: start.len() });
    let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
    random.set_stream(chain as u64);
    let Ok(mut sampler) = usual.new_chain(chain as u64, math, &mut random) else { return kept };
    if sampler.set_position(start).is_err() {
        return kept;
    }
    for draw in 0..settings.warmup + settings.sampling {
        // The error is that nobody answers: time is over.
        let Ok((point, progress)) = sampler.draw() else { break };
        kept.gradients += progress.num_gradients as usize;
        if draw >= settings.warmup {
            kept.gradients_of_draws += progress.num_gradients as usize;
            kept.draws.push(point.into_vec());
            kept.divergences += usize::from(progress.diverging);
        }
    }
    kept
}

/// A density as `nuts-rs` wants it.
struct Asked<A> {
    asker: A,
    dimension: usize,
}

/// Why there is no log density.
#[derive(Debug, thiserror::Error)]
enum Missing {
    #[error("the point is impossible")]
    Impossible,
    #[error("time is over")]
    Over,
}

impl LogpError for Missing {
    fn is_recoverable(&self) -> bool {
        matches!(self, Missing::Impossible)
    }
}

#[expect(clippy::disallowed_types, reason = "`nuts-rs` asks for this type")]
impl<A> HasDims for Asked<A> {
    fn dim_sizes(&self) -> std::collections::HashMap<String, u64> {
        std::collections::HashMap::from([("unconstrained_parameter".to_owned(), self.dimension as u64)])
    }
}

impl<A: Ask> CpuLogpFunc for Asked<A> {
    type LogpError = Missing;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        self.dimension
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> Result<f64, Missing> {
        let (value, slopes) = self.asker.ask(position).ok_or(Missing::Over)?;
        if !value.is_finite() || slopes.iter().any(|slope| !slope.is_finite()) {
            return Err(Missing::Impossible);
        }
        gradient.copy_from_slice(&slopes);
        Ok(value)
    }

    fn expand_vector<R: Rng + ?Sized>(&mut self, _: &mut R, position: &[f64]) -> Result<Vec<f64>, CpuMathError> {
        Ok(position.to_vec())
    }
}
