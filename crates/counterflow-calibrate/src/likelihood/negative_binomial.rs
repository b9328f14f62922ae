//! Negative binomial with mean `mu` and variance `mu + scale * mu^2 + value_sd^2`; scale 0 is Poisson.
//!
//! Values need not be whole: reported counts are often scaled or derived, and the density goes through gamma functions.

use counterflow_model::elementary::{exp, ln};

use super::Noise;
use super::log_normal::positive;
use crate::special::{HALF_LN_TAU, beta_tails, digamma_rest, gamma_tails, log_gamma, normal_quantile, stirling_rest};

pub(super) struct NegativeBinomial;

/// Dispersions below this times 1 / mu are Poisson: the variance differs by less than one part in 10^9.
const POISSON: f64 = 1e-9;

impl Noise for NegativeBinomial {
    fn log_density(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        if !(value >= 0.0 && mu > 0.0) || value.is_infinite() || mu.is_infinite() {
            return f64::NAN;
        }
        let dispersion = dispersion(mu, scale, value_sd);
        let size = 1.0 / dispersion;
        if dispersion * mu < POISSON {
            value * ln(mu) - mu - log_gamma(value + 1.0)
        } else if size > 50.0 {
            large(value, mu, size)
        } else {
            log_gamma(value + size)
                - log_gamma(size)
                - log_gamma(value + 1.0)
                - size * libm::log1p(mu / size)
                - value * libm::log1p(size / mu)
        }
    }

    fn slopes(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64) {
        let dispersion = dispersion(mu, scale, value_sd);
        let excess = value - mu;
        let by_dispersion = if dispersion * mu < POISSON {
            // The limit: how far the squared error exceeds the count.
            0.5 * (excess * excess - value)
        } else {
            let size = 1.0 / dispersion;
            let z = excess / (size + mu);
            -size * size * (libm::log1p(z) - z + digamma_rest(value + size) - digamma_rest(size))
        };
        let own = value_sd.map_or(0.0, |own| own / mu);
        (excess / (mu * (1.0 + mu * dispersion)) - 2.0 * own * own / mu * by_dispersion, by_dispersion)
    }

    fn cumulative(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        continuous(libm::floor(value), positive(mu), dispersion(mu, scale, value_sd))
    }

    fn quantile(&self, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
        let dispersion = dispersion(mu, scale, value_sd);
        let sd = (positive(mu) + dispersion * mu * mu).sqrt();
        if !(sd.is_finite() && u > 0.0 && u < 1.0) {
            return if u == 0.0 {
                0.0 * sd
            } else if u == 1.0 {
                f64::INFINITY * sd
            } else {
                f64::NAN
            };
        }
        // Cornish and Fisher's expansion with skewness and kurtosis brings the start close.
        let z = normal_quantile(u);
        let skewness = (1.0 + 2.0 * dispersion * mu) / sd;
        let kurtosis = 6.0 * dispersion + 1.0 / (sd * sd);
        let bend = (z * z - 1.0) * skewness / 6.0 + z * (z * z - 3.0) * kurtosis / 24.0
            - z * (2.0 * z * z - 5.0) * skewness * skewness / 36.0;
        let at = |y: f64| (continuous(y, mu, dispersion), exp(self.log_density(y, mu, scale, value_sd)));
        let growth = |y: f64| mu / (1.0 + dispersion * mu) * (1.0 + dispersion * y) / (y + 1.0);
        least_count(u, z, libm::round(mu + sd * (z + bend)), sd, at, growth)
    }
}

/// The least whole number whose probability of not being exceeded is `u`, the normal distribution's at `z`.
///
/// `at` gives the probability of at most a count and that of the count itself; `growth` the ratio of the next count's to
/// it. The incomplete beta function is dear, a ratio cheap: near the answer counts are added up one by one; from farther
/// off Newton's method steps there on the scale of normal quantiles, where the distribution is nearly straight.
fn least_count(
    u: f64,
    z: f64,
    start: f64,
    sd: f64,
    at: impl Fn(f64) -> (f64, f64),
    growth: impl Fn(f64) -> f64,
) -> f64 {
    const ROUNDS: i32 = 16;
    let (mut low, mut high) = (-1.0, f64::INFINITY);
    let mut y = start.max(0.0);
    for round in 0.. {
        let (below, own) = at(y);
        if let Some(found) = walk(u, y, below, own, &growth) {
            return found;
        }
        if below < u {
            low = y
        } else {
            high = y
        }
        if high - low <= 1.0 {
            return high;
        }
        let here = normal_quantile(below);
        let newton = y + libm::round((z - here) * exp(-0.5 * here * here - HALF_LN_TAU) / own);
        let inside = newton > low && newton < high && round < ROUNDS;
        y = match high {
            _ if inside => newton,
            f64::INFINITY => libm::round(low + low + sd + 1.0),
            _ => libm::floor(0.5 * (low + high)),
        };
    }
    f64::NAN
}

/// The same by adding up neighbours of `y`, whose own probability is `own` and that of at most it `below`; `None` if it
/// is far.
fn walk(u: f64, mut y: f64, mut below: f64, mut own: f64, growth: impl Fn(f64) -> f64) -> Option<f64> {
    const STEPS: i32 = 100;
    // Far from the rounding of probabilities, close enough to give back the count whose probability was asked for.
    const ROUNDING: f64 = 1e-6;
    // What is too small or too far for sums to keep their digits is left to the caller.
    if own < 1e-250 || (u - below).abs() > f64::from(STEPS) * own {
        return None;
    }
    let reached = |below: f64, own: f64| below + ROUNDING * own >= u;
    if reached(below, own) {
        for _ in 0..STEPS {
            if y == 0.0 || !reached(below - own, own) {
                return Some(y);
            }
            below -= own;
            y -= 1.0;
            own /= growth(y);
        }
    } else {
        for _ in 0..STEPS {
            own *= growth(y);
            y += 1.0;
            below += own;
            if reached(below, own) {
                return Some(y);
            }
        }
    }
    None
}

