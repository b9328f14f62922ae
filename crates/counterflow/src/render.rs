//! Messages with the text they are about, in the style of the Rust compiler.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use counterflow_lang::{Diagnostic, Severity, SourceFile};

use crate::project::Project;

/// Lines longer than this (in bytes) are not shown: they are not text for people.
const LONGEST_LINE: usize = 2000;
/// Most lines of one message that are shown.
const MOST_LINES: usize = 12;

/// All messages about a project's text, one after the other.
pub fn diagnostics(project: &Project, width: usize) -> String {
    listed(&project.compiled.diagnostics, &project.sources_of_text, width)
}

/// Messages about these files, one after the other.
pub fn listed(all: &[Diagnostic], files: &[SourceFile], width: usize) -> String {
    all.iter().map(|found| diagnostic(found, files, width)).collect::<Vec<_>>().join("\n\n")
}

/// One message: code, place, the text with a mark under it, and how to mend it.
pub fn diagnostic(found: &Diagnostic, files: &[SourceFile], width: usize) -> String {
    let file = files.iter().find(|file| file.path == found.place.path);
    let Some((lines, offset)) = file.and_then(|file| around(&file.text, &found.place.span)) else {
        return found.to_string();
    };
    let level = if found.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let (from, to) = (found.place.span.start - offset, (found.place.span.end - offset).min(lines.len()));
    let mark = AnnotationKind::Primary.span(from..to).label(&found.label);
    let snippet = Snippet::source(lines).line_start(found.place.line).path(&found.place.path).annotation(mark);
    let mut group = level.primary_title(&found.message).id(found.code.text()).element(snippet);
    if let Some(help) = &found.help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::plain().term_width(width).render(&[group])
}

/// The whole lines that hold a span, and the byte at which they start. `None` where there is nothing to show.
fn around<'t>(text: &'t str, span: &std::ops::Range<usize>) -> Option<(&'t str, usize)> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(start..)?;
    let lines_of_span = text.get(span.clone())?.trim_end_matches('\n').matches('\n').count() + 1;
    let shown = rest.split_inclusive('\n').take(lines_of_span.min(MOST_LINES));
    let mut length = 0;
    for line in shown {
        if line.len() > LONGEST_LINE {
            return None;
        }
        length += line.len();
    }
    let lines = rest[..length].trim_end_matches(['\n', '\r']);
    (!lines.is_empty()).then_some((lines, start))
}
