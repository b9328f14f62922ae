//! Claims with their figures filled in. All runs that any of them asks for are one comparison, and one more at equal cost.

use counterflow_explore::comparison::Comparison;

use super::{Claim, Part, Run, Text};
use crate::comparison::{BUDGET, CompareOptions, compare};
use crate::error::Problem;
use crate::policy::Policy;
use crate::project::{Project, Source};

/// Claims with figures, and what the runs behind them were.
#[derive(Clone, Debug)]
pub struct Filled<'c> {
    /// The claims, in the order asked for.
    pub entries: Vec<Entry<'c>>,
    /// Draws of the posterior behind each figure of a run; `None` if no claim asked for a run.
    pub draws: Option<usize>,
}

/// One claim with figures.
#[derive(Clone, Debug)]
pub struct Entry<'c> {
    /// The claim.
    pub claim: &'c Claim,
    /// What the public record says.
    pub record: String,
    /// What the model says.
    pub model: String,
    /// What would have to be true.
    pub would_have_to_be_true: String,
    /// Its sources with their keys, in the order of its head.
    pub sources: Vec<(&'c str, Source)>,
}

/// Fills in the figures of some claims. `draws` is a number of posterior draws, all if `None`.
///
/// # Errors
/// If a comparison can not be made: no model, no posterior, or no draw asked for.
pub fn fill<'c>(
    project: &Project,
    claims: &[&'c Claim],
    draws: Option<usize>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Filled<'c>, Problem> {
    let own = compared(project, claims, false, draws, progress)?;
    let equal = compared(project, claims, true, draws, progress)?;
    let text = |run: &Run| {
        let comparison = if run.measure.at_equal_cost() { &equal } else { &own };
        comparison.as_ref().and_then(|comparison| run.text(comparison)).unwrap_or_else(|| "unknown".to_owned())
    };
    let entry = |claim: &&'c Claim| {
        let source = |key: &'c String| Some((key.as_str(), project.bibliography.get(key)?.clone()));
        Entry {
            claim,
            record: filled(&claim.record, &text),
            model: filled(&claim.model, &text),
            would_have_to_be_true: filled(&claim.would_have_to_be_true, &text),
            sources: claim.sources.iter().filter_map(source).collect(),
        }
    };
    let draws = own.as_ref().or(equal.as_ref()).map(|comparison| comparison.draws);
    Ok(Filled { entries: claims.iter().map(entry).collect(), draws })
}

/// One comparison of all policies that the claims ask for; `None` if they ask for none.
fn compared(
    project: &Project,
    claims: &[&Claim],
    at_equal_cost: bool,
    draws: Option<usize>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Option<Comparison>, Problem> {
    let mut policies = vec![Policy::status_quo()];
    let mut turns_of = Vec::new();
    let asked = claims.iter().flat_map(|claim| claim.runs());
    for run in asked.filter(|run| run.measure.at_equal_cost() == at_equal_cost) {
        turns_of.push((run.policy.id.clone(), run.outcome.clone()));
        if !policies.iter().any(|policy| policy.id == run.policy.id) {
            policies.push(run.policy.clone());
        }
    }
    if turns_of.is_empty() {
        return Ok(None);
    }
    let equal_budget = at_equal_cost.then_some(BUDGET);
    let options = CompareOptions { draws, seed: None, equal_budget, turns_of: Some(turns_of), assumed: Vec::new() };
    compare(project, &policies, &options, progress).map(Some)
}

/// Paragraphs and points, one a line.
fn filled(section: &Text, text: &dyn Fn(&Run) -> String) -> String {
    let part = |part: &Part| match part {
        Part::Words(words) => words.clone(),
        Part::Run(run) => text(run),
    };
    let item = |item: &super::Item| {
        let words: String = item.parts.iter().map(part).collect();
        format!("{}{}", if item.point { "- " } else { "" }, words.trim())
    };
    section.items.iter().map(item).collect::<Vec<_>>().join("\n")
}
