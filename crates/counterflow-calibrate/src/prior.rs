//! Priors cut off at a range: density, cumulative probability, quantiles and moments.

use counterflow_model::Prior;
use counterflow_model::elementary::{exp, ln};

use crate::special::{
    HALF_LN_TAU, Tails, beta_tails, gamma_tails, log_beta, log_gamma, normal_quantile, normal_tails, root,
};

/// A prior cut off at a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedPrior {
    prior: Prior,
    low: f64,
    high: f64,
    /// Whether probabilities are counted from above, which keeps digits where the range lies in the upper tail.
    from_above: bool,
    tail_low: f64,
    tail_high: f64,
    log_mass: f64,
}

impl TruncatedPrior {
    /// The prior on the part of `[low, high]` where it has a density. `None` where it has no probability there, or
    /// the ends are in the wrong order. A range of one point is a fixed number.
    pub fn new(prior: Prior, low: f64, high: f64) -> Option<TruncatedPrior> {
        let (support_low, support_high) = support(prior);
        let (low, high) = if low == high { (low, high) } else { (low.max(support_low), high.min(support_high)) };
        let (at_low, at_high) = (tails(prior, low), tails(prior, high));
        let from_above = at_low.lower > 0.5;
        let tail = |t: Tails| if from_above { t.upper } else { t.lower };
        let (tail_low, tail_high) = (tail(at_low), tail(at_high));
        let mass = if low == high { 1.0 } else { (tail_high - tail_low).abs() };
        let valid = low <= high && mass > 0.0;
        valid.then(|| TruncatedPrior { prior, low, high, from_above, tail_low, tail_high, log_mass: ln(mass) })
    }

    /// The distribution before it was cut off.
    pub fn prior(&self) -> Prior {
        self.prior
    }

    /// The same range with the standard deviation of the distribution before it is cut off times a factor, its middle
    /// kept: the mean, or the median of a log-normal. `None` for families whose width is their range or whose shape
    /// would change with it.
    pub fn widened(&self, factor: f64) -> Option<TruncatedPrior> {
        let prior = match self.prior {
            Prior::Normal(mean, sd) => Prior::Normal(mean, factor * sd),
            Prior::LogNormal(median, sd) => Prior::LogNormal(median, factor * sd),
            Prior::HalfNormal(scale) => Prior::HalfNormal(factor * scale),
            Prior::Uniform(..) | Prior::LogUniform(..) | Prior::Beta(..) | Prior::Gamma(..) => return None,
        };
        TruncatedPrior::new(prior, self.low, self.high)
    }

    /// Lowest and highest value; infinite where there is no limit.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Logarithm of the density, which integrates to 1 over the range; minus infinity outside. 0 for a fixed number.
    pub fn log_density(&self, x: f64) -> f64 {
        match x >= self.low && x <= self.high {
            true if self.low == self.high => 0.0,
            true => log_density(self.prior, x) - self.log_mass,
            false => f64::NEG_INFINITY,
        }
    }

    /// Probability of a value of at most `x`.
    pub fn cumulative(&self, x: f64) -> f64 {
        if x >= self.high || x < self.low {
            return if x >= self.high { 1.0 } else { 0.0 };
        }
        let at = tails(self.prior, x);
        let tail = if self.from_above { at.upper } else { at.lower };
        (tail - self.tail_low) / (self.tail_high - self.tail_low)
    }

    /// The value that is not exceeded with probability `u`, 0 to 1.
    pub fn quantile(&self, u: f64) -> f64 {
        if self.low == self.high {
            return self.low;
        }
        let tail = self.tail_low + u * (self.tail_high - self.tail_low);
        self.inverse(tail).clamp(self.low, self.high)
    }

    /// Mean and standard deviation: averages over the middles of 512 slices of equal probability.
    pub fn mean_sd(&self) -> (f64, f64) {
        const SLICES: i32 = 512;
        let count = f64::from(SLICES);
        let values: Vec<f64> = (0..SLICES).map(|i| self.quantile((f64::from(i) + 0.5) / count)).collect();
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }

    /// The value with this probability on the side from which probabilities are counted.
    fn inverse(&self, p: f64) -> f64 {
        let between =
            |low: f64, high: f64| if self.from_above { high + p * (low - high) } else { low + p * (high - low) };
        let normal = if self.from_above { -normal_quantile(p) } else { normal_quantile(p) };
        match self.prior {
            Prior::Normal(mean, sd) => mean + sd * normal,
            Prior::LogNormal(median, sd) => median * exp(sd * normal),
            Prior::Uniform(low, high) => between(low, high),
            Prior::LogUniform(low, high) => exp(between(ln(low), ln(high))),
            Prior::HalfNormal(scale) if self.from_above => -scale * normal_quantile(0.5 * p),
            Prior::HalfNormal(scale) => scale * normal_quantile(0.5 + 0.5 * p),
            Prior::Beta(..) | Prior::Gamma(..) => self.search(p),
        }
    }

