//! Whether slopes are those of the density, and what they do to the chains if they are not.

use counterflow_calibrate::sampler::{Density, Score};
use rayon::prelude::*;

use crate::plants::{Plant, Planted};
use crate::sample::{Course, Effort, sample};
use crate::world::World;

/// A few paths after the usual warm-up: enough to see how long steps can be.
const GLANCE: Effort = Effort { draws: 8, warmup: 90, round: 20, rounds: 1, steps: 8 };
/// Half the distance of a central difference quotient, on the line where priors are standard normal.
const STEP: f64 = 1e-4;

/// What was seen of slopes.
#[derive(Clone, Copy, Debug)]
pub struct Slopes {
    /// Largest distance of a slope from its difference quotient, relative to 1 + the quotient.
    pub error: f64,
    /// Middle one of the lengths of a leapfrog step that chains settled at.
    pub step: f64,
    /// Middle one of the shares of proposals accepted.
    pub acceptance: f64,
}

impl Slopes {
    /// Whether the slopes are those of the density, and let chains take steps of a sound length.
    pub fn hold(&self) -> bool {
        self.error < 1e-3 && self.step > 0.4
    }
}

/// Slopes at the true parameters of so many data sets, and how chains run with them.
pub fn slopes(world: &World, plant: Plant, sets: u64) -> Slopes {
    let one = |number: u64| {
        let truth = world.truth(number);
        let mut project = world.with_data(&truth, number);
        plant.spoil(&mut project);
        let density = Planted::new(&project, plant, world);
        let space = density.shipped().space();
        let sampled: Vec<f64> = density.shipped().sampled().iter().map(|position| truth[*position]).collect();
        (error(&density, &space.line(&sampled)), sample(&density, &GLANCE, number).course)
    };
    let seen: Vec<(f64, Course)> = (0..sets).into_par_iter().map(one).collect();
    Slopes {
        error: seen.iter().map(|(error, _)| *error).fold(0.0, f64::max),
        step: middle(seen.iter().map(|(_, course)| course.step)),
        acceptance: middle(seen.iter().map(|(_, course)| course.acceptance)),
    }
}

fn error(density: &Planted<'_>, point: &[f64]) -> f64 {
    let moved = |i: usize, by: f64| {
        let mut moved = point.to_vec();
        moved[i] += by;
        moved
    };
    let batch: Vec<Vec<f64>> = (0..point.len()).flat_map(|i| [moved(i, STEP), moved(i, -STEP)]).collect();
    let ends = density.log_density(&batch);
    let (_, slope) = density.slopes(&[point.to_vec()]).remove(0);
    let off = |(i, ends): (usize, &[Score])| distance(ends, slope[i]);
    ends.chunks(2).enumerate().map(off).fold(0.0, f64::max)
}

fn distance(ends: &[Score], slope: f64) -> f64 {
    let quotient = (ends[0].posterior() - ends[1].posterior()) / (2.0 * STEP);
    (slope - quotient).abs() / (1.0 + quotient.abs())
}

fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
