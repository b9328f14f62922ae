//! The way from prior to posterior: how fast the likelihood's power grows, and which chains survive.

use counterflow_model::elementary::{exp, ln};

use super::Score;
use super::numbers::Numbers;

/// The next power of the likelihood: the largest that keeps nine tenths of the chains in effect.
pub(super) fn next_exponent(scores: &[Score], exponent: f64) -> f64 {
    const KEPT: f64 = 0.9;
    let possible = scores.iter().filter(|s| s.tempered(1.0) > f64::NEG_INFINITY).count() as f64;
    let kept = |next: f64| {
        let weights: Vec<f64> = scores.iter().map(|s| (next - exponent) * s.likelihood).collect();
        effective(&weights) >= KEPT * possible
    };
    if kept(1.0) {
        return 1.0;
    }
    // The first power may be many orders of magnitude below 1: bisection on the logarithm.
    let (mut low, mut high) = (ln(1e-30), ln(1.0 - exponent));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if kept(exponent + exp(middle)) { low = middle } else { high = middle }
    }
    exponent + exp(low)
}

/// Effective number of members with these logarithms of weights: (sum of w)^2 / (sum of w^2).
pub(super) fn effective(log_weights: &[f64]) -> f64 {
    let (mut sum, mut square) = (0.0, 0.0);
    for weight in relative(log_weights) {
        sum += weight;
        square += weight * weight;
    }
    if square > 0.0 { sum * sum / square } else { 0.0 }
}

/// Positions of survivors, one for each place, by systematic resampling.
pub(super) fn survivors(log_weights: &[f64], numbers: &mut Numbers) -> Vec<usize> {
    let weights = relative(log_weights);
    let count = weights.len();
    let slice = weights.iter().sum::<f64>() / count as f64;
    let mut reached = weights[0];
    let mut at = 0;
    let offset = numbers.uniform();
    let mut survivor = |place: usize| {
        while reached < (place as f64 + offset) * slice && at + 1 < count {
            at += 1;
            reached += weights[at];
        }
        at
    };
    (0..count).map(&mut survivor).collect()
}

/// Chains whose mean log density lies far below the others': more than three interquartile ranges below the lower
/// quartile, and more than ten below the median.
pub(super) fn outliers(means: &[f64]) -> Vec<usize> {
    let mut sorted = means.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quartile = |share: usize| sorted[(sorted.len() - 1) * share / 4];
    let limit = (quartile(1) - 3.0 * (quartile(3) - quartile(1))).min(quartile(2) - 10.0);
    (0..means.len()).filter(|i| means[*i] < limit).collect()
}

/// Weights relative to the largest.
fn relative(log_weights: &[f64]) -> Vec<f64> {
    let top = log_weights.iter().fold(f64::NEG_INFINITY, |top, w| top.max(*w));
    log_weights.iter().map(|w| if *w > f64::NEG_INFINITY { exp(w - top) } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(likelihoods: &[f64]) -> Vec<Score> {
        likelihoods.iter().map(|l| Score { prior: 0.0, likelihood: *l }).collect()
    }

    #[test]
    fn powers_grow_as_fast_as_likelihoods_allow() {
        let wild = scores(&(0..100).map(|i| -1e6 * f64::from(i)).collect::<Vec<_>>());
        let first = next_exponent(&wild, 0.0);
        assert!(first > 1e-9 && first < 1e-7, "{first}");
        assert_eq!(next_exponent(&scores(&[-3.0; 50]), 0.2), 1.0);
        // Points without likelihood do not count.
        let mut half = scores(&[-3.0; 50]);
        half[7].likelihood = f64::NEG_INFINITY;
        assert_eq!(next_exponent(&half, 0.0), 1.0);
    }

    #[test]
    fn survivors_are_as_many_as_their_weights() {
        let log_weights = [ln(0.5), ln(0.25), f64::NEG_INFINITY, ln(0.25)];
        let found = survivors(&log_weights, &mut Numbers::new(1, 2, 3, 4));
        assert_eq!(found.iter().filter(|i| **i == 0).count(), 2);
        assert!(!found.contains(&2) && found.contains(&1) && found.contains(&3));
        assert!((effective(&log_weights) - 1.0 / 0.375).abs() < 1e-12);
    }

    #[test]
    fn only_the_lost_are_outliers() {
        let mut means: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.1).collect();
        assert_eq!(outliers(&means), Vec::<usize>::new());
        means[5] = -100.0;
        assert_eq!(outliers(&means), vec![5]);
    }
}
