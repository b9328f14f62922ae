//! Units: every equation must have the unit that its variable declares.

mod infer;

pub use infer::unit_of;

use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::resolve::{Entry, Names, Origin, Role, Use};
use crate::syntax::{Expr, Kind, UnitText};
use counterflow_model::{Family, Unit};
use infer::{Found, Infer};
use std::collections::BTreeSet;

/// Checks the units of every declaration and expression.
pub fn check(names: &Names, strict: bool, report: &mut Report) {
    declared(names, strict, report);
    for one in &names.uses {
        let found = Infer { names, report: Some(report) }.expr(one.expr);
        if let Found::Unit(found) = found {
            expected(names, one, &found, report);
        }
    }
}

/// A use must have the unit that its place asks for.
fn expected(names: &Names, one: &Use, found: &Unit, report: &mut Report) {
    let entry = one.variable.map(|id| names.entry(id));
    let finding = match (one.role, entry.and_then(|entry| entry.unit.as_ref().map(|unit| (entry, unit)))) {
        (Role::Value | Role::Initial, Some((entry, unit))) if found != unit => equation(entry, unit, one.expr, found),
        (Role::Flow, Some((entry, unit))) if *found != unit.per(&Unit::base("year")) => {
            flow(entry, unit, one.expr, found)
        }
        (Role::Condition, _) if !found.is_one() => {
            let message = format!("a check is a condition, found a value in {found}");
            Finding::new(Code::E4003, one.expr.span, message).help("compare it: `x >= 0`")
        }
        (Role::Scale(observe), _) if observe.family != Family::Normal && !found.is_one() => {
            let message = format!("the scale of this likelihood is dimensionless, found {found}");
            Finding::new(Code::E4005, one.expr.span, message).label("expected 1")
        }
        _ => return,
    };
    report.push(finding);
}

fn equation(entry: &Entry, unit: &Unit, expr: &Expr, found: &Unit) -> Finding {
    let (code, help) = if matches!(entry.origin, Origin::Cost(_)) {
        (Code::E4005, "costs are money per year")
    } else {
        (Code::E4001, "correct the equation or the declared unit")
    };
    let message = format!("`{}` is in {unit}, but this expression is in {found}", entry.name);
    Finding::new(code, expr.span, message).label(format!("{found}, expected {unit}")).help(help)
}

fn flow(entry: &Entry, unit: &Unit, expr: &Expr, found: &Unit) -> Finding {
    let wanted = unit.per(&Unit::base("year"));
    let name = if let Kind::Name(name, _) = &expr.kind { &name.text } else { "this flow" };
    let message = format!("stock `{}` is in {unit}, so its flows are in {wanted}; `{name}` is in {found}", entry.name);
    Finding::new(Code::E4004, expr.span, message).label(format!("{found}, expected {wanted}"))
}

/// Base units must be declared; each unknown one is told once.
fn declared(names: &Names, strict: bool, report: &mut Report) {
    let mut told = BTreeSet::new();
    let mut see = |unit: &UnitText| {
        for base in unit.bases.iter().filter(|base| !names.units.contains(base.text.as_str())) {
            if told.insert(base.text.clone()) {
                let code = if strict { Code::E4006 } else { Code::W4006 };
                let hint = report.did_you_mean(&base.text, names.units.iter().copied());
                let message = format!("no base unit is called `{}`{hint}", base.text);
                let help = format!("declare it: `unit {}`", base.text);
                report.push(Finding::new(code, base.span, message).label("unknown unit").help(help));
            }
        }
    };
    for entry in &names.variables {
        if let Origin::Statement(statement) = entry.origin {
            statement.unit.iter().for_each(&mut see);
        }
    }
    for lookup in &names.lookups {
        if let Some((x, y)) = &lookup.units {
            see(x);
            see(y);
        }
    }
}
