//! What the answers rest on: parameters that drive them, break-evens, and what the data did not tell.

use std::collections::BTreeMap;

use counterflow_explore::comparison::{Answer, Driver, PolicyAnswer, Reference};
use counterflow_model::{Definition, Parameter, Variable};
use maud::{Markup, html};

use super::differences::break_even;
use super::tables::{folded, rich, table};
use super::{ReportInput, UNTOLD, words};

/// Rows of the table of drivers; the rest matter less than any of these.
const LISTED: usize = 20;

/// A parameter's part in all answers.
struct Part<'a> {
    driver: &'a Driver,
    share: f64,
    /// Number of answers it drives, by outcome.
    cells: BTreeMap<usize, usize>,
}

/// Differences from the status quo with their policies.
fn cells<'a>(input: &'a ReportInput<'_>) -> impl Iterator<Item = (&'a PolicyAnswer, &'a Answer)> {
    let of =
        |p: &'a PolicyAnswer| p.answers.iter().filter(|a| a.reference == Reference::StatusQuo).map(move |a| (p, a));
    input.comparison.policies.iter().flat_map(of)
}

/// Drivers over all answers, the largest part first.
fn parts<'a>(input: &'a ReportInput<'_>) -> Vec<Part<'a>> {
    let mut parts: BTreeMap<&str, Part<'a>> = BTreeMap::new();
    for (_, answer) in cells(input) {
        for driver in answer.drivers.iter().filter(|d| d.share.is_finite()) {
            let empty = || Part { driver, share: 0.0, cells: BTreeMap::new() };
            let part = parts.entry(&driver.parameter).or_insert_with(empty);
            part.share += driver.share;
            *part.cells.entry(answer.outcome).or_default() += 1;
        }
    }
    let mut parts: Vec<Part<'a>> = parts.into_values().collect();
    parts.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.driver.parameter.cmp(&b.driver.parameter)));
    parts
}

/// The assumptions that matter most, and where the sign of an answer turns.
pub fn section(input: &ReportInput<'_>) -> Markup {
    let all = cells(input).count();
    let parts = parts(input);
    let shown = &parts[..parts.len().min(LISTED)];
    html! {
        p {
            (format!("An answer is one policy and one outcome against the status quo; there are {all}. "))
            "For each, up to five parameters that move it most were found. "
            "The table adds their parts over all answers. "
            (explained(input))
            "Told by data is the share of the prior's variance that the data removed: 0 % means that the prior speaks alone."
        }
        (rich("Parameters that drive the answers", &HEAD, &shown.iter().map(|p| row(input, p)).collect::<Vec<_>>()))
        (reversals(input))
    }
}

/// How much of the spread parameters account for at all.
fn explained(input: &ReportInput<'_>) -> String {
    let mut shares: Vec<f64> = cells(input).map(|(_, a)| a.explained).filter(|x| x.is_finite()).collect();
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).map_or_else(String::new, |middle| {
        format!(
            "In the middle answer parameters explain {} of the spread; the rest is chance and interplay. ",
            words::percent(*middle)
        )
    })
}

const HEAD: [&str; 6] = ["Parameter", "Answers it drives", "Prior and range", "Posterior", "Grade", "Told by data"];

/// The variable that an element's name belongs to.
fn variable<'a>(input: &'a ReportInput<'_>, element: &str) -> Option<&'a Variable> {
    let name = element.split('[').next()?;
    let model = input.project.model().ok()?;
    model.find(name).map(|id| model.variable(id))
}

fn row(input: &ReportInput<'_>, part: &Part<'_>) -> Vec<Markup> {
    let name = &part.driver.parameter;
    let variable = variable(input, name);
    let sector = variable.zip(input.project.model().ok()).map_or("", |(v, m)| m.sectors[v.sector.0].title.as_str());
    let outcomes: Vec<String> =
        part.cells.iter().map(|(o, n)| format!("{} {n}", input.comparison.outcomes[*o].title)).collect();
    let prior = variable.map_or_else(String::new, |v| match &v.definition {
        Definition::Parameter(p) => believed(p, &v.unit.to_string()),
        _ => String::new(),
    });
    vec![
        html! { code { (name) } " " small { (sector) } @if let Some(v) = variable { br; (v.documentation) } },
        html! { (part.cells.values().sum::<usize>()) ": " (outcomes.join("; ")) },
        html! { (prior) },
        html! { (posterior(input, name, variable)) },
        html! { (part.driver.grade) },
        html! { (words::percent(part.driver.contraction)) },
    ]
}

