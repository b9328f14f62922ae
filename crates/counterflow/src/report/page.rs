//! The document: its head, its sections in reading order, its foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    ReportInput, assumptions, differences, fits, flow_diagram, futures, headline, limits, snapshot, sources, track,
    words,
};

/// The rules; the colours they name are those of the palette.
pub const STYLE: &str = include_str!("style.css");

/// A section: its id, its heading and what it says.
pub struct Section {
    /// Id, for links.
    pub id: &'static str,
    /// Heading.
    pub heading: &'static str,
    /// What it says.
    pub content: Markup,
}

/// The whole document.
pub fn page(input: &ReportInput<'_>) -> Markup {
    let lead = "Comparison of policies, with the uncertainty of each number";
    document(&title(input), "comparison of policies", lead, &made(input), &sections(input))
}

/// A document that needs no network, no fonts and no script: head, how it was made, contents, sections, foot.
pub fn document(title: &str, kind: &str, lead: &str, made: &Markup, sections: &[Section]) -> Markup {
    let style = super::style();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content="counterflow";
                title { (title) ": " (kind) }
                style { (PreEscaped(style)) }
            }
            body {
                a class="skip" href="#answer" { "Skip to the answer" }
                header {
                    h1 { (title) }
                    p class="lead" { (lead) }
                    (made)
                }
                nav aria-label="Contents" { ol { @for s in sections { li { a href={ "#" (s.id) } { (s.heading) } } } } }
                main {
                    @for s in sections {
                        section id=(s.id) aria-labelledby={ (s.id) "-heading" } {
                            h2 id={ (s.id) "-heading" } { (s.heading) }
                            (s.content)
                        }
                    }
                }
                footer {
                    p { "Made by Counterflow, an open policy simulator. It takes no side. The same command makes the same file." }
                }
            }
        }
    }
}

fn title(input: &ReportInput<'_>) -> String {
    input.project.model().map_or_else(|_| "A model that does not compile".to_owned(), |m| m.title.clone())
}

fn sections(input: &ReportInput<'_>) -> Vec<Section> {
    let section = |id, heading, content| Section { id, heading, content };
    let diagram = match input.project.model() {
        Ok(model) => flow_diagram::figure(model),
        Err(_) => html! { p { "The model does not compile." } },
    };
    let forecasts = track::section(input).map(|content| section("forecasts", "How good its forecasts were", content));
    let mut sections = vec![
        section("answer", "The answer in short", headline::section(input)),
        section("differences", "What each policy would change", differences::section(input)),
        section("futures", "The status quo against the record", futures::section(input)),
        section("structure", "What the model is made of", diagram),
        section("fit", "How well it fits the record", fits::section(input)),
        section("assumptions", "Assumptions that matter most", assumptions::section(input)),
        section("untold", "What the data did not tell us", assumptions::untold(input)),
        section("snapshot", "Snapshot of recent data", snapshot::section(input.project)),
        section("limits", "Limits of the model", limits::section(input)),
        section("sources", "Sources", sources::section(input.project)),
    ];
    let after_fit = sections.iter().position(|s| s.id == "fit").map_or(sections.len(), |at| at + 1);
    forecasts.into_iter().for_each(|one| sections.insert(after_fit, one));
    sections
}

/// What this report is of, and how to make it again.
fn made(input: &ReportInput<'_>) -> Markup {
    let project = input.project;
    let known = |text: &str| if text.is_empty() { "not stated".to_owned() } else { text.to_owned() };
    html! {
        dl class="made" {
            div { dt { "Data through" } dd { (known(&project.compare.data_through_label)) } }
            div { dt { "Model version" } dd { (known(&project.version)) } }
            div { dt { "Years compared" } dd { (words::years(input.comparison.years)) } }
            div { dt { "Draws" } dd { (input.comparison.draws) } }
            div { dt { "Seed" } dd { (input.comparison.seed) } }
            @if let Some(about) = input.posterior {
                div {
                    dt { "Posterior" }
                    dd {
                        @let least = about.least_ess.0.min(about.least_ess.1);
                        (about.dimension) " parameters sampled, " (about.chains) " chains, worst R-hat "
                        (words::digits(about.worst_rhat, 3)) ", least effective sample " (words::digits(least, 3))
                    }
                }
            }
            div { dt { "Made by" } dd { code { (input.command) } } }
        }
    }
}
