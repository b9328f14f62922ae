//! A user's own figures in place of a series of the model: a table with a column of dates and columns of values.
//!
//! Rows may stand in any order. Empty cells and cells that a publisher withholds (`<10`, `1-9`, `*`, `suppressed`) are
//! left out and counted; a date twice, text that is no number, a negative value where the series has none, periods of
//! another length and values of another size than the series' own are errors with their place.

mod places;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use counterflow_calibrate::diagnose::quantile;
use counterflow_calibrate::period::CalendarPeriod;
use counterflow_calibrate::predict::Datum;

use crate::data::Series;
use crate::error::{Problem, nearest};
use crate::files::read_text;
use crate::project::Project;

pub use places::{atlas_of, replace_places};

/// What a column holds: `deaths=t404_deaths`, `month=date`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Head of the column.
    pub column: String,
    /// An observation of the model, or a data series, or `date`.
    pub meaning: String,
}

/// The meaning of the column of dates.
const DATE: &str = "date";
/// Cells that a publisher withholds, apart from those with a less-than sign or a range.
const WITHHELD: [&str; 5] = ["*", "suppressed", "s", "withheld", "unreliable"];
/// Median ratio to the model's own series beyond which the unit is another one.
const OTHER_UNIT: f64 = 20.0;

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Mapping, String> {
        let expected = || format!("found `{text}`; expected COLUMN=OBSERVATION or COLUMN=date");
        let (column, meaning) = text.split_once('=').ok_or_else(expected)?;
        if column.is_empty() || meaning.is_empty() {
            return Err(expected());
        }
        Ok(Mapping { column: column.trim().to_owned(), meaning: meaning.trim().to_owned() })
    }
}

/// What was read of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The series that it replaces.
    pub series: String,
    /// Rows with a value.
    pub values: usize,
    /// Empty cells.
    pub empty: usize,
    /// Withheld cells.
    pub withheld: usize,
    /// Months or years between the first and the last that have no row.
    pub gaps: usize,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Taken { series, values, empty, withheld, gaps } = self;
        write!(f, "{series}: {values} values in place of the model's own")?;
        for (count, what) in [(empty, "empty"), (withheld, "withheld"), (gaps, "without a row")] {
            if *count > 0 {
                write!(f, ", {count} {what} left out")?;
            }
        }
        Ok(())
    }
}

/// Puts the columns of a CSV file in place of series of the model.
///
/// # Errors
/// Everything that is wrong with the file or the mapping, each with its place.
pub fn replace(project: &mut Project, path: &Path, mappings: &[Mapping]) -> Result<Vec<Taken>, Vec<Problem>> {
    let shown = path.display().to_string();
    let text = read_text(path).map_err(|problem| vec![problem])?;
    let table = Table::read(&shown, &text).map_err(|problem| vec![problem])?;
    let dates = table.dates(mappings)?;
    let mut taken = Vec::new();
    for mapping in mappings.iter().filter(|mapping| mapping.meaning != DATE) {
        let key = series_of(project, &mapping.meaning).map_err(|problem| vec![problem])?;
        let series = &project.series[&key];
        let (data, mut found) = table.column(mapping, &dates, series)?;
        found.gaps = gaps(&data, found.empty + found.withheld);
        project.series.get_mut(&key).expect("it was found").data = data;
        project.own_data.push(key);
        taken.push(found);
    }
    if taken.is_empty() {
        let message = "no column is mapped to an observation; expected --map COLUMN=OBSERVATION";
        return Err(vec![Problem::new("--map", message)]);
    }
    Ok(taken)
}