    /// [`TruncatedPrior::inverse`] by Newton's method.
    fn search(&self, p: f64) -> f64 {
        let function = |x: f64| {
            let (at, slope) = (tails(self.prior, x), exp(log_density(self.prior, x)));
            if self.from_above { (at.upper - p, -slope) } else { (at.lower - p, slope) }
        };
        let mut high = self.high.min(self.low.max(f64::MIN_POSITIVE) + mean(self.prior));
        while high < self.high && (function(high).0 < 0.0) != self.from_above {
            high *= 2.0;
        }
        root(self.low, high.min(self.high), mean(self.prior), function)
    }
}

/// Where the density is not zero.
fn support(prior: Prior) -> (f64, f64) {
    match prior {
        Prior::Normal(..) => (f64::NEG_INFINITY, f64::INFINITY),
        Prior::LogNormal(..) | Prior::Gamma(..) | Prior::HalfNormal(_) => (0.0, f64::INFINITY),
        Prior::Uniform(low, high) | Prior::LogUniform(low, high) => (low, high),
        Prior::Beta(..) => (0.0, 1.0),
    }
}

/// Mean of the two families that are inverted by search.
fn mean(prior: Prior) -> f64 {
    match prior {
        Prior::Beta(a, b) => a / (a + b),
        Prior::Gamma(shape, rate) => shape / rate,
        _ => f64::NAN,
    }
}

/// Logarithm of the density before it is cut off, for `x` in the support.
fn log_density(prior: Prior, x: f64) -> f64 {
    let normal = |z: f64| -0.5 * z * z - HALF_LN_TAU;
    // 0 times an infinite logarithm is 0 here.
    let times = |factor: f64, logarithm: f64| if factor == 0.0 { 0.0 } else { factor * logarithm };
    match prior {
        Prior::Normal(mean, sd) => normal((x - mean) / sd) - ln(sd),
        Prior::LogNormal(_, _) if x == 0.0 => f64::NEG_INFINITY,
        Prior::LogNormal(median, sd) => normal(ln(x / median) / sd) - ln(sd) - ln(x),
        Prior::Uniform(low, high) => -ln(high - low),
        Prior::LogUniform(low, high) => -ln(x) - ln(ln(high / low)),
        Prior::Beta(a, b) => times(a - 1.0, ln(x)) + times(b - 1.0, libm::log1p(-x)) - log_beta(a, b),
        Prior::Gamma(shape, rate) => times(shape - 1.0, ln(x)) - rate * x + shape * ln(rate) - log_gamma(shape),
        Prior::HalfNormal(scale) => normal(x / scale) - ln(scale) + std::f64::consts::LN_2,
    }
}

