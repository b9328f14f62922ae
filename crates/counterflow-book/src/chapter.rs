//! A chapter of the model: prose, stocks and flows, equations, numbers, levers, fit, limits, and the text itself.

mod equations;
pub use equations::kind;
mod fit;
mod levers;
mod limits;
mod numbers;

use counterflow::Project;
use counterflow_model::{Model, SectorId};
use maud::{Markup, html};

use crate::addresses::Addresses;
use crate::diagram::{Drawings, groups, names};
use crate::material::Material;
use crate::math::Math;
use crate::prose::Prose;
use crate::uses::Uses;

/// One chapter of one model, with everything it refers to.
pub struct Chapter<'a> {
    /// The model with its text.
    pub project: &'a Project,
    /// The model.
    pub model: &'a Model,
    /// Which chapter.
    pub sector: SectorId,
    /// Where its names lead.
    pub addresses: &'a Addresses,
    /// What reads what.
    pub uses: &'a Uses,
    /// Runs, where the model has any of its own.
    pub material: Option<&'a Material<'a>>,
    /// What stands before the anchors of its sections.
    pub prefix: &'a str,
    /// HTML level of the headings of its sections.
    pub level: usize,
}

impl Chapter<'_> {
    /// The whole chapter without its title.
    pub fn content(&self) -> Markup {
        html! {
            (self.prose())
            (self.section("Stocks and flows", &self.drawings()))
            (self.section("Equations", &self.equations()))
            (self.section("Lookups", &self.lookups()))
            (self.section("Numbers", &self.numbers()))
            (self.section("Levers", &self.levers()))
            @if let Some(material) = self.material {
                (self.section("Fit to data", &self.fit(material)))
                (self.section("Known limits", &self.limits(material)))
            }
            (self.text())
        }
    }

    /// A section with its heading; nothing if it says nothing.
    fn section(&self, title: &str, content: &Option<Markup>) -> Markup {
        html! {
            @if let Some(content) = content {
                @let id = format!("{}{}", self.prefix, counterflow::report::words::slug(title));
                section aria-labelledby=(id) { (heading(self.level, &id, title)) (content) }
            }
        }
    }

    /// What the chapter says in words.
    pub fn prose(&self) -> Markup {
        let nowhere = |_: &str| None;
        let prose = Prose {
            project: self.project,
            addresses: self.addresses,
            links: &nowhere,
            prefix: &format!("{}prose-", self.prefix),
            top: self.level - 1,
            keeps_model: false,
        };
        prose.untitled(self.source())
    }

    fn source(&self) -> &str {
        let path = &self.model.sectors[self.sector.0].path;
        self.project.sources_of_text.iter().find(|file| file.path == *path).map_or("", |file| &file.text)
    }

    fn math(&self) -> Math<'_> {
        Math { model: self.model, addresses: self.addresses }
    }

    /// The drawings, and the chapters it reads and is read by.
    fn drawings(&self) -> Option<Markup> {
        let drawings = Drawings { model: self.model, addresses: self.addresses, uses: self.uses };
        let groups = groups(self.model, self.sector);
        let own = || self.model.ids().filter(|id| self.is_own(*id));
        let foreign = |id: &counterflow_model::VariableId| self.model.variable(*id).sector != self.sector;
        let state = |id: &counterflow_model::VariableId| !equations::is_input(&self.model.variable(*id).definition);
        let mut read: Vec<_> =
            own().flat_map(|id| self.uses.reads(id)).copied().filter(foreign).filter(state).collect();
        let mut given: Vec<_> = own().filter(|id| state(id) && self.uses.read_by(*id).iter().any(foreign)).collect();
        for list in [&mut read, &mut given] {
            list.sort();
            list.dedup();
        }
        let any = !groups.is_empty() || !read.is_empty() || !given.is_empty();
        any.then(|| {
            html! {
                @if groups.is_empty() { p { "No stocks stand in this chapter." } }
                @for group in &groups { (drawings.figure(group)) }
                @if !read.is_empty() {
                    p { "Reads from other chapters: " (names(self.model, self.addresses, read.iter().copied())) "." }
                }
                @if !given.is_empty() {
                    p { "Read by other chapters: " (names(self.model, self.addresses, given.iter().copied())) "." }
                }
            }
        })
    }

    fn is_own(&self, id: counterflow_model::VariableId) -> bool {
        let variable = self.model.variable(id);
        variable.sector == self.sector && !variable.hidden
    }

    /// The statements as they are written.
    fn text(&self) -> Markup {
        let source = self.source();
        let blocks: Vec<&str> = source
            .split("```counterflow")
            .skip(1)
            .filter_map(|rest| rest.split("\n```").next())
            .map(str::trim_start)
            .collect();
        html! {
            @if !blocks.is_empty() {
                details class="text" {
                    summary { "The statements as they are written" }
                    @for block in blocks { pre tabindex="0" { code { (block) } } }
                }
            }
        }
    }
}

/// A heading of a level from 2 to 6.
pub fn heading(level: usize, id: &str, words: &str) -> Markup {
    match level {
        2 => html! { h2 id=(id) { (words) } },
        3 => html! { h3 id=(id) { (words) } },
        _ => html! { h4 id=(id) { (words) } },
    }
}
