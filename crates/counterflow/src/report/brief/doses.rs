//! Each policy at parts and multiples of its doses, and all policies at the same cost.

use maud::{Markup, html};

use super::Page;
use super::lines::{Line, Said, chart, in_words};
use super::short::kinetic;
use crate::answers::{Answer, Reference};
use crate::brief::{Brought, EqualBudget, FACTORS, Rung, answer_of};
use crate::report::{tables, words};

/// Sweeps, then equal budgets.
pub fn section(page: &Page<'_>) -> Markup {
    let outcomes = shown(page);
    html! {
        p {
            "Each policy with all its doses times a factor, at the same dates. Doses stop where the documented range of a lever "
            "ends: no evidence was found for what it does beyond. "
            "Reversals of these effects at the policies' own doses stand in the first table."
        }
        @if !kinetic(page).is_empty() { p class="note" { (kinetic(page)) } }
        div class="panels" { @for plane in &page.brief.taken.planes { (sweep(page, plane.outcome)) } }
        @for (k, rungs) in page.brief.taken.doses.iter().enumerate() { (of(page, k, rungs, &outcomes)) }
        @if let Some(equal) = &page.brief.taken.equal_budget { (equal_budget(page, equal, &outcomes)) }
    }
}

/// Outcomes in the tables: the deaths of each country, and cost.
fn shown(page: &Page<'_>) -> Vec<usize> {
    let cost = page.brief.taken.outcomes.iter().position(|o| o.id == "public_cost");
    page.brief.taken.planes.iter().map(|p| p.outcome).chain(cost).collect()
}

fn sweep(page: &Page<'_>, outcome: usize) -> Markup {
    let facts = page.facts(outcome);
    let line = |(k, rungs): (usize, &Vec<Rung>)| {
        let point = |r: &Rung| Some((r.factor, answer_of(&r.answers, outcome, Reference::StatusQuo)?.band.median));
        let points = std::iter::once((0.0, 0.0)).chain(rungs.iter().filter_map(point)).collect();
        Line { name: page.name(Some(k)), points }
    };
    let lines: Vec<Line<'_>> = page.brief.taken.doses.iter().enumerate().map(line).collect();
    // The origin is no dose.
    let runs: Vec<Line<'_>> =
        lines.iter().map(|line| Line { name: line.name, points: line.points[1..].to_vec() }).collect();
    let spoken = in_words(&runs, &facts.unit, &|at| format!("{at} times the doses"));
    let id = format!("doses-{}", words::slug(&facts.id));
    let title = format!("{}: median difference from the status quo, by dose", facts.title);
    let marks = std::iter::once(0.0).chain(FACTORS).map(|f| (f, format!("{f}"))).collect();
    let said = Said { id: &id, title: &title, description: &spoken, marks, shaded_from: None };
    html! {
        figure {
            h3 { (facts.title) " " small { "median difference over " (page.years()) ", by factor on all doses" } }
            @match chart(&lines, &said) {
                Some(chart) => (chart),
                None => p { "No effect in the model." },
            }
            figcaption { p { (spoken) } }
        }
    }
}

/// Effects against both references, with the basis.
fn cells(page: &Page<'_>, answers: &[Answer], outcomes: &[usize]) -> Vec<String> {
    let one = |outcome: &usize| {
        let effect = answer_of(answers, *outcome, Reference::StatusQuo).map_or_else(String::new, |a| page.worn(a));
        let today = answer_of(answers, *outcome, Reference::Today);
        [effect, today.map_or_else(String::new, |a| words::difference(&a.band, &page.facts(*outcome).unit))]
    };
    outcomes.iter().flat_map(one).collect()
}

fn headings(page: &Page<'_>, first: &[&str], outcomes: &[usize]) -> Vec<String> {
    let of = |outcome: &usize| {
        let title = &page.facts(*outcome).title;
        [title.clone(), format!("{title}, against today")]
    };
    first.iter().map(|s| (*s).to_owned()).chain(outcomes.iter().flat_map(of)).collect()
}

fn of(page: &Page<'_>, policy: usize, rungs: &[Rung], outcomes: &[usize]) -> Markup {
    let head = headings(page, &["Doses times"], outcomes);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let row = |rung: &Rung| -> Vec<String> {
        let mut row = vec![format!("{}", rung.factor)];
        match &rung.stopped {
            Some(stop) => row.push(format!(
                "not run: the range of {} ends at {}, that is at {} times the doses",
                words::spaced(&stop.lever),
                words::number(stop.end),
                words::number(stop.factor)
            )),
            None => row.extend(cells(page, &rung.answers, outcomes)),
        }
        row.resize(head.len(), String::new());
        row
    };
    let rows = rungs.iter().map(row).collect();
    let name = page.name(Some(policy));
    tables::folded(&format!("{name}: all doses"), &format!("{name} at parts and multiples of its doses"), &head, rows)
}

fn equal_budget(page: &Page<'_>, equal: &EqualBudget, outcomes: &[usize]) -> Markup {
    let head = headings(page, &["Policy", "Doses times"], outcomes);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let row = |(k, brought): (usize, &Brought)| -> Vec<String> {
        let why = || brought.note.clone().unwrap_or_default();
        let factor = brought.factor.map_or_else(|| format!("its own doses: {}", why()), words::number);
        let mut row = vec![page.name(Some(k)).to_owned(), factor];
        row.extend(cells(page, &brought.answers, outcomes));
        row
    };
    let amount = words::amount(equal.amount, "USD");
    let whose = equal
        .of
        .map_or_else(String::new, |k| format!(", what {} costs, the cheapest that costs anything", page.name(Some(k))));
    html! {
        h3 { "At the same cost" }
        p {
            "Every policy with its doses times one factor, so that its median public cost over " (page.years()) ", not discounted, is "
            (amount) (whose) ". The factor is set by cost alone, never by effect."
        }
        (tables::table("The policies at the same cost", &head, equal.policies.iter().enumerate().map(row).collect()))
    }
}
