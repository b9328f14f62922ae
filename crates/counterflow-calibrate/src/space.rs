//! The space a sampler moves in: uncertain parameters with their priors, each brought to the unconstrained line.

use counterflow_model::random;

use crate::prior::TruncatedPrior;
use crate::transform::Transform;

/// Parameters in a fixed order. Those whose range is one point take no dimension on the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    parameters: Vec<(TruncatedPrior, Transform)>,
}

impl Space {
    /// The space of these parameters.
    pub fn new(priors: &[TruncatedPrior]) -> Space {
        let with_transform = |prior: &TruncatedPrior| (*prior, Transform::new(prior.range().0, prior.range().1));
        Space { parameters: priors.iter().map(with_transform).collect() }
    }

    /// Number of parameters, fixed ones included.
    pub fn parameters(&self) -> usize {
        self.parameters.len()
    }

    /// Number of coordinates on the line: the parameters that are not fixed.
    pub fn dimension(&self) -> usize {
        self.parameters.iter().filter(|(_, transform)| !transform.is_fixed()).count()
    }

    /// Values of all parameters at a point of the line (`dimension` coordinates).
    pub fn natural(&self, point: &[f64]) -> Vec<f64> {
        let mut coordinates = point.iter();
        let mut value = |transform: Transform| match transform {
            Transform::Fixed(value) => value,
            _ => transform.natural(*coordinates.next().expect("a coordinate for each free parameter")),
        };
        self.parameters.iter().map(|(_, transform)| value(*transform)).collect()
    }

    /// The point of the line for the values of all parameters.
    pub fn line(&self, values: &[f64]) -> Vec<f64> {
        let pairs = self.parameters.iter().zip(values);
        pairs.filter(|((_, t), _)| !t.is_fixed()).map(|((_, t), value)| t.line(*value)).collect()
    }

    /// Logarithm of the prior's density on the line at a point; the density integrates to 1.
    pub fn log_prior(&self, point: &[f64]) -> f64 {
        let free = self.parameters.iter().filter(|(_, transform)| !transform.is_fixed());
        free.zip(point).map(|((prior, t), z)| prior.log_density(t.natural(*z)) + t.log_jacobian(*z)).sum()
    }

    /// A draw from the prior, as a point of the line; the same for the same seed and member.
    pub fn draw(&self, seed: u64, member: u64) -> Vec<f64> {
        const STREAM: u64 = random::stream("calibrate.prior");
        let value = |(i, (prior, _)): (usize, &(TruncatedPrior, Transform))| {
            prior.quantile(random::uniform(seed, STREAM, member, i as u64))
        };
        self.line(&self.parameters.iter().enumerate().map(value).collect::<Vec<_>>())
    }

    /// Prior means and standard deviations of all parameters.
    pub fn mean_sd(&self) -> Vec<(f64, f64)> {
        self.parameters.iter().map(|(prior, _)| prior.mean_sd()).collect()
    }
}

#[cfg(test)]
mod tests {
    use counterflow_model::Prior;

    use super::*;

    fn space() -> Space {
        let prior = |prior, low, high| TruncatedPrior::new(prior, low, high).unwrap();
        Space::new(&[
            prior(Prior::Beta(14.0, 6.0), 0.4, 0.95),
            prior(Prior::Normal(2.0, 1.0), 3.0, 3.0),
            prior(Prior::LogNormal(100.0, 0.5), 0.0, f64::INFINITY),
        ])
    }

    #[test]
    fn fixed_parameters_take_no_dimension() {
        let space = space();
        assert_eq!((space.parameters(), space.dimension()), (3, 2));
        let values = space.natural(&[0.3, 5.0]);
        assert_eq!(values[1], 3.0);
        let back = space.line(&values);
        assert!((back[0] - 0.3).abs() < 1e-12 && (back[1] - 5.0).abs() < 1e-12);
    }

    #[test]
    fn prior_on_the_line_integrates_to_one() {
        let space = space();
        let (step, mut sum) = (0.05, 0.0);
        for i in -500..500 {
            for j in 0..200 {
                let log = space.log_prior(&[f64::from(i) * step, f64::from(j) * step]);
                sum += counterflow_model::elementary::exp(log) * step * step;
            }
        }
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }

    #[test]
    fn draws_follow_the_prior() {
        let space = space();
        let draws: Vec<Vec<f64>> = (0..2000).map(|member| space.natural(&space.draw(1, member))).collect();
        let mean = draws.iter().map(|d| d[0]).sum::<f64>() / 2000.0;
        let (prior_mean, prior_sd) = space.mean_sd()[0];
        assert!((mean - prior_mean).abs() < 4.0 * prior_sd / 2000.0_f64.sqrt());
        assert_eq!(space.draw(1, 7), space.draw(1, 7));
        assert_ne!(space.draw(1, 7), space.draw(2, 7));
    }
}
