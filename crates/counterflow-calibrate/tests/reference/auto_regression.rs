//! `arK-arK`: an autoregression of order 5, y[t] ~ N(alpha + sum of beta[k] y[t - k], sigma); alpha, beta ~ N(0, 10),
//! sigma ~ half-Cauchy(0, 2.5).

use crate::dual::{Dual, half_cauchy, normal};
use crate::proof::Posterior;
use crate::record::data;

const ORDER: usize = 5;

/// Coordinates: alpha / 10, beta / 10, ln sigma - ln 2.5.
pub struct AutoRegression {
    series: Vec<f64>,
}

impl AutoRegression {
    pub fn new() -> AutoRegression {
        AutoRegression { series: data(Self::NAME, "y") }
    }
}

impl Posterior<7> for AutoRegression {
    const NAME: &'static str = "arK-arK";
    const STEPS: usize = 5;

    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>) {
        let normals: Dual<K> = point[..=ORDER].iter().map(|z| z.square() * -0.5).sum();
        let values = self.quantities(point);
        let month = |window: &[f64]| {
            // The last of the window is told by those before it, the nearest first.
            let told = (0..ORDER).map(|k| values[1 + k] * window[ORDER - 1 - k]).sum::<Dual<K>>();
            normal(window[ORDER], values[0] + told, values[6])
        };
        (normals + half_cauchy(point[6], 1.0), self.series.windows(ORDER + 1).map(month).sum())
    }

    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>> {
        point[..=ORDER].iter().map(|z| *z * 10.0).chain([point[6].exp() * 2.5]).collect()
    }
}
