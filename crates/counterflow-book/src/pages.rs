//! All pages in their order.

mod anchors;
mod claims;
mod disputes;
mod documents;
pub mod experiments;
mod feedbacks;
mod front;
mod lists;
mod sense;

use counterflow::{Problem, Project};
use counterflow_model::{Model, SectorId};

use crate::addresses::{Addresses, SOURCES, page_of};
use crate::chapter::Chapter;
use crate::material::Material;
use crate::prose::Prose;
use crate::site::{File, Page, files};
use crate::uses::Uses;

/// Part of the contents: the chapters.
const MODEL: &str = "The model";
/// Part: competing texts and loops.
const DISPUTE: &str = "In dispute";
/// Part: experiments, claims, published models.
const RECORD: &str = "Against the record";
/// Part: lists.
const LISTS: &str = "Lists";
/// Part: how it is written and held.
const REFERENCE: &str = "Reference";

/// A model with what its pages refer to.
pub struct Shelf<'a> {
    project: &'a Project,
    model: &'a Model,
    addresses: Addresses,
    uses: Uses,
}

impl<'a> Shelf<'a> {
    fn new(
        project: &'a Project,
        sources: &str,
        page: &dyn Fn(&str) -> String,
        prefix: &dyn Fn(&str) -> String,
    ) -> Result<Shelf<'a>, Vec<Problem>> {
        let model = project.model().map_err(|_| vec![Problem::new("model", "does not compile; run `check`")])?;
        let path = |sector: SectorId| model.sectors[sector.0].path.as_str();
        let addresses = Addresses::new(project, model, sources, &|s| page(path(s)), &|s| prefix(path(s)));
        Ok(Shelf { project, model, addresses, uses: Uses::of(model) })
    }

    fn chapter(&'a self, sector: SectorId, prefix: &'a str, level: usize) -> Chapter<'a> {
        let Shelf { project, model, addresses, uses } = self;
        Chapter { project, model, sector, addresses, uses, material: None, prefix, level }
    }

    /// Sectors of the text with their titles, or with the given path.
    fn sectors(&self, wanted: impl Fn(&str) -> bool) -> Vec<SectorId> {
        let paths = self.model.sectors.iter().map(|sector| sector.path.as_str()).enumerate();
        paths.filter(|(_, path)| wanted(path)).map(|(i, _)| SectorId(i)).collect()
    }
}

/// Everything that pages are made of.
pub struct Library<'a> {
    material: &'a Material<'a>,
    main: Shelf<'a>,
}

impl<'a> Library<'a> {
    /// # Errors
    /// If the model does not compile.
    pub fn new(material: &'a Material<'a>) -> Result<Library<'a>, Vec<Problem>> {
        let main = Shelf::new(material.project, SOURCES, &page_of, &|_| String::new())?;
        let library = Library { material, main };
        library.check()?;
        Ok(library)
    }

    /// Whatever pages take from other models must compile.
    fn check(&self) -> Result<(), Vec<Problem>> {
        let others = self.material.variants.values().chain(self.material.anchors.iter().map(|(_, project)| project));
        for project in others {
            project.model().map_err(|_| vec![Problem::new("book", "a variant or published model does not compile")])?;
        }
        Ok(())
    }

    /// All files.
    pub fn files(&self) -> Vec<File> {
        let mut pages = vec![self.front()];
        let is_variant = |path: &str| path.starts_with("variants/");
        for sector in self.main.sectors(|path| !is_variant(path)) {
            let chapter = Chapter { material: Some(self.material), ..self.main.chapter(sector, "", 2) };
            let about = &self.main.model.sectors[sector.0];
            pages.push(Page {
                file: page_of(&about.path),
                title: about.title.clone(),
                part: MODEL,
                content: chapter.content(),
            });
        }
        pages.extend(self.disputes());
        pages.push(self.feedbacks());
        pages.extend([self.experiments(), self.sense(), self.claims()]);
        pages.extend(self.anchors());
        pages.extend([self.variables(), self.data(), self.sources()]);
        pages.extend(self.documents());
        let title = &self.main.model.title;
        let version = &self.material.project.version;
        files(title, &format!("Version {version} of the model. Written by <code>cargo xtask book</code>."), &pages)
    }

    /// Text of the bundled model's folder, whose first-level headings become `top`.
    fn prose<'p>(&'p self, prefix: &'p str, top: usize, links: &'p dyn Fn(&str) -> Option<String>) -> Prose<'p> {
        Prose { project: self.material.project, addresses: &self.main.addresses, links, prefix, top, keeps_model: true }
    }
}
