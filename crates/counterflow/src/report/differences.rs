//! The comparison: intervals, a sentence and a table for each outcome.

use counterflow_explore::comparison::{Answer, Basis, BreakEven, PolicyAnswer, Reference};
use maud::{Markup, html};

use super::interval_chart::{Row, chart};
use super::tables::{folded, table};
use super::{ReportInput, Still, answer, words};

/// Groups of outcomes in reading order: whom they concern, and the heading.
const GROUPS: &[(&str, &str)] =
    &[("united_states", "United States"), ("mexico", "Mexico"), ("both", "Both governments")];

/// Everything about differences from the status quo.
pub fn section(input: &ReportInput<'_>) -> Markup {
    let known = |concerns: &str| GROUPS.iter().any(|(id, _)| *id == concerns);
    html! {
        (how_to_read())
        (policies(input))
        @for (id, heading) in GROUPS {
            (group(input, heading, &input.outcomes(|o| o.concerns == *id)))
        }
        (group(input, "Other outcomes", &input.outcomes(|o| !known(&o.concerns))))
    }
}

fn how_to_read() -> Markup {
    html! {
        p {
            "Each line is a policy minus the same future without it. "
            "Thick holds 50 in 100 futures, thin 90 in 100; the tick is the median. "
            "An arrow marks a band that goes on beyond the chart; its ends stand below it. "
            "Deaths in the United States and in Mexico are never added."
        }
        dl class="legend" {
            dt { span class="sample data" {} "data" }
            dd { "The parameters that drive the answer were moved by the record." }
            dt { span class="sample analogy" {} "analogy" }
            dd { "They come from studies of other places, times or drugs." }
            dt { span class="sample assumption" {} "assumption" }
            dd { "Nothing informs them." }
        }
        p {
            "A chance of being better is given only where the basis is data or analogy. "
            "Where it is assumption, the table gives a break-even instead: "
            "the value of the assumption that matters most at which the median effect changes its sign. "
            "A reader who holds that the true value lies beyond it expects the opposite sign."
        }
    }
}

fn policies(input: &ReportInput<'_>) -> Markup {
    let scaled = input.comparison.policies.iter().any(|p| p.scale != Some(1.0));
    let head: &[&str] = if scaled { &["Policy", "What it does", "Doses times"] } else { &["Policy", "What it does"] };
    let row = |p: &PolicyAnswer| {
        let unscaled = || p.note.clone().unwrap_or_else(|| "no scale reaches the budget".to_owned());
        let scale = p.scale.map_or_else(unscaled, words::number);
        let mut row = vec![p.name.clone(), p.sentence.clone()];
        row.extend(scaled.then_some(scale));
        row
    };
    let rows = input.comparison.policies.iter().map(row).collect();
    folded("The policies", "Policies compared", head, rows)
}

fn group(input: &ReportInput<'_>, heading: &str, outcomes: &[usize]) -> Markup {
    let figures: Vec<Markup> = outcomes.iter().filter_map(|o| figure(input, *o)).collect();
    html! {
        @if !figures.is_empty() {
            h3 { (heading) }
            div class="panels" { @for figure in &figures { (figure) } }
        }
    }
}

fn figure(input: &ReportInput<'_>, outcome: usize) -> Option<Markup> {
    let facts = &input.comparison.outcomes[outcome];
    let rows: Vec<Row<'_>> = input
        .proposals()
        .filter_map(|p| Some(Row { name: &p.name, answer: answer(p, outcome, Reference::StatusQuo)? }))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let years = words::years(input.comparison.years);
    let what = match (facts.summary, words::unit(&facts.unit).as_str()) {
        ("total", unit) => format!("total of {years}, {unit}"),
        ("end", unit) => format!("at the end of {years}, {unit}"),
        (_, "") => format!("mean of {years}"),
        (_, unit) => format!("mean of {years}, {unit}"),
    };
    Some(html! {
        figure {
            h4 { (facts.title) " " small { (what) } }
            (chart(facts, &years, &rows))
            figcaption {
                p { (sentence(&rows, words::less_more(&facts.unit))) }
                p { (reference(input, outcome)) }
                details {
                    summary { "All numbers" }
                    (numbers(input, outcome))
                }
            }
        }
    })
}

