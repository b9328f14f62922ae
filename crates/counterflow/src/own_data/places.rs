//! A user's own counts of places in place of those of the model's record, from one table with a row for each place and
//! period.
//!
//! Cells that are withheld say that a count was small and are kept as such (`<10`, `1-9`; a sign alone counts as below
//! ten); empty cells are left out. What a table says of a place takes the place of all that the record has of it.

use std::collections::BTreeMap;
use std::path::Path;

use counterflow_calibrate::diagnose::quantile;
use counterflow_calibrate::period::CalendarPeriod;
use counterflow_calibrate::places::Seen;
use counterflow_model::Period;

use super::{Cell, DATE, Mapping, OTHER_UNIT, Table, Taken, cell, date, gaps_between, series_of};
use crate::error::{Problem, nearest};
use crate::files::read_text;
use crate::places::{Atlas, PlaceDatum, PlaceEntry, PlaceRecord, UNITED_STATES, record_csv, record_path};
use crate::project::Project;

/// The meaning of the column of places.
const PLACE: &str = "place";
/// Largest count that a publisher withholds where a cell does not say.
const WITHHELD_UP_TO: f64 = 9.0;

/// Puts counts of these places, by code or name, in place of those in the model's record of places.
///
/// # Errors
/// Everything that is wrong with the file, the mapping or the codes, each with its place.
pub fn replace_places(
    project: &mut Project,
    path: &Path,
    mappings: &[Mapping],
    codes: &[String],
) -> Result<Vec<Taken>, Vec<Problem>> {
    let single = |problem: Problem| vec![problem];
    let atlas = atlas_of(project, codes).map_err(single)?;
    let wanted = wanted(&atlas, codes)?;
    let shown = path.display().to_string();
    let table = Table::read(&shown, &read_text(path).map_err(single)?).map_err(single)?;
    let record = PlaceRecord::load(&project.files, &atlas).map_err(single)?;
    let found = Rows { table: &table, atlas: &atlas, wanted: &wanted }.read(project, mappings)?;
    let mut taken = Vec::new();
    for place in &wanted {
        let own: Vec<&PlaceDatum> = found.data.iter().filter(|datum| datum.place == *place).collect();
        let name = &atlas.places[*place].name;
        if own.is_empty() {
            return Err(single(Problem::new(shown, format!("holds no count of `{name}`; expected some rows of it"))));
        }
        other_unit(&shown, name, &own, &record).map_err(single)?;
        let withheld = own.iter().filter(|datum| matches!(datum.seen, Seen::AtMost(_))).count();
        let empty = found.empty.get(place).copied().unwrap_or(0);
        let periods: Vec<CalendarPeriod> = own.iter().map(|datum| datum.period).collect();
        let (series, values) = (format!("{name} in {}", atlas.record), own.len() - withheld);
        taken.push(Taken { series, values, empty, withheld, gaps: gaps_between(&periods, empty) });
    }
    let mut data: Vec<PlaceDatum> = record.data.iter().filter(|d| !wanted.contains(&d.place)).copied().collect();
    data.extend(found.data);
    data.sort_by_key(|datum| (datum.place, datum.period.first_month()));
    project.files.insert(&record_path(&atlas), &record_csv(&atlas, &data));
    Ok(taken)
}

/// The country that has the first of these places; the one that is meant where none is named if no country has it.
///
/// # Errors
/// If the model has no places, or an atlas does not read.
pub fn atlas_of(project: &Project, codes: &[String]) -> Result<Atlas, Problem> {
    let mut all = Atlas::all(project)?;
    match all.iter().position(|atlas| codes.first().is_some_and(|code| position(atlas, code).is_some())) {
        Some(found) => Ok(all.swap_remove(found)),
        None => Atlas::named(project, UNITED_STATES),
    }
}

