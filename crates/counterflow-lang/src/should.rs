//! `should` statements: that inputs can be set so, that lists make sense, and that times lie within the run.

use counterflow_model::{Amount, Horizon, Relation, When};

use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::resolve::{Entry, Names, Origin};
use crate::syntax::{Body, Expr, Kind, SettingClause, ShouldStatement, Span, Statement, StatementKind, TargetText};
use std::collections::BTreeMap;

/// In what a `should` measures, the name of an outcome stands for the variable that it is made of.
pub fn name_outcomes(statements: &mut [Statement]) {
    let outcome = |statement: &Statement| match &statement.kind {
        StatementKind::Outcome(outcome) => Some((outcome.name.text.clone(), outcome.variable.text.clone())),
        _ => None,
    };
    let outcomes: BTreeMap<String, String> = statements.iter().filter_map(outcome).collect();
    for statement in statements {
        if let StatementKind::Should(should) = &mut statement.kind {
            should.expectations.iter_mut().for_each(|clause| rename(&mut clause.expression, &outcomes));
        }
    }
}

fn rename(expr: &mut Expr, outcomes: &BTreeMap<String, String>) {
    match &mut expr.kind {
        Kind::Name(name, _) => {
            if let Some(variable) = outcomes.get(&name.text) {
                name.text.clone_from(variable);
            }
        }
        Kind::Number(_) | Kind::Text(_) => {}
        Kind::Call(_, arguments) => arguments.iter_mut().for_each(|argument| rename(argument, outcomes)),
        Kind::Unary(_, inner) => rename(inner, outcomes),
        Kind::Binary(_, left, right) => [left, right].into_iter().for_each(|side| rename(side, outcomes)),
        Kind::If(condition, yes, no) => [condition, yes, no].into_iter().for_each(|part| rename(part, outcomes)),
    }
}

/// Checks settings, lists and times of every `should`.
pub fn check(names: &Names, horizon: Option<Horizon>, report: &mut Report) {
    for (should, _) in &names.shoulds {
        should.given.iter().chain(&should.settings).for_each(|setting| amounts(names, setting, report));
        lists(should, report);
        if let Some(horizon) = horizon {
            times(should, horizon, report);
        }
    }
}

/// What an input can be set to.
enum Input {
    Lever { ranged: bool },
    Parameter { ranged: bool },
}

fn input(entry: &Entry) -> Option<Input> {
    let Origin::Statement(statement) = entry.origin else { return None };
    match &statement.body {
        Body::Lever(lever) => Some(Input::Lever { ranged: lever.range.is_some() }),
        Body::Parameter(parameter) => Some(Input::Parameter { ranged: parameter.range.is_some() }),
        _ => None,
    }
}

fn amounts(names: &Names, setting: &SettingClause, report: &mut Report) {
    let levers = || names.variables.iter().filter(|entry| matches!(input(entry), Some(Input::Lever { .. })));
    match &setting.target {
        TargetText::Named(Expr { kind: Kind::Name(name, _), .. }) => {
            let entry = names.variable(&name.text).map(|id| names.entry(id));
            match entry.and_then(|entry| input(entry).map(|input| (entry, input))) {
                Some((entry, input)) => amounts_of(&entry.name, &input, setting, report),
                None => {
                    let known = names.variables.iter().filter(|entry| input(entry).is_some());
                    let hint = report.did_you_mean(&name.text, known.map(|entry| entry.name.as_str()));
                    let message = format!("no lever or parameter is called `{}`{hint}", name.text);
                    let help = "only inputs can be set; what is computed can be measured";
                    report.push(Finding::new(Code::E2013, name.span, message).label("not an input").help(help));
                }
            }
        }
        TargetText::Named(_) => {}
        TargetText::Each | TargetText::Every => {
            for entry in levers() {
                if let Some(input) = input(entry) {
                    amounts_of(&entry.name, &input, setting, report);
                }
            }
        }
    }
}

/// Whether this input has what its amounts ask for.
fn amounts_of(name: &str, input: &Input, setting: &SettingClause, report: &mut Report) {
    for amount in &setting.amounts {
        let (message, help) = match (amount, input) {
            (Amount::Low | Amount::High, Input::Lever { ranged: false } | Input::Parameter { ranged: false }) => {
                (format!("`{name}` has no range, so it has no lowest and highest value"), "give a number, or the range")
            }
            (Amount::Neutral, Input::Parameter { .. }) => {
                (format!("`{name}` is a parameter and has no neutral value"), "give a number, `low` or `high`")
            }
            (Amount::Times(_), Input::Lever { .. }) => {
                (format!("`{name}` is a lever, which takes a dose and no factor"), "write the dose: `naloxone = 2`")
            }
            _ => continue,
        };
        report.push(Finding::new(Code::E2014, setting.span, message).help(help));
    }
}

/// One list of amounts at most, and one at least where values are compared along it.
fn lists(should: &ShouldStatement, report: &mut Report) {
    let mut tell = |at: Span, message: &str, help: &str| {
        report.push(Finding::new(Code::E1017, at, message).help(help));
    };
    let is_list = |setting: &&SettingClause| setting.amounts.len() > 1 || matches!(setting.target, TargetText::Each);
    if let Some(setting) = should.given.iter().find(is_list) {
        tell(setting.span, "what is given holds for all runs, so it has one amount", "put the list after `with`");
    }
    if let Some(second) = should.settings.iter().filter(is_list).nth(1) {
        tell(second.span, "a second list of amounts", "one setting may be a list; write a statement for each of them");
    }
    let listed = should.settings.iter().any(|setting| setting.amounts.len() > 1);
    let along = |relation: Relation| matches!(relation, Relation::Rises | Relation::Falls);
    if let (false, Some(clause)) = (listed, should.expectations.iter().find(|clause| along(clause.relation))) {
        let help = "write for example `with naloxone = 0, 1, 5`";
        tell(clause.span, "there is no list of amounts along which this could rise or fall", help);
    }
}

fn times(should: &ShouldStatement, horizon: Horizon, report: &mut Report) {
    let start = should.from.map_or(horizon.start, |from| from.number);
    if let Some(from) = should.from.filter(|from| !(horizon.start..horizon.stop).contains(&from.number)) {
        outside(from.span, from.number, horizon.start, horizon.stop, report);
        return;
    }
    for clause in &should.expectations {
        let (from, to) = match clause.when {
            When::At(time) => (time, time),
            When::Mean(from, to) => (from, to),
            When::Always(from, to) => (from.max(start), to.min(horizon.stop)),
        };
        let within = start..=horizon.stop;
        if let Some(wrong) = [from, to].into_iter().find(|time| !within.contains(time)) {
            outside(clause.span, wrong, start, horizon.stop, report);
        } else if from >= to && !matches!(clause.when, When::At(_)) {
            let message = format!("found a span from {from} to {to}: nothing lies between");
            report.push(Finding::new(Code::E2015, clause.span, message).help("write the earlier time first"));
        }
    }
}

fn outside(at: Span, time: f64, start: f64, stop: f64, report: &mut Report) {
    let message = format!("found the time {time}, expected one from {start} to {stop}");
    let help = "times lie between the moment from which settings hold and the end of the run";
    report.push(Finding::new(Code::E2015, at, message).help(help));
}
