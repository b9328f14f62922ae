//! Months to one number: the years that count, today, and the years of a path.

use std::ops::Range;

use counterflow_model::{Horizon, Summary};

use crate::trunk::Record;

/// Spans of save intervals, counted from the start of the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Windows {
    /// What is counted.
    pub counted: Range<usize>,
    /// The year before the end of the data.
    pub today: Range<usize>,
    /// Start and intervals of each whole calendar year.
    pub shown: Vec<(f64, Range<usize>)>,
    start: f64,
    per_year: f64,
}

impl Windows {
    /// Spans within a horizon; each holds an interval at least.
    pub fn new(horizon: Horizon, years: (f64, f64), data_through: f64) -> Windows {
        let per_year = horizon.saves_per_time();
        let intervals = horizon.intervals() as usize;
        // A cast cuts negative times off at 0 and leaves half an interval for rounding.
        let index = |time: f64| (((time - horizon.start) * per_year + 0.5) as usize).min(intervals);
        let span = |from: f64, to: f64| {
            let first = index(from).min(intervals.saturating_sub(1));
            first..index(to).max(first + 1)
        };
        let through = data_through.clamp(horizon.start, horizon.stop);
        let first_shown = libm::ceil(horizon.start);
        let shown_count = libm::floor(horizon.stop - first_shown).max(0.0) as usize;
        let year = |k: usize| (first_shown + k as f64, span(first_shown + k as f64, first_shown + (k + 1) as f64));
        Windows {
            counted: span(years.0, years.1),
            today: span(through - 1.0, through),
            shown: (0..shown_count).map(year).collect(),
            start: horizon.start,
            per_year,
        }
    }

    /// First time counted and end of what is counted, in years, horizon and save times considered.
    pub fn years(&self) -> (f64, f64) {
        (self.time(self.counted.start), self.time(self.counted.end))
    }

    /// End of the last span: nothing after it is asked for.
    pub(crate) fn until(&self) -> f64 {
        let shown = self.shown.last().map_or(0, |(_, span)| span.end);
        self.time(shown.max(self.counted.end).max(self.today.end))
    }

    /// When a save interval begins, in years.
    pub(crate) fn time(&self, interval: usize) -> f64 {
        self.start + interval as f64 / self.per_year
    }

    /// The save interval that begins at a time, or the first after it.
    pub(crate) fn interval(&self, time: f64) -> usize {
        // Half a thousandth of an interval is rounding.
        libm::ceil((time - self.start) * self.per_year - 5e-4).max(0.0) as usize
    }

    /// Length of a save interval, in years.
    pub(crate) fn length(&self) -> f64 {
        1.0 / self.per_year
    }

    /// Every member's value over the years that count. A total is the mean rate times their number.
    pub(crate) fn level(&self, record: &Record<'_>, outcome: usize, summary: Summary) -> Vec<f64> {
        self.summarise(record, outcome, summary, &self.counted)
    }

    /// The same from today: a total is that of as many years of today's rate.
    pub(crate) fn today(&self, record: &Record<'_>, outcome: usize, summary: Summary) -> Vec<f64> {
        self.summarise(record, outcome, summary, &self.today)
    }

    fn summarise(&self, record: &Record<'_>, outcome: usize, summary: Summary, span: &Range<usize>) -> Vec<f64> {
        match summary {
            Summary::End => record.at(outcome, span.end - 1).to_vec(),
            Summary::Mean => mean(record, outcome, span),
            Summary::Total => {
                let years = self.counted.len() as f64 / self.per_year;
                mean(record, outcome, span).iter().map(|rate| rate * years).collect()
            }
        }
    }
}

/// Every member's mean over a span of intervals.
pub(crate) fn mean(record: &Record<'_>, outcome: usize, span: &Range<usize>) -> Vec<f64> {
    let mut sums = vec![0.0; record.members()];
    for interval in span.clone() {
        for (sum, value) in sums.iter_mut().zip(record.at(outcome, interval)) {
            *sum += value;
        }
    }
    let count = span.len() as f64;
    sums.iter().map(|sum| sum / count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterflow_model::Method;

    fn horizon() -> Horizon {
        Horizon::yearly(1999.0, 2041.0, 48, 12, Method::Euler)
    }

    #[test]
    fn spans_of_the_calendar() {
        let windows = Windows::new(horizon(), (2026.0, 2036.0), 2025.5);
        assert_eq!((windows.counted.clone(), windows.today.clone()), (324..444, 306..318));
        assert_eq!(windows.years(), (2026.0, 2036.0));
        assert_eq!((windows.shown.len(), windows.shown[0].clone()), (42, (1999.0, 0..12)));
        assert_eq!(windows.shown[41], (2040.0, 492..504));
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let windows = Windows::new(horizon(), (f64::MIN, f64::MAX), f64::MAX);
        assert_eq!((windows.counted.clone(), windows.today.clone()), (0..504, 492..504));
        let windows = Windows::new(horizon(), (2050.0, 2040.0), 1990.0);
        assert_eq!((windows.counted.clone(), windows.today.clone()), (503..504, 0..1));
    }
}
