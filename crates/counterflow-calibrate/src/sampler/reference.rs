//! A multivariate Student distribution that stands for what the archive has learned about the posterior's shape.

use counterflow_model::elementary::ln;

use super::numbers::Numbers;

/// Degrees of freedom: tails heavy enough for posteriors that are not quite normal.
const FREEDOM: f64 = 8.0;

/// Location and shape in `d` dimensions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// Location, `[d]`.
    pub mean: Vec<f64>,
    /// Lower triangular factor of the covariance, row by row, `[d * d]`.
    pub factor: Vec<f64>,
}

impl Reference {
    /// Mean and covariance of points. Where there are few points the covariance is drawn to its diagonal.
    pub(super) fn of(points: &[Vec<f64>]) -> Reference {
        let d = points[0].len();
        let count = points.len() as f64;
        let mean: Vec<f64> = (0..d).map(|i| points.iter().map(|p| p[i]).sum::<f64>() / count).collect();
        let mut covariance = vec![0.0; d * d];
        let mut centred = vec![0.0; d];
        for point in points {
            centred.iter_mut().zip(point.iter().zip(&mean)).for_each(|(c, (x, m))| *c = x - m);
            for i in 0..d {
                for j in 0..=i {
                    covariance[i * d + j] += centred[i] * centred[j] / count;
                }
            }
        }
        let mut ridge = (d as f64 / count) * (d as f64 / count);
        loop {
            if let Some(factor) = cholesky(&covariance, d, ridge) {
                return Reference { mean, factor };
            }
            ridge = 10.0 * ridge.max(1e-12);
        }
    }

    /// Number of dimensions.
    fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// Standard deviation of each coordinate.
    pub(super) fn scales(&self) -> Vec<f64> {
        let d = self.dimension();
        (0..d).map(|i| self.factor[i * d..=i * d + i].iter().map(|l| l * l).sum::<f64>().sqrt()).collect()
    }

    /// Squared length of a difference in units of the covariance, divided by the dimension.
    pub(super) fn squared_distance(&self, from: &[f64], to: &[f64]) -> f64 {
        let whitened = self.whiten(from, to);
        whitened.iter().map(|u| u * u).sum::<f64>() / self.dimension() as f64
    }

    /// A move that leaves this distribution unchanged: the preconditioned Crank-Nicolson step for Student's t of
    /// K. Kamatani (2018) and R. Grumitt et al. (2022). `rate` 1 forgets the point but for its distance from the
    /// centre. Returns the new point and the logarithm of (old density / new density) of the reference.
    pub(super) fn propose(&self, point: &[f64], rate: f64, numbers: &mut Numbers) -> (Vec<f64>, f64) {
        let d = self.dimension();
        let total = FREEDOM + d as f64;
        let old = self.whiten(&self.mean, point);
        let old_square: f64 = old.iter().map(|u| u * u).sum();
        let spread = (0.5 * (FREEDOM + old_square) / numbers.gamma(0.5 * total)).sqrt();
        let keep = (1.0 - rate * rate).max(0.0).sqrt();
        let new: Vec<f64> = old.iter().map(|u| keep * u + rate * spread * numbers.normal()).collect();
        let new_square: f64 = new.iter().map(|u| u * u).sum();
        let correction = 0.5 * total * (ln(FREEDOM + new_square) - ln(FREEDOM + old_square));
        let row = |i: usize| self.factor[i * d..=i * d + i].iter().zip(&new).map(|(l, u)| l * u).sum::<f64>();
        ((0..d).map(|i| self.mean[i] + row(i)).collect(), correction)
    }

    /// The difference of two points divided by the factor.
    fn whiten(&self, from: &[f64], to: &[f64]) -> Vec<f64> {
        let d = self.dimension();
        let mut whitened = vec![0.0; d];
        for i in 0..d {
            let row = &self.factor[i * d..=i * d + i];
            let known: f64 = row[..i].iter().zip(&whitened).map(|(l, u)| l * u).sum();
            whitened[i] = (to[i] - from[i] - known) / row[i];
        }
        whitened
    }
}

/// Lower triangular factor of the covariance with its diagonal raised by a share `ridge`, if it is positive definite.
fn cholesky(covariance: &[f64], d: usize, ridge: f64) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; d * d];
    for i in 0..d {
        for j in 0..=i {
            let (row, other) = (&factor[i * d..i * d + j], &factor[j * d..j * d + j]);
            let rest = covariance[i * d + j] - row.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
            if i > j {
                factor[i * d + j] = rest / factor[j * d + j];
                continue;
            }
            // A coordinate that never varied gets a length that no sum can notice.
            let variance = covariance[i * d + i].max(1e-200);
            let pivot = rest + ridge * variance;
            if pivot <= 1e-13 * variance {
                return None;
            }
            factor[i * d + i] = pivot.sqrt();
        }
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_leave_the_reference_unchanged() {
        // Without acceptance step: the chain's own law is Student's t with variance 8/6 of the covariance.
        let reference = Reference { mean: vec![1.0, -2.0], factor: vec![2.0, 0.0, 1.5, 0.5] };
        let mut point = vec![1.0, -2.0];
        let (mut sum, mut square, mut product) = (0.0, 0.0, 0.0);
        for generation in 0..100_000 {
            point = reference.propose(&point, 0.8, &mut Numbers::new(1, 2, 0, generation)).0;
            sum += point[1];
            square += (point[0] - 1.0) * (point[0] - 1.0);
            product += (point[0] - 1.0) * (point[1] + 2.0);
        }
        let inflation = 8.0 / 6.0 * 1e5;
        assert!((sum / 1e5 + 2.0).abs() < 0.05, "{}", sum / 1e5);
        assert!(
            (square / inflation - 4.0).abs() < 0.25 && (product / inflation - 3.0).abs() < 0.25,
            "{square} {product}"
        );
    }

    #[test]
    fn learns_mean_and_covariance() {
        let truth = Reference { mean: vec![1.0, -2.0], factor: vec![2.0, 0.0, 1.5, 0.5] };
        let draw = |i| {
            let mut numbers = Numbers::new(3, 4, i, 0);
            let (a, b) = (numbers.normal(), numbers.normal());
            vec![1.0 + 2.0 * a, -2.0 + 1.5 * a + 0.5 * b]
        };
        let found = Reference::of(&(0..20_000).map(draw).collect::<Vec<_>>());
        assert!(found.factor.iter().zip(&truth.factor).all(|(a, b)| (a - b).abs() < 0.05), "{found:?}");
        assert!((found.scales()[1] - 2.5_f64.sqrt()).abs() < 0.05);
        assert!((truth.squared_distance(&[0.0, 0.0], &[2.0, 2.0]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn few_or_equal_points_still_give_a_factor() {
        let line: Vec<Vec<f64>> = (0..3).map(|i| vec![f64::from(i), 2.0 * f64::from(i), 5.0]).collect();
        assert!(Reference::of(&line).factor.iter().all(|l| l.is_finite()));
    }
}
