//! Data series: tidy CSV with a page of metadata each.

use std::collections::BTreeMap;

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_calibrate::predict::Datum;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::endless::durable::hexadecimal;
use crate::error::Problem;
use crate::files::FileSet;
use crate::places;
use crate::vintages;

/// A data series with its provenance.
#[derive(Clone, Debug)]
pub struct Series {
    /// Key: the file's stem.
    pub key: String,
    /// Where it comes from.
    pub about: About,
    /// Values in time order.
    pub data: Vec<Datum>,
}

/// Metadata of a series.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Title for people.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Definition and traps.
    pub what: String,
    /// Unit of the values.
    pub unit: String,
    /// `month`, `year` or `fiscal_year`.
    pub period: String,
    /// `count`, `level`, `share`, `rate` or `index`.
    pub kind: String,
    /// First to last period.
    pub span: String,
    /// When the publisher's table was taken.
    pub vintage: String,
    /// Public repository in which it was found.
    pub found_in: String,
    /// Licence.
    pub licence: String,
    /// How the tidy file was made.
    pub how_made: String,
    /// `fit`, `driver` or `shown`.
    pub role: String,
    /// Keys of the bibliography.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Day on which an update replaced it, as `2026-11-23`; empty for the series that counts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replaced: String,
    /// The publisher's files that an update read for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<Origin>,
}

/// A publisher's file, as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Its name or address.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Day on which it was read, as `2026-11-23`.
    pub day: String,
}

impl About {
    /// The page as TOML.
    ///
    /// # Errors
    /// If a text can not be written, which no text of a page that was read is.
    pub fn to_toml(&self) -> Result<String, Problem> {
        toml::to_string(self).map_err(|e| Problem::new(self.title.clone(), e.to_string()))
    }
}

impl Series {
    /// Time (middle of the period, in years) and value of each datum.
    pub fn points(&self) -> Vec<(f64, f64)> {
        self.data.iter().map(|d| (d.period.mid_time(), d.value)).collect()
    }
}

/// Reads all series of a model's `data` folder.
///
/// # Errors
/// Every file that does not read, each with its place.
pub fn load(files: &FileSet) -> Result<BTreeMap<String, Series>, Vec<Problem>> {
    let mut all = BTreeMap::new();
    let mut problems = Vec::new();
    let replaced = |path: &str| path.strip_prefix(vintages::FOLDER).is_some_and(|rest| rest.starts_with('/'));
    // Records of places have a column more and are read where places are.
    let of_places = |path: &str| path.strip_prefix(places::FOLDER).is_some_and(|rest| rest.starts_with('/'));
    for (path, text) in files.under("data", ".csv").filter(|(path, _)| !replaced(path) && !of_places(path)) {
        let key = path.trim_start_matches("data/").trim_end_matches(".csv").to_owned();
        let about_path = format!("data/{key}.toml");
        let about = match files.get(&about_path) {
            None => Err(Problem::new(about_path.clone(), "is missing; every series has a page of metadata")),
            Some(text) => toml::from_str::<About>(text).map_err(|e| from_toml(&about_path, text, &e)),
        };
        match (about, read(path, text)) {
            (Ok(about), Ok(data)) => _ = all.insert(key.clone(), Series { key, about, data }),
            (about, data) => problems.extend(about.err().into_iter().chain(data.err())),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// Reads the CSV of one series: a period, a value and perhaps a standard deviation in each row, after a row of heads.
/// `path` is for messages.
///
/// # Errors
/// The first row that does not read, with its place.
pub fn read(path: &str, text: &str) -> Result<Vec<Datum>, Problem> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut data: Vec<Datum> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| Problem::new(path, e.to_string()))?;
        let line = record.position().map_or(0, |p| p.line() as usize);
        let datum = read_row(&record).map_err(|(column, message)| Problem::new(path, message).at(line, column))?;
        if data.last().is_some_and(|last| last.period.first_month() >= datum.period.first_month()) {
            let message =
                format!("found {} after a later or the same period; expected rows in time order", datum.period);
            return Err(Problem::new(path, message).at(line, 1));
        }
        data.push(datum);
    }
    Ok(data)
}

/// One row, or the field's number and what is wrong with it.
fn read_row(record: &csv::StringRecord) -> Result<Datum, (usize, String)> {
    let field = |i: usize| record.get(i).unwrap_or("");
    let period: CalendarPeriod = field(0).parse().map_err(|e| (1, format!("{e}")))?;
    let number = |i: usize| -> Result<f64, (usize, String)> {
        let value: f64 = field(i).parse().map_err(|_| (i + 1, format!("found `{}`; expected a number", field(i))))?;
        if value.is_finite() {
            Ok(value)
        } else {
            Err((i + 1, format!("found `{}`; expected a finite number", field(i))))
        }
    };
    let sd = if field(2).is_empty() { None } else { Some(number(2)?) };
    Ok(Datum { period, value: number(1)?, sd })
}

/// Whether posteriors rest on a series: it is fitted, or drives the model.
pub fn is_fitted(about: &About) -> bool {
    about.role != "shown"
}

/// SHA-256, in hexadecimal, of all that posteriors rest on: keys, periods, values and deviations of fitted series and of
/// drivers.
pub fn fitted_sha256(series: &BTreeMap<String, Series>) -> String {
    let mut text = String::new();
    for Series { key, data, .. } in series.values().filter(|series| is_fitted(&series.about)) {
        text.push_str(key);
        for Datum { period, value, sd } in data {
            text.push_str(&format!("\n{period},{value},{sd:?}"));
        }
        text.push('\n');
    }
    sha256(text.as_bytes())
}

/// SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// A located problem from a TOML error.
pub(crate) fn from_toml(path: &str, text: &str, error: &toml::de::Error) -> Problem {
    let problem = Problem::new(path, error.message().replace('\n', " "));
    match error.span() {
        Some(span) => {
            let (line, column) = line_column(text, span.start);
            problem.at(line, column)
        }
        None => problem,
    }
}

/// Line and column, from 1, of a byte.
pub(crate) fn line_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte.min(text.len()))];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
