//! `states.json`: what was projected of each state, its record, and how many people live there.

use std::collections::BTreeMap;

use counterflow_calibrate::places::Seen;
use counterflow_model::Period;
use serde::Serialize;

use super::forecasts::{Forecasts, LEVELS};
use super::number::short;
use crate::backtest::{month, written};
use crate::error::Problem;
use crate::places::{Atlas, FOLDER, PlaceRecord, UNITED_STATES, read};
use crate::project::Project;
use crate::report::words::spaced;

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct StatesRecord {
    model_version: String,
    target: String,
    unit: &'static str,
    places: Vec<PlaceEntry>,
    /// Last months of the twelve that are summed.
    dates: Vec<String>,
    levels: [f64; 5],
    /// Quantiles by code and date.
    values: BTreeMap<String, Vec<[f64; 5]>>,
    /// Twelve-month sums by code: the last month, and deaths.
    record: BTreeMap<String, Vec<(String, f64)>>,
}

#[derive(Debug, Serialize)]
struct PlaceEntry {
    code: String,
    name: String,
    /// Residents in the middle of the year below; none where they are not known.
    people: Option<f64>,
}

/// File of the people of each place.
const PEOPLE: &str = "people_year";
/// Months between two dates.
const EVERY: i32 = 6;

/// What stands in the file; `None` for a model without places or without a track record.
///
/// # Errors
/// If places, their record, their people or the projection do not read.
pub(super) fn record(project: &Project) -> Result<Option<StatesRecord>, Problem> {
    let mut atlases = Atlas::all(project)?.into_iter();
    let Some(atlas) = atlases.find(|atlas| atlas.name == UNITED_STATES && project.bundled) else {
        return Ok(None);
    };
    let Some(deaths) = &atlas.target else { return Ok(None) };
    let record = PlaceRecord::load(&project.files, &atlas)?;
    let people = people(project, &atlas)?;
    let forecasts = Forecasts::bundled()?;
    let target = format!("{deaths}_12mo");
    let mut values: BTreeMap<String, Vec<[f64; 5]>> = BTreeMap::new();
    let mut dates: Vec<String> = Vec::new();
    for place in &atlas.places {
        let shown = forecasts.of(&target, &place.code).filter(|(date, _)| month(date).is_ok_and(is_shown));
        let (own, quantiles): (Vec<String>, Vec<[f64; 5]>) = shown.unzip();
        if dates.is_empty() {
            dates = own;
        } else if dates != own {
            return Err(Problem::new(target, format!("{} has other months than {}", place.code, atlas.places[0].code)));
        }
        values.insert(place.code.clone(), quantiles);
    }
    let entry = |(at, place): (usize, &crate::places::PlaceEntry)| PlaceEntry {
        code: place.code.clone(),
        name: titled(&place.name),
        people: people.get(&at).copied(),
    };
    let sums = |(at, place): (usize, &crate::places::PlaceEntry)| (place.code.clone(), sums(&record, at));
    Ok(Some(StatesRecord {
        model_version: project.version.clone(),
        target: deaths.clone(),
        unit: "deaths in twelve months",
        places: atlas.places.iter().enumerate().map(entry).collect(),
        dates,
        levels: LEVELS,
        values,
        record: atlas.places.iter().enumerate().map(sums).collect(),
    }))
}

/// Whether a date stands at the end of a half-year.
fn is_shown(month: i32) -> bool {
    (month + 1).rem_euclid(EVERY) == 0
}

/// Twelve-month sums of a place at the ends of half-years, where no month of them was withheld.
fn sums(record: &PlaceRecord, place: usize) -> Vec<(String, f64)> {
    let Some((first, last)) = record.periods() else { return Vec::new() };
    let dates = (first.first_month() + 11..last.first_month() + last.months()).filter(|month| is_shown(*month));
    dates.filter_map(|month| Some((written(month), short(twelve_months(record, place, month)?)))).collect()
}

/// Sum of the twelve months to one; `None` where a part of them is not known exactly.
fn twelve_months(record: &PlaceRecord, place: usize, to: i32) -> Option<f64> {
    let months: Option<f64> = (to - 11..=to).map(|month| record.month(place, month)).sum();
    let year = || record.data.iter().find(|d| d.place == place && d.period.months() == 12 && d.last_month() == to);
    months.or_else(|| exactly(year()?.seen))
}

fn exactly(seen: Seen) -> Option<f64> {
    match seen {
        Seen::Exactly(value) => Some(value),
        Seen::AtMost(_) => None,
    }
}

/// People of each place in the last year of their file, by position; empty without a file.
fn people(project: &Project, atlas: &Atlas) -> Result<BTreeMap<usize, f64>, Problem> {
    let path = format!("{FOLDER}/{PEOPLE}.csv");
    let Some(text) = project.files.get(&path) else { return Ok(BTreeMap::new()) };
    let names: Vec<&str> = atlas.places.iter().map(|place| place.name.as_str()).collect();
    let rows = read(&path, text, &names)?;
    let years = rows.iter().filter(|row| row.period.length() == Period::Year);
    // Rows of a place stand in time order, so the last one stays.
    Ok(years.filter_map(|row| Some((row.place, exactly(row.seen)?))).collect())
}

/// `new_york` as `New York`, `district_of_columbia` as `District of Columbia`.
fn titled(name: &str) -> String {
    let word = |word: &str| match word {
        "of" => word.to_owned(),
        _ => word[..1].to_uppercase() + &word[1..],
    };
    spaced(name).split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled() -> StatesRecord {
        let project = Project::bundled().expect("the bundled model reads");
        record(&project).expect("it reads").expect("there are places")
    }

    #[test]
    fn people_add_up_to_the_nation() {
        let file = bundled();
        assert_eq!(file.places.len(), 51);
        let people: f64 = file.places.iter().map(|place| place.people.expect("they are known")).sum();
        // The national row of the same vintage.
        assert_eq!(people, 340_110_988.0);
    }

    #[test]
    fn every_place_has_bands_and_a_record() {
        let file = bundled();
        assert_eq!(file.dates, ["2025-06", "2025-12", "2026-06", "2026-12", "2027-06", "2027-12"]);
        for place in &file.places {
            let bands = &file.values[&place.code];
            assert_eq!(bands.len(), file.dates.len(), "{}", place.code);
            assert!(bands.iter().all(|band| band.windows(2).all(|pair| pair[0] <= pair[1])), "{}", place.code);
            let record = &file.record[&place.code];
            assert!(record.iter().all(|(date, _)| date.as_str() <= "2024-12"), "later months of states are reserved");
            assert!(!record.is_empty(), "{}", place.code);
        }
        let known: usize =
            file.record.values().filter(|own| own.last().is_some_and(|(date, _)| date == "2024-12")).count();
        assert!(known > 45, "{known} places have the last year");
        let name = |code: &str| file.places.iter().find(|p| p.code == code).expect("a place").name.clone();
        assert_eq!((name("DC"), name("NY")), ("District of Columbia".to_owned(), "New York".to_owned()));
    }
}
