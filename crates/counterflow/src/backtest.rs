//! Back-tests: the model is fitted again as it would have been at an origin, projects the status quo of that date, and
//! is scored on what came after, beside persistence and a damped trend.

mod alternatives;
mod as_of;
mod beside;
mod ensemble;
mod forecast;
mod page;
mod projection;
mod reference;
mod rolling;
mod rules;
mod scores;
mod stacking;
mod table;
mod weights;

use std::collections::BTreeMap;
use std::path::PathBuf;

use counterflow_calibrate::score::Forecast;

use crate::calibration::{CalibrationOptions, FitSummary, Stage, calibrate};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

pub use alternatives::{
    Alternatives, MonthScore, Scored, Share, Width, alternatives, alternatives_csv, alternatives_page,
};
pub use as_of::{Structure, as_of};
pub use beside::{Beside, beside};
pub use forecast::{Paths, forecast};
pub use page::{forecasts_csv, page};
pub use projection::projection;
pub(crate) use reference::{damped_paths, persistence};
pub use rolling::{Doing, Meeting, Rolling, Window, rolling, rolling_csv, rolling_page, weights_csv};
pub use rules::{AlternativesRules, Published, PublishedYear, Rules, Target, Unjudged, month, written};
pub use scores::{Score, read_scores, scores, scores_csv};
pub use table::{Ratio, Summary, pooled_coverage, summaries};

/// What to test.
#[derive(Clone, Debug)]
pub struct Request {
    /// Ends of these months, counted from January of year 0.
    pub origins: Vec<i32>,
    /// Months ahead.
    pub horizon: i32,
    /// What to do with structure that was learnt later.
    pub structure: Structure,
    /// How to calibrate at each origin.
    pub options: CalibrationOptions,
    /// Folder for unfinished work.
    pub work: PathBuf,
}

/// What is forecast of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// One period: a month, or a year where the record is yearly.
    Period,
    /// Twelve months up to the end of a month.
    TwelveMonths,
}

/// One forecast and what came true.
#[derive(Clone, Debug)]
pub struct Row {
    /// Origin, as a month.
    pub origin: i32,
    /// The target's short name.
    pub target: String,
    /// What of it.
    pub measure: Measure,
    /// Last month of what is forecast.
    pub month: i32,
    /// Months from the origin to the end of that month.
    pub ahead: i32,
    /// What came true.
    pub truth: f64,
    /// The model's forecast.
    pub model: Forecast,
    /// Persistence with its own past errors, where the record is long enough.
    pub persistence: Option<Forecast>,
    /// A damped trend.
    pub trend: Option<Forecast>,
}

/// One refit.
#[derive(Clone, Debug)]
pub struct Refit {
    /// Origin, as a month.
    pub origin: i32,
    /// Last month of the monthly deaths that were known.
    pub last_month: i32,
    /// Largest split R-hat.
    pub worst_rhat: f64,
    /// Parameters sampled.
    pub dimension: usize,
    /// What was left out because it was learnt later, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// A back-test.
#[derive(Clone, Debug)]
pub struct BackTest {
    /// What is scored.
    pub targets: Vec<Target>,
    /// What to do with structure that was learnt later.
    pub structure: Structure,
    /// One for each origin.
    pub refits: Vec<Refit>,
    /// All forecasts.
    pub rows: Vec<Row>,
    /// What others published at one of the origins.
    pub published: Vec<Published>,
    /// Version of the model.
    pub model_version: String,
}

/// Refits at each origin and scores. Work is kept in the request's folder and taken up again from there.
///
/// # Errors
/// If the model has no rules for back-tests, does not compile with the data of an origin, or work can not be written.
pub fn backtest(
    project: &Project,
    request: &Request,
    progress: &mut dyn FnMut(i32, Stage),
) -> Result<BackTest, Vec<Problem>> {
    let rules = Rules::of(&project.files).map_err(|problem| vec![problem])?;
    let among = |published: &Published| month(&published.origin).is_ok_and(|origin| request.origins.contains(&origin));
    let mut test = BackTest {
        targets: rules.targets.clone(),
        structure: request.structure,
        refits: Vec::new(),
        rows: Vec::new(),
        published: rules.published.iter().filter(|published| among(published)).cloned().collect(),
        model_version: project.version.clone(),
    };
    for origin in &request.origins {
        let (refit, rows) = at_origin(project, &rules, request, *origin, progress)?;
        test.refits.push(refit);
        test.rows.extend(rows);
    }
    Ok(test)
}

fn at_origin(
    project: &Project,
    rules: &Rules,
    request: &Request,
    origin: i32,
    progress: &mut dyn FnMut(i32, Stage),
) -> Result<(Refit, Vec<Row>), Vec<Problem>> {
    let seed = request.options.settings.seed;
    let one = |problem: Problem| vec![problem];
    let (then, posterior, summary) = refit(project, rules, request, origin, progress)?;
    let paths = forecast(&then, &posterior, &rules.targets, origin + request.horizon).map_err(one)?;
    let mut rows = Vec::new();
    for (target, paths) in rules.targets.iter().zip(&paths) {
        let record = Record::of(project, target).map_err(one)?;
        rows.extend(scored(target, &record, paths, origin, request.horizon, seed));
    }
    let dated = request.structure == Structure::Dated;
    let left_out = rules.unknown(origin).filter(|_| dated).map(|known| (known.parameter.clone(), known.why.clone()));
    let refit = Refit {
        origin,
        last_month: rules.last_month(origin),
        worst_rhat: summary.worst_rhat(),
        dimension: summary.dimension,
        left_out: left_out.collect(),
    };
    Ok((refit, rows))
}

/// The project of an origin, and its posterior; unfinished work is taken up again.
fn refit(
    project: &Project,
    rules: &Rules,
    request: &Request,
    origin: i32,
    progress: &mut dyn FnMut(i32, Stage),
) -> Result<(Project, Posterior, FitSummary), Vec<Problem>> {
    let then = as_of(project, rules, origin, request.structure, request.options.settings.seed)?;
    let kind = if request.structure == Structure::Dated { "dated" } else { "hindsight" };
    let state = request.work.join(format!("{}.{kind}.state", written(origin)));
    let (posterior, summary) = calibrate(&then, &request.options, &state, &mut |stage| progress(origin, stage))
        .map_err(|problem| vec![problem])?;
    Ok((then, posterior, summary))
}

/// What came true of a target: figures by first month of their period.
struct Record {
    figures: BTreeMap<i32, f64>,
}

impl Record {
    fn of(project: &Project, target: &Target) -> Result<Record, Problem> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let mut sum: Option<BTreeMap<i32, f64>> = None;
        for name in &target.observations {
            let observation = model.observations.iter().find(|observation| observation.name == *name);
            let series = observation.and_then(|observation| project.series.get(&observation.series));
            let missing = || Problem::new("backtest.toml", format!("there is no observation `{name}` with data"));
            let own = series.ok_or_else(missing)?.data.iter().map(|d| (d.period.first_month(), d.value));
            sum = Some(match sum {
                None => own.collect(),
                Some(sum) => own.filter_map(|(month, x)| Some((month, x + sum.get(&month)?))).collect(),
            });
        }
        Ok(Record { figures: sum.unwrap_or_default() })
    }

