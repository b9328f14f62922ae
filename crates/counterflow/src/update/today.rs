//! The day, for provenance. No result depends on it.

use std::time::{SystemTime, UNIX_EPOCH};

use counterflow_calibrate::period::{CalendarPeriod, days_in_month};

use crate::error::Problem;

/// The day by the clock of this machine, in Universal Time, as `2026-11-23`.
pub fn today() -> String {
    #[expect(clippy::disallowed_methods, reason = "when files were read is provenance; no result depends on it")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    day_after(since.as_secs() / 86_400)
}

/// So many days after the first of January 1970.
fn day_after(days: u64) -> String {
    let (mut days, mut month) = (days as i64, CalendarPeriod::month(1970, 1));
    while days >= i64::from(month.days()) {
        days -= i64::from(month.days());
        month = month.next();
    }
    format!("{month}-{:02}", days + 1)
}

/// Holds that a text is a day, as `2026-11-23`.
///
/// # Errors
/// What was found, if it is not.
pub fn day(text: &str) -> Result<(), Problem> {
    let sound = text.split_at_checked(7).and_then(|(month, day)| {
        let month: CalendarPeriod = month.parse().ok()?;
        let digits = day.strip_prefix('-').filter(|day| day.len() == 2 && day.bytes().all(|b| b.is_ascii_digit()))?;
        let day: i32 = digits.parse().ok()?;
        (1..=days_in_month(month.first_month())).contains(&day).then_some(())
    });
    sound.ok_or_else(|| Problem::new("--date", format!("found `{text}`; expected a day, as 2026-11-23")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day_after(0), "1970-01-01");
        assert_eq!(day_after(11_016), "2000-02-29");
        assert_eq!(day_after(20_780), "2026-11-23");
        assert!(day("2024-02-29").is_ok() && day(&today()).is_ok());
        for wrong in ["2023-02-29", "2023-13-01", "2023-1-01", "yesterday", "", "2023-01-00", "2023-01-1\u{e9}"] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
