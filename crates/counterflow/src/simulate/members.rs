//! Where parameter values come from: one named member, or as many draws as are asked for.

use std::collections::BTreeMap;

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_engine::Plan;
use counterflow_model::{Definition, Model, Parameter, random};

use super::band;
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

/// The posterior that comes with a model; `None` where there is none.
///
/// # Errors
/// If there is one and it does not read.
pub fn posterior_of(project: &Project) -> Result<Option<Posterior>, Problem> {
    match project.files.get(&format!("posterior/{}.csv", project.posterior_name())) {
        None => Ok(None),
        Some(_) => Posterior::of(project).map(Some),
    }
}

/// The one member that a run without draws takes, and its name: the median of the posterior where there is one, and
/// every other parameter at the value in the model's text.
///
/// # Errors
/// If the posterior does not read.
pub fn named_member(project: &Project, plan: &Plan) -> Result<(String, Vec<f64>), Problem> {
    let posterior = posterior_of(project)?;
    let medians = posterior.as_ref().map(medians).unwrap_or_default();
    let value = |(id, element): &(_, usize)| match project.model().map(|model| (model, model.variable(*id))) {
        Ok((model, variable)) => match (&variable.definition, medians.get(&model.element_name(*id, *element))) {
            (Definition::Parameter(_), Some(median)) => *median,
            (Definition::Parameter(parameter), None) => parameter.values[*element],
            _ => f64::NAN,
        },
        Err(_) => f64::NAN,
    };
    let words = if medians.is_empty() {
        "one member: every parameter at the value in the model's text, no noise"
    } else {
        "one member: the posterior median of each parameter that data reach, the others at the value in the model's text, \
         no noise"
    };
    Ok((words.to_owned(), plan.parameters().iter().map(value).collect()))
}

/// Median of each parameter of a posterior.
fn medians(posterior: &Posterior) -> BTreeMap<String, f64> {
    let column = |k: usize| posterior.values.iter().map(|row| row[k]).collect::<Vec<f64>>();
    let median = |(k, name): (usize, &String)| (name.clone(), band(&column(k)).median);
    posterior.names.iter().enumerate().map(median).collect()
}

/// Draws of all parameters of a model: those of its posterior over and over, or else independent draws from the priors.
#[derive(Clone, Debug)]
pub struct Members {
    /// Draws of the posterior, if there is one.
    rows: Vec<Vec<f64>>,
    columns: Vec<Column>,
    seed: u64,
}

/// How one parameter element is drawn from its prior.
#[derive(Clone, Debug)]
struct Column {
    prior: Option<TruncatedPrior>,
    value: f64,
    stream: u64,
}

impl Members {
    /// The members of a project's model.
    ///
    /// # Errors
    /// If the posterior does not read.
    pub fn of(project: &Project, model: &Model, seed: u64) -> Result<Members, Problem> {
        let rows = posterior_of(project)?.map(|posterior| posterior.draws(model)).unwrap_or_default();
        let mut columns = Vec::new();
        for (id, parameter) in model.parameters() {
            let prior = truncated(parameter);
            for (element, value) in parameter.values.iter().enumerate() {
                let stream = random::stream(&model.element_name(id, element));
                columns.push(Column { prior, value: *value, stream });
            }
        }
        Ok(Members { rows, columns, seed })
    }

    /// What they are, in words.
    pub fn words(&self, draws: usize) -> String {
        let known = self.rows.len();
        if known > 0 {
            let again = if draws > known { format!(", its {known} draws over and over") } else { String::new() };
            return format!("{draws} draws from the posterior{again}, with noise");
        }
        if self.columns.iter().all(|column| column.prior.is_none()) {
            return format!("{draws} members that differ by noise only: no parameter has a prior");
        }
        format!("{draws} draws from the priors, with noise")
    }

    /// The values of one member, in the order of [`Plan::parameters`]. The same member is the same whatever else is asked.
    pub fn draw(&self, member: u64) -> Vec<f64> {
        if !self.rows.is_empty() {
            return self.rows[member as usize % self.rows.len()].clone();
        }
        let value = |column: &Column| match &column.prior {
            Some(prior) => prior.quantile(random::uniform(self.seed, column.stream, member, 0)),
            None => column.value,
        };
        self.columns.iter().map(value).collect()
    }
}

fn truncated(parameter: &Parameter) -> Option<TruncatedPrior> {
    let (low, high) = parameter.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    TruncatedPrior::new(parameter.prior?, low, high)
}
