//! XML to a tree of elements that know where they stand. Bounded in depth; entities are never expanded.

use counterflow_lang::Code;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::report::{Report, Span};

/// An element.
#[derive(Clone, Debug, Default)]
pub struct Element {
    /// Name without prefix, in lower case.
    pub name: String,
    /// Whether the name has a prefix: a vendor's own element.
    pub is_vendors: bool,
    /// Attributes by name without prefix, in lower case.
    pub attributes: Vec<(String, Text)>,
    /// Elements in it.
    pub children: Vec<Element>,
    /// Text directly in it.
    pub text: Text,
    /// Its first tag.
    pub span: Span,
}

/// Text that knows where each part of it stands in the file.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The text, with references replaced.
    pub value: String,
    /// Start in the value and in the file of stretches that stand in both alike.
    pieces: Vec<(usize, usize)>,
    /// One beyond its last byte in the file.
    end: usize,
}

/// Deepest nesting of elements.
const DEEPEST: usize = 64;

/// Elements of pictures and looks, which say nothing about the model and are most of a file.
const SKIPPED: &[&str] = &["views", "view", "style", "prefs", "display", "interface", "stacked_container"];

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&Text> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, text)| text)
    }
}

impl Text {
    /// The place in the file of a stretch of the value.
    pub fn span(&self, from: usize, to: usize) -> Span {
        let start = self.place(from);
        Span { start, end: self.place(to).max(start + 1).min(self.end.max(start)) }
    }

    /// The place of all of it.
    pub fn whole(&self) -> Span {
        Span { start: self.place(0), end: self.end }
    }

    /// The value without blanks around it.
    pub fn trimmed(&self) -> &str {
        self.value.trim()
    }

    fn place(&self, at: usize) -> usize {
        let piece = self.pieces.iter().rev().find(|(start, _)| *start <= at);
        piece.map_or(self.end, |(start, source)| (source + at - start).min(self.end))
    }

    fn push(&mut self, part: &str, source: usize, end: usize) {
        self.pieces.push((self.value.len(), source));
        self.value.push_str(part);
        self.end = end;
    }

    /// Adds text of the file, with its references replaced.
    fn push_raw(&mut self, raw: &str, source: usize, report: &mut Report) {
        let mut at = 0;
        while at < raw.len() {
            let next = raw[at..].find('&').map_or(raw.len(), |found| at + found);
            if next > at {
                self.push(&raw[at..next], source + at, source + next);
            }
            if next == raw.len() {
                break;
            }
            let length = raw[next..].find(';').map_or(raw.len() - next, |found| found + 1);
            self.push_reference(&raw[next + 1..next + length], source + next, source + next + length, report);
            at = next + length;
        }
    }

    fn push_reference(&mut self, reference: &str, source: usize, end: usize, report: &mut Report) {
        let name = reference.trim_end_matches(';');
        match character(name) {
            Some(c) => self.push(c.encode_utf8(&mut [0; 4]), source, end),
            None => {
                let shown: String = name.chars().take(24).collect();
                let message = format!("`&{shown};` names no character; entities of a file's own are not expanded");
                report.push(Code::E7001, Span { start: source, end }, message);
            }
        }
    }
}

/// The root element, if the text is well-formed XML.
pub fn read(text: &str, report: &mut Report) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut tree = Tree { text, report, open: Vec::new(), skipping: 0, root: None };
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event();
        let span = Span { start, end: reader.buffer_position() as usize };
        match event {
            Ok(Event::Eof) => return tree.finished(),
            Ok(event) => tree.take(&event, span)?,
            Err(error) => {
                let at = (reader.error_position() as usize).min(text.len());
                let message = format!("this is no well-formed XML: {error}");
                tree.report.push(Code::E7001, Span { start: at, end: at + 1 }, message);
                return None;
            }
        }
    }
}

/// A tree that grows event by event.
struct Tree<'t, 'r> {
    text: &'t str,
    report: &'r mut Report,
    /// Elements that are open, outermost first.
    open: Vec<Element>,
    /// Depth within an element that is passed over.
    skipping: usize,
    root: Option<Element>,
}

