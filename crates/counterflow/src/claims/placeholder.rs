//! Placeholders: `{data ...}`, `{parameter ...}`, `{years}` and `{run ...}`.

use counterflow_lang::{Code, nearest};

use super::finding::Wrong;
use super::known::Known;
use super::run::{Measure, Run};
use super::series;
use crate::listing::{ParameterEntry, PosteriorEntry};
use crate::names::clipped;
use crate::report::words;

/// What stands in a placeholder's place.
pub enum Filling {
    /// Text that is known without a run.
    Text {
        /// The text.
        text: String,
        /// Whether it comes from a data series of the record.
        of_record: bool,
    },
    /// A figure that a run gives.
    Run(Run),
}

/// Placeholders by their first word.
const FORMS: [&str; 4] = ["data", "parameter", "run", "years"];

/// Reads what stands between braces.
pub fn placeholder(known: &Known<'_>, inside: &str) -> Result<Filling, Wrong> {
    let words: Vec<&str> = inside.split_whitespace().collect();
    let text = |text, of_record| Filling::Text { text, of_record };
    match words[..] {
        ["data", key, ref what @ ..] => series::figure(&known.project.series, key, what).map(|found| text(found, true)),
        ["parameter", name] => parameter(&known.parameters, name).map(|found| text(found, false)),
        ["years"] => {
            let compare = &known.project.compare;
            Ok(text(words::years((compare.from, compare.to)), false))
        }
        ["run", outcome, measure, policy] => run(known, outcome, measure, policy).map(Filling::Run),
        [form, ..] if FORMS.contains(&form) => {
            let expected = match form {
                "data" => "{data SERIES PERIOD}, or another form of the reference",
                "parameter" => "{parameter NAME}",
                "run" => "{run OUTCOME MEASURE POLICY}",
                _ => "{years}",
            };
            Err(Wrong::new(Code::E8003, format!("found `{{{}}}`; expected {expected}", clipped(inside))))
        }
        _ => {
            let near = nearest(words.first().unwrap_or(&""), FORMS.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("found `{{{}}}`; expected data, parameter, run or years{near}", clipped(inside));
            Err(Wrong::new(Code::E8003, message))
        }
    }
}

fn run(known: &Known<'_>, outcome: &str, measure: &str, policy: &str) -> Result<Run, Wrong> {
    if !known.model.outcomes.iter().any(|one| one.id == outcome) {
        let ids = known.model.outcomes.iter().map(|one| one.id.as_str());
        return Err(Wrong::unknown(Code::E2001, "outcome", outcome, ids));
    }
    Run::new(outcome, measure, known.policy(policy)?).map_err(|list| match list {
        Some(list) => Wrong::not_in_list("measure", measure, list),
        None => Wrong::new(Code::E8004, "the status quo has no effect against itself").help(format!(
            "ask for `{}` or `{}`",
            Measure::Level.word(),
            Measure::Today.word()
        )),
    })
}

/// What is known of a parameter: its posterior where data reach it, else its value and the range that anybody defends.
fn parameter(entries: &[ParameterEntry], name: &str) -> Result<String, Wrong> {
    let names = entries.iter().map(|entry| entry.name.as_str());
    let entry = entries.iter().find(|entry| entry.name == name);
    let entry = entry.ok_or_else(|| Wrong::unknown(Code::E2001, "parameter", name, names))?;
    let shown = |x: f64| words::value(x, &entry.unit);
    let unit = unit_in_words(&entry.unit, entry.value);
    let grade = entry.grade.unwrap_or("no grade");
    Ok(match (&entry.posterior, entry.range) {
        (Some(PosteriorEntry { median, lo90, hi90 }), _) => {
            format!("{}{unit} (90 % interval {} to {})", shown(*median), shown(*lo90), shown(*hi90))
        }
        (None, Some((low, high))) => {
            format!("{}{unit} (range {} to {}, {grade})", shown(entry.value), shown(low), shown(high))
        }
        (None, None) => format!("{}{unit} ({grade})", shown(entry.value)),
    })
}

/// A unit behind a number, with its blank; nothing behind a plain number or a date.
fn unit_in_words(unit: &str, value: f64) -> String {
    const DATES: std::ops::Range<f64> = 1900.0..2100.0;
    match (unit, unit.strip_prefix("1/")) {
        ("1" | "", _) => String::new(),
        ("year", _) if DATES.contains(&value) => String::new(),
        ("year", _) => " years".to_owned(),
        (_, Some(each)) => format!(" per {}", words::unit(each)),
        (other, None) => format!(" {}", words::unit(other)),
    }
}
