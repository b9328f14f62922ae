//! A shuffle of `0..count` of which any one place can be had without the others: a Feistel network over the next power
//! of four, walked until it lands inside (J. Black and P. Rogaway, *Ciphers with arbitrary finite domains*, 2002).

use counterflow_model::random;

/// A shuffle chosen by a seed and a stream.
#[derive(Clone, Copy, Debug)]
pub struct Permutation {
    count: u64,
    /// Bits of each half.
    half: u32,
    keys: [u64; ROUNDS],
}

const ROUNDS: usize = 6;

impl Permutation {
    /// The shuffle of `0..count` with this seed and stream.
    pub fn new(count: u64, seed: u64, stream: u64) -> Permutation {
        let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
        let key = |round: usize| random::bits(seed, stream, round as u64, KEYS)[0];
        Permutation { count, half: bits.div_ceil(2).max(1), keys: std::array::from_fn(key) }
    }

    /// Where a number below `count` goes.
    pub fn place(&self, number: u64) -> u64 {
        let mut place = number;
        loop {
            place = self.encipher(place);
            // The network permutes a little more than is asked for; whoever starts inside comes back inside.
            if place < self.count {
                return place;
            }
        }
    }

    fn encipher(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let (mut left, mut right) = (number >> self.half, number & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (scattered(right ^ key) & mask));
        }
        left << self.half | right
    }
}

/// Sets the keys of shuffles apart from draws of the same stream.
const KEYS: u64 = 1 << 40;

/// The finaliser of MurmurHash3 (A. Appleby): every bit of the number moves every bit of the result.
fn scattered(x: u64) -> u64 {
    let x = (x ^ x >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let x = (x ^ x >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ x >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_taken_once() {
        for count in [1, 2, 3, 5, 16, 17, 1000, 4096, 4097] {
            for seed in 0..3 {
                let shuffle = Permutation::new(count, seed, 7);
                let mut places: Vec<u64> = (0..count).map(|number| shuffle.place(number)).collect();
                places.sort_unstable();
                assert!(places.iter().copied().eq(0..count), "{count} with seed {seed}");
            }
        }
    }

    #[test]
    fn shuffles_differ_and_neighbours_part() {
        let count = 10_000;
        let (one, other) = (Permutation::new(count, 1, 1), Permutation::new(count, 1, 2));
        let correlation = |a: &dyn Fn(u64) -> u64, b: &dyn Fn(u64) -> u64| {
            let centred = |x: u64| x as f64 / count as f64 - 0.5;
            (0..count - 1).map(|i| centred(a(i)) * centred(b(i))).sum::<f64>() * 12.0 / count as f64
        };
        // Standard error 0.01.
        assert!(correlation(&|i| one.place(i), &|i| other.place(i)).abs() < 0.04);
        assert!(correlation(&|i| one.place(i), &|i| one.place(i + 1)).abs() < 0.04);
        assert!(correlation(&|i| one.place(i), &|i| i).abs() < 0.04);
    }
}
