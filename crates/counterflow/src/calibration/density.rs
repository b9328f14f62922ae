//! The posterior density: parameters to runs, runs to expected data, expected data to a likelihood.

use std::collections::BTreeMap;

use counterflow_calibrate::likelihood;
use counterflow_calibrate::predict::{Datum, expected};
use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::sampler::{Density, Score};
use counterflow_calibrate::space::Space;
use counterflow_engine::{
    Instructions, Job, LaneWidth, Plan, PlanOptions, Runs, Sampling, Save, Schedule, Start, What, run,
};
use counterflow_model::{Definition, Expr, Model, Observation, Parameter, Prior, VariableId};
use rayon::prelude::*;

use super::{CalibrationOptions, influence};
use crate::data::Series;
use crate::error::Problem;
use crate::project::Project;

/// An observation with its data.
#[derive(Clone, Debug)]
pub struct Observed<'a> {
    /// The observation.
    pub observation: &'a Observation,
    /// Its data series.
    pub series: &'a Series,
    /// Position of the scale in a draw, or its value.
    pub scale: Scale,
}

/// Scale of a likelihood.
#[derive(Clone, Copy, Debug)]
pub enum Scale {
    /// A parameter element, by its position in a draw.
    Parameter(usize),
    /// A number.
    Number(f64),
}

impl Observed<'_> {
    /// Whether a datum counts in the likelihood.
    pub fn used(&self, datum: &Datum) -> bool {
        let middle = datum.period.mid_time();
        self.observation.window.is_none_or(|(from, to)| from <= middle && middle < to)
    }

    /// The scale in a draw.
    pub fn scale_in(&self, draw: &[f64]) -> f64 {
        match self.scale {
            Scale::Parameter(position) => draw[position],
            Scale::Number(value) => value,
        }
    }

    /// The model's value for a datum; `path` holds monthly means from `first_month` on.
    pub fn expected(&self, path: &[f64], first_month: i32, datum: &Datum) -> Option<f64> {
        expected(path, first_month, datum.period, self.observation.summary)
    }
}

/// The observations of a model with their data.
///
/// # Errors
/// If a series is missing.
pub fn observed_series<'a>(project: &'a Project, model: &'a Model) -> Result<Vec<Observed<'a>>, Problem> {
    let positions = positions(model);
    let scale = |expr: &Expr| match expr {
        Expr::Number(x) => Ok(Scale::Number(*x)),
        Expr::Variable { variable, .. } if positions.contains_key(variable) => {
            Ok(Scale::Parameter(positions[variable]))
        }
        _ => Err("expected a number or a parameter as the scale"),
    };
    let pair = |observation: &'a Observation| {
        let at = |message: &str| Problem::new(observation.place.path.clone(), message).at(observation.place.line, 1);
        let series = project.series.get(&observation.series);
        let series = series.ok_or_else(|| at(&format!("there is no data series `{}`", observation.series)))?;
        Ok(Observed { observation, series, scale: scale(&observation.likelihood.scale).map_err(at)? })
    };
    model.observations.iter().map(pair).collect()
}

/// Position in a draw of the first element of each parameter.
fn positions(model: &Model) -> BTreeMap<VariableId, usize> {
    let mut next = 0;
    let mut positions = BTreeMap::new();
    for (id, parameter) in model.parameters() {
        positions.insert(id, next);
        next += parameter.values.len();
    }
    positions
}

/// The density that samplers see. A point holds the parameters that the data can reach.
#[derive(Debug)]
pub struct CalibrationDensity<'a> {
    model: &'a Model,
    plan: Plan,
    observed: Vec<Observed<'a>>,
    space: Space,
    /// Positions in a draw of the parameters that are sampled.
    sampled: Vec<usize>,
    /// Every parameter at its own value.
    base: Vec<f64>,
    names: Vec<String>,
    schedule: Schedule,
}

impl<'a> CalibrationDensity<'a> {
    /// Prepares the density, finding out which parameters the data can reach.
    ///
    /// # Errors
    /// If the model does not compile or has nothing to be compared with data.
    pub fn new(project: &'a Project, options: &CalibrationOptions) -> Result<CalibrationDensity<'a>, Problem> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let observed = observed_series(project, model)?;
        if observed.is_empty() {
            return Err(Problem::new("model", "has no `observe` statement; there is nothing to calibrate against"));
        }
        let saves =
            (0..observed.len()).map(|i| Save { what: What::Observation(i), sampling: Sampling::Mean }).collect();
        let plan = Plan::new(model, &PlanOptions { saves, steps_per_year: Some(options.steps_per_year) });
        let names: Vec<String> = plan.parameters().iter().map(|(id, e)| model.element_name(*id, *e)).collect();
        let base = default_draw(model, &plan);
        let mut density = CalibrationDensity {
            model,
            plan,
            observed,
            space: Space::new(&[]),
            sampled: Vec::new(),
            base,
            names,
            schedule: Schedule::default(),
        };
        let held = |name: &str| options.held.iter().any(|prefix| name.starts_with(prefix.as_str()));
        let informed = influence::informed_parameters(&density, options.settings.seed);
        density.sampled = informed.into_iter().filter(|p| !held(&density.names[*p])).collect();
        density.space = Space::new(&density.sampled.iter().filter_map(|p| density.prior(*p)).collect::<Vec<_>>());
        Ok(density)
    }

