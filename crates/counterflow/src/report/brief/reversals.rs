//! The decision-reversal table: who is ahead on each outcome, and which values of which assumptions reverse it.

use maud::{Markup, html};

use super::Page;
use crate::brief::{Ahead, Contest, World};
use crate::report::tables::{folded, table};
use crate::report::{Still, words};

/// Groups of outcomes in reading order.
const GROUPS: [(&str, &str); 3] =
    [("united_states", "United States"), ("mexico", "Mexico"), ("both", "Both governments")];

/// Every outcome with its table, and all variants side by side.
pub fn section(page: &Page<'_>) -> Markup {
    let outcomes = |concerns: &str| -> Vec<usize> {
        let all = &page.brief.taken.outcomes;
        let mut found: Vec<usize> = (0..all.len()).filter(|k| all[*k].concerns == concerns).collect();
        // Counts of people first, last what has no better direction.
        found.sort_by_key(|k| (all[*k].better == "neither", all[*k].summary != "total"));
        found
    };
    html! {
        (how_to_read(page))
        @for (concerns, heading) in GROUPS {
            @let outcomes = outcomes(concerns);
            @if !outcomes.is_empty() {
                h3 { (heading) }
                @for outcome in outcomes { (of(page, outcome)) }
            }
        }
        (assumptions(page))
    }
}

fn how_to_read(page: &Page<'_>) -> Markup {
    html! {
        p {
            "Each row holds a policy against the status quo or against another policy, draw by draw; the median says who is "
            "ahead. A reversal is the value of an assumption at which the median difference changes its sign, the "
            "assumption moving over its documented range from the date on at which the policies begin. "
            (format!("In each variant up to {} assumptions were moved: those with the largest part in the spread of the differences.", most(page)))
        }
        p {
            "Basis says what the spread of the difference rests on, as a part of the status quo's level: "
            "data, analogy (studies of other places, times or drugs) or assumption. "
            "What the record says of a level, and discrepancy above all, is no evidence on what a policy does to it, and does "
            "not count. A chance is given only where the basis is data or analogy."
        }
        p { "Variants are competing texts for parts of the model in dispute. They stand side by side and are never averaged." }
    }
}

fn most(page: &Page<'_>) -> usize {
    page.brief.worlds.iter().map(|w| w.reversals.assumptions.len()).max().unwrap_or(0)
}

fn of(page: &Page<'_>, outcome: usize) -> Markup {
    let facts = page.facts(outcome);
    let contests: Vec<&Contest> = page.brief.taken.reversals.contests.iter().filter(|c| c.outcome == outcome).collect();
    let better = match facts.better {
        "neither" => "neither direction is called better".to_owned(),
        better => format!("{better} is better"),
    };
    let head = [
        "Who against whom",
        "Ahead",
        "Difference",
        "First against today",
        "Basis",
        "What would reverse it",
        "Other variants",
    ];
    let rows = contests.iter().map(|contest| row(page, contest)).collect();
    let caption = format!("{}: who is ahead, and what would reverse it", facts.title);
    let worlds: Vec<String> = page.brief.worlds.iter().map(World::name).collect();
    let mut wide = vec!["Who against whom"];
    wide.extend(worlds.iter().map(String::as_str));
    let beside = contests.iter().map(|contest| beside(page, contest)).collect();
    html! {
        h4 { (facts.title) " " small { (page.years()) ", " (facts.summary) "; " (better) } }
        div class="compact" { (table(&caption, &head, rows)) }
        @if worlds.len() > 1 {
            (folded("All variants side by side", &format!("{}: every variant", facts.title), &wide, beside))
        }
    }
}

fn pair(page: &Page<'_>, contest: &Contest) -> String {
    let second = if contest.second.is_none() { "the status quo" } else { page.name(contest.second) };
    format!("{} against {second}", page.name(Some(contest.first)))
}

/// Who is ahead, and whether the band leaves out zero.
fn ahead(page: &Page<'_>, contest: &Contest) -> String {
    let band = &contest.difference.band;
    let sure = band.lo90 > 0.0 || band.hi90 < 0.0;
    let name = match contest.ahead {
        Ahead::First => page.name(Some(contest.first)),
        Ahead::Second => page.name(contest.second),
        Ahead::Neither => return "no difference".to_owned(),
        Ahead::Undirected => return "–".to_owned(),
    };
    if sure { name.to_owned() } else { format!("{name}, by the median; the band includes no difference") }
}

