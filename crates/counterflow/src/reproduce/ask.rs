//! Moves, settings and spans as an experiment writes them.

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_lang::Code;
use counterflow_model::{Definition, Model, Period};

use crate::claims::finding::Wrong;
use crate::names::{self, Element, clipped};
use crate::policy::LeverMove;

/// A parameter that differs from its draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Positions in a draw.
    positions: Vec<usize>,
    /// The factor on the draw's value.
    factor: f64,
    /// What is added then.
    value: f64,
}

impl Setting {
    /// Elements at these positions of a draw become `value + factor * what they were`.
    pub fn new(positions: Vec<usize>, factor: f64, value: f64) -> Setting {
        Setting { positions, factor, value }
    }

    /// Puts the setting in force in a draw.
    pub fn apply(&self, draw: &mut [f64]) {
        for position in &self.positions {
            if let Some(value) = draw.get_mut(*position) {
                *value = self.value + if self.factor == 0.0 { 0.0 } else { self.factor * *value };
            }
        }
    }
}

/// The longest ramp, in months: a century.
const LONGEST_RAMP: u32 = 1200;

/// A move `lever=dose@START`, with `+N` for a ramp of N months and `..END` for its last month.
pub fn lever_move(model: &Model, text: &str) -> Result<LeverMove, Wrong> {
    let form = || {
        let message = format!(
            "found `{}`; expected lever=dose@YYYY-MM, then +MONTHS for a ramp and ..YYYY-MM for the end",
            clipped(text)
        );
        Wrong::new(Code::E9003, message)
    };
    let (name, rest) = text.split_once('=').ok_or_else(form)?;
    let (dose, when) = rest.split_once('@').ok_or_else(form)?;
    let (when, end) = when.split_once("..").map_or((when, None), |(when, end)| (when, Some(end)));
    let (start, ramp) = when.split_once('+').map_or((when, "0"), |parts| parts);
    let levers = || model.levers().map(|(id, _)| model.variable(id).name.as_str());
    if !levers().any(|known| known == name) {
        return Err(Wrong::unknown(Code::E2001, "lever", name, levers()));
    }
    let dose = finite(dose).ok_or_else(form)?;
    let ramp_months = ramp.parse().ok().filter(|months| *months <= LONGEST_RAMP).ok_or_else(form)?;
    let start = month(model, start)?;
    let end = end.map(|end| month(model, end)).transpose()?;
    if end.is_some_and(|end| end.first_month() < start.first_month()) {
        return Err(form());
    }
    Ok(LeverMove { lever: name.to_owned(), dose, start, ramp_months, end, place: None })
}

/// A setting `name=value` or `name*factor`.
pub fn setting(model: &Model, text: &str) -> Result<Setting, Wrong> {
    let form = || {
        let message = format!("found `{}`; expected parameter=value, or parameter*factor", clipped(text));
        Wrong::new(Code::E9003, message)
    };
    let at = text.find(['=', '*']).ok_or_else(form)?;
    let number = finite(&text[at + 1..]).ok_or_else(form)?;
    let (factor, value) = if text[at..].starts_with('=') { (0.0, number) } else { (number, 0.0) };
    let meant =
        elements(model, text[..at].trim(), "parameter", &|definition| matches!(definition, Definition::Parameter(_)))?;
    let all = model.parameters().flat_map(|(id, parameter)| (0..parameter.values.len()).map(move |k| (id, k)));
    let positions =
        all.enumerate().filter(|(_, element)| meant.contains(element)).map(|(position, _)| position).collect();
    Ok(Setting { positions, factor, value })
}

/// The one element of a variable that is measured.
pub fn variable(model: &Model, text: &str) -> Result<Element, Wrong> {
    match elements(model, text, "variable", &|_| true)?[..] {
        [element] => Ok(element),
        _ => {
            let message = format!("`{}` has several elements; expected one, as in `share[ports]`", clipped(text));
            Err(Wrong::new(Code::E3008, message))
        }
    }
}

/// The elements that a name of an allowed variable stands for.
fn elements(
    model: &Model,
    name: &str,
    kind: &str,
    allowed: &dyn Fn(&Definition) -> bool,
) -> Result<Vec<Element>, Wrong> {
    let fits =
        |id: &counterflow_model::VariableId| !model.variable(*id).hidden && allowed(&model.variable(*id).definition);
    let base = name.split('[').next().unwrap_or(name).trim();
    if model.find(base).filter(fits).is_none() {
        let known = model.ids().filter(fits).map(|id| model.variable(id).name.as_str());
        return Err(Wrong::unknown(Code::E2001, kind, base, known));
    }
    names::elements(model, "", name).map_err(|problem| {
        let wrong = Wrong::new(Code::E3001, problem.message);
        problem.help.map_or(wrong.clone(), |help| wrong.help(help))
    })
}

/// A span `2024`, `2024-03` or `2024-03..2024-11`, in years.
pub fn span(model: &Model, text: &str) -> Result<(f64, f64), Wrong> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (period(model, first)?, period(model, last)?);
    if first.time_from() < last.time_to() {
        return Ok((first.time_from(), last.time_to()));
    }
    Err(Wrong::new(Code::E9003, format!("found `{}`; expected the earlier month first", clipped(text))))
}

fn month(model: &Model, text: &str) -> Result<CalendarPeriod, Wrong> {
    let month = period(model, text)?;
    if month.length() == Period::Month {
        return Ok(month);
    }
    Err(Wrong::new(Code::E9003, format!("found `{}`; expected a month as YYYY-MM", clipped(text))))
}

/// A month or year within the model's span.
fn period(model: &Model, text: &str) -> Result<CalendarPeriod, Wrong> {
    let expected = || format!("found `{}`; expected a month as YYYY-MM, or a year", clipped(text));
    let period: CalendarPeriod = text.parse().map_err(|_| Wrong::new(Code::E9003, expected()))?;
    let horizon = model.horizon;
    if period.within((horizon.start, horizon.stop)) {
        return Ok(period);
    }
    let message =
        format!("found {period}; expected a time from {} to {}, the model's span", horizon.start, horizon.stop);
    Err(Wrong::new(Code::E9003, message))
}

fn finite(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
