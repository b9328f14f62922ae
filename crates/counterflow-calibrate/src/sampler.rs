//! Samplers of a posterior that is known only by its density, evaluated for many points at once.

#[cfg(test)]
mod bent;
pub mod chees;
pub(crate) mod cholesky;
pub mod curvature;
mod eigen;
pub mod ensemble;
pub mod hamiltonian;
mod ladder;
mod moves;
mod numbers;
mod reference;
mod state;
pub mod whitened;

pub use state::State;

/// Logarithms of the two factors of a posterior density, at one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Logarithm of the prior's density in the sampler's coordinates, Jacobians included.
    pub prior: f64,
    /// Logarithm of the likelihood.
    pub likelihood: f64,
}

impl Score {
    /// Logarithm of prior times likelihood to the power `exponent`; minus infinity where either is not finite.
    pub fn tempered(self, exponent: f64) -> f64 {
        if self.prior.is_finite() && self.likelihood.is_finite() {
            self.prior + exponent * self.likelihood
        } else {
            f64::NEG_INFINITY
        }
    }

    /// Logarithm of prior times likelihood.
    pub fn posterior(self) -> f64 {
        self.tempered(1.0)
    }
}

/// A posterior density on the unconstrained space.
pub trait Density {
    /// Number of coordinates of a point.
    fn dimension(&self) -> usize;
    /// Scores of a batch of points, in their order. The score of a point must not depend on its neighbours.
    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score>;
    /// Logarithm of the posterior density and its slopes at each of several points, `(value, [d])`. Difference
    /// quotients, unless the density knows better.
    fn slopes(&self, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
        curvature::difference_quotients(self, points)
    }
}

/// What a sampler returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chains {
    /// Kept points: `[chain][iteration][coordinate]`.
    pub draws: Vec<Vec<Vec<f64>>>,
    /// Their scores: `[chain][iteration]`.
    pub scores: Vec<Vec<Score>>,
    /// Share of proposals that were accepted while draws were kept.
    pub acceptance: f64,
    /// Energies of the kept draws, `[chain][iteration]`; nothing where a sampler has none.
    pub energies: Vec<Vec<f64>>,
    /// Paths on which the energy was lost while draws were kept; 0 where a sampler has no paths.
    pub divergences: usize,
}

impl Chains {
    /// One coordinate of all draws: `[chain][iteration]`.
    pub fn coordinate(&self, dimension: usize) -> Vec<Vec<f64>> {
        self.draws.iter().map(|chain| chain.iter().map(|point| point[dimension]).collect()).collect()
    }

    /// The least of the chains' fractions of energy that new momenta bring ([`crate::diagnose::energy_fraction`]); not a
    /// number where a sampler has no energies.
    pub fn energy_fraction(&self) -> f64 {
        self.energies.iter().map(|chain| crate::diagnose::energy_fraction(chain)).fold(f64::NAN, f64::min)
    }

    /// All draws in one list, iteration by iteration so that any prefix holds all chains.
    pub fn pooled(&self) -> Vec<&[f64]> {
        let iterations = self.draws.iter().map(Vec::len).min().unwrap_or(0);
        (0..iterations).flat_map(|i| self.draws.iter().map(move |chain| chain[i].as_slice())).collect()
    }
}

/// What a sampler is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Moving from the prior to the posterior by raising the likelihood to growing powers.
    Anneal,
    /// Warming up at the posterior.
    Settle,
    /// Keeping draws.
    Sample,
}

/// A message after each generation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What the generation was part of.
    pub phase: Phase,
    /// Generations done, warm-up included.
    pub generation: usize,
    /// Generations in all.
    pub of: usize,
    /// Power of the likelihood.
    pub exponent: f64,
    /// Share of proposals accepted in this generation.
    pub acceptance: f64,
    /// Mean over the chains of the logarithm of the posterior density.
    pub log_density: f64,
}