impl Tree<'_, '_> {
    /// Takes in an event; `None` ends the reading.
    fn take(&mut self, event: &Event<'_>, span: Span) -> Option<()> {
        match event {
            Event::Start(_) if self.skipping > 0 => self.skipping += 1,
            Event::End(_) if self.skipping > 0 => self.skipping -= 1,
            _ if self.skipping > 0 => {}
            Event::Start(tag) => return self.start(tag, span),
            Event::Empty(tag) => {
                let element = element(tag, self.text, span, self.report);
                self.close(element);
            }
            Event::End(_) => {
                let element = self.open.pop()?;
                self.close(element);
            }
            Event::Text(_) | Event::GeneralRef(_) => {
                if let (Some(element), Some(raw)) = (self.open.last_mut(), self.text.get(span.start..span.end)) {
                    element.text.push_raw(raw, span.start, self.report);
                }
            }
            Event::CData(_) => {
                const MARKS: (usize, usize) = ("<![CDATA[".len(), "]]>".len());
                let (start, end) = (span.start + MARKS.0, span.end - MARKS.1);
                if let (Some(element), Some(raw)) = (self.open.last_mut(), self.text.get(start..end)) {
                    element.text.push(raw, start, end);
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {}
        }
        Some(())
    }

    fn start(&mut self, tag: &BytesStart<'_>, span: Span) -> Option<()> {
        let element = element(tag, self.text, span, self.report);
        if SKIPPED.contains(&element.name.as_str()) {
            self.skipping = 1;
            return Some(());
        }
        self.open.push(element);
        if self.open.len() > DEEPEST {
            let message = format!("elements are nested more than {DEEPEST} deep");
            self.report.push(Code::E7001, span, message);
            return None;
        }
        Some(())
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => {}
        }
    }

    fn finished(self) -> Option<Element> {
        if let Some(left) = self.open.last() {
            let message = format!("`{}` is not closed before the file ends", left.name);
            self.report.push(Code::E7001, left.span, message);
            return None;
        }
        if self.root.is_none() {
            self.report.push(Code::E7001, Span::default(), "this is no XML: there is no element in it");
        }
        self.root
    }
}

fn element(tag: &BytesStart<'_>, text: &str, span: Span, report: &mut Report) -> Element {
    let (name, is_vendors) = local(tag.name().as_ref());
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = match attribute {
            Ok(attribute) => attribute,
            Err(error) => {
                report.push(Code::E7001, span, format!("an attribute does not read: {error}"));
                break;
            }
        };
        let mut value = Text { end: span.end, ..Text::default() };
        let raw = &*attribute.value;
        // The value is a part of the file's text, so the distance of the two tells where it stands.
        let at = (attribute.value.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        let at = if at <= text.len() { at } else { span.start };
        value.push_raw(raw, at, report);
        value.end = (at + raw.len()).min(text.len());
        attributes.push((local(attribute.key.as_ref()).0, value));
    }
    let text = Text { end: span.end, pieces: Vec::new(), value: String::new() };
    Element { name, is_vendors, attributes, children: Vec::new(), text, span }
}

/// A name without its prefix, in lower case, and whether it has one.
fn local(name: &str) -> (String, bool) {
    let name = name.to_lowercase();
    match name.split_once(':') {
        Some((_, local)) => (local.to_owned(), true),
        None => (name, false),
    }
}

/// The character that a reference names: one of XML's five, or one by its number.
fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_knows_where_it_stands() {
        let file = "<a><b n='x&amp;y'>1 &lt; <![CDATA[2]]></b></a>";
        let mut report = Report::new();
        let root = read(file, &mut report).unwrap();
        let b = &root.children[0];
        assert_eq!((b.text.value.as_str(), b.attributes[0].1.value.as_str()), ("1 < 2", "x&y"));
        let at = |text: &Text, byte: usize| &file[text.span(byte, byte + 1).start..][..1];
        assert_eq!((at(&b.text, 0), at(&b.text, 2), at(&b.text, 4)), ("1", "&", "2"));
        assert_eq!(at(&b.attributes[0].1, 2), "y");
    }
}
