//! Bugs that are planted between the model and the sampler. They live here alone: what is shipped has no switch for them.

use counterflow::Project;
use counterflow::calibration::{CalibrationDensity, observed_series};
use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::sampler::{Density, Score};
use counterflow_model::{Definition, Expr, Prior};

use crate::world::World;

/// A planted bug, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// The density as it is shipped.
    None,
    /// The likelihood of the patients has a standard deviation that is a quarter too large.
    WideLikelihood,
    /// The priors' densities stand on the line without the slope of the transform.
    MissingJacobian,
    /// The deaths of each month stand where those of the month before belong.
    ShiftedSeries,
    /// The prior of the survey's scatter is half as wide as that from which parameters are drawn.
    HalvedPrior,
    /// One component of the slope has the wrong sign.
    GradientSign,
}

/// The series that is shifted.
const SHIFTED: &str = "deaths_month";
/// The parameter whose prior is halved.
const HALVED: &str = "survey_scatter";
/// The observation whose likelihood is too wide.
const WIDE: &str = "patients";
/// How much too wide.
const TOO_WIDE: f64 = 1.25;
/// Half the distance of a difference quotient of priors on the line.
const NEAR: f64 = 1e-4;
/// The parameter whose slope has the wrong sign.
const TURNED: &str = "stay";

impl Plant {
    /// The planted bugs.
    pub const BUGS: [Plant; 5] =
        [Plant::WideLikelihood, Plant::MissingJacobian, Plant::ShiftedSeries, Plant::HalvedPrior, Plant::GradientSign];

    /// A name for files and figures.
    pub fn name(self) -> &'static str {
        match self {
            Plant::None => "shipped",
            Plant::WideLikelihood => "likelihood sd",
            Plant::MissingJacobian => "Jacobian",
            Plant::ShiftedSeries => "shifted month",
            Plant::HalvedPrior => "halved prior",
            Plant::GradientSign => "gradient sign",
        }
    }

    /// Spoils what the density is made of.
    pub fn spoil(self, project: &mut Project) {
        match self {
            Plant::ShiftedSeries => {
                let data = &mut project.series.get_mut(SHIFTED).expect("the series is there").data;
                // Every month takes the value of the one before; the first keeps its own.
                (1..data.len()).rev().for_each(|i| data[i].value = data[i - 1].value);
            }
            Plant::HalvedPrior => {
                let model = project.compiled.model.as_mut().expect("the small model compiles");
                let id = model.find(HALVED).expect("the parameter is there");
                let Definition::Parameter(parameter) = &mut model.variables[id.0].definition else {
                    panic!("`{HALVED}` is a parameter")
                };
                let Some(Prior::LogNormal(median, sd)) = parameter.prior else { panic!("expected LogNormal") };
                parameter.prior = Some(Prior::LogNormal(median, 0.5 * sd));
            }
            Plant::None | Plant::WideLikelihood | Plant::MissingJacobian | Plant::GradientSign => {}
        }
    }
}

/// The shipped density of a project with a planted bug in front of it.
pub struct Planted<'a> {
    inner: CalibrationDensity<'a>,
    plant: Plant,
    /// Position in a draw, and coordinate, of the standard deviation that is too large.
    wide: Option<(usize, usize)>,
    /// Coordinate whose slope has the wrong sign.
    turned: Option<usize>,
}

impl<'a> Planted<'a> {
    /// The density of a project that [`Plant::spoil`] has seen.
    pub fn new(project: &'a Project, plant: Plant, world: &World) -> Planted<'a> {
        let inner = CalibrationDensity::new(project, &world.options).expect("the model has data");
        let turned = || world.names.iter().position(|name| name == TURNED).expect("the parameter is there");
        let wide = || {
            let wide = position_of_scale(project, &inner);
            (wide, inner.sampled().iter().position(|position| *position == wide).expect("the scale is sampled"))
        };
        let (wide, turned) = ((plant == Plant::WideLikelihood).then(wide), (plant == Plant::GradientSign).then(turned));
        Planted { wide, inner, plant, turned }
    }

    /// Log likelihood of each draw, as the density has it.
    pub fn log_likelihood(&self, draws: &[Vec<f64>]) -> Vec<f64> {
        let Some((position, _)) = self.wide else { return self.inner.log_likelihood(draws) };
        let mut wide = draws.to_vec();
        wide.iter_mut().for_each(|draw| draw[position] *= TOO_WIDE);
        self.inner.log_likelihood(&wide)
    }

    /// The shipped density.
    pub fn shipped(&self) -> &CalibrationDensity<'a> {
        &self.inner
    }

