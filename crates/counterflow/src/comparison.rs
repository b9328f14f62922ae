//! Comparing policies with the bundled posterior, and the report of a comparison.

pub mod json;

use counterflow_calibrate::diagnose::{contraction, quantile};
use counterflow_explore::comparison::{Band, Comparison};
use counterflow_explore::{Budget, NamedSchedule, Question, Target};
use counterflow_model::Model;

use crate::calibration::truncated_prior;
use crate::error::Problem;
use crate::fit::{Fit, fit};
use crate::page::scenario::ahead;
use crate::policy::Policy;
use crate::posterior::{Posterior, WITHOUT_DISCREPANCY};
use crate::project::Project;
use crate::report::{ParameterRow, ReportInput, html};

/// How to compare.
#[derive(Clone, Debug, Default)]
pub struct CompareOptions {
    /// Number of draws, the first of the posterior; all if `None` or if it has no more.
    pub draws: Option<usize>,
    /// Seed of the noise; that of the posterior if `None`.
    pub seed: Option<u64>,
    /// Scale the doses of every policy to this public cost in USD over the years counted.
    pub equal_budget: Option<f64>,
    /// Policies and outcomes, by their short names, whose break-evens are sought; those of all if `None`.
    pub turns_of: Option<Vec<(String, String)>>,
    /// Values of parameter elements that are assumed from the end of the data on, by position in a draw.
    pub assumed: Vec<(usize, f64)>,
}

/// Default budget of an equal-budget comparison, in USD over the years counted: one year of the federal drug-control
/// budget (43.6 billion in FY2024), spread over them.
pub const BUDGET: f64 = 43.6e9;

/// Compares policies over the same draws of the posterior.
///
/// # Errors
/// If the model does not compile or has no posterior, or no draw is asked for.
pub fn compare(
    project: &Project,
    policies: &[Policy],
    options: &CompareOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Comparison, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let posterior = Posterior::of(project)?;
    let draws = first_draws(&posterior, model, options.draws)?;
    let schedules: Vec<NamedSchedule> = policies.iter().map(|policy| named(policy, model)).collect();
    let cost = model.outcomes.iter().position(|outcome| outcome.id == "public_cost");
    let equal_budget = match (options.equal_budget, cost) {
        (Some(amount), Some(outcome)) => Some(Budget { outcome, target: Target::Amount(amount) }),
        (Some(_), None) => {
            return Err(Problem::new("--equal-budget", "the model has no outcome `public_cost` to be equal in"));
        }
        (None, _) => None,
    };
    let question = Question {
        model,
        draws: &draws,
        ahead: &ahead(&draws, &options.assumed),
        prior_sd: &prior_sd(model),
        seed: options.seed.unwrap_or(posterior.about.seed),
        years: (project.compare.from, project.compare.to),
        data_through: project.compare.data_through,
        policies: &schedules,
        equal_budget,
        turns_of: options.turns_of.as_deref(),
    };
    Ok(counterflow_explore::compare(&question, progress))
}

/// The first draws of a posterior; all if `None` or if it has no more.
///
/// # Errors
/// If no draw is asked for.
pub(crate) fn first_draws(
    posterior: &Posterior,
    model: &Model,
    wanted: Option<usize>,
) -> Result<Vec<Vec<f64>>, Problem> {
    let mut draws = posterior.draws(model);
    if wanted == Some(0) {
        let message = format!("found 0; expected a number of draws from 1 to the {} of the posterior", draws.len());
        return Err(Problem::new("--draws", message));
    }
    draws.truncate(wanted.unwrap_or(usize::MAX));
    Ok(draws)
}

/// What a policy does to the levers of a model, with its names.
pub(crate) fn named(policy: &Policy, model: &Model) -> NamedSchedule {
    NamedSchedule {
        id: policy.id.clone(),
        name: policy.name.clone(),
        sentence: policy.sentence.clone(),
        schedule: policy.schedule(model),
    }
}

/// Prior standard deviation of every parameter element, in the order of a draw; 0 for a fixed number.
pub fn prior_sd(model: &Model) -> Vec<f64> {
    let of = |parameter| truncated_prior(parameter).map_or(0.0, |prior| prior.mean_sd().1);
    model.parameters().flat_map(|(_, p)| std::iter::repeat_n(of(p), p.values.len())).collect()
}

/// Posterior band and contraction of every parameter element.
///
/// # Errors
/// If the model does not compile or has no posterior.
pub fn parameter_rows(project: &Project) -> Result<Vec<ParameterRow>, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let draws = Posterior::of(project)?.draws(model);
    let elements = model.parameters().flat_map(|(id, p)| (0..p.values.len()).map(move |e| (id, e)));
    let sds = prior_sd(model);
    let row = |(position, (id, element)): (usize, (_, usize))| {
        let mut values: Vec<f64> = draws.iter().map(|draw| draw[position]).collect();
        values.sort_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / values.len() as f64;
        let at = |p| quantile(&values, p);
        ParameterRow {
            name: model.element_name(id, element),
            posterior: Band { lo90: at(0.05), lo50: at(0.25), median: at(0.5), hi50: at(0.75), hi90: at(0.95) },
            contraction: contraction(sds[position], variance.sqrt()),
        }
    };
    Ok(elements.enumerate().map(row).collect())
}

/// The fit of the bundled posterior, beside that of the model without discrepancy where it is bundled too.
///
/// # Errors
/// If the model does not compile or has no posterior.
pub fn bundled_fit(project: &Project) -> Result<Fit, Problem> {
    let main = Posterior::of(project)?;
    let without = Posterior::load(&project.files, WITHOUT_DISCREPANCY).ok();
    fit(project, &main, without.as_ref())
}

/// The report of a comparison as one HTML document.
///
/// # Errors
/// If the model does not compile or has no posterior.
pub fn report(project: &Project, comparison: &Comparison, command: &str) -> Result<String, Problem> {
    let fit = bundled_fit(project)?;
    let parameters = parameter_rows(project)?;
    let posterior = Posterior::of(project)?;
    Ok(html(&ReportInput {
        project,
        comparison,
        fit: Some(&fit),
        posterior: Some(&posterior.about),
        parameters: Some(&parameters),
        command,
    }))
}
