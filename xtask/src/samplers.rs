//! Samplers beside each other: ours and others on the national model, and ours beside other programs on a small one.

mod lynx_hare;
mod national;

use crate::sections::{self, VALIDATION};

/// How to measure.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Sections to measure.
    parts: Vec<&'a Part>,
    /// Written into the page as it is; nothing is written without.
    date: Option<&'a str>,
    /// Minutes that each sampler may have on every core, on the national model.
    minutes: f64,
}

/// One section of the page.
#[derive(Debug)]
struct Part {
    /// Its name on the command line and in its marks.
    name: &'static str,
    measure: fn(&Options<'_>) -> Result<String, String>,
}

const PARTS: &[Part] = &[
    Part { name: "beside", measure: |_| lynx_hare::section() },
    Part { name: "national", measure: |options| national::section(options.minutes) },
];

/// Minutes that are enough to tell samplers apart by the median parameter.
const MINUTES: f64 = 10.0;

/// Reads what stands after `bench --samplers`; `None` if it is not understood.
pub fn options<'a>(words: &[&'a str]) -> Option<Options<'a>> {
    let named = words.iter().take_while(|word| !word.starts_with("--")).count();
    let part = |word: &&str| PARTS.iter().find(|part| part.name == *word);
    let parts: Vec<&Part> = words[..named].iter().map(part).collect::<Option<_>>()?;
    let parts = if parts.is_empty() { PARTS.iter().collect() } else { parts };
    let mut options = Options { parts, date: None, minutes: MINUTES };
    for pair in words[named..].chunks(2) {
        match *pair {
            ["--date", date] => options.date = Some(date),
            ["--minutes", minutes] => options.minutes = minutes.parse().ok().filter(|minutes| *minutes > 0.0)?,
            _ => return None,
        }
    }
    Some(options)
}

/// Measures, prints the tables and writes them into the page if there is a date.
///
/// # Errors
/// If something does not build or run, or the page can not be written.
pub fn publish(options: &Options<'_>) -> Result<(), String> {
    for part in &options.parts {
        let section = (part.measure)(options)?;
        println!("{section}");
        let Some(date) = options.date else { continue };
        let (title, rest) = section.split_once('\n').unwrap_or((&section, ""));
        let command = format!("cargo xtask bench --samplers {} --minutes {} --date {date}", part.name, options.minutes);
        sections::write(VALIDATION, part.name, &format!("{title}\n\nWritten by `{command}`; do not edit.\n{rest}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_what_is_wrong_is_not() {
        let found = options(&["--minutes", "0.5", "--date", "2026-11-23"]).expect("both are known");
        assert_eq!((found.minutes, found.date), (0.5, Some("2026-11-23")));
        assert_eq!((found.parts.len(), options(&["national"]).expect("a part").parts[0].name), (2, "national"));
        assert!(options(&["--minutes", "none"]).is_none() && options(&["--date"]).is_none());
        assert!(options(&["international"]).is_none());
    }
}
