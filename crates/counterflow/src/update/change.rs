//! What an update does to one series: months added, revised and dropped, the new files and the place of the old ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_calibrate::predict::Datum;

use crate::data::{About, Origin, Series, is_fitted};
use crate::error::Problem;
use crate::project::Project;
use crate::publishers::Derived;
use crate::vintages;

/// A month that falls below this share of what it was looks like a file that was cut off.
const FALL: f64 = 0.5;

/// One series that changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// Key of the series.
    pub key: String,
    /// Unit of its values.
    pub unit: String,
    /// Whether the posterior rests on it.
    pub fitted: bool,
    /// Periods that the record did not have.
    pub added: Vec<(CalendarPeriod, f64)>,
    /// Periods with the old and the new value.
    pub revised: Vec<(CalendarPeriod, f64, f64)>,
    /// Periods that the files do not have, though they reach beyond their start.
    pub dropped: Vec<(CalendarPeriod, f64)>,
    /// Where the old vintage goes, without its ending, relative to the model's folder.
    pub vintage: String,
    old: (String, String),
    new: (String, String),
}

impl Change {
    /// Compares; none if every period has the value that it had.
    pub(super) fn of(
        project: &Project,
        derived: &Derived,
        origins: &[Origin],
        day: &str,
    ) -> Result<Option<Change>, Problem> {
        let series = &project.series[derived.key];
        let path = format!("data/{}.csv", derived.key);
        if series.about.unit != derived.unit {
            let message = format!("found unit `{}`; the publisher's file gives `{}`", series.about.unit, derived.unit);
            return Err(Problem::new(format!("data/{}.toml", derived.key), message));
        }
        let first = derived.values.first().map_or(i32::MAX, |(period, _)| period.first_month());
        let fresh: BTreeMap<i32, f64> = derived.values.iter().map(|(p, value)| (p.first_month(), *value)).collect();
        let (kept, replaced): (Vec<&Datum>, Vec<&Datum>) =
            series.data.iter().partition(|datum| datum.period.first_month() < first);
        let held: BTreeMap<i32, f64> = replaced.iter().map(|d| (d.period.first_month(), d.value)).collect();
        let (mut revised, mut dropped) = (Vec::new(), Vec::new());
        for datum in replaced {
            match fresh.get(&datum.period.first_month()) {
                None => dropped.push((datum.period, datum.value)),
                Some(new) if *new != datum.value => revised.push((datum.period, datum.value, *new)),
                Some(_) => {}
            }
        }
        let added: Vec<_> =
            derived.values.iter().filter(|(period, _)| !held.contains_key(&period.first_month())).copied().collect();
        if added.is_empty() && revised.is_empty() && dropped.is_empty() {
            return Ok(None);
        }
        let about_path = format!("data/{}.toml", derived.key);
        let old = [&path, &about_path].map(|path| project.files.get(path).unwrap_or_default().to_owned());
        let [csv, about] = old;
        let rows: Vec<(CalendarPeriod, f64)> =
            kept.iter().map(|d| (d.period, d.value)).chain(derived.values.iter().copied()).collect();
        Ok(Some(Change {
            key: derived.key.to_owned(),
            unit: derived.unit.to_owned(),
            fitted: is_fitted(&series.about),
            added,
            revised,
            dropped,
            vintage: vintages::free_place(&project.files, series, &csv),
            new: (table(&rows), about_text(series, &rows, derived, origins, day)?),
            old: (csv, vintages::replaced(&about, series, day)?),
        }))
    }

    /// The problem of a change after which the record would hold less.
    pub fn shrinks(&self) -> Option<Problem> {
        let path = format!("data/{}.csv", self.key);
        let help = "a file that is cut off or old does this; `--force` takes it all the same";
        if let (Some((first, _)), Some((last, _))) = (self.dropped.first(), self.dropped.last()) {
            let count = self.dropped.len();
            let message =
                format!("the files lack {count} periods that the record has, {first} to {last}; expected all");
            return Some(Problem::new(path, message).help(help));
        }
        let (period, old, new) = self.revised.iter().find(|(_, old, new)| *new < FALL * old)?;
        let message = format!("found {new} for {period} where the record has {old}; expected at least half of it");
        Some(Problem::new(path, message).help(help))
    }

    /// Paths and texts to write, the old vintage first.
    pub(super) fn files(&self) -> [(String, &str); 4] {
        [
            (format!("{}.csv", self.vintage), self.old.0.as_str()),
            (format!("{}.toml", self.vintage), self.old.1.as_str()),
            (format!("data/{}.toml", self.key), self.new.1.as_str()),
            (format!("data/{}.csv", self.key), self.new.0.as_str()),
        ]
    }
}

fn table(rows: &[(CalendarPeriod, f64)]) -> String {
    let mut text = "period,value\n".to_owned();
    for (period, value) in rows {
        // Writing to a string can not fail.
        let _ = writeln!(text, "{period},{value}");
    }
    text
}

/// The page of metadata that goes with the new rows.
fn about_text(
    series: &Series,
    rows: &[(CalendarPeriod, f64)],
    derived: &Derived,
    origins: &[Origin],
    day: &str,
) -> Result<String, Problem> {
    let span = match (rows.first(), rows.last()) {
        (Some((first, _)), Some((last, _))) => format!("{first} to {last}"),
        _ => String::new(),
    };
    let before = rows.first().zip(derived.values.first()).filter(|((first, _), (fresh, _))| first != fresh);
    let kept = before.map_or_else(String::new, |(_, (fresh, _))| {
        format!(" Periods before {fresh} are those of the vintage before ({}).", series.about.vintage)
    });
    About {
        span,
        vintage: day.to_owned(),
        found_in: "the publisher's own files, as listed under `read`".to_owned(),
        how_made: format!("{}{kept}", derived.how_made),
        read: origins.to_vec(),
        ..series.about.clone()
    }
    .to_toml()
}
