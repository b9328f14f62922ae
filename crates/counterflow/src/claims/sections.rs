//! The sections of a claim: headings, paragraphs and points, citations, and the rule that every statement has a source.

use std::collections::BTreeSet;
use std::ops::Range;

use counterflow_lang::Code;

use super::finding::{Findings, Wrong};
use super::head::Head;
use super::known::Known;
use super::placeholder::{Filling, placeholder};
use super::{Item, Part, Text};
use crate::names::clipped;

/// Headings of the sections, in their order.
const HEADINGS: [&str; 3] = ["Record", "Model", "What would have to be true"];

/// The three sections after the head, each empty where it is missing.
pub fn sections(
    known: &Known<'_>,
    text: &str,
    from: usize,
    head: Option<&Head>,
    findings: &mut Findings<'_>,
) -> [Text; 3] {
    let mut walker = Walker { known, text, findings, cited: BTreeSet::new() };
    let mut all = [Text::default(), Text::default(), Text::default()];
    let mut next = 0;
    let mut here: Option<usize> = None;
    for block in blocks(text, from) {
        match heading(&text[block.clone()]) {
            Some(title) => {
                let expected = HEADINGS.get(next).copied();
                if expected == Some(title) {
                    (here, next) = (Some(next), next + 1);
                } else {
                    let expected = expected.map_or("no other heading".to_owned(), |e| format!("`## {e}`"));
                    let message = format!("found the heading `{}`; expected {expected}", clipped(title));
                    walker.findings.tell(block, Wrong::new(Code::E8002, message));
                }
            }
            None => match here {
                Some(section) => all[section].items.push(walker.item(block, section == 0)),
                None => {
                    let wrong = Wrong::new(Code::E8002, "found text; expected the heading `## Record` first");
                    walker.findings.tell(block, wrong);
                }
            },
        }
    }
    walker.whole(&all, head);
    all
}

/// The title of a heading of the second level.
fn heading(block: &str) -> Option<&str> {
    block.strip_prefix("## ").map(str::trim)
}

/// Headings, paragraphs and points as stretches of the text. One-line comments are left out.
fn blocks(text: &str, from: usize) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let alone = line.starts_with("## ");
        if line.trim().is_empty() || line.starts_with("<!--") {
            open = false;
        } else if open && !alone && !line.starts_with("- ") {
            if let Some(last) = blocks.last_mut() {
                last.end = end;
            }
        } else {
            blocks.push(start..end);
            open = !alone;
        }
    }
    blocks
}

struct Walker<'w, 'a> {
    known: &'w Known<'w>,
    text: &'w str,
    findings: &'w mut Findings<'a>,
    cited: BTreeSet<String>,
}

impl Walker<'_, '_> {
    /// A paragraph or point. In the record each needs a source, elsewhere those that name a number.
    fn item(&mut self, block: Range<usize>, record: bool) -> Item {
        let text = self.text;
        let point = text[block.clone()].starts_with("- ");
        let mut at = block.start + if point { 2 } else { 0 };
        let mut parts = Vec::new();
        let mut words = String::new();
        let (mut cites, mut measured, mut typed) = (false, false, false);
        while at < block.end {
            let rest = &text[at..block.end];
            let (next, close) = match (rest.find('{'), rest.find("[@")) {
                (Some(brace), Some(bracket)) if bracket < brace => (bracket, ']'),
                (Some(brace), _) => (brace, '}'),
                (None, Some(bracket)) => (bracket, ']'),
                (None, None) => (rest.len(), ' '),
            };
            typed |= names_a_number(&rest[..next]);
            words.push_str(&rest[..next]);
            if next == rest.len() {
                break;
            }
            let start = at + next;
            let Some(length) = rest[next..].find(close) else {
                let message = format!("`{}` is not closed; expected `{close}`", clipped(&rest[next..]));
                self.findings.tell(start..block.end, Wrong::new(Code::E8003, message));
                break;
            };
            let span = start..start + length + 1;
            at = span.end;
            if close == ']' {
                cites = true;
                words.push_str(&self.citation(span));
                continue;
            }
            let filling = placeholder(self.known, &text[start + 1..span.end - 1]);
            match self.findings.keep(span, filling) {
                Some(Filling::Text { text, of_record }) => {
                    measured |= of_record;
                    words.push_str(&text);
                }
                Some(Filling::Run(run)) => {
                    parts.push(Part::Words(one_line(&std::mem::take(&mut words))));
                    parts.push(Part::Run(run));
                }
                None => measured = true,
            }
        }
        parts.push(Part::Words(one_line(&words)));
        self.sourced(block, record, cites, measured, typed);
        Item { point, parts }
    }

    fn sourced(&mut self, block: Range<usize>, record: bool, cites: bool, measured: bool, typed: bool) {
        let message = match (record, typed) {
            (true, _) if !cites && !measured => {
                "this statement of the record has no source; expected [@key] or {data ...}"
            }
            (_, true) if !cites => {
                "a number is typed here without a source; expected [@key], or a placeholder for the number"
            }
            _ => return,
        };
        self.findings.tell(block, Wrong::new(Code::E8005, message));
    }

    /// `[@key; @other]` as `[key; other]`.
    fn citation(&mut self, span: Range<usize>) -> String {
        let inside = &self.text[span.start + 1..span.end - 1];
        let mut keys = Vec::new();
        for key in inside.split(';').map(|key| key.trim().trim_start_matches('@')) {
            if !self.known.project.bibliography.contains_key(key) {
                let all = self.known.project.bibliography.keys().map(String::as_str);
                self.findings.tell(span.clone(), Wrong::unknown(Code::E2010, "source", key, all));
            }
            self.cited.insert(key.to_owned());
            keys.push(key);
        }
        format!("[{}]", keys.join("; "))
    }

    /// What only shows once everything is read: missing sections, and sources that differ from the head's.
    fn whole(&mut self, all: &[Text; 3], head: Option<&Head>) {
        let end = self.text.trim_end().len();
        for (title, _) in HEADINGS.iter().zip(all).filter(|(_, section)| section.items.is_empty()) {
            let message = format!("found nothing under `## {title}`; expected text");
            self.findings.tell(end..end, Wrong::new(Code::E8002, message));
        }
        let Some(head) = head else { return };
        for (key, span) in head.sources.iter().filter(|(key, _)| !self.cited.contains(key)) {
            let message = format!("the source `{key}` is listed but not cited in the text");
            self.findings.tell(span.clone(), Wrong::new(Code::E8006, message));
        }
        let listed: BTreeSet<&str> = head.sources.iter().map(|(key, _)| key.as_str()).collect();
        let known = |key: &&String| self.known.project.bibliography.contains_key(*key);
        for key in self.cited.iter().filter(known).filter(|key| !listed.contains(key.as_str())) {
            let at = self.text.find(&format!("@{key}")).unwrap_or(0);
            let message = format!("the source `{key}` is cited but not listed in the head; expected it in `sources`");
            self.findings.tell(at..at + key.len() + 1, Wrong::new(Code::E8006, message));
        }
    }
}

/// Whether words name a number; digits inside a name, as in T40.4, do not count.
fn names_a_number(words: &str) -> bool {
    let begins_with_digit = |word: &str| word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_ascii_digit());
    words.split_whitespace().any(begins_with_digit)
}

/// The same words with every run of white space as one blank; blanks at the ends are kept.
fn one_line(words: &str) -> String {
    let mut line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.starts_with(char::is_whitespace) && !line.is_empty() {
        line.insert(0, ' ');
    }
    if words.ends_with(char::is_whitespace) {
        line.push(' ');
    }
    line
}
