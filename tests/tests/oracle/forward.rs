//! Gradients forwards: the walk over expressions with dual numbers, against the engine's way back.
//!
//! The function is a weighted sum of everything that is saved. A slope is compared relative to its scale: the sum of the
//! sizes of its terms, which may cancel. Models that blow rounding up are told by the same sum without any cancelling.

use counterflow_engine::{BlockRuns, Job, Plan, PlanOptions, Save, SavedSlopes, gradients};
use counterflow_oracle::Dual;

use crate::compare::{Case, Expected};

/// Rounding of a walk, as a part of what it is relative to.
pub const ROUNDING: f64 = 1e-13;

/// A case with one member, and how much each saved value counts.
pub struct Compared<'a> {
    pub case: &'a Case<'a>,
    pub saves: &'a [Save],
    /// For each save.
    pub weights: Vec<f64>,
}

/// A slope in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Slope {
    pub value: f64,
    /// Sum of the sizes of its terms: of the weighted slopes of all that is saved.
    pub scale: f64,
}

impl Compared<'_> {
    fn weight(&self, save: usize, time: usize) -> f64 {
        self.weights[save] / (1.0 + ((3 * save + time) % 11) as f64)
    }

    /// Slopes in some directions, forwards. No value at all if one of the saved ones is not finite.
    pub fn forwards<const K: usize>(&self, directions: &[Vec<f64>; K]) -> Option<[Slope; K]> {
        let mut slopes = [Slope { value: 0.0, scale: 0.0 }; K];
        let expected: Expected<Dual<K>> = self.walked(directions);
        for (s, save) in self.saves.iter().enumerate() {
            for time in 0..expected.times(save) {
                let saved = expected.value(save, time, 0);
                if !saved.value.is_finite() {
                    return None;
                }
                for (slope, of_saved) in slopes.iter_mut().zip(saved.slopes) {
                    slope.value += self.weight(s, time) * of_saved;
                    slope.scale += (self.weight(s, time) * of_saved).abs();
                }
            }
        }
        Some(slopes)
    }

    /// What rounding is relative to in each direction, by one more walk.
    pub fn rounding<const K: usize>(&self, directions: &[Vec<f64>; K]) -> [f64; K] {
        let sizes = std::array::from_fn(|k| directions[k].iter().map(|x| x.abs()).collect());
        let expected: Expected<Dual<K, true>> = self.walked(&sizes);
        let mut sums = [0.0; K];
        for (s, save) in self.saves.iter().enumerate() {
            for time in 0..expected.times(save) {
                let sizes = expected.value(save, time, 0).slopes;
                sums.iter_mut().zip(sizes).for_each(|(sum, size)| *sum += self.weight(s, time) * size);
            }
        }
        sums
    }

    fn walked<const K: usize, const SIZES: bool>(&self, directions: &[Vec<f64>; K]) -> Expected<Dual<K, SIZES>> {
        let dual = |(p, x): (usize, &f64)| Dual { value: *x, slopes: std::array::from_fn(|k| directions[k][p]) };
        self.case.walked(&[self.case.draws[0].iter().enumerate().map(dual).collect()])
    }

    /// Slopes by all parameters, backwards, and which of them the plan uses.
    pub fn backwards(&self, memory: usize) -> (Vec<f64>, Vec<usize>) {
        let plan = Plan::new(self.case.model, &PlanOptions { saves: self.saves.to_vec(), ..PlanOptions::default() });
        let numbers = self.case.numbers();
        let job = Job {
            seed: self.case.seed,
            noise: self.case.noise,
            until: self.case.until,
            width: self.case.width,
            ..Job::new(&plan, self.case.draws, &numbers, self.case.schedule)
        };
        let add = |block: &BlockRuns, slopes: &mut SavedSlopes| {
            for save in 0..self.saves.len() {
                (0..block.times(save)).for_each(|time| slopes.add(save, time, 0, self.weight(save, time)));
            }
        };
        let slopes = gradients(&job, memory, add).swap_remove(0).slopes.swap_remove(0);
        (slopes, plan.parameters_in_use().into_iter().collect())
    }
}
