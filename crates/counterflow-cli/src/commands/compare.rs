//! `compare`: what each policy would do, against the status quo and against today.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::Project;
use counterflow::answers::Comparison;
use counterflow::comparison::{self, BUDGET, CompareOptions, json};
use counterflow::page::link;
use counterflow::page::scenario::{Scenario, assumption as assumption_of};
use counterflow::page::shown;
use counterflow::policy::{self, Policy, last_month_before};
use counterflow::variants::Slot;
use serde_json::Value;

#[cfg(test)]
mod tests;
pub(super) mod text;

use super::run::linked::address;
use super::{Chosen, Json, report};
use crate::output::{Answer, Failure, Output, compiled, note, open, warn, width};
use crate::progress::Progress;

/// Arguments of `compare`.
#[derive(Debug, Default, Args)]
pub struct CompareArgs {
    /// A policy: the id of a bundled one (see `policies`), or a TOML file; may be repeated; all bundled ones if left out
    #[arg(long, value_name = "ID|FILE")]
    policy: Vec<String>,
    /// Scale the doses of every policy to the same public cost first
    #[arg(long)]
    equal_budget: bool,
    /// Budget of that comparison in USD over the years counted; a year of the federal drug-control budget if left out
    #[arg(long, value_name = "USD", requires = "equal_budget", value_parser = amount)]
    budget: Option<f64>,
    /// How many draws of the posterior to use; all if left out
    #[arg(long, value_name = "N")]
    draws: Option<usize>,
    /// Seed of the noise
    #[arg(long)]
    seed: Option<u64>,
    /// Assume a value of a parameter in every draw from the end of the data on, for example kit_cost=40; may be repeated
    #[arg(long, value_name = "PARAMETER=VALUE", allow_hyphen_values = true, value_parser = assumption)]
    assume: Vec<(String, f64)>,
    /// Compare the scenarios that a link of the page holds
    #[arg(long, value_name = "LINK", conflicts_with_all = ["policy", "assume"])]
    from_link: Option<String>,
    /// Print the link at which the page shows these policies, up to four, and compare nothing
    #[arg(long, conflicts_with = "equal_budget")]
    link: bool,
    /// Where to write the HTML report; counterflow-report.html if left out, none with --json
    #[arg(long, value_name = "FILE.html")]
    out: Option<PathBuf>,
    /// Print every answer at length: what each policy is, all bands, and what each number rests on
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

/// Where the report goes if nothing else is said.
const REPORT: &str = "counterflow-report.html";

impl CompareArgs {
    /// Compares, prints, and writes the report.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let linked = self.linked()?;
        let mut project = open(None, &self.chosen)?;
        if let Some(first) = linked.first() {
            project = shown::with_variants(project, first)?;
        }
        compiled(&project)?;
        if self.link {
            let policies = if self.policy.is_empty() { Vec::new() } else { policy::several(&project, &self.policy)? };
            assumed(&project, &self.assume)?;
            output.line(address(&project, &policies, &self.assume)?)?;
            return Ok(Answer::Done);
        }
        let comparison = if linked.is_empty() { self.ask(&project)? } else { self.ask_linked(&project, &linked)? };
        if self.json.json {
            let mut value = json::of(&comparison, &project.version, &data_through(&project), self.equal_budget);
            let taken = |slot: &Slot| (slot.name.clone(), Value::from(slot.taken().name.as_str()));
            value["variants"] = project.slots.iter().map(taken).collect::<serde_json::Map<String, Value>>().into();
            value["posterior"] = project.posterior_name().into();
            output.json(&value)?;
            if let Some(path) = &self.out {
                report::write(&project, &comparison, path)?;
            }
            return Ok(Answer::Done);
        }
        let version = version_with_variants(&project);
        let frame = text::Frame { comparison: &comparison, data_through: data_through(&project), version: &version };
        output.text(&if self.details { frame.details(width()) } else { frame.compact(width()) })?;
        self.report(&project, &comparison, output)?;
        Ok(Answer::Done)
    }

