//! Shapes of the interface's document. What is read is read by the library; a test holds that both agree.

#![expect(dead_code, reason = "they describe; nothing is made of them")]

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

/// What a person has set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name for people.
    #[schema(required = false)]
    name: String,
    /// Moves of levers.
    #[schema(required = false, max_items = 200)]
    moves: Vec<Move>,
    /// Values of parameter elements that are assumed from the end of the data on, in every draw.
    #[schema(required = false)]
    assumptions: BTreeMap<String, f64>,
    /// Variant of each slot that is not the model's own choice.
    #[schema(required = false)]
    variants: BTreeMap<String, String>,
}

/// One lever from its neutral value to a dose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Name of the lever.
    #[schema(example = "naloxone")]
    lever: String,
    /// Full dose, in the lever's unit.
    #[schema(example = 2.0)]
    dose: f64,
    /// Month in which the ramp begins.
    #[schema(example = "2026-01", pattern = "^[0-9]{4}-[0-9]{2}$")]
    start: String,
    /// Months from the start to the full dose.
    #[schema(required = false, maximum = 1200)]
    ramp_months: u32,
    /// Last month in force; none stays.
    #[schema(required = false, pattern = "^[0-9]{4}-[0-9]{2}$")]
    end: Option<String>,
}

/// A scenario to be shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorldQuestion {
    /// The scenario.
    scenario: Scenario,
    /// Ids of the series to be told; all if it is left out.
    #[schema(required = false, example = json!(["us_deaths_all"]))]
    series: Option<Vec<String>>,
}

/// Scenarios side by side; assumptions of the first hold for all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareQuestion {
    /// The scenarios; the status quo is added.
    #[schema(min_items = 1, max_items = 8)]
    scenarios: Vec<Scenario>,
    /// The outcome whose break-even is sought; those of all if it is left out, which takes longer.
    #[schema(required = false, example = "us_deaths_all")]
    headline: Option<String>,
    /// Scale all doses to this public cost, in USD over the years counted.
    #[schema(required = false, exclusive_minimum = 0)]
    equal_budget: Option<f64>,
    /// Number of draws; all if it is left out.
    #[schema(required = false, minimum = 1, maximum = 1000000, example = 64)]
    draws: Option<u32>,
}

/// Two scenarios on one outcome.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContestQuestion {
    /// The first, whose assumptions hold for both.
    first: Scenario,
    /// The second.
    second: Scenario,
    /// The outcome.
    #[schema(example = "us_deaths_all")]
    outcome: String,
}

/// What flows where in one year of a scenario.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowsQuestion {
    /// The scenario.
    scenario: Scenario,
    /// A calendar year of the model.
    #[schema(example = 2030)]
    year: i32,
}

/// Yearly bands.
#[derive(ToSchema)]
pub struct World {
    /// The years.
    years: Vec<f64>,
    /// Number of draws.
    draws: Option<u32>,
    /// The series.
    series: Vec<Series>,
}

/// Yearly bands of one series.
#[derive(ToSchema)]
pub struct Series {
    /// Short name.
    id: String,
    /// Unit of yearly means.
    unit: String,
    /// Name for people.
    title: String,
    /// For each year the quantiles of 5, 25, 50, 75 and 95 %.
    bands: Vec<Vec<f64>>,
}

/// What answers.
#[derive(ToSchema)]
pub struct About {
    /// Name of the model.
    model: String,
    /// Its version.
    model_version: String,
    /// Where the interface's document is.
    document: String,
}
