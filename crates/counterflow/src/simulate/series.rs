//! Which series a run reports, and between which times.

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_model::Model;

use crate::error::Problem;
use crate::names::{self, Element};

/// Asks for every variable, in a model that has none of this name.
const ALL: &str = "all";

/// Whether every variable is reported: all are asked for, or nothing in particular of a model without outcomes.
pub(super) fn is_all(model: &Model, series: &[String]) -> bool {
    match series {
        [] => model.outcomes.is_empty(),
        [only] => only == ALL && model.find(ALL).is_none(),
        _ => false,
    }
}

/// The variable elements that the names stand for; without names the outcomes' variables, and all variables of a model
/// without outcomes.
///
/// # Errors
/// Every name that is not one.
pub fn chosen(model: &Model, series: &[String]) -> Result<Vec<Element>, Vec<Problem>> {
    let elements = if is_all(model, series) {
        let shown = model.ids().filter(|id| !model.variable(*id).hidden);
        shown.flat_map(|id| (0..model.size(id)).map(move |position| (id, position))).collect()
    } else if series.is_empty() {
        outcomes(model)
    } else {
        named(model, series)?
    };
    if elements.is_empty() { Err(vec![Problem::new("run", "the model has nothing to report")]) } else { Ok(elements) }
}

fn outcomes(model: &Model) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    for outcome in &model.outcomes {
        if !elements.contains(&(outcome.variable, 0)) {
            elements.push((outcome.variable, 0));
        }
    }
    elements
}

fn named(model: &Model, series: &[String]) -> Result<Vec<Element>, Vec<Problem>> {
    let (mut elements, mut problems): (Vec<Element>, Vec<Problem>) = (Vec::new(), Vec::new());
    for name in series {
        match names::elements(model, "--series", name) {
            Ok(found) => elements.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(elements) } else { Err(problems) }
}

/// A time as people write it: a year, a month `YYYY-MM`, or a number of years.
///
/// # Errors
/// If it is none of them. `option` is the option it was given to.
pub fn read_time(option: &str, text: &str) -> Result<f64, Problem> {
    let month = text.parse::<CalendarPeriod>().ok().map(CalendarPeriod::time_from);
    let number = text.parse::<f64>().ok().filter(|time| time.is_finite());
    month.or(number).ok_or_else(|| {
        let message =
            format!("found `{}`; expected a year, a month as YYYY-MM or a number of years", names::clipped(text));
        Problem::new(option, message)
    })
}
