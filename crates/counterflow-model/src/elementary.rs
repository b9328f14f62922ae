//! Elementary functions made of `+ - * /` and bit operations only.
//!
//! Branch-free, so that loops over lanes become vector code; without fused multiply-add, so that every platform
//! gives the same bits. Reductions and polynomials follow W. J. Cody and W. Waite, *Software Manual for the Elementary
//! Functions* (1980); errors are below 2 units in the last place for `exp` and `ln`.
#![expect(clippy::excessive_precision, reason = "published constants are quoted digit by digit")]

/// Adding and taking away this number rounds to the nearest whole number (for |x| < 2^51).
const ROUNDER: f64 = 6_755_399_441_055_744.0;
const LN2_HIGH: f64 = 6.931_471_803_691_238_164_9e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_700_0e-10;

/// e to the power `x`. Above 709.78 it is infinite, below -745 zero; NaN stays NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // Beyond these ends the result is infinite or zero anyway; clamping keeps the bit arithmetic in range.
    let clamped = if x > 710.0 { 710.0 } else { x };
    let clamped = if clamped < -746.0 { -746.0 } else { clamped };
    let k = (clamped * core::f64::consts::LOG2_E + ROUNDER) - ROUNDER;
    let r = (clamped - k * LN2_HIGH) - k * LN2_LOW;
    let p = exp_polynomial(r);
    // Two factors, so that results near both ends of the range are scaled without overflow on the way.
    let half = (k * 0.5 + ROUNDER) - ROUNDER;
    p * power_of_two(half) * power_of_two(k - half)
}

/// Taylor series of e^r for |r| <= ln(2)/2; the remainder after r^13 is below 2^-58.
#[inline(always)]
fn exp_polynomial(r: f64) -> f64 {
    let mut p = 1.0 / 6_227_020_800.0;
    p = p * r + 1.0 / 479_001_600.0;
    p = p * r + 1.0 / 39_916_800.0;
    p = p * r + 1.0 / 3_628_800.0;
    p = p * r + 1.0 / 362_880.0;
    p = p * r + 1.0 / 40_320.0;
    p = p * r + 1.0 / 5_040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * (r * r) + r;
    p + 1.0
}

/// 2^k for whole k in -1022..=1023, by placing the exponent's bits.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    // `k + ROUNDER` holds k in its low bits.
    let bits = (k + ROUNDER).to_bits().wrapping_add(1023) << 52;
    f64::from_bits(bits)
}

/// Natural logarithm. Zero gives minus infinity, negative numbers NaN, infinity infinity.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    // Subnormals are lifted into the normal range first.
    let small = x < f64::MIN_POSITIVE;
    let scaled = if small { x * 18_014_398_509_481_984.0 } else { x };
    let bits = scaled.to_bits();
    // Mantissa in [sqrt(1/2), sqrt(2)): the exponent is taken from bits shifted by that threshold.
    let shifted = bits.wrapping_sub(0x3fe6_a09e_667f_3bcd);
    // Whole exponent in two's complement, read without an integer-to-float conversion.
    let exponent_bits = shifted >> 52;
    let exponent_raw = f64::from_bits(exponent_bits | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    let exponent = if exponent_raw > 2047.0 { exponent_raw - 4096.0 } else { exponent_raw };
    let exponent = if small { exponent - 54.0 } else { exponent };
    let mantissa = f64::from_bits(bits.wrapping_sub(shifted & 0xfff0_0000_0000_0000));
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let r = ln_polynomial(z);
    let half_square = 0.5 * f * f;
    let result = exponent * LN2_HIGH - ((half_square - (s * (half_square + r) + exponent * LN2_LOW)) - f);
    let result = if x == f64::INFINITY { f64::INFINITY } else { result };
    let result = if x == 0.0 { f64::NEG_INFINITY } else { result };
    if x < 0.0 || x.is_nan() { f64::NAN } else { result }
}

/// Remainder of ln((1+s)/(1-s)) beyond 2s, divided by s, in z = s^2: Remez coefficients of the public-domain FDLIBM.
#[inline(always)]
fn ln_polynomial(z: f64) -> f64 {
    let mut p = 1.479_819_860_511_658_591e-1;
    p = p * z + 1.531_383_769_920_937_332e-1;
    p = p * z + 1.818_357_216_161_805_012e-1;
    p = p * z + 2.222_219_843_214_978_396e-1;
    p = p * z + 2.857_142_874_366_239_149e-1;
    p = p * z + 3.999_999_999_940_941_908e-1;
    p = p * z + 6.666_666_666_666_735_130e-1;
    p * z
}

