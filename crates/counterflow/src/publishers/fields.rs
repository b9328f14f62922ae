//! Fields of publishers' tables: numbers, years, names of months.

use super::faults::Faults;
use super::table::Row;

/// English names of the months.
pub const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// First and last year that a table may speak of: what lies outside is a slip.
const YEARS: (i32, i32) = (1990, 2100);

/// A number that is not negative, or none where the field is empty. Thousands may be set off by commas.
pub fn number(row: Row<'_>, column: usize, faults: &mut Faults) -> Option<f64> {
    let text = row.text(column);
    if text.is_empty() {
        return None;
    }
    let value = ungrouped(text).and_then(|plain| plain.parse::<f64>().ok());
    let value = value.filter(|value| value.is_finite() && *value >= 0.0);
    if value.is_none() {
        faults.unexpected(row.place(column), text, "a number from 0 on, or nothing", None);
    }
    value
}

/// A year.
pub fn year(row: Row<'_>, column: usize, text: &str, faults: &mut Faults) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = text.parse().ok().filter(|year| digits && (YEARS.0..=YEARS.1).contains(year));
    if year.is_none() {
        let expected = format!("a year from {} to {}", YEARS.0, YEARS.1);
        faults.unexpected(row.place(column), row.text(column), &expected, None);
    }
    year
}

/// A month from 1 to 12, by its English name or the first three letters of it.
pub fn month(row: Row<'_>, column: usize, faults: &mut Faults) -> Option<i32> {
    let text = row.text(column);
    let is = |name: &&str| text.eq_ignore_ascii_case(name) || text.eq_ignore_ascii_case(&name[..3]);
    let month = (1..).zip(ENGLISH).find(|(_, name)| is(name)).map(|(month, _)| month);
    if month.is_none() {
        let near = crate::error::nearest(text, ENGLISH);
        faults.unexpected(row.place(column), text, "the name of a month", near);
    }
    month
}

/// The text without the commas between groups of three digits; none if they stand elsewhere.
fn ungrouped(text: &str) -> Option<String> {
    let whole = text.split('.').next().unwrap_or(text);
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    let sound = !grouped || (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    (sound
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
        && !text[whole.len()..].contains(','))
    .then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_between_groups_of_three() {
        for (text, plain) in [("1,234.5", Some("1234.5")), ("12", Some("12")), ("12,34", None), ("1,2345", None)] {
            assert_eq!(ungrouped(text).as_deref(), plain, "{text}");
        }
        for text in ["1e5", "-3", "inf", "nan", "1.2,345", ",123"] {
            assert!(ungrouped(text).is_none(), "{text}");
        }
    }
}