    /// Total over all periods from `from` to `to`; `None` if one is missing.
    fn total(&self, from: i32, to: i32, months: i32) -> Option<f64> {
        (from..=to).step_by(months as usize).map(|month| self.figures.get(&month)).sum()
    }
}

/// All forecasts of a target from one origin that can be scored.
fn scored(target: &Target, record: &Record, paths: &Paths, origin: i32, horizon: i32, seed: u64) -> Vec<Row> {
    let months = paths.months;
    let last_known = paths.first + months * paths.known.len() as i32 - 1;
    let measures: &[(Measure, i32)] =
        if months == 1 { &[(Measure::Period, 1), (Measure::TwelveMonths, 12)] } else { &[(Measure::Period, 12)] };
    let mut rows = Vec::new();
    for (measure, span) in measures {
        let sums = moving(&paths.known, (span / months) as usize);
        for month in (origin + 1..=origin + horizon).filter(|month| (month + 1 - paths.first) % months == 0) {
            let from = month + 1 - span;
            let (Some(truth), Some(draws)) = (record.total(from, month, months), paths.total(from, month)) else {
                continue;
            };
            let Some(model) = Forecast::from_draws(&draws).filter(|_| month > last_known) else { continue };
            let steps = ((month - last_known) / months) as usize;
            rows.push(Row {
                origin,
                target: target.id.clone(),
                measure: *measure,
                month,
                ahead: month - origin,
                truth,
                model,
                persistence: persistence(&sums, steps),
                trend: reference::damped_trend(&sums, steps, seed),
            });
        }
    }
    rows
}

/// Sums of so many values in a row.
fn moving(values: &[f64], count: usize) -> Vec<f64> {
    values.windows(count).map(|window| window.iter().sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            id: "deaths".to_owned(),
            location: "US".to_owned(),
            title: "Deaths".to_owned(),
            observations: Vec::new(),
        }
    }

    #[test]
    fn every_month_ahead_is_scored_once_for_each_measure() {
        let paths = Paths { months: 1, first: 0, known: vec![100.0; 40], draws: vec![vec![90.0; 28], vec![110.0; 28]] };
        let record = Record { figures: (0..68).map(|month| (month, 100.0)).collect() };
        let rows = scored(&target(), &record, &paths, 43, 24, 1);
        assert_eq!(rows.len(), 48);
        let last = rows.iter().find(|row| row.measure == Measure::TwelveMonths && row.ahead == 24).expect("a row");
        assert_eq!((last.truth, last.model.median()), (1200.0, 1200.0));
        // Five months ahead, nine of the twelve lie after the last figure known, three before.
        let near = rows.iter().find(|row| row.measure == Measure::TwelveMonths && row.ahead == 5).expect("a row");
        assert_eq!(near.model.median(), 1200.0);
        assert!(near.persistence.as_ref().is_some_and(|naive| (naive.median() - 1200.0).abs() < 1e-9));
    }

    #[test]
    fn what_has_not_come_true_is_not_scored() {
        let paths = Paths { months: 1, first: 0, known: vec![100.0; 40], draws: vec![vec![90.0; 28]] };
        let record = Record { figures: (0..50).map(|month| (month, 100.0)).collect() };
        let rows = scored(&target(), &record, &paths, 43, 24, 1);
        assert!(rows.iter().all(|row| row.month < 50) && !rows.is_empty());
    }
}
