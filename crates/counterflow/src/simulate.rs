//! Runs of one model under one policy: one named member, or bands over many draws.

mod members;
mod series;

use counterflow_calibrate::diagnose::quantile;
use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, Sketch, What};
use counterflow_engine::{run, run_reduced};
use counterflow_explore::comparison::Band;
use counterflow_model::{Horizon, Model};

use crate::error::Problem;
use crate::names::Element;
use crate::policy::{Policy, month_at};
use crate::project::{Form, Project};

pub use members::{Members, named_member, posterior_of};
pub use series::{chosen as chosen_series, read_time};

/// What to run.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the levers do.
    pub policy: Policy,
    /// Variables, or elements of variables, by name. Empty: those of the outcomes, or all of a model without outcomes.
    /// `all` alone: all variables.
    pub series: Vec<String>,
    /// First time that is reported, in years.
    pub from: Option<f64>,
    /// Last time that is reported, in years.
    pub to: Option<f64>,
    /// Which of the saved times are reported.
    pub every: Every,
    /// Number of draws; `None` runs the one named member.
    pub draws: Option<usize>,
    /// Seed of draws and noise.
    pub seed: u64,
}

/// Which of the saved times are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// All of them.
    Save,
    /// Those at whole years.
    Year,
}

/// What a run gives.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Title of the model.
    pub title: String,
    /// Which parameter values were used, in words.
    pub member: String,
    /// Number of draws, if the values are bands.
    pub draws: Option<usize>,
    /// Times, in years.
    pub times: Vec<f64>,
    /// The same for people: months of the calendar where times are such.
    pub labels: Vec<String>,
    /// The series.
    pub columns: Vec<Column>,
    /// Name of the column of times: XMILE's for an imported model.
    pub time: &'static str,
    /// Constants of the clock by their XMILE names; only for a user's model with all its variables.
    pub clock: Vec<(&'static str, f64)>,
    /// What must be seen.
    pub warnings: Vec<Problem>,
}

/// One series of a run.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name of the variable element.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its sentence.
    pub documentation: String,
    /// Values at the simulation's times.
    pub values: Values,
}

/// Values of a series.
#[derive(Clone, Debug)]
pub enum Values {
    /// Of one member.
    Points(Vec<f64>),
    /// Over many draws.
    Bands(Vec<Band>),
}

/// Most draws of one request.
pub const MOST_DRAWS: usize = 10_000_000;
/// Up to this many draws quantiles are exact; beyond, they are taken from sketches, within 0.2 %.
const EXACT_DRAWS: usize = 4096;