/// The series behind the name of an observation or of a series.
fn series_of(project: &Project, name: &str) -> Result<String, Problem> {
    let observations = project.compiled.model.iter().flat_map(|model| &model.observations);
    let all: Vec<(&str, &str)> =
        observations.map(|observation| (observation.name.as_str(), observation.series.as_str())).collect();
    let found = all.iter().find(|(observation, series)| *observation == name || *series == name);
    let names: Vec<&str> = all.iter().map(|(observation, _)| *observation).collect();
    let unknown = || {
        let near = nearest(name, names.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Problem::new("--map", format!("there is no observation `{name}`{near}"))
            .help(format!("observations: {}", names.join(", ")))
    };
    found.map(|(_, series)| (*series).to_owned()).ok_or_else(unknown)
}

/// A table as text, with the line of each row.
struct Table {
    path: String,
    heads: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

impl Table {
    fn read(path: &str, text: &str) -> Result<Table, Problem> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let broken = |e: csv::Error| Problem::new(path, e.to_string());
        let heads: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, |position| position.line() as usize);
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Table { path: path.to_owned(), heads, rows })
    }

    /// Position of a column.
    fn place(&self, column: &str) -> Result<usize, Problem> {
        let missing = || {
            let message = format!("there is no column `{column}`; the columns are {}", self.heads.join(", "));
            Problem::new(self.path.clone(), message).at(1, 1)
        };
        self.heads.iter().position(|head| head == column).ok_or_else(missing)
    }

    fn cell(&self, row: usize, place: usize) -> &str {
        self.rows[row].1.get(place).map_or("", String::as_str)
    }

    fn at(&self, row: usize, place: usize, message: String) -> Problem {
        Problem::new(self.path.clone(), message).at(self.rows[row].0, place + 1)
    }

    /// The period of each row.
    fn dates(&self, mappings: &[Mapping]) -> Result<Vec<CalendarPeriod>, Vec<Problem>> {
        let mut columns = mappings.iter().filter(|mapping| mapping.meaning == DATE);
        let (Some(mapping), None) = (columns.next(), columns.next()) else {
            let message = "expected one column of dates: --map COLUMN=date";
            return Err(vec![Problem::new("--map", message)]);
        };
        let place = self.place(&mapping.column).map_err(|problem| vec![problem])?;
        let (mut dates, mut problems, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
        for row in 0..self.rows.len() {
            match date(self.cell(row, place)) {
                Err(message) => problems.push(self.at(row, place, message)),
                Ok(period) => {
                    if let Some(before) = seen.insert(period.first_month(), self.rows[row].0) {
                        let message = format!("found {period} again; it stands in line {before} already");
                        problems.push(self.at(row, place, message));
                    }
                    dates.push(period);
                }
            }
        }
        if problems.is_empty() { Ok(dates) } else { Err(problems) }
    }

    /// The data of a column in the order of time, and what was left out.
    fn column(
        &self,
        mapping: &Mapping,
        dates: &[CalendarPeriod],
        series: &Series,
    ) -> Result<(Vec<Datum>, Taken), Vec<Problem>> {
        let place = self.place(&mapping.column).map_err(|problem| vec![problem])?;
        let mut taken = Taken { series: series.key.clone(), values: 0, empty: 0, withheld: 0, gaps: 0 };
        let (mut data, mut problems) = (Vec::new(), Vec::new());
        let length = series.data.first().map(|datum| datum.period.length());
        let never_negative = series.data.iter().all(|datum| datum.value >= 0.0);
        for (row, period) in dates.iter().enumerate() {
            if length.is_some_and(|length| length != period.length()) {
                let own = series.data.first().map_or_else(String::new, |datum| datum.period.to_string());
                let message = format!("found {period}; expected a period like {own}, as in `{}`", series.key);
                problems.push(self.at(row, place, message));
                continue;
            }
            match cell(self.cell(row, place), never_negative) {
                Ok(Cell::Value(value)) => data.push(Datum { period: *period, value, sd: None }),
                Ok(Cell::Empty) => taken.empty += 1,
                Ok(Cell::Withheld) => taken.withheld += 1,
                Err(message) => problems.push(self.at(row, place, message)),
            }
        }
        data.sort_by_key(|datum| datum.period.first_month());
        taken.values = data.len();
        if data.is_empty() && problems.is_empty() {
            problems.push(Problem::new(self.path.clone(), format!("column `{}` holds no value", mapping.column)));
        }
        problems.extend(other_unit(&self.path, &mapping.column, &data, series));
        if problems.is_empty() { Ok((data, taken)) } else { Err(problems) }
    }
}

/// What stands in a cell.
#[derive(Debug, PartialEq)]
enum Cell {
    Value(f64),
    Empty,
    Withheld,
}

fn cell(text: &str, never_negative: bool) -> Result<Cell, String> {
    let lower = text.to_ascii_lowercase();
    let range =
        lower.split_once('-').is_some_and(|(low, high)| [low, high].iter().all(|x| x.trim().parse::<u32>().is_ok()));
    if text.is_empty() {
        return Ok(Cell::Empty);
    }
    if WITHHELD.contains(&lower.as_str()) || lower.starts_with('<') || range {
        return Ok(Cell::Withheld);
    }
    // Thousands are written with commas in many tables.
    let value: f64 = text.replace(',', "").parse().map_err(|_| format!("found `{text}`; expected a number"))?;
    if !value.is_finite() || (value < 0.0 && never_negative) {
        return Err(format!("found `{text}`; expected a finite number that is not negative"));
    }
    Ok(Cell::Value(value))
}

/// A period, or the first of a month or the last as a day: `2023-04`, `2023`, `2023-04-01`, `04/2023`.
fn date(text: &str) -> Result<CalendarPeriod, String> {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let plain = match parts[..] {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => format!("{year}-{month}"),
        [month, year] if digits(month, 2) && digits(year, 4) => format!("{year}-{month}"),
        _ => text.to_owned(),
    };
    plain.parse().map_err(|_| format!("found `{text}`; expected a date such as 2023-04, 2023-04-01, 04/2023 or 2023"))
}

