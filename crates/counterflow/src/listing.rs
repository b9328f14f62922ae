//! What is in a model, as lists: levers, parameters, sources and data. References and front ends are derived from them.

use counterflow_explore::comparison::Band;
use counterflow_model::ops::UnitRule;
use counterflow_model::{Binary, Grade, Lever, Model, Ternary, Unary, Variable, VariableId};
use serde::Deserialize;

use crate::citations::{self, Citing};
use crate::data::{Series, from_toml};
use crate::error::Problem;
use crate::places::{Atlas, PlaceRecord};
use crate::posterior::Posterior;
use crate::project::{Project, Source};
use crate::simulate::{band, posterior_of};

/// A lever.
#[derive(Clone, Debug)]
pub struct LeverEntry {
    /// Name in policies.
    pub name: String,
    /// Unit of its dose.
    pub unit: String,
    /// Value that changes nothing: the status quo.
    pub neutral: f64,
    /// Documented range of the dose.
    pub range: Option<(f64, f64)>,
    /// Letter of the evidence for its effect, A (trials) to E (nothing usable).
    pub grade: Option<char>,
    /// Keys of the bibliography.
    pub sources: Vec<String>,
    /// Date or span of the evidence.
    pub date: String,
    /// Uses force.
    pub kinetic: bool,
    /// Who pays, if a cost is known.
    pub payer: Option<String>,
    /// What the dose counts.
    pub documentation: String,
    /// How it acts.
    pub mechanism: String,
    /// How it is known to fail.
    pub failure: String,
    /// Sector that declares it.
    pub sector: String,
}

/// A parameter element.
#[derive(Clone, Debug)]
pub struct ParameterEntry {
    /// Name, with the element of an array.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Value in the model's text.
    pub value: f64,
    /// Lowest and highest value anybody defends.
    pub range: Option<(f64, f64)>,
    /// Prior, as written.
    pub prior: Option<String>,
    /// How well it is known.
    pub grade: Option<&'static str>,
    /// Keys of the bibliography.
    pub sources: Vec<String>,
    /// Date or span of the number.
    pub date: String,
    /// Posterior median and 90 % interval, where data reach it.
    pub posterior: Option<PosteriorEntry>,
    /// Sentence.
    pub documentation: String,
    /// Sector that declares it.
    pub sector: String,
}

/// What data say of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct PosteriorEntry {
    /// Median.
    pub median: f64,
    /// 5 % quantile.
    pub lo90: f64,
    /// 95 % quantile.
    pub hi90: f64,
}

/// A source and what rests on it.
#[derive(Clone, Debug)]
pub struct SourceEntry {
    /// Key in the model's text.
    pub key: String,
    /// The source.
    pub source: Source,
    /// What cites it: parameters, levers and prose in the order of the text, then data, claims and experiments.
    pub cited_by: Vec<Citing>,
}

/// A figure of the snapshot: the latest data in one glance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it counts.
    pub title: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// The time it is for.
    pub period: String,
    /// Key of the carried series it comes from; empty if it comes from a cited page.
    pub series: String,
    /// Where it comes from.
    pub source: String,
    /// An earlier figure.
    pub compare_value: Option<f64>,
    /// The time that is for.
    pub compare_period: Option<String>,
    /// Low end of an estimate.
    pub low: Option<f64>,
    /// High end of an estimate.
    pub high: Option<f64>,
}

/// The data that a model carries.
#[derive(Clone, Debug)]
pub struct DataEntry<'a> {
    /// The series.
    pub series: &'a Series,
    /// Observations of the model that meet it.
    pub observed_as: Vec<String>,
    /// First and last period.
    pub periods: Option<(String, String)>,
}

/// All levers, in order of definition.
pub fn levers(model: &Model) -> Vec<LeverEntry> {
    let entry = |(id, lever): (VariableId, &Lever)| {
        let variable = model.variable(id);
        LeverEntry {
            name: variable.name.clone(),
            unit: variable.unit.to_string(),
            neutral: lever.neutral,
            range: lever.range,
            grade: lever.evidence_letter,
            sources: lever.evidence.sources.clone(),
            date: lever.evidence.date.clone(),
            kinetic: lever.kinetic,
            payer: lever.cost.as_ref().map(|cost| cost.payer.clone()),
            documentation: variable.documentation.clone(),
            mechanism: lever.mechanism.clone(),
            failure: lever.failure.clone(),
            sector: sector(model, variable),
        }
    };
    model.levers().map(entry).collect()
}

