//! Files as their publishers give them out, read into monthly quantities, and the rules that make our series of them.
//!
//! To add a publisher: a file here with one `impl` of [`Publisher`], and its line in [`PUBLISHERS`].

mod cbp;
mod faults;
mod fields;
mod sesnsp;
mod table;
mod vsrr;

use std::collections::BTreeMap;

use counterflow_calibrate::period::CalendarPeriod;

use crate::data::Series;
use crate::error::{Problem, nearest};

pub use faults::Faults;
pub use table::Table;
pub(crate) use table::joined;

/// All publishers whose files are read.
pub const PUBLISHERS: &[&dyn Publisher] = &[&vsrr::Vsrr, &cbp::Cbp, &sesnsp::Sesnsp];

/// Values by month, counted from January of year 0: `year * 12 + month - 1`.
pub type Monthly = BTreeMap<i32, f64>;

/// The series that a model carries, by key.
pub type Record = BTreeMap<String, Series>;

/// One publisher's table: what it looks like and what is made of it.
pub trait Publisher: Sync {
    /// Short name, for messages.
    fn name(&self) -> &'static str;

    /// Columns of its table, in the order in which [`Publisher::read`] asks for them.
    fn columns(&self) -> &'static [Column];

    /// Where its table lies below a base address.
    fn pages(&self) -> &'static [Page];

    /// Quantities by month, by name. Everything wrong in the table goes to `faults`.
    fn read(&self, table: &Table, faults: &mut Faults) -> Reading;

    /// Our series, made of quantities and of what the record already holds. Series that the record does not carry are
    /// left out.
    ///
    /// # Errors
    /// If months are missing between others, or the record holds nothing to continue.
    fn derive(&self, quantities: &BTreeMap<String, Monthly>, record: &Record) -> Result<Vec<Derived>, Problem>;
}

/// A column of a publisher's table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its names, the usual one first. Case and what stands between words do not matter.
    pub names: &'static [&'static str],
    /// Whether the table can not be read without it.
    pub needed: bool,
}

/// An address below a base.
#[derive(Clone, Copy, Debug)]
pub enum Page {
    /// A file.
    File(&'static str),
    /// A Socrata query: path and fixed part of the query; it is read page by page.
    Query(&'static str, &'static str),
}

/// What a table says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Values by month, by the publisher's name of the quantity.
    pub quantities: BTreeMap<String, Monthly>,
    /// What was left out and why, in sentences.
    pub left_out: Vec<String>,
}

/// A series made of a publisher's quantities: from the first period that they reach to the last one.
#[derive(Clone, Debug)]
pub struct Derived {
    /// Key of the series.
    pub key: &'static str,
    /// Its unit; the record must have the same.
    pub unit: &'static str,
    /// Values in time order, rounded as the record is.
    pub values: Vec<(CalendarPeriod, f64)>,
    /// The rule, in words.
    pub how_made: &'static str,
}

/// A file that was read.
pub struct Taken {
    /// Whose file it is.
    pub publisher: &'static dyn Publisher,
    /// What it says.
    pub reading: Reading,
}

/// What became of a file.
pub enum Outcome {
    /// It was read.
    Read(Taken),
    /// It is no publisher's table; the sentence says why.
    Unknown(String),
    /// It is a publisher's table, and something in it is wrong.
    Broken(Vec<Problem>),
}

/// Reads one file, whosesoever it is. `path` is for messages.
pub fn read(path: &str, bytes: &[u8]) -> Outcome {
    let text = table::decoded(bytes);
    let heads = match table::heads(&text) {
        Ok(heads) => heads,
        Err(why) => return Outcome::Unknown(why),
    };
    let Some(publisher) = recognised(&heads) else {
        return Outcome::Unknown("its columns are those of no publisher that is known".to_owned());
    };
    let mut faults = Faults::new(path);
    let table = Table::read(&text, &heads, publisher.columns(), &mut faults);
    let reading = table.map(|table| publisher.read(&table, &mut faults)).unwrap_or_default();
    let found = faults.into_problems();
    if found.is_empty() { Outcome::Read(Taken { publisher, reading }) } else { Outcome::Broken(found) }
}