/// Runs a model. `progress` hears how many of how many draws are done.
///
/// # Errors
/// If a series has no such name, no time is left or there are no draws to make.
pub fn simulate(
    project: &Project,
    request: &Request,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Simulation, Vec<Problem>> {
    let model =
        project.model().map_err(|_| vec![Problem::new("run", "the model does not compile; `check` says why")])?;
    let elements = chosen_series(model, &request.series)?;
    let horizon = model.horizon;
    let kept = times_kept(horizon, request.from, request.to, request.every).map_err(|problem| vec![problem])?;
    let times: Vec<f64> = kept.iter().map(|k| horizon.save_time(*k as u64)).collect();
    let saves =
        elements.iter().map(|(id, k)| Save { what: What::Element(*id, *k), sampling: Sampling::Point }).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let schedule = request.policy.schedule(model);
    let ensemble = Ensemble { project, model, plan: &plan, schedule: &schedule, seed: request.seed, kept: &kept };
    let values = match request.draws {
        None => ensemble.named(),
        Some(draws @ 1..=MOST_DRAWS) => ensemble.bands(draws, progress),
        Some(draws) => {
            let message = format!("found {draws}; expected a number of draws from 1 to {MOST_DRAWS}");
            return Err(vec![Problem::new("--draws", message)]);
        }
    };
    let (member, values) = values.map_err(|problem| vec![problem])?;
    let columns: Vec<Column> =
        elements.iter().zip(values).map(|(element, values)| column(model, *element, values)).collect();
    let all = series::is_all(model, &request.series);
    let labels = labels(horizon, &times);
    let mut warnings = request.policy.warnings.clone();
    warnings.extend(columns.iter().filter_map(|column| not_finite(column, &labels)));
    let mut clock = if all { clock(horizon) } else { Vec::new() };
    // Other programs write these as variables of the model.
    clock.retain(|(name, _)| !columns.iter().any(|column| counterflow_xmile::same_name(&column.name, name)));
    let time = if project.form == Form::Xmile { "Time" } else { "time" };
    Ok(Simulation {
        title: model.title.clone(),
        member,
        draws: request.draws,
        times,
        labels,
        columns,
        time,
        clock,
        warnings,
    })
}

fn column(model: &Model, (id, position): Element, values: Values) -> Column {
    let variable = model.variable(id);
    let (unit, documentation) = (variable.unit.to_string(), variable.documentation.clone());
    Column { name: model.element_name(id, position), unit, documentation, values }
}

/// XMILE's names for the clock, so that results can be compared with other programs' column by column.
fn clock(horizon: Horizon) -> Vec<(&'static str, f64)> {
    vec![
        ("INITIAL TIME", horizon.start),
        ("FINAL TIME", horizon.stop),
        ("TIME STEP", horizon.step.length()),
        ("SAVEPER", horizon.save_interval()),
    ]
}

/// Positions of the saved times that are reported.
pub(crate) fn times_kept(
    horizon: Horizon,
    from: Option<f64>,
    to: Option<f64>,
    every: Every,
) -> Result<Vec<usize>, Problem> {
    const ROUNDING: f64 = 1e-6;
    let count = horizon.intervals() as usize;
    let (from, to) = (from.unwrap_or(horizon.start), to.unwrap_or(horizon.stop));
    let whole = |time: f64| (time - time.round()).abs() < ROUNDING;
    let wanted = |k: &usize| {
        let time = horizon.save_time(*k as u64);
        time >= from - ROUNDING && time <= to + ROUNDING && (every == Every::Save || whole(time))
    };
    let kept: Vec<usize> = (0..=count).filter(wanted).collect();
    if kept.is_empty() {
        let message = format!(
            "from {from} to {to} has no time to report; the model runs from {} to {}",
            horizon.start, horizon.stop
        );
        return Err(Problem::new("--from/--to", message));
    }
    Ok(kept)
}

/// Times for people: `2026-01` where saves are months of the calendar, plain numbers otherwise.
pub(crate) fn labels(horizon: Horizon, times: &[f64]) -> Vec<String> {
    let calendar = horizon.saves_per_time() == 12.0 && horizon.start >= 1000.0 && horizon.stop < 10_000.0;
    let label = |time: &f64| {
        if calendar { month_at(*time).to_string() } else { format!("{}", (time * 1e4).round() / 1e4) }
    };
    times.iter().map(label).collect()
}

/// A warning if a series leaves the numbers.
fn not_finite(column: &Column, labels: &[String]) -> Option<Problem> {
    let first = match &column.values {
        Values::Points(points) => points.iter().position(|x| !x.is_finite()),
        Values::Bands(bands) => bands.iter().position(|b| !(b.lo90.is_finite() && b.hi90.is_finite())),
    }?;
    Some(Problem::new(column.name.clone(), format!("is not a finite number, first at {}", labels[first])))
}

/// Everything that the members of a request share.
struct Ensemble<'a> {
    project: &'a Project,
    model: &'a Model,
    plan: &'a Plan,
    schedule: &'a Schedule,
    seed: u64,
    kept: &'a [usize],
}

