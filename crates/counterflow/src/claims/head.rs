//! The head of a claim: TOML between two lines `+++`.

use std::ops::Range;

use counterflow_lang::Code;
use serde::Deserialize;
use toml::Spanned;

use super::finding::{Findings, Wrong};
use super::known::Known;
use super::words::{Kind, Side, Status};

/// A line that opens and closes the head.
const FENCE: &str = "+++";

/// What the head says, with the places of what is checked later.
pub struct Head {
    pub(super) id: (String, Range<usize>),
    pub(super) claim: String,
    pub(super) side: Side,
    pub(super) kind: Kind,
    pub(super) status: Status,
    pub(super) variables: Vec<String>,
    pub(super) sources: Vec<(String, Range<usize>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: Spanned<String>,
    claim: Spanned<String>,
    side: Spanned<String>,
    kind: Spanned<String>,
    status: Spanned<String>,
    variables: Spanned<Vec<Spanned<String>>>,
    sources: Spanned<Vec<Spanned<String>>>,
}

/// The head's bytes between its fences, and the byte at which the sections begin.
pub fn fences(text: &str) -> Result<(Range<usize>, usize), Wrong> {
    let mut at = 0;
    let mut from = None;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_end() == FENCE;
        match from {
            None if is_fence => from = Some(at + line.len()),
            None => return Err(Wrong::new(Code::E8001, "found other text; expected a first line `+++`, then TOML")),
            Some(from) if is_fence => return Ok((from..at, at + line.len())),
            Some(_) => {}
        }
        at += line.len();
    }
    let found = if from.is_some() { "no second line `+++`" } else { "an empty file" };
    Err(Wrong::new(Code::E8001, format!("found {found}; expected TOML between two lines `+++`")))
}

/// Reads the head that stands at these bytes; `None` if anything in it is wrong.
pub fn head(known: &Known<'_>, text: &str, inside: Range<usize>, findings: &mut Findings<'_>) -> Option<Head> {
    let table = match toml::from_str::<Table>(&text[inside.clone()]) {
        Ok(table) => table,
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let wrong = Wrong::new(Code::E8001, error.message().replace('\n', " "));
            findings.tell(span.start + inside.start..span.end + inside.start, wrong);
            return None;
        }
    };
    let before = findings.found.len();
    let mut reader = Reader { offset: inside.start, findings };
    let id = reader.text("id", &table.id);
    let claim = reader.text("claim", &table.claim);
    let side = reader.listed("side", &table.side, Side::ALL, Side::word);
    let kind = reader.listed("kind", &table.kind, Kind::ALL, Kind::word);
    let status = reader.listed("status", &table.status, Status::ALL, Status::word);
    let variables = reader.variables(known, &table.variables);
    let sources = reader.sources(known, &table.sources);
    let id = (id, reader.at(&table.id));
    if findings.found.len() > before {
        return None;
    }
    Some(Head { id, claim, side: side?, kind: kind?, status: status?, variables, sources })
}

/// Collects what is wrong in the head's values.
struct Reader<'f, 'a> {
    /// Where the head begins in the file.
    offset: usize,
    findings: &'f mut Findings<'a>,
}

impl Reader<'_, '_> {
    fn at<T>(&self, value: &Spanned<T>) -> Range<usize> {
        value.span().start + self.offset..value.span().end + self.offset
    }

    fn text(&mut self, key: &str, value: &Spanned<String>) -> String {
        let text = value.get_ref().trim();
        if text.is_empty() {
            self.findings.tell(self.at(value), Wrong::new(Code::E8001, format!("{key}: found nothing; expected text")));
        }
        text.to_owned()
    }

    fn listed<T: Copy>(
        &mut self,
        key: &str,
        value: &Spanned<String>,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let found = all.iter().copied().find(|one| word(*one) == value.get_ref());
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|one| word(*one)).collect();
            self.findings.tell(self.at(value), Wrong::not_in_list(key, value.get_ref(), &words));
        }
        found
    }

    fn variables(&mut self, known: &Known<'_>, list: &Spanned<Vec<Spanned<String>>>) -> Vec<String> {
        if list.get_ref().is_empty() {
            let wrong = Wrong::new(Code::E8001, "variables: found none; expected a variable of the model, or several");
            self.findings.tell(self.at(list), wrong);
        }
        for name in list.get_ref() {
            let shown = |id: &_| !known.model.variable(*id).hidden;
            if known.model.find(name.get_ref()).filter(shown).is_none() {
                let names = known.model.ids().filter(shown).map(|id| known.model.variable(id).name.as_str());
                self.findings.tell(self.at(name), Wrong::unknown(Code::E2001, "variable", name.get_ref(), names));
            }
        }
        list.get_ref().iter().map(|name| name.get_ref().clone()).collect()
    }

    fn sources(&mut self, known: &Known<'_>, list: &Spanned<Vec<Spanned<String>>>) -> Vec<(String, Range<usize>)> {
        if list.get_ref().is_empty() {
            let wrong =
                Wrong::new(Code::E6001, "the claim lacks a source; expected at least one key of the bibliography");
            self.findings.tell(self.at(list), wrong);
        }
        let keys = &known.project.bibliography;
        for key in list.get_ref().iter().filter(|key| !keys.contains_key(key.get_ref())) {
            let names = keys.keys().map(String::as_str);
            self.findings.tell(self.at(key), Wrong::unknown(Code::E2010, "source", key.get_ref(), names));
        }
        list.get_ref().iter().map(|key| (key.get_ref().clone(), self.at(key))).collect()
    }
}
