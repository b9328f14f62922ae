//! The prior of a path: a random walk with a damped drift, as precision and as what the path says of its last drift.

use counterflow_model::elementary::ln;

use super::{Pooled, QUARTERS};
use crate::sampler::cholesky::{backward, factor, forward};

/// The prior of a path about the mean of its region, `n` quarters long.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Inverse of the covariance, `[n][n]`.
    pub precision: Vec<Vec<f64>>,
    /// Logarithm of the determinant of the precision.
    pub log_determinant: f64,
    /// Mean of the last drift (a year) for each unit of the path, `[n]`.
    pub to_drift: Vec<f64>,
    /// Standard deviation of the last drift when the path is known.
    pub drift_sd: f64,
}

impl Walk {
    /// The prior for these pooled numbers; `None` if its covariance is not positive, or there is no quarter.
    pub fn new(pooled: &Pooled, quarters: usize) -> Option<Walk> {
        let (levels, drift) = innovations(pooled, quarters);
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let covariance: Vec<Vec<f64>> = levels.iter().map(|a| levels.iter().map(|b| inner(a, b)).collect()).collect();
        let lower = factor(&covariance)?;
        let unit = |i: usize| (0..quarters).map(|j| f64::from(u8::from(i == j))).collect::<Vec<f64>>();
        let precision = (0..quarters).map(|i| backward(&lower, &forward(&lower, &unit(i)))).collect();
        let with_drift: Vec<f64> = levels.iter().map(|level| inner(level, &drift)).collect();
        let to_drift = backward(&lower, &forward(&lower, &with_drift));
        let rest = inner(&drift, &drift) - inner(&with_drift, &to_drift);
        let log_determinant = -2.0 * (0..quarters).map(|i| ln(lower[i][i])).sum::<f64>();
        (quarters > 0).then(|| Walk { precision, log_determinant, to_drift, drift_sd: rest.max(0.0).sqrt() })
    }
}

/// Levels of all quarters and the last drift as sums of independent standard normal numbers: the first level, the first
/// drift and two for each later quarter.
fn innovations(pooled: &Pooled, quarters: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let count = 2 * quarters.max(1);
    let (mut level, mut drift) = (vec![0.0; count], vec![0.0; count]);
    level[0] = pooled.level_sd;
    drift[1] = pooled.drift_sd;
    let damping = pooled.damping();
    let fresh = pooled.drift_sd * (1.0 - damping * damping).sqrt();
    let mut levels = Vec::with_capacity(quarters);
    for quarter in 0..quarters {
        if quarter > 0 {
            level.iter_mut().zip(&drift).for_each(|(level, drift)| *level += drift / QUARTERS);
            level[2 * quarter] += pooled.step_sd / QUARTERS.sqrt();
            drift.iter_mut().for_each(|drift| *drift *= damping);
            drift[2 * quarter + 1] += fresh;
        }
        levels.push(level.clone());
    }
    (levels, drift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pooled() -> Pooled {
        Pooled::from_values(&[0.0, 0.5, 0.2, 0.3, 0.8, 0.01]).expect("one region")
    }

    #[test]
    fn the_variance_is_that_of_the_recursion() {
        let pooled = pooled();
        let (levels, _) = innovations(&pooled, 3);
        let variance = |k: usize| levels[k].iter().map(|x| x * x).sum::<f64>();
        assert!((variance(0) - 0.25).abs() < 1e-12);
        assert!((variance(1) - (0.25 + 0.3 * 0.3 / 16.0 + 0.2 * 0.2 / 4.0)).abs() < 1e-12);
    }

    #[test]
    fn a_rising_path_has_a_rising_drift() {
        let walk = Walk::new(&pooled(), 8).expect("positive");
        let drift: f64 = walk.to_drift.iter().enumerate().map(|(q, weight)| weight * 0.1 * q as f64).sum();
        assert!(drift > 0.05 && drift < 0.4, "{drift} a year for 0.4 a year");
        assert!(walk.drift_sd > 0.0 && walk.drift_sd < 0.3);
    }

    #[test]
    fn no_quarter_has_no_prior() {
        assert!(Walk::new(&pooled(), 0).is_none());
    }
}
