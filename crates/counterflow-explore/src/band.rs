//! Draws to quantiles.

use crate::comparison::Band;

impl Band {
    /// Median and central intervals of draws, in any order.
    pub fn of(mut draws: Vec<f64>) -> Band {
        draws.sort_unstable_by(f64::total_cmp);
        let at = |probability| quantile(&draws, probability);
        Band { lo90: at(0.05), lo50: at(0.25), median: at(0.5), hi50: at(0.75), hi90: at(0.95) }
    }
}

/// Median of draws, in any order.
pub fn median(mut draws: Vec<f64>) -> f64 {
    draws.sort_unstable_by(f64::total_cmp);
    quantile(&draws, 0.5)
}

/// Quantile of sorted values: a line between order statistics, type 7 of R. J. Hyndman and Y. Fan, *Sample quantiles in
/// statistical packages* (1996). NaN without values.
pub fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = probability.clamp(0.0, 1.0) * last as f64;
    let below = position as usize;
    let above = (below + 1).min(last);
    // Equal neighbours are met exactly, also where both are infinite.
    if sorted[below] == sorted[above] {
        return sorted[below];
    }
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_seven() {
        // R: quantile(c(1, 2, 4, 8), c(.05, .25, .5, .75, .95)) gives 1.15, 1.75, 3, 5, 7.4.
        let band = Band::of(vec![8.0, 1.0, 4.0, 2.0]);
        let found = [band.lo90, band.lo50, band.median, band.hi50, band.hi90];
        for (found, expected) in found.iter().zip([1.15, 1.75, 3.0, 5.0, 7.4]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!((quantile(&[3.0], 0.3), median(vec![3.0, 1.0])), (3.0, 2.0));
        assert!(quantile(&[], 0.5).is_nan());
    }
}
