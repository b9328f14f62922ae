//! Evidence: no number without a unit, a range, a source and a date, and no name that nothing uses.

mod data;

use crate::Project;
use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::resolve::{Entry, Names, Origin, Role};
use crate::syntax::{Body, Expr, Kind, LeverBody, Name, ParameterBody, Range, Value, VariableStatement};
use counterflow_model::{Grade, Prior};
use std::collections::BTreeSet;

/// Literals that need no name: they belong to formulas, not to the world.
const PLAIN: [f64; 4] = [0.0, 0.5, 1.0, 2.0];

/// Checks what is said of numbers, and that data and sources exist.
pub fn check(names: &Names, project: &Project, report: &mut Report) {
    let missing = if project.strict { Code::E6001 } else { Code::W6001 };
    for entry in &names.variables {
        if let Origin::Statement(statement) = entry.origin {
            variable(statement, project.strict, missing, report);
        }
    }
    for lookup in &names.lookups {
        let mut lacks = lacking(&lookup.documentation, lookup.units.is_some());
        lacks.retain(|_| project.strict);
        tell(&lookup.name, &lacks, missing, report);
        let xs: Vec<f64> = lookup.points.iter().map(|(x, _)| x.number).collect();
        points(&lookup.name, &xs, report);
    }
    for observe in names.observations.iter().filter(|o| project.strict && o.documentation.is_empty()) {
        tell(&observe.name, &["a sentence"], missing, report);
    }
    for window in names.observations.iter().filter_map(|observe| observe.window) {
        order(&window, "window", report);
    }
    if project.strict {
        names.uses.iter().for_each(|one| literals(one.expr, one.role, report));
    }
    unused(names, project.strict, report);
    data::check(names, project, report);
}

fn variable(statement: &VariableStatement, strict: bool, missing: Code, report: &mut Report) {
    let mut lacks = lacking(&statement.documentation, statement.unit.is_some());
    match &statement.body {
        Body::Parameter(body) => {
            lacks.extend(parameter_lacks(body));
            parameter(&statement.name, body, report);
        }
        Body::Lever(body) => {
            lacks.extend(lever_lacks(body));
            if let Some(range) = &body.range {
                order(range, "range", report);
                inside(&[body.neutral], range, report);
            }
        }
        // A sentence for every variable is asked of bundled models only.
        _ => lacks.retain(|_| strict),
    }
    tell(&statement.name, &lacks, missing, report);
}

fn lacking(documentation: &str, has_unit: bool) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if !has_unit {
        lacks.push("a unit");
    }
    if documentation.is_empty() {
        lacks.push("a sentence");
    }
    lacks
}

/// What a parameter does not say. A number that is fixed by definition has no range or source,
/// and an assumed one has no source: that is what its grade says.
fn parameter_lacks(body: &ParameterBody) -> Vec<&'static str> {
    let grade = body.evidence.grade;
    let is_definition = grade == Some(Grade::Definition);
    let needs_source = !is_definition && grade != Some(Grade::Assumed);
    let mut lacks = Vec::new();
    if body.range.is_none() && !is_definition {
        lacks.push("a range");
    }
    if grade.is_none() {
        lacks.push("a grade");
    }
    if needs_source && body.evidence.sources.is_empty() {
        lacks.push("a source");
    }
    if needs_source && body.evidence.date.is_empty() {
        lacks.push("a date");
    }
    lacks
}

fn lever_lacks(body: &LeverBody) -> Vec<&'static str> {
    let parts = [
        (body.range.is_none(), "a range"),
        (body.letter.is_none(), "a letter of evidence"),
        (body.evidence.sources.is_empty(), "a source"),
        (body.mechanism.is_empty(), "a mechanism"),
        (body.failure.is_empty(), "a failure"),
    ];
    parts.into_iter().filter(|(lacks, _)| *lacks).map(|(_, what)| what).collect()
}

fn tell(name: &Name, lacks: &[&str], code: Code, report: &mut Report) {
    if !lacks.is_empty() {
        let message = format!("`{}` lacks {}", name.text, lacks.join(", "));
        report.push(Finding::new(code, name.span, message).label(format!("expected {}", lacks.join(", "))));
    }
}

