//! Special functions of distributions, from `libm` and elementary functions that give the same bits everywhere.
//!
//! Continued fractions and series follow *Numerical Recipes* (W. H. Press et al., 3rd edition, 2007), section 6.

use counterflow_model::elementary::{exp, ln};

/// Half the logarithm of 2 pi.
pub const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// Both tails of a distribution at a point: the probability below and the one above, each without cancellation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// Probability of a smaller value.
    pub lower: f64,
    /// Probability of a larger value.
    pub upper: f64,
}

impl Tails {
    /// The tails of the mirrored distribution.
    pub fn swapped(self) -> Tails {
        Tails { lower: self.upper, upper: self.lower }
    }
}

/// Tails of the standard normal distribution.
pub fn normal_tails(z: f64) -> Tails {
    let scaled = z * std::f64::consts::FRAC_1_SQRT_2;
    Tails { lower: 0.5 * libm::erfc(-scaled), upper: 0.5 * libm::erfc(scaled) }
}

/// Quantile of the standard normal distribution: algorithm AS 241 of M. J. Wichura (1988), about 16 digits.
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * quotient(r, &CENTRE_NUMERATOR, &CENTRE_DENOMINATOR);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return if tail < 0.0 { f64::NAN } else { q.signum() * f64::INFINITY };
    }
    let r = (-ln(tail)).sqrt();
    let size = if r <= 5.0 {
        quotient(r - 1.6, &TAIL_NUMERATOR, &TAIL_DENOMINATOR)
    } else {
        quotient(r - 5.0, &FAR_NUMERATOR, &FAR_DENOMINATOR)
    };
    q.signum() * size
}

/// Logarithm of the gamma function for `x > 0`: Stirling's series from 10 on, else that of `libm`.
#[inline]
pub fn log_gamma(x: f64) -> f64 {
    if x < 10.0 { libm::lgamma(x) } else { (x - 0.5) * ln(x) - x + HALF_LN_TAU + stirling_rest(x) }
}

/// What Stirling's formula for the logarithm of gamma leaves out at `x >= 10`; the error is below 1e-15.
#[inline]
pub fn stirling_rest(x: f64) -> f64 {
    let i = 1.0 / x;
    let z = i * i;
    let series = 1.0 / 1680.0 - z * (1.0 / 1188.0 - z * (691.0 / 360_360.0));
    i * (1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * series)))
}

/// The digamma function less the logarithm, for `x > 0`: the asymptotic series from 10 on, recurrence below.
#[inline]
pub fn digamma_rest(x: f64) -> f64 {
    let (mut high, mut sum) = (x, 0.0);
    while high < 10.0 {
        sum -= 1.0 / high;
        high += 1.0;
    }
    let z = 1.0 / (high * high);
    let series = 1.0 / 252.0 - z * (1.0 / 240.0 - z * (1.0 / 132.0 - z * (691.0 / 32_760.0)));
    let rest = -0.5 / high - z * (1.0 / 12.0 - z * (1.0 / 120.0 - z * series));
    if high > x { rest + sum + ln(high / x) } else { rest }
}

/// Tails of the gamma distribution of this shape and rate 1, at `x >= 0`.
pub fn gamma_tails(shape: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if x == f64::INFINITY {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    let front = exp(shape * ln(x) - x - log_gamma(shape));
    if x < shape + 1.0 {
        let lower = front * gamma_series(shape, x);
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = front * fraction(x + 1.0 - shape, |i| (-i * (i - shape), x + 1.0 - shape + 2.0 * i));
        Tails { lower: 1.0 - upper, upper }
    }
}

/// Sum of x^n / (shape (shape + 1) ... (shape + n)).
fn gamma_series(shape: f64, x: f64) -> f64 {
    let (mut denominator, mut term) = (shape, 1.0 / shape);
    let mut sum = term;
    while term > sum * f64::EPSILON {
        denominator += 1.0;
        term *= x / denominator;
        sum += term;
    }
    sum
}

/// Tails of the beta distribution with shapes `a` and `b` at `x`, where `y = 1 - x` is given too, so that neither end
/// loses digits.
pub fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if y <= 0.0 {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return beta_tails(b, a, y, x).swapped();
    }
    let front = exp(a * ln(x) + b * ln(y) - log_beta(a, b));
    // Even and odd terms of the fraction alternate; its head is 1.
    let terms = |i: f64| {
        let m = libm::floor(0.5 * i);
        let top = if i == 2.0 * m { m * (b - m) } else { -(a + m) * (a + b + m) };
        let step = a + i;
        (top * x / ((step - 1.0) * step), 1.0)
    };
    let lower = front * fraction(1.0, terms) / a;
    Tails { lower, upper: 1.0 - lower }
}

/// Logarithm of the beta function.
pub fn log_beta(a: f64, b: f64) -> f64 {
    log_gamma(a) + log_gamma(b) - log_gamma(a + b)
}

