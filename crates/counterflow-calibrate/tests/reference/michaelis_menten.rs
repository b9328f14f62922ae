//! `one_comp_mm_elim_abs-one_comp_mm_elim_abs`: a dose that is absorbed and eliminated by Michaelis and Menten's law.
//!
//! dC/dt = exp(-k_a t) D k_a / V - (V_m / V) C / (K_m + C), C(0) = 0; k_a, K_m, V_m, sigma ~ half-Cauchy(0, 1);
//! concentrations ~ LogNormal(ln C, sigma).
//!
//! The tails of K_m and V_m are those of half-Cauchy priors (kurtosis about 500 among the reference draws), so that
//! means and standard deviations hang on a few draws; the shares below quantiles are compared instead.

use counterflow_model::elementary::ln;

use crate::dual::{Dual, half_cauchy, normal};
use crate::proof::Posterior;
use crate::record::data;

/// Steps of Runge-Kutta from one measurement to the next.
const STEPS_BETWEEN: usize = 10;
/// Time from one measurement to the next.
const SPACING: f64 = 0.5;

pub struct MichaelisMenten {
    dose: f64,
    volume: f64,
    /// Logarithms of concentrations.
    measured: Vec<f64>,
    steps: usize,
}

impl MichaelisMenten {
    pub fn new() -> MichaelisMenten {
        let one = |name| data(Self::NAME, name)[0];
        let times = data(Self::NAME, "times");
        assert!(times.iter().enumerate().all(|(i, time)| *time == SPACING * (i as f64 + 1.0)), "{times:?}");
        MichaelisMenten {
            dose: one("D"),
            volume: one("V"),
            measured: data(Self::NAME, "C_hat").into_iter().map(ln).collect(),
            steps: STEPS_BETWEEN,
        }
    }

    /// One step of Runge-Kutta from `time` on.
    fn step<const K: usize>(
        &self,
        [k_a, k_m, v_m]: [Dual<K>; 3],
        concentration: Dual<K>,
        time: f64,
        length: f64,
    ) -> Dual<K> {
        let inflow = |time: f64| (k_a * -time).exp() * k_a * (self.dose / self.volume);
        let outflow = |c: Dual<K>| v_m * (1.0 / self.volume) * (c / (k_m + c));
        let between = inflow(time + 0.5 * length);
        let first = inflow(time) - outflow(concentration);
        let second = between - outflow(concentration + first * (0.5 * length));
        let third = between - outflow(concentration + second * (0.5 * length));
        let fourth = inflow(time + length) - outflow(concentration + third * length);
        concentration + (first + (second + third) * 2.0 + fourth) * (length / 6.0)
    }
}

impl Posterior<4> for MichaelisMenten {
    const NAME: &'static str = "one_comp_mm_elim_abs-one_comp_mm_elim_abs";
    const STEPS: usize = 12;
    const HEAVY: bool = true;

    fn log_density<const K: usize>(&self, point: &[Dual<K>]) -> (Dual<K>, Dual<K>) {
        let prior = point.iter().map(|logarithm| half_cauchy(*logarithm, 1.0)).sum();
        let [k_a, k_m, v_m, sigma] = std::array::from_fn(|i| point[i].exp());
        let mut concentration = Dual::<K>::constant(0.0);
        let mut likelihood = Dual::<K>::constant(0.0);
        let length = SPACING / self.steps as f64;
        for (i, measured) in self.measured.iter().enumerate() {
            for k in 0..self.steps {
                let time = SPACING * i as f64 + length * k as f64;
                concentration = self.step([k_a, k_m, v_m], concentration, time, length);
            }
            likelihood = likelihood + normal(*measured, concentration.ln(), sigma);
        }
        (prior, likelihood)
    }

    fn quantities<const K: usize>(&self, point: &[Dual<K>]) -> Vec<Dual<K>> {
        point.iter().map(|logarithm| logarithm.exp()).collect()
    }
}

#[test]
fn four_times_the_steps_change_nothing_that_counts() {
    // Quantiles of the reference: the middle, and absorption and elimination at their fastest.
    for point in [[-0.3, 0.0, -0.1, -2.0], [0.1, -4.0, -0.4, -2.0], [-0.4, 5.0, 2.5, -2.0]] {
        let at = |steps: usize| {
            let posterior = MichaelisMenten { steps, ..MichaelisMenten::new() };
            posterior.log_density(&point.map(Dual::<0>::constant)).1.value
        };
        let (usual, fine) = (at(STEPS_BETWEEN), at(4 * STEPS_BETWEEN));
        assert!((usual - fine).abs() < 0.02, "{usual} {fine}");
    }
}
