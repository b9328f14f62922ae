//! The model's own `check` statements, held against a run of its named member.

use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};

use crate::error::Problem;
use crate::project::Project;
use crate::simulate::{labels, named_member};

/// A statement that does not hold.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The statement in words.
    pub statement: String,
    /// File that declares it.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// First time at which it fails, in years.
    pub time: f64,
    /// The same for people.
    pub label: String,
    /// Number of steps at which it fails.
    pub times: usize,
}

/// How many statements there are, and those that fail at some step of the status quo. None without a model.
///
/// # Errors
/// If the model has a posterior that does not read.
pub fn statements(project: &Project) -> Result<(usize, Vec<Broken>), Problem> {
    let Ok(declared) = project.model() else { return Ok((0, Vec::new())) };
    if declared.checks.is_empty() {
        return Ok((0, Vec::new()));
    }
    // A balance holds at every step, so every step is saved.
    let mut model = declared.clone();
    model.horizon.steps_per_save = 1;
    let save = |check| Save { what: What::Check(check), sampling: Sampling::Point };
    let plan = Plan::new(
        &model,
        &PlanOptions { saves: (0..model.checks.len()).map(save).collect(), ..PlanOptions::default() },
    );
    let (_, draw) = named_member(project, &plan)?;
    let runs = run(&Job::new(&plan, &[draw], &[0], &Schedule::default()));
    let labels = labels(declared.horizon, &runs.times);
    let broken = |(k, check): (usize, &counterflow_model::Check)| {
        // What is not a number holds nowhere, though it is not zero.
        let fails = |value: f64| value == 0.0 || value.is_nan();
        let failing: Vec<usize> = (0..runs.len(k)).filter(|t| fails(runs.at(k, *t)[0])).collect();
        let first = *failing.first()?;
        Some(Broken {
            statement: check.statement.clone(),
            path: check.place.path.clone(),
            line: check.place.line,
            time: runs.times[first],
            label: labels[first].clone(),
            times: failing.len(),
        })
    };
    Ok((model.checks.len(), model.checks.iter().enumerate().filter_map(broken).collect()))
}
