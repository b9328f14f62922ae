//! The language's specification: in `tests/spec/*.md` a heading is a test, a fence marked `counterflow` its model, and
//! a fence marked `expect` what must come out.
//!
//! Lines of `expect` are `name at TIME = value`, `error CODE at line L column C` or `warning CODE at line L column C`,
//! with lines counted within the model's fence. All errors must be expected; of warnings only those listed must be there.

use counterflow_engine::{Instructions, Job, LaneWidth, Plan, PlanOptions, Sampling, Save, Schedule, Start, What, run};
use counterflow_lang::{Compiled, Project, Severity, SourceFile, compile};
use counterflow_model::{Definition, Horizon, Method, Model, VariableId};
use std::path::Path;

/// One heading of a spec file.
#[derive(Default)]
struct Case {
    title: String,
    model: String,
    expected: Vec<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut fence = "";
    for line in text.lines() {
        match (fence, line.strip_prefix("```")) {
            ("", Some(info)) => fence = info,
            ("", None) if line.starts_with('#') => cases.push(Case { title: line.into(), ..Case::default() }),
            (_, Some(_)) => fence = "",
            ("counterflow", None) => cases.last_mut().unwrap().model.extend([line, "\n"]),
            ("expect", None) => cases.last_mut().unwrap().expected.push(line.into()),
            _ => {}
        }
    }
    cases.into_iter().filter(|case| !case.model.is_empty()).collect()
}

fn compiled(case: &Case) -> Compiled {
    let horizon = Horizon::yearly(0.0, 10.0, 4, 4, Method::Euler);
    // The model begins on line 2, so that a place in the fence is one line less.
    let text = format!("```counterflow\n{}```\n", case.model);
    let files = vec![SourceFile { path: "spec.md".into(), text }];
    compile(&Project { title: case.title.clone(), horizon: Some(horizon), files, ..Project::default() })
}

/// What is wrong with a case.
fn faults(case: &Case) -> Vec<String> {
    let compiled = compiled(case);
    let kind = |severity| if severity == Severity::Error { "error" } else { "warning" };
    let found: Vec<String> = compiled
        .diagnostics
        .iter()
        .map(|d| format!("{} {} at line {} column {}", kind(d.severity), d.code, d.place.line - 1, d.place.column))
        .collect();
    let mut faults = Vec::new();
    for error in found.iter().filter(|line| line.starts_with("error") && !case.expected.contains(line)) {
        faults.push(format!("not expected: {error}"));
    }
    for line in &case.expected {
        if line.starts_with("error") || line.starts_with("warning") {
            if !found.contains(line) {
                faults.push(format!("expected: {line}"));
            }
        } else if let Some(model) = &compiled.model {
            faults.extend(value_fault(model, line));
        }
    }
    faults
}

fn value_fault(model: &Model, line: &str) -> Option<String> {
    let parts = line.split_once(" at ").and_then(|(name, rest)| Some((name, rest.split_once(" = ")?)));
    let Some((name, (Ok(time), Ok(expected)))) =
        parts.map(|(name, (time, value))| (name, (time.parse::<f64>(), value.parse::<f64>())))
    else {
        return Some(format!("not an expectation: {line}"));
    };
    let Some(found) = evaluate(model, name, time) else { return Some(format!("no such value: {line}")) };
    let near = (found - expected).abs() <= 1e-9 * expected.abs().max(1.0);
    (!near).then(|| format!("expected: {line}; found {found}"))
}

/// The value of a variable (`share[ports]` for an element) at a saved time.
fn evaluate(model: &Model, name: &str, time: f64) -> Option<f64> {
    let save = model.ids().find_map(|id| {
        let element = (0..model.size(id)).find(|i| model.element_name(id, *i) == name)?;
        Some(Save { what: What::Element(id, element), sampling: Sampling::Point })
    })?;
    let plan = Plan::new(model, &PlanOptions { saves: vec![save], ..PlanOptions::default() });
    let draw = plan.parameters().iter().map(|(id, element)| value(model, *id, *element)).collect();
    let runs = run(&Job {
        plan: &plan,
        draws: &[draw],
        members: &[0],
        seed: 0,
        noise: false,
        schedule: &Schedule::default(),
        from: Start::Beginning,
        until: model.horizon.stop,
        width: LaneWidth::Narrow,
        instructions: Instructions::Best,
    });
    let index = (time - model.horizon.start) * model.horizon.saves_per_time();
    (0..runs.len(0)).find(|i| (*i as f64 - index).abs() < 1e-6).map(|i| runs.at(0, i)[0])
}

fn value(model: &Model, id: VariableId, element: usize) -> f64 {
    match &model.variable(id).definition {
        Definition::Parameter(parameter) => parameter.values[element],
        _ => f64::NAN,
    }
}

#[test]
fn the_specification_holds() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/spec"));
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut report = String::new();
    let mut count = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|e| e == "md")) {
        for case in cases(&std::fs::read_to_string(path).unwrap()) {
            count += 1;
            for fault in faults(&case) {
                report += &format!("{}: {}: {fault}\n", path.file_name().unwrap().display(), case.title);
            }
        }
    }
    assert!(count > 40, "only {count} cases were found");
    assert!(report.is_empty(), "\n{report}");
}
