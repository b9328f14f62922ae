//! The projection that was written down, as quantiles by target, location and month.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::number::PROBABILITIES;
use crate::error::Problem;
use crate::files::track_record;

/// File of the projection within the track record.
const FILE: &str = "projection-2025-06.csv";

/// Probabilities of the quantiles that a page shows.
pub(super) const LEVELS: [f64; 5] = PROBABILITIES;

/// Quantiles at [`LEVELS`] of whatever has all of them.
#[derive(Debug)]
pub(super) struct Forecasts {
    /// By target, location and last month of what is summed.
    quantiles: BTreeMap<(String, String, String), [Option<f64>; 5]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    target: String,
    location: String,
    date: String,
    level: f64,
    value: f64,
}

impl Forecasts {
    /// Those of the track record in the binary.
    ///
    /// # Errors
    /// If they do not read.
    pub fn bundled() -> Result<Forecasts, Problem> {
        let text = track_record(FILE).ok_or_else(|| Problem::new(FILE, "is not in the program"))?;
        Forecasts::read(FILE, text)
    }

    /// Reads the columns `target,location,date,level,value`; `path` is for messages.
    ///
    /// # Errors
    /// The first row that does not read, with its line.
    fn read(path: &str, text: &str) -> Result<Forecasts, Problem> {
        let mut quantiles: BTreeMap<(String, String, String), [Option<f64>; 5]> = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for (at, row) in reader.deserialize::<Row>().enumerate() {
            let row = row.map_err(|error| Problem::new(path, error.to_string()).at(at + 2, 1))?;
            if let Some(level) = LEVELS.iter().position(|level| *level == row.level) {
                quantiles.entry((row.target, row.location, row.date)).or_default()[level] = Some(row.value);
            }
        }
        Ok(Forecasts { quantiles })
    }

    /// Months, as `2027-12`, and quantiles of a target in a location, in time order.
    pub fn of<'a>(&'a self, target: &'a str, location: &'a str) -> impl Iterator<Item = (String, [f64; 5])> + 'a {
        let own = self.quantiles.iter().filter(move |((t, l, _), _)| t == target && l == location);
        own.filter_map(|((.., date), quantiles)| {
            let whole: Vec<f64> = quantiles.iter().copied().collect::<Option<_>>()?;
            Some((date.clone(), whole.try_into().ok()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_come_together_by_month() {
        let text = "target,location,date,level,value\na,US,2026-01,0.05,1\na,US,2026-01,0.25,2\na,US,2026-01,0.5,3\n\
                    a,US,2026-01,0.75,4\na,US,2026-01,0.95,5\na,US,2026-01,0.99,6\na,US,2026-02,0.5,7\na,OH,2026-01,0.5,8\n";
        let found = Forecasts::read("t.csv", text).expect("it reads");
        let own: Vec<_> = found.of("a", "US").collect();
        assert_eq!(own, [("2026-01".to_owned(), [1.0, 2.0, 3.0, 4.0, 5.0])], "a month without all levels is left out");
        let wrong = Forecasts::read("t.csv", "target,location,date,level,value\na,US,2026-01,many,1\n");
        assert!(wrong.expect_err("it is wrong").to_string().starts_with("t.csv:2:1"));
    }
}
