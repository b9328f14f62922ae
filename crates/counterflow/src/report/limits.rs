//! What the model can not do, in short sentences.

use maud::{Markup, html};

use super::{ReportInput, TESTED_YEARS};

/// True of every comparison.
const ALWAYS: &[&str] = &[
    "The bands hold uncertain parameters and chance. They do not hold the choice between model structures.",
    "Policies are compared at the doses of their files. Doses decide rankings.",
];

/// True of the bundled model.
const BUNDLED: &[&str] = &[
    "By default each country is a whole and all organisations in Mexico are one. States and organisations are variants; \
     the organisations were fitted to nothing, and the states only to how deaths of the United States and homicides of \
     Mexico are shared out.",
    "In the back-test no origin foresaw the fall of deaths in 2023-24; docs/track-record of the repository has every forecast.",
    "What the structure does not explain is carried as discrepancy. It is taken to persist unchanged under every policy.",
    "No series of fentanyl prices exists. The price index rests on its prior.",
    "No episode on record is a strike on Mexican soil. How cooperation answers force is an assumption that admits both signs.",
    "The cost counts what governments pay for levers. Savings elsewhere are not counted.",
];

/// The list.
pub fn section(input: &ReportInput<'_>) -> Markup {
    let from = input.project.compare.data_through_label.as_str();
    let bundled = if input.project.bundled { BUNDLED } else { &[] };
    html! {
        ul {
            @if !from.is_empty() {
                @let months = TESTED_YEARS * 12.0;
                li { (format!("The data end in {from}. Years later than {months} months after that are untested.")) }
            }
            @for limit in ALWAYS.iter().chain(bundled) { li { (limit) } }
        }
    }
}