    /// The space of sampled parameters.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Positions in a draw of the parameters that are sampled, in the order of a point.
    pub fn sampled(&self) -> &[usize] {
        &self.sampled
    }

    /// Name of every parameter element, in the order of a draw.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Every parameter at its own value.
    pub fn base(&self) -> &[f64] {
        &self.base
    }

    /// The prior of a parameter element, cut off at its range; `None` for a fixed number.
    pub fn prior(&self, position: usize) -> Option<TruncatedPrior> {
        let (id, _) = self.plan.parameters()[position];
        match &self.model.variable(id).definition {
            Definition::Parameter(parameter) => truncated(parameter),
            _ => None,
        }
    }

    /// The draw of a point: sampled parameters from the point, all others at their own value.
    pub fn draw(&self, point: &[f64]) -> Vec<f64> {
        let mut draw = self.base.clone();
        for (position, value) in self.sampled.iter().zip(self.space.natural(point)) {
            draw[*position] = value;
        }
        draw
    }

    /// Log likelihood of each draw.
    pub fn log_likelihood(&self, draws: &[Vec<f64>]) -> Vec<f64> {
        let runs = self.run(draws);
        draws.par_iter().enumerate().map(|(member, draw)| self.member_likelihood(&runs, member, draw)).collect()
    }

    fn run(&self, draws: &[Vec<f64>]) -> Runs {
        let members: Vec<u64> = (0..draws.len() as u64).collect();
        run(&Job {
            plan: &self.plan,
            draws,
            members: &members,
            seed: 0,
            // Within the record the discrepancy is a parameter; drawn noise only acts after it.
            noise: false,
            schedule: &self.schedule,
            from: Start::Beginning,
            until: self.last_time(),
            width: LaneWidth::for_members(draws.len()),
            instructions: Instructions::Best,
        })
    }

    /// End of the last datum.
    fn last_time(&self) -> f64 {
        let ends = self.observed.iter().filter_map(|o| o.series.data.last());
        ends.map(|d| f64::from(d.period.first_month() + d.period.months()) / 12.0)
            .fold(self.plan.horizon().start, f64::max)
    }

    fn member_likelihood(&self, runs: &Runs, member: usize, draw: &[f64]) -> f64 {
        let first_month = (self.plan.horizon().start * 12.0).round() as i32;
        let mut total = 0.0;
        for (i, observed) in self.observed.iter().enumerate() {
            let path: Vec<f64> = runs.path(i, member).collect();
            let scale = observed.scale_in(draw);
            let family = observed.observation.likelihood.family;
            for datum in observed.series.data.iter().filter(|d| observed.used(d)) {
                if let Some(mu) = observed.expected(&path, first_month, datum) {
                    total += likelihood::log_density(family, datum.value, mu, scale, datum.sd);
                }
            }
        }
        total
    }
}

impl Density for CalibrationDensity<'_> {
    fn dimension(&self) -> usize {
        self.space.dimension()
    }

    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
        let draws: Vec<Vec<f64>> = points.iter().map(|point| self.draw(point)).collect();
        let likelihoods = self.log_likelihood(&draws);
        let score = |(point, likelihood): (&Vec<f64>, f64)| Score { prior: self.space.log_prior(point), likelihood };
        points.iter().zip(likelihoods).map(score).collect()
    }
}

/// The prior of a parameter, cut off at its range.
pub(crate) fn truncated(parameter: &Parameter) -> Option<TruncatedPrior> {
    let (low, high) = parameter.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let prior: Prior = parameter.prior?;
    TruncatedPrior::new(prior, low, high)
}

/// Every parameter element at the value in the text.
pub(crate) fn default_draw(model: &Model, plan: &Plan) -> Vec<f64> {
    let value = |(id, element): &(VariableId, usize)| match &model.variable(*id).definition {
        Definition::Parameter(parameter) => parameter.values[*element],
        _ => unreachable!("plans list parameters"),
    };
    plan.parameters().iter().map(value).collect()
}
