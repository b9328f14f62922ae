//! Lists of everything: variables with links both ways, data, sources with what cites each.

use counterflow::citations::Citing;
use counterflow::listing;
use counterflow::project::Source;
use counterflow::report::tables::rich;
use counterflow::report::words::{exact, spaced, unit};
use counterflow_model::VariableId;
use maud::{Markup, html};

use super::{LISTS, Library, claims, experiments};
use crate::addresses::{DATA, SOURCES, VARIABLES, anchor, page_of, series_anchor, shown, source_anchor};
use crate::chapter::kind;
use crate::diagram::names;
use crate::site::Page;

impl Library<'_> {
    /// All variables by name.
    pub fn variables(&self) -> Page {
        let shelf = &self.main;
        let model = shelf.model;
        let mut ids: Vec<VariableId> = model
            .ids()
            .filter(|id| shown(model, model.variable(*id)).is_none_or(|v| !model.variable(*id).hidden || v.hidden))
            .collect();
        ids.sort_by(|a, b| model.variable(*a).name.cmp(&model.variable(*b).name));
        let rows: Vec<Vec<Markup>> = ids.iter().map(|id| self.variable_row(*id)).collect();
        let head = ["Variable", "What", "Kind and unit", "Chapter", "Uses", "Used by"];
        let content = html! {
            p { (model.variables.iter().filter(|v| !v.hidden).count()) " variables of the text. Each name leads to its equation or number." }
            div class="numbers" { (rich("All variables", &head, &rows)) }
        };
        Page { file: VARIABLES.into(), title: "All variables".into(), part: LISTS, content }
    }

    fn variable_row(&self, id: VariableId) -> Vec<Markup> {
        let shelf = &self.main;
        let variable = shelf.model.variable(id);
        let sector = &shelf.model.sectors[variable.sector.0];
        let linked =
            |all: &std::collections::BTreeSet<VariableId>| names(shelf.model, &shelf.addresses, all.iter().copied());
        // What belongs to no single statement has its place here.
        let own_place = variable.hidden.then(|| anchor("", &variable.name));
        vec![
            html! { span id=[own_place] { a href=(shelf.addresses.variable(id)) { (spaced(&variable.name)) } } },
            html! { (variable.documentation) },
            html! { (kind(variable)) " " small { (unit(&variable.unit.to_string())) } },
            html! { a href=(page_of(&sector.path)) { (sector.title) } },
            linked(shelf.uses.reads(id)),
            linked(shelf.uses.read_by(id)),
        ]
    }

    /// All data series.
    pub fn data(&self) -> Page {
        let entries = listing::data(self.material.project);
        let row = |entry: &listing::DataEntry<'_>| {
            let series = entry.series;
            let about = &series.about;
            let periods = entry.periods.as_ref().map_or_else(String::new, |(first, last)| format!("{first} to {last}"));
            vec![
                html! { span id=(series_anchor(&series.key)) { (about.title) } br; small { (about.what) } },
                html! { (about.publisher) },
                html! { (periods) ", " (exact(series.data.len() as f64)) " values" },
                html! { (unit(&about.unit)) },
                html! { (about.role) },
                html! { (self.observed_in(&entry.observed_as)) },
                html! { (about.vintage) },
                html! { (about.licence) },
            ]
        };
        let rows: Vec<Vec<Markup>> = entries.iter().map(row).collect();
        let head = ["Series", "Publisher", "Periods", "Unit", "Role", "Held against the model in", "Taken", "Licence"];
        let content = html! {
            p { "Series that the model carries. A driver is taken as given, a fitted series is held against the model, a shown one is only shown." }
            div class="numbers" { (rich("All data series", &head, &rows)) }
        };
        Page { file: DATA.into(), title: "Data".into(), part: LISTS, content }
    }

    fn observed_in(&self, observations: &[String]) -> Markup {
        let model = self.main.model;
        let mut sectors: Vec<usize> =
            model.observations.iter().filter(|o| observations.contains(&o.name)).map(|o| o.sector.0).collect();
        sectors.dedup();
        html! {
            @for (i, sector) in sectors.iter().enumerate() {
                @if i > 0 { ", " }
                a href={ (page_of(&model.sectors[*sector].path)) "#fit-to-data" } { (model.sectors[*sector].title) }
            }
        }
    }

    /// The bibliography, with what cites each entry.
    pub fn sources(&self) -> Page {
        let content = html! {
            p { "A title in square brackets describes a source whose exact title was not seen." }
            ul class="sources" {
                @for found in listing::sources(self.material.project) {
                    li id=(source_anchor(&found.key)) {
                        (entry(&found.source)) br;
                        @if !found.cited_by.is_empty() {
                            small { "Cited by " @for (i, by) in found.cited_by.iter().enumerate() { @if i > 0 { ", " } (self.citing(by)) } "." }
                        }
                    }
                }
            }
        };
        Page { file: SOURCES.into(), title: "Sources".into(), part: LISTS, content }
    }

    /// What cites, as a link where the book has a place for it.
    fn citing(&self, by: &Citing) -> Markup {
        let address = match by {
            Citing::Statement(name) => self.main.addresses.named(name).map(str::to_owned),
            Citing::Chapter { path, .. } => {
                self.main.model.sectors.iter().any(|sector| sector.path == *path).then(|| page_of(path))
            }
            Citing::Series(key) => Some(format!("{DATA}#{}", series_anchor(key))),
            Citing::Claim(id) => Some(format!("{}#{}", claims::FILE, claims::anchor(id))),
            Citing::Experiment(id) => Some(format!("{}#e-{id}", experiments::FILE)),
            Citing::Variant { .. } | Citing::Published => None,
        };
        let name = spaced(&by.to_string());
        html! { @match address { Some(address) => a href=(address) { (name) }, None => (name) } }
    }
}

/// An entry of a bibliography.
pub fn entry(source: &Source) -> Markup {
    html! {
        (source.authors) @if !source.year.is_empty() { " (" (source.year) ")" } ". " (source.title) ". " (source.place) ". "
        @if let Some(url) = source.url() { a href=(url) { "doi" } " " }
        small { (source.kind) ", consulted " (source.accessed) }
    }
}
