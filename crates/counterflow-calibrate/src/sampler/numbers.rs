//! The random numbers of one chain in one generation, in the order they are asked for.

use counterflow_model::elementary::ln;
use counterflow_model::random;

/// A source keyed by seed, stream, chain and generation; what other chains draw changes nothing here.
pub(super) struct Numbers {
    seed: u64,
    stream: u64,
    chain: u64,
    step: u64,
}

impl Numbers {
    /// The numbers of one chain in one generation. There are 2^24 of them, far more than a proposal needs.
    pub(super) fn new(seed: u64, stream: u64, chain: usize, generation: usize) -> Numbers {
        Numbers { seed, stream, chain: chain as u64, step: (generation as u64) << 24 }
    }

    /// Uniform in (0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        self.step += 1;
        random::uniform(self.seed, self.stream, self.chain, self.step)
    }

    /// Uniform between two numbers.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        self.step += 1;
        random::normal(self.seed, self.stream, self.chain, self.step)
    }

    /// A whole number from 0 to `count - 1`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((self.uniform() * count as f64) as usize).min(count - 1)
    }

    /// Position of one of these weights, which sum to 1, chosen with that probability.
    pub(super) fn choose(&mut self, weights: &[f64]) -> usize {
        let mut rest = self.uniform();
        let reached = |weight: &f64| {
            rest -= weight;
            rest < 0.0
        };
        weights.iter().position(reached).unwrap_or(weights.len() - 1)
    }

    /// Gamma of rate 1 and shape at least 1, by G. Marsaglia and W. W. Tsang (2000).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            let v = root * root * root;
            if v > 0.0 && ln(self.uniform()) < 0.5 * x * x + d - d * v + d * ln(v) {
                return d * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_has_its_moments() {
        for shape in [1.0, 4.5, 40.0] {
            let draws: Vec<f64> = (0..40_000).map(|i| Numbers::new(1, 2, i, 3).gamma(shape)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 40_000.0;
            assert!(
                (mean / shape - 1.0).abs() < 0.02 && (variance / shape - 1.0).abs() < 0.05,
                "{shape}: {mean} {variance}"
            );
        }
    }

    #[test]
    fn choices_follow_their_weights() {
        let weights = [0.1, 0.0, 0.6, 0.3];
        let mut counts = [0; 4];
        (0..10_000).for_each(|i| counts[Numbers::new(1, 2, i, 3).choose(&weights)] += 1);
        assert!(counts[1] == 0 && (counts[2] as f64 - 6000.0).abs() < 200.0, "{counts:?}");
    }
}
