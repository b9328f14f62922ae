//! The table of a chapter's numbers: value, range, prior, what the data say, and where each comes from.

use counterflow::listing::{self, ParameterEntry};
use counterflow::report::tables::rich;
use counterflow::report::words::{exact, spaced, unit, value};
use maud::{Markup, html};

use super::Chapter;
use crate::addresses::base;
use crate::prose::source_links;

const HEAD: [&str; 7] = ["Number", "Value", "Range and prior", "Posterior, 90 %", "Grade, date", "Sources", "Used by"];

impl Chapter<'_> {
    /// The table; nothing if the chapter has no numbers.
    pub fn numbers(&self) -> Option<Markup> {
        let sector = &self.model.sectors[self.sector.0].name;
        let all = listing::parameters(self.project, self.model).unwrap_or_default();
        let own: Vec<&ParameterEntry> = all.iter().filter(|entry| entry.sector == *sector).collect();
        let own: Vec<&ParameterEntry> = own.into_iter().filter(|entry| self.declares(&entry.name)).collect();
        let mut told = std::collections::BTreeSet::new();
        let rows: Vec<Vec<Markup>> =
            own.iter().map(|entry| self.number(entry, told.insert(base(&entry.name)))).collect();
        (!rows.is_empty()).then(|| html! { div class="numbers" { (rich("Numbers of this chapter", &HEAD, &rows)) } })
    }

    /// Whether a parameter element stands in this chapter: chapters of variants may share a name.
    fn declares(&self, element: &str) -> bool {
        self.model.find(base(element)).is_some_and(|id| self.is_own(id))
    }

    /// The first element of an array carries the anchor and the sentence.
    fn number(&self, entry: &ParameterEntry, is_first: bool) -> Vec<Markup> {
        let ParameterEntry { name, value: own, range, prior, grade, sources, date, posterior, documentation, .. } =
            entry;
        let of = &entry.unit;
        let id = self.model.find(base(name));
        let anchor = id.filter(|_| is_first).map(|id| self.addresses.anchor(id));
        let is_date = |x: f64| of == "year" && (1900.0..2100.0).contains(&x);
        let number = |x: f64| if is_date(x) { format!("{x}") } else { exact(x) };
        let range = range.map_or_else(|| "–".to_owned(), |(low, high)| format!("{} to {}", number(low), number(high)));
        let posterior = posterior.map_or_else(
            || "–".to_owned(),
            |p| format!("{} ({} to {})", value(p.median, of), value(p.lo90, of), value(p.hi90, of)),
        );
        let used_by = id.filter(|_| is_first).map(|id| self.uses.read_by(id).iter().copied());
        vec![
            html! {
                span id=[anchor] { (spaced(name)) }
                @if is_first { br; small { (documentation) } }
            },
            html! { (number(*own)) " " small { (unit(of)) } },
            html! { (range) br; (prior.as_deref().unwrap_or("fixed")) },
            html! { (posterior) },
            html! { (grade.unwrap_or("–")) br; (date) },
            source_links(self.project, self.addresses, sources),
            html! { @if let Some(all) = used_by { (crate::diagram::names(self.model, self.addresses, all)) } },
        ]
    }
}
