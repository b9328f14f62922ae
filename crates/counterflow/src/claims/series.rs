//! Figures of the data series: a value, an extreme, a change, a sum, a part.

use std::collections::BTreeMap;

use counterflow_lang::Code;

use super::finding::Wrong;
use crate::data::Series;
use crate::names::clipped;
use crate::report::words;

/// Periods and values that a figure is taken from, with words for a period and for a value.
struct Values {
    key: String,
    rows: Vec<(String, f64)>,
    yearly_sums: bool,
    share: bool,
}

/// The text of a figure of the series `key`. `what` is the rest of the placeholder.
///
/// # Errors
/// If there is no such series, or it has no such figure.
pub fn figure(all: &BTreeMap<String, Series>, key: &str, what: &[&str]) -> Result<String, Wrong> {
    let series = find(all, key)?;
    match what {
        ["sum12", rest @ ..] => Values::sums(series)?.figure(rest),
        ["part_with", other, from, to] => {
            let (own, other) = (Values::of(series).sum(from, to)?, Values::of(find(all, other)?).sum(from, to)?);
            Ok(format!("{} ({from} to {to})", percent(own / (own + other))))
        }
        _ => Values::of(series).figure(what),
    }
}

fn find<'s>(all: &'s BTreeMap<String, Series>, key: &str) -> Result<&'s Series, Wrong> {
    let keys = all.keys().map(String::as_str);
    all.get(key).ok_or_else(|| Wrong::unknown(Code::E2006, "data series", key, keys))
}

impl Values {
    fn of(series: &Series) -> Values {
        let rows = series.data.iter().map(|datum| (datum.period.to_string(), datum.value)).collect();
        Values { key: series.key.clone(), rows, yearly_sums: false, share: series.about.unit == "share" }
    }

    /// Sums over each twelve months on end, by their last month.
    fn sums(series: &Series) -> Result<Values, Wrong> {
        let months = |window: &&[counterflow_calibrate::predict::Datum]| {
            let (first, last) = (window[0].period, window[11].period);
            first.months() == 1 && last.months() == 1 && last.first_month() - first.first_month() == 11
        };
        let whole = series.data.windows(12).filter(months);
        let row = |window: &[counterflow_calibrate::predict::Datum]| {
            (window[11].period.to_string(), window.iter().map(|datum| datum.value).sum())
        };
        let rows: Vec<(String, f64)> = whole.map(row).collect();
        if rows.is_empty() {
            let message = format!("`{}` has no twelve months on end; `sum12` needs a monthly series", series.key);
            return Err(Wrong::new(Code::E8004, message));
        }
        Ok(Values { key: series.key.clone(), rows, yearly_sums: true, share: false })
    }

    fn figure(&self, what: &[&str]) -> Result<String, Wrong> {
        let empty = || Wrong::new(Code::E8004, format!("`{}` has no values", self.key));
        let by = |a: &&(String, f64), b: &&(String, f64)| a.1.total_cmp(&b.1);
        match *what {
            ["first"] => Ok(self.dated(self.rows.first().ok_or_else(empty)?)),
            ["last"] => Ok(self.dated(self.rows.last().ok_or_else(empty)?)),
            ["max"] => Ok(self.dated(self.rows.iter().max_by(by).ok_or_else(empty)?)),
            ["min"] => Ok(self.dated(self.rows.iter().min_by(by).ok_or_else(empty)?)),
            ["change", from, to] => {
                let (from, to) = (self.row(from)?, self.row(to)?);
                let change = percent(to.1 / from.1 - 1.0);
                let sign = if to.1 > from.1 { "+" } else { "" };
                Ok(format!("{sign}{change}, from {} to {}", self.dated(from), self.dated(to)))
            }
            ["sum", from, to] => Ok(format!("{} ({from} to {to})", self.value(self.sum(from, to)?))),
            ["above", limit] => self.above(limit),
            [period] => Ok(self.dated(self.row(period)?)),
            _ => {
                let expected = "a period, first, last, max, min, change FROM TO, sum FROM TO, above NUMBER or \
                                part_with SERIES FROM TO; sum12 may stand first";
                Err(Wrong::new(Code::E8003, format!("found `{}`; expected {expected}", clipped(&what.join(" ")))))
            }
        }
    }

    fn row(&self, period: &str) -> Result<&(String, f64), Wrong> {
        self.rows.iter().find(|(known, _)| known == period).ok_or_else(|| {
            let span = match (self.rows.first(), self.rows.last()) {
                (Some((first, _)), Some((last, _))) => format!("periods from {first} to {last}"),
                _ => "a series with values".to_owned(),
            };
            Wrong::new(Code::E8004, format!("`{}` has no `{}`; expected {span}", self.key, clipped(period)))
        })
    }

