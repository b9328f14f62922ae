//! `sim_specs`: from when to when, in which steps, by which solver.

use counterflow_lang::Code;
use counterflow_model::{Horizon, Method, Step};

use crate::markup::{Element, Text};
use crate::report::{Report, Span};

/// Solvers by XMILE's names, with what is used for them and whether that is the same.
pub const METHODS: &[(&str, Method, bool)] = &[
    ("euler", Method::Euler, true),
    ("rk4", Method::RungeKutta4, true),
    ("rk2", Method::RungeKutta4, false),
    ("rk45", Method::RungeKutta4, false),
    ("gear", Method::RungeKutta4, false),
];

/// Names under which programs write how often values are saved, as an attribute or an element.
pub const SAVES: &[&str] = &["save_interval", "savestep", "save_step", "saveper"];

/// Most steps of a run.
const MOST_STEPS: f64 = 10_000_000.0;
/// Part of a length by which it may miss whole steps: what is left of a decimal fraction.
const ROUNDING: f64 = 1e-6;

/// The span of a run, and whether the file says how often values are saved.
pub fn specs(root: &Element, report: &mut Report) -> Option<(Horizon, bool)> {
    let of_model = || root.all("model").find_map(|model| model.child("sim_specs"));
    let Some(specs) = root.child("sim_specs").or_else(of_model) else {
        report.push(Code::E7002, root.span, "this file has no `sim_specs`: from when to when should the model run?");
        return None;
    };
    let start = number(specs, "start", report);
    let stop = number(specs, "stop", report);
    let step = step(specs, report)?;
    let (start, stop) = (start?, stop?);
    if !(stop > start && start.is_finite() && stop.is_finite()) {
        report.push(Code::E7002, specs.span, format!("the run stops at {stop}, not after its start at {start}"));
        return None;
    }
    if (stop - start) / step.length() > MOST_STEPS {
        let message =
            format!("a run from {start} to {stop} in steps of {} is more than {MOST_STEPS} steps", step.length());
        report.push(Code::E7002, specs.span, message);
        return None;
    }
    let saves = saves(specs, report);
    let mut horizon = Horizon { start, stop, step, steps_per_save: 1, method: method(specs, report) };
    if let Some((interval, said)) = saves {
        horizon.steps_per_save = steps_per_save(interval, step, said.whole(), report);
    }
    ends_at_a_save(&horizon, specs.span, report);
    Some((horizon, saves.is_some()))
}

/// The whole number of steps nearest to a save interval, at least one; `at` is where the interval is written.
pub fn steps_per_save(interval: f64, step: Step, at: Span, report: &mut Report) -> u32 {
    // A cast cuts off at the largest number; no run has more steps.
    let steps = ((interval / step.length() + 0.5) as u32).max(1);
    rounded("the save interval", interval, f64::from(steps), step, at, report);
    steps
}

/// Warns if the last saved point, with which a run ends, is before the stop.
pub fn ends_at_a_save(horizon: &Horizon, at: Span, report: &mut Report) {
    let last = horizon.save_time(horizon.intervals());
    if horizon.stop - last > ROUNDING * horizon.save_interval() {
        let message = format!("the run ends at {last}, the last saved point before its stop at {}", horizon.stop);
        report.push(Code::W7002, at, message);
    }
}

/// Warns if a length of time is not what so many whole steps make.
pub fn rounded(what: &str, length: f64, steps: f64, step: Step, at: Span, report: &mut Report) {
    let exact = length / step.length();
    if (exact - steps).abs() > ROUNDING * steps.max(1.0) {
        let message = format!("{what} of {length} is {exact} steps; {steps} are used, {}", step.times(steps));
        report.push(Code::W7002, at, message);
    }
}

fn step(specs: &Element, report: &mut Report) -> Option<Step> {
    let Some(dt) = specs.child("dt") else { return Some(Step::part(1)) };
    let length = value(&dt.text, report)?;
    let is_reciprocal = dt.attribute("reciprocal").is_some_and(|said| said.trimmed().eq_ignore_ascii_case("true"));
    if !(length > 0.0 && length.is_finite()) {
        report.push(Code::E7002, dt.text.whole(), format!("a step of {length} leads nowhere"));
        return None;
    }
    let step = Step::of_length(length);
    Some(if is_reciprocal { Step { numerator: step.denominator, denominator: step.numerator } } else { step })
}

fn saves<'a>(specs: &'a Element, report: &mut Report) -> Option<(f64, &'a Text)> {
    let text = SAVES.iter().find_map(|name| {
        specs.attribute(name).or_else(|| specs.child(name).map(|child| &child.text)).filter(|t| !t.trimmed().is_empty())
    })?;
    value(text, report).filter(|interval| *interval > 0.0).map(|interval| (interval, text))
}

fn method(specs: &Element, report: &mut Report) -> Method {
    let Some(said) = specs.attribute("method").filter(|said| !said.trimmed().is_empty()) else { return Method::Euler };
    // The first of a list is wanted, the others are what a program may use instead.
    for name in said.value.split(',') {
        let known = METHODS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name.trim()));
        if let Some((_, method, same)) = known {
            if !same {
                let message = format!("the solver `{}` is not supported; RK4 with the same step is used", name.trim());
                report.push(Code::W7001, said.whole(), message);
            }
            return *method;
        }
    }
    let message = format!("the solver `{}` is not known; Euler is used", said.trimmed());
    report.push(Code::W7001, said.whole(), message);
    Method::Euler
}

fn number(specs: &Element, name: &str, report: &mut Report) -> Option<f64> {
    match specs.child(name) {
        Some(child) => value(&child.text, report),
        None => {
            report.push(Code::E7002, specs.span, format!("`sim_specs` has no `{name}`"));
            None
        }
    }
}

fn value(text: &Text, report: &mut Report) -> Option<f64> {
    let parsed = text.trimmed().parse().ok();
    if parsed.is_none() {
        let shown: String = text.trimmed().chars().take(24).collect();
        report.push(Code::E0005, text.whole(), format!("`{shown}` is not a number"));
    }
    parsed
}
