//! Policies: which levers move, how far and when.
//!
//! A policy is a small TOML file: a title, a sentence, and one `[[lever]]` table for each move. The status quo is the
//! policy without moves; it exists only as a built-in, never as a file, so that an empty file is not taken for it.

mod read;

use std::path::Path;

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_engine::{Move, Schedule};
use counterflow_model::{Definition, Lever, Model, Period, VariableId};

use crate::error::Problem;
use crate::files::read_text;
use crate::names;
use crate::page::scenario::ScenarioMove;
use crate::project::Project;

pub use read::read;

/// Short name of the built-in policy that moves nothing.
pub const STATUS_QUO: &str = "status_quo";

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Short name: the file's stem without its ordering number.
    pub id: String,
    /// Title for people.
    pub name: String,
    /// What it is, in a sentence.
    pub sentence: String,
    /// Its moves, in the order of the file. Moves of the same lever add up.
    pub levers: Vec<LeverMove>,
    /// What is accepted but must be seen: doses outside the documented range.
    pub warnings: Vec<Problem>,
}

/// One lever from its neutral value to a dose, over a ramp, until an end.
#[derive(Clone, Debug, PartialEq)]
pub struct LeverMove {
    /// Name of the lever.
    pub lever: String,
    /// Full dose, in the lever's unit. The neutral value is the status quo.
    pub dose: f64,
    /// Month in which the ramp begins.
    pub start: CalendarPeriod,
    /// Months from the start to the full dose.
    pub ramp_months: u32,
    /// Last month in force; `None` stays.
    pub end: Option<CalendarPeriod>,
    /// Line and column of the move in its file.
    pub place: Option<(usize, usize)>,
}

