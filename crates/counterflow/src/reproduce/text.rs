//! The sections of an experiment: headings, paragraphs and points, citations.

use std::collections::BTreeSet;
use std::ops::Range;

use counterflow_lang::Code;

use super::head::Head;
use crate::claims::finding::{Findings, Wrong};
use crate::claims::sections::{blocks, heading};
use crate::names::clipped;
use crate::project::Project;

/// Headings in their order; the last may be left out.
const HEADINGS: [&str; 3] = ["Study", "Rule", "If it misses"];

/// Text under each heading, empty where there is none: paragraphs and points, one a line.
pub fn sections(
    project: &Project,
    text: &str,
    from: usize,
    head: Option<&Head>,
    findings: &mut Findings<'_>,
) -> [String; 3] {
    let mut all = [const { String::new() }; 3];
    let mut here = None;
    let mut cited = BTreeSet::new();
    for block in blocks(text, from) {
        let words = &text[block.clone()];
        if let Some(title) = heading(words) {
            let next = here.map_or(0, |section: usize| section + 1);
            if HEADINGS.get(next) != Some(&title) {
                let expected = HEADINGS.get(next).map_or("no other heading".to_owned(), |one| format!("`## {one}`"));
                let message = format!("found the heading `{}`; expected {expected}", clipped(title));
                findings.tell(block, Wrong::new(Code::E9002, message));
            }
            here = Some(next.min(HEADINGS.len() - 1));
            continue;
        }
        let Some(section) = here else {
            findings.tell(block, Wrong::new(Code::E9002, "found text; expected the heading `## Study` first"));
            continue;
        };
        let keys = citations(project, text, block.clone(), findings);
        if section == 0 && keys.is_empty() {
            let message = "this statement of the study has no source; expected [@key]";
            findings.tell(block.clone(), Wrong::new(Code::E9004, message));
        }
        cited.extend(keys);
        if !all[section].is_empty() {
            all[section].push('\n');
        }
        all[section].push_str(&words.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    whole(text, &all, &cited, head, findings);
    all
}

/// The keys that a paragraph cites.
fn citations(project: &Project, text: &str, block: Range<usize>, findings: &mut Findings<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    let mut at = block.start;
    while let Some(open) = text[at..block.end].find("[@") {
        let start = at + open + 1;
        let end = text[start..block.end].find(']').map_or(block.end, |close| start + close);
        for piece in text[start..end].split(';') {
            let key = piece.trim().trim_start_matches('@');
            if !project.bibliography.contains_key(key) {
                let known = project.bibliography.keys().map(String::as_str);
                findings.tell(start..end, Wrong::unknown(Code::E2010, "source", key, known));
            }
            keys.push(key.to_owned());
        }
        at = end;
    }
    keys
}

/// What only shows once everything is read: missing sections, and sources that differ from the head's.
fn whole(text: &str, all: &[String; 3], cited: &BTreeSet<String>, head: Option<&Head>, findings: &mut Findings<'_>) {
    let end = text.trim_end().len();
    for (section, title) in all.iter().zip(HEADINGS).take(2) {
        if section.is_empty() {
            let message = format!("found nothing under `## {title}`; expected the heading and text");
            findings.tell(end..end, Wrong::new(Code::E9002, message));
        }
    }
    let Some(head) = head else { return };
    for (key, span) in head.sources.iter().filter(|(key, _)| !cited.contains(key)) {
        let message = format!("the source `{key}` is listed but not cited in the text");
        findings.tell(span.clone(), Wrong::new(Code::E8006, message));
    }
    for key in cited.iter().filter(|key| head.sources.iter().all(|(listed, _)| listed != *key)) {
        let at = text.find(&format!("@{key}")).unwrap_or(0);
        let message = format!("the source `{key}` is cited but not listed in the head; expected it in `sources`");
        findings.tell(at..at + key.len() + 1, Wrong::new(Code::E8006, message));
    }
}
