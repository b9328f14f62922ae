//! Curvature of a density by differences of slopes, all in one batch; and a climb to its mode.

use super::cholesky::{backward, factor, forward};
use super::{Density, eigen};

/// Distance of a difference quotient for slopes, on the line where priors are standard normal.
const SLOPE_STEP: f64 = 1e-4;
/// The same for quotients of slopes, larger so that they average over small kinks.
const CURVATURE_STEP: f64 = 2e-2;

/// Log posterior density and its slope at each of several points, all points of all quotients in one batch.
pub fn difference_quotients<D: Density + ?Sized>(density: &D, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
    let d = density.dimension();
    let mut batch = Vec::with_capacity(points.len() * (d + 1));
    for point in points {
        batch.push(point.clone());
        batch.extend((0..d).map(|i| shifted(point, &[(i, SLOPE_STEP)])));
    }
    let scores = density.log_density(&batch);
    let one = |scores: &[super::Score]| {
        let here = scores[0].posterior();
        (here, scores[1..].iter().map(|s| (s.posterior() - here) / SLOPE_STEP).collect())
    };
    scores.chunks(d + 1).map(one).collect()
}

/// Minus the matrix of second derivatives of the log posterior density at a point: quotients of slopes.
pub fn curvature(density: &dyn Density, point: &[f64]) -> Vec<Vec<f64>> {
    let d = density.dimension();
    let h = CURVATURE_STEP;
    let batch: Vec<Vec<f64>> = (0..d).flat_map(|i| [shifted(point, &[(i, h)]), shifted(point, &[(i, -h)])]).collect();
    let slopes: Vec<Vec<f64>> = density.slopes(&batch).into_iter().map(|(_, slope)| slope).collect();
    let second = |i: usize, j: usize| (slopes[2 * i + 1][j] - slopes[2 * i][j]) / (2.0 * h);
    (0..d).map(|i| (0..d).map(|j| 0.5 * (second(i, j) + second(j, i))).collect()).collect()
}

/// A curvature made positive, direction by direction: where the density bends the other way its curvature counts by its
/// size (M. Betancourt, 2013), and nowhere is it below that of the prior, which is 1 on the line.
pub fn positive(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let d = matrix.len();
    // A curvature that is not a number says nothing.
    let known: Vec<Vec<f64>> =
        matrix.iter().map(|row| row.iter().map(|x| if x.is_finite() { *x } else { 0.0 }).collect()).collect();
    let (values, vectors) = eigen::symmetric(&known);
    let mut positive = vec![vec![0.0; d]; d];
    for (value, vector) in values.iter().zip(&vectors) {
        let strength = value.abs().max(1.0);
        for (row, x) in positive.iter_mut().zip(vector) {
            row.iter_mut().zip(vector).for_each(|(entry, y)| *entry += strength * x * y);
        }
    }
    positive
}

/// Triangular factor of [`positive`].
pub fn positive_factor(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    factor(&positive(matrix)).expect("every eigenvalue is at least 1")
}

/// Climbs from a point by Newton steps, shortened until they rise; stops when a step gains less than `enough`.
pub fn climb(
    density: &dyn Density,
    start: &[f64],
    most: usize,
    enough: f64,
    told: &mut dyn FnMut(usize, f64),
) -> Vec<f64> {
    let mut point = start.to_vec();
    for round in 0..most {
        let (here, slope) = density.slopes(std::slice::from_ref(&point)).remove(0);
        let lower = positive_factor(&curvature(density, &point));
        let step = backward(&lower, &forward(&lower, &slope));
        let lengths: Vec<f64> = (0..10).map(|k| 1.6 / f64::from(1 << k)).collect();
        let along = |length: &f64| point.iter().zip(&step).map(|(x, s)| x + length * s).collect::<Vec<f64>>();
        let tries: Vec<Vec<f64>> = lengths.iter().map(along).collect();
        let scores: Vec<f64> = density.log_density(&tries).iter().map(|s| s.posterior()).collect();
        let best = (0..tries.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
        told(round, scores[best]);
        // Written so that a density that is not a number stops the climb too.
        if scores[best].partial_cmp(&here) != Some(std::cmp::Ordering::Greater) {
            return point;
        }
        point.clone_from(&tries[best]);
        if scores[best] - here < enough {
            return point;
        }
    }
    point
}

fn shifted(point: &[f64], shifts: &[(usize, f64)]) -> Vec<f64> {
    let mut moved = point.to_vec();
    for (i, by) in shifts {
        moved[*i] += by;
    }
    moved
}
