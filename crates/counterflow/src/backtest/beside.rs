//! The same back-test with and without structure that was learnt later, side by side.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use counterflow_calibrate::score::Forecast;

use super::page::ratio as written_ratio;
use super::table::ratio;
use super::{Measure, Ratio, Row, Structure, Summary, month, summaries};
use crate::error::Problem;

/// Scores of the forecasts that both tests made of one thing.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Of the test without what was learnt later.
    pub dated: Summary,
    /// Of the test with it.
    pub hindsight: Summary,
    /// Score with over score without.
    pub to_dated: Ratio,
}

/// Forecasts of a test whose structure is `structure`, beside those of the other kind in a table that
/// [`super::forecasts_csv`] wrote, at these horizons.
///
/// # Errors
/// If the table can not be read or is none.
pub fn beside(rows: &[Row], structure: Structure, other: &Path, horizons: &[i32]) -> Result<Vec<Beside>, Problem> {
    let name = other.display().to_string();
    let text = std::fs::read_to_string(other).map_err(|error| Problem::new(name.clone(), error.to_string()))?;
    let other = forecasts(&name, &text)?;
    let (dated, hindsight) = if structure == Structure::Dated { (rows, &other[..]) } else { (&other[..], rows) };
    Ok(pairs(dated, hindsight, horizons))
}

type Key<'a> = (i32, &'a str, Measure, i32);

fn key(row: &Row) -> Key<'_> {
    (row.origin, &row.target, row.measure, row.month)
}

fn pairs(dated: &[Row], hindsight: &[Row], horizons: &[i32]) -> Vec<Beside> {
    let common = |rows: &[Row], others: &[Row]| -> Vec<Row> {
        let there: BTreeMap<Key<'_>, ()> = others.iter().map(|row| (key(row), ())).collect();
        rows.iter().filter(|row| there.contains_key(&key(row))).cloned().collect()
    };
    let (dated, hindsight) = (common(dated, hindsight), common(hindsight, dated));
    let of_dated: BTreeMap<Key<'_>, &Forecast> = dated.iter().map(|row| (key(row), &row.model)).collect();
    let pair = |(dated, with): (Summary, Summary)| {
        let same = |row: &&Row| row.target == with.target && row.measure == with.measure && row.ahead == with.ahead;
        let rows: Vec<&Row> = hindsight.iter().filter(same).collect();
        let to_dated = ratio(&rows, &|origin| origin, |row| of_dated.get(&key(row)).copied())?;
        Some(Beside { dated, hindsight: with, to_dated })
    };
    summaries(&dated, horizons).into_iter().zip(summaries(&hindsight, horizons)).filter_map(pair).collect()
}

/// The section of a page; nothing without pairs.
pub fn section(test: &super::BackTest, beside: &[Beside]) -> String {
    if beside.is_empty() {
        return String::new();
    }
    let mut text = "## What hindsight is worth\n\n\
        The same forecasts with the structure that was learnt from the scored years. A ratio below 1 says how much better \
        scores would look had it been kept; it is no record of forecasts. In pairs, the figure without it comes first.\n\n\
        | target | what | months ahead | forecasts | WIS with / without | within 80 % | bias of the median |\n\
        |---|---|---|---|---|---|---|\n"
        .to_owned();
    for Beside { dated, hindsight, to_dated } in beside {
        let title = test.targets.iter().find(|target| target.id == dated.target).map_or("", |target| &target.title);
        let percent = |log: f64| 100.0 * (counterflow_model::elementary::exp(log) - 1.0);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {title} | {} | {} | {} | {} | {:.0}, {:.0} | {:+.0} %, {:+.0} % |",
            if dated.measure == Measure::Period { "one period" } else { "twelve months" },
            dated.ahead,
            dated.model.count,
            written_ratio(Some(*to_dated)),
            100.0 * dated.model.coverage[1],
            100.0 * hindsight.model.coverage[1],
            percent(dated.bias),
            percent(hindsight.bias),
        );
    }
    text.push('\n');
    text
}

/// Origin, target, measure, month and months ahead of a forecast.
type Heads = (i32, String, Measure, i32, i32);

/// Forecasts from a table of them; its rows are in order of their levels.
fn forecasts(name: &str, text: &str) -> Result<Vec<Row>, Problem> {
    let mut quantiles: BTreeMap<Heads, (Vec<f64>, f64)> = BTreeMap::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [origin, target, measure, of, ahead, _, value, truth] = fields[..] else {
            let message = format!("found {} fields; expected 8: a table that `backtest` wrote", fields.len());
            return Err(Problem::new(name, message).at(number + 1, 1));
        };
        let measure = if measure == "period" { Measure::Period } else { Measure::TwelveMonths };
        let number_in = |text: &str| text.parse::<f64>().map_err(|_| format!("found `{text}`; expected a number"));
        let read = || -> Result<_, String> {
            let ahead = number_in(ahead)? as i32;
            Ok(((month(origin)?, target.to_owned(), measure, month(of)?, ahead), number_in(value)?, number_in(truth)?))
        };
        let (key, value, truth) = read().map_err(|message| Problem::new(name, message).at(number + 1, 1))?;
        let entry = quantiles.entry(key).or_insert((Vec::new(), truth));
        entry.0.push(value);
    }
    let row = |((origin, target, measure, month, ahead), (values, truth)): (Heads, (Vec<f64>, f64))| {
        let wrong =
            || Problem::new(name, format!("origin {}: expected 23 quantiles that never fall", super::written(origin)));
        let model = Forecast::from_quantiles(&values).ok_or_else(wrong)?;
        Ok(Row { origin, target, measure, month, ahead, truth, model, persistence: None, trend: None })
    };
    quantiles.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::forecasts_csv;

    fn row(origin: i32, draws: &[f64]) -> Row {
        Row {
            origin,
            target: "deaths".to_owned(),
            measure: Measure::TwelveMonths,
            month: origin + 12,
            ahead: 12,
            truth: 10.0,
            model: Forecast::from_draws(draws).expect("draws"),
            persistence: None,
            trend: None,
        }
    }

    #[test]
    fn a_table_reads_back_and_common_forecasts_are_compared() {
        let (dated, with) = ([row(24240, &[8.0]), row(24252, &[6.0])], [row(24240, &[9.0])]);
        let read = forecasts("backtest.csv", &forecasts_csv(&with)).expect("it reads");
        assert_eq!((read[0].origin, read[0].model.median(), read[0].truth), (24240, 9.0, 10.0));
        let found = pairs(&dated, &read, &[12]);
        assert_eq!((found.len(), found[0].dated.model.count), (1, 1));
        assert!((found[0].to_dated.value - 0.5).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_such_table_is_told_with_its_line() {
        let problem = forecasts("x.csv", "a,b\n1,2\n").expect_err("no table");
        assert!(problem.to_string().contains("x.csv:2") && problem.to_string().contains("expected 8"), "{problem}");
    }
}
