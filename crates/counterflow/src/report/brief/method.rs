//! How the brief was made: definitions, variants with their posteriors, and what it leaves out.

use maud::{Markup, html};

use super::Page;
use crate::brief::World;
use crate::report::{tables, words};

/// Definitions and variants.
pub fn section(page: &Page<'_>) -> Markup {
    let head = ["Variant", "What it says", "Posterior", "Drawn from priors"];
    let row = |world: &World| {
        let own = if world.fitted { "" } else { ", not fitted with this variant" };
        let title = if world.choice.is_none() { taken(page) } else { world.title.clone() };
        let priors = if world.from_priors.is_empty() { "–".to_owned() } else { words::list(&world.from_priors) };
        vec![world.name(), title, format!("{}{own}", world.posterior), priors]
    };
    html! {
        p {
            "Every policy is run in every draw with the same parameters and the same noise, so a difference is taken draw by draw. "
            "Today is the last twelve months of data, to " (page.project.compare.data_through_label) "; a total is compared with as many years of it."
        }
        p {
            "The order of policies is told for every variant, one slot at a time. "
            "Years, payers, costs and doses are told for the variants that are taken; " code { "--variant" } " takes another. "
            "A variant without a posterior of its own is run with the draws of the one named here; parameters that it brings are drawn from their priors."
        }
        (tables::table("Variants, and the draws that were used", &head, page.brief.worlds.iter().map(row).collect()))
        ul {
            @for policy in &page.brief.policies { li { strong { (policy.name) } ": " (policy.sentence) } }
        }
    }
}

fn taken(page: &Page<'_>) -> String {
    let choices: Vec<String> =
        page.project.slots.iter().map(|slot| format!("{}={}", slot.name, slot.taken().name)).collect();
    if choices.is_empty() { "The model has no variants".to_owned() } else { words::list(&choices) }
}