    /// A report that was asked for must be written; one that comes by itself may fail where nothing can be written.
    fn report(&self, project: &Project, comparison: &Comparison, output: &mut Output) -> Result<(), Failure> {
        let path = self.out.as_deref().unwrap_or(Path::new(REPORT));
        match report::write(project, comparison, path) {
            Ok(()) => output.line(format_args!("\nReport: {}", path.display())),
            Err(failure) if self.out.is_some() => Err(failure),
            Err(failure) => {
                note(failure.to_string().trim_end());
                Ok(())
            }
        }
    }

    /// Asks the library.
    pub fn ask(&self, project: &Project) -> Result<Comparison, Failure> {
        let policies =
            if self.policy.is_empty() { policy::all(project)? } else { policy::several(project, &self.policy)? };
        self.compared(project, &policies, assumed(project, &self.assume)?)
    }

    /// The scenarios of the link that was given; none if none was.
    fn linked(&self) -> Result<Vec<Scenario>, Failure> {
        Ok(self.from_link.as_deref().map(link::read).transpose()?.unwrap_or_default())
    }

    /// Asks the library for the scenarios of a link; the assumptions of the first hold for all.
    fn ask_linked(&self, project: &Project, scenarios: &[Scenario]) -> Result<Comparison, Failure> {
        let model = compiled(project)?;
        let mut policies = vec![Policy::status_quo()];
        let mut assumed = Vec::new();
        for (k, scenario) in scenarios.iter().enumerate() {
            let known = scenario.known(model, project.compare.data_through, &format!("scenario_{}", k + 1), "link")?;
            policies.push(known.policy);
            assumed = known.assumed;
        }
        self.compared(project, &policies, assumed)
    }

    fn compared(
        &self,
        project: &Project,
        policies: &[Policy],
        assumed: Vec<(usize, f64)>,
    ) -> Result<Comparison, Failure> {
        policies.iter().for_each(|policy| warn(&policy.warnings));
        let options = CompareOptions {
            draws: self.draws,
            seed: self.seed,
            equal_budget: self.equal_budget.then(|| self.budget.unwrap_or(BUDGET)),
            turns_of: None,
            assumed,
        };
        let progress = Progress::new("policies");
        let comparison = comparison::compare(project, policies, &options, &mut |done, of| progress.at(done, of))?;
        drop(progress);
        if let Some(asked) = self.draws.filter(|asked| *asked > comparison.draws) {
            note(format_args!("note: --draws: found {asked}; the posterior has {}, all are used", comparison.draws));
        }
        Ok(comparison)
    }
}

/// Positions in a draw of what is assumed, with what must be seen.
fn assumed(project: &Project, assumptions: &[(String, f64)]) -> Result<Vec<(usize, f64)>, Failure> {
    let model = compiled(project)?;
    let mut positions = Vec::new();
    for (element, value) in assumptions {
        let (position, warning) = assumption_of(model, "--assume", element, *value)?;
        warn(warning.as_slice());
        positions.push((position, *value));
    }
    Ok(positions)
}

/// A parameter and its value on the command line.
fn assumption(text: &str) -> Result<(String, f64), String> {
    let pair =
        text.rsplit_once('=').and_then(|(name, value)| Some((name.trim().to_owned(), value.trim().parse().ok()?)));
    pair.ok_or_else(|| "expected PARAMETER=VALUE, for example kit_cost=40; see `parameters`".to_owned())
}

/// A sum of money on the command line.
pub(super) fn amount(text: &str) -> Result<f64, String> {
    let amount = text.parse().ok().filter(|amount: &f64| amount.is_finite() && *amount > 0.0);
    amount.ok_or_else(|| "expected a positive amount in USD, for example 20e9".to_owned())
}

/// The model's version, with the variants that were chosen in place of its own.
pub fn version_with_variants(project: &Project) -> String {
    let choices: Vec<String> = project.choices().iter().map(ToString::to_string).collect();
    if choices.is_empty() {
        project.version.clone()
    } else {
        format!("{} with {}", project.version, choices.join(", "))
    }
}

/// The last month of the data.
pub(super) fn data_through(project: &Project) -> String {
    last_month_before(project.compare.data_through).to_string()
}