impl Policy {
    /// The policy that moves nothing.
    pub fn status_quo() -> Policy {
        Policy {
            id: STATUS_QUO.to_owned(),
            name: "Status quo".to_owned(),
            sentence: "Everything in place at the end of the data goes on as it is.".to_owned(),
            levers: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// What the policy does to the model's levers over time. Levers of another model are left out.
    pub fn schedule(&self, model: &Model) -> Schedule {
        Schedule { moves: self.levers.iter().filter_map(|entry| entry.in_numbers(model)).collect() }
    }
}

impl LeverMove {
    /// The move in numbers; `None` if the model has no such lever.
    fn in_numbers(&self, model: &Model) -> Option<Move> {
        let id = model.find(&self.lever)?;
        Some(Move {
            lever: id,
            element: 0,
            change: self.dose - lever(model, id)?.neutral,
            start: self.start.time_from(),
            ramp: f64::from(self.ramp_months) / 12.0,
            end: self.end.map(CalendarPeriod::time_to),
        })
    }
}

/// All policies of a model: the status quo first, then the files of its `policies` folder in the order of their names.
///
/// # Errors
/// Everything that is wrong in any of the files.
pub fn all(project: &Project) -> Result<Vec<Policy>, Vec<Problem>> {
    let mut policies = vec![Policy::status_quo()];
    let mut problems = Vec::new();
    for (path, text) in project.files.under("policies", ".toml") {
        match read(project, path, text) {
            Ok(policy) => policies.push(policy),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(policies) } else { Err(problems) }
}

/// The policy that a short name or a file stands for. What ends in `.toml` or has a folder in it is a file.
///
/// # Errors
/// If there is no such policy, or its file does not read.
pub fn find(project: &Project, reference: &str) -> Result<Policy, Vec<Problem>> {
    let path = Path::new(reference);
    if path.extension().is_some_and(|e| e == "toml") || path.components().count() > 1 || path.is_file() {
        let text = read_text(path).map_err(|problem| vec![problem])?;
        return read(project, reference, &text);
    }
    let mut policies = all(project)?;
    match policies.iter().position(|policy| policy.id == reference) {
        Some(position) => Ok(policies.swap_remove(position)),
        None => {
            let ids = policies.iter().map(|policy| policy.id.as_str());
            let problem = names::unknown("--policy", "policy, or a file that ends in .toml", reference, ids.clone());
            let list = ids.collect::<Vec<_>>().join(", ");
            Err(vec![Problem { message: format!("{}; known are {list}", problem.message), ..problem }])
        }
    }
}

/// The policies of a comparison: the status quo, against which every other is read, then those that the references stand
/// for, in their order. The status quo may be among the references.
///
/// Answers are told apart by the policies' short names, so each may stand for one policy only: a user's file that is
/// named like a bundled policy can be compared in its place, not beside it.
///
/// # Errors
/// If there is no such policy, its file does not read, or two references have the same short name.
pub fn several(project: &Project, references: &[String]) -> Result<Vec<Policy>, Vec<Problem>> {
    let mut policies = vec![Policy::status_quo()];
    let mut origins = vec![STATUS_QUO];
    for reference in references.iter().filter(|reference| *reference != STATUS_QUO) {
        let policy = find(project, reference)?;
        if let Some(same) = policies.iter().position(|other| other.id == policy.id) {
            let message = format!("has the short name `{}`, and so has {}", policy.id, origins[same]);
            let help = "each policy needs its own: ask for one of the two, or give a file another name";
            return Err(vec![Problem::new(format!("--policy {reference}"), message).help(help)]);
        }
        policies.push(policy);
        origins.push(reference);
    }
    Ok(policies)
}

/// The policy of a run: the one that `reference` stands for, or the status quo, with moves `lever=value@YYYY-MM` added.
///
/// # Errors
/// If there is no such policy, or its file or one of the moves does not read.
pub fn chosen(project: &Project, reference: Option<&str>, settings: &[String]) -> Result<Policy, Vec<Problem>> {
    let mut policy = reference.map_or_else(|| Ok(Policy::status_quo()), |reference| find(project, reference))?;
    let mut problems = Vec::new();
    for setting in settings {
        match read_setting(project, setting) {
            Ok((lever, warnings)) => {
                policy.name = format!("{}, {setting}", policy.name);
                policy.levers.push(lever);
                policy.warnings.extend(warnings);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(policy) } else { Err(problems) }
}

/// A move from the command line: `lever=value@YYYY-MM`, without a ramp and without an end, with what must be seen.
///
/// # Errors
/// If it does not read so.
pub fn read_setting(project: &Project, text: &str) -> Result<(LeverMove, Vec<Problem>), Vec<Problem>> {
    let origin = format!("--set {}", names::clipped(text));
    let form = || vec![Problem::new(&origin, "expected lever=value@YYYY-MM, for example naloxone=2@2026-01")];
    let (name, rest) = text.split_once('=').ok_or_else(form)?;
    let (dose, start) = rest.split_once('@').ok_or_else(form)?;
    let rules = read::Rules::new(project, &origin)?;
    let lever = rules.lever(name.trim());
    let dose = dose.trim().parse().map_err(|_| format!("found `{}`", names::clipped(dose.trim())));
    let dose = dose.and_then(read::finite).map_err(|found| rules.not_a_dose(&found, lever.as_ref().ok()));
    let start = rules.start(start.trim());
    let problems: Vec<Problem> =
        [lever.as_ref().err(), dose.as_ref().err(), start.as_ref().err()].into_iter().flatten().cloned().collect();
    let (Ok(lever), Ok(dose), Ok(start)) = (lever, dose, start) else { return Err(problems) };
    let warnings = rules.outside(&lever, dose).into_iter().collect();
    Ok((LeverMove { lever: lever.name, dose, start, ramp_months: 0, end: None, place: None }, warnings))
}

/// A move of a scenario, in a model whose data end at `data_through`, in years, with what must be seen.
///
/// # Errors
/// Everything in it that does not read.
pub fn read_move(
    model: &Model,
    data_through: f64,
    origin: &str,
    entry: &ScenarioMove,
) -> Result<(LeverMove, Vec<Problem>), Vec<Problem>> {
    let rules = read::Rules::of(model, data_through, origin);
    let lever = rules.lever(&entry.lever);
    let dose = read::finite(entry.dose).map_err(|found| rules.not_a_dose(&found, lever.as_ref().ok()));
    let start = rules.start(&entry.start);
    let end = entry.end.as_deref().map(|end| rules.end(end, start.as_ref().ok().copied())).transpose();
    let ramp = if entry.ramp_months <= read::LONGEST_RAMP {
        Ok(entry.ramp_months)
    } else {
        let (found, most) = (entry.ramp_months, read::LONGEST_RAMP);
        Err(Problem::new(origin, format!("ramp_months: found {found}; expected a whole number of months, 0 to {most}")))
    };
    let problems =
        [lever.as_ref().err(), dose.as_ref().err(), start.as_ref().err(), end.as_ref().err(), ramp.as_ref().err()];
    let problems: Vec<Problem> = problems.into_iter().flatten().cloned().collect();
    let (Ok(lever), Ok(dose), Ok(start), Ok(end), Ok(ramp_months)) = (lever, dose, start, end, ramp) else {
        return Err(problems);
    };
    let warnings = rules.outside(&lever, dose).into_iter().collect();
    Ok((LeverMove { lever: lever.name, dose, start, ramp_months, end, place: None }, warnings))
}

/// The month that holds a model time, in years.
pub fn month_at(time: f64) -> CalendarPeriod {
    let months = (time * 12.0 + 1e-6).floor() as i32;
    CalendarPeriod::month(months.div_euclid(12), months.rem_euclid(12) + 1)
}

/// The last whole month before a model time, in years.
pub fn last_month_before(time: f64) -> CalendarPeriod {
    const HALF_A_MONTH: f64 = 1.0 / 24.0;
    month_at(time - HALF_A_MONTH)
}

/// Whether a calendar period is a month.
fn is_month(period: CalendarPeriod) -> bool {
    period.length() == Period::Month
}

fn lever(model: &Model, id: VariableId) -> Option<&Lever> {
    match &model.variable(id).definition {
        Definition::Lever(lever) => Some(lever),
        _ => None,
    }
}
