//! Student's t with 4 degrees of freedom on the logarithm about `ln(mu)`, with scale
//! sqrt(scale^2 + (value_sd / value)^2).
//!
//! With 4 degrees of freedom distribution and quantile have closed forms (W. T. Shaw, *Sampling Student's T
//! distribution*, Journal of Computational Finance 9, 2006).

use counterflow_model::elementary::{exp, ln};

use super::log_normal::positive;
use super::{Noise, widened, widened_slope};

pub(super) struct LogStudent;

impl Noise for LogStudent {
    fn log_density(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        // The logarithm of 3/8, the density at the centre.
        const LN_CENTRE: f64 = -0.980_829_253_011_726_2;
        let spread = positive(widened(scale, value_sd.map(|own| own / value)));
        let t = ln(value / mu) / spread;
        LN_CENTRE - 2.5 * libm::log1p(0.25 * t * t) - ln(spread) - ln(value)
    }

    fn slopes(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64) {
        let spread = positive(widened(scale, value_sd.map(|own| own / value)));
        let t = ln(value / mu) / spread;
        let pull = 1.25 * t / (1.0 + 0.25 * t * t);
        (pull / (spread * mu), (pull * t - 1.0) / spread * widened_slope(scale, spread, value_sd))
    }

    fn cumulative(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let spread = positive(widened(scale, value_sd.map(|own| own / mu)));
        student_cumulative(ln(value.max(0.0) / positive(mu)) / spread)
    }

    fn quantile(&self, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let spread = positive(widened(scale, value_sd.map(|own| own / mu)));
        positive(mu) * exp(spread * student_quantile(u))
    }
}

/// Distribution function of Student's t with 4 degrees of freedom.
fn student_cumulative(t: f64) -> f64 {
    if t.is_infinite() {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    let r = t / (4.0 + t * t).sqrt();
    // With r = sin(angle), the lower tail is (1 + r)^2 (2 - r) / 4; 1 + r loses no digits when written so for t < 0.
    let one_plus = if t < 0.0 { 4.0 / ((4.0 + t * t) * (1.0 - r)) } else { 1.0 + r };
    0.25 * one_plus * one_plus * (2.0 - r)
}

/// Inverse of [`student_cumulative`].
fn student_quantile(u: f64) -> f64 {
    let alpha = (4.0 * u * (1.0 - u)).sqrt();
    let size = 2.0 * (libm::cos(libm::acos(alpha) / 3.0) / alpha - 1.0).max(0.0).sqrt();
    let rough = if u < 0.5 { -size } else { size };
    // One step of Newton's method: near the centre the closed form subtracts nearly equal numbers.
    let density = 0.375 * exp(-2.5 * libm::log1p(0.25 * rough * rough));
    if rough.is_finite() { rough - (student_cumulative(rough) - u) / density } else { rough }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_as_in_tables() {
        for (u, t) in
            [(0.5, 0.0), (0.9, 1.533_206_274), (0.975, 2.776_445_105), (0.999, 7.173_182_220), (0.05, -2.131_846_786)]
        {
            assert!((student_quantile(u) - t).abs() < 1e-8, "{u}: {}", student_quantile(u));
            assert!((student_cumulative(student_quantile(u)) - u).abs() < 1e-14);
        }
        assert_eq!((student_cumulative(f64::NEG_INFINITY), student_cumulative(f64::INFINITY)), (0.0, 1.0));
        // Far out the lower tail is 3 / t^4.
        assert!((student_cumulative(-1e4) / 3e-16 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn density_at_the_centre() {
        let density = LogStudent.log_density(50.0, 50.0, 0.06, Some(4.0));
        assert!((exp(density) - 0.375 / 0.1 / 50.0).abs() < 1e-14);
    }
}
