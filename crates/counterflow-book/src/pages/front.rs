//! The first page: what this is, the chapters with their summaries, how to read them.

use counterflow_model::{Definition, Variable};
use maud::{Markup, html};

use super::{Library, MODEL};
use crate::addresses::page_of;
use crate::site::Page;

impl Library<'_> {
    /// The first page.
    pub fn front(&self) -> Page {
        Page { file: "index.html".into(), title: self.main.model.title.clone(), part: MODEL, content: self.welcome() }
    }

    fn welcome(&self) -> Markup {
        let model = self.main.model;
        let count = |is: fn(&Variable) -> bool| model.variables.iter().filter(|v| !v.hidden && is(v)).count();
        let chapters = self.main.sectors(|path| !path.starts_with("variants/"));
        let through = &self.material.project.compare.data_through_label;
        html! {
            p class="lead" {
                "This book is made from the model's own text: " (chapters.len()) " chapters with "
                (count(|v| matches!(v.definition, Definition::Stock(_)))) " stocks, "
                (count(|v| matches!(v.definition, Definition::Flow(_)))) " flows, "
                (count(|v| matches!(v.definition, Definition::Auxiliary(_)))) " auxiliaries, "
                (count(|v| matches!(v.definition, Definition::Parameter(_)))) " parameters and "
                (count(|v| matches!(v.definition, Definition::Lever(_)))) " levers. "
                @if !through.is_empty() { "Data go through " (through) "." }
            }
            h2 id="chapters" { "Chapters" }
            dl class="chapters" {
                @for sector in chapters {
                    @let about = &model.sectors[sector.0];
                    dt { a href=(page_of(&about.path)) { (about.title) } }
                    dd { (about.summary) }
                }
            }
            h2 id="reading" { "How to read a chapter" }
            ul {
                li { "Names in equations are words and lead to their own equation or number. A raised dot multiplies; " code { "exp" } " and " code { "ln" } " are the exponential and the natural logarithm." }
                li { "A name with small words below stands for each element of these dimensions, or for one of them. ∑ adds over the dimension below it." }
                li { "The rate of change of a stock stands as a fraction over the time; “start” is its value when a run begins." }
                li { "“or 0” below a fraction: its value where the divisor is zero." }
                li { "step(height, from) is 0 and then the height; pulse(volume, at) is a volume within one step of the run." }
                li { "Grades of numbers: definition, measured, estimated, expert, assumed. The posterior is given where data move a number; a dash means that it keeps its prior." }
                li { "Evidence for levers: A trials or meta-analyses that agree, B good quasi-experiments or large cohorts, C one study, ecological data, model or programme data, D analogy or expert judgement, E nothing usable." }
                li { "In a diagram a box is a stock, a pipe with a valve is a flow; a cloud is where a flow comes from or goes to that the model does not count; a dashed box stands in another chapter." }
            }
        }
    }
}
