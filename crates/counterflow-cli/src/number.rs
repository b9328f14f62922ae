//! Numbers as people read them.

use counterflow::answers::Band;

/// Three significant digits, thousands set apart, large numbers in words: `73,900`, `0.0123`, `4.12 billion`.
pub fn short(x: f64) -> String {
    const WORDS: &[(f64, &str)] = &[(1e12, " trillion"), (1e9, " billion"), (1e7, " million")];
    if !x.is_finite() {
        return if x.is_nan() { "not a number".to_owned() } else { format!("{x}") };
    }
    // Rounded first, so that 999.9 million becomes a billion.
    let x: f64 = format!("{x:.2e}").parse().unwrap_or(x);
    for (size, word) in WORDS {
        if x.abs() >= *size {
            let unit = if *size == 1e7 { 1e6 } else { *size };
            return format!("{}{word}", digits(x / unit));
        }
    }
    digits(x)
}

/// The same with its sign, for differences.
pub fn signed(x: f64) -> String {
    let text = short(x);
    if x > 0.0 && text != "0" { format!("+{text}") } else { text }
}

/// Median and 90 % interval.
pub fn band(band: &Band) -> String {
    format!("{} ({} to {})", short(band.median), short(band.lo90), short(band.hi90))
}

/// The same for a difference.
pub fn signed_band(band: &Band) -> String {
    format!("{} ({} to {})", signed(band.median), signed(band.lo90), signed(band.hi90))
}

/// A range of numbers as they were written.
pub fn range(range: Option<(f64, f64)>) -> String {
    range.map_or_else(|| "-".to_owned(), |(low, high)| format!("{} .. {}", plain(low), plain(high)))
}

/// A number as it was written. Thousands are set apart from five digits on, so that years stay years.
pub fn plain(x: f64) -> String {
    let text = format!("{x}");
    match text.chars().filter(char::is_ascii_digit).count() {
        0..=4 => text,
        5..=9 => thousands(&text),
        _ => format!("{x:e}"),
    }
}

/// A chance in natural frequencies. Never none and never all: draws are not certainty.
pub fn chance(p: f64) -> String {
    match (p * 100.0).round() {
        x if x < 1.0 => "fewer than 1 of 100".to_owned(),
        x if x > 99.0 => "more than 99 of 100".to_owned(),
        x => format!("{x:.0} of 100"),
    }
}

/// Three significant digits without exponent; very small numbers with one.
fn digits(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let magnitude: i32 = format!("{x:e}").split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    if magnitude < -4 {
        return format!("{x:.2e}");
    }
    thousands(&format!("{x:.places$}", places = usize::try_from(2 - magnitude).unwrap_or(0)))
}

fn thousands(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    if !whole.chars().all(|c| c.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_for_people() {
        let shown = [73_903.0, -1234.5, 0.012_345, 0.0, 4.1234e9, 999.96e6, 12.0, 1.234e7, 3e-9, 999_999.0].map(short);
        let expected = [
            "73,900",
            "-1,230",
            "0.0123",
            "0",
            "4.12 billion",
            "1.00 billion",
            "12.0",
            "12.3 million",
            "3.00e-9",
            "1,000,000",
        ];
        assert_eq!(shown, expected);
        assert_eq!([signed(12.0), signed(-12.0), signed(0.0)], ["+12.0", "-12.0", "0"]);
        assert_eq!([f64::NAN, f64::INFINITY].map(short), ["not a number", "inf"]);
    }

    #[test]
    fn ranges_and_chances() {
        assert_eq!(range(Some((0.5, 200_000.0))), "0.5 .. 200,000");
        assert_eq!([2026.0, 73_903.0, 2.2e9, 0.0].map(plain), ["2026", "73,903", "2.2e9", "0"]);
        assert_eq!(
            [0.0, 0.5, 0.931, 1.0].map(chance),
            ["fewer than 1 of 100", "50 of 100", "93 of 100", "more than 99 of 100"]
        );
    }
}
