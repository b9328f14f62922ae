//! Exported files in other programs, held against our own engine at every saved time.

pub mod bench;
mod compare;
pub mod environment;
mod page;
mod random;

use std::fs;
use std::path::PathBuf;

use counterflow::policy::{Policy, find};
use counterflow::simulate::{Every, Request, Values, simulate};
use counterflow::{Problem, Project, export};
use counterflow_model::{Method, Model};

use crate::steps::root;
use compare::{Columns, Difference};
use environment::Environment;
use random::Random;

/// Another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Simlin's engine: Euler and Runge-Kutta.
    Simlin,
    /// PySD: Euler only, and slow.
    PySd,
}

impl Program {
    /// What the script calls it, which is also its package's name without a prefix.
    fn word(self) -> &'static str {
        match self {
            Program::Simlin => "simlin",
            Program::PySd => "pysd",
        }
    }

    /// Largest difference that is let pass, as a share of the largest value of the series.
    fn limit(self) -> f64 {
        match self {
            Program::Simlin => 1e-9,
            Program::PySd => 1e-6,
        }
    }
}

/// One file in one program.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What stands in the table.
    title: &'static str,
    /// A model's file; `None` is the bundled model.
    model: Option<&'static str>,
    policy: Option<&'static str>,
    method: Method,
    program: Program,
    /// Years of the run within the usual tests; `None` is all of them.
    years_in_tests: Option<f64>,
}

const FEATURES: Option<&str> = Some("tests/peers/features.md");
const MEMORY: Option<&str> = Some("tests/peers/memory.xmile");

const fn case(title: &'static str, model: Option<&'static str>, method: Method, program: Program) -> Case {
    Case { title, model, policy: None, method, program, years_in_tests: None }
}

/// Everything that is compared.
const CASES: &[Case] = &[
    case("all features", FEATURES, Method::Euler, Program::Simlin),
    case("all features", FEATURES, Method::RungeKutta4, Program::Simlin),
    case("all features", FEATURES, Method::Euler, Program::PySd),
    case("memories, starts, stairs", MEMORY, Method::Euler, Program::Simlin),
    case("memories, starts, stairs", MEMORY, Method::RungeKutta4, Program::Simlin),
    case("memories, starts, stairs", MEMORY, Method::Euler, Program::PySd),
    case("the bundled model, status quo", None, Method::Euler, Program::Simlin),
    case("the bundled model, status quo", None, Method::RungeKutta4, Program::Simlin),
    Case {
        policy: Some("comprehensive"),
        ..case("the bundled model, a policy of several levers", None, Method::Euler, Program::Simlin)
    },
    Case {
        policy: Some("comprehensive"),
        ..case("the bundled model, a policy of several levers", None, Method::RungeKutta4, Program::Simlin)
    },
    Case { years_in_tests: Some(1.0), ..case("the bundled model, status quo", None, Method::Euler, Program::PySd) },
];

/// How much of each run is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// What the usual tests have time for.
    Short,
    /// All of it: minutes, most of them PySD's.
    Full,
}

/// What came of one case.
pub struct Outcome {
    case: Case,
    /// First and last time.
    span: (f64, f64),
    difference: Difference,
}

/// Compares everything and says how it went; the error names what is not close enough.
pub fn check(span: Span) -> Result<(), String> {
    outcomes(span).map(|_| ())
}

/// Compares everything in full and writes the page. `date` is written into it as it is.
pub fn publish(date: &str) -> Result<(), String> {
    let (outcomes, random) = outcomes(Span::Full)?;
    let random = random.ok_or("there is no python3 with venv on this machine")?;
    let path = root().join("docs/peers.md");
    fs::write(&path, page::page(&outcomes, &random, date)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// Every case; in full, random models too.
fn outcomes(span: Span) -> Result<(Vec<Outcome>, Option<Random>), String> {
    let Some(environment) = Environment::new()? else {
        println!("   skipped: there is no python3 with venv on this machine");
        return Ok((Vec::new(), None));
    };
    if span == Span::Short {
        return Ok((cases(span, &environment)?, None));
    }
    let random = random::check(&environment)?;
    println!("   {} random models in simlin: {:?}", random.models, random.tally);
    Ok((cases(span, &environment)?, Some(random)))
}

fn cases(span: Span, environment: &Environment) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::new();
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        let outcome = run(number, *case, span, environment)?;
        let Difference { largest, name, series, times } = &outcome.difference;
        let line = format!(
            "{} in {}, {:?}: {series} series at {times} times, largest difference {largest:.1e} in {name}",
            case.title,
            case.program.word(),
            case.method
        );
        println!("   {line}");
        if *largest > case.program.limit() || largest.is_nan() {
            wrong.push(line);
        }
        outcomes.push(outcome);
    }
    if wrong.is_empty() { Ok(outcomes) } else { Err(wrong.join("; ")) }
}

fn run(number: usize, case: Case, span: Span, environment: &Environment) -> Result<Outcome, String> {
    let project = project(case, span)?;
    let model = project.model().map_err(|found| format!("{found:?}"))?;
    let policy = match case.policy {
        Some(id) => find(&project, id).map_err(told)?,
        None => Policy::status_quo(),
    };
    let file = environment.folder.join(format!("case_{number}.xmile"));
    let text = export::xmile(&project, &policy).map_err(|problem| problem.to_string())?;
    fs::write(&file, text).map_err(|error| error.to_string())?;
    let horizon = model.horizon;
    let theirs = environment.run(case.program.word(), &file, horizon.steps_per_save)?;
    let ours = ours(&project, model, policy)?;
    let difference = compare::compare(&ours, &theirs)?;
    Ok(Outcome { case, span: (horizon.start, horizon.stop), difference })
}

/// The model with the case's solver and, in the usual tests, its shorter span.
fn project(case: Case, span: Span) -> Result<Project, String> {
    let mut project = match case.model {
        Some(path) => Project::open(&root().join(path)),
        None => Project::bundled(),
    }
    .map_err(told)?;
    let found = format!("{:?}", project.compiled.diagnostics);
    let model = project.compiled.model.as_mut().ok_or(found)?;
    model.horizon.method = case.method;
    if let (Span::Short, Some(years)) = (span, case.years_in_tests) {
        model.horizon.stop = model.horizon.start + years;
    }
    Ok(project)
}

/// Every variable that the modeller declared, at every saved time.
fn ours(project: &Project, model: &Model, policy: Policy) -> Result<Columns, String> {
    let series = model.variables.iter().filter(|v| !v.hidden).map(|v| v.name.clone()).collect();
    let request = Request { policy, series, from: None, to: None, every: Every::Save, draws: None, seed: 1 };
    let simulation = simulate(project, &request, &mut |_, _| {}).map_err(told)?;
    let mut columns = Columns::from([("time".to_owned(), simulation.times.clone())]);
    for column in simulation.columns {
        if let Values::Points(points) = column.values {
            columns.insert(column.name.replace('.', "_"), points);
        }
    }
    Ok(columns)
}

fn told(problems: Vec<Problem>) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Where the script and its requirements are.
fn folder() -> PathBuf {
    root().join("tests/peers")
}
