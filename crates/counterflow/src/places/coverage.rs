//! How many of the counts that were fitted lie within predictive bands.

use counterflow_calibrate::likelihood;
use counterflow_calibrate::places::{Draw, Pooled, Record, Seen};
use counterflow_model::elementary::exp;
use counterflow_model::{Family, random};
use serde::{Deserialize, Serialize};

/// Share of the exact counts that were fitted within predictive bands of 50, 80 and 95 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Number of counts.
    pub count: usize,
    /// Shares.
    pub share: [f64; 3],
}

/// Tails beyond the bands of 50, 80 and 95 %.
const TAILS: [f64; 3] = [0.25, 0.1, 0.025];

/// Coverage of a record by draws of its paths, each with its pooled numbers.
pub(super) fn coverage(record: &Record, pooled: &[Pooled], draws: &[Draw], seed: u64) -> Coverage {
    let stream = random::stream("places.coverage");
    let (mut inside, mut count) = ([0usize; 3], 0usize);
    for (k, place) in record.places.iter().enumerate() {
        for (i, datum) in place.counts.iter().enumerate() {
            let Seen::Exactly(value) = datum.seen else { continue };
            let at = |(draw, pooled): (&Draw, &Pooled)| {
                let mean: f64 = datum.parts.iter().map(|(q, e)| e * exp(draw.paths[k][*q])).sum();
                let to =
                    |most: f64| likelihood::cumulative(Family::NegativeBinomial, most, mean, pooled.dispersion, None);
                (to(value.round() - 1.0), to(value.round()))
            };
            let sums = draws.iter().zip(pooled).map(at).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            // A whole number takes a stretch of probability: where in it is drawn, so that coverage can be exact.
            let u = random::uniform(seed, stream, k as u64, i as u64);
            let rank = (sums.0 + u * (sums.1 - sums.0)) / draws.len() as f64;
            count += 1;
            for (inside, tail) in inside.iter_mut().zip(TAILS) {
                *inside += usize::from(tail <= rank && rank <= 1.0 - tail);
            }
        }
    }
    Coverage { count, share: inside.map(|inside| inside as f64 / count.max(1) as f64) }
}

#[cfg(test)]
mod tests {
    use counterflow_calibrate::places::{Count, Place};

    use super::*;

    #[test]
    fn counts_drawn_from_the_model_are_covered_as_often_as_bands_say() {
        let pooled = Pooled::from_values(&[0.1, 0.1, 0.1, 1.0, 0.05]).expect("five numbers");
        let count = |i: u64| {
            let u = random::uniform(3, 1, 0, i);
            let value = likelihood::quantile(Family::NegativeBinomial, u, 30.0, 0.05, None);
            Count { parts: vec![(0, 30.0)], seen: Seen::Exactly(value) }
        };
        let place = Place { region: 0, counts: (0..800).map(count).collect() };
        let draws = [Draw { paths: vec![vec![0.0]], drifts: vec![0.0] }];
        let found = coverage(&Record { quarters: 1, places: vec![place] }, &[pooled], &draws, 5);
        assert_eq!(found.count, 800);
        for (share, wanted) in found.share.iter().zip([0.5, 0.8, 0.95]) {
            assert!((share - wanted).abs() < 0.05, "{share} for {wanted}");
        }
    }
}
