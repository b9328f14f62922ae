//! A density of known moments on which samplers are tested.

use super::{Chains, Density, Score};

/// Normal with correlation 0.9 between neighbours, and one coordinate bent: mean 0, sd 1 in the first.
pub struct Bent;

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

/// Holds draws of it against its moments, within a tenth of its standard deviations.
pub fn moments(chains: &Chains) {
    for (i, (mean, sd)) in [(0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.5, 0.866)].into_iter().enumerate() {
        let coordinate = chains.coordinate(i);
        let (found_mean, found_sd) = crate::diagnose::mean_sd(&coordinate);
        assert!((found_mean - mean).abs() < 0.1 && (found_sd / sd - 1.0).abs() < 0.1, "{i}: {found_mean} {found_sd}");
        assert!(crate::diagnose::diagnose(&coordinate).rhat < 1.02);
    }
}
