//! The claims ledger with its figures.

use counterflow::claims::{Claim, Entry, Side};
use counterflow::report::tables::rich;
use counterflow::report::words::{count, spaced};
use maud::{Markup, html};

use super::{Library, RECORD};
use crate::site::Page;

/// File of the page.
pub const FILE: &str = "claims.html";

/// Anchor of a claim.
pub fn anchor(id: &str) -> String {
    format!("c-{id}")
}

impl Library<'_> {
    /// The page.
    pub fn claims(&self) -> Page {
        Page { file: FILE.into(), title: "Claims".into(), part: RECORD, content: self.ledger() }
    }

    fn ledger(&self) -> Markup {
        let entries = &self.material.claims.entries;
        html! {
            p {
                "What the article and its rebuttal say, in our words; what the public record says of it, what the model says, and what would have to be true. "
                "Status is against the record; value judgements are recorded, not scored."
                @if let Some(draws) = self.material.claims.draws { " Figures of runs rest on " (count(draws, "draw")) " of the posterior." }
            }
            @for side in Side::ALL {
                h2 id={ "side-" (side.word()) } { "The " (side.word()) }
                (rich(&format!("Claims of the {}", side.word()), &["Claim", "Status", "Kind"], &rows(entries, *side)))
            }
            @for entry in entries { (self.claim(entry)) }
        }
    }

    fn claim(&self, entry: &Entry<'_>) -> Markup {
        let Claim { id, claim, side, kind, status, variables, sources, .. } = entry.claim;
        let nowhere = |_: &str| None;
        let prefix = format!("{}-", anchor(id));
        let prose = self.prose(&prefix, 3, &nowhere);
        let named = |name: &String| self.main.addresses.named(name).map(|address| (name.clone(), address));
        let variables: Vec<(String, &str)> = variables.iter().filter_map(named).collect();
        let parts = [
            ("The record", &entry.record),
            ("The model", &entry.model),
            ("What would have to be true", &entry.would_have_to_be_true),
        ];
        html! {
            section class="claim" aria-labelledby=(anchor(id)) {
                h3 id=(anchor(id)) { (claim) }
                p { small { "The " (side.word()) "; " (kind.word()) "; " strong { (status.word()) } } }
                @for (title, text) in parts { h4 { (title) } (prose.lines(text)) }
                p class="relations" {
                    @if !variables.is_empty() {
                        "About " @for (i, (name, address)) in variables.iter().enumerate() { @if i > 0 { ", " } a href=(address) { (spaced(name)) } } ". "
                    }
                    "Sources: " (crate::prose::source_links(self.material.project, &self.main.addresses, sources)) "."
                }
            }
        }
    }
}

fn rows(entries: &[Entry<'_>], side: Side) -> Vec<Vec<Markup>> {
    let own = entries.iter().map(|entry| entry.claim).filter(|claim| claim.side == side);
    own.map(|claim| {
        vec![
            html! { a href={ "#" (anchor(&claim.id)) } { (claim.claim) } },
            html! { (claim.status.word()) },
            html! { (claim.kind.word()) },
        ]
    })
    .collect()
}
