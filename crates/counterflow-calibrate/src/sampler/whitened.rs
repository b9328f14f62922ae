//! A density seen in the coordinates of a metric, for samplers that bring none of this kind themselves.

use super::cholesky::{backward, forward};
use super::{Density, Score};

/// A density in coordinates in which a metric L L' is the identity: a point z there is x with z = L' x.
pub struct Whitened<'a> {
    density: &'a (dyn Density + Sync),
    /// Triangular factor L, `[d][d]`.
    metric: &'a [Vec<f64>],
}

impl<'a> Whitened<'a> {
    /// A density in the coordinates of a metric, of which the triangular factor is given.
    pub fn new(density: &'a (dyn Density + Sync), metric: &'a [Vec<f64>]) -> Whitened<'a> {
        Whitened { density, metric }
    }

    /// A point of the density in the metric's coordinates.
    pub fn inside(&self, point: &[f64]) -> Vec<f64> {
        inside(self.metric, point)
    }

    /// A point in the metric's coordinates as one of the density.
    pub fn outside(&self, point: &[f64]) -> Vec<f64> {
        backward(self.metric, point)
    }
}

impl Density for Whitened<'_> {
    fn dimension(&self) -> usize {
        self.density.dimension()
    }

    /// Without the Jacobian, which is the same everywhere.
    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
        self.density.log_density(&points.iter().map(|point| self.outside(point)).collect::<Vec<_>>())
    }

    fn slopes(&self, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
        let outside: Vec<Vec<f64>> = points.iter().map(|point| self.outside(point)).collect();
        let known = self.density.slopes(&outside);
        known.into_iter().map(|(value, slope)| (value, forward(self.metric, &slope))).collect()
    }
}

/// A point in the coordinates of a metric, of which the triangular factor L is given: L' x.
pub(super) fn inside(metric: &[Vec<f64>], point: &[f64]) -> Vec<f64> {
    let d = point.len();
    (0..d).map(|j| (j..d).map(|i| metric[i][j] * point[i]).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::bent::Bent;
    use super::super::curvature::difference_quotients;
    use super::*;

    #[test]
    fn points_come_back_and_slopes_are_quotients() {
        let metric: Vec<Vec<f64>> =
            (0..5).map(|i| (0..5).map(|j| if j > i { 0.0 } else { 1.0 + (i * j) as f64 }).collect()).collect();
        let whitened = Whitened::new(&Bent, &metric);
        let point = [0.3, -0.2, 0.5, 0.1, 0.4];
        let inside = whitened.inside(&point);
        assert!(whitened.outside(&inside).iter().zip(point).all(|(a, b)| (a - b).abs() < 1e-12));
        let (value, slopes) = whitened.slopes(std::slice::from_ref(&inside)).remove(0);
        let (expected, quotients) = difference_quotients(&whitened, &[inside]).remove(0);
        assert_eq!(value, expected);
        assert!(slopes.iter().zip(quotients).all(|(a, b)| (a - b).abs() < 0.01), "{slopes:?}");
    }
}
