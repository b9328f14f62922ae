//! What a page shows of a scenario, for programs: bands of every series, year by year.

use counterflow_explore::comparison::Band;

use super::bundle::Bundle;
use super::engine::Engine;
use super::files::Selection;
use super::scenario::{Known, Scenario};
use crate::error::Problem;
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

/// Yearly means of everything that a page shows, in all draws of the posterior, from the year of the end of the data on.
///
/// # Errors
/// If the model has no page or no posterior, or something in the scenario is not in it.
pub fn simulation(project: &Project, scenario: &Scenario) -> Result<(Known, Simulation), Vec<Problem>> {
    let selection = Selection::of(project)?;
    let engine = Engine::new(Bundle::of(project)?, 0, 1)?;
    let known = engine.known(scenario)?;
    let (members, rows) = (engine.members().len(), engine.rows());
    let world = engine.world(&known, 0, members);
    let bands = |series: usize| -> Vec<Band> {
        let values = &world[series * rows.len() * members..(series + 1) * rows.len() * members];
        values.chunks(members.max(1)).skip(BEFORE_YEARS).map(|row| Band::of(row.to_vec())).collect()
    };
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let columns = selection.series.iter().enumerate().map(|(k, series)| Column {
        name: series.id.clone(),
        unit: series.elements.first().map_or_else(String::new, |(id, _)| model.variable(*id).unit.to_string()),
        documentation: series.title.clone(),
        values: Values::Bands(bands(k)),
    });
    let labels = rows[BEFORE_YEARS..].to_vec();
    let simulation = Simulation {
        title: model.title.clone(),
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
