//! The posterior density: parameters to runs, runs to expected data, expected data to a likelihood.

mod weighed;

use std::collections::BTreeMap;

use counterflow_calibrate::likelihood;
use counterflow_calibrate::predict::{Datum, expected, weights};
use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::sampler::{Density, Score};
use counterflow_calibrate::space::Space;
use counterflow_engine::{
    BlockRuns, Job, Plan, PlanOptions, Sampling, Save, SavedSlopes, Schedule, Size, What, gradients, run_reduced,
};
use counterflow_model::{Definition, Expr, Family, Model, Observation, Parameter, Prior, VariableId};

use super::{CalibrationOptions, influence};
use crate::data::Series;
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

pub use weighed::{Begun, Weighed};

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

/// The data that count in the likelihood, each with the position of its observation.
pub fn counted(observed: &[Observed<'_>]) -> Vec<(usize, Datum)> {
    let of = |(place, observed): (usize, &Observed<'_>)| {
        let used: Vec<Datum> = observed.series.data.iter().filter(|datum| observed.used(datum)).copied().collect();
        used.into_iter().map(move |datum| (place, datum))
    };
    observed.iter().enumerate().flat_map(of).collect()
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
    /// What each datum that counts is compared with, for each observation.
    terms: Vec<Vec<Term>>,
    space: Space,
    /// Positions in a draw of the parameters that are sampled.
    sampled: Vec<usize>,
    /// Every parameter at its own value.
    base: Vec<f64>,
    names: Vec<String>,
    schedule: Schedule,
}

/// One datum of the likelihood.
#[derive(Clone, Debug)]
struct Term {
    datum: Datum,
    /// The model's value: a sum over saved months with weights.
    weights: Vec<(usize, f64)>,
}

/// What a datum is compared with.
struct Compared {
    family: Family,
    /// The model's value.
    mu: f64,
    scale: f64,
}

impl Compared {
    fn log_density(&self, datum: &Datum) -> f64 {
        likelihood::log_density(self.family, datum.value, self.mu, self.scale, datum.sd)
    }

    /// Slopes of the log density by the model's value and by the scale.
    fn slopes(&self, datum: &Datum) -> (f64, f64) {
        likelihood::slopes(self.family, datum.value, self.mu, self.scale, datum.sd)
    }
}

/// Log likelihood of one member, and its slopes by the scales of the observations.
#[derive(Clone, Debug)]
struct MemberLikelihood {
    value: f64,
    by_scale: Vec<f64>,
}

/// Bytes for the states of a block on the way back; a block of the calibrated model needs less.
const TAPE: usize = 1 << 28;

impl<'a> CalibrationDensity<'a> {
    /// Prepares the density, finding out which parameters the data can reach.
    ///
    /// # Errors
    /// If the model does not compile or has nothing to be compared with data.
    pub fn new(project: &'a Project, options: &CalibrationOptions) -> Result<CalibrationDensity<'a>, Problem> {
        let mut density = CalibrationDensity::of_likelihood(project, options)?;
        let held = |name: &str| options.held.iter().any(|prefix| name.starts_with(prefix.as_str()));
        let informed = influence::informed_parameters(&density, options.settings.seed);
        density.sampled = informed.into_iter().filter(|p| !held(&density.names[*p])).collect();
        density.space = Space::new(&density.sampled.iter().filter_map(|p| density.prior(*p)).collect::<Vec<_>>());
        Ok(density)
    }

    /// The same without any parameter to be sampled: enough for the likelihood of given draws, and much sooner there.
    ///
    /// # Errors
    /// As [`CalibrationDensity::new`].
    pub fn of_likelihood(
        project: &'a Project,
        options: &CalibrationOptions,
    ) -> Result<CalibrationDensity<'a>, Problem> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let observed = observed_series(project, model)?;
        if observed.is_empty() {
            return Err(Problem::new("model", "has no `observe` statement; there is nothing to calibrate against"));
        }
        let saves =
            (0..observed.len()).map(|i| Save { what: What::Observation(i), sampling: Sampling::Mean }).collect();
        let steps_per_year = Some(options.steps_per_year);
        let plan = Plan::new(model, &PlanOptions { saves, steps_per_year, smoothing: options.smoothing });
        let names: Vec<String> = plan.parameters().iter().map(|(id, e)| model.element_name(*id, *e)).collect();
        let base = default_draw(model, &plan);
        let mut density = CalibrationDensity {
            model,
            plan,
            observed,
            terms: Vec::new(),
            space: Space::new(&[]),
            sampled: Vec::new(),
            base,
            names,
            schedule: Schedule::default(),
        };
        density.terms = density.observed.iter().map(|observed| density.terms_of(observed)).collect();
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

    /// How large the plan of its runs is.
    pub fn size(&self) -> Size {
        self.plan.size()
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

    /// The draws of a posterior as points; a parameter that it does not have is at its own value.
    pub fn points(&self, posterior: &Posterior) -> Vec<Vec<f64>> {
        let column = |position: &usize| posterior.names.iter().position(|name| *name == self.names[*position]);
        let columns: Vec<Option<usize>> = self.sampled.iter().map(column).collect();
        let values = |row: &Vec<f64>| -> Vec<f64> {
            let value = |(position, column): (&usize, &Option<usize>)| column.map_or(self.base[*position], |k| row[k]);
            self.sampled.iter().zip(&columns).map(value).collect()
        };
        posterior.values.iter().map(|row| self.space.line(&values(row))).collect()
    }

    /// What the observations were compared with: name, values and periods of the data that count.
    pub fn data(&self) -> impl Iterator<Item = (&str, Vec<&Datum>)> {
        let pairs = self.observed.iter().zip(&self.terms);
        pairs.map(|(observed, terms)| (observed.observation.name.as_str(), terms.iter().map(|t| &t.datum).collect()))
    }

    /// Log likelihood of each draw.
    pub fn log_likelihood(&self, draws: &[Vec<f64>]) -> Vec<f64> {
        let members: Vec<u64> = (0..draws.len() as u64).collect();
        let of_block = |block: &BlockRuns| {
            let one = |lane: usize| self.member_likelihood(block, lane, &draws[block.first + lane], |_, _, _| ());
            BTreeMap::from([(block.first, (0..block.count).map(one).collect::<Vec<f64>>())])
        };
        let joined = |mut a: BTreeMap<usize, Vec<f64>>, mut b: BTreeMap<usize, Vec<f64>>| {
            a.append(&mut b);
            a
        };
        run_reduced(&self.job(draws, &members), of_block, joined)
            .into_iter()
            .flat_map(BTreeMap::into_values)
            .flatten()
            .collect()
    }

    fn job<'b>(&'b self, draws: &'b [Vec<f64>], members: &'b [u64]) -> Job<'b> {
        Job { until: self.last_time(), ..Job::new(&self.plan, draws, members, &self.schedule) }
    }

    /// The data of an observation that count and that a run covers.
    fn terms_of(&self, observed: &Observed<'_>) -> Vec<Term> {
        let start = self.plan.horizon().start;
        let months = ((self.last_time() - start) * 12.0).round() as usize;
        let first_month = (start * 12.0).round() as i32;
        let term = |datum: &Datum| {
            let weights = weights(months, first_month, datum.period, observed.observation.summary)?;
            Some(Term { datum: *datum, weights })
        };
        observed.series.data.iter().filter(|datum| observed.used(datum)).filter_map(term).collect()
    }

    /// End of the last datum.
    fn last_time(&self) -> f64 {
        let ends = self.observed.iter().filter_map(|o| o.series.data.last());
        ends.map(|d| f64::from(d.period.first_month() + d.period.months()) / 12.0)
            .fold(self.plan.horizon().start, f64::max)
    }

    /// Log likelihood of one member: a sum over the data. `each` sees every datum with what it is compared with.
    fn member_likelihood(
        &self,
        block: &BlockRuns,
        lane: usize,
        draw: &[f64],
        mut each: impl FnMut(usize, &Term, &Compared),
    ) -> f64 {
        let mut total = 0.0;
        for (i, observed) in self.observed.iter().enumerate() {
            let scale = observed.scale_in(draw);
            let family = observed.observation.likelihood.family;
            for term in &self.terms[i] {
                let compared = Compared { family, mu: mean(block, i, lane, &term.weights), scale };
                total += compared.log_density(&term.datum);
                each(i, term, &compared);
            }
        }
        total
    }

    /// Log likelihoods of a block's members, with their slopes by what was saved.
    fn block_slopes(&self, block: &BlockRuns, draws: &[Vec<f64>], saved: &mut SavedSlopes) -> Vec<MemberLikelihood> {
        let mut one = |lane: usize| {
            let mut by_scale = vec![0.0; self.observed.len()];
            let value = self.member_likelihood(block, lane, &draws[block.first + lane], |i, term, compared| {
                let (by_mu, slope) = compared.slopes(&term.datum);
                by_scale[i] += slope;
                term.weights.iter().for_each(|(month, weight)| saved.add(i, *month, lane, by_mu * weight));
            });
            MemberLikelihood { value, by_scale }
        };
        (0..block.count).map(&mut one).collect()
    }

    /// Log posterior density and slopes on the line, from those by parameters.
    fn on_the_line(&self, point: &[f64], likelihood: &MemberLikelihood, mut by_parameter: Vec<f64>) -> (f64, Vec<f64>) {
        for (observed, slope) in self.observed.iter().zip(&likelihood.by_scale) {
            if let Scale::Parameter(position) = observed.scale {
                by_parameter[position] += slope;
            }
        }
        let stretch = self.space.natural_slopes(point);
        let free = self.sampled.iter().zip(stretch).enumerate().filter(|(k, _)| self.space.is_free(*k));
        // On the line every prior is standard normal.
        let slopes =
            free.zip(point).map(|((_, (position, stretch)), z)| by_parameter[*position] * stretch - z).collect();
        let score = Score { prior: self.space.log_prior(point), likelihood: likelihood.value };
        (score.posterior(), slopes)
    }
}

/// The model's value for a datum: a weighted sum of a member's saved months.
fn mean(block: &BlockRuns, save: usize, lane: usize, weights: &[(usize, f64)]) -> f64 {
    weights.iter().map(|(month, weight)| block.values(save, *month)[lane] * weight).sum()
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

    fn slopes(&self, points: &[Vec<f64>]) -> Vec<(f64, Vec<f64>)> {
        let draws: Vec<Vec<f64>> = points.iter().map(|point| self.draw(point)).collect();
        let members: Vec<u64> = (0..draws.len() as u64).collect();
        let blocks =
            gradients(&self.job(&draws, &members), TAPE, |block, saved| self.block_slopes(block, &draws, saved));
        let pairs = blocks.into_iter().flat_map(|block| block.result.into_iter().zip(block.slopes));
        points
            .iter()
            .zip(pairs)
            .map(|(point, (likelihood, slopes))| self.on_the_line(point, &likelihood, slopes))
            .collect()
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

#[cfg(test)]
mod tests {
    use counterflow_calibrate::sampler::curvature::difference_quotients;

    use super::*;
    use crate::posterior::Posterior;

    /// The bundled model's density and three points of its posterior.
    fn bundled(project: &Project) -> (CalibrationDensity<'_>, Vec<Vec<f64>>) {
        let model = project.model().expect("the bundled model compiles");
        let density = CalibrationDensity::new(project, &CalibrationOptions::default()).expect("there are data");
        let draws = Posterior::load(&project.files, "main").expect("the posterior reads").draws(model);
        let values = |draw: &Vec<f64>| density.sampled.iter().map(|p| draw[*p]).collect::<Vec<f64>>();
        let points = draws[..3].iter().map(|draw| density.space.line(&values(draw))).collect();
        (density, points)
    }

    #[test]
    fn slopes_are_difference_quotients() {
        let project = Project::bundled().expect("the bundled model reads");
        let (density, points) = bundled(&project);
        let quotients = difference_quotients(&density, &points);
        let mut kinks = 0;
        for ((value, slopes), (expected, quotients)) in density.slopes(&points).iter().zip(quotients) {
            assert!((value - expected).abs() < 1e-9 * expected.abs(), "{value}, {expected}");
            kinks += slopes.iter().zip(quotients).filter(|(s, q)| (*s - q).abs() > 0.02 * (1.0 + s.abs())).count();
        }
        // A one-sided quotient may step over a kink of the model; nearly none does.
        assert!(kinks <= 12, "{kinks}");
    }

    #[test]
    fn no_parameter_acts_by_steps_that_slopes_do_not_see() {
        let project = Project::bundled().expect("the bundled model reads");
        let (density, points) = bundled(&project);
        let h = 0.05;
        for point in points {
            let moved = |(i, by): (usize, f64)| {
                let mut moved = point.clone();
                moved[i] += by;
                moved
            };
            let batch: Vec<Vec<f64>> = (0..point.len()).flat_map(|i| [(i, h), (i, 0.0), (i, -h)]).map(moved).collect();
            let known = density.slopes(&batch);
            for (i, ends) in known.chunks(3).enumerate() {
                let quotient = (ends[0].0 - ends[2].0) / (2.0 * h);
                let mean = (ends[0].1[i] + 4.0 * ends[1].1[i] + ends[2].1[i]) / 6.0;
                let name = &density.names[density.sampled[i]];
                assert!((quotient - mean).abs() < 3.0 + 0.1 * quotient.abs(), "{name}: {quotient}, mean slope {mean}");
            }
        }
    }
}
