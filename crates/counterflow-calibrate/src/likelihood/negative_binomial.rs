//! Negative binomial with mean `mu` and variance `mu + scale * mu^2 + value_sd^2`; scale 0 is Poisson.
//!
//! Values need not be whole: reported counts are often scaled or derived, and the density goes through gamma functions.

use counterflow_model::elementary::ln;

use super::Noise;
use super::log_normal::positive;
use crate::special::{beta_tails, digamma_rest, gamma_tails, log_gamma, normal_quantile, root, stirling_rest};

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
        // Far from whole numbers' rounding, close enough to give back the count whose probability was asked for.
        const ROUNDING: f64 = 1e-6;
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
        let function = |y: f64| {
            let slope = self.log_density((y + 0.5).max(0.0), mu, scale, value_sd);
            (continuous(y, mu, dispersion) - u, counterflow_model::elementary::exp(slope))
        };
        let mut high = mu + 8.0 * sd;
        while function(high).0 < 0.0 {
            high += high;
        }
        // Cornish and Fisher's expansion with the skewness brings the start close for large counts.
        let z = normal_quantile(u);
        let skewness = (1.0 + 2.0 * dispersion * mu) / sd;
        let start = mu + sd * (z + (z * z - 1.0) * skewness / 6.0) - 0.5;
        libm::ceil(root(-1.0, high, start, function) - ROUNDING).max(0.0)
    }
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
    use counterflow_model::elementary::exp;

    use super::*;

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
}
