//! The likelihood of a count by the logarithm of its mean.

use counterflow_model::Family;
use counterflow_model::elementary::{exp, ln};

use super::{Count, Seen};
use crate::likelihood;
use crate::special::log_gamma;

/// Log density of a count, its slope by the log mean, and the information it carries about that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term {
    pub value: f64,
    pub slope: f64,
    pub information: f64,
}

/// Mean of a count on a path, and the share of each of its parts.
pub(super) fn mean(count: &Count, path: &[f64]) -> f64 {
    count.parts.iter().map(|(quarter, expected)| expected * exp(path[*quarter])).sum()
}

/// The part of a count's log density that does not change with its mean.
pub(super) fn constant(seen: Seen, dispersion: f64) -> f64 {
    let size = 1.0 / dispersion;
    match seen {
        Seen::Exactly(value) => log_gamma(value + size) - log_gamma(size) - log_gamma(value + 1.0) + size * ln(size),
        Seen::AtMost(_) => 0.0,
    }
}

/// The rest of it. For an exact count the information is the expected one; for one that is withheld, the curvature.
pub(super) fn term(seen: Seen, mean: f64, dispersion: f64) -> Term {
    let size = 1.0 / dispersion;
    let score = |value: f64| (value - mean) / (1.0 + dispersion * mean);
    match seen {
        Seen::Exactly(value) => Term {
            value: value * ln(mean) - (value + size) * ln(mean + size),
            slope: score(value),
            information: mean / (1.0 + dispersion * mean),
        },
        // With F the probability of at most m and p that of m: dF/dmean = -(m + size) p / (mean + size).
        Seen::AtMost(most) => {
            let family = Family::NegativeBinomial;
            let below = ln(likelihood::cumulative(family, most, mean, dispersion, None).max(f64::MIN_POSITIVE));
            let at = likelihood::log_density(family, most, mean, dispersion, None);
            let fall = mean * (most + size) / (mean + size) * exp((at - below).min(0.0));
            let bend = fall * (size / (mean + size) + score(most) + fall);
            Term { value: below, slope: -fall, information: bend.max(0.0) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_difference_quotients() {
        let h = 1e-5;
        for seen in [Seen::Exactly(37.4), Seen::Exactly(0.0), Seen::AtMost(9.0)] {
            for mean in [2.0, 12.0, 60.0] {
                let at = |step: f64| term(seen, mean * exp(step), 0.02);
                let quotient = (at(h).value - at(-h).value) / (2.0 * h);
                assert!((at(0.0).slope - quotient).abs() < 1e-5 * (1.0 + quotient.abs()), "{seen:?} at {mean}");
                if let Seen::AtMost(_) = seen {
                    let bend = -(at(h).slope - at(-h).slope) / (2.0 * h);
                    assert!((at(0.0).information - bend).abs() < 1e-4 * (1.0 + bend), "{seen:?} at {mean}");
                }
            }
        }
    }

    #[test]
    fn the_parts_are_the_density() {
        let whole = likelihood::log_density(Family::NegativeBinomial, 37.4, 30.0, 0.02, None);
        let parts = constant(Seen::Exactly(37.4), 0.02) + term(Seen::Exactly(37.4), 30.0, 0.02).value;
        assert!((whole - parts).abs() < 1e-9, "{whole}, {parts}");
    }
}
