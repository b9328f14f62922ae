//! `garch-garch11`: a series whose variance remembers, sigma[t]^2 = a0 + a1 (y[t - 1] - mu)^2 + b1 sigma[t - 1]^2.
//!
//! Flat priors: a0 > 0, 0 < a1 < 1, 0 < b1 < 1 - a1; y ~ N(mu, sigma), and sigma at the start is known.

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::transform::Transform;
use counterflow_model::Prior;

use crate::dual::{Dual, normal};
use crate::proof::Posterior;
use crate::record::data;

/// Coordinates: mu, ln a0, and the places on the line of a1 and of b1 / (1 - a1), which are uniform on it.
pub struct Garch {
    series: Vec<f64>,
    first_sigma: f64,
    uniform: Transform,
}

impl Garch {
    pub fn new() -> Garch {
        let uniform = TruncatedPrior::new(Prior::Uniform(0.0, 1.0), 0.0, 1.0).expect("a prior with a range");
        let first_sigma = data(Self::NAME, "sigma1")[0];
        Garch { series: data(Self::NAME, "y"), first_sigma, uniform: Transform::new(uniform) }
    }
}

impl Posterior<4> for Garch {
    const NAME: &'static str = "garch-garch11";
    const STEPS: usize = 8;

    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>) {
        let values = self.quantities(point);
        let (mu, a0, a1, b1) = (values[0], values[1], values[2], values[3]);
        let uniforms = point[2..].iter().map(|z| z.square() * -0.5).sum::<Dual<K>>();
        // The slopes of a0 = exp(coordinate) and of b1 = (1 - a1) u.
        let prior = uniforms + point[1] + (-a1 + 1.0).ln();
        let mut variance = Dual::<K>::constant(self.first_sigma * self.first_sigma);
        let mut likelihood = Dual::<K>::constant(0.0);
        for y in &self.series {
            likelihood = likelihood + normal(*y, mu, variance.sqrt());
            variance = a0 + a1 * (mu + -y).square() + b1 * variance;
        }
        (prior, likelihood)
    }

    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>> {
        let a1 = point[2].through(&self.uniform);
        vec![point[0], point[1].exp(), a1, (-a1 + 1.0) * point[3].through(&self.uniform)]
    }
}
