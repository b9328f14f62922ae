//! Cases as they stand on a page.
//!
//! A fence marked `counterflow` holds model text; its horizon is 0 to 10 in quarters with Euler's method unless it says
//! otherwise. A fence marked `xmile` holds a whole file, or only variables of a model with that same span. A fence
//! marked `data KEY` holds a data series, a time and a value on each line.
//!
//! Lines of `expect` are `name at TIME = value`, `slope of name at TIME by parameter = value`, `with noise`,
//! `error CODE at line L column C` or `warning CODE at line L column C`, with lines counted within the model's fence.
//! All errors must be expected; of warnings only those listed must be there.

use counterflow_lang::{Compiled, Project, SeriesFacts, Severity, SourceFile, compile};
use counterflow_model::{Horizon, Method, Model};
use std::collections::BTreeMap;

use crate::run::Runner;

/// One heading of a page.
#[derive(Default)]
pub struct Case {
    pub title: String,
    /// Whether the model is an XMILE file.
    is_xmile: bool,
    model: String,
    series: BTreeMap<String, SeriesFacts>,
    expected: Vec<String>,
}

/// All cases of a page.
pub fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut fence = "";
    for line in text.lines() {
        match (fence, line.strip_prefix("```")) {
            ("", Some(info)) => fence = info,
            ("", None) if line.starts_with('#') => cases.push(Case { title: line.into(), ..Case::default() }),
            (_, Some(_)) => fence = "",
            ("", None) => {}
            (kind, None) => cases.last_mut().unwrap().line(kind, line),
        }
    }
    cases.into_iter().filter(|case| !case.model.is_empty()).collect()
}

impl Case {
    fn line(&mut self, kind: &str, line: &str) {
        match kind.split_once(' ').unwrap_or((kind, "")) {
            ("counterflow" | "xmile", _) => {
                self.is_xmile = kind == "xmile";
                self.model.extend([line, "\n"]);
            }
            ("expect", _) => self.expected.push(line.into()),
            ("data", key) => {
                let (time, value) = line.split_once(' ').unwrap();
                let point = (time.parse().unwrap(), value.parse().unwrap());
                self.series.entry(key.to_owned()).or_default().points.push(point);
            }
            _ => {}
        }
    }

    /// The model begins on line 2, so that a place in the fence is one line less.
    fn compiled(&self) -> Compiled {
        if self.is_xmile {
            let specs = "<sim_specs><start>0</start><stop>10</stop><dt>0.25</dt></sim_specs>";
            let text = if self.model.starts_with("<xmile") {
                format!("\n{}", self.model)
            } else {
                format!("<xmile>{specs}<model><variables>\n{}</variables></model></xmile>", self.model)
            };
            return counterflow_xmile::compile(&SourceFile { path: "spec.xmile".into(), text });
        }
        let text = format!("```counterflow\n{}```\n", self.model);
        compile(&Project {
            title: self.title.clone(),
            horizon: Some(Horizon::yearly(0.0, 10.0, 4, 4, Method::Euler)),
            files: vec![SourceFile { path: "spec.md".into(), text }],
            series: self.series.clone(),
            ..Project::default()
        })
    }

    /// What is wrong with it.
    pub fn faults(&self) -> Vec<String> {
        let compiled = self.compiled();
        let kind = |severity| if severity == Severity::Error { "error" } else { "warning" };
        let found: Vec<String> = compiled
            .diagnostics
            .iter()
            .map(|d| format!("{} {} at line {} column {}", kind(d.severity), d.code, d.place.line - 1, d.place.column))
            .collect();
        let mut faults = Vec::new();
        for error in found.iter().filter(|line| line.starts_with("error") && !self.expected.contains(line)) {
            faults.push(format!("not expected: {error}"));
        }
        let noise = self.expected.iter().any(|line| line == "with noise");
        for line in self.expected.iter().filter(|line| *line != "with noise") {
            if line.starts_with("error") || line.starts_with("warning") {
                if !found.contains(line) {
                    faults.push(format!("expected: {line}; found {found:?}"));
                }
            } else if let Some(model) = &compiled.model {
                faults.extend(value_fault(model, noise, line));
            }
        }
        faults
    }
}

/// What is expected on the left of `=`.
enum Wanted<'t> {
    Value { name: &'t str, time: f64 },
    Slope { name: &'t str, time: f64, parameter: &'t str },
}

impl Wanted<'_> {
    fn of(text: &str) -> Option<Wanted<'_>> {
        if let Some(rest) = text.strip_prefix("slope of ") {
            let (name, rest) = rest.split_once(" at ")?;
            let (time, parameter) = rest.split_once(" by ")?;
            return Some(Wanted::Slope { name, time: time.parse().ok()?, parameter });
        }
        let (name, time) = text.split_once(" at ")?;
        Some(Wanted::Value { name, time: time.parse().ok()? })
    }
}

fn value_fault(model: &Model, noise: bool, line: &str) -> Option<String> {
    let parts = line.rsplit_once(" = ").and_then(|(left, value)| Some((Wanted::of(left)?, value.parse::<f64>().ok()?)));
    let Some((wanted, expected)) = parts else { return Some(format!("not an expectation: {line}")) };
    let found = match wanted {
        Wanted::Value { name, time } => Runner::new(model, noise, name).and_then(|runner| runner.value(time)),
        Wanted::Slope { name, time, parameter } => {
            Runner::new(model, noise, name).and_then(|runner| runner.slope(time, parameter))
        }
    };
    let Some(found) = found else { return Some(format!("no such value: {line}")) };
    let near = (found - expected).abs() <= 1e-9 * expected.abs().max(1.0);
    let same = near || found == expected || found.is_nan() && expected.is_nan();
    (!same).then(|| format!("expected: {line}; found {found}"))
}