/// The problem of values that are of another size than the model's own in the same periods.
fn other_unit(path: &str, column: &str, data: &[Datum], series: &Series) -> Option<Problem> {
    let own: BTreeMap<i32, f64> = series.data.iter().map(|d| (d.period.first_month(), d.value)).collect();
    let ratio = |d: &Datum| own.get(&d.period.first_month()).filter(|x| **x > 0.0).map(|x| d.value / x);
    let mut ratios: Vec<f64> = data.iter().filter_map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let median = if ratios.is_empty() { return None } else { quantile(&ratios, 0.5) };
    let off = !(1.0 / OTHER_UNIT..=OTHER_UNIT).contains(&median);
    off.then(|| {
        let message = format!(
            "column `{column}`: half of the values are {median:.3} times those of `{}` or more; expected the same unit, {}",
            series.key, series.about.unit
        );
        Problem::new(path, message).at(1, 1)
    })
}

/// Periods between the first and the last that have no row at all.
fn gaps(data: &[Datum], left_out: usize) -> usize {
    gaps_between(&data.iter().map(|datum| datum.period).collect::<Vec<_>>(), left_out)
}

/// The same for periods of one length in any order; none are counted where lengths differ.
fn gaps_between(periods: &[CalendarPeriod], left_out: usize) -> usize {
    let first = periods.iter().min_by_key(|period| period.first_month());
    let last = periods.iter().max_by_key(|period| period.first_month());
    let (Some(first), Some(last)) = (first, last) else { return 0 };
    if periods.iter().any(|period| period.length() != first.length()) {
        return 0;
    }
    let span = (last.first_month() - first.first_month()) / first.months() + 1;
    (span as usize).saturating_sub(periods.len() + left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str, mappings: &[&str]) -> Result<(Project, Vec<Taken>), Vec<String>> {
        let mut project = Project::bundled().expect("the bundled model reads");
        let name = format!("counterflow-own-{}-{:x}.csv", std::process::id(), counterflow_model::random::stream(text));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("it can be written");
        let mappings: Vec<Mapping> = mappings.iter().map(|text| text.parse().expect("a mapping")).collect();
        let found = replace(&mut project, &path, &mappings);
        std::fs::remove_file(&path).expect("it goes");
        found.map(|taken| (project, taken)).map_err(|all| all.iter().map(Problem::to_string).collect())
    }

    const MAPS: [&str; 2] = ["deaths=t404_deaths", "month=date"];

    #[test]
    fn a_table_takes_the_place_of_a_series() {
        let text = "place,month,deaths\nhere,2023-03,6001\nhere,2023-01-01,\"6,200\"\nhere,02/2023,<10\nhere,2023-06,\n\
                    here,2023-07,5900\n";
        let (project, taken) = with(text, &MAPS).expect("it reads");
        let expected = Taken { series: "t404_deaths_month".to_owned(), values: 3, empty: 1, withheld: 1, gaps: 2 };
        assert_eq!(taken, [expected]);
        let values: Vec<(String, f64)> =
            project.series["t404_deaths_month"].data.iter().map(|d| (d.period.to_string(), d.value)).collect();
        assert_eq!(values, [("2023-01".into(), 6200.0), ("2023-03".into(), 6001.0), ("2023-07".into(), 5900.0)]);
        assert_eq!(project.own_data, ["t404_deaths_month"]);
        assert!(taken[0].to_string().contains("1 withheld left out, 2 without a row left out"), "{}", taken[0]);
    }

    #[test]
    fn everything_that_is_wrong_has_its_place() {
        for (text, maps, expected) in [
            ("month,deaths\n2023-01,many\n2023-02,-5\n", MAPS, vec![":2:2", "found `many`", ":3:2", "not negative"]),
            ("month,deaths\n2023-01,6000\n2023-01,6100\n", MAPS, vec![":3:1", "stands in line 2 already"]),
            ("month,deaths\nsoon,6000\n", MAPS, vec![":2:1", "found `soon`", "2023-04"]),
            ("month,deaths\n2023,70000\n", MAPS, vec![":2:2", "expected a period like"]),
            ("month,deaths\n2023-01,6\n2023-02,6.1\n", MAPS, vec!["expected the same unit", "deaths"]),
            ("month,dead\n2023-01,6000\n", MAPS, vec!["no column `deaths`", "month, dead"]),
            ("month,deaths\n2023-01,\n", MAPS, vec!["holds no value"]),
            ("month,deaths\n2023-01,6000\n", ["deaths=t404_death", "month=date"], vec!["did you mean `t404_deaths`"]),
            ("month,deaths\n2023-01,6000\n", ["deaths=t404_deaths", "deaths=t404_deaths"], vec!["one column of dates"]),
        ] {
            let found = with(text, &maps).err().unwrap_or_else(|| panic!("{text} reads")).join("\n");
            for part in expected {
                assert!(found.contains(part), "{text}: `{part}` is not in\n{found}");
            }
        }
    }
}
