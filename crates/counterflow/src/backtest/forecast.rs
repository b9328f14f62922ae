//! What a posterior says of figures that are not known yet: draws of whole paths, scatter of the data included.

use counterflow_calibrate::likelihood;
use counterflow_calibrate::period::CalendarPeriod;
use counterflow_calibrate::predict::Datum;
use counterflow_engine::{Job, Plan, PlanOptions, Runs, Sampling, Save, Schedule, What, run};
use counterflow_model::{Period, random};

use super::rules::Target;
use crate::calibration::{Observed, observed_series};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

/// Draws of a target's figures, period after period.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Months in a period: 1 or 12.
    pub months: i32,
    /// First month of the first period, counted from January of year 0.
    pub first: i32,
    /// Figures that are known, from the first period on.
    pub known: Vec<f64>,
    /// For each draw the figures of the periods after those.
    pub draws: Vec<Vec<f64>>,
}

impl Paths {
    /// Draws of the total over all periods from one that begins in `from` to one that ends with `to`, known figures
    /// included; `None` where the paths do not reach.
    pub fn total(&self, from: i32, to: i32) -> Option<Vec<f64>> {
        let place = |month: i32| usize::try_from((month - self.first).div_euclid(self.months)).ok();
        let (begin, end) = (place(from)?, place(to)? + 1);
        let known: f64 = self.known.get(begin..end.min(self.known.len())).map_or(0.0, |part| part.iter().sum());
        let total = |draw: &Vec<f64>| {
            let (begin, end) = (begin.saturating_sub(self.known.len()), end.saturating_sub(self.known.len()));
            draw.get(begin..end).map(|part| known + part.iter().sum::<f64>())
        };
        self.draws.iter().map(total).collect()
    }
}

/// Members whose runs are projected.
pub struct Futures {
    /// Values of all parameters in each.
    pub draws: Vec<Vec<f64>>,
    /// Number of each: with the seed it fixes the noise.
    pub members: Vec<u64>,
    /// Seed of the noise and of the scatter of the data.
    pub seed: u64,
}

/// Draws of these targets up to the end of the month `until`.
///
/// # Errors
/// If the model does not compile, or a target names observations that there are not or that have different periods.
pub fn forecast(
    project: &Project,
    posterior: &Posterior,
    targets: &[Target],
    until: i32,
) -> Result<Vec<Paths>, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let draws = posterior.draws(model);
    let members = (0..draws.len() as u64).collect();
    forecast_of(project, &Futures { draws, members, seed: posterior.about.seed }, targets, until)
}

/// The same of members that were chosen.
///
/// # Errors
/// As [`forecast`].
pub fn forecast_of(
    project: &Project,
    futures: &Futures,
    targets: &[Target],
    until: i32,
) -> Result<Vec<Paths>, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let observed = observed_series(project, model)?;
    let saves = (0..observed.len()).map(|i| Save { what: What::Observation(i), sampling: Sampling::Mean }).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let schedule = Schedule::default();
    let Futures { draws, members, seed } = futures;
    let until_year = f64::from(until + 1) / 12.0;
    let job = Job { seed: *seed, noise: true, until: until_year, ..Job::new(&plan, draws, members, &schedule) };
    let runs = run(&job);
    let first_month = (plan.horizon().start * 12.0).round() as i32;
    let ahead = Ahead { observed: &observed, runs: &runs, first_month, draws, seed: *seed, until };
    targets.iter().map(|target| ahead.of(target)).collect()
}

/// All that is needed to look ahead.
struct Ahead<'a> {
    observed: &'a [Observed<'a>],
    runs: &'a Runs,
    /// First month of the runs.
    first_month: i32,
    draws: &'a [Vec<f64>],
    seed: u64,
    until: i32,
}