/// The chart in words: where something informs the answer, what is certain as far as the model knows; the rest by number.
fn sentence(rows: &[Row<'_>], (less, more): (&str, &str)) -> String {
    let named = |test: &dyn Fn(&Answer) -> bool| -> Vec<String> {
        rows.iter().filter(|r| test(r.answer)).map(|r| r.name.to_owned()).collect()
    };
    let informed = |a: &Answer| !a.is_still() && a.basis != Basis::Assumption;
    let mut said = Vec::new();
    for (word, names) in
        [(less, named(&|a| informed(a) && a.band.hi90 < 0.0)), (more, named(&|a| informed(a) && a.band.lo90 > 0.0))]
    {
        if !names.is_empty() {
            said.push(format!(
                "The whole band of 90 in 100 lies on the side of {word} under: {}.",
                words::list(&names)
            ));
        }
    }
    for (what, names) in [
        ("the band includes no change", named(&|a| informed(a) && a.band.lo90 <= 0.0 && a.band.hi90 >= 0.0)),
        ("the answer rests on an assumption", named(&|a| !a.is_still() && !informed(a))),
        ("the model has no way for an effect", named(&Answer::is_still)),
    ] {
        if !names.is_empty() {
            said.push(format!("For {} of {} policies {what}.", names.len(), rows.len()));
        }
    }
    said.join(" ")
}

/// The status quo itself, against today.
fn reference(input: &ReportInput<'_>, outcome: usize) -> String {
    let facts = &input.comparison.outcomes[outcome];
    let Some(status_quo) = input.status_quo() else { return String::new() };
    let band = |reference| answer(status_quo, outcome, reference).map(|a| a.band);
    match (band(Reference::Level), band(Reference::Today)) {
        (Some(level), _) if level.lo90 == 0.0 && level.hi90 == 0.0 => {
            "The status quo itself is 0 by definition.".to_owned()
        }
        (Some(level), Some(today)) => format!(
            "The status quo itself is {}; against the 12 months to {} that is {}.",
            words::level(&level, &facts.unit),
            input.project.compare.data_through_label,
            words::difference(&today, &facts.unit)
        ),
        _ => String::new(),
    }
}

fn numbers(input: &ReportInput<'_>, outcome: usize) -> Markup {
    let facts = &input.comparison.outcomes[outcome];
    let unit = &facts.unit;
    let dash = || "–".to_owned();
    let row = |policy: &PolicyAnswer| {
        let level = answer(policy, outcome, Reference::Level);
        let effect = answer(policy, outcome, Reference::StatusQuo);
        let today = answer(policy, outcome, Reference::Today);
        vec![
            policy.name.clone(),
            level.map_or_else(dash, |a| words::level(&a.band, unit)),
            effect.map_or_else(dash, |a| words::difference(&a.band, unit)),
            today.map_or_else(dash, |a| words::difference(&a.band, unit)),
            effect.or(level).filter(|a| !a.is_still()).map_or_else(dash, |a| words::basis(a.basis).to_owned()),
            effect.map_or_else(dash, chance),
        ]
    };
    let head =
        ["Policy", "Level", "Against status quo", "Against today", "Basis", "Chance of being better, or break-even"];
    let caption = format!("{}: median and band of 90 in 100 futures", facts.title);
    table(&caption, &head, input.comparison.policies.iter().map(row).collect())
}

/// The chance where something informs the answer, else the break-even; never both.
fn chance(answer: &Answer) -> String {
    match (answer.basis, answer.p_better, &answer.break_even) {
        _ if answer.is_still() => "no effect in the model".to_owned(),
        (Basis::Assumption, _, Some(even)) => break_even(even),
        (Basis::Assumption, _, None) => "no chance is given".to_owned(),
        (_, Some(chance), _) => format!("better in {}", words::in_100(chance)),
        (_, None, _) => "neither direction is called better".to_owned(),
    }
}

/// A break-even in words.
pub fn break_even(even: &BreakEven) -> String {
    let unit = words::unit(&even.unit);
    let [low, high] = [even.range.0, even.range.1].map(|x| words::value(x, &even.unit));
    let name = words::spaced(&even.parameter);
    let range = format!("{low} to {high} {unit}").trim_end().to_owned();
    match even.value {
        Some(value) => format!("sign turns at {name} = {} (range {range})", words::value(value, &even.unit)),
        None => format!("sign holds over the whole range of {name} ({range})"),
    }
}
