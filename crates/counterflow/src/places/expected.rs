//! What runs of the variant with places expect of each place, draw by draw of the main posterior, quarter by quarter.

use std::collections::BTreeMap;

use counterflow_calibrate::diagnose::mean_sd;
use counterflow_calibrate::places::{Count, Place, Record};
use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};
use counterflow_model::Model;
use counterflow_model::elementary::{exp, ln};

use super::{Atlas, PlaceRecord};
use crate::error::Problem;
use crate::posterior::{MAIN, Posterior};
use crate::project::Project;

/// Least deaths a year whose logarithm is taken.
const LEAST: f64 = 1e-6;

/// What runs of the main posterior's draws give for places, by quarters.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// First month of the first quarter, counted from January of year 0.
    pub first_month: i32,
    /// Log of deaths, `[place][draw][quarter]`, deaths a year.
    pub log_deaths: Vec<Vec<Vec<f64>>>,
    /// Log of all deaths, `[draw][quarter]`, deaths a year.
    pub log_total: Vec<Vec<f64>>,
}

/// Values for parameters of the variant, draw by draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// Names of the elements.
    pub names: Vec<String>,
    /// One row for each draw of the main posterior that is run; all are run where nothing is held.
    pub values: Vec<Vec<f64>>,
}

impl Expected {
    /// Share of all places' deaths, by the mean over draws of their logs, `[place][quarter]`: adds up to 1 in each
    /// quarter.
    pub fn shares(&self) -> Vec<Vec<f64>> {
        let logs: Vec<Vec<f64>> = self.log_deaths.iter().map(|place| means(place)).collect();
        let quarters = logs.first().map_or(0, Vec::len);
        let all: Vec<f64> = (0..quarters).map(|q| logs.iter().map(|place| exp(place[q])).sum()).collect();
        let of = |place: &Vec<f64>| place.iter().zip(&all).map(|(x, all)| exp(*x) / all).collect();
        logs.iter().map(of).collect()
    }

    /// Standard deviation over draws of the log of a place's share in a quarter.
    pub fn share_sd(&self, place: usize, quarter: usize) -> f64 {
        let share = |(row, total): (&Vec<f64>, &Vec<f64>)| row[quarter] - total[quarter];
        let shares: Vec<f64> = self.log_deaths[place].iter().zip(&self.log_total).map(share).collect();
        mean_sd(&[shares]).1
    }
}

/// Runs the main posterior's draws under the variant with places and no other, without noise, to the end of the month `until`;
/// parameters of places have the values in `held`, or those of the text.
///
/// # Errors
/// If the variant does not compile, or there is no posterior.
pub fn expected(project: &Project, atlas: &Atlas, held: &Held, until: i32) -> Result<Expected, Problem> {
    let states = project.with_choices(&[atlas.choice()?]).map_err(|mut problems| problems.swap_remove(0))?;
    let mut rows = logs(&states, atlas, &[&atlas.deaths, &atlas.total], held, until)?;
    let log_total = rows.pop().unwrap_or_default();
    Ok(Expected { first_month: atlas.first_month(), log_deaths: rows, log_total })
}

/// Log of the nation's deaths under the model's own choice of variants, `[draw][quarter]`, deaths a year.
///
/// # Errors
/// As [`expected`].
pub fn nation(project: &Project, atlas: &Atlas, until: i32) -> Result<Vec<Vec<f64>>, Problem> {
    let own = project.with_choices(&[]).map_err(|mut problems| problems.swap_remove(0))?;
    Ok(logs(&own, atlas, &[&atlas.total], &Held::default(), until)?.swap_remove(0))
}

/// Means of columns.
pub(super) fn means(rows: &[Vec<f64>]) -> Vec<f64> {
    let mean = |q: usize| rows.iter().map(|row| row[q]).sum::<f64>() / rows.len() as f64;
    (0..rows.first().map_or(0, Vec::len)).map(mean).collect()
}

