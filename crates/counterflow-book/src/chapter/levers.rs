//! Levers of a chapter: what they move, how they act and fail, on which evidence, at whose cost.

use counterflow::listing::{self, LeverEntry};
use counterflow::report::words::{exact, spaced, unit};
use counterflow_model::{Definition, VariableId};
use maud::{Markup, html};

use super::Chapter;
use crate::prose::source_links;

impl Chapter<'_> {
    /// The levers; nothing if the chapter has none.
    pub fn levers(&self) -> Option<Markup> {
        let entries = listing::levers(self.model);
        let own: Vec<(VariableId, &LeverEntry)> = entries
            .iter()
            .filter_map(|entry| Some((self.model.find(&entry.name).filter(|id| self.is_own(*id))?, entry)))
            .collect();
        (!own.is_empty()).then(|| html! { @for (id, entry) in own { (self.lever(id, entry)) } })
    }

    fn lever(&self, id: VariableId, entry: &LeverEntry) -> Markup {
        let LeverEntry { name, neutral, range, grade, sources, date, kinetic, payer, documentation, .. } = entry;
        let range =
            range.map_or_else(|| "not stated".to_owned(), |(low, high)| format!("{} to {}", exact(low), exact(high)));
        let grade = grade.map_or_else(|| "not stated".to_owned(), String::from);
        let unit = unit(&entry.unit);
        let doses = if unit.is_empty() { range } else { format!("{range} {unit}") };
        let cost = self.cost(id);
        html! {
            div class="variable lever" id=(self.addresses.anchor(id)) {
                p class="what" {
                    strong { (spaced(name)) } " " small { "lever" @if *kinetic { ", uses force: barred from every optimiser" } }
                    br; (documentation)
                }
                dl class="facts" {
                    div { dt { "Acts" } dd { (entry.mechanism) } }
                    div { dt { "Known to fail" } dd { (entry.failure) } }
                    div { dt { "Evidence" } dd { (grade) ", " (date) "; " (source_links(self.project, self.addresses, sources)) } }
                    div { dt { "Doses" } dd { (doses) "; " (exact(*neutral)) " changes nothing" } }
                    div { dt { "Paid by" } dd { (payer.as_deref().map_or_else(|| "no cost is known".to_owned(), spaced)) } }
                }
                @if let Some(cost) = cost { p class="what" { "Public cost in a year:" } (cost) }
                (self.relations(id))
            }
        }
    }

    fn cost(&self, id: VariableId) -> Option<Markup> {
        let Definition::Lever(lever) = &self.model.variable(id).definition else { return None };
        let cost = self.model.variable(lever.cost.as_ref()?.variable);
        let Definition::Auxiliary(equation) = &cost.definition else { return None };
        Some(self.math().expression(equation.element(0)))
    }
}
