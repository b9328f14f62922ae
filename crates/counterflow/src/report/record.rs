//! Which data stand behind an outcome, brought to its yearly values.

use counterflow_calibrate::predict::Datum;
use counterflow_model::{Expr, Period, references};

use crate::data::Series;
use crate::project::Project;

/// A value of the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recorded {
    /// Middle of its twelve months, in years.
    pub time: f64,
    /// Sum of the months for a count, their mean for a level.
    pub value: f64,
}

/// The record of one outcome.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Yearly values in time order.
    pub points: Vec<Recorded>,
    /// Titles of the series.
    pub titles: Vec<String>,
    /// What a reader must know beside them.
    pub note: &'static str,
}

/// How the series of a record become one.
enum Join {
    /// The first series that covers a year gives its value.
    First,
    /// Values of the same year are added.
    Sum,
}

/// Series that show an outcome although no observation of the model names it alone.
const KNOWN: &[(&str, Join, &[&str], &str)] = &[
    ("us_deaths_all", Join::First, &["all_drug_deaths_year", "all_drug_deaths_month"], ""),
    ("us_deaths_synthetic", Join::First, &["t404_deaths_year", "t404_deaths_month"], ""),
    (
        "people_with_oud",
        Join::Sum,
        &["illicit_oud_year", "rx_oud_year"],
        "The dots are survey counts of two groups, scaled and added. They leave out most people in treatment, \
         whom the model counts.",
    ),
    ("price_index", Join::First, &[], "No series of fentanyl prices exists: the level rests on its prior."),
    ("organisation_members", Join::First, &[], "No series counts members. The snapshot gives one estimate."),
];

/// The record of an outcome: the series listed above, else those of observations that read the outcome's variable alone.
pub fn of(project: &Project, outcome: &str) -> Record {
    let known = KNOWN.iter().find(|(id, ..)| *id == outcome);
    let (keys, sum, note) = match known {
        Some((_, join, keys, note)) => {
            (keys.iter().map(|k| (*k).to_owned()).collect(), matches!(join, Join::Sum), *note)
        }
        None => (observed(project, outcome), false, ""),
    };
    Record { note, ..joined(project, &keys, sum) }
}

/// The record of some series by their keys: their sum, or else the first that covers a year; empty if one is missing.
pub(crate) fn joined(project: &Project, keys: &[String], sum: bool) -> Record {
    let series: Vec<&Series> = keys.iter().filter_map(|key| project.series.get(key)).collect();
    if series.len() < keys.len() {
        return Record::default();
    }
    let yearly: Vec<Vec<Recorded>> = series.iter().map(|s| yearly(s)).collect();
    let mut points = if sum { added(&yearly) } else { first_of(yearly) };
    points.sort_by(|a, b| a.time.total_cmp(&b.time));
    Record { points, titles: series.iter().map(|s| s.about.title.clone()).collect(), note: "" }
}

/// Keys of the series observed through nothing but the outcome's own variable.
fn observed(project: &Project, outcome: &str) -> Vec<String> {
    let Ok(model) = project.model() else { return Vec::new() };
    let Some(outcome) = model.outcomes.iter().find(|o| o.id == outcome) else { return Vec::new() };
    let alone =
        |expression: &Expr| matches!(expression, Expr::Variable { .. }) && references(expression) == [outcome.variable];
    model.observations.iter().filter(|o| alone(&o.expression)).map(|o| o.series.clone()).collect()
}

/// Values for whole years; months are brought together by calendar year, and the last twelve stand at their own middle.
fn yearly(series: &Series) -> Vec<Recorded> {
    let months: Vec<&Datum> = series.data.iter().filter(|d| d.period.length() == Period::Month).collect();
    let years = series.data.iter().filter(|d| d.period.length() != Period::Month);
    let mut points: Vec<Recorded> = years.map(|d| Recorded { time: d.period.mid_time(), value: d.value }).collect();
    for (at, window) in months.windows(12).enumerate() {
        let first = window[0].period.first_month();
        let gapless = window.iter().enumerate().all(|(i, d)| d.period.first_month() == first + i as i32);
        if gapless && (first.rem_euclid(12) == 0 || at + 12 == months.len()) {
            let total: f64 = window.iter().map(|d| d.value).sum();
            let value = if series.about.kind == "count" { total } else { total / 12.0 };
            points.push(Recorded { time: f64::from(first) / 12.0 + 0.5, value });
        }
    }
    points
}

fn first_of(all: Vec<Vec<Recorded>>) -> Vec<Recorded> {
    let mut points: Vec<Recorded> = Vec::new();
    for series in all {
        let fresh: Vec<Recorded> = series.into_iter().filter(|p| points.iter().all(|q| q.time != p.time)).collect();
        points.extend(fresh);
    }
    points
}

/// Sums of the years that every series covers.
fn added(all: &[Vec<Recorded>]) -> Vec<Recorded> {
    let Some((first, rest)) = all.split_first() else { return Vec::new() };
    let at =
        |time: f64| rest.iter().map(move |s| s.iter().find(|p| p.time == time).map(|p| p.value)).sum::<Option<f64>>();
    first.iter().filter_map(|p| at(p.time).map(|others| Recorded { time: p.time, value: p.value + others })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_of_deaths_joins_years_and_months() {
        let project = Project::bundled().unwrap();
        let record = of(&project, "us_deaths_all");
        let at = |time: f64| record.points.iter().find(|p| p.time == time).map(|p| p.value);
        assert_eq!(at(1999.5), Some(16849.0));
        let last = record.points.last().unwrap();
        assert_eq!(last.time, 2025.0);
        assert!((last.value - 73903.0).abs() < 1.0, "the snapshot says 73,903, found {}", last.value);
        assert!(!of(&project, "mexican_homicides").points.is_empty());
        assert!(of(&project, "price_index").points.is_empty());
    }
}
