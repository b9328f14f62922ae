//! A scenario: what a person at the page has set. Moves of levers, assumptions, variants.

use std::collections::BTreeMap;

use counterflow_engine::Schedule;
use counterflow_model::{Definition, Model};
use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::names::{self, unknown};
use crate::policy::{LeverMove, Policy, read_move};

/// Most moves, and most assumptions, of one scenario.
const MOST: usize = 200;

/// What a person has set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name for people; empty if none was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Moves of levers.
    #[serde(default)]
    pub moves: Vec<ScenarioMove>,
    /// Values of parameter elements that are assumed from the end of the data on, in every draw.
    #[serde(default)]
    pub assumptions: BTreeMap<String, f64>,
    /// Variant of each slot that is not the model's own choice.
    #[serde(default)]
    pub variants: BTreeMap<String, String>,
}

/// One lever from its neutral value to a dose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioMove {
    /// Name of the lever.
    pub lever: String,
    /// Full dose, in the lever's unit.
    pub dose: f64,
    /// Month in which the ramp begins, `YYYY-MM`.
    pub start: String,
    /// Months from the start to the full dose.
    #[serde(default)]
    pub ramp_months: u32,
    /// Last month in force; none stays.
    #[serde(default)]
    pub end: Option<String>,
}

/// A scenario as a model knows it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The policy, with what must be seen.
    pub policy: Policy,
    /// What its levers do.
    pub schedule: Schedule,
    /// Values that are assumed, by position in a draw.
    pub assumed: Vec<(usize, f64)>,
}

impl Scenario {
    /// Reads one from JSON. `origin` is for messages.
    ///
    /// # Errors
    /// If it does not read, with line and column.
    pub fn read(origin: &str, text: &str) -> Result<Scenario, Problem> {
        serde_json::from_str(text).map_err(|error| from_json(origin, &error))
    }

    /// The scenario of a policy.
    pub fn of(policy: &Policy) -> Scenario {
        let of_move = |lever: &LeverMove| ScenarioMove {
            lever: lever.lever.clone(),
            dose: lever.dose,
            start: lever.start.to_string(),
            ramp_months: lever.ramp_months,
            end: lever.end.map(|end| end.to_string()),
        };
        let name = if policy.levers.is_empty() { String::new() } else { policy.name.clone() };
        Scenario { name, moves: policy.levers.iter().map(of_move).collect(), ..Scenario::default() }
    }

    /// What it means in a model whose data end at `data_through`, in years. `id` becomes the policy's short name, `origin`
    /// is for messages.
    ///
    /// # Errors
    /// Every lever, dose, date or parameter that there is not.
    pub fn known(&self, model: &Model, data_through: f64, id: &str, origin: &str) -> Result<Known, Vec<Problem>> {
        let mut problems = Vec::new();
        let status_quo = Policy::status_quo();
        let mut policy = Policy { id: id.to_owned(), sentence: String::new(), ..status_quo };
        if !self.name.is_empty() {
            policy.name.clone_from(&self.name);
        } else if !self.moves.is_empty() {
            policy.name = id.to_owned();
        }
        if self.moves.len() > MOST || self.assumptions.len() > MOST {
            let (moves, assumptions) = (self.moves.len(), self.assumptions.len());
            let message = format!("found {moves} moves and {assumptions} assumptions; expected at most {MOST} of each");
            return Err(vec![Problem::new(origin, message)]);
        }
        for entry in &self.moves {
            match read_move(model, data_through, origin, entry) {
                Ok((lever, warnings)) => {
                    policy.levers.push(lever);
                    policy.warnings.extend(warnings);
                }
                Err(found) => problems.extend(found),
            }
        }
        let mut assumed = Vec::new();
        for (element, value) in &self.assumptions {
            match assumption(model, origin, element, *value) {
                Ok((position, warning)) => {
                    assumed.push((position, *value));
                    policy.warnings.extend(warning);
                }
                Err(problem) => problems.push(problem),
            }
        }
        let schedule = policy.schedule(model);
        if problems.is_empty() { Ok(Known { policy, schedule, assumed }) } else { Err(problems) }
    }
}

/// Position of a parameter element in a draw, and a warning if the value lies outside its documented range.
///
/// # Errors
/// If there is no such parameter element, or the value is not a number.
pub fn assumption(model: &Model, origin: &str, element: &str, value: f64) -> Result<(usize, Option<Problem>), Problem> {
    let elements = model.parameters().flat_map(|(id, p)| (0..p.values.len()).map(move |k| (id, k)));
    let names: Vec<_> = elements.map(|(id, k)| (id, model.element_name(id, k))).collect();
    let Some(position) = names.iter().position(|(_, name)| name == element) else {
        return Err(unknown(origin, "parameter", element, names.iter().map(|(_, name)| name.as_str())));
    };
    if !value.is_finite() {
        let message = format!("{}: found {value}; expected a number", names::clipped(element));
        return Err(Problem::new(origin, message));
    }
    let Definition::Parameter(parameter) = &model.variable(names[position].0).definition else {
        return Ok((position, None));
    };
    let outside = parameter.range.filter(|(low, high)| value < *low || value > *high);
    let warning = outside.map(|(low, high)| {
        Problem::new(
            origin,
            format!("{element} is assumed to be {value}, outside its documented range {low} .. {high}"),
        )
    });
    Ok((position, warning))
}

/// Draws as the future runs them: with what is assumed in place of what was drawn.
pub fn ahead(draws: &[Vec<f64>], assumed: &[(usize, f64)]) -> Vec<Vec<f64>> {
    let mut ahead = draws.to_vec();
    for draw in &mut ahead {
        assumed.iter().for_each(|(position, value)| draw[*position] = *value);
    }
    ahead
}

/// The problem of JSON that does not read, at its place.
pub fn from_json(origin: &str, error: &serde_json::Error) -> Problem {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
    let problem = Problem::new(origin, format!("is not what was expected: {message}"));
    if error.line() > 0 { problem.at(error.line(), error.column().max(1)) } else { problem }
}
