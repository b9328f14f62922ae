//! Text to model: literate Markdown sectors, compiled with located diagnostics.
//!
//! Compiling never fails and never panics: [`compile`] returns a model, if nothing is wrong, and everything that was
//! found. The phases are modules with one public function each, in this order: `fence`, `token`, `parse`, `resolve`,
//! `shapes`, `units`, `should`, `order`, `evidence`, `lower`. The language is described in `docs/reference/language.md`.
//!
//! ```
//! use counterflow_lang::{Project, SourceFile, compile};
//!
//! let text = "```counterflow\nhorizon 0 to 1 steps 4\naux x : 1 = y\n```\n".to_owned();
//! let compiled = compile(&Project { files: vec![SourceFile { path: "x.md".into(), text }], ..Project::default() });
//! assert!(compiled.model.is_none());
//! assert_eq!(compiled.diagnostics[0].to_string(), "x.md:3:13: error E2001: no variable is called `y`; did you mean `x`?");
//! ```

mod citations;
mod codes;
mod diagnostic;
mod evidence;
mod fence;
mod functions;
mod horizon;
mod lower;
mod order;
mod parse;
mod report;
mod resolve;
mod shapes;
mod should;
mod suggest;
mod syntax;
mod token;
mod units;

pub use citations::{Citation, citations};
pub use codes::Code;
pub use diagnostic::{Diagnostic, Location, Severity};
pub use suggest::nearest;

use counterflow_model::{Horizon, Model, Unit};
use report::{Finding, Report};
use std::collections::{BTreeMap, BTreeSet};
use syntax::{Span, Statement};

/// One Markdown file.
#[derive(Clone, Debug, Default)]
pub struct SourceFile {
    /// Path, for messages and links.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// What the compiler needs to know of a data series.
#[derive(Clone, Debug, Default)]
pub struct SeriesFacts {
    /// Unit of its values.
    pub unit: Unit,
    /// Time in years (the middle of the period) and value.
    pub points: Vec<(f64, f64)>,
}

/// Everything that makes up a model's text.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Title for people.
    pub title: String,
    /// Horizon of `model.toml`; a `horizon` statement has precedence.
    pub horizon: Option<Horizon>,
    /// Chapters, in reading order.
    pub files: Vec<SourceFile>,
    /// Data series by key.
    pub series: BTreeMap<String, SeriesFacts>,
    /// Keys of the bibliography, if there is one.
    pub bibliography: Option<BTreeSet<String>>,
    /// A bundled model: every number has a unit, a range, a grade, a source and a date.
    pub strict: bool,
}

/// What compiling gives.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The model, if there is no error.
    pub model: Option<Model>,
    /// All errors and warnings of all files, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Largest file that is read, in bytes.
const LARGEST_FILE: usize = 4 << 20;

/// Compiles a project.
pub fn compile(project: &Project) -> Compiled {
    let mut report = Report::default();
    let mut chapters = Vec::new();
    let mut statements = Vec::new();
    for (i, file) in project.files.iter().enumerate() {
        let (chapter, mut found) = read(i, file, &mut report);
        chapters.push(chapter);
        statements.append(&mut found);
    }
    should::name_outcomes(&mut statements);
    let horizon = horizon::horizon(&statements, project.horizon, &mut report);
    let names = resolve::names(&statements, &mut report);
    shapes::check(&names, &mut report);
    units::check(&names, project.strict, &mut report);
    should::check(&names, horizon, &mut report);
    order::check(&names, &mut report);
    evidence::check(&names, project, &mut report);
    let sound = horizon.filter(|_| !report.has_errors());
    let model = sound.map(|horizon| lower::model(project, &chapters, horizon, &names));
    Compiled { model, diagnostics: report.diagnostics(&project.files) }
}

fn read(i: usize, file: &SourceFile, report: &mut Report) -> (fence::Chapter, Vec<Statement>) {
    let start = Span { file: i, start: 0, end: 0 };
    if file.text.len() > LARGEST_FILE {
        let message = format!("this file has {} bytes; at most {LARGEST_FILE} are read", file.text.len());
        report.push(Finding::new(Code::E0001, start, message).help("divide it into chapters"));
        return (fence::Chapter::default(), Vec::new());
    }
    let chapter = fence::chapter(i, &file.text, report);
    if chapter.blocks.is_empty() {
        let message = "this file holds no model text";
        let help = "model text stands in fences: a line ```counterflow, the statements, and a line ```";
        report.push(Finding::new(Code::W0001, start, message).help(help));
    }
    let mut statements = Vec::new();
    for block in &chapter.blocks {
        let tokens = token::tokens(&file.text, block, report);
        statements.append(&mut parse::statements(&file.text, &tokens, report));
    }
    (chapter, statements)
}
