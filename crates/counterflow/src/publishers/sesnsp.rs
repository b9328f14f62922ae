//! Victims of crimes in Mexico by state and month (SESNSP): one row for each kind of victim, the months as columns.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::Faults;
use super::table::Table;
use super::{Column, Derived, Monthly, Page, Problem, Publisher, Reading, Record, contiguous, fields, monthly, shown};
use crate::error::nearest;

/// See the module.
pub struct Sesnsp;

const NAME: &str = "SESNSP victims";
// Places in the list of columns.
const YEAR: usize = 0;
const STATE: usize = 1;
const SUBTYPE: usize = 2;
const MODALITY: usize = 3;
const SEX: usize = 4;
const AGE: usize = 5;
const FIRST_MONTH: usize = 6;
const COLUMNS: &[Column] = &[
    Column { names: &["Año"], needed: true },
    Column { names: &["Entidad"], needed: true },
    Column { names: &["Subtipo de delito"], needed: true },
    Column { names: &["Modalidad"], needed: true },
    Column { names: &["Sexo"], needed: true },
    // Tells victims from investigations, of which a table with otherwise the same columns is published.
    Column { names: &["Rango de edad"], needed: true },
    Column { names: &["Enero"], needed: true },
    Column { names: &["Febrero"], needed: true },
    Column { names: &["Marzo"], needed: true },
    Column { names: &["Abril"], needed: true },
    Column { names: &["Mayo"], needed: true },
    Column { names: &["Junio"], needed: true },
    Column { names: &["Julio"], needed: true },
    Column { names: &["Agosto"], needed: true },
    Column { names: &["Septiembre"], needed: true },
    Column { names: &["Octubre"], needed: true },
    Column { names: &["Noviembre"], needed: true },
    Column { names: &["Diciembre"], needed: true },
];

const HOMICIDE: &str = "Homicidio doloso";
const STATES: usize = 32;
const HOW: &str = "Sum of the 32 states by month of the victims of \"Homicidio doloso\", all ways, sexes and ages. Months without a victim in any state are not yet reported.";

impl Publisher for Sesnsp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn pages(&self) -> &'static [Page] {
        &[Page::File("IDVFC_NM.csv")]
    }

    fn read(&self, table: &Table, faults: &mut Faults) -> Reading {
        let mut victims: BTreeMap<i32, BTreeMap<&str, f64>> = BTreeMap::new();
        let mut states: BTreeMap<i32, BTreeSet<&str>> = BTreeMap::new();
        let mut seen = BTreeMap::new();
        for row in table.rows() {
            let crime = row.text(SUBTYPE);
            if crime != HOMICIDE {
                // The other homicide, `Homicidio culposo`, is as far away as a slip; only near words are told.
                if crime.to_lowercase() == HOMICIDE.to_lowercase() {
                    faults.unexpected(row.place(SUBTYPE), crime, "a kind of crime", nearest(crime, [HOMICIDE]));
                }
                continue;
            }
            let Some(year) = fields::year(row, YEAR, row.text(YEAR), faults) else { continue };
            let key = [YEAR, STATE, MODALITY, SEX, AGE].map(|column| row.text(column));
            if let Some(first) = seen.insert(key, row.place(YEAR).line) {
                let what = key.join(", ");
                faults.say(row.place(YEAR), format!("found {what} again; line {first} has it"), None);
            }
            states.entry(year).or_default().insert(row.text(STATE));
            for month in 0..12 {
                if let Some(count) = fields::number(row, FIRST_MONTH + month, faults) {
                    *victims.entry(year * 12 + month as i32).or_default().entry(row.text(STATE)).or_default() += count;
                }
            }
        }
        if states.is_empty() {
            faults.whole(format!("found no row of `{HOMICIDE}`; expected some"));
        }
        for (year, found) in states.iter().filter(|(_, found)| found.len() != STATES) {
            faults.whole(format!("found {} states with `{HOMICIDE}` in {year}; expected {STATES}", found.len()));
        }
        Reading {
            quantities: BTreeMap::from([(HOMICIDE.to_owned(), reported(&victims, faults))]),
            left_out: Vec::new(),
        }
    }

    fn derive(&self, quantities: &BTreeMap<String, Monthly>, record: &Record) -> Result<Vec<Derived>, Problem> {
        let key = "mexico_homicides_month";
        let Some(months) = quantities.get(HOMICIDE).filter(|_| record.contains_key(key)) else { return Ok(Vec::new()) };
        contiguous(NAME, HOMICIDE, months)?;
        Ok(vec![monthly(key, "deaths/month", HOW, months, 0)])
    }
}

/// Sums over states of the months with victims. A month that some states have and others lack is a fault.
fn reported(victims: &BTreeMap<i32, BTreeMap<&str, f64>>, faults: &mut Faults) -> Monthly {
    let sums = victims.iter().map(|(month, states)| (*month, states.len(), states.values().sum::<f64>()));
    let mut months = Monthly::new();
    for (month, states, sum) in sums.filter(|(_, _, sum)| *sum > 0.0) {
        if states != STATES {
            faults.whole(format!("found {states} states with a count for {}; expected {STATES}", shown(month)));
        }
        months.insert(month, sum);
    }
    months
}