fn row(page: &Page<'_>, contest: &Contest) -> Vec<String> {
    let answer = &contest.difference;
    let still = answer.is_still();
    let unit = &page.facts(contest.outcome).unit;
    let today = contest.today.as_ref().map_or_else(|| "–".to_owned(), |a| words::difference(&a.band, unit));
    let chance = page.chance(answer).map_or_else(String::new, |c| format!("; the first better in {c}"));
    vec![
        pair(page, contest),
        ahead(page, contest),
        if still { "no effect in the model".to_owned() } else { format!("{}{chance}", page.worn(answer)) },
        today,
        reversal(page, contest),
        elsewhere(page, contest),
    ]
}

fn reversal(page: &Page<'_>, contest: &Contest) -> String {
    let flips = page.reversed_by(contest);
    match (contest.difference.is_still(), flips.is_empty(), contest.turns.is_empty()) {
        (true, ..) => "–".to_owned(),
        (_, false, _) => flips.join("; "),
        (_, _, true) => "no assumption that was moved is felt".to_owned(),
        _ => format!("none of the {} felt", words::count(contest.turns.len(), "assumption")),
    }
}

/// The same contest in another variant.
fn same<'a>(world: &'a World, contest: &Contest) -> Option<&'a Contest> {
    let key = |c: &Contest| (c.outcome, c.first, c.second);
    world.reversals.contests.iter().find(|c| key(c) == key(contest))
}

/// In how many other variants the same one is ahead, and where not.
fn elsewhere(page: &Page<'_>, contest: &Contest) -> String {
    let others: Vec<(&World, &Contest)> =
        page.brief.worlds.iter().skip(1).filter_map(|w| Some((w, same(w, contest)?))).collect();
    if others.is_empty() {
        return "there are none".to_owned();
    }
    let unit = &page.facts(contest.outcome).unit;
    let differ: Vec<String> = others
        .iter()
        .filter(|(_, c)| c.ahead != contest.ahead)
        .map(|(w, c)| {
            let band = words::difference(&c.difference.band, unit);
            format!("{}: {} ({band}; {})", w.name(), ahead(page, c), words::basis(c.difference.basis))
        })
        .collect();
    let sides = others.iter().filter(|(_, c)| c.ahead == contest.ahead).count();
    let same = format!("the same side in {sides} of {}", others.len());
    if differ.is_empty() { same } else { format!("{same}; {}", differ.join("; ")) }
}

/// One row of all variants.
fn beside(page: &Page<'_>, contest: &Contest) -> Vec<String> {
    let unit = &page.facts(contest.outcome).unit;
    let cell = |world: &World| {
        same(world, contest).map_or_else(
            || "–".to_owned(),
            |c| {
                let (band, basis) = (words::difference(&c.difference.band, unit), words::basis(c.difference.basis));
                if c.difference.is_still() {
                    "no effect in the model".to_owned()
                } else {
                    format!("{}: {band}; {basis}; {}", ahead(page, c), reversal(page, c))
                }
            },
        )
    };
    let mut row = vec![pair(page, contest)];
    row.extend(page.brief.worlds.iter().map(cell));
    row
}

fn assumptions(page: &Page<'_>) -> Markup {
    let model = page.project.model().ok();
    let sentence = |element: &str| {
        let id = model.and_then(|m| m.find(element.split('[').next().unwrap_or(element)));
        id.zip(model).map_or_else(String::new, |(id, m)| m.variable(id).documentation.clone())
    };
    let row = |a: &crate::brief::Assumption| {
        vec![a.parameter.clone(), sentence(&a.parameter), a.grade.clone(), words::basis(a.basis).to_owned()]
    };
    let rows = page.brief.taken.reversals.assumptions.iter().map(row).collect();
    let head = ["Assumption", "What it is", "Grade", "Rests on"];
    folded("Assumptions that were moved", "Assumptions that were moved, most important first", &head, rows)
}
