//! The brief as one HTML file that needs no network, no fonts and no script, on the ground of the report.

mod burdens;
mod doses;
mod lines;
mod method;
mod planes;
mod reversals;
mod short;

use counterflow_explore::comparison::{Answer, Basis, OutcomeFacts};
use maud::{Markup, html};

use super::page::{Section, document};
use super::{Still, words};
use crate::brief::{Brief, Contest};
use crate::project::Project;

/// Everything the page says comes from here.
struct Page<'a> {
    project: &'a Project,
    brief: &'a Brief,
    command: &'a str,
}

/// The brief as a document.
pub fn html(project: &Project, brief: &Brief, command: &str) -> String {
    let page = Page { project, brief, command };
    let section = |id, heading, content| Section { id, heading, content };
    let sections = [
        section("answer", "In short", short::section(&page)),
        section("reversals", "Who is ahead, and what would reverse it", reversals::section(&page)),
        section("burdens", "Who bears what, and when", burdens::section(&page)),
        section("cost", "Cost against deaths", planes::section(&page)),
        section("doses", "Doses and equal budgets", doses::section(&page)),
        section("method", "How it was made", method::section(&page)),
    ];
    let title = project.model().map_or("Policies", |model| model.title.as_str());
    let names: Vec<String> = brief.policies.iter().map(|p| p.name.clone()).collect();
    let lead = format!("A brief on {}", words::list(&names));
    document(title, "a brief", &lead, &page.made(), &sections).into_string()
}

impl Page<'_> {
    fn made(&self) -> Markup {
        let known = |text: &str| if text.is_empty() { "not stated".to_owned() } else { text.to_owned() };
        html! {
            dl class="made" {
                div { dt { "Data through" } dd { (known(&self.project.compare.data_through_label)) } }
                div { dt { "Model version" } dd { (known(&self.project.version)) } }
                div { dt { "Years counted" } dd { (self.years()) } }
                div { dt { "Draws" } dd { (self.brief.draws) } }
                div { dt { "Seed" } dd { (self.brief.seed) } }
                div { dt { "Discounting" } dd { (words::percent(self.brief.discount)) " a year" } }
                div { dt { "Made by" } dd { code { (self.command) } } }
            }
        }
    }

    fn years(&self) -> String {
        words::years(self.brief.taken.years)
    }

    fn facts(&self, outcome: usize) -> &OutcomeFacts {
        &self.brief.taken.outcomes[outcome]
    }

    fn name(&self, policy: Option<usize>) -> &str {
        policy.map_or("Status quo", |k| &self.brief.policies[k].name)
    }

    /// The contest of a policy against the status quo, in the variants that are taken.
    fn against_status_quo(&self, outcome: usize, policy: usize) -> Option<&Contest> {
        let found = |c: &&Contest| (c.outcome, c.first, c.second) == (outcome, policy, None);
        self.brief.taken.reversals.contests.iter().find(found)
    }

    /// An effect with its basis, as every cell wears it.
    fn worn(&self, answer: &Answer) -> String {
        let band = words::difference(&answer.band, &self.facts(answer.outcome).unit);
        if answer.is_still() {
            "no effect in the model".to_owned()
        } else {
            format!("{band}; {}", words::basis(answer.basis))
        }
    }

    /// What turns a contest: values of assumptions within their ranges.
    fn reversed_by(&self, contest: &Contest) -> Vec<String> {
        contest.flips().map(super::differences::break_even).collect()
    }

    /// Whether a year is beyond what back-tests reach.
    fn untested(&self, year: f64) -> bool {
        year + 1.0 > self.brief.untested_from
    }

    /// A year as a heading, marked where it is beyond what back-tests reach.
    fn year(&self, year: f64) -> String {
        if self.untested(year) { format!("{year} *") } else { format!("{year}") }
    }

    /// The chance that the first is better, where something informs the answer.
    fn chance(&self, answer: &Answer) -> Option<String> {
        let informed = answer.basis != Basis::Assumption;
        answer.p_better.filter(|_| informed).map(words::in_100)
    }
}
