//! What a page shows of a scenario, for programs: bands of every series, year by year.

use counterflow_explore::comparison::Band;

use super::bundle::Bundle;
use super::engine::Engine;
use super::files::{Selection, ShownSeries};
use super::scenario::{Known, Scenario};
use crate::error::Problem;
use crate::names::Element;
use crate::project::Project;
use crate::simulate::{Column, Simulation, Values};
use crate::variants::Choice;

/// Rows of an engine's world before the first year: what counts over years, and today.
const BEFORE_YEARS: usize = 2;

/// The project with the variants of a scenario; they may repeat what was chosen, not contradict it.
///
/// # Errors
/// Every variant that there is not, and every slot for which another was chosen.
pub fn with_variants(project: Project, scenario: &Scenario) -> Result<Project, Vec<Problem>> {
    if scenario.variants.is_empty() {
        return Ok(project);
    }
    let mut choices = project.choices();
    for (slot, variant) in &scenario.variants {
        match choices.iter().find(|choice| choice.slot == *slot) {
            None => choices.push(Choice { slot: slot.clone(), variant: variant.clone() }),
            Some(choice) if choice.variant == *variant => {}
            Some(choice) => {
                let message = format!("asks for {slot}={variant}, and --variant for {choice}; expected one of them");
                return Err(Problem::new("link", message).into());
            }
        }
    }
    project.with_choices(&choices)
}

/// A model with all its draws, ready to show one scenario after another.
#[derive(Debug)]
pub struct Shown {
    title: String,
    engine: Engine,
    /// Short name, unit and name for people of each series.
    series: Vec<(String, String, String)>,
}

impl Shown {
    /// Runs the past of all draws.
    ///
    /// # Errors
    /// If the model has no page or no posterior.
    pub fn new(project: &Project) -> Result<Shown, Vec<Problem>> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let selection = Selection::of(project)?;
        let unit = |element: Option<&Element>| element.map(|(id, _)| model.variable(*id).unit.to_string());
        let of = |series: &ShownSeries| {
            (series.id.clone(), unit(series.elements.first()).unwrap_or_default(), series.title.clone())
        };
        let series = selection.series.iter().map(of).collect();
        Ok(Shown { title: model.title.clone(), engine: Engine::new(Bundle::of(project)?, 0, 1)?, series })
    }

    /// Yearly means of everything that a page shows, in all draws, from the year of the end of the data on.
    ///
    /// # Errors
    /// If something in the scenario is not in the model.
    pub fn simulation(&self, scenario: &Scenario) -> Result<(Known, Simulation), Vec<Problem>> {
        let known = self.engine.known(scenario)?;
        let (members, rows) = (self.engine.members().len(), self.engine.rows());
        let world = self.engine.world(&known, 0, members);
        let bands = |series: usize| -> Vec<Band> {
            let values = &world[series * rows.len() * members..(series + 1) * rows.len() * members];
            values.chunks(members.max(1)).skip(BEFORE_YEARS).map(|row| Band::of(row.to_vec())).collect()
        };
        let columns = self.series.iter().enumerate().map(|(k, (id, unit, title))| Column {
            name: id.clone(),
            unit: unit.clone(),
            documentation: title.clone(),
            values: Values::Bands(bands(k)),
        });
        let labels = rows[BEFORE_YEARS..].to_vec();
        let simulation = Simulation {
            title: self.title.clone(),
            member: format!("yearly means, bands over the {members} draws of the posterior, as the page shows them"),
            draws: Some(members),
            times: labels.iter().map(|year| year.parse().unwrap_or(f64::NAN)).collect(),
            columns: columns.collect(),
            labels,
            time: "time",
            clock: Vec::new(),
            warnings: known.policy.warnings.clone(),
        };
        Ok((known, simulation))
    }
}
