//! `run LINK`: what a page shows of the scenario that its address holds, and addresses of policies.

use counterflow::page::link::{self, BASE};
use counterflow::page::scenario::Scenario;
use counterflow::page::shown::{self, Shown};
use counterflow::policy::Policy;
use counterflow::simulate::{Every, Request};
use counterflow::{Problem, Project};

use super::{Format, RunArgs};
use crate::output::{Answer, Failure, Output, compiled, note, open, warn};

impl RunArgs {
    /// The link, if that is what stands in place of a model.
    pub(super) fn link_given(&self) -> Option<&str> {
        self.model.as_deref().and_then(|path| path.to_str()).filter(|text| link::is_link(text))
    }

    /// Prints what the page shows of a link's first scenario.
    pub(super) fn run_link(&self, text: &str, format: Format, output: &mut Output) -> Result<Answer, Failure> {
        self.nothing_beside_a_link()?;
        let scenarios = link::read(text)?;
        let Some(scenario) = scenarios.first() else { return Ok(Answer::Done) };
        if scenarios.len() > 1 {
            let count = scenarios.len();
            note(format_args!(
                "note: the link holds {count} scenarios, this is the first; `counterflow compare --from-link` has all"
            ));
        }
        let project = shown::with_variants(open(None, &self.chosen)?, scenario)?;
        compiled(&project)?;
        let (known, simulation) = Shown::new(&project)?.simulation(scenario)?;
        warn(&simulation.warnings);
        for (element, value) in &scenario.assumptions {
            note(format_args!("assumed from the end of the data on: {element} = {value}"));
        }
        let draws = simulation.draws;
        let (policy, series) = (known.policy, Vec::new());
        let request = Request { policy, series, from: None, to: None, every: Every::Year, draws, seed: self.seed };
        self.print(&project, &request, &simulation, format, output)?;
        Ok(Answer::Done)
    }

    fn nothing_beside_a_link(&self) -> Result<(), Failure> {
        let given = [
            ("--policy", self.policy.is_some()),
            ("--set", !self.set.is_empty()),
            ("--series", !self.series.is_empty()),
            ("--from", self.from.is_some()),
            ("--to", self.to.is_some()),
            ("--every", self.every.is_some()),
            ("--draws", self.draws.is_some()),
            ("--members", self.endless.asked()),
        ];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((option, _)) => {
                let message = "stands beside a link; expected the link alone, which says what is run";
                Err(Problem::new(*option, message).into())
            }
        }
    }
}

/// The address at which the page shows policies: the status quo is left out.
///
/// # Errors
/// If there are more than a link holds.
pub fn address(project: &Project, policies: &[Policy], assumptions: &[(String, f64)]) -> Result<String, Problem> {
    let moved = policies.iter().filter(|policy| !policy.levers.is_empty());
    let mut scenarios: Vec<Scenario> = moved.map(Scenario::of).collect();
    if scenarios.len() > 4 {
        let message = format!("found {} policies; a link holds at most 4", scenarios.len());
        return Err(Problem::new("--link", message));
    }
    if scenarios.is_empty() {
        scenarios.push(Scenario::default());
    }
    for scenario in &mut scenarios {
        scenario.assumptions = assumptions.iter().cloned().collect();
        let choices = project.choices().into_iter();
        scenario.variants = choices.map(|choice| (choice.slot, choice.variant)).collect();
    }
    Ok(link::write(BASE, &scenarios))
}
