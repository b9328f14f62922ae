//! The fit to every series, misfit included.

use counterflow_model::Model;
use maud::{Markup, html};

use crate::fit::{Fit, Scores, SeriesFit};

use super::fit_chart::chart;
use super::tables::table;
use super::{ReportInput, words};

/// A 90 % band that holds less than this share of the data is called a misfit.
const MISFIT: f64 = 0.8;

/// The table of scores and a small chart for each series, by sector.
pub fn section(input: &ReportInput<'_>) -> Markup {
    let Some(fit) = input.fit else {
        return html! { p { "There is no posterior, and so no fit to show. The parameters are drawn from their priors." } };
    };
    let misfits = fit.series.iter().filter(|s| misfit(s)).count();
    html! {
        p {
            "The band of 90 in 100 is of the data, scatter included, and should hold 90 in 100 of them. "
            "A wide band can not pass for a good fit, so its width stands beside it. "
            "The discrepancy can absorb a wrong mechanism, so the fit without it stands there too. "
            "Filled dots were used in the fit, hollow ones were not."
        }
        p {
            strong {
                (format!("{misfits} of {} series have a band that holds fewer than 80 in 100 of their data: ", fit.series.len()))
                "they are marked as misfit."
            }
        }
        (scores(fit))
        div class="small-panels" { @for series in &fit.series { (panel(series, sector(input, series))) } }
    }
}

/// Whether the band holds too few of the data.
pub fn misfit(series: &SeriesFit) -> bool {
    series.with_discrepancy.is_some_and(|s| s.coverage90 < MISFIT)
}

/// Title of the sector that observes a series.
fn sector<'a>(input: &'a ReportInput<'_>, series: &SeriesFit) -> &'a str {
    let observed = |m: &'a Model| {
        m.observations.iter().find(|o| o.name == series.name).map(|o| m.sectors[o.sector.0].title.as_str())
    };
    input.project.model().ok().and_then(observed).unwrap_or("")
}

/// The chart of one series with its score in words; `sector` stands under its title.
pub fn panel(series: &SeriesFit, sector: &str) -> Markup {
    let unit = words::unit(&series.unit);
    let under =
        if sector.is_empty() || unit.is_empty() { format!("{sector}{unit}") } else { format!("{sector}; {unit}") };
    html! {
        @if let Some(chart) = chart(series) {
            figure {
                h3 { (series.title) @if misfit(series) { " " em class="flag" { "misfit" } } " " small { (under) } }
                (chart)
                figcaption { p { (series.documentation) ". " (covered(series)) } }
            }
        }
    }
}

fn covered(series: &SeriesFit) -> String {
    let share = |scores: Option<Scores>| scores.map(|s| words::percent(s.coverage90));
    match (share(series.with_discrepancy), share(series.without_discrepancy)) {
        (Some(with), Some(without)) => format!("The band holds {with} of the data; {without} without the discrepancy."),
        (Some(with), None) => format!("The band holds {with} of the data."),
        _ => "Not scored.".to_owned(),
    }
}

fn scores(fit: &Fit) -> Markup {
    let row = |series: &SeriesFit| {
        let (with, without) = (series.with_discrepancy, series.without_discrepancy);
        let pick = |scores: Option<Scores>, value: fn(Scores) -> f64| {
            scores.map_or_else(|| "–".to_owned(), |s| words::percent(value(s)))
        };
        let verdict = match with {
            Some(_) if misfit(series) => "misfit",
            Some(_) => "",
            None => "not scored",
        };
        vec![
            series.title.clone(),
            with.map_or_else(|| "–".to_owned(), |s| s.count.to_string()),
            pick(with, |s| s.coverage90),
            pick(without, |s| s.coverage90),
            pick(with, |s| s.width90),
            pick(without, |s| s.width90),
            pick(with, |s| s.error),
            pick(without, |s| s.error),
            verdict.to_owned(),
        ]
    };
    let head = [
        "Series, 2015 to 2024",
        "Data",
        "In the band",
        "without discrepancy",
        "Width of the band",
        "without",
        "Mean error",
        "without",
        "Verdict",
    ];
    html! {
        div class="compact" {
            (table("Scores of the fit, with and without the discrepancy", &head, fit.series.iter().map(row).collect()))
        }
        p class="note" { "Width and error are shares of the mean datum." }
    }
}
