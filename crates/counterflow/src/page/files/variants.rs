//! Parts of the model with competing texts, as `model.json` lists them.

use serde::Serialize;

use super::Selection;
use crate::error::Problem;
use crate::places;
use crate::project::Project;
use crate::variants::{Choice, Slot, Variant};

/// A part with competing texts.
#[derive(Debug, Serialize)]
pub(super) struct SlotRecord {
    name: String,
    documentation: String,
    default: String,
    variants: Vec<VariantRecord>,
}

/// One of the texts.
#[derive(Debug, Serialize)]
struct VariantRecord {
    name: String,
    title: String,
    sentence: String,
    /// Its engine; none for the text that is taken if nobody says otherwise.
    file: Option<String>,
    /// A run takes several times as long as that of the default.
    heavy: bool,
    /// Its parameters were fitted, not only taken over or drawn from their priors.
    fitted: bool,
}

/// From this many times the model values of the default on a variant is heavy.
const HEAVY: usize = 5;

/// The choices that are no default, each with the name of its engine's file.
pub(super) fn alternatives(project: &Project) -> Vec<(Choice, String)> {
    let of = |slot: &Slot| -> Vec<(Choice, String)> {
        let others = slot.variants.iter().enumerate().filter(|(at, _)| *at != slot.default);
        let choice = |variant: &Variant| Choice { slot: slot.name.clone(), variant: variant.name.clone() };
        others.map(|(_, variant)| (choice(variant), file(slot, variant))).collect()
    };
    project.slots.iter().flat_map(of).collect()
}

fn file(slot: &Slot, variant: &Variant) -> String {
    format!("variants/{}-{}.bin", slot.name, variant.name)
}

/// All slots with their texts.
///
/// # Errors
/// If a text does not compile, or the fit of places does not read.
pub(super) fn slots(project: &Project, selection: &Selection) -> Result<Vec<SlotRecord>, Vec<Problem>> {
    let plain = project.with_choices(&[])?;
    let values = values(&plain)?;
    let slot = |slot: &Slot| {
        let variants: Result<Vec<VariantRecord>, Vec<Problem>> =
            (0..slot.variants.len()).map(|at| variant(&plain, slot, at, values)).collect();
        Ok(SlotRecord {
            name: slot.name.clone(),
            documentation: selection.slots.get(&slot.name).cloned().unwrap_or_default(),
            default: slot.variants[slot.default].name.clone(),
            variants: variants?,
        })
    };
    project.slots.iter().map(slot).collect()
}

fn variant(plain: &Project, slot: &Slot, at: usize, default_values: usize) -> Result<VariantRecord, Vec<Problem>> {
    let variant = &slot.variants[at];
    let own = at == slot.default;
    let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
    let (heavy, fitted) = if own {
        (false, true)
    } else {
        let other = plain.with_choices(std::slice::from_ref(&choice))?;
        let its_own = other.posterior_name() == other.own_posterior_name();
        (values(&other)? > HEAVY * default_values, its_own || places::fitted(plain)?.contains(&choice))
    };
    Ok(VariantRecord {
        name: variant.name.clone(),
        title: variant.title.clone(),
        sentence: uncited(&variant.sentence),
        file: (!own).then(|| file(slot, variant)),
        heavy,
        fitted,
    })
}

/// Number of values of a model: what a run computes at each step.
fn values(project: &Project) -> Result<usize, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    Ok(model.ids().map(|id| model.size(id)).sum())
}

/// A sentence without the keys that it cites.
fn uncited(sentence: &str) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, from)) = rest.split_once("[@") {
        let Some((_, after)) = from.split_once(']') else { break };
        text.push_str(before.trim_end());
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_heavy_and_fitted_and_every_other_text_has_an_engine() {
        let project = Project::bundled().expect("the bundled model reads");
        let selection = Selection::of(&project).expect("it reads");
        let slots = slots(&project, &selection).expect("they compile");
        let alternatives = alternatives(&project);
        let all: Vec<(&SlotRecord, &VariantRecord)> =
            slots.iter().flat_map(|slot| slot.variants.iter().map(move |variant| (slot, variant))).collect();
        assert_eq!(all.iter().filter(|(_, variant)| variant.file.is_some()).count(), alternatives.len());
        for (slot, variant) in all {
            assert_eq!(variant.file.is_none(), variant.name == slot.default);
            assert!(!variant.sentence.contains('@') && !slot.documentation.is_empty(), "{}", variant.sentence);
            let of_places = variant.name == "states";
            assert_eq!(variant.heavy, of_places && slot.name == "geography", "{} {}", slot.name, variant.name);
            assert_eq!(variant.fitted, of_places || variant.file.is_none(), "{} {}", slot.name, variant.name);
        }
    }

    #[test]
    fn citations_fall_out_of_sentences() {
        assert_eq!(uncited("Force ends joint work [@a; @b], they say [@c]."), "Force ends joint work, they say.");
    }
}