impl Ahead<'_> {
    fn of(&self, target: &Target) -> Result<Paths, Problem> {
        let mut sum: Option<Paths> = None;
        for name in &target.observations {
            let place = self.observed.iter().position(|observed| observed.observation.name == *name);
            let missing = || Problem::new("backtest.toml", format!("there is no observation `{name}`"));
            let paths = self.one(place.ok_or_else(missing)?);
            sum = Some(match sum {
                None => paths,
                Some(sum) => added(&sum, &paths).ok_or_else(|| {
                    Problem::new(
                        "backtest.toml",
                        format!("`{name}` has other periods than the rest of `{}`", target.id),
                    )
                })?,
            });
        }
        sum.ok_or_else(|| Problem::new("backtest.toml", format!("`{}` names no observation", target.id)))
    }

    fn one(&self, place: usize) -> Paths {
        let observed = &self.observed[place];
        let known: Vec<&Datum> = observed.series.data.iter().collect();
        let monthly = known.first().is_none_or(|datum| datum.period.length() == Period::Month);
        let months = if monthly { 1 } else { 12 };
        let next = known.last().map_or(self.first_month, |datum| datum.period.first_month() + months);
        // Gaps in what is known have no figure; only what stands without a gap before the last one counts.
        let unbroken = (1..known.len())
            .rev()
            .find(|k| known[*k].period.first_month() != known[k - 1].period.first_month() + months);
        let known = &known[unbroken.unwrap_or(0)..];
        let first = known.first().map_or(next, |datum| datum.period.first_month());
        let periods = (self.until + 1 - next).max(0) / months;
        let stream = random::stream(&format!("forecast of {}", observed.observation.name));
        let draw = |member: usize| {
            let path: Vec<f64> = self.runs.path(place, member).collect();
            let value = |k: i32| {
                let begin = next + k * months;
                let (year, month) = (begin.div_euclid(12), begin.rem_euclid(12) + 1);
                let period = if monthly { CalendarPeriod::month(year, month) } else { CalendarPeriod::year(year) };
                let datum = Datum { period, value: 0.0, sd: None };
                let mu = observed.expected(&path, self.first_month, &datum).unwrap_or(f64::NAN);
                let u = random::uniform(self.seed, stream, member as u64, k as u64);
                let scale = observed.scale_in(&self.draws[member]);
                likelihood::quantile(observed.observation.likelihood.family, u, mu, scale, None)
            };
            (0..periods).map(value).collect()
        };
        Paths {
            months,
            first,
            known: known.iter().map(|datum| datum.value).collect(),
            draws: (0..self.draws.len()).map(draw).collect(),
        }
    }
}

/// Sum of two sets of paths where both go; `None` if their periods differ.
fn added(a: &Paths, b: &Paths) -> Option<Paths> {
    let first = a.first.max(b.first);
    let next = |paths: &Paths| paths.first + paths.months * paths.known.len() as i32;
    if a.months != b.months || (a.first - b.first) % a.months != 0 || next(a) != next(b) {
        return None;
    }
    let later = |paths: &Paths| paths.known[((first - paths.first) / paths.months) as usize..].to_vec();
    let pairs = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<f64>>();
    Some(Paths {
        months: a.months,
        first,
        known: pairs(&later(a), &later(b)),
        draws: a.draws.iter().zip(&b.draws).map(|(a, b)| pairs(a, b)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(first: i32, known: &[f64], draw: &[f64]) -> Paths {
        Paths { months: 1, first, known: known.to_vec(), draws: vec![draw.to_vec()] }
    }

    #[test]
    fn totals_join_what_is_known_and_what_is_not() {
        let paths = paths(100, &[1.0, 2.0, 3.0], &[10.0, 20.0]);
        assert_eq!(paths.total(100, 102), Some(vec![6.0]));
        assert_eq!(paths.total(101, 103), Some(vec![15.0]));
        assert_eq!(paths.total(103, 104), Some(vec![30.0]));
        assert_eq!(paths.total(103, 105), None);
        assert_eq!(paths.total(99, 101), None);
    }

    #[test]
    fn sums_need_the_same_periods() {
        let (a, b) = (paths(100, &[1.0, 2.0], &[5.0]), paths(101, &[7.0], &[6.0]));
        let sum = added(&a, &b).expect("both go on from the same month");
        assert_eq!((sum.first, sum.known, sum.draws), (101, vec![9.0], vec![vec![11.0]]));
        assert!(added(&a, &paths(101, &[7.0, 8.0], &[6.0])).is_none());
    }
}
