//! Records of places: tidy CSV with a column for the place, and a page of metadata each.

use std::collections::BTreeMap;

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_calibrate::places::Seen;

use super::Atlas;
use crate::data::{About, from_toml};
use crate::error::{Problem, nearest};
use crate::files::FileSet;

/// Folder of the records.
pub const FOLDER: &str = "data/places";

/// One count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceDatum {
    /// Position of the place in the atlas.
    pub place: usize,
    /// Month or year.
    pub period: CalendarPeriod,
    /// What was seen.
    pub seen: Seen,
}

impl PlaceDatum {
    /// Last month, counted from January of year 0.
    pub fn last_month(&self) -> i32 {
        self.period.first_month() + self.period.months() - 1
    }
}

/// A record with its provenance.
#[derive(Clone, Debug)]
pub struct PlaceRecord {
    /// Key: the file's stem.
    pub key: String,
    /// Where it comes from.
    pub about: About,
    /// Counts by place and, within a place, in time order.
    pub data: Vec<PlaceDatum>,
}

impl PlaceRecord {
    /// The record that an atlas names.
    ///
    /// # Errors
    /// If a file is missing or does not read, with the place of the first fault.
    pub fn load(files: &FileSet, atlas: &Atlas) -> Result<PlaceRecord, Problem> {
        let (path, page) = (record_path(atlas), format!("{FOLDER}/{}.toml", atlas.record));
        let text = |path: &str| {
            files.get(path).ok_or_else(|| Problem::new(path, format!("is missing; {} names it", atlas.path())))
        };
        let about_text = text(&page)?;
        let about = toml::from_str(about_text).map_err(|error| from_toml(&page, about_text, &error))?;
        let names: Vec<&str> = atlas.places.iter().map(|place| place.name.as_str()).collect();
        Ok(PlaceRecord { key: atlas.record.clone(), about, data: read(&path, text(&path)?, &names)? })
    }

    /// First and last period of all places.
    pub fn periods(&self) -> Option<(CalendarPeriod, CalendarPeriod)> {
        let first = self.data.iter().map(|datum| datum.period).min_by_key(|period| period.first_month())?;
        let last = self.data.iter().max_by_key(|datum| datum.last_month())?.period;
        Some((first, last))
    }

    /// Deaths of all places together, by month, counted from January of year 0: of months of which every row is a count of
    /// that month alone. A place without a row adds nothing.
    pub fn sums(&self) -> BTreeMap<i32, f64> {
        let mut sums: BTreeMap<i32, Option<f64>> = BTreeMap::new();
        for datum in &self.data {
            for month in datum.period.first_month()..=datum.last_month() {
                let sum = sums.entry(month).or_insert(Some(0.0));
                *sum = match datum.seen {
                    Seen::Exactly(value) if datum.period.months() == 1 => sum.map(|sum| sum + value),
                    _ => None,
                };
            }
        }
        sums.into_iter().filter_map(|(month, sum)| Some((month, sum?))).collect()
    }

    /// The same record with nothing that ends after a month.
    pub fn until(&self, last: i32) -> PlaceRecord {
        let data = self.data.iter().filter(|datum| datum.last_month() <= last).copied().collect();
        PlaceRecord { data, ..self.clone() }
    }

    /// Exact count of a place in a month, if there is one.
    pub fn month(&self, place: usize, month: i32) -> Option<f64> {
        let found =
            self.data.iter().find(|d| d.place == place && d.period.first_month() == month && d.period.months() == 1)?;
        match found.seen {
            Seen::Exactly(value) => Some(value),
            Seen::AtMost(_) => None,
        }
    }
}

/// Path of the record that an atlas names.
pub fn record_path(atlas: &Atlas) -> String {
    format!("{FOLDER}/{}.csv", atlas.record)
}

/// A record as it is kept: what [`read`] reads.
pub fn record_csv(atlas: &Atlas, data: &[PlaceDatum]) -> String {
    let row = |datum: &PlaceDatum| {
        let seen = match datum.seen {
            Seen::Exactly(value) => value.to_string(),
            Seen::AtMost(limit) => format!("<{}", limit + 1.0),
        };
        format!("{},{},{seen}\n", atlas.places[datum.place].name, datum.period)
    };
    std::iter::once("place,period,deaths\n".to_owned()).chain(data.iter().map(row)).collect()
}

/// Reads a record: place, period and count in each row, after a row of heads. `<10` is a count that was withheld because
/// it was below ten. `path` is for messages.
///
/// # Errors
/// The first row that does not read, names a place that there is not, or overlaps the row before it.
pub fn read(path: &str, text: &str, places: &[&str]) -> Result<Vec<PlaceDatum>, Problem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut data: Vec<PlaceDatum> = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| Problem::new(path, error.to_string()))?;
        let line = row.position().map_or(0, |position| position.line() as usize);
        let datum = read_row(&row, places).map_err(|(column, message)| Problem::new(path, message).at(line, column))?;
        let before = data.last().filter(|last| last.place == datum.place);
        if before.is_some_and(|before| before.last_month() >= datum.period.first_month())
            || data.last().is_some_and(|last| last.place > datum.place)
        {
            let message = format!(
                "found {} of `{}` after a later row or in the span of another; expected rows by place, then in time order",
                datum.period, places[datum.place]
            );
            return Err(Problem::new(path, message).at(line, 2));
        }
        data.push(datum);
    }
    Ok(data)
}

