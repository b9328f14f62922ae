//! The status quo against the record, and a few policies beside it.

use maud::{Markup, html};

use super::fan_chart::Fan;
use super::{ReportInput, TESTED_YEARS, record, words};
use counterflow_explore::comparison::PolicyAnswer;

/// Policies whose median is drawn; where they are missing, the first others.
const DRAWN: &[&str] = &["article_offensive", "demand_first", "comprehensive"];

/// One fan chart for each outcome that moves.
pub fn section(input: &ReportInput<'_>) -> Markup {
    let policies = drawn(input);
    let data_through = input.project.compare.data_through;
    // As in the comparison: the United States, Mexico, both.
    let order = ["united_states", "mexico", "both"];
    let place = |concerns: &str| order.iter().position(|o| *o == concerns).unwrap_or(order.len());
    let mut outcomes = input.outcomes(|_| true);
    outcomes.sort_by_key(|o| place(&input.comparison.outcomes[*o].concerns));
    let charts: Vec<Markup> = outcomes
        .into_iter()
        .filter_map(|outcome| {
            let record = record::of(input.project, &input.comparison.outcomes[outcome].id);
            let untested_from = data_through + TESTED_YEARS;
            let fan = Fan {
                comparison: input.comparison,
                outcome,
                record: &record,
                data_through,
                untested_from,
                policies: &policies,
            };
            fan.chart(input.status_quo()?)
        })
        .collect();
    let names: Vec<String> = policies.iter().map(|p| p.name.clone()).collect();
    html! {
        p {
            "The inner band holds 50 in 100 futures of the status quo, the outer one 90 in 100. "
            "Its edges are no walls: 10 in 100 futures lie outside. "
            "Dots are the record, in twelve months each. "
            @if !names.is_empty() {
                (format!("Thin lines are the medians of {}; their bands are left out here. ", words::list(&names)))
            }
            "The shaded ground marks years beyond what back-tests of such models reach: "
            (format!("later than {} months after the end of the data.", TESTED_YEARS * 12.0))
        }
        div class="panels" { @for chart in &charts { (chart) } }
    }
}

fn drawn<'a>(input: &'a ReportInput<'_>) -> Vec<&'a PolicyAnswer> {
    let wanted: Vec<&PolicyAnswer> = DRAWN.iter().filter_map(|id| input.proposals().find(|p| p.id == *id)).collect();
    let rest = input.proposals().filter(|p| !DRAWN.contains(&p.id.as_str()));
    let missing = DRAWN.len() - wanted.len();
    wanted.into_iter().chain(rest.take(missing)).collect()
}
