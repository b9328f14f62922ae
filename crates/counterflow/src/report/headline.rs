//! The answer in sentences: what the status quo means in people, and how the proposals differ from it.

use counterflow_explore::comparison::{Band, Basis, Reference};
use maud::{Markup, html};

use super::{ReportInput, Still, answer, words};

/// Series that counts the people among whom deaths occur.
const POPULATION: &str = "population_12_plus_year";

/// The headline and the few sentences below it; nothing without a status quo.
pub fn section(input: &ReportInput<'_>) -> Markup {
    let level = input.total_of("united_states").and_then(|outcome| {
        let status_quo = input.status_quo()?;
        Some((outcome, &answer(status_quo, outcome, Reference::Level)?.band))
    });
    html! {
        @if let Some((outcome, band)) = level {
            p class="headline" { (sentence(input, outcome, band)) }
            p {
                "The range holds 90 in 100 of the model's futures. In 5 in 100 fewer people die, in 5 in 100 more. "
                (one_in(input, band))
                (against_today(input, outcome))
            }
        }
        div class="panels" {
            @for country in ["united_states", "mexico"] {
                @if let Some(outcome) = input.total_of(country) { (in_short(input, outcome)) }
            }
        }
    }
}

fn sentence(input: &ReportInput<'_>, outcome: usize, band: &Band) -> String {
    let facts = &input.comparison.outcomes[outcome];
    let years = words::years(input.comparison.years);
    // A line that ended between number and million would be misread.
    let [low, high] = [band.lo90, band.hi90].map(|end| words::amount(end, &facts.unit).replace(' ', "\u{a0}"));
    let span = years.replace(" to ", " through ");
    if facts.id == "us_deaths_all" {
        format!(
            "If nothing changes, between {low} and {high} people in the United States are likely to die of overdoses from {span}."
        )
    } else {
        format!("If nothing changes, {} are likely to be between {low} and {high} from {span}.", facts.title)
    }
}

/// The median as one in so many people, where their number is known.
fn one_in(input: &ReportInput<'_>, band: &Band) -> String {
    let from = input.comparison.years.0;
    let people = input.project.series.get(POPULATION).and_then(|s| {
        let mut until_then = s.data.iter().filter(|d| d.period.time_from() <= from);
        until_then.next_back().map(|d| d.value)
    });
    match people {
        Some(people) if band.median > 0.0 => {
            let share = words::number(people / band.median);
            format!("The median, {}, is about one in {share} people aged 12 and over. ", words::number(band.median))
        }
        _ => String::new(),
    }
}

fn against_today(input: &ReportInput<'_>, outcome: usize) -> String {
    let facts = &input.comparison.outcomes[outcome];
    let today = input.status_quo().and_then(|s| answer(s, outcome, Reference::Today));
    today.map_or_else(String::new, |today| {
        let through = &input.project.compare.data_through_label;
        let band = words::difference(&today.band, &facts.unit);
        format!("Against as many years like the 12 months to {through}, the difference is {band}.")
    })
}

/// Which proposals move an outcome as far as the model knows, and which answers rest on an assumption.
fn in_short(input: &ReportInput<'_>, outcome: usize) -> Markup {
    let facts = &input.comparison.outcomes[outcome];
    let (less, more) = words::less_more(&facts.unit);
    let named = |test: &dyn Fn(&Band, Basis) -> bool| -> Vec<String> {
        let answers = input.proposals().filter_map(|p| Some((p, answer(p, outcome, Reference::StatusQuo)?)));
        answers.filter(|(_, a)| !a.is_still() && test(&a.band, a.basis)).map(|(p, _)| p.name.clone()).collect()
    };
    let informed = |basis: Basis| basis != Basis::Assumption;
    let still = input.proposals().filter(|p| answer(p, outcome, Reference::StatusQuo).is_some_and(Still::is_still));
    let still: Vec<String> = still.map(|p| p.name.clone()).collect();
    let lines = [
        (format!("{less} in at least 95 in 100 futures"), named(&|b, basis| b.hi90 < 0.0 && informed(basis))),
        (format!("{more} in at least 95 in 100 futures"), named(&|b, basis| b.lo90 > 0.0 && informed(basis))),
        (
            "the band of 90 in 100 includes no change".to_owned(),
            named(&|b, basis| b.lo90 <= 0.0 && b.hi90 >= 0.0 && informed(basis)),
        ),
        ("rests on an assumption: no chance is given".to_owned(), named(&|_, basis| !informed(basis))),
        ("no effect in the model".to_owned(), still),
    ];
    html! {
        div class="short" {
            h3 { (facts.title) ", against the status quo" }
            dl {
                @for (words, names) in lines.iter().filter(|(_, names)| !names.is_empty()) {
                    dt { (words) }
                    dd { (words::list(names)) }
                }
            }
        }
    }
}
