//! CDC's provisional counts of drug overdose deaths (VSRR, dataset xkb8-kh2a), as CSV or from the JSON interface.
//!
//! Each count is a sum over twelve months. With R the sum that ends in a month and M the month itself,
//! M(t) = R(t) - R(t-1) + M(t-12): the record holds the months from which this starts.

use std::collections::BTreeMap;

use counterflow_calibrate::period::CalendarPeriod;

use super::faults::Faults;
use super::table::{Row, Table};
use super::{
    Column, Derived, Monthly, Page, Problem, Publisher, Reading, Record, contiguous, fields, monthly, rounded, shown,
};
use crate::error::nearest;

/// See the module.
pub struct Vsrr;

const NAME: &str = "CDC VSRR";
// Places in the list of columns.
const STATE: usize = 0;
const YEAR: usize = 1;
const MONTH: usize = 2;
const PERIOD: usize = 3;
const INDICATOR: usize = 4;
const VALUE: usize = 5;
const FOOTNOTE: usize = 6;
const COLUMNS: &[Column] = &[
    Column { names: &["State"], needed: true },
    Column { names: &["Year"], needed: true },
    Column { names: &["Month"], needed: true },
    Column { names: &["Period"], needed: true },
    Column { names: &["Indicator"], needed: true },
    Column { names: &["Data Value"], needed: true },
    Column { names: &["Footnote"], needed: false },
];

const ALL: &str = "Number of Drug Overdose Deaths";
const SYNTHETIC: &str = "Synthetic opioids, excl. methadone (T40.4)";
const COCAINE: &str = "Cocaine (T40.5)";
const PSYCHOSTIMULANTS: &str = "Psychostimulants with abuse potential (T43.6)";
const INDICATORS: [&str; 4] = [ALL, SYNTHETIC, COCAINE, PSYCHOSTIMULANTS];
/// The other indicators of the table, none of which is used.
const OTHERS: [&str; 8] = [
    "Number of Deaths",
    "Percent with drugs specified",
    "Heroin (T40.1)",
    "Methadone (T40.3)",
    "Natural & semi-synthetic opioids (T40.2)",
    "Natural & semi-synthetic opioids, incl. methadone (T40.2, T40.3)",
    "Natural, semi-synthetic, & synthetic opioids, incl. methadone (T40.2-T40.4)",
    "Opioids (T40.0-T40.4,T40.6)",
];

/// How the footnote names months that are not fully reported.
const INCOMPLETE: &str = "incomplete";
/// Only this period is a count that we can read.
const TWELVE: &str = "12 month-ending";
/// Digits behind the point of a month made of sums.
const DIGITS: i32 = 1;
/// Rounding of the record's months can move the sum of twelve by this much; more is a revision.
const ROUNDING: f64 = 1.0;

const HOW_ALL: &str = "First differences of the published 12-month sums: M(t) = R(t) - R(t-1) + M(t-12), on the reported (not lag-adjusted) counts of the United States row. The months before the first sum were in the record; where that sum was revised they are scaled to it. Months that the publisher marks as incomplete are left out.";
const HOW_OTHER: &str = "First differences of the published 12-month sums: M(t) = R(t) - R(t-1) + M(t-12), on the reported (not lag-adjusted) counts of the United States row; then all drugs minus T40.4 month by month. The months before the first sum were in the record; where that sum was revised they are scaled to it. Months that the publisher marks as incomplete are left out.";
const HOW_YEAR: &str = "United States rows of the December values, reported counts, unchanged.";

impl Publisher for Vsrr {
    fn name(&self) -> &'static str {
        NAME
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn pages(&self) -> &'static [Page] {
        &[
            Page::Query("xkb8-kh2a.json", "state=US&$order=year,month,indicator"),
            Page::File("VSRR_Provisional_Drug_Overdose_Death_Counts.csv"),
        ]
    }

    fn read(&self, table: &Table, faults: &mut Faults) -> Reading {
        let mut found: BTreeMap<&str, BTreeMap<i32, Sum>> = BTreeMap::new();
        for row in table.rows().filter(|row| row.text(STATE) == "US") {
            if let Some((indicator, month)) = of_row(row, faults) {
                let line = row.place(STATE).line;
                let incomplete = row.text(FOOTNOTE).to_lowercase().contains(INCOMPLETE);
                let sum = Sum { value: fields::number(row, VALUE, faults), incomplete, line };
                if let Some(first) = found.entry(indicator).or_default().insert(month, sum) {
                    let message = format!("found {indicator} of {} again; line {} has it", shown(month), first.line);
                    faults.say(row.place(MONTH), message, None);
                }
            }
        }
        for indicator in [ALL, SYNTHETIC].into_iter().filter(|indicator| !found.contains_key(indicator)) {
            faults.whole(format!("found no row of the United States (`US`) for `{indicator}`; expected some"));
        }
        let mut reading = Reading::default();
        for (indicator, sums) in found {
            let (kept, left_out) = reported(sums);
            if let (Some(first), Some(last)) = (left_out.first(), left_out.last()) {
                let (first, last) = (shown(*first), shown(*last));
                reading
                    .left_out
                    .push(format!("{indicator}, {first} to {last}: without a count or marked as incomplete"));
            }
            reading.quantities.insert(indicator.to_owned(), kept);
        }
        reading
    }

    fn derive(&self, quantities: &BTreeMap<String, Monthly>, record: &Record) -> Result<Vec<Derived>, Problem> {
        let mut made = Vec::new();
        let sums = |indicator: &str| quantities.get(indicator).filter(|months| !months.is_empty());
        if let (Some(all), Some(synthetic)) = (sums(ALL), sums(SYNTHETIC)) {
            made.extend(months(all, synthetic, record)?);
        }
        for (key, indicator) in [("cocaine_deaths_year", COCAINE), ("psychostimulant_deaths_year", PSYCHOSTIMULANTS)] {
            let Some(months) = sums(indicator).filter(|_| record.contains_key(key)) else { continue };
            contiguous(NAME, indicator, months)?;
            let december = months.iter().filter(|(month, _)| month.rem_euclid(12) == 11);
            let values = december.map(|(month, value)| (CalendarPeriod::year(month.div_euclid(12)), *value)).collect();
            made.push(Derived { key, unit: "deaths/year", values, how_made: HOW_YEAR });
        }
        Ok(made)
    }
}