    /// The priors that are sampled, in the order of a point.
    fn priors(&self) -> impl Iterator<Item = TruncatedPrior> {
        self.inner.sampled().iter().filter_map(|position| self.inner.prior(*position))
    }

    /// Logarithm of each parameter's prior where its slope to the line was forgotten.
    fn without_jacobian(&self, point: &[f64]) -> Vec<f64> {
        self.priors().zip(self.inner.space().natural(point)).map(|(prior, value)| prior.log_density(value)).collect()
    }

    /// Slopes of the likelihood that is too wide: those of the shipped one where the scale is as much larger. The scale's
    /// prior is log-normal, so that its slope grows with it and the chain rule leaves nothing but the prior's own slope.
    fn slopes_where_wide(&self, points: &[Vec<f64>], k: usize) -> Vec<(f64, Vec<f64>)> {
        let widened = |point: &Vec<f64>| {
            let mut values = self.inner.space().natural(point);
            values[k] *= TOO_WIDE;
            let mut moved = point.clone();
            moved[k] = self.inner.space().line(&values)[k];
            moved
        };
        let moved: Vec<Vec<f64>> = points.iter().map(widened).collect();
        let mut slopes = self.inner.slopes(&moved);
        for (((_, slope), there), here) in slopes.iter_mut().zip(&moved).zip(points) {
            slope[k] += there[k] - here[k];
        }
        self.with_values(points, slopes)
    }

    /// Slopes where the priors' slopes to the line were forgotten: those of the likelihood, and difference quotients of
    /// the priors.
    fn slopes_without_jacobian(&self, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
        let mut slopes = self.inner.slopes(points);
        for ((_, slope), point) in slopes.iter_mut().zip(points) {
            let moved = |by: f64| self.without_jacobian(&point.iter().map(|z| z + by).collect::<Vec<f64>>());
            for (((slope, z), above), below) in slope.iter_mut().zip(point).zip(moved(NEAR)).zip(moved(-NEAR)) {
                // Without the standard normal on the line, whose slope is -z.
                *slope += z + (above - below) / (2.0 * NEAR);
            }
        }
        self.with_values(points, slopes)
    }

    /// Slopes with the values of the density as it is.
    fn with_values(&self, points: &[Vec<f64>], mut slopes: Vec<(f64, Vec<f64>)>) -> Vec<(f64, Vec<f64>)> {
        for ((value, _), score) in slopes.iter_mut().zip(self.log_density(points)) {
            *value = score.posterior();
        }
        slopes
    }
}

impl Density for Planted<'_> {
    fn dimension(&self) -> usize {
        self.inner.dimension()
    }

    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
        let draws: Vec<Vec<f64>> = points.iter().map(|point| self.inner.draw(point)).collect();
        let prior = |point: &Vec<f64>| match self.plant {
            Plant::MissingJacobian => self.without_jacobian(point).iter().sum(),
            _ => self.inner.space().log_prior(point),
        };
        let likelihoods = self.log_likelihood(&draws);
        points.iter().zip(likelihoods).map(|(point, likelihood)| Score { prior: prior(point), likelihood }).collect()
    }

    fn slopes(&self, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
        if let Some((_, coordinate)) = self.wide {
            return self.slopes_where_wide(points, coordinate);
        }
        if self.plant == Plant::MissingJacobian {
            return self.slopes_without_jacobian(points);
        }
        let mut slopes = self.inner.slopes(points);
        if let Some(turned) = self.turned {
            slopes.iter_mut().for_each(|(_, slope)| slope[turned] = -slope[turned]);
        }
        slopes
    }
}

fn position_of_scale(project: &Project, density: &CalibrationDensity<'_>) -> usize {
    let model = project.model().expect("the small model compiles");
    let observed = observed_series(project, model).expect("every series is there");
    let wide = observed.iter().find(|observed| observed.observation.name == WIDE).expect("the observation is there");
    let Expr::Variable { variable, .. } = &wide.observation.likelihood.scale else { panic!("expected a parameter") };
    let name = model.element_name(*variable, 0);
    density.names().iter().position(|known| *known == name).expect("the scale is a parameter")
}