/// The dispersion that adds the datum's own variance.
fn dispersion(mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
    let own = value_sd.map_or(0.0, |own| own / mu);
    if scale >= 0.0 { scale + own * own } else { f64::NAN }
}

/// Logarithm of the probability for `size` above 50, where Stirling's formula takes the difference of two gamma
/// functions without cancellation: it goes over into the Poisson distribution as `size` grows.
fn large(value: f64, mu: f64, size: f64) -> f64 {
    let total = size + value;
    let gammas = stirling_rest(total) - stirling_rest(size) - 0.5 * libm::log1p(value / size);
    value * ln(mu) - value - total * libm::log1p((mu - value) / total) + gammas - log_gamma(value + 1.0)
}

/// Probability of at most `y`, made continuous between whole numbers by the incomplete beta and gamma functions.
fn continuous(y: f64, mu: f64, dispersion: f64) -> f64 {
    if y <= -1.0 {
        return 0.0;
    }
    if dispersion * mu < POISSON {
        return gamma_tails(y + 1.0, mu).upper;
    }
    let odds = dispersion * mu;
    beta_tails(1.0 / dispersion, y + 1.0, 1.0 / (1.0 + odds), odds / (1.0 + odds)).lower
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::{normal_tails, root};

    const CASES: [(f64, f64); 9] = [
        (3.0, 0.0),
        (0.4, 2.0),
        (25.0, 0.3),
        (600.0, 0.01),
        (6000.0, 0.002),
        (40.0, 1e-7),
        (40.0, 1e-12),
        (5.0, 30.0),
        (9e4, 1e-3),
    ];

    #[test]
    fn probabilities_sum_to_one_with_the_stated_moments() {
        for (mu, scale) in CASES {
            let last = 40 + (mu + 200.0 * (mu + scale * mu * mu).sqrt()) as i32;
            let (mut sum, mut mean, mut square) = (0.0, 0.0, 0.0);
            for y in 0..last {
                let p = exp(NegativeBinomial.log_density(f64::from(y), mu, scale, None));
                (sum, mean, square) = (sum + p, mean + p * f64::from(y), square + p * f64::from(y) * f64::from(y));
            }
            assert!((sum - 1.0).abs() < 1e-9, "{mu} {scale}: {sum}");
            assert!((mean / mu - 1.0).abs() < 1e-7, "{mu} {scale}: {mean}");
            let variance = mu + scale * mu * mu;
            assert!(((square - mean * mean) / variance - 1.0).abs() < 1e-4, "{mu} {scale}");
        }
    }

    #[test]
    fn both_forms_agree_where_they_meet() {
        for (value, mu) in [(0.0, 3.0), (10.0, 300.0), (5000.0, 4000.0), (17.5, 20.0)] {
            let below = NegativeBinomial.log_density(value, mu, 1.0 / 49.999_999, None);
            let above = NegativeBinomial.log_density(value, mu, 1.0 / 50.000_001, None);
            assert!((below - above).abs() < 1e-5, "{value} {mu}: {below} {above}");
            let poisson = NegativeBinomial.log_density(value, mu, 0.0, None);
            assert!((NegativeBinomial.log_density(value, mu, 2e-9 / mu, None) - poisson).abs() < 1e-3);
        }
    }

    #[test]
    fn quantiles_are_the_least_count_with_enough_probability() {
        for (mu, scale) in CASES {
            let mut sum = 0.0;
            for y in 0..(2.0 * mu) as i32 + 3 {
                sum += exp(NegativeBinomial.log_density(f64::from(y), mu, scale, None));
                let found = NegativeBinomial.cumulative(f64::from(y), mu, scale, None);
                assert!((found - sum).abs() < 1e-7, "{mu} {scale} {y}: {found} {sum}");
                if y % 97 < 5 && found > 1e-9 && found < 1.0 - 1e-9 {
                    let middle = found - 0.5 * exp(NegativeBinomial.log_density(f64::from(y), mu, scale, None));
                    assert_eq!(
                        NegativeBinomial.quantile(middle, mu, scale, None),
                        f64::from(y),
                        "{mu} {scale} {middle}"
                    );
                }
            }
        }
    }
    #[test]
    fn quantiles_agree_with_the_root_of_the_distribution() {
        for (mu, scale) in CASES.into_iter().chain([(7.3e6, 0.05), (2e3, 0.08), (0.01, 0.0), (120.0, 0.9)]) {
            for k in 1..400 {
                let u = normal_tails(f64::from(k) * 0.03 - 6.0).lower;
                let sd = (mu + scale * mu * mu).sqrt();
                let slope = |y: f64| exp(NegativeBinomial.log_density((y + 0.5).max(0.0), mu, scale, None));
                let found = root(-1.0, mu + 400.0 * sd + 40.0, mu, |y| (continuous(y, mu, scale) - u, slope(y)));
                let quantile = NegativeBinomial.quantile(u, mu, scale, None);
                // Exponents of the incomplete functions are some times `mu`: their rounding is worth parts of a count
                // where counts are millions, and so is that of `u` far out in the upper tail.
                let blur = 1e-6 + 16.0 * f64::EPSILON * (1.0 + mu) / slope(found);
                let (least, most) = (libm::ceil(found - blur).max(0.0), libm::ceil(found + blur).max(0.0));
                assert!(least <= quantile && quantile <= most, "{mu} {scale} {u}: {quantile}, not {found}");
            }
        }
    }
}
