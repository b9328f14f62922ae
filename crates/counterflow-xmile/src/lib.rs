//! XMILE files to model: the second front end beside `counterflow-lang`.
//!
//! Reading never fails and never panics: [`compile`] gives a model, if nothing is wrong, and everything that was found.
//! The phases are modules: `markup` (XML to a tree), `document` (the tree to declarations), `expression` (equations to
//! trees), `instances` (modules to variables), `lower` (equations to the model's expressions, arrays unrolled element by
//! element), `circles` (nothing may depend on itself). Delays, smooths and functions of time are those of
//! `counterflow_model::standard`, as in our own language. What is supported is listed in `docs/reference/xmile.md`.
//!
//! ```
//! use counterflow_lang::SourceFile;
//! use counterflow_xmile::compile;
//!
//! let text = "<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs>\n\
//!     <model><variables><aux name='births'><eqn>deaths</eqn></aux></variables></model></xmile>";
//! let compiled = compile(&SourceFile { path: "x.xmile".into(), text: text.into() });
//! assert_eq!(compiled.diagnostics[0].to_string(), "x.xmile:2:43: error E2001: no variable is called `deaths`");
//! ```

mod circles;
mod document;
mod expression;
mod functions;
mod instances;
mod lower;
mod markup;
mod names;
pub mod reference;
mod report;

use counterflow_lang::{Code, Compiled, SourceFile};
use counterflow_model::{Horizon, Model};

use document::Document;
use report::{Report, Span};

/// Endings of files that are read as XMILE.
pub const ENDINGS: &[&str] = &["xmile", "stmx", "itmx"];

/// Largest file that is read, in bytes.
const LARGEST_FILE: usize = 16 << 20;

/// Compiles a file.
pub fn compile(file: &SourceFile) -> Compiled {
    let mut report = Report::new();
    let model = read(file, &mut report);
    let model = model.filter(|_| !report.has_errors());
    Compiled { model, diagnostics: report.diagnostics(&file.path, &file.text) }
}

/// Whether two names are the same to XMILE, which knows neither case nor blanks.
pub fn same_name(one: &str, other: &str) -> bool {
    names::canonical(one) == names::canonical(other)
}

fn read(file: &SourceFile, report: &mut Report) -> Option<Model> {
    if file.text.len() > LARGEST_FILE {
        let message = format!("this file has {} bytes; at most {LARGEST_FILE} are read", file.text.len());
        report.push(Code::E0001, Span::default(), message);
        return None;
    }
    let text = file.text.strip_prefix('\u{feff}').map_or_else(|| file.text.clone(), |rest| format!("   {rest}"));
    let root = markup::read(&text, report)?;
    let document = document::document(&root, report);
    let horizon = document.horizon.filter(|_| !document.models.is_empty())?;
    let first = build(file, &document, horizon, true, report)?;
    let circles = circles::circles(&first);
    if circles.is_empty() {
        return Some(first);
    }
    // A stock that is kept from going below zero may pay out what comes in at once, unless that closes a circle.
    let mut again = Report::new();
    let second = build(file, &document, horizon, false, &mut again)?;
    if circles::circles(&second).is_empty() {
        return Some(second);
    }
    for circle in circles {
        report.push(circle.code, line(&text, circle.line), circle.message);
    }
    None
}

fn build(
    file: &SourceFile,
    document: &Document,
    horizon: Horizon,
    at_once: bool,
    report: &mut Report,
) -> Option<Model> {
    let structure = instances::structure(document, report);
    lower::model(file, document, structure, horizon, at_once, report)
}

/// What is written on a line.
fn line(text: &str, number: usize) -> Span {
    let start: usize = text.split_inclusive('\n').take(number.saturating_sub(1)).map(str::len).sum();
    let written = text[start..].lines().next().unwrap_or_default();
    let blanks = written.len() - written.trim_start().len();
    Span { start: start + blanks, end: start + written.trim_end().len().max(blanks) }
}
