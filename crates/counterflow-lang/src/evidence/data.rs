//! Data series and sources that the text names must exist.

use crate::Project;
use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::resolve::{Names, Origin};
use crate::syntax::{Body, Name, VariableStatement};

/// Checks keys of series and of the bibliography.
pub fn check(names: &Names, project: &Project, report: &mut Report) {
    for entry in &names.variables {
        let Origin::Statement(statement) = entry.origin else { continue };
        match &statement.body {
            Body::Series(key) => driver(statement, key, project, report),
            Body::Parameter(body) => sources(&body.evidence.sources, project, report),
            Body::Lever(body) => sources(&body.evidence.sources, project, report),
            _ => {}
        }
    }
    for lookup in &names.lookups {
        sources(&lookup.sources, project, report);
    }
    for observe in &names.observations {
        if !project.series.contains_key(&observe.series.text) {
            // A single file that somebody tries out has no data folder; it may still say what it would meet.
            let lenient = project.series.is_empty() && !project.strict;
            unknown(&observe.series, if lenient { Code::W2006 } else { Code::E2006 }, project, report);
        }
    }
}

fn driver(statement: &VariableStatement, key: &Name, project: &Project, report: &mut Report) {
    let Some(facts) = project.series.get(&key.text) else {
        return unknown(key, Code::E2006, project, report);
    };
    if facts.points.iter().all(|(x, y)| !(x.is_finite() && y.is_finite())) {
        let message = format!("data series `{}` has no values", key.text);
        return report.push(Finding::new(Code::E2006, key.span, message).help("a driver needs at least one value"));
    }
    if let Some(unit) = statement.unit.as_ref().filter(|unit| unit.unit != facts.unit) {
        let message = format!("data series `{}` is in {}, declared is {}", key.text, facts.unit, unit.unit);
        report.push(Finding::new(Code::E4007, unit.span, message).label(format!("expected {}", facts.unit)));
    }
}

fn unknown(key: &Name, code: Code, project: &Project, report: &mut Report) {
    let hint = report.did_you_mean(&key.text, project.series.keys().map(String::as_str));
    let message = format!("no data series is called `{}`{hint}", key.text);
    report.push(Finding::new(code, key.span, message).label("unknown data series"));
}

fn sources(keys: &[Name], project: &Project, report: &mut Report) {
    let Some(bibliography) = &project.bibliography else { return };
    for key in keys.iter().filter(|key| !bibliography.contains(&key.text)) {
        let hint = report.did_you_mean(&key.text, bibliography.iter().map(String::as_str));
        let message = format!("no source is called `{}`{hint}", key.text);
        report.push(Finding::new(Code::E2010, key.span, message).label("not in the bibliography"));
    }
}
