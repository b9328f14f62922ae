//! The answer in a few sentences: for the deaths of each country, who is ahead of the status quo and on what that rests.

use maud::{Markup, html};

use super::Page;
use crate::brief::{Ahead, Contest};
use crate::report::words;

/// One panel for each country.
pub fn section(page: &Page<'_>) -> Markup {
    html! {
        p {
            "Effects are differences from the same future without the policy, over " (page.years())
            ": the median, and in brackets the band that holds 90 in 100 futures. "
            "Deaths in the United States and in Mexico are never added."
        }
        div class="panels" {
            @for plane in &page.brief.taken.planes { (panel(page, plane.outcome)) }
        }
        @if !kinetic(page).is_empty() { p class="note" { (kinetic(page)) } }
    }
}

fn panel(page: &Page<'_>, outcome: usize) -> Markup {
    let contests = (0..page.brief.policies.len()).filter_map(|k| page.against_status_quo(outcome, k));
    html! {
        div class="short" {
            h3 { (page.facts(outcome).title) ", against the status quo" }
            dl {
                @for contest in contests {
                    dt { (page.name(Some(contest.first))) }
                    dd { (said(page, contest)) }
                }
            }
        }
    }
}

fn said(page: &Page<'_>, contest: &Contest) -> String {
    let others = page.brief.worlds.iter().skip(1);
    let same = |c: &Contest| (c.outcome, c.first, c.second) == (contest.outcome, contest.first, contest.second);
    let differ: Vec<String> = others
        .filter(|w| w.reversals.contests.iter().any(|c| same(c) && c.ahead != contest.ahead))
        .map(crate::brief::World::name)
        .collect();
    let side = match contest.ahead {
        Ahead::First => "Ahead of the status quo: ",
        Ahead::Second => "Behind the status quo: ",
        Ahead::Neither | Ahead::Undirected => "",
    };
    let chance = page.chance(&contest.difference).map_or_else(String::new, |c| format!(" Better in {c} futures."));
    let variants = if differ.is_empty() {
        " The same side in every variant.".to_owned()
    } else {
        format!(" Another side with {}.", words::list(&differ))
    };
    let turns = match contest.flips().next() {
        Some(turn) => format!(" First reversal: {}.", crate::report::differences::break_even(turn)),
        None => " No assumption that was moved over its range reverses it.".to_owned(),
    };
    format!("{side}{}.{chance}{turns}{variants}", page.worn(&contest.difference))
}

/// What is said of force wherever a policy has it among its levers.
pub fn kinetic(page: &Page<'_>) -> String {
    let forceful = page.brief.policies.iter().filter(|p| !p.kinetic.is_empty());
    let named: Vec<String> = forceful.map(|p| format!("{} ({})", p.name, words::list(&p.kinetic))).collect();
    if named.is_empty() {
        return String::new();
    }
    format!(
        "Kinetic levers are barred from every optimiser. {} moves such levers: its doses are those it was written with, \
         and its sweep shows how effects run with dose. No dose is searched for or called best.",
        words::list(&named)
    )
}
