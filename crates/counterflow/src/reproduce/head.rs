//! The head of an experiment: TOML between two lines `+++`.

use std::ops::Range;

use counterflow_lang::Code;
use counterflow_model::Model;
use serde::Deserialize;
use toml::Spanned;

use super::measure::WORDS;
use super::{Ask, Kind, Measure, Published, Standing, ask};
use crate::claims::finding::{Findings, Wrong};
use crate::project::Project;

/// What the head says, with the places of what is checked later.
pub struct Head {
    pub(super) id: (String, Range<usize>),
    pub(super) target: String,
    pub(super) sources: Vec<(String, Range<usize>)>,
    pub(super) kind: Kind,
    pub(super) used_in_fit: bool,
    pub(super) standing: Standing,
    pub(super) published: Published,
    pub(super) ask: Option<Ask>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: Spanned<String>,
    target: Spanned<String>,
    sources: Spanned<Vec<Spanned<String>>>,
    kind: Spanned<String>,
    used_in_fit: Spanned<bool>,
    counted: Spanned<bool>,
    why: Option<Spanned<String>>,
    published: Spanned<PublishedTable>,
    ask: Option<Spanned<AskTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishedTable {
    value: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskTable {
    #[serde(default)]
    levers: Vec<Spanned<String>>,
    #[serde(default)]
    parameters: Vec<Spanned<String>>,
    #[serde(default)]
    without: Vec<Spanned<String>>,
    variable: Spanned<String>,
    measure: Spanned<String>,
    span: Spanned<String>,
    before: Option<Spanned<String>>,
    back_within: Option<Spanned<f64>>,
}

/// Reads the head that stands at these bytes; `None` if anything in it is wrong.
pub fn head(
    project: &Project,
    model: &Model,
    text: &str,
    inside: Range<usize>,
    findings: &mut Findings<'_>,
) -> Option<Head> {
    let table = match toml::from_str::<Table>(&text[inside.clone()]) {
        Ok(table) => table,
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let wrong = Wrong::new(Code::E9001, error.message().replace('\n', " "));
            findings.tell(span.start + inside.start..span.end + inside.start, wrong);
            return None;
        }
    };
    let before = findings.found.len();
    let mut reader = Reader { model, offset: inside.start, findings };
    let id = (reader.text("id", &table.id), reader.at(&table.id));
    let target = reader.text("target", &table.target);
    let sources = reader.sources(project, &table.sources);
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let kind = reader.listed("kind", &table.kind, &kinds).map(|at| Kind::ALL[at]);
    let standing = reader.standing(&table);
    let published = kind.and_then(|kind| reader.published(kind, &table.published));
    let ask = table.ask.as_ref().and_then(|ask| reader.ask(ask.get_ref()));
    let used_in_fit = *table.used_in_fit.get_ref();
    if findings.found.len() > before {
        return None;
    }
    Some(Head { id, target, sources, kind: kind?, used_in_fit, standing: standing?, published: published?, ask })
}

/// Collects what is wrong in the head's values.
struct Reader<'r, 'a> {
    model: &'r Model,
    /// Where the head begins in the file.
    offset: usize,
    findings: &'r mut Findings<'a>,
}

impl Reader<'_, '_> {
    fn at<T>(&self, value: &Spanned<T>) -> Range<usize> {
        value.span().start + self.offset..value.span().end + self.offset
    }

    fn wrong<T>(&mut self, value: &Spanned<T>, message: impl Into<String>) {
        self.findings.tell(self.at(value), Wrong::new(Code::E9001, message));
    }

    fn text(&mut self, key: &str, value: &Spanned<String>) -> String {
        let text = value.get_ref().trim();
        if text.is_empty() {
            self.wrong(value, format!("{key}: found nothing; expected text"));
        }
        text.to_owned()
    }

    /// Position of a word in a short list.
    fn listed(&mut self, key: &str, value: &Spanned<String>, words: &[&str]) -> Option<usize> {
        let found = words.iter().position(|word| word == value.get_ref());
        if found.is_none() {
            self.findings.tell(self.at(value), Wrong::not_in_list(key, value.get_ref(), words));
        }
        found
    }

    fn sources(&mut self, project: &Project, list: &Spanned<Vec<Spanned<String>>>) -> Vec<(String, Range<usize>)> {
        if list.get_ref().is_empty() {
            let message = "the experiment lacks a source; expected at least one key of the bibliography";
            self.findings.tell(self.at(list), Wrong::new(Code::E6001, message));
        }
        for key in list.get_ref().iter().filter(|key| !project.bibliography.contains_key(key.get_ref())) {
            let known = project.bibliography.keys().map(String::as_str);
            self.findings.tell(self.at(key), Wrong::unknown(Code::E2010, "source", key.get_ref(), known));
        }
        list.get_ref().iter().map(|key| (key.get_ref().clone(), self.at(key))).collect()
    }

