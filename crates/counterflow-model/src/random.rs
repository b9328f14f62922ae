//! Random numbers by name and place instead of by order: the number of a (seed, stream, member, step) is a function of
//! these four alone, so threads, neighbours and added streams change nothing.
//!
//! The function is Philox4x32-10 of J. K. Salmon et al., *Parallel random numbers: as easy as 1, 2, 3* (SC 2011).

use crate::elementary::{cosine_of_turns, ln};

/// Ten rounds of Philox4x32: a bijection of `counter` chosen by `key`, whose outputs pass for random.
#[inline(always)]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let p0 = u64::from(c0) * 0xd251_1f53;
        let p1 = u64::from(c2) * 0xcd9e_8d57;
        (c0, c1, c2, c3) = ((p1 >> 32) as u32 ^ c1 ^ k0, p1 as u32, (p0 >> 32) as u32 ^ c3 ^ k1, p0 as u32);
        k0 = k0.wrapping_add(0x9e37_79b9);
        k1 = k1.wrapping_add(0xbb67_ae85);
    }
    [c0, c1, c2, c3]
}

/// Number of the stream of this name: the 64-bit FNV-1a hash of its bytes.
pub const fn stream(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

/// 128 random bits of this place, in two words.
#[inline(always)]
pub fn bits(seed: u64, stream: u64, member: u64, step: u64) -> [u64; 2] {
    let key = mix(seed.wrapping_add(mix(stream)));
    let counter = [member as u32, (member >> 32) as u32, step as u32, (step >> 32) as u32];
    let [a, b, c, d] = philox(counter, [key as u32, (key >> 32) as u32]);
    [u64::from(a) | u64::from(b) << 32, u64::from(c) | u64::from(d) << 32]
}

/// A number uniform in (0, 1); both ends are left out.
#[inline]
pub fn uniform(seed: u64, stream: u64, member: u64, step: u64) -> f64 {
    unit(bits(seed, stream, member, step)[0])
}

/// A standard normal number, by G. E. P. Box and M. E. Muller (1958). It shares its bits with [`uniform`] of the same
/// place: do not draw both from one stream.
#[inline(always)]
pub fn normal(seed: u64, stream: u64, member: u64, step: u64) -> f64 {
    let [radius, angle] = bits(seed, stream, member, step);
    (-2.0 * ln(unit(radius))).sqrt() * cosine_of_turns(unit(angle))
}

/// The middle of one of 2^52 equal parts of (0, 1), chosen by the upper bits.
#[inline(always)]
fn unit(bits: u64) -> f64 {
    const HALF_PART: f64 = 0.5 / 4_503_599_627_370_496.0;
    // The bits as the mantissa of a number in [1, 2): exact, and no conversion that vector code lacks.
    (f64::from_bits(bits >> 12 | 0x3ff0_0000_0000_0000) - 1.0) + HALF_PART
}

/// The finaliser of SplitMix64 (G. L. Steele et al., 2014): a bijection that spreads every bit over the word.
#[inline(always)]
const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers_of_the_authors() {
        let ones = 0xffff_ffff;
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([ones; 4], [ones; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn names_hash_as_published() {
        assert_eq!(stream(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(stream("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(stream("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn ends_of_the_unit_interval_are_left_out() {
        assert!(unit(0) > 0.0 && unit(u64::MAX) < 1.0);
        assert_eq!(unit(0), 1.0 - unit(u64::MAX));
    }

    #[test]
    fn moments_and_independence_of_places() {
        let n = 200_000;
        let mean = |value: &dyn Fn(u64) -> f64| (0..n).map(value).sum::<f64>() / n as f64;
        let (a, b) = (stream("a"), stream("b"));
        // Standard errors are 0.0007 for the uniform mean and 0.0022 for those of normal products.
        assert!((mean(&|i| uniform(1, a, i, 0)) - 0.5).abs() < 0.003);
        assert!(mean(&|i| normal(1, a, i, 0)).abs() < 0.01);
        assert!((mean(&|i| normal(1, a, 0, i) * normal(1, a, 0, i)) - 1.0).abs() < 0.015);
        assert!((mean(&|i| f64::from(normal(1, a, i, 7).abs() < 1.959_964)) - 0.95).abs() < 0.002);
        for neighbour in [|i| (1, "a", i + 1, 0), |i| (1, "a", i, 1), |i| (2, "a", i, 0), |i| (1, "b", i, 0)] {
            let product = |i| {
                let (seed, name, member, step) = neighbour(i);
                normal(1, a, i, 0) * normal(seed, if name == "a" { a } else { b }, member, step)
            };
            assert!(mean(&product).abs() < 0.01);
        }
    }
}
