//! Places that share a nation's supply: how each departs from what is expected of it, with pooled habits.
//!
//! In quarter q a place has `expected[q] * exp(g[q])` deaths. Its log ratio g starts near the mean of its region and
//! then moves as a random walk with a damped drift, the local linear trend of A. C. Harvey, *Forecasting, structural
//! time series models and the Kalman filter* (1989), section 2.3; how fast places move, how long a drift lasts and how
//! far counts scatter is common to all places. Counts are negative binomial; one that is withheld is known to be small.
//! Given the pooled numbers places are apart, and each path is found by Newton steps; its part in the posterior of the
//! pooled numbers is Laplace's approximation, as in H. Rue, S. Martino and N. Chopin, *Approximate Bayesian inference
//! for latent Gaussian models* (Journal of the Royal Statistical Society B 71, 2009).

mod count;
mod path;
mod walk;

pub use path::{Draw, draw, log_evidence};
pub use walk::Walk;

/// Quarters in a year.
pub const QUARTERS: f64 = 4.0;

/// What was seen of a place in a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// So many deaths; need not be whole, since counts are often scaled.
    Exactly(f64),
    /// A count that was withheld because it was not above this.
    AtMost(f64),
}

/// A count with what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// Quarters of its span, from 0, with the deaths expected in the span's part in each if the log ratio were zero.
    pub parts: Vec<(usize, f64)>,
    /// What was seen.
    pub seen: Seen,
}

/// One place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its region, from 0.
    pub region: usize,
    /// Its counts. No two of them share a death.
    pub counts: Vec<Count>,
}

/// All places.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Number of quarters.
    pub quarters: usize,
    /// The places.
    pub places: Vec<Place>,
}

/// What is common to places.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Mean log ratio at the start, `[region]`.
    pub region_mean: Vec<f64>,
    /// Standard deviation of places about it, log scale.
    pub level_sd: f64,
    /// Standard deviation of the walk's step over a year, log scale.
    pub step_sd: f64,
    /// Standard deviation of the drift, log scale a year.
    pub drift_sd: f64,
    /// Time over which a drift fades, years.
    pub drift_memory: f64,
    /// Extra variance of a count relative to its mean squared.
    pub dispersion: f64,
}

impl Pooled {
    /// Names of the numbers after the means of regions, in the order of [`Pooled::from_values`].
    pub const NAMES: [&'static str; 5] = ["level_sd", "step_sd", "drift_sd", "drift_memory", "dispersion"];

    /// From the means of regions and the five other numbers; `None` if there are fewer than five.
    pub fn from_values(values: &[f64]) -> Option<Pooled> {
        let (means, rest) = values.split_at_checked(values.len().checked_sub(Pooled::NAMES.len())?)?;
        let [level_sd, step_sd, drift_sd, drift_memory, dispersion] = *rest else { return None };
        Some(Pooled { region_mean: means.to_vec(), level_sd, step_sd, drift_sd, drift_memory, dispersion })
    }

    /// Part of a drift that is left after a quarter.
    pub fn damping(&self) -> f64 {
        counterflow_model::elementary::exp(-1.0 / (QUARTERS * self.drift_memory))
    }

    /// Log ratio and drift (a year) a quarter later, by two standard normal numbers.
    pub fn after(&self, (level, drift): (f64, f64), of_level: f64, of_drift: f64) -> (f64, f64) {
        let damping = self.damping();
        let level = level + drift / QUARTERS + self.step_sd / QUARTERS.sqrt() * of_level;
        (level, damping * drift + self.drift_sd * (1.0 - damping * damping).sqrt() * of_drift)
    }
}

#[cfg(test)]
mod tests {
    use counterflow_model::elementary::exp;
    use counterflow_model::random;

    use super::*;
    use crate::likelihood;
    use counterflow_model::Family;

    fn pooled() -> Pooled {
        Pooled::from_values(&[0.3, -0.2, 0.4, 0.1, 0.15, 1.0, 0.01]).expect("two regions")
    }

