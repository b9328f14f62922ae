//! `parameters.json`: every parameter element with its prior, its posterior and its part in the headline's spread.

use std::collections::BTreeMap;

use counterflow_engine::{Plan, PlanOptions, Save};
use counterflow_explore::sensitivity::Candidates;
use counterflow_model::{Definition, Model};
use serde::Serialize;

use super::Selection;
use super::number::{Band, PROBABILITIES, short};
use super::status_quo::StatusQuo;
use crate::calibration::truncated_prior;
use crate::comparison::{parameter_rows, prior_sd};
use crate::error::Problem;
use crate::listing;
use crate::project::Project;
use crate::report::ParameterRow;

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct ParametersRecord {
    parameters: Vec<ParameterRecord>,
}

#[derive(Debug, Serialize)]
struct ParameterRecord {
    name: String,
    documentation: String,
    unit: String,
    value: f64,
    range: Option<(f64, f64)>,
    prior: Option<String>,
    prior_band: Option<Band>,
    posterior: Band,
    /// 1 - posterior variance / prior variance, cut at 0; 0 for a fixed number.
    contraction: f64,
    grade: String,
    sources: Vec<String>,
    date: String,
    sector: String,
    /// Share of the spread of the headline over the years counted (variance of ranks). What all together leave is drawn
    /// noise and interplay.
    headline_share: f64,
}

/// What stands in the file.
///
/// # Errors
/// If the model does not compile or its posterior does not read.
pub(super) fn record(
    project: &Project,
    selection: &Selection,
    status_quo: &StatusQuo,
) -> Result<ParametersRecord, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let rows = parameter_rows(project)?;
    let of_name: BTreeMap<&str, &ParameterRow> = rows.iter().map(|row| (row.name.as_str(), row)).collect();
    let shares = headline_shares(model, status_quo, &status_quo.series[selection.headline].level);
    let one = |entry: listing::ParameterEntry| {
        let row = of_name.get(entry.name.as_str())?;
        let band = &row.posterior;
        Some(ParameterRecord {
            prior_band: prior_band(model, &entry.name),
            posterior: [band.lo90, band.lo50, band.median, band.hi50, band.hi90].map(short),
            contraction: if entry.prior.is_some() { short(row.contraction) } else { 0.0 },
            headline_share: short(shares.get(&entry.name).copied().unwrap_or(0.0)),
            documentation: entry.documentation,
            unit: entry.unit,
            value: entry.value,
            range: entry.range,
            prior: entry.prior,
            grade: entry.grade.unwrap_or_default().to_owned(),
            sources: entry.sources,
            date: entry.date,
            sector: entry.sector,
            name: entry.name,
        })
    };
    let parameters = listing::parameters(project, model)?.into_iter().filter_map(one).collect();
    Ok(ParametersRecord { parameters })
}

/// Shares of a level's spread that parameters explain, by their names; nothing with too few draws.
fn headline_shares(model: &Model, status_quo: &StatusQuo, level: &[f64]) -> BTreeMap<String, f64> {
    let saves = model.outcomes.iter().map(|outcome| Save::mean(outcome.variable)).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let candidates = Candidates::new(model, &plan, &status_quo.draws, &prior_sd(model));
    let Some(found) = candidates.attribute(level) else { return BTreeMap::new() };
    let share = |(at, part): &(usize, f64)| (candidates.list()[*at].name.clone(), *part);
    found.parts.iter().map(share).collect()
}

/// Quantiles of what was believed of an element before the data, cut off at its range.
fn prior_band(model: &Model, element: &str) -> Option<Band> {
    let id = model.find(element.split('[').next()?)?;
    let Definition::Parameter(parameter) = &model.variable(id).definition else { return None };
    let prior = truncated_prior(parameter)?;
    Some(PROBABILITIES.map(|probability| short(prior.quantile(probability))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_its_beliefs_and_some_explain_the_headline() {
        let project = Project::bundled().expect("the bundled model reads");
        let selection = Selection::of(&project).expect("it reads");
        let status_quo = StatusQuo::run(&project, &selection, None, &mut |_, _| ()).expect("it runs");
        let file = record(&project, &selection, &status_quo).expect("it is made");
        let listed = listing::parameters(&project, project.model().expect("it compiles")).expect("they read");
        assert_eq!(file.parameters.len(), listed.len());
        for parameter in &file.parameters {
            assert_eq!(parameter.prior.is_some(), parameter.prior_band.is_some(), "{}", parameter.name);
            let rising =
                |band: &Band| band.windows(2).all(|pair| pair[0] <= pair[1]) && band.iter().all(|x| x.is_finite());
            assert!(
                rising(&parameter.posterior) && parameter.prior_band.as_ref().is_none_or(rising),
                "{}",
                parameter.name
            );
            assert!((0.0..=1.0).contains(&parameter.contraction), "{}", parameter.name);
        }
        let shares: f64 = file.parameters.iter().map(|parameter| parameter.headline_share).sum();
        assert!((0.01..1.0).contains(&shares), "{shares}");
        let uniform =
            file.parameters.iter().find(|parameter| parameter.name == "vulnerable_1999").expect("it is there");
        // Log-uniform from 0.6 to 5 million: the median is the geometric mean of the ends.
        assert!((uniform.prior_band.expect("a prior")[2] / (0.6e6_f64 * 5e6).sqrt() - 1.0).abs() < 1e-5);
    }
}
