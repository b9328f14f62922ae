//! Loops by name, the way each goes round, and what fit and projection owe to it.

use counterflow::answers::Band;
use counterflow::knockout::Knockout;
use counterflow::report::tables::rich;
use counterflow::report::words::{count, spaced};
use counterflow_model::Feedback;
use maud::{Markup, html};

use super::{DISPUTE, Library};
use crate::diagram::names;
use crate::site::Page;

impl Library<'_> {
    /// The page.
    pub fn feedbacks(&self) -> Page {
        Page { file: "feedbacks.html".into(), title: "Feedbacks".into(), part: DISPUTE, content: self.loops() }
    }

    fn loops(&self) -> Markup {
        let found = &self.material.knockouts;
        let (from, to) = found.years;
        let outcomes = &self.main.model.outcomes;
        let head: Vec<&str> =
            ["Feedback", "Fit"].into_iter().chain(outcomes.iter().map(|outcome| outcome.title.as_str())).collect();
        let rows: Vec<Vec<Markup>> = found.rows.iter().map(row).collect();
        html! {
            p {
                "Each loop is cut in turn: the variable through which it goes keeps its value from the start of the run. "
                "Fit: change of the log likelihood of all data; below zero the data speak for the loop. Outcomes: change in "
                (from) " to " (to - 1.0) " under the status quo. Median, and 90 in 100 of " (count(found.draws, "draw")) "."
            }
            (rich("What cutting each loop changes", &head, &rows))
            @for feedback in &self.main.model.feedbacks { (self.feedback(feedback)) }
        }
    }

    fn feedback(&self, feedback: &Feedback) -> Markup {
        let shelf = &self.main;
        let way = shelf.uses.loop_through(feedback.variable);
        let lost =
            self.material.knockouts.rows.iter().find(|row| row.id == feedback.id).map_or(0, |row| row.not_a_number);
        html! {
            section aria-labelledby={ "f-" (feedback.id) } {
                h2 id={ "f-" (feedback.id) } { (spaced(&feedback.id)) }
                p { (feedback.sentence) "." }
                p { "It goes through " (names(shelf.model, &shelf.addresses, [feedback.variable].into_iter())) "." }
                @if !way.is_empty() {
                    p class="way" {
                        "One shortest way round: "
                        @for (i, id) in way.iter().enumerate() {
                            @if i > 0 { " → " }
                            (names(shelf.model, &shelf.addresses, [*id].into_iter()))
                        }
                    }
                } @else {
                    p { "No way through the equations leads back to it: in this version of the model it is a path, not a closed loop." }
                }
                @if lost > 0 { p { (count(lost, "draw")) " of " (self.material.knockouts.draws) " give no number without it and are left out." } }
            }
        }
    }
}

fn row(knockout: &Knockout) -> Vec<Markup> {
    let band = |b: &Band, by: f64, unit: &str| {
        format!("{:+.0}{unit} ({:+.0} to {:+.0})", by * b.median, by * b.lo90, by * b.hi90).replace('-', "−")
    };
    let mut cells = vec![
        html! { a href={ "#f-" (knockout.id) } { (spaced(&knockout.id)) } },
        html! { (band(&knockout.log_likelihood, 1.0, "")) },
    ];
    cells.extend(knockout.outcomes.iter().map(|b| html! { (band(b, 100.0, "\u{a0}%")) }));
    cells
}
