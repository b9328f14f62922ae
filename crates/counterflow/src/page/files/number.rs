//! Numbers as files for a page hold them: six significant digits, more than anybody sees and fewer bytes.

use counterflow_calibrate::diagnose::quantile;

use crate::report::words::significant;

/// Quantiles of 5, 25, 50, 75 and 95 %.
pub type Band = [f64; 5];

/// Probabilities of a [`Band`].
pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// A number with six significant digits.
pub fn short(x: f64) -> f64 {
    significant(x, 6)
}

/// Quantiles of draws, in any order.
pub fn band(draws: &[f64]) -> Band {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    PROBABILITIES.map(|probability| short(quantile(&sorted, probability)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_hold_six_digits_of_quantiles() {
        let draws: Vec<f64> = (0..=100).rev().map(|k| f64::from(k) / 7.0).collect();
        assert_eq!(band(&draws), [0.714286, 3.57143, 7.14286, 10.7143, 13.5714]);
        assert_eq!((short(-1_234_567.0), short(0.0)), (-1_234_570.0, 0.0));
    }
}
