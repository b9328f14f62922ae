//! A link: all that a page was set to, short enough to be sent, read by the program as well.
//!
//! The part after `#` is `/VIEW?v=1&p=...`. `p`, `p2`, `p3` and `p4` hold the moves of up to four scenarios,
//! `lever:dose[:start[:ramp[:end]]]` with `;` between them; `n`, `n2` ... their names; `a` assumptions `element:value`;
//! `x` variants `slot:variant`. Values are percent-encoded. Other keys are the page's own and passed over.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::scenario::{Scenario, ScenarioMove};
use crate::error::Problem;
use crate::names::clipped;

/// The version of links that is written and read.
const VERSION: &str = "1";
/// When a move starts if its link does not say.
const START: &str = "2026-01";
/// Months of its ramp.
const RAMP: u32 = 12;
/// Longest link that is read, in bytes.
const LONGEST: usize = 16_384;
/// Scenarios of one link.
const SCENARIOS: [&str; 4] = ["", "2", "3", "4"];

/// The address that links start with where none is given: that of `counterflow serve`.
pub const BASE: &str = "http://127.0.0.1:8080/";

/// Whether a text is meant as a link: an address, or the part after its `#`.
pub fn is_link(text: &str) -> bool {
    text.contains("://") || text.starts_with("#/")
}

/// The scenarios of a link, one to four.
///
/// # Errors
/// If it has no such part, is of another version, or a part of it does not read.
pub fn read(text: &str) -> Result<Vec<Scenario>, Problem> {
    let problem = |message: String| Problem::new("link", message);
    if text.len() > LONGEST {
        return Err(problem(format!("has {} bytes; expected at most {LONGEST}", text.len())));
    }
    let expected = "expected an address that ends in #/explore?v=1&p=..., as the page and `--link` give it";
    let (_, fragment) = text.split_once('#').ok_or_else(|| problem(format!("has no `#`; {expected}")))?;
    let (_, query) =
        fragment.split_once('?').ok_or_else(|| problem(format!("has no `?` after its `#`; {expected}")))?;
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(value).ok_or_else(|| problem(format!("{}: is not percent-encoded text", clipped(key))))?;
        values.insert(key, value);
    }
    match values.get("v").map(String::as_str) {
        Some(VERSION) => {}
        Some(other) => {
            let found = clipped(other);
            return Err(problem(format!("v: found version `{found}`; this program reads version {VERSION}")));
        }
        None => return Err(problem(format!("has no `v=1`; {expected}"))),
    }
    let value = |key: &str| values.get(key).map_or("", String::as_str);
    let assumptions = assumptions(value("a"))?;
    let variants = variants(value("x"))?;
    let mut scenarios = Vec::new();
    for suffix in SCENARIOS {
        let (key, name) = (format!("p{suffix}"), value(&format!("n{suffix}")).to_owned());
        if suffix.is_empty() || values.contains_key(key.as_str()) {
            let moves = moves(&key, value(&key))?;
            scenarios.push(Scenario { name, moves, assumptions: assumptions.clone(), variants: variants.clone() });
        }
    }
    Ok(scenarios)
}

/// The link of one to four scenarios, which share assumptions and variants: those of the first. `base` is the page's address.
pub fn write(base: &str, scenarios: &[Scenario]) -> String {
    let mut link = format!("{base}#/explore?v={VERSION}");
    for (scenario, suffix) in scenarios.iter().zip(SCENARIOS) {
        let moves: Vec<String> = scenario.moves.iter().map(move_text).collect();
        if !moves.is_empty() || !suffix.is_empty() {
            push(&mut link, &format!("p{suffix}"), &moves.join(";"));
        }
        if !scenario.name.is_empty() {
            push(&mut link, &format!("n{suffix}"), &scenario.name);
        }
    }
    if let Some(first) = scenarios.first() {
        let assumed: Vec<String> = first.assumptions.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        let chosen: Vec<String> = first.variants.iter().map(|(slot, variant)| format!("{slot}:{variant}")).collect();
        for (key, items) in [("a", assumed), ("x", chosen)].into_iter().filter(|(_, items)| !items.is_empty()) {
            push(&mut link, key, &items.join(";"));
        }
    }
    link
}

fn push(link: &mut String, key: &str, value: &str) {
    link.push('&');
    link.push_str(key);
    link.push('=');
    link.push_str(&encoded(value));
}

fn move_text(entry: &ScenarioMove) -> String {
    let ScenarioMove { lever, dose, start, ramp_months, end } = entry;
    let start = if start == START { "" } else { start };
    let ramp = if *ramp_months == RAMP { String::new() } else { ramp_months.to_string() };
    let text = format!("{lever}:{dose}:{start}:{ramp}:{}", end.as_deref().unwrap_or(""));
    text.trim_end_matches(':').to_owned()
}

fn moves(key: &str, text: &str) -> Result<Vec<ScenarioMove>, Problem> {
    items(text).map(read_item).collect::<Result<_, String>>().map_err(|message| {
        Problem::new("link", format!("{key}: {message}")).help("for example naloxone:2:2026-01:12:2030-12")
    })
}

