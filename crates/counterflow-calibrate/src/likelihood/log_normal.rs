//! Normal on the logarithm about `ln(mu)`, with standard deviation sqrt(scale^2 + (value_sd / value)^2).

use counterflow_model::elementary::{exp, ln};

use super::{Noise, normal, widened, widened_slope};
use crate::special::{normal_quantile, normal_tails};

pub(super) struct LogNormal;

impl Noise for LogNormal {
    fn log_density(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let sd = widened(scale, value_sd.map(|own| own / value));
        normal::log_density(ln(value / mu) / sd, sd) - ln(value)
    }

    fn slopes(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64) {
        let sd = widened(scale, value_sd.map(|own| own / value));
        let z = ln(value / mu) / sd;
        (z / sd / mu, (z * z - 1.0) / sd * widened_slope(scale, sd, value_sd))
    }

    fn cumulative(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let sd = widened(scale, value_sd.map(|own| own / mu));
        normal_tails(ln(value.max(0.0) / positive(mu)) / sd).lower
    }

    fn quantile(&self, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let sd = widened(scale, value_sd.map(|own| own / mu));
        positive(mu) * exp(sd * normal_quantile(u))
    }
}

/// The number, or NaN if it is not positive.
pub(super) fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::HALF_LN_TAU;

    #[test]
    fn own_error_is_relative() {
        let density = LogNormal.log_density(100.0, 80.0, 0.03, Some(4.0));
        let z = ln(1.25) / 0.05;
        assert!((density - (-0.5 * z * z - HALF_LN_TAU - ln(0.05) - ln(100.0))).abs() < 1e-12);
        assert!((LogNormal.quantile(0.5, 80.0, 0.3, None) - 80.0).abs() < 1e-12);
    }
}