fn believed(parameter: &Parameter, unit: &str) -> String {
    let prior = parameter.prior.as_ref().map_or_else(|| "fixed".to_owned(), |p| words::prior(p, unit));
    let range =
        parameter.range.map(|(low, high)| format!(", {} to {}", words::value(low, unit), words::value(high, unit)));
    format!("{prior}{} {}", range.unwrap_or_default(), words::unit(unit)).trim_end().to_owned()
}

fn posterior(input: &ReportInput<'_>, name: &str, variable: Option<&Variable>) -> String {
    let unit = variable.map(|v| v.unit.to_string()).unwrap_or_default();
    let row = input.parameters.and_then(|rows| rows.iter().find(|r| r.name == name));
    row.map_or_else(
        || "–".to_owned(),
        |r| {
            let [median, low, high] =
                [r.posterior.median, r.posterior.lo90, r.posterior.hi90].map(|x| words::value(x, &unit));
            format!("{median} ({low} to {high})")
        },
    )
}

/// Break-evens: first those within the documented range, then those beyond it.
fn reversals(input: &ReportInput<'_>) -> Markup {
    let outcome = |a: &Answer| input.comparison.outcomes[a.outcome].title.clone();
    let rows = |turns: bool| -> Vec<Vec<String>> {
        cells(input)
            .filter_map(|(p, a)| a.break_even.as_ref().map(|even| (p, a, even)))
            .filter(|(_, _, even)| even.value.is_some() == turns)
            .map(|(p, a, even)| {
                vec![p.name.clone(), outcome(a), break_even(even), side(even.signs.0), side(even.signs.1)]
            })
            .collect()
    };
    let (turning, holding) = (rows(true), rows(false));
    let head = ["Policy", "Outcome", "Break-even", "At the low end", "At the high end"];
    html! {
        h3 { "Where an answer turns" }
        p {
            "These answers rest on an assumption. "
            (format!("For {} the sign of the median effect turns ", words::count(turning.len(), "answer")))
            "within the documented range of the assumption that matters most. "
            (format!("For {} it does not.", words::count(holding.len(), "answer")))
        }
        @if !turning.is_empty() { (table("Answers whose sign turns", &head, turning)) }
        @if !holding.is_empty() {
            (folded("Answers whose sign holds over the whole range", "Answers whose sign holds", &head, holding))
        }
    }
}

fn side(sign: i8) -> String {
    match sign {
        s if s < 0 => "below the status quo".to_owned(),
        0 => "no effect".to_owned(),
        _ => "above the status quo".to_owned(),
    }
}

/// Drivers that the data left where the prior put them.
pub fn untold(input: &ReportInput<'_>) -> Markup {
    let parts = parts(input);
    let untold: Vec<&Part<'_>> = parts.iter().filter(|p| p.driver.contraction < UNTOLD).collect();
    let row = |p: &&Part<'_>| {
        let variable = variable(input, &p.driver.parameter);
        vec![
            html! { code { (p.driver.parameter) } },
            html! { (variable.map_or("", |v| v.documentation.as_str())) },
            html! { (p.driver.grade) },
            html! { (words::percent(p.driver.contraction)) },
            html! { (p.cells.values().sum::<usize>()) },
        ]
    };
    let all = input.parameters.map(|rows| {
        let silent = rows.iter().filter(|r| r.contraction < UNTOLD).count();
        format!("Of all {} parameter values, {silent} kept more than 90 % of their prior's variance. ", rows.len())
    });
    html! {
        p {
            (format!("{} of the {} parameters that drive an answer ", untold.len(), parts.len()))
            "kept more than 90 % of their prior's variance. "
            (all.unwrap_or_default())
            "For these the record says nothing that the prior did not say. "
            "Whoever doubts the prior should doubt the answers it drives."
        }
        @if !untold.is_empty() {
            (rich(
                "Parameters that the data did not inform",
                &["Parameter", "What it is", "Grade", "Told by data", "Answers it drives"],
                &untold.iter().map(row).collect::<Vec<_>>(),
            ))
        }
    }
}
