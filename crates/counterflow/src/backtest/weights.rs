//! Weights of members: shares of the whole by their log densities, how many members they amount to, and who is drawn.

use counterflow_model::elementary::{exp, ln};

/// Shares of members that add up to 1.
#[derive(Clone, Debug)]
pub struct Weights {
    shares: Vec<f64>,
}

impl Weights {
    /// Shares in proportion to the exponential of these logarithms; `None` where no member is possible. What is not a
    /// number has no share.
    pub fn of(logs: &[f64]) -> Option<Weights> {
        let highest = highest(logs);
        if !highest.is_finite() {
            return None;
        }
        let raw: Vec<f64> = logs.iter().map(|log| if log.is_nan() { 0.0 } else { exp(log - highest) }).collect();
        let sum: f64 = raw.iter().sum();
        Some(Weights { shares: raw.into_iter().map(|x| x / sum).collect() })
    }

    /// The same with all logarithms times the largest power up to 1 at which `least` effective members remain, and
    /// that power: 1 unless the weights collapse. Below 1 the data count only in part.
    pub fn tempered(logs: &[f64], least: f64) -> Option<(Weights, f64)> {
        let at = |power: f64| Weights::of(&logs.iter().map(|log| log * power).collect::<Vec<f64>>());
        let whole = at(1.0)?;
        if whole.effective() >= least {
            return Some((whole, 1.0));
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if at(middle)?.effective() >= least { low = middle } else { high = middle }
        }
        Some((at(low)?, low))
    }

    /// Effective number of members: 1 over the sum of squared shares.
    pub fn effective(&self) -> f64 {
        1.0 / self.shares.iter().map(|share| share * share).sum::<f64>()
    }

    /// Effective number of groups, where member `m` belongs to group `m % groups`.
    pub fn effective_groups(&self, groups: usize) -> f64 {
        let mut sums = vec![0.0; groups];
        self.shares.iter().enumerate().for_each(|(member, share)| sums[member % groups] += share);
        1.0 / sums.iter().map(|share| share * share).sum::<f64>()
    }

    /// Members drawn by their shares, systematically from a start `u` in (0, 1): each as often as its share says, give
    /// or take one.
    pub fn systematic(&self, count: usize, u: f64) -> Vec<usize> {
        let (mut drawn, mut reached) = (Vec::with_capacity(count), 0.0);
        for (member, share) in self.shares.iter().enumerate() {
            reached += share * count as f64;
            while drawn.len() < count && drawn.len() as f64 + u < reached {
                drawn.push(member);
            }
        }
        // Shares add up to 1 but for rounding.
        let last = drawn.last().copied().unwrap_or(0);
        drawn.resize(count, last);
        drawn
    }
}

/// Logarithm of the mean of the exponentials; minus infinity where all of them are zero.
pub fn log_mean(logs: &[f64]) -> f64 {
    let highest = highest(logs);
    if !highest.is_finite() {
        return f64::NEG_INFINITY;
    }
    let sum: f64 = logs.iter().filter(|log| !log.is_nan()).map(|log| exp(log - highest)).sum();
    highest + ln(sum / logs.len() as f64)
}

fn highest(logs: &[f64]) -> f64 {
    logs.iter().copied().filter(|log| !log.is_nan()).fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_count_effective_members() {
        let even = Weights::of(&[-700.0; 8]).expect("possible");
        assert!((even.effective() - 8.0).abs() < 1e-9 && (even.effective_groups(4) - 4.0).abs() < 1e-9);
        let one = Weights::of(&[0.0, f64::NEG_INFINITY, f64::NAN]).expect("possible");
        assert!((one.effective() - 1.0).abs() < 1e-9);
        assert!(Weights::of(&[f64::NAN, f64::NEG_INFINITY]).is_none());
    }

    #[test]
    fn weights_that_collapse_are_tempered_until_enough_remain() {
        let logs: Vec<f64> = (0..100).map(|k| -f64::from(k)).collect();
        let (weights, power) = Weights::tempered(&logs, 20.0).expect("possible");
        assert!((weights.effective() - 20.0).abs() < 0.01 && power < 0.2, "{power}");
        assert_eq!(Weights::tempered(&logs, 1.5).expect("possible").1, 1.0);
    }

    #[test]
    fn members_are_drawn_as_often_as_their_share_says() {
        let weights = Weights::of(&[ln(0.5), ln(0.3), ln(0.2)]).expect("possible");
        for u in [0.01, 0.5, 0.99] {
            let drawn = weights.systematic(10, u);
            let count = |member: usize| drawn.iter().filter(|drawn| **drawn == member).count();
            assert_eq!((count(0), count(1), count(2)), (5, 3, 2));
        }
    }

    #[test]
    fn a_mean_of_exponentials_keeps_small_numbers() {
        assert!((log_mean(&[-1000.0 + ln(2.0), -1000.0 + ln(4.0)]) - (-1000.0 + ln(3.0))).abs() < 1e-9);
        assert_eq!(log_mean(&[f64::NEG_INFINITY]), f64::NEG_INFINITY);
    }
}
