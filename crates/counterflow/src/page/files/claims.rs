//! `claims.json`: the ledger of claims, its figures filled in, with what each claim opens.

use serde::Serialize;

use super::model::PolicyRecord;
use super::prose;
use crate::claims::{Claim, Entry, all, fill};
use crate::error::Problem;
use crate::policy::STATUS_QUO;
use crate::project::Project;
use crate::report::words::spaced;
use crate::variants::Choice;

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct ClaimsRecord {
    /// Draws behind figures of runs; none if no claim has any.
    draws: Option<usize>,
    claims: Vec<ClaimRecord>,
}

#[derive(Debug, Serialize)]
struct ClaimRecord {
    id: String,
    side: &'static str,
    kind: &'static str,
    status: &'static str,
    title: String,
    /// The claim in a sentence.
    sentence: String,
    variables: Vec<String>,
    sources: Vec<String>,
    /// Bundled policies whose runs its text tells of.
    policies: Vec<String>,
    /// Other moves whose runs it tells of.
    runs: Vec<PolicyRecord>,
    /// A text of the model that it names, as `slot:variant`.
    variant: Option<String>,
    sections: Vec<SectionRecord>,
}

#[derive(Debug, Serialize)]
struct SectionRecord {
    title: &'static str,
    html: String,
}

/// What stands in the file. `draws` is a number of posterior draws behind figures of runs, all if `None`; `progress` hears
/// how many of how many parts of their comparison are done.
///
/// # Errors
/// If a claim does not read, or a run can not be made.
pub(super) fn record(
    project: &Project,
    draws: Option<usize>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<ClaimsRecord, Vec<Problem>> {
    let claims = all(project)?;
    let chosen: Vec<&Claim> = claims.iter().collect();
    let filled = fill(project, &chosen, draws, progress)?;
    let bundled: Vec<String> = super::model::bundled(project)?.into_iter().map(|policy| policy.id).collect();
    let claims = filled.entries.iter().map(|entry| claim(project, &bundled, entry)).collect();
    Ok(ClaimsRecord { draws: filled.draws, claims })
}

fn claim(project: &Project, bundled: &[String], entry: &Entry<'_>) -> ClaimRecord {
    let claim = entry.claim;
    let mut policies: Vec<String> = Vec::new();
    let mut runs: Vec<PolicyRecord> = Vec::new();
    for policy in claim.runs().map(|run| &run.policy).filter(|policy| policy.id != STATUS_QUO) {
        if bundled.contains(&policy.id) {
            if !policies.contains(&policy.id) {
                policies.push(policy.id.clone());
            }
        } else if !runs.iter().any(|run| run.id == policy.id) {
            runs.push(PolicyRecord::from(policy));
        }
    }
    let texts = [
        ("The record", &entry.record),
        ("The model", &entry.model),
        ("What would have to be true", &entry.would_have_to_be_true),
    ];
    ClaimRecord {
        id: claim.id.clone(),
        side: claim.side.word(),
        kind: claim.kind.word(),
        status: claim.status.word(),
        title: capitalised(&spaced(&claim.id)),
        sentence: claim.claim.clone(),
        variables: claim.variables.clone(),
        sources: claim.sources.clone(),
        policies,
        runs,
        variant: texts.iter().find_map(|(_, text)| variant(project, text)),
        sections: texts.map(|(title, text)| SectionRecord { title, html: prose::html(project, text) }).into(),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The first variant that a text names by its option, `--variant slot=name`.
fn variant(project: &Project, text: &str) -> Option<String> {
    let named = text.split("--variant ").skip(1).filter_map(|rest| rest.split(['`', ' ']).next());
    let choices = named.filter_map(|text| text.parse::<Choice>().ok());
    let there = |choice: &Choice| {
        let slot = project.slots.iter().find(|slot| slot.name == choice.slot);
        slot.is_some_and(|slot| slot.variants.iter().any(|variant| variant.name == choice.variant))
    };
    choices.into_iter().find(there).map(|choice| format!("{}:{}", choice.slot, choice.variant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_is_whole_and_opens_what_it_tells_of() {
        let project = Project::bundled().expect("the bundled model reads");
        let file = record(&project, Some(8), &mut |_, _| ()).expect("it is made");
        assert_eq!((file.claims.len(), file.draws), (37, Some(8)));
        for claim in &file.claims {
            for section in &claim.sections {
                let text = &section.html;
                assert!(
                    !text.is_empty() && !text.contains(['`', '{', '}']) && !text.contains("[@"),
                    "{}: {text}",
                    claim.id
                );
                assert!(!text.contains("unknown") && !text.contains("**"), "{}: {text}", claim.id);
            }
        }
        let of = |id: &str| file.claims.iter().find(|claim| claim.id == id).expect("a claim");
        let only = of("strike_only_way");
        assert_eq!((only.title.as_str(), only.side), ("Strike only way", "article"));
        assert_eq!(only.policies, ["article_offensive", "precursor_controls", "naloxone"]);
        assert_eq!(only.runs.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["strikes_on_labs=100@2026-01"]);
        assert_eq!(of("organised_and_advanced").variant.as_deref(), Some("organisations:groups"));
    }
}