    /// The sum over all periods from one to another.
    fn sum(&self, from: &str, to: &str) -> Result<f64, Wrong> {
        let position = |period: &str| {
            let row = self.row(period)?;
            Ok(self.rows.iter().position(|known| known.0 == row.0).unwrap_or(0))
        };
        let (first, last) = (position(from)?, position(to)?);
        if first > last {
            return Err(Wrong::new(
                Code::E8004,
                format!("found {from} before {to}; expected the earlier period first"),
            ));
        }
        Ok(self.rows[first..=last].iter().map(|(_, value)| value).sum())
    }

    /// How often, and from when to when, the values lie above a number.
    fn above(&self, limit: &str) -> Result<String, Wrong> {
        let number = limit.parse::<f64>().ok().filter(|number| number.is_finite());
        let found = || Wrong::new(Code::E8003, format!("above: found `{}`; expected a number", clipped(limit)));
        let number = number.ok_or_else(found)?;
        let over: Vec<&(String, f64)> = self.rows.iter().filter(|(_, value)| *value > number).collect();
        let (limit, all) = (self.value(number), self.rows.len());
        Ok(match over[..] {
            [] => format!("never above {limit}"),
            [first, .., last] => {
                let (count, prefix) = (over.len(), self.prefix());
                let spans = if self.yearly_sums { "spans of 12 months" } else { "periods" };
                format!("above {limit} in {count} of {all} {spans}, first {prefix}{}, last {prefix}{}", first.0, last.0)
            }
            [only] => format!("above {limit} once, in {}{}", self.prefix(), only.0),
        })
    }

    fn prefix(&self) -> &'static str {
        if self.yearly_sums { "12 months to " } else { "" }
    }

    fn dated(&self, (period, value): &(String, f64)) -> String {
        format!("{} ({}{period})", self.value(*value), self.prefix())
    }

    fn value(&self, value: f64) -> String {
        match value {
            share if self.share => percent(share),
            large if large.abs() >= 100.0 => words::exact(large.round()),
            small => words::digits(small, 3),
        }
    }
}

/// A share in percent; two digits of small ones.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let shown = if percent.abs() >= 10.0 { words::exact(percent.round()) } else { words::digits(percent, 2) };
    format!("{shown} %")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    fn of(text: &str) -> Result<String, String> {
        let project = Project::bundled().unwrap();
        let words: Vec<&str> = text.split_whitespace().collect();
        figure(&project.series, words[0], &words[1..]).map_err(|wrong| format!("{}: {}", wrong.code, wrong.message))
    }

    /// Against the rows of the CSV files and sums made by hand.
    #[test]
    fn figures_of_series() {
        let cases = [
            ("t404_deaths_year 2014", "5,544 (2014)"),
            ("all_drug_deaths_month sum12 max", "111,466 (12 months to 2023-06)"),
            ("t404_deaths_month sum12 above 100000", "never above 100,000"),
            ("t404_deaths_year above 5000", "above 5,000 once, in 2014"),
            ("t404_deaths_year above 3000", "above 3,000 in 3 of 16 periods, first 2010, last 2014"),
            ("mexico_homicides_year change 2023 2024", "+4 %, from 32,252 (2023) to 33,550 (2024)"),
            ("powder_purity_month last", "11 (2024-10)"),
            ("stimulant_adulteration_year 2023", "1.8 % (2023)"),
            ("mexico_homicides_month sum 2024-11 2024-12", "4,732 (2024-11 to 2024-12)"),
            (
                "cbp_fentanyl_ports_month part_with cbp_fentanyl_between_ports_month 2025-06 2025-06",
                "67 % (2025-06 to 2025-06)",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(of(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn figures_that_are_not_there() {
        let cases = [
            (
                "t404_deaths_yeer 2014",
                "E2006: no data series is called `t404_deaths_yeer`; did you mean `t404_deaths_year`?",
            ),
            ("t404_deaths_year 2020", "E8004: `t404_deaths_year` has no `2020`; expected periods from 1999 to 2014"),
            ("t404_deaths_year sum12 max", "E8004: `t404_deaths_year` has no twelve months on end"),
            ("t404_deaths_year sum 2014 2013", "E8004: found 2014 before 2013"),
            ("t404_deaths_year above many", "E8003: above: found `many`; expected a number"),
            ("t404_deaths_year change 2014", "E8003: found `change 2014`; expected a period"),
        ];
        for (text, expected) in cases {
            assert!(of(text).unwrap_err().starts_with(expected), "{text}: {:?}", of(text));
        }
    }
}
