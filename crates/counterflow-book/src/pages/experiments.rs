//! Natural experiments: what was found elsewhere beside what the model gives, and every miss with its explanation.

use counterflow::report::tables::rich;
use counterflow::report::words::count;
use counterflow::reproduce::{Answer, Ask, Experiment, Reproduction, Row, answer_in_words, published_in_words};
use maud::{Markup, html};

use super::{Library, RECORD};
use crate::site::Page;

/// File of the page.
pub const FILE: &str = "experiments.html";

const HEAD: [&str; 7] = ["Experiment", "Published", "Model, 90 in 100", "Sign", "Size", "Band", "Counts"];

impl Library<'_> {
    /// The page.
    pub fn experiments(&self) -> Page {
        Page { file: FILE.into(), title: "Natural experiments".into(), part: RECORD, content: self.reproduced() }
    }

    fn reproduced(&self) -> Markup {
        let found: &Reproduction = &self.material.experiments;
        let [counted, sign, size, band, holds] = found.sums();
        let rows: Vec<Vec<Markup>> = found.rows.iter().map(cells).collect();
        html! {
            p {
                "What was found elsewhere, and what the model gives when it is asked by a rule that was written before the run, over "
                (count(found.draws, "draw")) " of the posterior."
            }
            p {
                "Sign: the median has the published sign. Size: it is between half and twice the published size; for a direction or a null finding the bands overlap. "
                "Band: the band of 90 in 100 meets the published one. A row holds if sign and size are right."
            }
            p {
                strong { "Of " (count(found.rows.len(), "row")) " " (counted) " count, and " (holds) " of these hold" }
                ": the sign is right in " (sign) ", the size in " (size) ", the bands meet in " (band)
                ". Fitted rows, tautologies and rows without a channel are shown and not counted."
            }
            (rich("Natural experiments and the model", &HEAD, &rows))
            @for row in &found.rows { (self.experiment(row)) }
        }
    }

    fn experiment(&self, row: &Row) -> Markup {
        let Experiment { id, target, study, rule, if_it_misses, .. } = &row.experiment;
        let nowhere = |_: &str| None;
        let prefix = format!("e-{id}-");
        let prose = self.prose(&prefix, 3, &nowhere);
        let missed = row.answer.as_ref().is_some_and(|answer| !answer.verdict.holds());
        html! {
            section class="claim" aria-labelledby={ "e-" (id) } {
                h2 id={ "e-" (id) } { (target) }
                @if let (Some(answer), Some(ask)) = (&row.answer, &row.experiment.ask) { (self.verdict(row, answer, ask)) }
                @else { p { "The model has no channel for it." } }
                @if missed {
                    h3 { "Why it misses" }
                    @match if_it_misses {
                        Some(text) => (prose.lines(text)),
                        None => p { "Nobody has written an explanation yet." },
                    }
                }
                h3 { "The study" }
                (prose.lines(study))
                h3 { "The rule" }
                (prose.lines(rule))
                @if let (false, Some(text)) = (missed, if_it_misses) { h3 { "If it misses" } (prose.lines(text)) }
            }
        }
    }

    fn verdict(&self, row: &Row, answer: &Answer, ask: &Ask) -> Markup {
        let held = if answer.verdict.holds() { "It holds" } else { "It misses" };
        let counts = if row.counted() { "" } else { " (shown, not counted)" };
        let name = html! {
            @match self.main.addresses.named(&ask.name) {
                Some(address) => a href=(address) { (ask.name.replace('_', " ")) },
                None => (ask.name),
            }
        };
        html! {
            p {
                strong { (held) (counts) } ": published " (published_in_words(&row.experiment)) ", the model "
                (answer_in_words(answer, ask)) ". Measured: " (ask.measure.word().replace('_', " ")) " of " (name) ", "
                (format!("{:.2} to {:.2}", ask.span.0, ask.span.1)) "."
                @if let Some(driver) = &answer.driver {
                    " The answer follows "
                    @match self.main.addresses.named(&driver.parameter) {
                        Some(address) => a href=(address) { (driver.parameter.replace('_', " ")) },
                        None => (driver.parameter),
                    }
                    " most (correlation of ranks " (format!("{:+.2}", driver.correlation).replace('-', "−")) ")."
                }
                @if answer.not_a_number > 0 { " " (count(answer.not_a_number, "draw")) " give no number and are left out." }
            }
        }
    }
}

fn cells(row: &Row) -> Vec<Markup> {
    let yes = |is: bool| html! { @if is { "yes" } @else { strong { "no" } } };
    let experiment = &row.experiment;
    let mut cells = vec![
        html! { a href={ "#e-" (experiment.id) } { (experiment.id.replace('_', " ")) } },
        html! { (published_in_words(experiment)) },
    ];
    match (&row.answer, &experiment.ask) {
        (Some(answer), Some(ask)) => {
            let verdict = answer.verdict;
            cells.push(html! { (answer_in_words(answer, ask)) });
            cells.extend([verdict.sign_right, verdict.within_factor_two, verdict.bands_overlap].map(yes));
        }
        _ => cells.extend(["no channel", "–", "–", "–"].map(|text| html! { (text) })),
    }
    cells.push(html! { (experiment.standing.word().replace("counted", "yes").replace('_', " ")) });
    cells
}
