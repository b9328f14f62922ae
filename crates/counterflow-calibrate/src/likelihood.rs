//! How data scatter about the model: one file for each family of distributions.
//!
//! `mu` is the model's value and `value` the datum's, in the series' unit; `scale` is the family's argument;
//! `value_sd` is the datum's own standard deviation, in the series' unit, and always widens the distribution.
//! Densities include every term that depends on the value, so that families can be compared. Where `mu` or `scale`
//! makes no sense for the family (or is NaN), the logarithm of the density is minus infinity and quantiles are NaN.

mod log_normal;
mod log_student;
mod logit_normal;
mod negative_binomial;
mod normal;

use counterflow_model::Family;

/// A family of distributions of a datum.
trait Noise {
    /// Logarithm of the density (of the probability, for counts).
    fn log_density(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64;
    /// Slopes of [`Noise::log_density`] by `mu` and by `scale`; not finite where there is no density.
    fn slopes(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64);
    /// Probability of a value of at most `value`. The datum's own error is taken relative to `mu`, not to `value`.
    fn cumulative(&self, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64;
    /// The value that is not exceeded with probability `u`: the inverse of [`Noise::cumulative`].
    fn quantile(&self, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64;
}

/// The one place that lists the families.
fn noise(family: Family) -> &'static dyn Noise {
    match family {
        Family::NegativeBinomial => &negative_binomial::NegativeBinomial,
        Family::Normal => &normal::Normal,
        Family::LogNormal => &log_normal::LogNormal,
        Family::LogStudent => &log_student::LogStudent,
        Family::LogitNormal => &logit_normal::LogitNormal,
    }
}

/// Logarithm of the density of a datum; never NaN.
pub fn log_density(family: Family, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
    let density = noise(family).log_density(value, mu, scale, value_sd);
    if density.is_nan() { f64::NEG_INFINITY } else { density }
}

/// Slopes of [`log_density`] by `mu` and by `scale`; zero where there is no density, as there is nowhere to go.
pub fn slopes(family: Family, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> (f64, f64) {
    let (by_mu, by_scale) = noise(family).slopes(value, mu, scale, value_sd);
    if by_mu.is_finite() && by_scale.is_finite() { (by_mu, by_scale) } else { (0.0, 0.0) }
}

/// Probability that a datum is at most `value`.
///
/// The datum's own error is taken relative to `mu` here and in [`quantile`], since a prediction has no value yet.
pub fn cumulative(family: Family, value: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
    noise(family).cumulative(value, mu, scale, value_sd)
}

/// The value that a datum does not exceed with probability `u`. With `u` uniform in (0, 1) this is a draw from the
/// predictive distribution.
pub fn quantile(family: Family, u: f64, mu: f64, scale: f64, value_sd: Option<f64>) -> f64 {
    noise(family).quantile(u, mu, scale, value_sd)
}

/// The root of the sum of squares of the family's scale and the datum's own standard deviation, in the unit of the
/// scale. Not positive, or NaN, where there is no distribution.
fn widened(scale: f64, own: Option<f64>) -> f64 {
    match own {
        Some(own) if scale >= 0.0 => (scale * scale + own * own).sqrt(),
        _ => scale,
    }
}

/// Slope of [`widened`] by the scale, given its value.
fn widened_slope(scale: f64, widened: f64, own: Option<f64>) -> f64 {
    if own.is_some() { scale / widened } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use counterflow_model::elementary::exp;

    use super::*;

    const CONTINUOUS: [(Family, f64, f64); 4] = [
        (Family::Normal, -3.0, 2.0),
        (Family::LogNormal, 40.0, 0.3),
        (Family::LogStudent, 40.0, 0.3),
        (Family::LogitNormal, 0.2, 0.8),
    ];

    #[test]
    fn densities_integrate_to_one() {
        for (family, mu, scale) in CONTINUOUS {
            // Simpson's rule between equally likely quantiles, so that tails get points of their own.
            let ends: Vec<f64> = (1..4000).map(|i| quantile(family, f64::from(i) / 4000.0, mu, scale, None)).collect();
            let density = |x: f64| exp(log_density(family, x, mu, scale, None));
            let simpson = |a: f64, b: f64| (density(a) + 4.0 * density(0.5 * (a + b)) + density(b)) * (b - a) / 6.0;
            let sum: f64 = ends.windows(2).map(|pair| simpson(pair[0], pair[1])).sum();
            assert!((sum - 3998.0 / 4000.0).abs() < 1e-5, "{family:?}: {sum}");
        }
    }

    #[test]
    fn slopes_are_difference_quotients() {
        let counts = [(Family::NegativeBinomial, 40.0, 0.3), (Family::NegativeBinomial, 6000.0, 0.0004)];
        for (family, mu, scale) in CONTINUOUS.into_iter().chain(counts) {
            for own in [None, Some(0.1 * f64::abs(mu))] {
                for u in [0.02, 0.4, 0.97] {
                    let value = quantile(family, u, mu, scale, own);
                    let at = |mu: f64, scale: f64| log_density(family, value, mu, scale, own);
                    let (by_mu, by_scale) = slopes(family, value, mu, scale, own);
                    let (h, k) = (1e-5 * f64::abs(mu), 1e-5 * scale);
                    let (mu_quotient, scale_quotient) = (
                        (at(mu + h, scale) - at(mu - h, scale)) / (2.0 * h),
                        (at(mu, scale + k) - at(mu, scale - k)) / (2.0 * k),
                    );
                    let name = format!("{family:?} {own:?} at {u}");
                    assert!(
                        (by_mu - mu_quotient).abs() * f64::abs(mu) < 1e-5 * (1.0 + (by_mu * mu).abs()),
                        "{name}: {by_mu}, {mu_quotient}"
                    );
                    assert!(
                        (by_scale - scale_quotient).abs() * scale < 1e-5 * (1.0 + (by_scale * scale).abs()),
                        "{name}: {by_scale}, {scale_quotient}"
                    );
                }
            }
        }
        assert_eq!(slopes(Family::LogNormal, 3.0, -1.0, 0.1, None), (0.0, 0.0));
    }

    #[test]
    fn quantiles_invert_cumulative() {
        for (family, mu, scale) in CONTINUOUS {
            for value_sd in [None, Some(0.1 * f64::abs(mu))] {
                for i in 1..100 {
                    let u = f64::from(i) / 100.0;
                    let back = cumulative(family, quantile(family, u, mu, scale, value_sd), mu, scale, value_sd);
                    assert!((back - u).abs() < 1e-12, "{family:?} at {u}: {back}");
                }
            }
        }
    }

    #[test]
    fn own_error_widens_and_nonsense_is_impossible() {
        for (name, family) in Family::ALL {
            let (mu, value) = if *family == Family::LogitNormal { (0.3, 0.4) } else { (30.0, 40.0) };
            let spread = |sd| quantile(*family, 0.9, mu, 0.1, sd) - quantile(*family, 0.1, mu, 0.1, sd);
            assert!(spread(Some(0.3 * mu)) > 1.2 * spread(None), "{name}");
            for nonsense in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                assert_eq!(log_density(*family, value, nonsense, 0.1, None), f64::NEG_INFINITY, "{name} {nonsense}");
                assert_eq!(log_density(*family, nonsense, mu, 0.1, None), f64::NEG_INFINITY, "{name} {nonsense}");
            }
            assert_eq!(log_density(*family, value, mu, f64::NAN, None), f64::NEG_INFINITY, "{name}");
            assert_eq!(log_density(*family, value, mu, -1.0, Some(2.0)), f64::NEG_INFINITY, "{name}");
            if *family != Family::Normal {
                for mu in [0.0, -2.0] {
                    assert_eq!(log_density(*family, value, mu, 0.1, None), f64::NEG_INFINITY, "{name}");
                    assert!(quantile(*family, 0.5, mu, 0.1, None).is_nan(), "{name}");
                }
            }
        }
    }
}
