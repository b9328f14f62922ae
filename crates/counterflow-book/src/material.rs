//! Everything the pages say that is not in the model's text: runs, and texts of the repository.

use std::collections::BTreeMap;

use counterflow::claims::{self, Filled};
use counterflow::fit::Fit;
use counterflow::knockout::{Knockouts, knockouts};
use counterflow::reproduce::{self, Reproduction};
use counterflow::should::{self, Found, shoulds};
use counterflow::variants::Choice;
use counterflow::{Problem, Project, comparison};
use counterflow_model::SectorId;

/// Folders of the repository whose Markdown files become pages as they are.
pub const DOCUMENTS: &[&str] = &["docs/reference", "docs"];

/// The file whose last section is the glossary.
pub const GLOSSARY: &str = "ARCHITECTURE.md";

/// Folders of `models` that hold published models.
pub const PUBLISHED: &[&str] = &["cartels_2023", "source_2022"];

/// Runs and texts for the pages.
pub struct Material<'a> {
    /// The bundled model.
    pub project: &'a Project,
    /// Fit to every series.
    pub fit: Fit,
    /// Claims with figures.
    pub claims: Filled<'a>,
    /// Natural experiments with what the model gives.
    pub experiments: Reproduction,
    /// What must come out, and in how many draws it does.
    pub shoulds: Found,
    /// The bundled model with its statements.
    pub checked: Project,
    /// What each feedback does.
    pub knockouts: Knockouts,
    /// The project with each variant that is not the model's own choice, by the path of its text.
    pub variants: BTreeMap<String, Project>,
    /// Published models, by the name of their folder.
    pub anchors: Vec<(String, Project)>,
    /// Texts by path in the repository.
    pub texts: BTreeMap<String, String>,
}

impl<'a> Material<'a> {
    /// Runs everything over so many draws of the posterior. `told` hears what is being done.
    ///
    /// # Errors
    /// Whatever does not read or run.
    pub fn gather(
        project: &'a Project,
        ledger: &'a [claims::Claim],
        anchors: Vec<(String, Project)>,
        texts: BTreeMap<String, String>,
        draws: usize,
        told: &mut dyn FnMut(&str),
    ) -> Result<Material<'a>, Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        told("fit to every series");
        let fit = comparison::bundled_fit(project).map_err(one)?;
        told("claims");
        let asked: Vec<&claims::Claim> = ledger.iter().collect();
        let claims = claims::fill(project, &asked, Some(draws), &mut |_, _| ()).map_err(one)?;
        told("natural experiments");
        let experiments = reproduce::all(project)?;
        let asked: Vec<&reproduce::Experiment> = experiments.iter().collect();
        let experiments = reproduce::reproduce(project, &asked, draws, &mut |_, _| ()).map_err(one)?;
        told("extremes and sense");
        let checked = project.clone().with_checks()?;
        let shoulds = shoulds(&checked, draws.min(STATED), &|_, _| {}).map_err(one)?;
        told("feedbacks");
        let knockouts = knockouts(project, draws, None, &mut |_| ()).map_err(one)?;
        told("variants");
        let variants = variants(project)?;
        Ok(Material { project, fit, claims, experiments, shoulds, checked, knockouts, variants, anchors, texts })
    }
}

impl Material<'_> {
    /// Title of a chapter of the model with its statements.
    pub fn checked_title(&self, sector: SectorId) -> Option<&str> {
        self.checked.model().ok().map(|model| model.sectors[sector.0].title.as_str())
    }

    /// A statement as it stands in its file: from its line to the next empty one.
    pub fn written(&self, row: &should::Row) -> String {
        let place = &row.should.place;
        let file = self.checked.sources_of_text.iter().find(|file| file.path == place.path);
        let lines = file.into_iter().flat_map(|file| file.text.lines().skip(place.line - 1));
        let own = lines.take_while(|line| !line.trim().is_empty() && !line.starts_with("```"));
        own.collect::<Vec<&str>>().join("\n")
    }
}

/// Draws behind each statement at most: some statements run twice for each lever.
const STATED: usize = 15;

/// The project once with each variant that is not its own choice.
fn variants(project: &Project) -> Result<BTreeMap<String, Project>, Vec<Problem>> {
    let mut found = BTreeMap::new();
    for slot in &project.slots {
        for (position, variant) in slot.variants.iter().enumerate() {
            if position != slot.chosen {
                let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
                found.insert(variant.path.clone(), Project::choose(None, &[choice])?);
            }
        }
    }
    Ok(found)
}