/// The publisher with the largest share of its needed columns among the heads, if that is most of them: so that a table
/// with a column missing or misspelt is told so, and is not merely unknown.
fn recognised(heads: &[String]) -> Option<&'static dyn Publisher> {
    const MOST: f64 = 0.6;
    let share = |publisher: &dyn Publisher| {
        let needed: Vec<&Column> = publisher.columns().iter().filter(|column| column.needed).collect();
        let there = needed.iter().filter(|column| column.among(heads).is_some()).count();
        there as f64 / needed.len() as f64
    };
    let best = PUBLISHERS.iter().copied().max_by(|a, b| share(*a).total_cmp(&share(*b)))?;
    (share(best) >= MOST).then_some(best)
}

impl Column {
    /// Position of the column among heads.
    pub(crate) fn among(&self, heads: &[String]) -> Option<usize> {
        heads.iter().position(|head| self.names.iter().any(|name| table::plain(name) == table::plain(head)))
    }

    /// The head that comes nearest to the column.
    pub(crate) fn nearest<'a>(&self, heads: &'a [String]) -> Option<&'a str> {
        nearest(self.names[0], heads.iter().map(String::as_str))
    }
}

/// Puts the quantities of one publisher's files together. Where several give the same month, the file whose quantity
/// reaches later wins: it is the newer one.
///
/// # Errors
/// If files that end in the same month differ: nothing says which is right.
pub fn merged(files: &[(&str, &Reading)]) -> Result<BTreeMap<String, Monthly>, Problem> {
    let mut all: BTreeMap<String, BTreeMap<i32, (i32, f64, &str)>> = BTreeMap::new();
    for (path, reading) in files {
        for (name, months) in &reading.quantities {
            let Some(end) = months.keys().next_back().copied() else { continue };
            let known = all.entry(name.clone()).or_default();
            for (month, value) in months {
                match known.get(month) {
                    Some((other, _, _)) if *other > end => {}
                    Some((other, old, from)) if *other == end && old != value => {
                        let month = shown(*month);
                        let message = format!(
                            "found {value} for {name} in {month}; {from}, which ends in the same month, has {old}"
                        );
                        return Err(Problem::new(*path, message).help("keep the newer of the two files"));
                    }
                    _ => _ = known.insert(*month, (end, *value, path)),
                }
            }
        }
    }
    let plain = |months: BTreeMap<i32, (i32, f64, &str)>| months.into_iter().map(|(m, (_, v, _))| (m, v)).collect();
    Ok(all.into_iter().map(|(name, months)| (name, plain(months))).collect())
}

/// Holds that no month is missing between the first and the last.
fn contiguous(publisher: &str, what: &str, months: &Monthly) -> Result<(), Problem> {
    let mut keys = months.keys();
    let Some(mut before) = keys.next().copied() else {
        return Err(Problem::new(publisher, format!("no month of {what} was found; expected at least one")));
    };
    for month in keys.copied() {
        if month != before + 1 {
            let message =
                format!("{what}: found {} after {}; expected {}", shown(month), shown(before), shown(before + 1));
            return Err(Problem::new(publisher, message).help("give a file that has the months between as well"));
        }
        before = month;
    }
    Ok(())
}

/// A series of months, rounded.
fn monthly(key: &'static str, unit: &'static str, how_made: &'static str, months: &Monthly, digits: i32) -> Derived {
    let values = months.iter().map(|(month, value)| (period(*month), rounded(*value, digits))).collect();
    Derived { key, unit, values, how_made }
}

/// A calendar month as a period.
fn period(month: i32) -> CalendarPeriod {
    CalendarPeriod::month(month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// A calendar month as it is written.
fn shown(month: i32) -> String {
    period(month).to_string()
}

/// The nearest number of so many digits behind the point.
fn rounded(value: f64, digits: i32) -> f64 {
    let scale = (0..digits).fold(1.0, |scale, _| scale * 10.0);
    (value * scale).round() / scale
}