/// All parameter elements, in order of definition.
///
/// # Errors
/// If the model has a posterior that does not read.
pub fn parameters(project: &Project, model: &Model) -> Result<Vec<ParameterEntry>, Problem> {
    let posterior = posterior_of(project)?;
    let mut entries = Vec::new();
    for (id, parameter) in model.parameters().filter(|(id, _)| !model.variable(*id).hidden) {
        let variable = model.variable(id);
        for (position, value) in parameter.values.iter().enumerate() {
            let name = model.element_name(id, position);
            entries.push(ParameterEntry {
                posterior: posterior.as_ref().and_then(|posterior| in_posterior(posterior, &name)),
                name,
                unit: variable.unit.to_string(),
                value: *value,
                range: parameter.range,
                prior: parameter.prior.map(|prior| prior.to_string()),
                grade: parameter.evidence.grade.map(Grade::name),
                sources: parameter.evidence.sources.clone(),
                date: parameter.evidence.date.clone(),
                documentation: variable.documentation.clone(),
                sector: sector(model, variable),
            });
        }
    }
    Ok(entries)
}

/// What data say of a parameter element, if it was sampled.
fn in_posterior(posterior: &Posterior, name: &str) -> Option<PosteriorEntry> {
    let column = posterior.names.iter().position(|known| known == name)?;
    let values: Vec<f64> = posterior.values.iter().map(|row| row[column]).collect();
    let Band { median, lo90, hi90, .. } = band(&values);
    Some(PosteriorEntry { median, lo90, hi90 })
}

/// The bibliography in order of its keys, with what cites each entry.
pub fn sources(project: &Project) -> Vec<SourceEntry> {
    let mut cited = citations::by_key(project);
    let entry = |(key, source): (&String, &Source)| SourceEntry {
        key: key.clone(),
        source: source.clone(),
        cited_by: cited.remove(key).unwrap_or_default(),
    };
    project.bibliography.iter().map(entry).collect()
}

/// The figures of `data/snapshot.toml`, in the file's order; none if there is no such file.
///
/// # Errors
/// If the file does not read.
pub fn snapshot(project: &Project) -> Result<Vec<Figure>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Snapshot {
        figure: Vec<Figure>,
    }
    let path = "data/snapshot.toml";
    match project.files.get(path) {
        None => Ok(Vec::new()),
        Some(text) => toml::from_str(text).map(|s: Snapshot| s.figure).map_err(|e| from_toml(path, text, &e)),
    }
}

/// All data series in order of their keys.
pub fn data(project: &Project) -> Vec<DataEntry<'_>> {
    let observed = |key: &str| match project.model() {
        Err(_) => Vec::new(),
        Ok(model) => model.observations.iter().filter(|o| o.series == key).map(|o| o.name.clone()).collect(),
    };
    let periods =
        |series: &Series| Some((series.data.first()?.period.to_string(), series.data.last()?.period.to_string()));
    let entry = |series| DataEntry { series, observed_as: observed(&series.key), periods: periods(series) };
    project.series.values().map(entry).collect()
}

/// The records of places that the model has, each with how many places it counts.
///
/// # Errors
/// If one does not read.
pub fn place_data(project: &Project) -> Result<Vec<(PlaceRecord, usize)>, Problem> {
    let entry = |atlas: Atlas| Ok((PlaceRecord::load(&project.files, &atlas)?, atlas.places.len()));
    Atlas::all(project)?.into_iter().map(entry).collect()
}

fn sector(model: &Model, variable: &Variable) -> String {
    model.sectors[variable.sector.0].name.clone()
}

/// An operator or a function of one to three values.
#[derive(Clone, Debug)]
pub struct OperatorEntry {
    /// Name in the text.
    pub name: &'static str,
    /// Number of arguments.
    pub arguments: usize,
    /// What it asks of units.
    pub units: &'static str,
    /// Where it has a kink or a jump, and what its slope is there; empty for what has neither.
    pub kink: &'static str,
}

/// All operators, in the order of the model crate's lists.
pub fn operators() -> Vec<OperatorEntry> {
    let unary = Unary::ALL.iter().map(|o| (o.name(), 1, o.units(), o.kink()));
    let binary = Binary::ALL.iter().map(|o| (o.name(), 2, o.units(), o.kink()));
    let ternary = Ternary::ALL.iter().map(|o| (o.name(), 3, o.units(), o.kink()));
    let entry = |(name, arguments, rule, kink)| OperatorEntry { name, arguments, units: rule_in_words(rule), kink };
    unary.chain(binary).chain(ternary).map(entry).collect()
}

fn rule_in_words(rule: UnitRule) -> &'static str {
    match rule {
        UnitRule::Same => "all arguments have the same unit, and so has the result",
        UnitRule::Compare => "all arguments have the same unit; the result is dimensionless",
        UnitRule::Dimensionless => "arguments and result are dimensionless",
        UnitRule::Product => "the result is the product of the units",
        UnitRule::Quotient => {
            "the result is the quotient of the first two units; a third argument has the result's unit"
        }
        UnitRule::Power => "a whole literal power of the first unit, or both dimensionless",
        UnitRule::Root => "the square root of the unit",
        UnitRule::Choose => "the first argument is dimensionless, the others have the unit of the result",
    }
}