/// `x` to the power `y` for `x >= 0`; negative `x` only with a whole `y`. 0^0 is 1.
///
/// Computed as exp(y ln x): the relative error grows with |y ln x|, about 1e-15 for the exponents models use.
#[inline(always)]
pub fn power(x: f64, y: f64) -> f64 {
    let magnitude = exp(y * ln(x.abs()));
    let whole = (y + ROUNDER) - ROUNDER == y;
    let odd = whole && ((y * 0.5 + ROUNDER) - ROUNDER) * 2.0 != y;
    let signed = if odd { -magnitude } else { magnitude };
    let negative = if whole { signed } else { f64::NAN };
    let result = if x < 0.0 { negative } else { magnitude };
    let result = if x == 0.0 && y > 0.0 { 0.0 } else { result };
    if y == 0.0 || x == 1.0 { 1.0 } else { result }
}

/// Partial derivatives of [`power`] by base and exponent, given its value. At base 0 they are the limits from above,
/// zero where those are infinite only in the exponent's direction; of a negative base the exponent has no derivative
/// and counts as fixed.
#[inline(always)]
pub fn power_slopes(x: f64, y: f64, value: f64) -> (f64, f64) {
    let at_zero = if y == 1.0 { 1.0 } else { 0.0 };
    let at_zero = if y < 1.0 && y != 0.0 { y * f64::INFINITY } else { at_zero };
    let by_base = if x == 0.0 { at_zero } else { y * value / x };
    let by_exponent = if x > 0.0 { value * ln(x) } else { 0.0 };
    (by_base, by_exponent)
}

/// Cosine of 2 pi `turns`, for `turns` in 0..=1; within 1e-15.
///
/// The Taylor series of the cosine to the twentieth power, after folding to a quarter of a turn.
#[inline(always)]
pub fn cosine_of_turns(turns: f64) -> f64 {
    let nearest = (turns + ROUNDER) - ROUNDER;
    let folded = (turns - nearest).abs();
    let far = folded > 0.25;
    let quarter = if far { 0.5 - folded } else { folded };
    let x = core::f64::consts::TAU * quarter;
    let z = x * x;
    let mut p = 1.0 / 2_432_902_008_176_640_000.0;
    p = p * z - 1.0 / 6_402_373_705_728_000.0;
    p = p * z + 1.0 / 20_922_789_888_000.0;
    p = p * z - 1.0 / 87_178_291_200.0;
    p = p * z + 1.0 / 479_001_600.0;
    p = p * z - 1.0 / 3_628_800.0;
    p = p * z + 1.0 / 40_320.0;
    p = p * z - 1.0 / 720.0;
    p = p * z + 1.0 / 24.0;
    p = p * z - 0.5;
    p = p * z + 1.0;
    if far { -p } else { p }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place of `expected`.
    fn ulps(found: f64, expected: f64) -> f64 {
        let ulp = f64::from_bits(expected.abs().to_bits() + 1) - expected.abs();
        ((found - expected) / ulp).abs()
    }

    #[test]
    fn exp_is_within_two_units_of_libm() {
        for i in -70_000..70_000 {
            let x = f64::from(i) * 0.01;
            assert!(ulps(exp(x), libm::exp(x)) <= 2.0, "exp({x}) = {}, libm {}", exp(x), libm::exp(x));
        }
    }

    #[test]
    fn ln_is_within_two_units_of_libm() {
        for i in 1..100_000 {
            let x = f64::from(i) * 0.00037;
            assert!(ulps(ln(x), libm::log(x)) <= 2.0 || (ln(x) - libm::log(x)).abs() < 1e-16, "ln({x})");
            let tiny = libm::exp(-f64::from(i) * 0.007);
            assert!(ulps(ln(tiny), libm::log(tiny)) <= 2.0, "ln({tiny})");
        }
    }

    #[test]
    fn ends_of_the_range() {
        assert_eq!((exp(0.0), exp(800.0), exp(-800.0)), (1.0, f64::INFINITY, 0.0));
        assert!(exp(f64::NAN).is_nan() && ln(f64::NAN).is_nan() && ln(-1.0).is_nan());
        assert_eq!((ln(1.0), ln(0.0), ln(f64::INFINITY)), (0.0, f64::NEG_INFINITY, f64::INFINITY));
        assert!((ln(5e-324) + 744.440_071_921_381_2).abs() < 1e-12);
    }

    #[test]
    fn cosine_is_close_to_libm() {
        for i in 0..=40_000 {
            let turns = f64::from(i) / 40_000.0;
            let expected = libm::cos(core::f64::consts::TAU * turns);
            assert!((cosine_of_turns(turns) - expected).abs() < 1e-15, "{turns}");
        }
    }

    #[test]
    fn powers() {
        assert_eq!((power(0.0, 0.0), power(0.0, 2.0), power(1.0, 1e9)), (1.0, 0.0, 1.0));
        assert_eq!(power(0.0, -1.0), f64::INFINITY);
        assert!((power(-2.0, 3.0) + 8.0).abs() < 1e-14 && (power(-2.0, 2.0) - 4.0).abs() < 1e-14);
        assert!(power(-2.0, 0.5).is_nan());
        assert!((power(2.0, 10.0) - 1024.0).abs() < 1e-11);
    }
}