/// The continued fraction `1 / (head + top(1) / (bottom(1) + top(2) / (bottom(2) + ...)))` by the modified method of
/// W. J. Lentz (1976).
fn fraction(head: f64, terms: impl Fn(f64) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-300;
    const ROUNDS: i32 = 100_000;
    let away_from_zero = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away_from_zero(head);
    let mut value = d;
    for i in 1..ROUNDS {
        let (top, bottom) = terms(f64::from(i));
        d = 1.0 / away_from_zero(bottom + top * d);
        c = away_from_zero(bottom + top / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 2.0 * f64::EPSILON {
            break;
        }
    }
    value
}

/// The point between `low` and `high` where a monotone function is zero: Newton's method from `start`, halving the
/// bracket whenever a step would leave it or shrinks too slowly. `function` returns value and slope.
pub fn root(mut low: f64, mut high: f64, start: f64, function: impl Fn(f64) -> (f64, f64)) -> f64 {
    let rising = function(high).0 > function(low).0;
    let mut x = start.clamp(low, high);
    let mut last_step = high - low;
    for _ in 0..200 {
        let (value, slope) = function(x);
        if value == 0.0 {
            return x;
        }
        if (value < 0.0) == rising {
            low = x
        } else {
            high = x
        }
        let newton = x - value / slope;
        let quick = (newton - x).abs() < 0.5 * last_step;
        let next = if newton > low && newton < high && quick { newton } else { 0.5 * (low + high) };
        last_step = (next - x).abs();
        if last_step <= 4.0 * f64::EPSILON * x.abs() {
            return next;
        }
        x = next;
    }
    x
}

/// Quotient of two polynomials, coefficients from the constant up.
fn quotient(r: f64, numerator: &[f64; 8], denominator: &[f64; 8]) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(numerator) / polynomial(denominator)
}

const CENTRE_NUMERATOR: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_DENOMINATOR: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const TAIL_NUMERATOR: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const TAIL_DENOMINATOR: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const FAR_NUMERATOR: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_DENOMINATOR: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_9,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} is not {expected}");
    }

    #[test]
    fn digamma_as_in_tables() {
        // Abramowitz and Stegun, tables 6.1 and 6.2.
        for (x, digamma) in [
            (1.0, -0.577_215_664_901_532_9),
            (2.0, 0.422_784_335_098_467_1),
            (0.5, -1.963_510_026_021_423_5),
            (20.0, 2.970_523_992_242_149),
        ] {
            let found = digamma_rest(x) + ln(x);
            assert!((found - digamma).abs() < 1e-13, "{x}: {found}");
        }
    }

    #[test]
    fn normal_quantile_inverts_the_tails() {
        for i in -370..=80 {
            let z = f64::from(i) * 0.1;
            let p = normal_tails(z).lower;
            assert!((normal_quantile(p) - z).abs() < 1e-11 + 2e-16 / exp(-0.5 * z * z), "{z}");
        }
        assert_eq!((normal_quantile(0.0), normal_quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn gamma_function() {
        for i in 1..400 {
            let x = f64::from(i) * 0.25;
            assert!((log_gamma(x) - libm::lgamma(x)).abs() < 1e-14 * (1.0 + libm::lgamma(x).abs() * 10.0), "{x}");
        }
    }

    #[test]
    fn gamma_tails_of_an_erlang_distribution() {
        for x in [0.1, 1.0, 3.0, 4.5, 20.0, 100.0] {
            // Shape 3: the chance of fewer than three events.
            close(gamma_tails(3.0, x).upper, exp(-x) * (1.0 + x + 0.5 * x * x));
        }
        close(gamma_tails(0.5, 2.0).lower, libm::erf(2.0_f64.sqrt()));
        assert!((gamma_tails(1e5, 1e5).lower - 0.5 - 1.0 / (3.0 * (std::f64::consts::TAU * 1e5).sqrt())).abs() < 1e-8);
    }

    #[test]
    fn beta_tails_of_simple_shapes() {
        for x in [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999] {
            let y = 1.0 - x;
            close(beta_tails(2.0, 1.0, x, y).lower, x * x);
            close(beta_tails(1.0, 3.0, x, y).upper, y * y * y);
            close(beta_tails(0.5, 0.5, x, y).lower, 2.0 / std::f64::consts::PI * libm::asin(x.sqrt()));
            close(beta_tails(2.0, 3.0, x, y).lower, x * x * (6.0 - 8.0 * x + 3.0 * x * x));
        }
        assert!((beta_tails(3e4, 3e4, 0.5, 0.5).lower - 0.5).abs() < 1e-9);
    }

    #[test]
    fn roots_of_rising_and_falling_functions() {
        close(root(0.0, 100.0, 50.0, |x| (x * x - 2.0, 2.0 * x)), 2.0_f64.sqrt());
        close(root(0.0, 100.0, 50.0, |x| (exp(-x) - 0.3, -exp(-x))), -ln(0.3));
    }
}
