//! `gp_pois_regr-gp_pois_regr`: counts whose logarithmic rate is a Gaussian process.
//!
//! k ~ Poisson(exp f), f = L(rho, alpha) z, z ~ N(0, 1), where L is the triangular factor of
//! alpha^2 exp(-distance^2 / (2 rho^2)), plus 1e-10 on the diagonal; rho ~ Gamma(25, rate 4), alpha ~ half-N(0, 2).

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::transform::Transform;
use counterflow_model::Prior;

use crate::dual::Dual;
use crate::proof::Posterior;
use crate::record::data;

/// Coordinates: places on the line of rho and alpha, z of each place.
pub struct GaussianProcess {
    places: Vec<f64>,
    counts: Vec<f64>,
    rho: Transform,
    alpha: Transform,
}

impl GaussianProcess {
    pub fn new() -> GaussianProcess {
        let positive =
            |prior| Transform::new(TruncatedPrior::new(prior, 0.0, f64::INFINITY).expect("a prior with a range"));
        GaussianProcess {
            places: data(Self::NAME, "x"),
            counts: data(Self::NAME, "k"),
            rho: positive(Prior::Gamma(25.0, 4.0)),
            alpha: positive(Prior::HalfNormal(2.0)),
        }
    }

    /// Rows of the triangular factor of the covariance.
    fn factor<const K: usize>(&self, rho: Dual<K>, alpha: Dual<K>) -> Vec<Vec<Dual<K>>> {
        let mut lower: Vec<Vec<Dual<K>>> = Vec::new();
        for (i, place) in self.places.iter().enumerate() {
            let mut row: Vec<Dual<K>> = Vec::new();
            for j in 0..=i {
                let distance = place - self.places[j];
                let covariance = alpha.square() * (-(rho.square() * 2.0).recip() * (distance * distance)).exp();
                let other = if j < i { &lower[j] } else { &row };
                let rest = covariance - row.iter().zip(other).map(|(a, b)| *a * *b).sum::<Dual<K>>();
                row.push(if j < i { rest / lower[j][j] } else { (rest + 1e-10).sqrt() });
            }
            lower.push(row);
        }
        lower
    }
}

impl Posterior<13> for GaussianProcess {
    const NAME: &'static str = "gp_pois_regr-gp_pois_regr";
    const STEPS: usize = 40;

    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>) {
        let prior = point.iter().map(|z| z.square() * -0.5).sum();
        let quantities = self.quantities(point);
        let likelihood = quantities[2..].iter().zip(&self.counts).map(|(f, count)| *f * *count - f.exp()).sum();
        (prior, likelihood)
    }

    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>> {
        let (rho, alpha) = (point[0].through(&self.rho), point[1].through(&self.alpha));
        let process =
            self.factor(rho, alpha).into_iter().map(|row| row.iter().zip(&point[2..]).map(|(l, z)| *l * *z).sum());
        [rho, alpha].into_iter().chain(process).collect()
    }
}
