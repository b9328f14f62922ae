//! Keys of the bibliography where a file names them: in `source` clauses and, as `[@key]` or `[@key; @other]`, in prose.

use std::ops::Range;

use crate::report::Report;
use crate::syntax::{Body, Name, Statement, StatementKind};
use crate::{SourceFile, read};

/// A key of the bibliography where a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The key as written.
    pub key: String,
    /// The parameter, lever or lookup whose source it is; `None` for one in prose.
    pub statement: Option<String>,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// Everything that a file cites, in the order of its text. What is wrong with its statements is for `compile` to say.
pub fn citations(file: &SourceFile) -> Vec<Citation> {
    let (chapter, statements) = read(0, file, &mut Report::default());
    let mut found: Vec<Citation> = statements.iter().flat_map(of_statement).collect();
    let mut from = 0;
    for block in &chapter.blocks {
        prose(&file.text, from..block.span.start, &mut found);
        from = block.span.end;
    }
    prose(&file.text, from..file.text.len(), &mut found);
    found.sort_by_key(|citation| citation.span.start);
    found
}

/// What the `source` clause of a statement names.
fn of_statement(statement: &Statement) -> Vec<Citation> {
    let (name, sources): (&Name, &[Name]) = match &statement.kind {
        StatementKind::Variable(variable) => match &variable.body {
            Body::Parameter(body) => (&variable.name, &body.evidence.sources),
            Body::Lever(body) => (&variable.name, &body.evidence.sources),
            _ => return Vec::new(),
        },
        StatementKind::Lookup(lookup) => (&lookup.name, &lookup.sources),
        _ => return Vec::new(),
    };
    let citation = |key: &Name| Citation {
        key: key.text.clone(),
        statement: Some(name.text.clone()),
        span: key.span.start..key.span.end,
    };
    sources.iter().map(citation).collect()
}

/// What stands between `[@` and `]` in a stretch of prose.
fn prose(text: &str, within: Range<usize>, found: &mut Vec<Citation>) {
    let mut at = within.start;
    while let Some(open) = text[at..within.end].find("[@") {
        let start = at + open + 1;
        let Some(length) = text[start..within.end].find(']') else { return };
        let mut from = start;
        for piece in text[start..start + length].split([';', ',']) {
            let key = piece.trim().trim_start_matches('@');
            let begin = from + piece.find(key).unwrap_or(0);
            from += piece.len() + 1;
            if !key.is_empty() {
                found.push(Citation { key: key.to_owned(), statement: None, span: begin..begin + key.len() });
            }
        }
        at = start + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Option<String>)> {
        let file = SourceFile { path: "x.md".into(), text: text.into() };
        let found = citations(&file);
        for citation in &found {
            assert_eq!(text[citation.span.clone()], citation.key);
        }
        found.into_iter().map(|citation| (citation.key, citation.statement)).collect()
    }

    #[test]
    fn clauses_and_prose_cite_in_the_order_of_the_text() {
        let text = "# X\n\nSo it is [@first; @second].\n\n```counterflow\nparam share : 1 = 0.2\n  source third, fourth\n\
                    lookup curve : 1 -> 1 = (0, 1) (1, 0)\n  source fifth\naux y : 1 = share\n```\n\nAnd so [@sixth].\n";
        let of = |key: &str, name: Option<&str>| (key.to_owned(), name.map(str::to_owned));
        let expected = [
            of("first", None),
            of("second", None),
            of("third", Some("share")),
            of("fourth", Some("share")),
            of("fifth", Some("curve")),
            of("sixth", None),
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn what_is_not_closed_or_empty_cites_nothing() {
        for text in ["", "[@", "[@]", "[@ ; ]", "[@open\n```counterflow\n```\n", "\u{feff}[@\u{e9}"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
