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
    let mut here = Here { section: None, met: [const { None }; 3] };
    for block in blocks(text, from) {
        match heading(&text[block.clone()]) {
            Some(title) => {
                if let Err(wrong) = here.heading(title, block.clone()) {
                    walker.findings.tell(block, wrong);
                }
            }
            None => match here.section {
                Some(section) => all[section].items.push(walker.item(block, section == 0)),
                None => {
                    let wrong = Wrong::new(Code::E8002, "found text; expected the heading `## Record` first");
                    walker.findings.tell(block, wrong);
                }
            },
        }
    }
    walker.whole(&all, &here, head);
    all
}

/// The section that is being read.
struct Here {
    section: Option<usize>,
    /// Headings that were met, by their places.
    met: [Option<Range<usize>>; 3],
}

impl Here {
    /// Goes on to the section of this title. A misspelt heading stands for the one expected, so that only it is told.
    fn heading(&mut self, title: &str, place: Range<usize>) -> Result<(), Wrong> {
        let next = self.section.map_or(0, |section| section + 1);
        let expected = HEADINGS.get(next).map_or("no other heading".to_owned(), |heading| format!("`## {heading}`"));
        let found = HEADINGS.iter().position(|heading| *heading == title).filter(|found| *found >= next);
        let section = found.unwrap_or(next).min(HEADINGS.len() - 1);
        self.section = Some(section);
        self.met[section] = Some(place);
        if found == Some(next) {
            return Ok(());
        }
        let message = format!("found the heading `{}`; expected {expected}", clipped(title));
        Err(Wrong::new(Code::E8002, message))
    }
}

/// The title of a heading of the second level.
pub(crate) fn heading(block: &str) -> Option<&str> {
    block.strip_prefix("## ").map(str::trim)
}

/// Headings, paragraphs and points as stretches of the text. One-line comments are left out.
pub(crate) fn blocks(text: &str, from: usize) -> Vec<Range<usize>> {
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
        let point = self.text[block.clone()].starts_with("- ");
        let mut at = block.start + if point { 2 } else { 0 };
        let mut reading = Reading::default();
        while at < block.end {
            let rest = &self.text[at..block.end];
            let Some((mark, close)) = next_mark(rest) else {
                reading.own_words(rest);
                break;
            };
            reading.own_words(&rest[..mark]);
            let Some(length) = rest[mark..].find(close) else {
                let message = format!("`{}` is not closed; expected `{close}`", clipped(&rest[mark..]));
                self.findings.tell(at + mark..block.end, Wrong::new(Code::E8003, message));
                break;
            };
            let span = at + mark..at + mark + length + 1;
            at = span.end;
            if close == ']' {
                reading.cites = true;
                reading.words.push_str(&self.citation(span));
            } else {
                let filling = placeholder(self.known, &self.text[span.start + 1..span.end - 1]);
                reading.fill(self.findings.keep(span, filling));
            }
        }
        self.sourced(block, record, &reading);
        Item { point, parts: reading.parts() }
    }

    fn sourced(&mut self, block: Range<usize>, record: bool, reading: &Reading) {
        let message = match (record, reading.cites) {
            (true, false) if !reading.measured => {
                "this statement of the record has no source; expected [@key] or {data ...}"
            }
            (_, false) if reading.names_a_number => {
                "a number is typed here without a source; expected [@key], or a placeholder for the number"
            }
            _ => return,
        };
        self.findings.tell(block, Wrong::new(Code::E8005, message));
    }

    /// `[@key; @other]` as `[key; other]`.
    fn citation(&mut self, span: Range<usize>) -> String {
        let mut keys = Vec::new();
        let mut from = span.start + 1;
        for piece in self.text[span.start + 1..span.end - 1].split(';') {
            let at = from + piece.len() - piece.trim_start().len();
            from += piece.len() + 1;
            let key = piece.trim().trim_start_matches('@');
            if !self.known.project.bibliography.contains_key(key) {
                let all = self.known.project.bibliography.keys().map(String::as_str);
                let place = at..at + piece.trim().len();
                self.findings.tell(place, Wrong::unknown(Code::E2010, "source", key, all));
            }
            self.cited.insert(key.to_owned());
            keys.push(key);
        }
        format!("[{}]", keys.join("; "))
    }

    /// What only shows once everything is read: missing sections, and sources that differ from the head's.
    fn whole(&mut self, all: &[Text; 3], here: &Here, head: Option<&Head>) {
        let end = self.text.trim_end().len();
        // A heading that was passed over is told where the next one stands.
        let passed = here.section.map_or(0, |section| section + 1);
        for (at, title) in HEADINGS.iter().enumerate() {
            let (place, message) = match &here.met[at] {
                None if at >= passed => {
                    (end..end, format!("found the end of the file; expected the heading `## {title}`"))
                }
                Some(place) if all[at].items.is_empty() => {
                    (place.clone(), format!("found nothing under `## {title}`; expected text"))
                }
                _ => continue,
            };
            self.findings.tell(place, Wrong::new(Code::E8002, message));
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

/// Where the next placeholder or citation begins, and what closes it.
fn next_mark(text: &str) -> Option<(usize, char)> {
    let brace = text.find('{').map(|at| (at, '}'));
    let bracket = text.find("[@").map(|at| (at, ']'));
    brace.into_iter().chain(bracket).min()
}

/// What has been read of a paragraph.
#[derive(Default)]
struct Reading {
    done: Vec<Part>,
    words: String,
    /// Whether it cites a source, holds a figure of a data series, names a number in its own words.
    cites: bool,
    measured: bool,
    names_a_number: bool,
}

impl Reading {
    fn own_words(&mut self, words: &str) {
        self.names_a_number |= names_a_number(words);
        self.words.push_str(words);
    }

    /// What stands in a placeholder's place; nothing if the placeholder is wrong.
    fn fill(&mut self, filling: Option<Filling>) {
        match filling {
            Some(Filling::Text { text, of_record }) => {
                self.measured |= of_record;
                self.words.push_str(&text);
            }
            Some(Filling::Run(run)) => {
                self.done.push(Part::Words(one_line(&std::mem::take(&mut self.words))));
                self.done.push(Part::Run(run));
            }
            // The placeholder has been told of; that it brings no figure would only be told twice.
            None => self.measured = true,
        }
    }

    fn parts(mut self) -> Vec<Part> {
        self.done.push(Part::Words(one_line(&self.words)));
        self.done
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
