//! Markdown as far as the compiler reads it: a title, a first paragraph and the fences marked `counterflow`.

use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::syntax::Span;

/// The parts of one file.
#[derive(Debug, Default)]
pub struct Chapter {
    /// First heading.
    pub title: String,
    /// First paragraph.
    pub summary: String,
    /// Fences marked `counterflow`, in order.
    pub blocks: Vec<Block>,
}

/// The inside of a fence.
#[derive(Debug)]
pub struct Block {
    /// Where it stands.
    pub span: Span,
    /// How far the fence is indented; the text's left margin.
    pub margin: usize,
}

/// A fence that is open: its character, length and indentation, and where it began.
struct Fence {
    mark: char,
    length: usize,
    margin: usize,
    start: usize,
    inside: usize,
    is_model: bool,
}

/// Splits a file into its parts.
pub fn chapter(file: usize, text: &str, report: &mut Report) -> Chapter {
    let mut chapter = Chapter::default();
    let mut fence: Option<Fence> = None;
    let mut paragraph = Paragraph::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
        match &fence {
            Some(open) if closes(content, open) => {
                close(open, file, at, &mut chapter);
                fence = None;
            }
            Some(_) => {}
            None => {
                fence = opening(content, at, at + line.len());
                paragraph.read(content, fence.is_some(), &mut chapter);
            }
        }
        at += line.len();
    }
    paragraph.end(&mut chapter);
    if let Some(open) = fence.filter(|f| f.is_model) {
        let span = Span { file, start: open.start, end: open.inside.min(text.len()) };
        report.push(
            Finding::new(Code::E0002, span, "a fence is opened here and never closed")
                .label("opened here")
                .help("end the model text with a line of ```"),
        );
        close(&open, file, text.len(), &mut chapter);
    }
    chapter
}

fn close(open: &Fence, file: usize, end: usize, chapter: &mut Chapter) {
    if open.is_model {
        chapter.blocks.push(Block { span: Span { file, start: open.inside, end }, margin: open.margin });
    }
}

/// The fence that a line opens, if it does.
fn opening(content: &str, start: usize, inside: usize) -> Option<Fence> {
    let rest = content.trim_start_matches(' ');
    let margin = content.len() - rest.len();
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.chars().take_while(|c| *c == mark).count();
    let info = rest[length..].trim();
    if length < 3 || margin > 3 || (mark == '`' && info.contains('`')) {
        return None;
    }
    let is_model = info.split_whitespace().next() == Some("counterflow");
    Some(Fence { mark, length, margin, start: start + margin, inside, is_model })
}

fn closes(content: &str, open: &Fence) -> bool {
    let rest = content.trim();
    rest.chars().count() >= open.length && rest.chars().all(|c| c == open.mark)
}

/// Finds the first heading and the first paragraph after it.
#[derive(Default)]
struct Paragraph {
    lines: Vec<String>,
    in_comment: bool,
    done: bool,
}

impl Paragraph {
    fn read(&mut self, content: &str, is_fence: bool, chapter: &mut Chapter) {
        let line = content.trim();
        if self.in_comment || line.starts_with("<!--") {
            self.in_comment = !line.contains("-->");
            return;
        }
        let hashes = line.chars().take_while(|c| *c == '#').count();
        let heading = (1..=6).contains(&hashes) && line[hashes..].starts_with(' ');
        if heading && chapter.title.is_empty() {
            chapter.title = line[hashes..].trim().trim_end_matches('#').trim().to_owned();
        } else if heading || is_fence || line.is_empty() {
            self.end(chapter);
        } else if !self.done {
            self.lines.push(line.to_owned());
        }
    }

    fn end(&mut self, chapter: &mut Chapter) {
        if !self.lines.is_empty() && !self.done {
            chapter.summary = self.lines.join(" ");
            self.done = true;
        }
    }
}
