//! The space a sampler moves in: uncertain parameters, each brought to the line where its prior is standard normal.

use counterflow_model::random;

use crate::prior::TruncatedPrior;
use crate::special::HALF_LN_TAU;
use crate::transform::Transform;

/// Parameters in a fixed order. Those whose range is one point take no dimension on the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    parameters: Vec<Transform>,
}

impl Space {
    /// The space of these parameters.
    pub fn new(priors: &[TruncatedPrior]) -> Space {
        Space { parameters: priors.iter().copied().map(Transform::new).collect() }
    }

    /// Number of parameters, fixed ones included.
    pub fn parameters(&self) -> usize {
        self.parameters.len()
    }

    /// Number of coordinates on the line: the parameters that are not fixed.
    pub fn dimension(&self) -> usize {
        self.parameters.iter().filter(|transform| !transform.is_fixed()).count()
    }

    /// Values of all parameters at a point of the line (`dimension` coordinates).
    pub fn natural(&self, point: &[f64]) -> Vec<f64> {
        let mut coordinates = point.iter();
        let mut value = |transform: &Transform| {
            let next = if transform.is_fixed() { Some(&0.0) } else { coordinates.next() };
            transform.natural(*next.expect("a coordinate for each parameter that is not fixed"))
        };
        self.parameters.iter().map(&mut value).collect()
    }

    /// Slopes of the values of all parameters by their own coordinate at a point; zero for fixed ones.
    pub fn natural_slopes(&self, point: &[f64]) -> Vec<f64> {
        let mut coordinates = point.iter();
        let mut slope = |transform: &Transform| {
            let next = if transform.is_fixed() { None } else { coordinates.next() };
            next.map_or(0.0, |z| transform.slope(*z))
        };
        self.parameters.iter().map(&mut slope).collect()
    }

    /// Whether a parameter takes a coordinate, in the order of parameters.
    pub fn is_free(&self, parameter: usize) -> bool {
        !self.parameters[parameter].is_fixed()
    }

    /// The point of the line for the values of all parameters.
    pub fn line(&self, values: &[f64]) -> Vec<f64> {
        let free = self.parameters.iter().zip(values).filter(|(transform, _)| !transform.is_fixed());
        free.map(|(transform, value)| transform.line(*value)).collect()
    }

    /// Logarithm of the prior's density on the line at a point.
    pub fn log_prior(&self, point: &[f64]) -> f64 {
        point.iter().map(|z| -0.5 * z * z - HALF_LN_TAU).sum()
    }

    /// A draw from the prior, as a point of the line; the same for the same seed and member.
    pub fn draw(&self, seed: u64, member: u64) -> Vec<f64> {
        const STREAM: u64 = random::stream("calibrate.prior");
        (0..self.dimension()).map(|i| random::normal(seed, STREAM, member, i as u64)).collect()
    }

    /// Prior means and standard deviations of all parameters.
    pub fn mean_sd(&self) -> Vec<(f64, f64)> {
        self.parameters.iter().map(|transform| transform.prior().mean_sd()).collect()
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
        let values = space.natural(&[0.3, -1.5]);
        assert_eq!(values[1], 3.0);
        let back = space.line(&values);
        assert!((back[0] - 0.3).abs() < 1e-6 && (back[1] + 1.5).abs() < 1e-6, "{back:?}");
    }

    #[test]
    fn draws_follow_the_prior() {
        let space = space();
        let draws: Vec<Vec<f64>> = (0..4000).map(|member| space.natural(&space.draw(1, member))).collect();
        for (i, (mean, sd)) in space.mean_sd().into_iter().enumerate() {
            let found = draws.iter().map(|d| d[i]).sum::<f64>() / 4000.0;
            assert!((found - mean).abs() <= 4.0 * sd / 4000.0_f64.sqrt(), "{i}: {found}, expected {mean}");
        }
        assert_eq!(space.draw(1, 7), space.draw(1, 7));
        assert_ne!(space.draw(1, 7), space.draw(2, 7));
    }
}
