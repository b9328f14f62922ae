//! Which series a run reports, and between which times.

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_model::Model;

use crate::error::Problem;
use crate::names::{self, Element};
use crate::project::Project;

/// The variable elements that the names stand for; without names the outcomes' variables of the bundled model and all
/// variables of another.
///
/// # Errors
/// Every name that is not one.
pub fn chosen(project: &Project, model: &Model, series: &[String]) -> Result<Vec<Element>, Vec<Problem>> {
    if !series.is_empty() {
        return named(model, series);
    }
    let mut elements: Vec<Element> = Vec::new();
    if project.bundled {
        for outcome in &model.outcomes {
            if !elements.contains(&(outcome.variable, 0)) {
                elements.push((outcome.variable, 0));
            }
        }
    } else {
        let shown = model.ids().filter(|id| !model.variable(*id).hidden);
        elements.extend(shown.flat_map(|id| (0..model.size(id)).map(move |position| (id, position))));
    }
    if elements.is_empty() { Err(vec![Problem::new("run", "the model has nothing to report")]) } else { Ok(elements) }
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
