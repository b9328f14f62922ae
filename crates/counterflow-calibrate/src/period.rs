//! Calendar periods of data: months, years and fiscal years, as written in data files.

use std::fmt;
use std::str::FromStr;

use counterflow_model::Period;

/// One period of a data series: which length, and where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarPeriod {
    length: Period,
    first_month: i32,
}

/// Text that is not a period, with the place where it stops making sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodError {
    /// The text.
    pub text: String,
    /// Character, from 1, at which something else was expected.
    pub column: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl CalendarPeriod {
    /// A calendar month, 1 to 12.
    pub fn month(year: i32, month: i32) -> CalendarPeriod {
        CalendarPeriod { length: Period::Month, first_month: year * 12 + month - 1 }
    }

    /// A calendar year.
    pub fn year(year: i32) -> CalendarPeriod {
        CalendarPeriod { length: Period::Year, first_month: year * 12 }
    }

    /// A United States fiscal year: October of the year before to September.
    pub fn fiscal_year(year: i32) -> CalendarPeriod {
        CalendarPeriod { length: Period::FiscalYear, first_month: year * 12 - 3 }
    }

    /// Its kind.
    pub fn length(self) -> Period {
        self.length
    }

    /// First month, counted from January of year 0: `year * 12 + month - 1`.
    pub fn first_month(self) -> i32 {
        self.first_month
    }

    /// Number of months.
    pub fn months(self) -> i32 {
        match self.length {
            Period::Month => 1,
            Period::Year | Period::FiscalYear => 12,
        }
    }

    /// Days by the Gregorian calendar, leap days included.
    pub fn days(self) -> i32 {
        (self.first_month..self.first_month + self.months()).map(days_in_month).sum()
    }

    /// Model time (in years) at which it starts. In model time every month is a twelfth of a year.
    pub fn time_from(self) -> f64 {
        f64::from(self.first_month) / 12.0
    }

    /// Model time (in years) at which it ends.
    pub fn time_to(self) -> f64 {
        f64::from(self.first_month + self.months()) / 12.0
    }

    /// Model time (in years) of its middle.
    pub fn mid_time(self) -> f64 {
        f64::from(2 * self.first_month + self.months()) / 24.0
    }

    /// Whether all of it lies within a window of model time (in years); ends may be half a day off.
    pub fn within(self, window: (f64, f64)) -> bool {
        const HALF_DAY: f64 = 0.5 / 365.25;
        self.time_from() >= window.0 - HALF_DAY && self.time_to() <= window.1 + HALF_DAY
    }

    /// The period of the same kind that follows.
    pub fn next(self) -> CalendarPeriod {
        CalendarPeriod { first_month: self.first_month + self.months(), ..self }
    }
}

/// Days of a month that is counted from January of year 0 of the Gregorian calendar.
pub fn days_in_month(month: i32) -> i32 {
    let year = month.div_euclid(12);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month.rem_euclid(12) {
        1 if leap => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

impl FromStr for CalendarPeriod {
    type Err = PeriodError;

    /// Reads `2015-01` (a month), `2015` (a year) or `FY2019` (a fiscal year).
    fn from_str(text: &str) -> Result<CalendarPeriod, PeriodError> {
        let fail = |column, expected| PeriodError { text: text.to_owned(), column, expected };
        let (fiscal, start) = if text.starts_with("FY") { (true, 2) } else { (false, 0) };
        let year = digits(text, start, 4).map_err(|column| fail(column, "a year of four digits"))?;
        let rest = &text[start + 4..];
        match (fiscal, rest.starts_with('-')) {
            (true, _) if rest.is_empty() => Ok(CalendarPeriod::fiscal_year(year)),
            (true, _) => Err(fail(start + 5, "the end of the fiscal year")),
            (false, _) if rest.is_empty() => Ok(CalendarPeriod::year(year)),
            (false, false) => Err(fail(5, "`-` and a month, or the end")),
            (false, true) => match digits(text, 5, 2).map_err(|column| fail(column, "a month of two digits"))? {
                _ if text.len() > 7 => Err(fail(8, "the end of the month")),
                month @ 1..=12 => Ok(CalendarPeriod::month(year, month)),
                _ => Err(fail(6, "a month from 01 to 12")),
            },
        }
    }
}

/// The number in `count` digits at a byte, or the column (from 1) of what is not a digit.
fn digits(text: &str, start: usize, count: usize) -> Result<i32, usize> {
    (start..start + count).try_fold(0, |number, at| match text.as_bytes().get(at) {
        Some(digit @ b'0'..=b'9') => Ok(number * 10 + i32::from(digit - b'0')),
        _ => Err(at + 1),
    })
}

impl fmt::Display for CalendarPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last_year = (self.first_month + self.months() - 1).div_euclid(12);
        match self.length {
            Period::Month => write!(f, "{last_year:04}-{:02}", self.first_month.rem_euclid(12) + 1),
            Period::Year => write!(f, "{last_year:04}"),
            Period::FiscalYear => write!(f, "FY{last_year:04}"),
        }
    }
}

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "period `{}`, character {}: expected {}", self.text, self.column, self.expected)
    }
}

impl std::error::Error for PeriodError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_writing_agree() {
        for text in ["2015-01", "1999-12", "2015", "FY2019", "0001-01"] {
            assert_eq!(text.parse::<CalendarPeriod>().unwrap().to_string(), text);
        }
        assert_eq!("2015-03".parse(), Ok(CalendarPeriod::month(2015, 3)));
        assert_eq!("FY2019".parse(), Ok(CalendarPeriod::fiscal_year(2019)));
    }

    #[test]
    fn errors_say_where_and_what() {
        let message = |text: &str| text.parse::<CalendarPeriod>().unwrap_err().to_string();
        assert_eq!(message("2015-13"), "period `2015-13`, character 6: expected a month from 01 to 12");
        assert_eq!(message("2015/01"), "period `2015/01`, character 5: expected `-` and a month, or the end");
        assert_eq!(message("FY19"), "period `FY19`, character 5: expected a year of four digits");
        assert_eq!(message("FY2019-01"), "period `FY2019-01`, character 7: expected the end of the fiscal year");
        assert_eq!(message("2015-1"), "period `2015-1`, character 7: expected a month of two digits");
        assert_eq!(message("2015-011"), "period `2015-011`, character 8: expected the end of the month");
        assert_eq!(message("é"), "period `é`, character 1: expected a year of four digits");
        assert_eq!(message(""), "period ``, character 1: expected a year of four digits");
    }

    #[test]
    fn days_follow_the_calendar() {
        assert_eq!(CalendarPeriod::month(2024, 2).days(), 29);
        assert_eq!(CalendarPeriod::month(1900, 2).days(), 28);
        assert_eq!((CalendarPeriod::year(2023).days(), CalendarPeriod::year(2000).days()), (365, 366));
        assert_eq!((CalendarPeriod::fiscal_year(2020).days(), CalendarPeriod::fiscal_year(2021).days()), (366, 365));
    }

    #[test]
    fn times_are_in_equal_months() {
        let fiscal = CalendarPeriod::fiscal_year(2019);
        assert_eq!((fiscal.time_from(), fiscal.mid_time(), fiscal.time_to()), (2018.75, 2019.25, 2019.75));
        assert_eq!(CalendarPeriod::month(2015, 12).next(), CalendarPeriod::month(2016, 1));
        assert!(CalendarPeriod::month(2015, 1).within((2015.0, 2015.0833)));
        assert!(!CalendarPeriod::year(2015).within((2015.0, 2015.9)));
    }
}
