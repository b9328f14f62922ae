//! The status quo in all draws, year by year: what bands and shares of the page are taken of.

use std::ops::Range;

use counterflow_engine::{Job, Plan, PlanOptions, Runs, Sampling, Save, Schedule, What, run};
use counterflow_explore::Windows;
use counterflow_model::Summary;

use super::{Selection, ShownSeries};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

/// A run of the status quo.
#[derive(Debug)]
pub(super) struct StatusQuo {
    /// Draws of all parameters, in the order of the model.
    pub draws: Vec<Vec<f64>>,
    /// Start of each whole calendar year.
    pub years: Vec<f64>,
    /// One for each series of the page.
    pub series: Vec<SeriesDraws>,
}

/// One series in all draws.
#[derive(Clone, Debug, Default)]
pub(super) struct SeriesDraws {
    /// Mean rate or level of each year, `[year][draw]`.
    pub yearly: Vec<Vec<f64>>,
    /// What stands for the years that are counted.
    pub level: Vec<f64>,
    /// The same from today: a total is that of as many years of today's rate.
    pub today: Vec<f64>,
}

/// Members that run at once: what is saved of them by month fits a cache.
const AT_ONCE: usize = 64;

impl StatusQuo {
    /// Runs the status quo in the draws of the posterior, the first `most` of them if there are more. `progress` hears how
    /// many of how many draws are done.
    ///
    /// # Errors
    /// If the model does not compile or has no posterior.
    pub fn run(
        project: &Project,
        selection: &Selection,
        most: Option<usize>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<StatusQuo, Problem> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let posterior = Posterior::of(project)?;
        let mut draws = posterior.draws(model);
        draws.truncate(most.unwrap_or(usize::MAX));
        let saves = selection.series.iter().flat_map(|series| &series.elements);
        let saves = saves.map(|(id, k)| Save { what: What::Element(*id, *k), sampling: Sampling::Mean }).collect();
        let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
        let compare = &project.compare;
        let windows = Windows::new(plan.horizon(), (compare.from, compare.to), compare.data_through);
        let mut series = vec![SeriesDraws::default(); selection.series.len()];
        let schedule = Schedule::default();
        for (at, part) in draws.chunks(AT_ONCE).enumerate() {
            let first = at * AT_ONCE;
            let members: Vec<u64> = (first as u64..(first + part.len()) as u64).collect();
            let job = Job { seed: posterior.about.seed, noise: true, ..Job::new(&plan, part, &members, &schedule) };
            keep(&run(&job), &windows, &selection.series, &mut series);
            progress(first + part.len(), draws.len());
        }
        Ok(StatusQuo { draws, years: windows.shown.iter().map(|(year, _)| *year).collect(), series })
    }

    /// Total of a series from the start of one year to that of another, in each draw; a level is its mean.
    pub fn over_years(&self, series: usize, (from, to): (f64, f64), summary: Summary) -> Vec<f64> {
        let within = |(_, year): &(usize, &f64)| from <= **year && **year < to;
        let years: Vec<usize> = self.years.iter().enumerate().filter(within).map(|(at, _)| at).collect();
        let divisor = if summary == Summary::Total { 1.0 } else { years.len() as f64 };
        let yearly = &self.series[series].yearly;
        (0..self.draws.len()).map(|draw| years.iter().map(|year| yearly[*year][draw]).sum::<f64>() / divisor).collect()
    }
}

/// Adds what a run saved to the series.
fn keep(runs: &Runs, windows: &Windows, shown: &[ShownSeries], series: &mut [SeriesDraws]) {
    let mut first = 0;
    for (shown, kept) in shown.iter().zip(series) {
        let saves = first..first + shown.elements.len();
        first = saves.end;
        kept.yearly.resize(windows.shown.len(), Vec::new());
        for (year, (_, span)) in kept.yearly.iter_mut().zip(&windows.shown) {
            year.extend(mean(runs, &saves, span));
        }
        kept.level.extend(summarised(runs, &saves, windows, &windows.counted, shown.summary));
        kept.today.extend(summarised(runs, &saves, windows, &windows.today, shown.summary));
    }
}

/// What stands for a span, as in a comparison: a total is the mean rate times the years that are counted.
fn summarised(runs: &Runs, saves: &Range<usize>, windows: &Windows, span: &Range<usize>, summary: Summary) -> Vec<f64> {
    match summary {
        Summary::Mean => mean(runs, saves, span),
        Summary::End => mean(runs, saves, &(span.end - 1..span.end)),
        Summary::Total => {
            let (from, to) = windows.years();
            mean(runs, saves, span).into_iter().map(|rate| rate * (to - from)).collect()
        }
    }
}

/// Mean over a span of months of the sum of some saves, one for each member.
fn mean(runs: &Runs, saves: &Range<usize>, span: &Range<usize>) -> Vec<f64> {
    let mut sums = vec![0.0; runs.members()];
    for save in saves.clone() {
        for month in span.clone() {
            for (sum, value) in sums.iter_mut().zip(runs.at(save, month)) {
                *sum += value;
            }
        }
    }
    sums.into_iter().map(|sum| sum / span.len() as f64).collect()
}
