//! `eight_schools-eight_schools_noncentered`: effects of coaching in eight schools, partially pooled (D. Rubin, 1981).
//!
//! theta = mu + tau z, z ~ N(0, 1), mu ~ N(0, 5), tau ~ half-Cauchy(0, 5), effects ~ N(theta, sigma) with known sigma.

use crate::dual::{Dual, half_cauchy, normal};
use crate::proof::Posterior;
use crate::record::data;

/// Coordinates: z of each school, mu / 5, ln tau - ln 5.
pub struct EightSchools {
    /// Effect and its standard error.
    schools: Vec<(f64, f64)>,
}

impl EightSchools {
    pub fn new() -> EightSchools {
        EightSchools { schools: data(Self::NAME, "y").into_iter().zip(data(Self::NAME, "sigma")).collect() }
    }
}

impl Posterior<10> for EightSchools {
    const NAME: &'static str = "eight_schools-eight_schools_noncentered";
    const STEPS: usize = 10;

    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>) {
        let normals: Dual<K> = point[..9].iter().map(|z| z.square() * -0.5).sum();
        let theta = self.quantities(point);
        let school =
            |((effect, error), theta): (&(f64, f64), &Dual<K>)| normal(*effect, *theta, Dual::constant(*error));
        (normals + half_cauchy(point[9], 1.0), self.schools.iter().zip(&theta).map(school).sum())
    }

    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>> {
        let (mu, tau) = (point[8] * 5.0, point[9].exp() * 5.0);
        point[..8].iter().map(|z| mu + tau * *z).chain([mu, tau]).collect()
    }
}
