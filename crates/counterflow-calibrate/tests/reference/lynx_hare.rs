//! `hudson_lynx_hare-lotka_volterra`: hares, lynxes that eat them, and 20 years of pelts of the Hudson's Bay Company.
//!
//! du/dt = (a - b v) u, dv/dt = (-c + d u) v; a, c ~ N(1, 0.5) and b, d ~ N(0.05, 0.05), all positive; sigma ~
//! LogNormal(-1, 1) for each species; the start z0 ~ LogNormal(ln 10, 1); pelts ~ LogNormal(ln z, sigma).

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::transform::Transform;
use counterflow_model::Prior;
use counterflow_model::elementary::{exp, ln};

use crate::dual::{Dual, normal};
use crate::proof::Posterior;
use crate::record::data;

/// Steps of Runge-Kutta in a year.
const STEPS_PER_YEAR: usize = 10;

pub struct LynxHare {
    /// a, b, c, d, the start and the two sigmas, in the order of the reference.
    parameters: Vec<Transform>,
    /// Logarithms of hares and lynxes, at the start and at the end of each of the years.
    pelts: Vec<[f64; 2]>,
    steps_per_year: usize,
}

impl LynxHare {
    pub fn new() -> LynxHare {
        let rate = |mean, sd| TruncatedPrior::new(Prior::Normal(mean, sd), 0.0, f64::INFINITY);
        let positive = |median| TruncatedPrior::new(Prior::LogNormal(median, 1.0), 0.0, f64::INFINITY);
        let (fast, slow, start, sigma) = (rate(1.0, 0.5), rate(0.05, 0.05), positive(10.0), positive(exp(-1.0)));
        let priors = [fast, slow, fast, slow, start, start, sigma, sigma];
        let pelts = [data(Self::NAME, "y_init"), data(Self::NAME, "y")].concat();
        LynxHare {
            parameters: priors.map(|prior| Transform::new(prior.expect("a prior with a range"))).to_vec(),
            pelts: pelts.chunks(2).map(|pair| [ln(pair[0]), ln(pair[1])]).collect(),
            steps_per_year: STEPS_PER_YEAR,
        }
    }
}

impl Posterior<8> for LynxHare {
    const NAME: &'static str = "hudson_lynx_hare-lotka_volterra";
    const STEPS: usize = 10;

    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>) {
        let prior = point.iter().map(|z| z.square() * -0.5).sum();
        let values = self.quantities(point);
        let mut state = [values[4], values[5]];
        let mut likelihood = Dual::<K>::constant(0.0);
        for (year, pelts) in self.pelts.iter().enumerate() {
            if year > 0 {
                (0..self.steps_per_year).for_each(|_| state = step(&values, state, 1.0 / self.steps_per_year as f64));
            }
            for species in 0..2 {
                likelihood = likelihood + normal(pelts[species], state[species].ln(), values[6 + species]);
            }
        }
        (prior, likelihood)
    }

    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>> {
        point.iter().zip(&self.parameters).map(|(z, transform)| z.through(transform)).collect()
    }
}

/// One step of Runge-Kutta, `length` in years.
fn step<const K: usize>(values: &[Dual<K>], state: [Dual<K>; 2], length: f64) -> [Dual<K>; 2] {
    let rates = |[u, v]: [Dual<K>; 2]| [(values[0] - values[1] * v) * u, (values[3] * u - values[2]) * v];
    let moved = |rates: [Dual<K>; 2], by: f64| [state[0] + rates[0] * by, state[1] + rates[1] * by];
    let first = rates(state);
    let second = rates(moved(first, 0.5 * length));
    let third = rates(moved(second, 0.5 * length));
    let fourth = rates(moved(third, length));
    let mean = |i: usize| (first[i] + (second[i] + third[i]) * 2.0 + fourth[i]) * (1.0 / 6.0);
    moved([mean(0), mean(1)], length)
}

#[test]
fn four_times_the_steps_change_nothing_that_counts() {
    // Near the middle, and where hares and lynxes come and go fast.
    for point in [[-1.0, -0.6, -0.5, -0.6, 1.2, -0.5, -0.4, -0.4], [0.5, 0.2, 0.8, 0.2, 1.0, 0.2, 0.5, 0.5]] {
        let at = |steps_per_year: usize| {
            let posterior = LynxHare { steps_per_year, ..LynxHare::new() };
            posterior.log_density(&point.map(Dual::<0>::constant)).1.value
        };
        let (usual, fine) = (at(STEPS_PER_YEAR), at(4 * STEPS_PER_YEAR));
        assert!((usual - fine).abs() < 0.01, "{usual} {fine}");
    }
}
