//! Streaming quantiles: fixed bins and whole counts, so that the order of arrival never matters.

use std::collections::BTreeMap;

/// Bins of about 1/256 relative width for each sign, and one for zero: quantiles within 0.2 % whatever the number
/// of values, in memory that does not grow with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    bins: BTreeMap<i64, u64>,
    count: u64,
    not_a_number: u64,
}

/// Bits of the mantissa that are kept: 2^8 bins for every doubling.
const KEPT: u32 = 8;

impl Sketch {
    /// Takes in a value. NaN is counted apart.
    pub fn add(&mut self, value: f64) {
        if value.is_nan() {
            self.not_a_number += 1;
            return;
        }
        *self.bins.entry(bin(value)).or_insert(0) += 1;
        self.count += 1;
    }

    /// Takes in many values: the same as one after the other, but quicker, since equal bins are counted before they are
    /// looked up.
    pub fn add_all(&mut self, values: &[f64]) {
        let mut bins: Vec<i64> = values.iter().filter(|value| !value.is_nan()).map(|value| bin(*value)).collect();
        self.not_a_number += (values.len() - bins.len()) as u64;
        bins.sort_unstable();
        for equal in bins.chunk_by(|a, b| a == b) {
            self.add_bin(equal[0], equal.len() as u64);
        }
    }

    /// The bins that hold values, in rising order, with their counts: with [`Sketch::not_a_number`] all there is to keep.
    pub fn bins(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        self.bins.iter().map(|(bin, count)| (*bin, *count))
    }

    /// Takes in a bin of [`Sketch::bins`].
    pub fn add_bin(&mut self, bin: i64, count: u64) {
        *self.bins.entry(bin).or_insert(0) += count;
        self.count += count;
    }

    /// Takes in so many NaN.
    pub fn add_not_a_number(&mut self, count: u64) {
        self.not_a_number += count;
    }

    /// Takes in all values of another sketch.
    pub fn merge(&mut self, other: &Sketch) {
        for (bin, count) in &other.bins {
            *self.bins.entry(*bin).or_insert(0) += count;
        }
        self.count += other.count;
        self.not_a_number += other.not_a_number;
    }

    /// Number of values, NaN left out.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Number of NaN.
    pub fn not_a_number(&self) -> u64 {
        self.not_a_number
    }

    /// The quantile at a probability in 0..=1: the middle of the bin that holds it. `None` without values.
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        let last = self.count.checked_sub(1)?;
        let rank = (probability.clamp(0.0, 1.0) * last as f64 + 0.5) as u64;
        let mut before = 0;
        for (bin, count) in &self.bins {
            before += count;
            if before > rank {
                return Some(middle(*bin));
            }
        }
        None
    }
}

/// Bin of a value: the leading bits of its magnitude, with its sign. Rises with the value.
fn bin(value: f64) -> i64 {
    let magnitude = (value.abs().to_bits() >> (52 - KEPT)) as i64;
    if value < 0.0 { -magnitude } else { magnitude }
}

fn middle(bin: i64) -> f64 {
    let low = f64::from_bits(bin.unsigned_abs() << (52 - KEPT));
    let high = f64::from_bits((bin.unsigned_abs() + 1) << (52 - KEPT));
    let centre = if bin == 0 || !high.is_finite() { low } else { 0.5 * (low + high) };
    if bin < 0 { -centre } else { centre }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_close_and_order_does_not_matter() {
        let values: Vec<f64> = (0..10_001).map(|i| f64::from((i * 7919) % 10_001) - 5000.0).collect();
        let (mut all, mut left, mut right) = (Sketch::default(), Sketch::default(), Sketch::default());
        for (i, v) in values.iter().enumerate() {
            all.add(*v);
            if i % 3 == 0 { left.add(*v) } else { right.add(*v) }
        }
        right.merge(&left);
        assert_eq!(all, right);
        for (p, expected) in [(0.05, -4500.0), (0.25, -2500.0), (0.75, 2500.0), (0.95, 4500.0)] {
            let found = all.quantile(p).unwrap();
            assert!((found - expected).abs() < 0.004 * 5000.0, "{p}: {found}");
        }
        assert!(all.quantile(0.5).unwrap().abs() < 2.0);
        assert_eq!(Sketch::default().quantile(0.5), None);
    }

    #[test]
    fn many_at_once_and_bin_by_bin_are_the_same() {
        let values = [3.0, f64::NAN, -2.0, 3.0, 0.0, -0.0, f64::INFINITY, 3.001, f64::NAN];
        let (mut single, mut many, mut kept) = (Sketch::default(), Sketch::default(), Sketch::default());
        values.iter().for_each(|value| single.add(*value));
        many.add_all(&values);
        many.bins().for_each(|(bin, count)| kept.add_bin(bin, count));
        kept.add_not_a_number(many.not_a_number());
        assert!(single == many && many == kept);
    }

    #[test]
    fn nan_is_counted_apart() {
        let mut sketch = Sketch::default();
        sketch.add(f64::NAN);
        sketch.add(f64::INFINITY);
        assert_eq!((sketch.count(), sketch.not_a_number(), sketch.quantile(0.5)), (1, 1, Some(f64::INFINITY)));
    }
}
