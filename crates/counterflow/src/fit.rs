//! The fit of the posterior to each data series, with and without the discrepancy, misfit included.

use counterflow_calibrate::diagnose::quantile;
use counterflow_calibrate::likelihood;
use counterflow_calibrate::predict::Datum;
use counterflow_engine::{Job, Plan, PlanOptions, Runs, Sampling, Save, Schedule, What, run};
use counterflow_explore::comparison::Band;
use counterflow_model::random;
use rayon::prelude::*;

use crate::calibration::{Observed, observed_series};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

/// Fit of all series.
#[derive(Clone, Debug)]
pub struct Fit {
    /// One entry for each observation of the model.
    pub series: Vec<SeriesFit>,
}

/// Fit of one series.
#[derive(Clone, Debug)]
pub struct SeriesFit {
    /// Name of the observation.
    pub name: String,
    /// Title of the data series.
    pub title: String,
    /// Unit of the values.
    pub unit: String,
    /// Publisher.
    pub publisher: String,
    /// Sentence of the observation.
    pub documentation: String,
    /// One entry for each datum, in time order.
    pub points: Vec<FitPoint>,
    /// Scores over the data of 2015-2024 with the discrepancy.
    pub with_discrepancy: Option<Scores>,
    /// The same for a fit without it.
    pub without_discrepancy: Option<Scores>,
}

/// One datum and what the posterior predicts for it, scatter of the data included.
#[derive(Clone, Debug)]
pub struct FitPoint {
    /// The period, as written in the data.
    pub period: String,
    /// Its middle, in years.
    pub time: f64,
    /// The datum.
    pub value: f64,
    /// Whether the fit used it.
    pub used: bool,
    /// Posterior predictive band.
    pub band: Band,
}

/// How well bands cover and how wide they are.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// Number of data.
    pub count: usize,
    /// Share of data inside the 90 % band.
    pub coverage90: f64,
    /// Mean width of the 90 % band, relative to the mean datum.
    pub width90: f64,
    /// Mean absolute error of the median, relative to the mean datum.
    pub error: f64,
}

/// Spans that are scored: the record since 2015, before the reserved months.
const SCORED: (f64, f64) = (2015.0, 2025.0);

/// Posterior draws that a predictive band takes at most: its ends move by less than the data scatter beyond that.
const PREDICTIVE: usize = 256;

/// Predictive draws for each posterior draw: two, opposite to each other, so that their mean error cancels.
const OPPOSITE: [f64; 2] = [0.0, 1.0];

/// The fit of a posterior to every series; `without` is a posterior of the same model with the discrepancy held at zero.
///
/// # Errors
/// If the model does not compile or a series is missing.
pub fn fit(project: &Project, posterior: &Posterior, without: Option<&Posterior>) -> Result<Fit, Problem> {
    let mut series = predict(project, posterior)?;
    if let Some(without) = without {
        for (with, bare) in series.iter_mut().zip(predict(project, without)?) {
            with.without_discrepancy = bare.with_discrepancy;
        }
    }
    Ok(Fit { series })
}

fn predict(project: &Project, posterior: &Posterior) -> Result<Vec<SeriesFit>, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let observed = observed_series(project, model)?;
    let saves = (0..observed.len()).map(|i| Save { what: What::Observation(i), sampling: Sampling::Mean }).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let mut draws = posterior.draws(model);
    draws.truncate(PREDICTIVE);
    let members: Vec<u64> = (0..draws.len() as u64).collect();
    let schedule = Schedule::default();
    let job = Job {
        seed: posterior.about.seed,
        until: project.compare.data_through,
        ..Job::new(&plan, &draws, &members, &schedule)
    };
    let runs = run(&job);
    let first_month = (plan.horizon().start * 12.0).round() as i32;
    Ok(observed.iter().enumerate().map(|(i, o)| series_fit(o, &runs, i, first_month, &draws, job.seed)).collect())
}

fn series_fit(
    observed: &Observed<'_>,
    runs: &Runs,
    save: usize,
    first_month: i32,
    draws: &[Vec<f64>],
    seed: u64,
) -> SeriesFit {
    let paths: Vec<Vec<f64>> = (0..draws.len()).map(|member| runs.path(save, member).collect()).collect();
    let stream = random::stream(&observed.observation.name);
    let predictive = |(at, datum): (usize, &Datum)| {
        let mut values = Vec::with_capacity(2 * draws.len());
        for (member, draw) in draws.iter().enumerate() {
            let mu = observed.expected(&paths[member], first_month, datum)?;
            let u = random::uniform(seed, stream, member as u64, at as u64);
            let family = observed.observation.likelihood.family;
            for side in OPPOSITE {
                let probability = (side - u).abs();
                values.push(likelihood::quantile(family, probability, mu, observed.scale_in(draw), datum.sd));
            }
        }
        values.sort_by(f64::total_cmp);
        Some(FitPoint {
            period: datum.period.to_string(),
            time: datum.period.mid_time(),
            value: datum.value,
            used: observed.used(datum),
            band: band_of(&values),
        })
    };
    let points: Vec<FitPoint> = observed.series.data.par_iter().enumerate().filter_map(predictive).collect();
    SeriesFit {
        name: observed.observation.name.clone(),
        title: observed.series.about.title.clone(),
        unit: observed.series.about.unit.clone(),
        publisher: observed.series.about.publisher.clone(),
        documentation: observed.observation.documentation.clone(),
        with_discrepancy: scores(&points),
        without_discrepancy: None,
        points,
    }
}

/// Quantiles of sorted values.
fn band_of(sorted: &[f64]) -> Band {
    let at = |p| quantile(sorted, p);
    Band { lo90: at(0.05), lo50: at(0.25), median: at(0.5), hi50: at(0.75), hi90: at(0.95) }
}

fn scores(points: &[FitPoint]) -> Option<Scores> {
    let scored: Vec<&FitPoint> = points.iter().filter(|p| p.used && SCORED.0 <= p.time && p.time < SCORED.1).collect();
    let count = scored.len();
    let mean = |value: &dyn Fn(&FitPoint) -> f64| scored.iter().map(|p| value(p)).sum::<f64>() / count as f64;
    let level = mean(&|p| p.value.abs());
    (count > 0).then(|| Scores {
        count,
        coverage90: mean(&|p| f64::from(u8::from(p.band.lo90 <= p.value && p.value <= p.band.hi90))),
        width90: mean(&|p| p.band.hi90 - p.band.lo90) / level,
        error: mean(&|p| (p.band.median - p.value).abs()) / level,
    })
}
