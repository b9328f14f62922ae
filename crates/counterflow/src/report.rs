//! The report of a comparison: one HTML file that needs no network, no fonts and no script.
//!
//! It is written for a sceptical reader with two minutes, and for the same reader with an afternoon: the answer first,
//! then differences, paths, structure, fit, assumptions, and what the data did not tell. A report is a function of its
//! input alone. The files are named after what they draw; `page` sets their order.

mod assumptions;
mod axis;
pub(crate) mod brief;
mod differences;
mod fan_chart;
pub mod fit_chart;
pub mod fits;
mod flow_diagram;
mod flow_layout;
mod futures;
mod headline;
mod interval_chart;
mod limits;
pub mod links;
mod page;
pub mod palette;
pub(crate) mod record;
pub mod scale;
mod snapshot;
mod sources;
pub mod svg;
pub mod tables;
pub(crate) mod track;
pub mod words;

use counterflow_explore::comparison::{Answer, Band, Comparison, OutcomeFacts, PolicyAnswer, Reference};

use crate::brief::TESTED_YEARS;
use crate::fit::Fit;
use crate::posterior::About;
use crate::project::Project;

/// Everything a report says comes from here.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Model, data, bibliography.
    pub project: &'a Project,
    /// What was compared.
    pub comparison: &'a Comparison,
    /// Fit to each data series, where there is a posterior.
    pub fit: Option<&'a Fit>,
    /// How the posterior was made.
    pub posterior: Option<&'a About>,
    /// The posterior of each parameter element, where there is one.
    pub parameters: Option<&'a [ParameterRow]>,
    /// The command that makes this report again.
    pub command: &'a str,
}

/// What the data said of one parameter element.
#[derive(Clone, Debug)]
pub struct ParameterRow {
    /// Name of the element, as in [`counterflow_explore::comparison::Driver::parameter`].
    pub name: String,
    /// Its posterior.
    pub posterior: Band,
    /// 1 - posterior variance / prior variance, cut at 0.
    pub contraction: f64,
}

/// The report as one HTML document.
pub fn html(input: &ReportInput<'_>) -> String {
    page::page(input).into_string()
}

/// The style sheet that tables, charts and text of a report are written for.
pub fn style() -> String {
    format!("{}{}", palette::variables(), page::STYLE)
}

/// Id of the policy that is the status quo.
const STATUS_QUO: &str = "status_quo";

/// Below this the data said nearly nothing of a parameter.
const UNTOLD: f64 = 0.1;

impl ReportInput<'_> {
    fn status_quo(&self) -> Option<&PolicyAnswer> {
        self.comparison.policies.iter().find(|p| p.id == STATUS_QUO)
    }

    /// All policies but the status quo.
    fn proposals(&self) -> impl Iterator<Item = &PolicyAnswer> {
        self.comparison.policies.iter().filter(|p| p.id != STATUS_QUO)
    }

    /// Positions of some outcomes in reading order: counts of people first, then what has a better direction.
    fn outcomes(&self, wanted: impl Fn(&OutcomeFacts) -> bool) -> Vec<usize> {
        let outcomes = &self.comparison.outcomes;
        let mut chosen: Vec<usize> = (0..outcomes.len()).filter(|o| wanted(&outcomes[*o])).collect();
        chosen.sort_by_key(|o| (outcomes[*o].summary != "total", outcomes[*o].better == "neither"));
        chosen
    }

    /// Position of the first outcome that counts people of a country.
    fn total_of(&self, country: &str) -> Option<usize> {
        self.comparison.outcomes.iter().position(|o| o.concerns == country && o.summary == "total" && o.unit != "USD")
    }
}

/// The answer of a policy about an outcome against a reference.
fn answer(policy: &PolicyAnswer, outcome: usize, reference: Reference) -> Option<&Answer> {
    policy.answers.iter().find(|a| a.outcome == outcome && a.reference == reference)
}

/// Whether an answer is no effect at all, in any draw that counts.
trait Still {
    /// True if the band is zero from end to end.
    fn is_still(&self) -> bool;
}

impl Still for Answer {
    fn is_still(&self) -> bool {
        self.band.lo90 == 0.0 && self.band.hi90 == 0.0
    }
}