fn read_row(row: &csv::StringRecord, places: &[&str]) -> Result<PlaceDatum, (usize, String)> {
    let field = |i: usize| row.get(i).unwrap_or("");
    let place = places.iter().position(|place| *place == field(0)).ok_or_else(|| {
        let near =
            nearest(field(0), places.iter().copied()).map_or(String::new(), |n| format!(" (did you mean `{n}`?)"));
        (1, format!("found `{}`; expected the name of a place{near}", field(0)))
    })?;
    let period = field(1).parse().map_err(|error| (2, format!("{error}")))?;
    let wrong = || (3, format!("found `{}`; expected a count of at least 0, or `<` and a whole number", field(2)));
    let seen = match field(2).strip_prefix('<') {
        Some(limit) => limit.parse().ok().filter(|limit: &u32| *limit > 0).map(|l| Seen::AtMost(f64::from(l - 1))),
        None => field(2).parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0).map(Seen::Exactly),
    };
    Ok(PlaceDatum { place, period, seen: seen.ok_or_else(wrong)? })
}

#[cfg(test)]
mod tests {
    use super::super::UNITED_STATES;
    use super::*;
    use crate::project::Project;

    const PLACES: [&str; 2] = ["ohio", "utah"];

    fn wrong(rows: &str) -> String {
        read("t.csv", &format!("place,period,deaths\n{rows}"), &PLACES).unwrap_err().to_string()
    }

    #[test]
    fn rows_are_months_years_and_what_was_withheld() {
        let data = read("t.csv", "place,period,deaths\nohio,2018,12.5\nohio,2019-01,<10\nutah,2018-01,0\n", &PLACES);
        let data = data.expect("it reads");
        assert_eq!(data[0].seen, Seen::Exactly(12.5));
        assert_eq!(data[1].seen, Seen::AtMost(9.0));
        assert_eq!((data[2].place, data[0].period.months()), (1, 12));
    }

    #[test]
    fn faults_are_told_with_their_place() {
        assert!(wrong("ohoi,2018,1\n").contains("t.csv:2:1"), "{}", wrong("ohoi,2018,1\n"));
        assert!(wrong("ohoi,2018,1\n").contains("did you mean `ohio`?"));
        assert!(wrong("ohio,2018-13,1\n").contains("t.csv:2:2"));
        for bad in ["-1", "many", "<0", "<x", "", "inf"] {
            assert!(wrong(&format!("ohio,2018,1\nohio,2019,{bad}\n")).contains("t.csv:3:3"), "{bad}");
        }
        assert!(wrong("ohio,2018,1\nohio,2018-06,1\n").contains("in the span of another"));
        assert!(wrong("utah,2018,1\nohio,2018,1\n").contains("by place"));
    }

    #[test]
    fn bundled_records_are_complete_and_end_where_they_must() {
        let project = Project::bundled().expect("the bundled model reads");
        for (country, first_year) in [(UNITED_STATES, 2015), ("mexico", 2016)] {
            let atlas = Atlas::named(&project, country).expect("it reads");
            let record = PlaceRecord::load(&project.files, &atlas).expect("it reads");
            for place in 0..atlas.places.len() {
                let months: i32 = record.data.iter().filter(|d| d.place == place).map(|d| d.period.months()).sum();
                // The source has none of Oaxaca's October of 2016.
                let lost = i32::from(atlas.places[place].code == "OAX");
                assert_eq!(months, 12 * (2025 - first_year) - lost, "{}", atlas.places[place].name);
            }
            let (first, last) = record.periods().expect("rows");
            assert_eq!(first.first_month(), first_year * 12);
            assert_eq!(last.first_month() + last.months(), 2025 * 12, "later months of states are reserved");
        }
    }

    #[test]
    fn victims_of_all_states_are_those_of_the_nation_and_of_femicide() {
        let project = Project::bundled().expect("the bundled model reads");
        let atlas = Atlas::named(&project, "mexico").expect("it reads");
        let sums = PlaceRecord::load(&project.files, &atlas).expect("it reads").sums();
        assert_eq!(sums.len(), 108);
        let nation = &project.series["mexico_homicides_month"].data;
        for datum in nation.iter().filter(|datum| datum.period.first_month() >= 2016 * 12) {
            let over = sums[&datum.period.first_month()] / datum.value;
            // A month of Oaxaca that was not reported is missing from both.
            assert!(1.0 < over && over < 1.06, "{}: {over}", datum.period);
        }
    }

    #[test]
    fn months_are_added_where_every_row_is_a_count() {
        let text = "place,period,deaths\nohio,2018-01,5\nohio,2018-02,4\nohio,2018-03,7\nohio,2019,60\n\
                    utah,2018-01,2\nutah,2018-02,<10\nutah,2019-01,1\n";
        let data = read("t.csv", text, &PLACES).expect("it reads");
        let about = toml::from_str(
            "title = ''\npublisher = ''\nwhat = ''\nunit = ''\nperiod = ''\nkind = ''\nspan = ''\nvintage = ''\n\
             found_in = ''\nlicence = ''\nhow_made = ''\nrole = ''",
        );
        let record = PlaceRecord { key: "t".to_owned(), about: about.expect("a page"), data };
        assert_eq!(record.sums().into_iter().collect::<Vec<_>>(), [(2018 * 12, 7.0), (2018 * 12 + 2, 7.0)]);
    }
}
