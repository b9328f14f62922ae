//! Numbers and lists as people read them: two significant digits, natural frequencies, a true minus sign.

use counterflow_explore::comparison::{Band, Basis};
use counterflow_model::Prior;

/// A number rounded to some significant digits.
pub fn significant(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits.saturating_sub(1)).parse().unwrap_or(x)
}

/// A number with two significant digits: `84,000`, `5.2 million`, `0.47`, `1.1 × 10⁻⁷`.
pub fn number(x: f64) -> String {
    digits(x, 2)
}

/// A number with some significant digits. What is not a number is called unknown.
pub fn digits(x: f64, count: usize) -> String {
    if !x.is_finite() {
        return "unknown".to_owned();
    }
    let x = significant(x, count);
    let sign = if x < 0.0 { "−" } else { "" };
    let size = x.abs();
    let scaled = |by: f64, word: &str| format!("{sign}{} {word}", plain(significant(size / by, count)));
    match size {
        0.0 => "0".to_owned(),
        s if s >= 1e12 => scaled(1e12, "trillion"),
        s if s >= 1e9 => scaled(1e9, "billion"),
        s if s >= 1e6 => scaled(1e6, "million"),
        s if s < 1e-4 => format!("{sign}{}", power_of_ten(s, count)),
        s => format!("{sign}{}", plain(s)),
    }
}

/// A number as written in data: grouped by thousands, no rounding beyond what the data hold.
pub fn exact(x: f64) -> String {
    let sign = if x < 0.0 { "−" } else { "" };
    if x.is_finite() { format!("{sign}{}", plain(x.abs())) } else { "unknown".to_owned() }
}

/// Groups the digits before the point by thousands.
fn plain(size: f64) -> String {
    let text = format!("{size}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match rest {
        Some(rest) => format!("{grouped}.{rest}"),
        None => grouped,
    }
}

fn power_of_ten(size: f64, count: usize) -> String {
    let text = format!("{size:.*e}", count.saturating_sub(1));
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let raised: String = exponent
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        })
        .collect();
    format!("{digits} × 10{raised}")
}

/// A value with its unit where people would miss it: `1.2 billion USD`, `84,000`.
pub fn amount(x: f64, unit: &str) -> String {
    number(x) + after(unit)
}

/// A difference, always with its sign.
pub fn signed(x: f64, unit: &str) -> String {
    plus(x) + &amount(x, unit)
}

/// Median and 90 % band of a level.
pub fn level(band: &Band, unit: &str) -> String {
    together(band, unit, &number)
}

/// Median and 90 % band of a difference.
pub fn difference(band: &Band, unit: &str) -> String {
    together(band, unit, &|x| plus(x) + &number(x))
}

/// Three numbers of one size, which is named once: `+3.1 (+0.99 to +6.1) billion USD`.
fn together(band: &Band, unit: &str, write: &dyn Fn(f64) -> String) -> String {
    let (size, word) = common_size([band.median, band.lo90, band.hi90], unit);
    let [median, low, high] = [band.median, band.lo90, band.hi90].map(|x| write(x / size));
    let space = if word.is_empty() { "" } else { " " };
    format!("{median} ({low} to {high}){space}{word}")
}

/// A size that numbers can be written in together, and its name with the unit: `(1e9, "billion USD")`.
pub fn common_size(values: impl IntoIterator<Item = f64>, unit: &str) -> (f64, String) {
    let largest = values.into_iter().filter(|x| x.is_finite()).fold(0.0, |m: f64, x| m.max(x.abs()));
    let (size, word) = match significant(largest, 2) {
        x if x >= 1e12 => (1e12, "trillion"),
        x if x >= 1e9 => (1e9, "billion"),
        x if x >= 1e6 => (1e6, "million"),
        _ => (1.0, ""),
    };
    (size, format!("{word}{}", after(unit)).trim().to_owned())
}

fn after(unit: &str) -> &'static str {
    match unit {
        "USD" => " USD",
        "percent" => " percent",
        _ => "",
    }
}

fn plus(x: f64) -> String {
    let visible = x.is_finite() && x > 0.0;
    if visible { "+".to_owned() } else { String::new() }
}

/// A chance as a natural frequency. A finite number of draws never shows certainty.
pub fn in_100(chance: f64) -> String {
    match chance {
        c if !c.is_finite() => "unknown".to_owned(),
        c if c > 0.99 => "more than 99 in 100".to_owned(),
        c if c < 0.01 => "fewer than 1 in 100".to_owned(),
        c => format!("{:.0} in 100", c * 100.0),
    }
}

