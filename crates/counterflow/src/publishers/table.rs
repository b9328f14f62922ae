//! Tables from outside: CSV in UTF-8 or Latin-1, or a JSON array of flat objects, as rows of text with their places.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Deserializer, Map, Value};

use super::faults::Faults;
use super::{Column, Problem};

/// Line, and for CSV the number of the field, for JSON the character; both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line of the file.
    pub line: usize,
    /// Field, or character.
    pub column: usize,
}

/// The rows of a file, and where each column that the publisher asks for stands in them.
pub struct Table {
    positions: Vec<Option<usize>>,
    rows: Vec<(Place, StringRecord)>,
    is_json: bool,
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    place: Place,
    fields: &'a StringRecord,
}

/// The text of a file: UTF-8, with or without its mark, or else Latin-1. A character cut off at the end is dropped, so
/// that a file that was cut off is told by its last row.
pub fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Names of the columns: the first row of CSV, the keys of all objects of JSON.
///
/// # Errors
/// Why the text is not a table, as a sentence.
pub fn heads(text: &str) -> Result<Vec<String>, String> {
    if text.trim_start().starts_with(['[', '{']) {
        let mut heads = BTreeMap::new();
        // A file that breaks off later still has heads; what is wrong is told when it is read.
        for (_, object) in Objects::new(text)?.map_while(Result::ok) {
            object.keys().for_each(|key| _ = heads.insert(key.clone(), ()));
        }
        return if heads.is_empty() {
            Err("it is not an array of objects".to_owned())
        } else {
            Ok(heads.into_keys().collect())
        };
    }
    let mut reader = reader(text);
    let heads = reader.headers().map_err(|e| e.to_string())?;
    let heads: Vec<String> = heads.iter().map(str::to_owned).collect();
    if heads.len() > 1 { Ok(heads) } else { Err("it is not a table with several columns".to_owned()) }
}

/// A name of a column without case and without what stands between words.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Table {
    /// Reads all rows. Columns that are missing, rows of another length and JSON that breaks off go to `faults`; there is
    /// no table if a needed column is missing.
    pub fn read(text: &str, heads: &[String], columns: &[Column], faults: &mut Faults) -> Option<Table> {
        let positions: Vec<Option<usize>> = columns.iter().map(|column| column.among(heads)).collect();
        let missing = columns.iter().zip(&positions).filter(|(column, position)| column.needed && position.is_none());
        let mut whole = true;
        for (column, _) in missing {
            whole = false;
            let near = column.nearest(heads);
            let at = near.and_then(|near| heads.iter().position(|head| head == near)).unwrap_or(0);
            let message = match near {
                Some(near) => format!("found column `{near}`; expected `{}`", column.names[0]),
                None => format!("found no column `{}`; expected one", column.names[0]),
            };
            faults.say(Place { line: 1, column: at + 1 }, message, None);
        }
        let is_json = text.trim_start().starts_with(['[', '{']);
        let rows = if is_json { json_rows(text, heads, faults) } else { csv_rows(text, heads, faults) };
        whole.then_some(Table { positions, rows, is_json })
    }

    /// All rows, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(place, fields)| Row { table: self, place: *place, fields })
    }
}

impl<'a> Row<'a> {
    /// The text of a column, by its number in the publisher's list; empty if the table has no such column.
    pub fn text(self, column: usize) -> &'a str {
        self.table.positions[column].and_then(|position| self.fields.get(position)).unwrap_or("").trim()
    }

    /// Where a column's field stands.
    pub fn place(self, column: usize) -> Place {
        let field = self.table.positions[column].map_or(1, |position| position + 1);
        if self.table.is_json { self.place } else { Place { column: field, ..self.place } }
    }

    /// All of the row.
    pub fn fields(self) -> &'a StringRecord {
        self.fields
    }
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes())
}

fn csv_rows(text: &str, heads: &[String], faults: &mut Faults) -> Vec<(Place, StringRecord)> {
    let mut rows = Vec::new();
    for record in reader(text).into_records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.whole(error.to_string());
                break;
            }
        };
        let place = Place { line: record.position().map_or(1, |p| p.line() as usize), column: 1 };
        if record.len() == heads.len() {
            rows.push((place, record));
        } else {
            let message = format!(
                "found {} fields; expected {}: a comma too many or the file is cut off",
                record.len(),
                heads.len()
            );
            faults.say(Place { column: record.len(), ..place }, message, None);
        }
    }
    rows
}

fn json_rows(text: &str, heads: &[String], faults: &mut Faults) -> Vec<(Place, StringRecord)> {
    let mut rows = Vec::new();
    let mut lines = Lines { text, seen: 0, line: 1, start: 0 };
    // Whoever asks has read the heads, so there is an array.
    for object in Objects::new(text).into_iter().flatten() {
        match object {
            Ok((at, object)) => {
                let field = |head: &String| match object.get(head) {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                };
                rows.push((lines.place(at), heads.iter().map(field).collect::<Vec<_>>().into()));
            }
            Err((at, message)) => faults.say(lines.place(at), message, None),
        }
    }
    rows
}

/// The objects of a JSON array, one after the other, each with the byte at which it starts; or where and why the array
/// breaks off.
struct Objects<'a> {
    text: &'a str,
    at: usize,
    ended: bool,
}

impl<'a> Objects<'a> {
    fn new(text: &'a str) -> Result<Objects<'a>, String> {
        let start = text.len() - text.trim_start().len();
        if text[start..].starts_with('[') {
            Ok(Objects { text, at: start + 1, ended: false })
        } else {
            Err("it is not an array of objects".to_owned())
        }
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }
}

impl Iterator for Objects<'_> {
    type Item = Result<(usize, Map<String, Value>), (usize, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.skip_blanks();
        if self.text[self.at..].starts_with(']') {
            self.ended = true;
            return None;
        }
        let start = self.at;
        let mut values = Deserializer::from_str(&self.text[start..]).into_iter::<Map<String, Value>>();
        let object = values.next();
        self.at += values.byte_offset();
        self.skip_blanks();
        let rest = &self.text[self.at..];
        match object {
            Some(Ok(object)) if rest.starts_with([',', ']']) => {
                self.at += usize::from(rest.starts_with(','));
                Some(Ok((start, object)))
            }
            _ => {
                self.ended = true;
                let message =
                    "found no whole object; expected one, and `,` or `]` after it: the file is cut off or damaged";
                Some(Err((start, message.to_owned())))
            }
        }
    }
}

/// Lines of bytes that are asked for in order.
struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: usize,
    start: usize,
}

impl Lines<'_> {
    fn place(&mut self, byte: usize) -> Place {
        for (at, _) in self.text[self.seen..byte].match_indices('\n') {
            self.line += 1;
            self.start = self.seen + at + 1;
        }
        self.seen = byte;
        Place { line: self.line, column: self.text[self.start..byte].chars().count() + 1 }
    }
}

/// Brings pages of JSON together into one array.
///
/// # Errors
/// If a page is not an array.
pub fn joined(path: &str, pages: &[String]) -> Result<String, Problem> {
    let mut parts = Vec::new();
    for page in pages {
        let inner = page.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let inner = inner.ok_or_else(|| Problem::new(path, "found no JSON array; expected one"))?.trim();
        parts.extend((!inner.is_empty()).then_some(inner));
    }
    Ok(format!("[{}]", parts.join(",\n")))
}