    /// Places drawn from the prior, with their true paths; small ones have most counts withheld.
    fn planted(places: usize, quarters: usize) -> (Record, Vec<Vec<f64>>) {
        let pooled = pooled();
        let mut truth = Vec::new();
        let place = |k: usize| {
            let number = |i: usize| random::normal(7, 1, k as u64, i as u64);
            let region = k % 2;
            let mut state = (pooled.region_mean[region] + pooled.level_sd * number(0), pooled.drift_sd * number(1));
            let size = if k % 5 == 4 { 4.0 } else { 60.0 };
            let (mut path, mut counts) = (Vec::new(), Vec::new());
            for quarter in 0..quarters {
                path.push(state.0);
                for month in 0..3 {
                    let u = random::uniform(8, 1, k as u64, (3 * quarter + month) as u64);
                    let mean = size * exp(state.0);
                    let value = likelihood::quantile(Family::NegativeBinomial, u, mean, pooled.dispersion, None);
                    let seen = if value < 10.0 { Seen::AtMost(9.0) } else { Seen::Exactly(value) };
                    counts.push(Count { parts: vec![(quarter, size)], seen });
                }
                state = pooled.after(state, number(2 + 2 * quarter), number(3 + 2 * quarter));
            }
            truth.push(path);
            Place { region, counts }
        };
        let places = (0..places).map(place).collect();
        (Record { quarters, places }, truth)
    }

    #[test]
    fn planted_paths_are_recovered_within_their_bands() {
        let (record, truth) = planted(30, 24);
        let draws: Vec<Draw> = (0..200).map(|m| draw(&record, &pooled(), 3, m)).collect();
        let mut inside = 0;
        for (place, path) in truth.iter().enumerate() {
            let mut last: Vec<f64> = draws.iter().map(|draw| draw.paths[place][23]).collect();
            last.sort_by(f64::total_cmp);
            let (low, high) = (crate::diagnose::quantile(&last, 0.05), crate::diagnose::quantile(&last, 0.95));
            inside += usize::from(low <= path[23] && path[23] <= high);
            let wide = high - low;
            assert!(wide < if place % 5 == 4 { 1.6 } else { 0.5 }, "place {place}: {wide}");
        }
        assert!((24..=30).contains(&inside), "{inside} of 30 within 90 %");
    }

    #[test]
    fn the_evidence_prefers_what_was_planted() {
        let (record, _) = planted(30, 24);
        let at = |change: &dyn Fn(&mut Pooled)| {
            let mut other = pooled();
            change(&mut other);
            log_evidence(&record, &other)
        };
        let best = at(&|_| ());
        assert!(best.is_finite());
        assert!(at(&|p| p.step_sd = 0.4) < best - 5.0 && at(&|p| p.step_sd = 0.01) < best);
        assert!(at(&|p| p.dispersion = 0.1) < best - 5.0);
        assert!(at(&|p| p.region_mean = vec![1.5, -1.5]) < best - 5.0);
    }

    #[test]
    fn draws_are_the_same_for_the_same_seed_and_member() {
        let (record, _) = planted(4, 8);
        assert_eq!(draw(&record, &pooled(), 3, 5), draw(&record, &pooled(), 3, 5));
        assert_ne!(draw(&record, &pooled(), 3, 5), draw(&record, &pooled(), 3, 6));
    }

    #[test]
    fn a_count_that_is_withheld_bounds_a_place_from_above() {
        let counts = |seen: Seen| (0..12).map(|month| Count { parts: vec![(month / 3, 50.0)], seen }).collect();
        let level = |seen: Seen| {
            let record = Record { quarters: 4, places: vec![Place { region: 0, counts: counts(seen) }] };
            let wide = Pooled { level_sd: 2.0, ..pooled() };
            (0..100).map(|m| draw(&record, &wide, 1, m).paths[0][3]).sum::<f64>() / 100.0
        };
        let (withheld, zero) = (level(Seen::AtMost(9.0)), level(Seen::Exactly(0.0)));
        // 50 are expected and at most 9 were seen: the ratio is below a fifth, and above what no death would give.
        assert!(withheld < -1.6 && zero < withheld, "{withheld}, {zero}");
    }
}