/// A share as a whole number of percent.
pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.0}\u{a0}%", share * 100.0) } else { "unknown".to_owned() }
}

/// The word for a basis; also the CSS class that draws it.
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Data => "data",
        Basis::Analogy => "analogy",
        Basis::Assumption => "assumption",
    }
}

/// A unit in words; empty for a number without one.
pub fn unit(unit: &str) -> String {
    match unit {
        "1" | "" => String::new(),
        other => other.replace('_', " "),
    }
}

/// How people say less and more of a unit: persons are counted, everything else is measured.
pub fn less_more(unit: &str) -> (&'static str, &'static str) {
    if unit.starts_with("people") || unit.starts_with("deaths") { ("fewer", "more") } else { ("lower", "higher") }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// `1 stock`, `2 stocks`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A name of the model's text as words: `strike_effect` becomes `strike effect`.
pub fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// A parameter's value: three digits, and a date as a date.
pub fn value(x: f64, unit: &str) -> String {
    let date = unit == "year" && (1900.0..2100.0).contains(&x);
    if date { format!("{}", (x * 100.0).round() / 100.0) } else { digits(x, 3) }
}

/// A prior in its own notation, with readable numbers.
pub fn prior(prior: &Prior, unit: &str) -> String {
    let two = |name: &str, a: f64, b: f64| format!("{name}({}, {})", value(a, unit), value(b, unit));
    match *prior {
        Prior::Normal(a, b) => two("Normal", a, b),
        Prior::LogNormal(a, b) => two("LogNormal", a, b),
        Prior::Uniform(a, b) => two("Uniform", a, b),
        Prior::LogUniform(a, b) => two("LogUniform", a, b),
        Prior::Beta(a, b) => two("Beta", a, b),
        Prior::Gamma(a, b) => two("Gamma", a, b),
        Prior::HalfNormal(a) => format!("HalfNormal({})", value(a, unit)),
    }
}

/// The counted years in words: 2026.0 to 2036.0 is `2026 to 2035`.
pub fn years(years: (f64, f64)) -> String {
    let (first, last) = (years.0.floor(), years.1.ceil() - 1.0);
    if first < last { format!("{first} to {last}") } else { format!("{first}") }
}

/// Breaks text into lines of at most so many characters; a longer word stands alone.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Text as part of an id: letters and digits, everything else a dash.
pub fn slug(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        let cases: [(f64, &str); 11] = [
            (0.0, "0"),
            (-0.0, "0"),
            (737_349.0, "740,000"),
            (-31_499.0, "−31,000"),
            (1_254_000.0, "1.3 million"),
            (999_999.0, "1 million"),
            (2.5e9, "2.5 billion"),
            (0.4666, "0.47"),
            (1.07e-7, "1.1 × 10⁻⁷"),
            (f64::NAN, "unknown"),
            (-0.00001, "−1.0 × 10⁻⁵"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!((value(2023.45, "year").as_str(), value(0.1234, "year").as_str()), ("2023.45", "0.123"));
        assert_eq!(exact(1_530_540.0), "1,530,540");
        assert_eq!(exact(27_022.9), "27,022.9");
    }

    #[test]
    fn differences_show_their_sign() {
        assert_eq!(signed(1200.0, "people"), "+1,200");
        assert_eq!(signed(-2.0e9, "USD"), "−2 billion USD");
        let band = Band { lo90: 0.99e9, lo50: 2e9, median: 3.1e9, hi50: 4e9, hi90: 6.14e9 };
        assert_eq!(difference(&band, "USD"), "+3.1 (+0.99 to +6.1) billion USD");
        assert_eq!(signed(0.0, "people"), "0");
    }

    #[test]
    fn chances_are_natural_frequencies() {
        assert_eq!(in_100(0.834), "83 in 100");
        assert_eq!(in_100(1.0), "more than 99 in 100");
        assert_eq!(in_100(0.0), "fewer than 1 in 100");
    }

    #[test]
    fn lists_years_and_lines() {
        let names: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(list(&names), "a, b and c");
        assert_eq!(years((2026.0, 2036.0)), "2026 to 2035");
        assert_eq!(wrap("Treatment and naloxone", 13), ["Treatment and", "naloxone"]);
    }
}