/// Positions of the places that are asked for.
fn wanted(atlas: &Atlas, codes: &[String]) -> Result<Vec<usize>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wanted = Vec::new();
    for code in codes {
        match position(atlas, code) {
            Some(place) if wanted.contains(&place) => {
                problems.push(Problem::new("--states", format!("found `{code}` twice")));
            }
            Some(place) => wanted.push(place),
            None => problems.push(Problem::new("--states", unknown(atlas, code))),
        }
    }
    if problems.is_empty() { Ok(wanted) } else { Err(problems) }
}

/// The place with this code or name, however it is written: `WV`, `west_virginia`, `West Virginia`.
fn position(atlas: &Atlas, text: &str) -> Option<usize> {
    let name = text.to_ascii_lowercase().replace([' ', '-'], "_");
    let is = |place: &PlaceEntry| place.code.eq_ignore_ascii_case(text) || place.name == name;
    atlas.places.iter().position(is)
}

fn unknown(atlas: &Atlas, text: &str) -> String {
    let known = atlas.places.iter().flat_map(|place| [place.code.as_str(), place.name.as_str()]);
    let near = nearest(text, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("found `{text}`; expected the code or name of a place{near}")
}

/// The rows of a table that speak of the places that are wanted.
struct Rows<'a> {
    table: &'a Table,
    atlas: &'a Atlas,
    wanted: &'a [usize],
}

/// What was read.
struct Found {
    data: Vec<PlaceDatum>,
    /// Empty cells of each place.
    empty: BTreeMap<usize, usize>,
}

