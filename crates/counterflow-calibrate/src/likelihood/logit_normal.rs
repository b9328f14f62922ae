//! Normal on the logit about `logit(mu)` with standard deviation `scale`, for shares strictly between 0 and 1.
//!
//! The datum's own standard deviation is brought to the logit by its slope, 1 / (value (1 - value)).

use counterflow_model::elementary::{exp, ln};

use super::{Noise, normal, widened, widened_slope};
use crate::special::{normal_quantile, normal_tails};

pub(super) struct LogitNormal;

impl Noise for LogitNormal {
    fn log_density(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let slope = 1.0 / (value * (1.0 - value));
        let sd = widened(scale, value_sd.map(|own| own * slope));
        normal::log_density((logit(value) - logit(mu)) / sd, sd) + ln(slope)
    }

    fn slopes(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64) {
        let slope = 1.0 / (value * (1.0 - value));
        let sd = widened(scale, value_sd.map(|own| own * slope));
        let z = (logit(value) - logit(mu)) / sd;
        (z / sd / (mu * (1.0 - mu)), (z * z - 1.0) / sd * widened_slope(scale, sd, value_sd))
    }

    fn cumulative(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let sd = widened(scale, value_sd.map(|own| own / (mu * (1.0 - mu))));
        let inner = normal_tails((logit(value) - logit(mu)) / sd).lower;
        if value <= 0.0 {
            0.0
        } else if value >= 1.0 {
            1.0
        } else {
            inner
        }
    }

    fn quantile(&self, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let sd = widened(scale, value_sd.map(|own| own / (mu * (1.0 - mu))));
        1.0 / (1.0 + exp(-(logit(mu) + sd * normal_quantile(u))))
    }
}

/// ln(p / (1 - p)); NaN unless strictly between 0 and 1.
fn logit(p: f64) -> f64 {
    if p > 0.0 && p < 1.0 { ln(p) - libm::log1p(-p) } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stay_shares() {
        assert!((LogitNormal.quantile(0.5, 0.2, 1.0, None) - 0.2).abs() < 1e-15);
        assert!(
            LogitNormal.quantile(1e-9, 0.2, 1.0, None) > 0.0 && LogitNormal.quantile(1.0 - 1e-9, 0.2, 3.0, None) < 1.0
        );
        // At value = mu only the normal's height and the slope 1 / 0.16 remain.
        let density = LogitNormal.log_density(0.2, 0.2, 0.3, Some(0.064));
        assert!((exp(density) - 1.0 / (0.5 * std::f64::consts::TAU.sqrt() * 0.16)).abs() < 1e-12);
    }
}
