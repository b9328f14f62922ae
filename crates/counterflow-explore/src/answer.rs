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
/// `status_quo` is given where the number is an effect, a difference between two policies. What drives an effect is read
/// from the effect as a part of the status quo in the same draw: whatever scales the level, and what the record says of
/// that, cancels, and what is left is the effect's own. Where the status quo is zero or changes its sign between draws,
/// there is no such part, and the effect is taken as it is.
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
    status_quo: Option<&[f64]>,
) -> Finding {
    let relative = status_quo.and_then(|level| relative(&draws, level));
    let judged = relative.as_deref().unwrap_or(&draws);
    let attribution = if spread(&draws) > ROUNDING * magnitude { candidates.attribute(judged) } else { None };
    let verdict =
        |a: &Attribution| if status_quo.is_some() { candidates.basis_of_effect(a) } else { candidates.basis(a) };
    let basis = attribution.as_ref().map_or(Basis::Assumption, verdict);
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

/// Effects as parts of a level, draw by draw; `None` where the level is not on one side of zero in all draws.
fn relative(effects: &[f64], level: &[f64]) -> Option<Vec<f64>> {
    let (size, side) = (level.iter().fold(0.0, |m: f64, x| m.max(x.abs())), level.first()?.signum());
    let sound = level.iter().all(|x| x * side > ROUNDING * size);
    sound.then(|| effects.iter().zip(level).map(|(effect, level)| effect / level.abs()).collect())
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
    fn effects_are_parts_of_a_level_on_one_side_of_zero() {
        assert_eq!(relative(&[1.0, -3.0], &[2.0, 4.0]), Some(vec![0.5, -0.75]));
        assert_eq!(relative(&[1.0, -3.0], &[-2.0, -4.0]), Some(vec![0.5, -0.75]));
        for level in [[0.0, 0.0], [2.0, 0.0], [2.0, -1.0], [2.0, f64::NAN]] {
            assert_eq!(relative(&[1.0, -3.0], &level), None, "{level:?}");
        }
    }

    #[test]
    fn chances_count_ties_half() {
        let differences = [-2.0, -1.0, 0.0, 3.0];
        assert_eq!(chance(Better::Lower, &differences), Some(0.625));
        assert_eq!(chance(Better::Higher, &differences), Some(0.375));
        assert_eq!(chance(Better::Neither, &differences), None);
    }
}
