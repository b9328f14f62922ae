//! What a run says about a datum: monthly values of the model brought to the datum's period.

use counterflow_model::Summary;

use crate::period::{CalendarPeriod, days_in_month};

/// One value of a data series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Datum {
    /// The period it describes.
    pub period: CalendarPeriod,
    /// The value, in the series' unit.
    pub value: f64,
    /// Its own standard deviation, in the series' unit, where the source gives one.
    pub sd: Option<f64>,
}

/// The model's value for a period, or `None` where the run does not cover it.
///
/// `series[i]` is the mean of the model's variable over month `grid_start_month + i`; months are counted from January
/// of year 0 (`year * 12 + month - 1`). A total is in units of the variable times years. Months are weighted by their
/// days, so that the totals of twelve months add up to that of the year.
pub fn expected(series: &[f64], grid_start_month: i32, period: CalendarPeriod, summary: Summary) -> Option<f64> {
    let from = usize::try_from(period.first_month().checked_sub(grid_start_month)?).ok()?;
    let to = from + period.months() as usize;
    let months = series.get(from..to)?;
    let total = || -> f64 {
        let weigh = |(i, rate): (usize, &f64)| rate * f64::from(days_in_month(period.first_month() + i as i32));
        months.iter().enumerate().map(weigh).sum()
    };
    match summary {
        Summary::Total => Some(total() / 365.25),
        Summary::Mean => Some(total() / f64::from(period.days())),
        Summary::End => Some(boundary(series, to)),
    }
}

/// [`expected`] as a weighted sum: the months of the series that count, with their weights.
pub fn weights(
    length: usize,
    grid_start_month: i32,
    period: CalendarPeriod,
    summary: Summary,
) -> Option<Vec<(usize, f64)>> {
    let from = usize::try_from(period.first_month().checked_sub(grid_start_month)?).ok()?;
    let to = from + period.months() as usize;
    let days = |month: usize| f64::from(days_in_month(grid_start_month + month as i32));
    let by_days = |total: f64| (from..to).map(|month| (month, days(month) / total)).collect();
    if to > length {
        return None;
    }
    Some(match summary {
        Summary::Total => by_days(365.25),
        Summary::Mean => by_days(f64::from(period.days())),
        Summary::End if to < length => vec![(to - 1, 0.5), (to, 0.5)],
        Summary::End if to > 1 => vec![(to - 2, -0.5), (to - 1, 1.5)],
        Summary::End => vec![(to - 1, 1.0)],
    })
}

/// The value between months `to - 1` and `to`: half-way between their means; where the run ends there, its last trend
/// goes on for half a month.
fn boundary(series: &[f64], to: usize) -> f64 {
    let last = series[to - 1];
    match (series.get(to), to.checked_sub(2).map(|before| series[before])) {
        (Some(next), _) => 0.5 * (last + next),
        (None, Some(before)) => last + 0.5 * (last - before),
        (None, None) => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i32 = 2015 * 12;

    fn value(series: &[f64], period: &str, summary: Summary) -> Option<f64> {
        expected(series, START, period.parse().unwrap(), summary)
    }

    #[test]
    fn a_constant_rate_counts_days() {
        let series = [365.25; 36];
        assert_eq!(value(&series, "2015-02", Summary::Total), Some(28.0));
        assert_eq!(value(&series, "2016-02", Summary::Total), Some(29.0));
        assert_eq!(value(&series, "2016", Summary::Total), Some(366.0));
        assert_eq!(value(&series, "FY2016", Summary::Total), Some(366.0));
        assert_eq!(value(&series, "FY2016", Summary::Mean), Some(365.25));
    }

    #[test]
    fn months_add_up_to_the_year() {
        let series: Vec<f64> = (0..24).map(|i| f64::from(i * i)).collect();
        let months: f64 = (1..=12).map(|m| value(&series, &format!("2016-{m:02}"), Summary::Total).unwrap()).sum();
        assert!((months - value(&series, "2016", Summary::Total).unwrap()).abs() < 1e-10);
    }

    #[test]
    fn ends_lie_between_months() {
        let line: Vec<f64> = (0..24).map(|i| f64::from(i) + 0.5).collect();
        assert_eq!(value(&line, "2015-01", Summary::End), Some(1.0));
        assert_eq!(value(&line, "2015", Summary::End), Some(12.0));
        assert_eq!(value(&line, "2016", Summary::End), Some(24.0));
    }

    #[test]
    fn weights_give_the_same() {
        let series: Vec<f64> = (0..24).map(|i| f64::from(i * i + 3)).collect();
        for summary in [Summary::Total, Summary::Mean, Summary::End] {
            for period in ["2015-01", "2016-02", "2016-12", "2015", "2016", "FY2016", "2017"] {
                let weights = weights(24, START, period.parse().unwrap(), summary);
                let sum = weights.map(|w| w.iter().map(|(month, weight)| series[*month] * weight).sum::<f64>());
                match (sum, value(&series, period, summary)) {
                    (Some(sum), Some(value)) => assert!((sum - value).abs() < 1e-9 * value, "{period}"),
                    (sum, value) => assert_eq!(sum, value, "{period}"),
                }
            }
        }
    }

    #[test]
    fn outside_the_run_there_is_nothing() {
        let series = [1.0; 24];
        for period in ["2014-12", "2017-01", "FY2015", "FY2017", "2014"] {
            assert_eq!(value(&series, period, Summary::Mean), None, "{period}");
        }
    }
}