fn parameter(name: &Name, body: &ParameterBody, report: &mut Report) {
    let Some(range) = &body.range else { return };
    order(range, "range", report);
    inside(&body.values, range, report);
    let Some((prior, span)) = body.prior else { return };
    let (low, high) = support(prior);
    if low.max(range.low) >= high.min(range.high) && range.low < range.high {
        let message =
            format!("the prior {prior} of `{}` gives nothing between {} and {}", name.text, range.low, range.high);
        let help = "priors are cut off at the range; correct one of them";
        report.push(Finding::new(Code::E6005, span, message).help(help));
    }
}

/// Where a prior has any weight.
fn support(prior: Prior) -> (f64, f64) {
    match prior {
        Prior::Normal(..) => (f64::NEG_INFINITY, f64::INFINITY),
        Prior::LogNormal(..) | Prior::Gamma(..) | Prior::HalfNormal(..) => (0.0, f64::INFINITY),
        Prior::Uniform(low, high) | Prior::LogUniform(low, high) => (low, high),
        Prior::Beta(..) => (0.0, 1.0),
    }
}

fn order(range: &Range, what: &str, report: &mut Report) {
    // A range of one point is a definition; a window of one point would use no data.
    let empty = if what == "range" { range.low > range.high } else { range.low >= range.high };
    if empty {
        let message = format!("this {what} goes from {} to {}: nothing lies between", range.low, range.high);
        report.push(Finding::new(Code::E6006, range.span, message).help("write the lower end first"));
    }
}

fn inside(values: &[Value], range: &Range, report: &mut Report) {
    let outside = |value: &&Value| range.low < range.high && !(range.low..=range.high).contains(&value.number);
    if let Some(value) = values.iter().find(outside) {
        let message = format!("{} lies outside the range {} .. {}", value.number, range.low, range.high);
        report.push(Finding::new(Code::E6004, value.span, message).label("outside the range"));
    }
}

fn points(name: &Name, xs: &[f64], report: &mut Report) {
    let message = if xs.len() < 2 {
        format!("lookup `{}` has {} points; it needs at least 2", name.text, xs.len())
    } else if let Some(pair) = xs.windows(2).find(|pair| pair[0] >= pair[1]) {
        format!("the points of lookup `{}` do not rise: {} follows {}", name.text, pair[1], pair[0])
    } else {
        return;
    };
    report.push(Finding::new(Code::E1012, name.span, message).help("give points from left to right: (0, 1) (1, 0.4)"));
}

/// In bundled models a number in an equation has a name, a unit and a source.
fn literals(expr: &Expr, role: Role, report: &mut Report) {
    if !matches!(role, Role::Value | Role::Initial | Role::Observed) {
        return;
    }
    expr.walk(&mut |e| {
        if let Kind::Number(number) = e.kind
            && !PLAIN.contains(&number)
        {
            let message = format!("the number {number} stands in an equation");
            let help = "give it a name, a unit and a source with `param`";
            report.push(Finding::new(Code::E6002, e.span, message).label("a number without a name").help(help));
        }
    });
}

/// Parameters and levers that nothing uses.
fn unused(names: &Names, strict: bool, report: &mut Report) {
    let mut used: BTreeSet<&str> = names.outcomes.iter().map(|outcome| outcome.variable.text.as_str()).collect();
    for one in &names.uses {
        one.expr.walk(&mut |e| {
            if let Kind::Name(name, _) = &e.kind {
                used.insert(&name.text);
            }
        });
    }
    let code = if strict { Code::E6003 } else { Code::W6003 };
    let mut tell = |entry: &Entry, what: &str| {
        if !used.contains(entry.name.as_str()) {
            let message = format!("{what} `{}` is never used", entry.name);
            report.push(Finding::new(code, entry.span, message).label("has no effect").help("use it or remove it"));
        }
    };
    for entry in &names.variables {
        let Origin::Statement(statement) = entry.origin else { continue };
        match statement.body {
            Body::Parameter(_) => tell(entry, "parameter"),
            Body::Lever(_) => tell(entry, "lever"),
            _ => {}
        }
    }
}
