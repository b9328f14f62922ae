//! Who bears what, and when: deaths of each country apart, first months, payers.

use maud::{Markup, html};

use super::Page;
use super::lines::{Line, Said, chart, in_words};
use crate::brief::{CLEAR, Course, First, VISIBLE};
use crate::report::tables::{folded, table};
use crate::report::{Still, words};

/// Deaths, the first months of all effects, and who pays.
pub fn section(page: &Page<'_>) -> Markup {
    html! {
        p { (untested(page)) }
        div class="panels" { @for plane in &page.brief.taken.planes { (over_years(page, plane.outcome)) } }
        (first_months(page))
        (payers(page))
    }
}

fn untested(page: &Page<'_>) -> String {
    format!(
        "Years that reach beyond {}, {} months after the end of the data, are beyond what back-tests of such models reach: \
         they are shaded in charts and marked * in tables.",
        crate::policy::last_month_before(page.brief.untested_from),
        12.0 * crate::brief::TESTED_YEARS
    )
}

fn course<'a>(page: &'a Page<'_>, policy: usize, outcome: usize) -> Option<&'a Course> {
    page.brief.taken.burdens[policy].courses.iter().find(|c| c.outcome == outcome)
}

fn over_years(page: &Page<'_>, outcome: usize) -> Markup {
    let facts = page.facts(outcome);
    let policies = 0..page.brief.policies.len();
    let courses: Vec<&Course> = policies.filter_map(|k| course(page, k, outcome)).collect();
    let lines: Vec<Line<'_>> = (courses.iter().enumerate())
        .map(|(k, c)| {
            let points = c.years.iter().map(|(year, band)| (year + 0.5, band.median)).collect();
            Line { name: page.name(Some(k)), points }
        })
        .collect();
    let years: Vec<f64> = courses.first().map_or_else(Vec::new, |c| c.years.iter().map(|(year, _)| *year).collect());
    let spoken = in_words(&lines, &facts.unit, &|at| format!("{}", at.floor()));
    let id = format!("years-{}", words::slug(&facts.id));
    let title = format!("{}: yearly difference from the status quo", facts.title);
    let marks = years.iter().step_by(2).map(|year| (year + 0.5, format!("{year}"))).collect();
    let said =
        Said { id: &id, title: &title, description: &spoken, marks, shaded_from: Some(page.brief.untested_from) };
    let mut head = vec!["Policy".to_owned()];
    head.extend(years.iter().map(|year| page.year(*year)));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let row = |(k, c): (usize, &&Course)| -> Vec<String> {
        let cells = c.years.iter().map(|(_, band)| words::difference(band, &facts.unit));
        std::iter::once(page.name(Some(k)).to_owned()).chain(cells).collect()
    };
    let rows = courses.iter().enumerate().map(row).collect();
    html! {
        figure {
            h3 { (facts.title) " " small { "a year, median difference from the status quo" } }
            @match chart(&lines, &said) {
                Some(chart) => (chart),
                None => p { "No effect in the model." },
            }
            figcaption {
                p { (spoken) }
                (folded("Year by year, with bands", &format!("{}: difference from the status quo in each year", facts.title), &head, rows))
            }
        }
    }
}

/// Months as people say them.
fn month(found: Option<First>, (less, more): (&str, &str)) -> String {
    match found {
        Some(First { month, sign }) => format!("month {month}, {}", if sign < 0 { less } else { more }),
        None => "not in these years".to_owned(),
    }
}

fn first_months(page: &Page<'_>) -> Markup {
    let head = [
        "Policy and outcome",
        "Effect, basis",
        "First against today",
        "First clear",
        "First visible",
        "What would reverse it",
    ];
    let of = |outcome: usize| -> Vec<Vec<String>> {
        let policies = 0..page.brief.policies.len();
        policies.filter_map(|k| first_month(page, k, outcome)).collect()
    };
    let outcomes = page.brief.taken.outcomes.iter().enumerate().filter(|(_, o)| o.id != "public_cost");
    let rows: Vec<Vec<String>> = outcomes.flat_map(|(outcome, _)| of(outcome)).collect();
    html! {
        h3 { "Months to the first effect" }
        p {
            "Months count from the one in which the policy begins, which is month 1. "
            "Clear: the first month in which the band of 90 in 100 of the paired effect leaves out zero and the median is at least "
            (per_thousand(CLEAR)) " of the status quo in that month. "
            "Visible: the first month in which the median is at least " (per_thousand(VISIBLE))
            " of the status quo in that month, wherever the band lies."
        }
        div class="compact" { (table("Months to the first effect of each policy on each outcome", &head, rows)) }
    }
}

fn per_thousand(share: f64) -> String {
    format!("{} in 1,000", words::number(1000.0 * share))
}

fn first_month(page: &Page<'_>, policy: usize, outcome: usize) -> Option<Vec<String>> {
    let contest = page.against_status_quo(outcome, policy)?;
    if contest.difference.is_still() {
        return None;
    }
    let onset = course(page, policy, outcome)?.onset;
    let unit = &page.facts(outcome).unit;
    let flips = page.reversed_by(contest);
    Some(vec![
        format!("{}: {}", page.name(Some(policy)), page.facts(outcome).title),
        page.worn(&contest.difference),
        contest.today.as_ref().map_or_else(String::new, |a| words::difference(&a.band, unit)),
        month(onset.clear, words::less_more(unit)),
        month(onset.visible, words::less_more(unit)),
        if flips.is_empty() { "none that was moved".to_owned() } else { flips.join("; ") },
    ])
}

fn payers(page: &Page<'_>) -> Markup {
    let burdens = &page.brief.taken.burdens;
    let names: Vec<&str> =
        burdens.first().map_or_else(Vec::new, |b| b.payers.iter().map(|p| p.payer.as_str()).collect());
    let headings: Vec<String> = names.iter().map(|name| words::spaced(name)).collect();
    let mut head = vec!["Policy"];
    head.extend(headings.iter().map(String::as_str));
    let cell = |band: &crate::answers::Band| {
        if band.lo90 == 0.0 && band.hi90 == 0.0 { "0".to_owned() } else { words::difference(band, "USD") }
    };
    let row = |discounted: bool| {
        move |(k, burden): (usize, &crate::brief::Burden)| -> Vec<String> {
            let bands = burden.payers.iter().map(|p| if discounted { &p.discounted } else { &p.total });
            std::iter::once(page.name(Some(k)).to_owned()).chain(bands.map(cell)).collect()
        }
    };
    let rows = |discounted| burdens.iter().enumerate().map(row(discounted)).collect();
    let unknown = burdens.iter().enumerate().filter(|(_, b)| !b.without_cost.is_empty());
    html! {
        h3 { "Who pays" }
        p {
            "Public cost beyond the status quo over " (page.years()) ", by who pays it: what the levers cost, by the unit costs "
            "beside each lever, in dollars of their price year, not discounted. "
            "Savings elsewhere are not counted. Households are listed with governments but are none."
        }
        (table("Cost to each payer, not discounted", &head, rows(false)))
        (folded(
            &format!("The same, discounted by {} a year", words::percent(page.brief.discount)),
            "Cost to each payer, discounted",
            &head,
            rows(true),
        ))
        @for (k, burden) in unknown {
            p class="note" { (page.name(Some(k))) ": nothing is known of the cost of " (words::list(&burden.without_cost)) "." }
        }
    }
}
