//! One answer from its draws: band, basis, drivers, chance of being better.

use counterflow_model::Better;

use crate::band::median;
use crate::comparison::{Answer, Band, Basis, Reference};
use crate::sensitivity::{Attribution, Candidates};

/// Most drivers that are listed.
const LISTED: usize = 5;
/// Part of an outcome's size below which a spread is rounding.
pub const ROUNDING: f64 = 1e-9;

/// An answer, and what its spread comes from; a break-even may be wanting.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The answer, without a break-even.
    pub answer: Answer,
    /// Parts of its spread; `None` if it has none, or there are too few draws to tell.
    pub attribution: Option<Attribution>,
}

/// The finding for these draws of a number. `magnitude` is the size of the outcome that the number is about.
///
/// Draws that are all equal, as for an outcome that a policy does not reach, have no drivers: the basis is the
/// structure of the model itself, an assumption, and no chance is told.
pub fn find(
    candidates: &Candidates,
    outcome: usize,
    better: Better,
    reference: Reference,
    draws: Vec<f64>,
    magnitude: f64,
) -> Finding {
    let attribution = if spread(&draws) > ROUNDING * magnitude { candidates.attribute(&draws) } else { None };
    let basis = attribution.as_ref().map_or(Basis::Assumption, |a| candidates.basis(a));
    let told = basis != Basis::Assumption && reference != Reference::Level;
    let answer = Answer {
        outcome,
        reference,
        basis,
        p_better: if told { chance(better, &draws) } else { None },
        break_even: None,
        drivers: attribution.as_ref().map_or(Vec::new(), |a| candidates.drivers(a, LISTED)),
        explained: attribution.as_ref().map_or(0.0, Attribution::explained),
        band: Band::of(draws),
    };
    Finding { answer, attribution }
}

fn spread(draws: &[f64]) -> f64 {
    let low = draws.iter().fold(f64::INFINITY, |m, x| m.min(*x));
    let high = draws.iter().fold(f64::NEG_INFINITY, |m, x| m.max(*x));
    high - low
}

/// Share of differences that are better; ties count half.
fn chance(better: Better, differences: &[f64]) -> Option<f64> {
    let sign = match better {
        Better::Lower => -1.0,
        Better::Higher => 1.0,
        Better::Neither => return None,
    };
    let points = |difference: &f64| match sign * difference {
        d if d > 0.0 => 1.0,
        0.0 => 0.5,
        _ => 0.0,
    };
    Some(differences.iter().map(points).sum::<f64>() / differences.len() as f64)
}

/// Sign of the median of paired differences; 0 within rounding of the outcome's size.
pub fn sign(difference: f64, magnitude: f64) -> i8 {
    if difference > ROUNDING * magnitude {
        1
    } else if difference < -ROUNDING * magnitude {
        -1
    } else {
        0
    }
}

/// Median difference, and median size of what is differed from.
pub fn paired_median(values: &[f64], reference: &[f64]) -> (f64, f64) {
    let differences = values.iter().zip(reference).map(|(a, b)| a - b).collect();
    (median(differences), median(reference.iter().map(|x| x.abs()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_count_ties_half() {
        let differences = [-2.0, -1.0, 0.0, 3.0];
        assert_eq!(chance(Better::Lower, &differences), Some(0.625));
        assert_eq!(chance(Better::Higher, &differences), Some(0.375));
        assert_eq!(chance(Better::Neither, &differences), None);
    }
}
