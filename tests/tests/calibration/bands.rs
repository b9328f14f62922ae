//! Simultaneous bands for ranks.
//!
//! T. Säilynoja, P.-C. Bürkner and A. Vehtari, *Graphical test for discrete uniformity and its applications in
//! goodness-of-fit evaluation and multiple sample comparison* (Statistics and Computing 32, 2022): the share of ranks
//! below `i` is binomial over the number of ranks, for each `i`. What a set of ranks is judged by is the strictest of
//! its pointwise probabilities, gamma; how small gamma gets by chance is found by simulation (their algorithm 1).

use counterflow_calibrate::special::log_gamma;
use counterflow_model::elementary::{exp, ln};
use counterflow_model::random;

const STREAM: u64 = random::stream("calibration proof: uniform ranks");
/// Sets of uniform ranks that are simulated: 1 % of them are 200.
const SIMULATED: u64 = 20_000;

/// The bands for a number of ranks, each among a number of draws.
pub struct Bands {
    /// Number of draws that a rank is among: ranks run from 0 to it.
    draws: usize,
    /// `[i - 1][k]`: twice the smaller of the probabilities of at most and of at least `k` ranks below `i`.
    pointwise: Vec<Vec<f64>>,
    /// Gamma of each simulated set, in ascending order.
    chance: Vec<f64>,
}

impl Bands {
    /// Bands for so many ranks among so many draws.
    pub fn new(ranks: usize, draws: usize) -> Bands {
        let cells = draws + 1;
        let pointwise = (1..cells).map(|i| two_sided(ranks, i as f64 / cells as f64)).collect();
        let mut bands = Bands { draws, pointwise, chance: Vec::new() };
        let simulated = |set: u64| {
            let rank = |k: usize| (random::uniform(1, STREAM, set, k as u64) * cells as f64) as usize;
            bands.gamma(&(0..ranks).map(rank).collect::<Vec<usize>>())
        };
        let mut chance: Vec<f64> = (0..SIMULATED).map(simulated).collect();
        chance.sort_by(f64::total_cmp);
        bands.chance = chance;
        bands
    }

    /// The strictest pointwise probability of ranks: small where they are far from uniform somewhere.
    pub fn gamma(&self, ranks: &[usize]) -> f64 {
        let mut counts = vec![0; self.draws + 1];
        ranks.iter().for_each(|rank| counts[*rank] += 1);
        let mut below = 0;
        let cells = self.pointwise.iter().zip(counts);
        cells.fold(1.0, |least: f64, (row, count)| {
            below += count;
            least.min(row[below])
        })
    }

    /// The gamma that uniform ranks fall short of with this probability: ranks of a smaller one lie outside the bands.
    pub fn limit(&self, probability: f64) -> f64 {
        self.chance[(probability * self.chance.len() as f64) as usize]
    }

    /// Probability that uniform ranks are as far from uniform as these: of a gamma at most as large.
    pub fn probability(&self, gamma: f64) -> f64 {
        self.chance.partition_point(|x| *x <= gamma) as f64 / self.chance.len() as f64
    }
}

/// For each `k` from 0 to `count`, twice the smaller of the binomial probabilities of at most and of at least `k`.
fn two_sided(count: usize, probability: f64) -> Vec<f64> {
    let n = count as f64;
    let own = |k: usize| {
        let k = k as f64;
        let ways = log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0);
        exp(ways + k * ln(probability) + (n - k) * libm::log1p(-probability))
    };
    let own: Vec<f64> = (0..=count).map(own).collect();
    let cumulative = |values: &mut dyn Iterator<Item = &f64>| {
        let mut sum = 0.0;
        values
            .map(|x| {
                sum += x;
                sum
            })
            .collect::<Vec<f64>>()
    };
    let (at_most, mut at_least) = (cumulative(&mut own.iter()), cumulative(&mut own.iter().rev()));
    at_least.reverse();
    at_most.iter().zip(at_least).map(|(low, high)| (2.0 * low.min(high)).min(1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_a_coin() {
        // Of four tosses: 1, 4, 6, 4, 1 of 16.
        let found = two_sided(4, 0.5);
        let expected = [0.125, 0.625, 1.0, 0.625, 0.125];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn uniform_ranks_lie_inside_as_often_as_the_bands_say() {
        let bands = Bands::new(100, 31);
        let other = random::stream("other uniform ranks");
        let outside = |set: u64| {
            let ranks: Vec<usize> = (0..100).map(|k| (random::uniform(2, other, set, k) * 32.0) as usize).collect();
            bands.gamma(&ranks) < bands.limit(0.01)
        };
        let count = (0..10_000).filter(|set| outside(*set)).count();
        // 100 are expected, with a standard deviation of 10; the limit itself is uncertain by 7.
        assert!((60..140).contains(&count), "{count}");
    }

    #[test]
    fn crooked_ranks_lie_outside() {
        let bands = Bands::new(200, 31);
        let even: Vec<usize> = (0..200).map(|k| k % 32).collect();
        assert!(bands.gamma(&even) > bands.limit(0.5) && bands.probability(bands.gamma(&even)) > 0.5);
        let narrow: Vec<usize> = (0..200).map(|k| 6 + k % 20).collect();
        assert!(bands.gamma(&narrow) < bands.limit(0.001));
        assert!(bands.gamma(&vec![0; 200]) == bands.gamma(&vec![31; 200]));
    }
}