    /// Whether the row counts; what it says of itself must agree.
    fn standing(&mut self, table: &Table) -> Option<Standing> {
        let words: Vec<&str> = Standing::REASONS.iter().map(|one| one.word()).collect();
        let standing = match (&table.why, *table.counted.get_ref()) {
            (None, true) => Standing::Counted,
            (Some(why), false) => Standing::REASONS[self.listed("why", why, &words)?],
            (Some(why), true) => {
                self.wrong(why, "why: found a reason not to count; expected none where `counted` is true");
                return None;
            }
            (None, false) => {
                let message = format!("counted: found false without `why`; expected {}", words.join(", "));
                self.wrong(&table.counted, message);
                return None;
            }
        };
        if *table.used_in_fit.get_ref() != (standing == Standing::Fitted) {
            self.wrong(&table.used_in_fit, "used_in_fit: expected true exactly where `why` is `fitted`");
        }
        match &table.ask {
            None if standing != Standing::NoChannel => {
                self.wrong(&table.counted, "there is no [ask]; expected it, or `why` to be `no_channel`");
            }
            Some(ask) if standing == Standing::NoChannel => {
                self.wrong(ask, "found [ask]; expected none where the model has no channel");
            }
            _ => {}
        }
        Some(standing)
    }

    fn published(&mut self, kind: Kind, table: &Spanned<PublishedTable>) -> Option<Published> {
        let PublishedTable { value, lo, hi } = *table.get_ref();
        let published = Published { value, low: lo, high: hi };
        let (low, high) = published.band();
        let expected = match kind {
            _ if [value, lo, hi].iter().flatten().any(|number| !number.is_finite()) => "finite numbers",
            _ if low > high || value.is_some_and(|value| value < low || value > high) => "lo <= value <= hi",
            Kind::Size if value.is_none_or(|value| value == 0.0) => "a value other than 0 for a size",
            Kind::Direction if published.sign() == 0.0 => "lo = 0 for up, or hi = 0 for down",
            Kind::Null if low > 0.0 || high < 0.0 || lo.is_none() || hi.is_none() => "lo and hi about 0",
            _ => return Some(published),
        };
        self.wrong(table, format!("published: expected {expected}"));
        None
    }

    fn ask(&mut self, table: &AskTable) -> Option<Ask> {
        let model = self.model;
        let moves = self.each(&table.levers, |text| ask::lever_move(model, text));
        let with = self.each(&table.parameters, |text| ask::setting(model, text));
        let without = self.each(&table.without, |text| ask::setting(model, text));
        let variable = self.one(&table.variable, |text| ask::variable(model, text));
        let span = self.one(&table.span, |text| ask::span(model, text));
        let measure = self.measure(table);
        let (element, position) = variable?;
        Some(Ask {
            moves,
            with,
            without,
            variable: (element, position),
            name: model.element_name(element, position),
            unit: model.variable(element).unit.to_string(),
            span: span?,
            measure: measure?,
        })
    }

    fn one<T>(&mut self, value: &Spanned<String>, read: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let span = self.at(value);
        self.findings.keep(span, read(value.get_ref()))
    }

    fn each<T>(&mut self, list: &[Spanned<String>], read: impl Fn(&str) -> Result<T, Wrong>) -> Vec<T> {
        list.iter().filter_map(|value| self.one(value, &read)).collect()
    }

    fn measure(&mut self, table: &AskTable) -> Option<Measure> {
        let word = WORDS[self.listed("measure", &table.measure, &WORDS)?];
        let changes = !(table.levers.is_empty() && table.parameters.is_empty() && table.without.is_empty());
        let compares = ["change", "peak", "difference", "months_back"].contains(&word);
        let message = match (word, &table.before, &table.back_within) {
            ("before", Some(before), None) => {
                let span = self.one(before, |text| ask::span(self.model, text))?;
                return Some(Measure::Before { span });
            }
            ("months_back", None, Some(within)) if (0.0..1.0).contains(within.get_ref()) && changes => {
                return Some(Measure::MonthsBack { within: *within.get_ref() });
            }
            ("before", ..) => "before: expected `before` with the earlier span, and no `back_within`",
            ("months_back", None, _) if changes => "months_back: expected `back_within`, a part from 0 to below 1",
            _ if compares && !changes => "nothing differs between the two runs; expected levers, parameters or without",
            ("change", None, None) => return Some(Measure::Change),
            ("peak", None, None) => return Some(Measure::Peak),
            ("difference", None, None) => return Some(Measure::Difference),
            ("level", None, None) => return Some(Measure::Level),
            _ => "`before` and `back_within` belong to the measures `before` and `months_back`",
        };
        self.wrong(&table.measure, message);
        None
    }
}