/// Logs of quarterly means of each element of these variables, `[element][draw][quarter]`.
fn logs(
    project: &Project,
    atlas: &Atlas,
    names: &[&str],
    held: &Held,
    until: i32,
) -> Result<Vec<Vec<Vec<f64>>>, Problem> {
    let model = project.model().map_err(|_| atlas.problem("its variant does not compile; run `check`"))?;
    let saves = names.iter().map(|name| saves(model, atlas, name)).collect::<Result<Vec<_>, _>>()?.concat();
    let columns = saves.len();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let draws = draws(project, atlas, model, held)?;
    let members: Vec<u64> = (0..draws.len() as u64).collect();
    let schedule = Schedule::default();
    let quarters = ((until + 1 - atlas.first_month()) / 3).max(0);
    let end = f64::from(atlas.first_month() + 3 * quarters) / 12.0;
    let runs = run(&Job { until: end, ..Job::new(&plan, &draws, &members, &schedule) });
    let start = (plan.horizon().start * 12.0).round() as i32;
    let first = usize::try_from(atlas.first_month() - start).unwrap_or(0);
    let log = |column: usize, member: usize| -> Vec<f64> {
        let path: Vec<f64> = runs.path(column, member).collect();
        let quarter = |q: usize| path[first + 3 * q..first + 3 * q + 3].iter().sum::<f64>() / 3.0;
        (0..quarters as usize).map(|q| ln(quarter(q).max(LEAST))).collect()
    };
    Ok((0..columns).map(|column| (0..draws.len()).map(|member| log(column, member)).collect()).collect())
}

fn saves(model: &Model, atlas: &Atlas, name: &str) -> Result<Vec<Save>, Problem> {
    let lost = || atlas.problem(format!("found `{name}`; expected the name of a variable of the variant"));
    let id = model.find(name).ok_or_else(lost)?;
    Ok((0..model.size(id)).map(|k| Save { what: What::Element(id, k), sampling: Sampling::Mean }).collect())
}

/// Draws of the main posterior with what is fitted of places at the values that are held, else at those of the text. Other
/// parameters of the variant have their own draws, as in runs of the posterior.
fn draws(project: &Project, atlas: &Atlas, model: &Model, held: &Held) -> Result<Vec<Vec<f64>>, Problem> {
    let mut draws = Posterior::load(&project.files, MAIN)?.draws(model);
    if !held.names.is_empty() {
        draws.truncate(held.values.len());
    }
    let columns: BTreeMap<&str, usize> = held.names.iter().enumerate().map(|(k, name)| (name.as_str(), k)).collect();
    let mut position = 0;
    for (id, parameter) in model.parameters() {
        let is_fitted = atlas.variables.has(&model.variable(id).name);
        for (element, own) in parameter.values.iter().enumerate() {
            let name = model.element_name(id, element);
            if let Some(column) = columns.get(name.as_str()) {
                draws.iter_mut().zip(&held.values).for_each(|(draw, row)| draw[position] = row[*column]);
            } else if is_fitted {
                draws.iter_mut().for_each(|draw| draw[position] = *own);
            }
            position += 1;
        }
    }
    Ok(draws)
}

/// The counts of a record beside what is expected of them: the nation's deaths in a month times a place's share.
/// `shares` are `[place][quarter]`, `national` is the nation's count of a month, if known. Months without it are left out.
pub fn beside(
    record: &PlaceRecord,
    atlas: &Atlas,
    shares: &[Vec<f64>],
    first_month: i32,
    national: &dyn Fn(i32) -> Option<f64>,
) -> Record {
    let regions = atlas.regions();
    let region = |place: usize| regions.iter().position(|region| *region == atlas.places[place].region).unwrap_or(0);
    let empty = |place: usize| Place { region: region(place), counts: Vec::new() };
    let mut places: Vec<Place> = (0..atlas.places.len()).map(empty).collect();
    let mut quarters = 0;
    for datum in record.data.iter().filter(|datum| datum.period.first_month() >= first_month) {
        let mut parts: Vec<(usize, f64)> = Vec::new();
        for month in datum.period.first_month()..=datum.last_month() {
            let quarter = usize::try_from((month - first_month) / 3).unwrap_or(0);
            let Some(deaths) = national(month) else { continue };
            let here = deaths * shares[datum.place][quarter];
            match parts.last_mut().filter(|(last, _)| *last == quarter) {
                Some((_, sum)) => *sum += here,
                None => parts.push((quarter, here)),
            }
        }
        let complete = (datum.period.first_month()..=datum.last_month()).all(|month| national(month).is_some());
        if let Some((last, _)) = parts.last().copied().filter(|_| complete) {
            quarters = quarters.max(last + 1);
            places[datum.place].counts.push(Count { parts, seen: datum.seen });
        }
    }
    Record { quarters, places }
}