impl Ensemble<'_> {
    fn job<'a>(&'a self, draws: &'a [Vec<f64>], members: &'a [u64], noise: bool) -> Job<'a> {
        let last = self.kept.last().copied().unwrap_or(0);
        Job {
            seed: self.seed,
            noise,
            until: self.model.horizon.save_time(last as u64),
            ..Job::new(self.plan, draws, members, self.schedule)
        }
    }

    fn columns(&self) -> std::ops::Range<usize> {
        0..self.plan.saves().len()
    }

    /// The named member's values, and its name.
    fn named(&self) -> Result<(String, Vec<Values>), Problem> {
        let (words, draw) = named_member(self.project, self.plan)?;
        let runs = run(&self.job(&[draw], &[0], false));
        let points = |column| self.kept.iter().map(|k| runs.at(column, *k)[0]).collect();
        Ok((words, self.columns().map(|column| Values::Points(points(column))).collect()))
    }

    fn bands(&self, draws: usize, progress: &mut dyn FnMut(usize, usize)) -> Result<(String, Vec<Values>), Problem> {
        let members = Members::of(self.project, self.model, self.seed)?;
        let values =
            if draws <= EXACT_DRAWS { self.exact(&members, draws) } else { self.sketched(&members, draws, progress) };
        Ok((members.words(draws), values))
    }

    fn exact(&self, members: &Members, draws: usize) -> Vec<Values> {
        let numbers: Vec<u64> = (0..draws as u64).collect();
        let values: Vec<Vec<f64>> = numbers.iter().map(|member| members.draw(*member)).collect();
        let runs = run(&self.job(&values, &numbers, true));
        let bands = |column| self.kept.iter().map(|k| band(runs.at(column, *k))).collect();
        self.columns().map(|column| Values::Bands(bands(column))).collect()
    }

    /// Chunk by chunk, so that memory does not grow with the number of draws.
    fn sketched(&self, members: &Members, draws: usize, progress: &mut dyn FnMut(usize, usize)) -> Vec<Values> {
        let columns = self.columns().len();
        let mut sketches = vec![Sketch::default(); columns * self.kept.len()];
        for first in (0..draws as u64).step_by(EXACT_DRAWS) {
            let numbers: Vec<u64> = (first..draws as u64).take(EXACT_DRAWS).collect();
            let values: Vec<Vec<f64>> = numbers.iter().map(|member| members.draw(*member)).collect();
            let job = self.job(&values, &numbers, true);
            let reduce = |block: &counterflow_engine::BlockRuns| {
                let mut part = vec![Sketch::default(); columns * self.kept.len()];
                let cells = (0..columns).flat_map(|column| self.kept.iter().map(move |k| (column, *k)));
                for (sketch, (column, k)) in part.iter_mut().zip(cells) {
                    block.values(column, k).iter().for_each(|value| sketch.add(*value));
                }
                part
            };
            if let Some(part) = run_reduced(&job, reduce, merged) {
                sketches = merged(sketches, part);
            }
            progress(first as usize + numbers.len(), draws);
        }
        let bands: Vec<Band> = sketches.iter().map(sketched_band).collect();
        bands.chunks(self.kept.len()).map(|chunk| Values::Bands(chunk.to_vec())).collect()
    }
}

fn merged(mut left: Vec<Sketch>, right: Vec<Sketch>) -> Vec<Sketch> {
    left.iter_mut().zip(&right).for_each(|(into, from)| into.merge(from));
    left
}

/// Median and central intervals, within 0.2 %. Not a number if any value is not.
pub(crate) fn sketched_band(sketch: &Sketch) -> Band {
    let nothing = sketch.not_a_number() > 0;
    band_of(|p| if nothing { f64::NAN } else { sketch.quantile(p).unwrap_or(f64::NAN) })
}

fn band_of(quantile: impl Fn(f64) -> f64) -> Band {
    let [lo90, lo50, median, hi50, hi90] = [0.05, 0.25, 0.5, 0.75, 0.95].map(quantile);
    Band { lo90, lo50, median, hi50, hi90 }
}

/// Median and central intervals, by lines between the ordered values. Not a number if any value is not.
pub fn band(values: &[f64]) -> Band {
    if values.iter().any(|x| x.is_nan()) {
        return band_of(|_| f64::NAN);
    }
    let mut ordered = values.to_vec();
    ordered.sort_by(f64::total_cmp);
    band_of(|p| quantile(&ordered, p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_interpolate() {
        let values: Vec<f64> = (0..=20).rev().map(f64::from).collect();
        assert_eq!(band(&values), Band { lo90: 1.0, lo50: 5.0, median: 10.0, hi50: 15.0, hi90: 19.0 });
        assert_eq!(band(&[3.0]).hi90, 3.0);
        assert!(band(&[1.0, f64::NAN]).median.is_nan() && band(&[]).median.is_nan());
    }
}
