//! Drug seizures by US Customs and Border Protection: the "nationwide drugs" table, by fiscal year and month.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::Faults;
use super::table::Table;
use super::{Column, Derived, Monthly, Page, Problem, Publisher, Reading, Record, contiguous, fields, monthly};
use crate::error::nearest;

/// See the module.
pub struct Cbp;

const NAME: &str = "CBP drug seizures";
// Places in the list of columns.
const YEAR: usize = 0;
const MONTH: usize = 1;
const COMPONENT: usize = 2;
const DRUG: usize = 4;
const POUNDS: usize = 6;
const COLUMNS: &[Column] = &[
    Column { names: &["FY", "Fiscal Year"], needed: true },
    Column { names: &["Month (abbv)"], needed: true },
    Column { names: &["Component"], needed: true },
    Column { names: &["Region"], needed: true },
    Column { names: &["Drug Type"], needed: true },
    Column { names: &["Count of Event"], needed: true },
    Column { names: &["Sum Qty (lbs)"], needed: true },
];

const PORTS: &str = "Office of Field Operations";
const BETWEEN: &str = "U.S. Border Patrol";
/// Its counts overlap those of the others.
const AIR: &str = "Air and Marine Operations";
const DRUG_TYPE: &str = "Fentanyl";
/// Digits behind the point: the publisher's.
const DIGITS: i32 = 4;

const HOW_PORTS: &str = "Sum over regions of the fentanyl rows of component \"Office of Field Operations\", gross pounds by calendar month; fiscal years begin in October. Region-months without a row count as zero.";
const HOW_BETWEEN: &str = "Sum over regions of the fentanyl rows of component \"U.S. Border Patrol\", gross pounds by calendar month; fiscal years begin in October. Region-months without a row count as zero.";

impl Publisher for Cbp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn pages(&self) -> &'static [Page] {
        &[Page::File("nationwide-drugs.csv"), Page::File("nationwide-drugs-earlier.csv")]
    }

    fn read(&self, table: &Table, faults: &mut Faults) -> Reading {
        let (mut covered, mut seen) = (BTreeSet::new(), BTreeMap::new());
        let mut pounds: BTreeMap<&str, Monthly> = BTreeMap::new();
        for row in table.rows() {
            // The year that is not over is written `2025 (FYTD)`.
            let year = row.text(YEAR).split(' ').next().unwrap_or("");
            let (year, month) = (fields::year(row, YEAR, year, faults), fields::month(row, MONTH, faults));
            let (Some(year), Some(month)) = (year, month) else { continue };
            let month = if month >= 10 { (year - 1) * 12 + month - 1 } else { year * 12 + month - 1 };
            covered.insert(month);
            let line = row.place(YEAR).line;
            if let Some(first) = seen.insert(row.fields().iter().collect::<Vec<_>>(), line) {
                faults.say(
                    row.place(YEAR),
                    format!("found the row of line {first} again; expected each row once"),
                    None,
                );
            }
            let component = [PORTS, BETWEEN, AIR].into_iter().find(|known| *known == row.text(COMPONENT));
            if component.is_none() {
                let near = nearest(row.text(COMPONENT), [PORTS, BETWEEN, AIR]);
                faults.unexpected(row.place(COMPONENT), row.text(COMPONENT), "a component of CBP", near);
            }
            let component = component.filter(|name| *name != AIR);
            let (Some(component), true) = (component, row.text(DRUG).eq_ignore_ascii_case(DRUG_TYPE)) else { continue };
            match fields::number(row, POUNDS, faults) {
                Some(value) => *pounds.entry(component).or_default().entry(month).or_default() += value,
                None if row.text(POUNDS).is_empty() => {
                    faults.unexpected(row.place(POUNDS), "", "the pounds seized: every row has them", None);
                }
                None => {}
            }
        }
        if pounds.is_empty() {
            faults.whole(format!("found no row of drug type `{DRUG_TYPE}`; expected some"));
        }
        let mut reading = Reading::default();
        for component in [PORTS, BETWEEN] {
            let found = pounds.remove(component).unwrap_or_default();
            let months = covered.iter().map(|month| (*month, found.get(month).copied().unwrap_or(0.0))).collect();
            reading.quantities.insert(component.to_owned(), months);
        }
        reading
    }

    fn derive(&self, quantities: &BTreeMap<String, Monthly>, record: &Record) -> Result<Vec<Derived>, Problem> {
        let mut made = Vec::new();
        let series = [
            ("cbp_fentanyl_ports_month", PORTS, HOW_PORTS),
            ("cbp_fentanyl_between_ports_month", BETWEEN, HOW_BETWEEN),
        ];
        for (key, component, how) in series.into_iter().filter(|(key, ..)| record.contains_key(*key)) {
            let Some(months) = quantities.get(component).filter(|months| !months.is_empty()) else { continue };
            contiguous(NAME, component, months)?;
            made.push(monthly(key, "lb/month", how, months, DIGITS));
        }
        Ok(made)
    }
}
