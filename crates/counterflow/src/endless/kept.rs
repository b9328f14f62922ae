//! What is kept of a run: outcomes of each member, and series over time.

use std::ops::Range;

use counterflow_engine::{Runs, Sampling, Save, What};
use counterflow_explore::Windows;
use counterflow_model::{Model, Summary, Unit};
use serde::{Deserialize, Serialize};

use super::Request;
use crate::error::Problem;
use crate::names::Element;
use crate::project::Project;
use crate::simulate::{chosen_series, times_kept};

/// What is kept, and where it stands among the values of a run.
#[derive(Clone, Debug)]
pub struct Kept {
    /// One number for each member.
    pub outcomes: Vec<Outcome>,
    /// Many numbers for each member.
    pub series: Vec<Series>,
    /// Start of each save interval that is kept, in years.
    pub times: Vec<f64>,
    /// First time counted in outcomes and end of what is counted, in years.
    pub window: (f64, f64),
    /// End of what must be run, in years.
    pub until: f64,
    elements: Vec<Element>,
    intervals: Vec<usize>,
    counted: Range<usize>,
    years: f64,
}

/// An outcome: a series over the comparison window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Name of the column: that of the series and how it became one number.
    pub name: String,
    /// Unit; a total has lost its `/year`.
    pub unit: String,
    /// `total`, `mean` or `end`.
    pub summary: String,
    /// Position of the series.
    pub series: usize,
}

/// A series: a variable's element, as means over save intervals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Name of the element.
    pub name: String,
    /// Unit.
    pub unit: String,
}

/// Name of the column of members' numbers.
pub const MEMBER: &str = "member";
/// Name of the column of times, in years.
pub const TIME: &str = "time";

/// Most series times save times: histograms over time must fit into memory.
const MOST_CELLS: usize = 16_384;

impl Kept {
    /// What a request keeps.
    ///
    /// # Errors
    /// If a series has no such name, no time is left, there is too much to keep, or the run would end before the
    /// comparison window does.
    pub fn new(project: &Project, model: &Model, request: &Request) -> Result<Kept, Vec<Problem>> {
        let mut elements: Vec<Element> = Vec::new();
        for element in chosen_series(model, &request.series)? {
            // Named twice, kept once: a table has no two columns of one name.
            if !elements.contains(&element) {
                elements.push(element);
            }
        }
        let horizon = model.horizon;
        let compare = &project.compare;
        let windows = Windows::new(horizon, (compare.from, compare.to), compare.data_through);
        let mut intervals =
            times_kept(horizon, request.from, request.to, request.every).map_err(|problem| vec![problem])?;
        // The time at the very end begins no interval.
        intervals.retain(|interval| *interval < horizon.intervals() as usize);
        let last = intervals.last().copied().unwrap_or(0) + 1;
        if intervals.is_empty() || (request.to.is_some() && last < windows.counted.end) {
            let message =
                format!("leaves out part of what outcomes count, {} to {}", windows.years().0, windows.years().1);
            return Err(vec![Problem::new("--from/--to", message)]);
        }
        if elements.len() * intervals.len() > MOST_CELLS {
            let message = format!(
                "found {} series at {} times; at most {MOST_CELLS} values are kept over time",
                elements.len(),
                intervals.len()
            );
            return Err(vec![Problem::new("--series", message).help("ask for fewer series, or for --every year")]);
        }
        let mut series = Vec::new();
        let mut outcomes = Vec::new();
        for (position, (id, element)) in elements.iter().enumerate() {
            let (name, unit) = (model.element_name(*id, *element), &model.variable(*id).unit);
            if request.trajectories && (name == MEMBER || name == TIME) {
                let message = format!("found `{name}`; tables of trajectories have a column of that name already");
                return Err(vec![Problem::new("--series", message)]);
            }
            for summary in summaries(model, (*id, *element)) {
                outcomes.push(outcome(&name, unit, summary, position));
            }
            series.push(Series { name, unit: unit.to_string() });
        }
        Ok(Kept {
            outcomes,
            series,
            times: intervals.iter().map(|interval| horizon.save_time(*interval as u64)).collect(),
            window: windows.years(),
            until: horizon.save_time(last.max(windows.counted.end) as u64),
            elements,
            intervals,
            years: windows.counted.len() as f64 / horizon.saves_per_time(),
            counted: windows.counted,
        })
    }

    /// What the plan must save: the series as means over save intervals.
    pub fn saves(&self) -> Vec<Save> {
        let save = |(id, element): &Element| Save { what: What::Element(*id, *element), sampling: Sampling::Mean };
        self.elements.iter().map(save).collect()
    }

    /// Number of values over time that are kept.
    pub fn cells(&self) -> usize {
        self.series.len() * self.intervals.len()
    }

    /// All members' values in a cell; cells go series by series, time by time.
    pub fn cell<'a>(&self, runs: &'a Runs, cell: usize) -> &'a [f64] {
        let times = self.intervals.len();
        runs.at(cell / times, self.intervals[cell % times])
    }

    /// Every member's value of an outcome. Sums go through time in order, whatever the number of members.
    pub fn outcome(&self, runs: &Runs, outcome: &Outcome) -> Vec<f64> {
        if outcome.summary == "end" {
            return runs.at(outcome.series, self.counted.end - 1).iter().map(|x| canonical(*x)).collect();
        }
        let mut sums = vec![0.0; runs.members()];
        for interval in self.counted.clone() {
            sums.iter_mut().zip(runs.at(outcome.series, interval)).for_each(|(sum, value)| *sum += value);
        }
        let count = self.counted.len() as f64;
        let years = if outcome.summary == "total" { self.years } else { 1.0 };
        sums.iter().map(|sum| canonical(sum / count * years)).collect()
    }
}

/// What is not a number has many patterns; files hold one of them.
pub fn canonical(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x }
}

/// How a series becomes one number: as the model's outcomes say, or else its mean.
fn summaries(model: &Model, (id, element): Element) -> Vec<Summary> {
    let mut found: Vec<Summary> = Vec::new();
    for outcome in model.outcomes.iter().filter(|outcome| element == 0 && outcome.variable == id) {
        if !found.contains(&outcome.summary) {
            found.push(outcome.summary);
        }
    }
    if found.is_empty() { vec![Summary::Mean] } else { found }
}

fn outcome(series: &str, unit: &Unit, summary: Summary, position: usize) -> Outcome {
    let (word, unit) = match summary {
        Summary::Total => ("total", unit.times(&Unit::base("year"))),
        Summary::Mean => ("mean", unit.clone()),
        Summary::End => ("end", unit.clone()),
    };
    Outcome { name: format!("{series} {word}"), unit: unit.to_string(), summary: word.to_owned(), series: position }
}
