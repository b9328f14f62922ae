//! The line that samplers move on and the range that models see: on the line every prior is the standard normal.
//!
//! The value at `z` is the prior's quantile of the standard normal probability of `z`. Bell-shaped priors stay nearly
//! straight, so that the ridges which data cut into a posterior stay straight too; a scaled logit would bend them.

use counterflow_model::elementary::exp;

use crate::prior::TruncatedPrior;
use crate::special::{HALF_LN_TAU, normal_quantile, normal_tails};

/// Beyond this place on the line the value stays: one draw of the prior in 10^10 lies there.
const END: f64 = 6.5;
/// Knots for each unit of the line.
const KNOTS: f64 = 16.0;

/// A smooth map of the line onto a parameter's range.
#[derive(Clone, Debug, PartialEq)]
pub struct Transform {
    prior: TruncatedPrior,
    /// Value, and slope times the distance of knots, at each knot from `-END` to `END`; empty for a fixed number.
    knots: Vec<(f64, f64)>,
}

impl Transform {
    /// The map for a prior cut off at its range.
    pub fn new(prior: TruncatedPrior) -> Transform {
        let (low, high) = prior.range();
        let knot = |i: usize| {
            let z = i as f64 / KNOTS - END;
            let value = prior.quantile(normal_tails(z).lower);
            let slope = exp(-0.5 * z * z - HALF_LN_TAU - prior.log_density(value));
            // A value that rounding has brought to an end of the range stays there.
            (value, if value > low && value < high && slope.is_finite() { slope / KNOTS } else { 0.0 })
        };
        let count = (2.0 * END * KNOTS) as usize + 1;
        Transform { prior, knots: if low == high { Vec::new() } else { (0..count).map(knot).collect() } }
    }

    /// The prior.
    pub fn prior(&self) -> &TruncatedPrior {
        &self.prior
    }

    /// The parameter's value at a place on the line: a cubic between the knots, by value and slope (C. Hermite).
    pub fn natural(&self, z: f64) -> f64 {
        let (low, high) = self.prior.range();
        if self.is_fixed() {
            return low;
        }
        let place = (z.clamp(-END, END) + END) * KNOTS;
        let knot = (place as usize).min(self.knots.len() - 2);
        let ((from, from_slope), (to, to_slope)) = (self.knots[knot], self.knots[knot + 1]);
        let (t, s) = (place - knot as f64, knot as f64 + 1.0 - place);
        let value = from + t * t * (3.0 - 2.0 * t) * (to - from) + t * s * (s * from_slope - t * to_slope);
        value.clamp(low, high)
    }

    /// The slope of [`Transform::natural`] at a place on the line; zero beyond the ends.
    pub fn slope(&self, z: f64) -> f64 {
        if self.is_fixed() || z.abs() > END {
            return 0.0;
        }
        let place = (z + END) * KNOTS;
        let knot = (place as usize).min(self.knots.len() - 2);
        let ((from, from_slope), (to, to_slope)) = (self.knots[knot], self.knots[knot + 1]);
        let (t, s) = (place - knot as f64, knot as f64 + 1.0 - place);
        KNOTS * (6.0 * t * s * (to - from) + s * (s - 2.0 * t) * from_slope + t * (t - 2.0 * s) * to_slope)
    }

    /// The place on the line of a value in the range; 0 for a fixed number.
    pub fn line(&self, value: f64) -> f64 {
        if self.is_fixed() { 0.0 } else { normal_quantile(self.prior.cumulative(value)).clamp(-END, END) }
    }

    /// Whether the range is one point.
    pub fn is_fixed(&self) -> bool {
        self.knots.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use counterflow_model::Prior;

    use super::*;

    const CASES: [(Prior, f64, f64); 8] = [
        (Prior::Normal(1.0, 2.0), -4.0, 3.0),
        (Prior::Normal(1.0, 2.0), f64::NEG_INFINITY, f64::INFINITY),
        (Prior::LogNormal(0.3, 0.7), 0.01, 2.0),
        (Prior::Uniform(0.0, 5.0), 1.0, 7.0),
        (Prior::LogUniform(6e5, 5e6), 1e5, 4e6),
        (Prior::Beta(14.0, 6.0), 0.4, 0.95),
        (Prior::Beta(0.5, 0.7), 0.0, 1.0),
        (Prior::Gamma(0.4, 1.0), 0.0, f64::INFINITY),
    ];

    #[test]
    fn values_have_the_probability_of_their_place() {
        for (prior, low, high) in CASES {
            let transform = Transform::new(TruncatedPrior::new(prior, low, high).unwrap());
            let mut last = f64::NEG_INFINITY;
            for i in -700..=700 {
                let z = f64::from(i) * 0.01;
                let value = transform.natural(z);
                assert!(value >= last && value >= low && value <= high, "{prior} at {z}");
                last = value;
                let exact = normal_tails(z).lower;
                let found = transform.prior().cumulative(value);
                assert!((found - exact).abs() < 1e-6, "{prior} at {z}: {found}, expected {exact}");
            }
        }
    }

    #[test]
    fn slopes_are_difference_quotients() {
        for (prior, low, high) in CASES {
            let transform = Transform::new(TruncatedPrior::new(prior, low, high).unwrap());
            for i in -50..=50 {
                let (z, h) = (f64::from(i) * 0.113, 1e-5);
                let quotient = (transform.natural(z + h) - transform.natural(z - h)) / (2.0 * h);
                let found = transform.slope(z);
                assert!(
                    (found - quotient).abs() <= 1e-6 * (found.abs() + transform.prior().mean_sd().1),
                    "{prior} at {z}: {found}, {quotient}"
                );
            }
        }
    }

    #[test]
    fn there_and_back() {
        for (prior, low, high) in CASES {
            let transform = Transform::new(TruncatedPrior::new(prior, low, high).unwrap());
            for i in -40..=40 {
                let z = f64::from(i) * 0.1 + 0.01;
                let back = transform.line(transform.natural(z));
                assert!((back - z).abs() < 1e-4, "{prior} at {z}: {back}");
            }
        }
    }

    #[test]
    fn ends_and_fixed_numbers() {
        let transform = Transform::new(TruncatedPrior::new(Prior::Uniform(0.0, 1.0), 0.0, 1.0).unwrap());
        assert!(transform.line(0.0) == -END && transform.line(1.0) == END);
        assert!(transform.natural(-1e9) >= 0.0 && transform.natural(1e9) <= 1.0);
        let fixed = Transform::new(TruncatedPrior::new(Prior::Uniform(0.0, 1.0), 0.3, 0.3).unwrap());
        assert!(fixed.is_fixed() && fixed.natural(2.0) == 0.3 && fixed.line(0.3) == 0.0);
    }
}
