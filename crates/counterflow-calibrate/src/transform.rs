//! The unconstrained line and a parameter's range: samplers move on the line, models see the range.

use counterflow_model::elementary::{exp, ln};

/// A map from the whole line onto the inside of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Transform {
    /// A range of one point: takes no place on the line.
    Fixed(f64),
    /// No limits: the identity.
    Line,
    /// A lower limit only: `low + e^z`.
    Above(f64),
    /// An upper limit only: `high - e^-z`.
    Below(f64),
    /// Two limits: `low + (high - low) / (1 + e^-z)`.
    Between(f64, f64),
}

impl Transform {
    /// The map for a range; infinite ends are no limits.
    pub fn new(low: f64, high: f64) -> Transform {
        match (low.is_finite(), high.is_finite()) {
            _ if low == high => Transform::Fixed(low),
            (true, true) => Transform::Between(low, high),
            (true, false) => Transform::Above(low),
            (false, true) => Transform::Below(high),
            (false, false) => Transform::Line,
        }
    }

    /// The parameter's value at a place on the line; never an end of the range, where densities may have poles.
    pub fn natural(self, z: f64) -> f64 {
        match self {
            Transform::Fixed(value) => value,
            Transform::Line => z,
            Transform::Above(low) => (low + exp(z)).max(low.next_up()),
            Transform::Below(high) => (high - exp(-z)).min(high.next_down()),
            Transform::Between(low, high) => {
                let share = exp(-z.abs()) / (1.0 + exp(-z.abs()));
                let value = if z < 0.0 { low + (high - low) * share } else { high - (high - low) * share };
                inside(value, low, high)
            }
        }
    }

    /// The place on the line of a value; ends of the range count as the nearest number inside.
    pub fn line(self, value: f64) -> f64 {
        match self {
            Transform::Fixed(_) => 0.0,
            Transform::Line => value,
            Transform::Above(low) => ln(value.max(low.next_up()) - low),
            Transform::Below(high) => -ln(high - value.min(high.next_down())),
            Transform::Between(low, high) => {
                let value = inside(value, low, high);
                ln(value - low) - ln(high - value)
            }
        }
    }

    /// Logarithm of the derivative of [`Transform::natural`].
    pub fn log_jacobian(self, z: f64) -> f64 {
        match self {
            Transform::Fixed(_) | Transform::Line => 0.0,
            Transform::Above(_) => z,
            Transform::Below(_) => -z,
            Transform::Between(low, high) => ln(high - low) - z.abs() - 2.0 * libm::log1p(exp(-z.abs())),
        }
    }

    /// Whether the range is one point.
    pub fn is_fixed(self) -> bool {
        matches!(self, Transform::Fixed(_))
    }
}

/// The nearest number strictly between `low` and `high`.
fn inside(value: f64, low: f64, high: f64) -> f64 {
    value.max(low.next_up()).min(high.next_down())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Transform; 4] =
        [Transform::Line, Transform::Above(2.0), Transform::Below(-1.0), Transform::Between(-3.0, 1e-3)];

    #[test]
    fn there_and_back() {
        for transform in ALL {
            for i in -200..=200 {
                let z = f64::from(i) * 0.05;
                let back = transform.line(transform.natural(z));
                assert!((back - z).abs() < 1e-9, "{transform:?} at {z}: {back}");
            }
        }
        assert_eq!((Transform::new(3.0, 3.0).natural(17.0), Transform::new(3.0, 3.0).log_jacobian(1.0)), (3.0, 0.0));
    }

    #[test]
    fn jacobian_is_the_derivative() {
        for transform in ALL {
            for z in [-5.0, -0.3, 0.0, 1.0, 4.0] {
                let slope = (transform.natural(z + 1e-5) - transform.natural(z - 1e-5)) / 2e-5;
                assert!((exp(transform.log_jacobian(z)) / slope - 1.0).abs() < 1e-6, "{transform:?} at {z}");
            }
        }
    }

    #[test]
    fn far_out_stays_inside() {
        let transform = Transform::new(0.0, 1.0);
        for z in [-1e4, -800.0, 800.0, 1e4] {
            let value = transform.natural(z);
            assert!(value > 0.0 && value < 1.0 && transform.log_jacobian(z) < -700.0);
        }
        assert!(transform.line(0.0) < -700.0 && transform.line(1.0) > 36.0);
    }
}