/// Both tails before the prior is cut off.
fn tails(prior: Prior, x: f64) -> Tails {
    let share = |lower: f64| Tails { lower: lower.clamp(0.0, 1.0), upper: (1.0 - lower).clamp(0.0, 1.0) };
    match prior {
        Prior::Normal(mean, sd) => normal_tails((x - mean) / sd),
        Prior::LogNormal(median, sd) => normal_tails(ln(x.max(0.0) / median) / sd),
        Prior::Uniform(low, high) => share((x - low) / (high - low)),
        Prior::LogUniform(low, high) => share(ln(x.max(low) / low) / ln(high / low)),
        Prior::Beta(a, b) => beta_tails(a, b, x, 1.0 - x),
        Prior::Gamma(shape, rate) => gamma_tails(shape, rate * x),
        Prior::HalfNormal(scale) => {
            let z = x.max(0.0) / scale * std::f64::consts::FRAC_1_SQRT_2;
            Tails { lower: libm::erf(z), upper: libm::erfc(z) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_widened_prior_keeps_its_middle_and_range() {
        let prior = TruncatedPrior::new(Prior::Normal(0.3, 0.1), 0.0, 1.0).unwrap();
        let wide = prior.widened(2.0).unwrap();
        assert_eq!((wide.prior(), wide.range()), (Prior::Normal(0.3, 0.2), (0.0, 1.0)));
        assert!(wide.log_density(0.8) > prior.log_density(0.8) && wide.log_density(0.3) < prior.log_density(0.3));
        assert_eq!(TruncatedPrior::new(Prior::Uniform(0.0, 1.0), 0.0, 1.0).unwrap().widened(2.0), None);
    }

    const CASES: [(Prior, f64, f64); 14] = [
        (Prior::Normal(1.0, 2.0), -4.0, 3.0),
        (Prior::Normal(0.0, 1.0), 8.0, 10.0),
        (Prior::Normal(0.0, 1.0), -12.0, -9.0),
        (Prior::Normal(0.0, 1.0), f64::NEG_INFINITY, f64::INFINITY),
        (Prior::LogNormal(0.3, 0.7), 0.01, 2.0),
        (Prior::Uniform(0.0, 5.0), 1.0, 7.0),
        (Prior::LogUniform(6e5, 5e6), 1e5, 4e6),
        (Prior::Beta(14.0, 6.0), 0.4, 0.95),
        (Prior::Beta(0.5, 0.7), 0.0, 1.0),
        (Prior::Beta(40.0, 900.0), 0.08, 1.0),
        (Prior::Gamma(2.5, 4.0), 0.1, 3.0),
        (Prior::Gamma(0.4, 1.0), 0.0, f64::INFINITY),
        (Prior::Gamma(9.0, 0.01), 2500.0, f64::INFINITY),
        (Prior::HalfNormal(0.2), 0.0, 1.0),
    ];

    #[test]
    fn quantile_inverts_cumulative() {
        for (prior, low, high) in CASES {
            let truncated = TruncatedPrior::new(prior, low, high).unwrap();
            for i in 1..200 {
                let u = f64::from(i) / 200.0;
                let back = truncated.cumulative(truncated.quantile(u));
                assert!((back - u).abs() < 1e-10, "{prior} on {low}..{high} at {u}: {back}");
            }
            let (low, high) = truncated.range();
            assert_eq!((truncated.cumulative(low - 1.0), truncated.cumulative(high)), (0.0, 1.0));
            assert!(truncated.quantile(0.0) >= low && truncated.quantile(1.0) <= high);
        }
    }

    #[test]
    fn density_is_the_slope_of_cumulative() {
        for (prior, low, high) in CASES {
            let truncated = TruncatedPrior::new(prior, low, high).unwrap();
            for i in 1..20 {
                let (x, h) =
                    (truncated.quantile(f64::from(i) / 20.0), 1e-6 * truncated.mean_sd().1.min(x_of(&truncated)));
                let slope = (truncated.cumulative(x + h) - truncated.cumulative(x - h)) / (2.0 * h);
                assert!((exp(truncated.log_density(x)) / slope - 1.0).abs() < 1e-4, "{prior} at {x}");
            }
        }
    }

    /// A length well below the distance of the inner quantiles from the ends.
    fn x_of(truncated: &TruncatedPrior) -> f64 {
        (truncated.quantile(0.05) - truncated.quantile(0.04)).abs()
    }

    #[test]
    fn moments_of_known_distributions() {
        let check = |prior: Prior, mean: f64, sd: f64| {
            let found = TruncatedPrior::new(prior, f64::NEG_INFINITY, f64::INFINITY).unwrap().mean_sd();
            assert!((found.0 - mean).abs() < 0.002 * sd && (found.1 / sd - 1.0).abs() < 0.01, "{prior}: {found:?}");
        };
        check(Prior::Normal(3.0, 2.0), 3.0, 2.0);
        check(Prior::Uniform(2.0, 5.0), 3.5, 3.0 / 12.0_f64.sqrt());
        check(Prior::Beta(14.0, 6.0), 0.7, (0.7_f64 * 0.3 / 21.0).sqrt());
        check(Prior::Gamma(4.0, 2.0), 2.0, 1.0);
    }

    #[test]
    fn ranges_without_probability_and_of_one_point() {
        assert_eq!(TruncatedPrior::new(Prior::Uniform(0.0, 1.0), 2.0, 3.0), None);
        assert_eq!(TruncatedPrior::new(Prior::Normal(0.0, 1.0), 50.0, 60.0), None);
        assert_eq!(TruncatedPrior::new(Prior::Normal(0.0, 1.0), 1.0, -1.0), None);
        let fixed = TruncatedPrior::new(Prior::Normal(0.0, 1.0), 0.5, 0.5).unwrap();
        assert_eq!((fixed.quantile(0.3), fixed.log_density(0.5), fixed.mean_sd()), (0.5, 0.0, (0.5, 0.0)));
        assert_eq!(fixed.log_density(0.6), f64::NEG_INFINITY);
    }
}