fn read_item(item: &str) -> Result<ScenarioMove, String> {
    let fields: Vec<&str> = item.split(':').collect();
    if !(2..=5).contains(&fields.len()) {
        return Err(format!("found `{}`; expected lever:dose[:start[:ramp[:end]]]", clipped(item)));
    }
    let field = |k: usize| fields.get(k).copied().filter(|text| !text.is_empty());
    let dose = number(fields[1])?;
    let months = |text: &str| text.parse().map_err(|_| format!("found a ramp of `{}` months", clipped(text)));
    Ok(ScenarioMove {
        lever: fields[0].to_owned(),
        dose,
        start: field(2).unwrap_or(START).to_owned(),
        ramp_months: field(3).map_or(Ok(RAMP), months)?,
        end: field(4).map(str::to_owned),
    })
}

fn number(text: &str) -> Result<f64, String> {
    let value: Option<f64> = text.parse().ok().filter(|value: &f64| value.is_finite());
    value.ok_or_else(|| format!("found `{}`; expected a number", clipped(text)))
}

fn assumptions(text: &str) -> Result<BTreeMap<String, f64>, Problem> {
    let read = |item: &str| {
        let (name, value) = item.rsplit_once(':').ok_or_else(|| format!("found `{}`", clipped(item)))?;
        Ok((name.to_owned(), number(value)?))
    };
    let wrong = |message: String| Problem::new("link", format!("a: {message}")).help("for example kit_cost:40");
    items(text).map(read).collect::<Result<_, String>>().map_err(wrong)
}

fn variants(text: &str) -> Result<BTreeMap<String, String>, Problem> {
    let read = |item: &str| {
        let (slot, variant) = item.split_once(':').ok_or_else(|| format!("found `{}`", clipped(item)))?;
        Ok((slot.to_owned(), variant.to_owned()))
    };
    let wrong =
        |message: String| Problem::new("link", format!("x: {message}")).help("for example cooperation:withdrawal");
    items(text).map(read).collect::<Result<_, String>>().map_err(wrong)
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').filter(|item| !item.is_empty())
}

/// Percent-encoded, but for what a fragment may hold as it is and people read more easily so.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~:;,".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'%' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?);
                rest = &rest[2..];
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naloxone() -> ScenarioMove {
        ScenarioMove {
            lever: "naloxone".to_owned(),
            dose: 2.5,
            start: START.to_owned(),
            ramp_months: RAMP,
            end: Some("2030-12".to_owned()),
        }
    }

    #[test]
    fn links_come_back_as_they_were_sent() {
        let assumptions = BTreeMap::from([("share[ports]".to_owned(), 0.3), ("kit_cost".to_owned(), 1e-7)]);
        let variants = BTreeMap::from([("cooperation".to_owned(), "withdrawal".to_owned())]);
        let first = Scenario { name: "Más & más: 50%".to_owned(), moves: vec![naloxone()], assumptions, variants };
        let other = ScenarioMove { ramp_months: 0, start: "2027-03".to_owned(), end: None, ..naloxone() };
        let second = Scenario { name: String::new(), moves: vec![naloxone(), other], ..first.clone() };
        let link = write(BASE, &[first.clone(), second.clone()]);
        assert!(is_link(&link) && link.is_ascii());
        assert_eq!(read(&link), Ok(vec![first, second]));
    }

    #[test]
    fn defaults_and_keys_of_the_page_are_left_out() {
        let link = "#/explore?v=1&p=naloxone:2.5:::2030-12&l=es&s=1";
        let read = read(link).unwrap();
        assert_eq!(read, [Scenario { moves: vec![naloxone()], ..Scenario::default() }]);
        assert_eq!(write("", &read), "#/explore?v=1&p=naloxone:2.5:::2030-12");
        assert_eq!(super::read("#/explore?v=1").unwrap(), [Scenario::default()]);
    }

    #[test]
    fn what_does_not_read_is_told() {
        for (link, part) in [
            ("https://example.org/", "has no `#`"),
            ("#/explore", "has no `?`"),
            ("#/explore?p=naloxone:2", "has no `v=1`"),
            ("#/explore?v=2", "version `2`"),
            ("#/explore?v=1&p=naloxone", "expected lever:dose"),
            ("#/explore?v=1&p2=naloxone:x", "expected a number"),
            ("#/explore?v=1&p=naloxone:1::-3", "a ramp of `-3` months"),
            ("#/explore?v=1&a=kit_cost", "a: found `kit_cost`"),
            ("#/explore?v=1&x=cooperation", "x: found `cooperation`"),
            ("#/explore?v=1&n=%C3", "n: is not percent-encoded"),
            ("#/explore?v=1&n=%+1", "n: is not percent-encoded"),
        ] {
            let problem = read(link).unwrap_err();
            assert!(problem.message.contains(part), "{link}: {problem}");
        }
        assert!(read(&format!("#/explore?v=1&n={}", "x".repeat(LONGEST))).is_err());
    }
}
