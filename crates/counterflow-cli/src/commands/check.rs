//! `check`: everything that is wrong in a model.

mod should;

use std::path::PathBuf;

use clap::Args;
use counterflow::checks::{Broken, statements};
use counterflow::citations::Bibliography;
use counterflow::claims::Ledger;
use counterflow::reproduce::Experiments;
use counterflow::{Diagnostic, Project, Severity, render};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, open, width};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A model: a folder with model.toml, one Markdown file or one XMILE file (.xmile, .stmx); the bundled model if left out
    model: Option<PathBuf>,
    /// Run the `should` statements too: what must come out if inputs are set
    #[arg(long)]
    should: bool,
    /// How many draws each `should` must hold in, beside the run with the posterior medians
    #[arg(long, value_name = "N", default_value_t = 63, requires = "should")]
    draws: usize,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl CheckArgs {
    /// Prints all messages; the answer is no if any is an error or a statement fails.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &self.chosen)?.with_checks()?;
        let (count, broken) = statements(&project)?;
        // Claims and experiments name what is in the model and cite, so without one nothing can be said of them and of
        // what is cited.
        let has_model = project.model().is_ok();
        let mut ledger = if has_model { Ledger::of(&project)? } else { Ledger::default() };
        let experiments = if has_model { Experiments::of(&project)? } else { Experiments::default() };
        let bibliography = if has_model { Bibliography::of(&project) } else { Bibliography::default() };
        ledger.diagnostics.extend(experiments.diagnostics.into_iter().chain(bibliography.diagnostics));
        ledger.files.extend(experiments.files.into_iter().chain(bibliography.files));
        let should = if self.should && has_model { Some(should::run(&project, self.draws)?) } else { None };
        if self.json.json {
            let found = project.compiled.diagnostics.iter().chain(&ledger.diagnostics).map(json_of);
            let messages: Value = found.chain(broken.iter().map(json_of_broken)).collect();
            output.json(&match &should {
                None => messages,
                Some(found) => json!({ "messages": messages, "should": should::json_of(found) }),
            })?;
        } else {
            show(output, &project, &ledger, count, &broken)?;
            should.iter().try_for_each(|found| output.text(&should::text_of(found, width())))?;
        }
        let kept = should.as_ref().is_none_or(should::is_kept);
        let errors = ledger.diagnostics.iter().any(|found| found.severity == Severity::Error);
        let sound = has_model && broken.is_empty() && !errors && kept;
        Ok(if sound { Answer::Done } else { Answer::No })
    }
}

fn show(
    output: &mut Output,
    project: &Project,
    ledger: &Ledger,
    count: usize,
    broken: &[Broken],
) -> Result<(), Failure> {
    let found = &project.compiled.diagnostics;
    for (messages, files) in [(found, &project.sources_of_text), (&ledger.diagnostics, &ledger.files)] {
        if !messages.is_empty() {
            output.line(render::listed(messages, files, width()))?;
            output.line("")?;
        }
    }
    for Broken { path, line, statement, label, times, .. } in broken {
        output.line(format_args!(
            "{path}:{line}: error: found that \"{statement}\" fails first at {label}, at {times} steps in all; \
             expected it to hold at every time"
        ))?;
    }
    let all = found.iter().chain(&ledger.diagnostics);
    let errors = all.clone().filter(|d| d.severity == Severity::Error).count();
    let holding = count - broken.len();
    let warnings = all.count() - errors;
    output.line(match project.model() {
        Ok(_) => format!("{errors} errors, {warnings} warnings; {holding} of {count} check statements hold"),
        Err(_) => format!("{errors} errors, {warnings} warnings; check statements need a model without errors"),
    })
}

fn json_of(found: &Diagnostic) -> Value {
    json!({
        "code": found.code.text(),
        "severity": severity(found.severity),
        "path": found.place.path,
        "line": found.place.line,
        "column": found.place.column,
        "span": [found.place.span.start, found.place.span.end],
        "message": found.message,
        "label": found.label,
        "help": found.help,
    })
}

/// A failing statement in the shape of a message; it has no code, but a time.
fn json_of_broken(broken: &Broken) -> Value {
    json!({
        "code": null,
        "severity": "error",
        "path": broken.path,
        "line": broken.line,
        "column": 1,
        "message": format!("the check \"{}\" fails", broken.statement),
        "first_time": broken.time,
        "times": broken.times,
    })
}

/// The word for a severity.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
