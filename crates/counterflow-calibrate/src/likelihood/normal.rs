//! Normal with standard deviation `scale`, in the series' unit.

use counterflow_model::elementary::ln;

use super::{Noise, widened, widened_slope};
use crate::special::{HALF_LN_TAU, normal_quantile, normal_tails};

pub(super) struct Normal;

impl Noise for Normal {
    fn log_density(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        log_density((value - mu) / widened(scale, value_sd), widened(scale, value_sd))
    }

    fn slopes(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64) {
        let sd = widened(scale, value_sd);
        let z = (value - mu) / sd;
        (z / sd, (z * z - 1.0) / sd * widened_slope(scale, sd, value_sd))
    }

    fn cumulative(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        normal_tails((value - mu) / widened(scale, value_sd)).lower
    }

    fn quantile(&self, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        mu + widened(scale, value_sd) * normal_quantile(u)
    }
}

/// Logarithm of the normal density at `z` standard deviations `sd` from the mean; NaN where `sd` is not positive.
pub(super) fn log_density(z: f64, sd: f64) -> f64 {
    if sd > 0.0 { -0.5 * z * z - HALF_LN_TAU - ln(sd) } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_and_four_make_five() {
        let density = Normal.log_density(12.0, 2.0, 3.0, Some(4.0));
        assert!((density - (-2.0 - HALF_LN_TAU - ln(5.0))).abs() < 1e-14);
        assert!((Normal.quantile(0.975, 2.0, 3.0, Some(4.0)) - 2.0 - 5.0 * 1.959_963_984_540_054).abs() < 1e-12);
    }
}