/// A sum of twelve months as the table has it.
struct Sum {
    value: Option<f64>,
    incomplete: bool,
    line: usize,
}

/// Which sum a row is, if it is one of ours.
fn of_row(row: Row<'_>, faults: &mut Faults) -> Option<(&'static str, i32)> {
    let (text, period) = (row.text(INDICATOR), row.text(PERIOD));
    let indicator = INDICATORS.into_iter().find(|known| *known == text);
    if indicator.is_none() && !OTHERS.contains(&text) {
        // A publisher may add an indicator; one that is nearly ours is a slip.
        if let Some(near) = nearest(text, INDICATORS) {
            faults.unexpected(row.place(INDICATOR), text, "an indicator of the table", Some(near));
        }
    }
    let indicator = indicator?;
    if !period.eq_ignore_ascii_case(TWELVE) {
        faults.unexpected(row.place(PERIOD), period, &format!("`{TWELVE}`: counts are sums of twelve months"), None);
    }
    let year = fields::year(row, YEAR, row.text(YEAR), faults);
    let month = fields::month(row, MONTH, faults);
    Some((indicator, year? * 12 + month? - 1))
}

/// The sums that count, and the newest months, which are without a count or marked as incomplete. Older marks are kept:
/// such months have been revised since.
fn reported(sums: BTreeMap<i32, Sum>) -> (Monthly, Vec<i32>) {
    let counts = |sum: &Sum| sum.value.is_some() && !sum.incomplete;
    let last = sums.iter().rev().find(|(_, sum)| counts(sum)).map(|(month, _)| *month);
    let left_out = sums.keys().copied().filter(|month| last.is_none_or(|last| *month > last)).collect();
    let kept = sums.into_iter().filter(|(month, _)| last.is_some_and(|last| *month <= last));
    (kept.filter_map(|(month, sum)| Some((month, sum.value?))).collect(), left_out)
}

/// The three monthly series, over the months that both counts reach.
fn months(all: &Monthly, synthetic: &Monthly, record: &Record) -> Result<Vec<Derived>, Problem> {
    let keys = ["all_drug_deaths_month", "t404_deaths_month", "other_drug_deaths_month"];
    let (Some(old_all), Some(old_synthetic)) = (record.get(keys[0]), record.get(keys[1])) else {
        return Ok(Vec::new());
    };
    let end = all.keys().next_back().min(synthetic.keys().next_back()).copied().unwrap_or(i32::MIN);
    let until = |sums: &Monthly| sums.range(..=end).map(|(month, value)| (*month, *value)).collect::<Monthly>();
    let all = apart(ALL, &until(all), &record_months(old_all))?;
    let synthetic = apart(SYNTHETIC, &until(synthetic), &record_months(old_synthetic))?;
    let other: Monthly =
        all.iter().filter_map(|(month, value)| Some((*month, value - synthetic.get(month)?))).collect();
    let unit = "deaths/month";
    let mut made =
        vec![monthly(keys[0], unit, HOW_ALL, &all, DIGITS), monthly(keys[1], unit, HOW_ALL, &synthetic, DIGITS)];
    if record.contains_key(keys[2]) {
        made.push(monthly(keys[2], unit, HOW_OTHER, &other, DIGITS));
    }
    Ok(made)
}

/// Months by number.
fn record_months(series: &crate::data::Series) -> Monthly {
    series.data.iter().map(|datum| (datum.period.first_month(), datum.value)).collect()
}

/// Takes sums of twelve months apart. The start is the first sum whose twelve months the record holds; if that sum was
/// revised by more than rounding, these months are scaled to it.
fn apart(what: &str, sums: &Monthly, record: &Monthly) -> Result<Monthly, Problem> {
    contiguous(NAME, what, sums)?;
    let twelve =
        |end: i32| (end - 11..=end).map(|month| Some((month, *record.get(&month)?))).collect::<Option<Monthly>>();
    let Some((start, anchor)) = sums.keys().find_map(|end| Some((*end, twelve(*end)?))) else {
        let message =
            format!("{what}: no sum of the file covers twelve months of the record, from which months are taken apart");
        return Err(Problem::new(NAME, message).help("give a file that begins within the record"));
    };
    let held: f64 = anchor.values().sum();
    let revised = (held - sums[&start]).abs() > ROUNDING;
    let scale = if revised && held > 0.0 { sums[&start] / held } else { 1.0 };
    let mut months: Monthly = anchor.iter().map(|(month, value)| (*month, value * scale)).collect();
    let mut before = sums[&start];
    for (month, sum) in sums.range(start + 1..) {
        let value = sum - before + months[&(month - 12)];
        if value < 0.0 {
            let message = format!(
                "{what}: the sum that ends in {} is {sum} after {before}: it falls by more than a month holds",
                shown(*month)
            );
            return Err(Problem::new(NAME, message).help("expected sums of twelve months; look for a mistaken digit"));
        }
        months.insert(*month, value);
        before = *sum;
    }
    // Rounded last, so that nothing adds up over the years.
    Ok(months.into_iter().map(|(month, value)| (month, rounded(value, DIGITS))).collect())
}