impl Rows<'_> {
    fn read(&self, project: &Project, mappings: &[Mapping]) -> Result<Found, Vec<Problem>> {
        let (dates, counts, places) = self.columns(project, mappings).map_err(|problem| vec![problem])?;
        let mut found = Found { data: Vec::new(), empty: BTreeMap::new() };
        let (mut problems, mut seen) = (Vec::new(), BTreeMap::new());
        for row in 0..self.table.rows.len() {
            let place = match places.map(|column| self.place(row, column)) {
                None => self.wanted[0],
                Some(Ok(place)) if self.wanted.contains(&place) => place,
                Some(Ok(_)) => continue,
                Some(Err(problem)) => {
                    problems.push(problem);
                    continue;
                }
            };
            let period = match period(self.table.cell(row, dates)) {
                Ok(period) => period,
                Err(message) => {
                    problems.push(self.table.at(row, dates, message));
                    continue;
                }
            };
            let months = period.first_month()..period.first_month() + period.months();
            let before = months.clone().find_map(|month| seen.get(&(place, month)).copied());
            if let Some(before) = before {
                let message = format!("found {period} again; line {before} has it already");
                problems.push(self.table.at(row, dates, message));
                continue;
            }
            seen.extend(months.map(|month| ((place, month), self.table.rows[row].0)));
            match count(self.table.cell(row, counts)) {
                Ok(Some(count)) => found.data.push(PlaceDatum { place, period, seen: count }),
                Ok(None) => *found.empty.entry(place).or_default() += 1,
                Err(message) => problems.push(self.table.at(row, counts, message)),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    /// Positions of the columns of dates, counts and, where there is one, places.
    fn columns(&self, project: &Project, mappings: &[Mapping]) -> Result<(usize, usize, Option<usize>), Problem> {
        let of = |meaning: &str| mappings.iter().find(|mapping| mapping.meaning == meaning);
        let dates = of(DATE).ok_or_else(|| Problem::new("--map", "expected one column of dates: --map COLUMN=date"))?;
        let mut values = mappings.iter().filter(|mapping| ![DATE, PLACE].contains(&mapping.meaning.as_str()));
        let (Some(value), None) = (values.next(), values.next()) else {
            let message = format!("expected one column of counts with --states: --map COLUMN={}", self.atlas.record);
            return Err(Problem::new("--map", message));
        };
        let own = value.meaning == self.atlas.record;
        let series = if own { value.meaning.clone() } else { series_of(project, &value.meaning)? };
        if series != self.atlas.record {
            let message =
                format!("found `{}`; the record of places counts `{}` alone", value.meaning, self.atlas.record);
            return Err(Problem::new("--map", message));
        }
        let places = of(PLACE).map(|mapping| self.table.place(&mapping.column)).transpose()?;
        if places.is_none() && self.wanted.len() > 1 {
            let message = "more than one place is wanted; expected the column that names them: --map COLUMN=place";
            return Err(Problem::new("--map", message));
        }
        Ok((self.table.place(&dates.column)?, self.table.place(&value.column)?, places))
    }

    fn place(&self, row: usize, column: usize) -> Result<usize, Problem> {
        let text = self.table.cell(row, column);
        position(self.atlas, text).ok_or_else(|| self.table.at(row, column, unknown(self.atlas, text)))
    }
}

fn period(text: &str) -> Result<CalendarPeriod, String> {
    let period = date(text)?;
    match period.length() {
        Period::Month | Period::Year => Ok(period),
        Period::FiscalYear => Err(format!("found {period}; expected a month or a calendar year")),
    }
}

/// A count, one that was withheld, or nothing.
fn count(text: &str) -> Result<Option<Seen>, String> {
    match cell(text, true)? {
        Cell::Value(value) => Ok(Some(Seen::Exactly(value))),
        Cell::Empty => Ok(None),
        Cell::Withheld => {
            let below = text.strip_prefix('<').and_then(|limit| limit.trim().parse::<u32>().ok());
            let highest = text.split_once('-').and_then(|(_, high)| high.trim().parse::<u32>().ok());
            let limit = below.map(|limit| limit.saturating_sub(1)).or(highest).map_or(WITHHELD_UP_TO, f64::from);
            Ok(Some(Seen::AtMost(limit)))
        }
    }
}

/// An error where counts are of another size than the record's own in the same periods.
fn other_unit(path: &str, name: &str, own: &[&PlaceDatum], record: &PlaceRecord) -> Result<(), Problem> {
    let ratio = |datum: &&PlaceDatum| {
        let before = record.month(datum.place, datum.period.first_month()).filter(|value| *value > 0.0)?;
        match datum.seen {
            Seen::Exactly(value) if datum.period.months() == 1 => Some(value / before),
            _ => None,
        }
    };
    let mut ratios: Vec<f64> = own.iter().filter_map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    if ratios.is_empty() || (1.0 / OTHER_UNIT..=OTHER_UNIT).contains(&quantile(&ratios, 0.5)) {
        return Ok(());
    }
    let median = quantile(&ratios, 0.5);
    let message =
        format!("half of the counts of `{name}` are {median:.3} times those of the record or more; expected deaths");
    Err(Problem::new(path, message).at(1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, maps: &[&str], states: &[&str]) -> Result<(Project, Vec<Taken>), String> {
        let mut project = Project::bundled().expect("the bundled model reads");
        let name =
            format!("counterflow-places-{}-{:x}.csv", std::process::id(), counterflow_model::random::stream(text));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("it can be written");
        let maps: Vec<Mapping> = maps.iter().map(|text| text.parse().expect("a mapping")).collect();
        let states: Vec<String> = states.iter().map(|text| (*text).to_owned()).collect();
        let found = replace_places(&mut project, &path, &maps, &states);
        std::fs::remove_file(&path).expect("it goes");
        let told = |all: Vec<Problem>| all.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n");
        found.map(|taken| (project, taken)).map_err(told)
    }

    const MAPS: [&str; 3] = ["deaths=t404_deaths", "month=date", "state=place"];

    #[test]
    fn counts_take_the_place_of_those_of_their_places_alone() {
        let text = "state,month,deaths\nWA,2023-02,150\nOregon,2023-01,<10\nWA,2023-01,160.5\nWest Virginia,2023-01,70\n\
                    OR,2023-02,1-9\nor,2023-03,*\nwa,2023-04,\n";
        let (project, taken) = with(text, &MAPS, &["WA", "oregon"]).expect("it reads");
        let atlas = Atlas::named(&project, UNITED_STATES).expect("it reads");
        let record = PlaceRecord::load(&project.files, &atlas).expect("what was written reads");
        let of = |code: &str| {
            let place = position(&atlas, code).expect("a place");
            let rows = record.data.iter().filter(|datum| datum.place == place);
            rows.map(|datum| (datum.period.to_string(), datum.seen)).collect::<Vec<_>>()
        };
        assert_eq!(of("WA"), [("2023-01".into(), Seen::Exactly(160.5)), ("2023-02".into(), Seen::Exactly(150.0))]);
        let withheld = |month: &str| (month.to_owned(), Seen::AtMost(9.0));
        assert_eq!(of("OR"), ["2023-01", "2023-02", "2023-03"].map(withheld));
        // Nothing of a place that was not asked for.
        assert!(of("WV").len() > 50);
        let counts: Vec<_> = taken.iter().map(|taken| (taken.values, taken.withheld, taken.empty)).collect();
        assert_eq!(counts, [(2, 0, 1), (0, 3, 0)]);
        assert!(taken[0].to_string().starts_with("washington in t404_deaths_month: 2 values"), "{}", taken[0]);
    }

    #[test]
    fn one_place_needs_no_column_of_places() {
        let (_, taken) = with("month,deaths\n2023,1900\n2024-01,150\n", &MAPS[..2], &["WA"]).expect("it reads");
        assert_eq!((taken.len(), taken[0].values), (1, 2));
    }

    #[test]
    fn codes_say_which_country_is_meant() {
        let maps = ["victims=mexico_homicide_victims_month", "month=date"];
        let (_, taken) = with("month,victims\n2024-01,48\n2024-02,50\n", &maps, &["SIN"]).expect("it reads");
        assert!(taken[0].to_string().starts_with("sinaloa in mexico_homicide_victims_month: 2 values"), "{}", taken[0]);
        let told = with("month,deaths\n2024,50\n", &MAPS[..2], &["SIN", "WA"]).expect_err("two countries");
        assert!(told.contains("found `WA`"), "{told}");
    }

    #[test]
    fn everything_that_is_wrong_has_its_place() {
        let head = "state,month,deaths\n";
        for (rows, states, expected) in [
            ("WA,2023-01,many\nWA,soon,5\n", vec!["WA"], vec![":2:3", "found `many`", ":3:2", "found `soon`"]),
            ("WA,2023-01,5\nWA,2023,60\n", vec!["WA"], vec![":3:2", "line 2 has it already"]),
            ("Washingtn,2023-01,5\n", vec!["WA"], vec![":2:1", "did you mean `washington`"]),
            ("WA,2023-01,150\n", vec!["WA", "ZZ"], vec!["--states", "found `ZZ`"]),
            ("WA,2023-01,150\n", vec!["WA", "wa"], vec!["found `wa` twice"]),
            ("WA,2023-01,150\n", vec!["WA", "OR"], vec!["holds no count of `oregon`"]),
            ("WA,2023-01,150000\n", vec!["WA"], vec!["half of the counts of `washington`"]),
            ("WA,FY2023,150\n", vec!["WA"], vec![":2:2"]),
        ] {
            let found = with(&format!("{head}{rows}"), &MAPS, &states).err().unwrap_or_else(|| panic!("{rows} reads"));
            for part in expected {
                assert!(found.contains(part), "{rows}: `{part}` is not in\n{found}");
            }
        }
        let maps = ["deaths=homicides", "month=date"];
        let without_places = "month,deaths\n2023-01,5\n";
        for (maps, states, expected) in
            [(&maps, vec!["WA"], "--map"), (&[MAPS[0], MAPS[1]], vec!["WA", "OR"], "=place")]
        {
            let found = with(without_places, maps, &states).err().unwrap_or_else(|| panic!("{states:?} read"));
            assert!(found.contains(expected), "{found}");
        }
    }
}
