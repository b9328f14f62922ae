//! Variants: competing texts for one part of a model that offer the same outputs, of which a run takes one.
//!
//! `variants/SLOT/NAME.md` is a chapter like those in `sectors`; `model.toml` says which one of each slot is taken if
//! nobody says otherwise. Nothing is averaged over variants.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::error::Problem;
use crate::files::FileSet;
use crate::names::unknown;

/// A part of the model for which there are competing texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name: the folder's.
    pub name: String,
    /// The texts, in order of their names.
    pub variants: Vec<Variant>,
    /// Position of the one that is taken if nobody says otherwise.
    pub default: usize,
    /// Position of the one that is taken.
    pub chosen: usize,
}

/// One text for a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name: the file's, without its ending.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// The first paragraph below the heading: what it assumes.
    pub sentence: String,
    /// Path of the file.
    pub path: String,
}

impl Slot {
    /// The variant that is taken.
    pub fn taken(&self) -> &Variant {
        &self.variants[self.chosen]
    }
}

/// A choice of a variant, as in `cooperation=compliance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Name of the slot.
    pub slot: String,
    /// Name of the variant.
    pub variant: String,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Choice, String> {
        match text.split_once('=') {
            Some((slot, variant)) if !slot.is_empty() && !variant.is_empty() => {
                Ok(Choice { slot: slot.to_owned(), variant: variant.to_owned() })
            }
            _ => Err("expected SLOT=VARIANT, for example cooperation=compliance; see `variants`".to_owned()),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.slot, self.variant)
    }
}

/// The slots of a model, with the variants that are taken.
///
/// # Errors
/// Every slot without a default, every default and every choice that there is not.
pub fn slots(
    files: &FileSet,
    defaults: &BTreeMap<String, String>,
    choices: &[Choice],
) -> Result<Vec<Slot>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut slots: Vec<Slot> = Vec::new();
    let found = found(files);
    for (name, variants) in found.clone() {
        match defaults.get(&name).map(|default| position(&variants, default)) {
            Some(Some(default)) => slots.push(Slot { name, variants, default, chosen: default }),
            Some(None) => problems.push(no_variant("model.toml", &name, &defaults[&name], &variants)),
            None => problems.push(Problem::new(
                "model.toml",
                format!("[variants] has no line for `{name}`; expected one of {}", names(&variants)),
            )),
        }
    }
    let lost = defaults.keys().filter(|slot| found.iter().all(|(known, _)| known != *slot));
    problems.extend(
        lost.map(|slot| Problem::new("model.toml", format!("[variants] {slot}: there is no folder variants/{slot}"))),
    );
    for choice in choices {
        match slots.iter_mut().find(|slot| slot.name == choice.slot) {
            Some(slot) => match position(&slot.variants, &choice.variant) {
                Some(chosen) => slot.chosen = chosen,
                None => problems.push(no_variant("--variant", &choice.slot, &choice.variant, &slot.variants)),
            },
            None => problems.push(no_slot(choice, &slots)),
        }
    }
    if problems.is_empty() { Ok(slots) } else { Err(problems) }
}

/// The variants in each folder below `variants`.
fn found(files: &FileSet) -> BTreeMap<String, Vec<Variant>> {
    let mut found: BTreeMap<String, Vec<Variant>> = BTreeMap::new();
    for (path, text) in files.under("variants", ".md") {
        let parts: Vec<&str> = path.trim_end_matches(".md").split('/').collect();
        if let [_, slot, name] = parts[..] {
            let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(name).trim().to_owned();
            let body = text.lines().skip_while(|line| !line.starts_with("# ")).skip(1);
            let paragraph = body.skip_while(|line| line.trim().is_empty()).take_while(|line| !line.trim().is_empty());
            let sentence = paragraph.collect::<Vec<&str>>().join(" ");
            let variant = Variant { name: name.to_owned(), title, sentence, path: path.to_owned() };
            found.entry(slot.to_owned()).or_default().push(variant);
        }
    }
    found
}

fn position(variants: &[Variant], name: &str) -> Option<usize> {
    variants.iter().position(|variant| variant.name == name)
}

fn names(variants: &[Variant]) -> String {
    variants.iter().map(|variant| format!("`{}`", variant.name)).collect::<Vec<_>>().join(", ")
}

fn no_variant(origin: &str, slot: &str, name: &str, variants: &[Variant]) -> Problem {
    let known = variants.iter().map(|variant| variant.name.as_str());
    unknown(origin, &format!("variant of {slot}, that is {}", names(variants)), name, known)
}

fn no_slot(choice: &Choice, slots: &[Slot]) -> Problem {
    if slots.is_empty() {
        return Problem::new("--variant", format!("found `{choice}`; this model has no variants"));
    }
    let known: Vec<&str> = slots.iter().map(|slot| slot.name.as_str()).collect();
    let kind = format!("part of the model that has variants, that is `{}`", known.join("`, `"));
    unknown("--variant", &kind, &choice.slot, known.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> FileSet {
        FileSet::of([
            ("variants/weather/rain.md", "# It rains\n\nWater falls.\nMuch of it.\n\n```counterflow\n```\n"),
            ("variants/weather/sun.md", "# It shines\n\nNo water falls.\n"),
        ])
    }

    fn defaults(slot: &str, name: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(slot.to_owned(), name.to_owned())])
    }

    fn wrong(defaults: &BTreeMap<String, String>, choices: &[&str]) -> String {
        let choices: Vec<Choice> = choices.iter().map(|text| text.parse().unwrap()).collect();
        let problems = slots(&files(), defaults, &choices).unwrap_err();
        problems.iter().map(|problem| format!("{problem}\n")).collect()
    }

    #[test]
    fn a_choice_replaces_the_default() {
        let found = slots(&files(), &defaults("weather", "sun"), &[]).unwrap();
        assert_eq!((found[0].taken().name.as_str(), found.len()), ("sun", 1));
        let chosen = slots(&files(), &defaults("weather", "sun"), &["weather=rain".parse().unwrap()]).unwrap();
        assert_eq!(chosen[0].taken().title, "It rains");
        assert_eq!(chosen[0].taken().sentence, "Water falls. Much of it.");
    }

    #[test]
    fn what_there_is_not_is_told_with_what_there_is() {
        let said = wrong(&defaults("weather", "sun"), &["weather=rein"]);
        assert!(
            said.contains("found `rein`; expected the name of a variant of weather, that is `rain`, `sun`"),
            "{said}"
        );
        assert!(said.contains("did you mean `rain`?"), "{said}");
        let said = wrong(&defaults("weather", "sun"), &["wether=rain"]);
        assert!(said.contains("found `wether`") && said.contains("did you mean `weather`?"), "{said}");
        assert!(
            wrong(&defaults("weather", "snow"), &[])
                .contains("found `snow`; expected the name of a variant of weather")
        );
        assert!(wrong(&BTreeMap::new(), &[]).contains("[variants] has no line for `weather`"));
        assert!("weather".parse::<Choice>().unwrap_err().contains("expected SLOT=VARIANT"));
    }
}
