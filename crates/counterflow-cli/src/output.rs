//! Where answers go, and what can keep them from going there.

use std::fmt;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;

use crate::commands::Chosen;
use counterflow::{Model, Problem, Project, places, render};
use serde_json::Value;

/// How a command that ran ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, or yes.
    Done,
    /// The command ran and the answer is no.
    No,
}

/// What kept a command from running to its end.
#[derive(Debug)]
pub enum Failure {
    /// Something asked for is not there or does not read.
    Input(Vec<Problem>),
    /// A model does not compile: its messages, ready to show.
    Model(String),
    /// Standard output can not be written.
    Output(io::Error),
    /// Whoever read standard output has closed it; that is not an error.
    ReaderGone,
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Failure {
        Failure::Input(problems)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Input(vec![problem])
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe { Failure::ReaderGone } else { Failure::Output(error) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Input(problems) => problems.iter().try_for_each(|problem| writeln!(f, "error: {problem}")),
            Failure::Model(messages) => writeln!(f, "{messages}\n\nerror: the model does not compile"),
            Failure::Output(error) => writeln!(f, "error: standard output: {error}"),
            Failure::ReaderGone => Ok(()),
        }
    }
}

/// Standard output.
pub struct Output {
    writer: BufWriter<StdoutLock<'static>>,
}

impl Output {
    /// Locks standard output.
    pub fn new() -> Output {
        Output { writer: BufWriter::new(io::stdout().lock()) }
    }

    /// Writes text as it is.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.writer.write_all(text.as_bytes())?)
    }

    /// Writes a line.
    pub fn line(&mut self, line: impl fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.writer, "{line}")?)
    }

    /// Writes a JSON document. Numbers that are not finite become null: JSON has no others.
    pub fn json(&mut self, value: &Value) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.writer, value).map_err(io::Error::from)?;
        self.line("")
    }

    /// Writes a JSON document on one line and sends it off, for programs that follow.
    pub fn now(&mut self, value: &Value) -> Result<(), Failure> {
        self.line(value)?;
        self.finish()
    }

    /// Writes a document by a function that needs a plain writer.
    pub fn with(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        Ok(write(&mut self.writer)?)
    }

    /// Sends off what is still held back.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

/// Makes a folder, with those around it, unless it is there.
pub fn make_folder(folder: &Path) -> Result<(), Failure> {
    Ok(std::fs::create_dir_all(folder).map_err(|error| Problem::unwritable(folder, &error))?)
}

/// Writes texts into a folder, each by its ending to `NAME.ENDING`.
pub fn write_files(folder: &Path, name: &str, files: &[(&str, String)]) -> Result<(), Failure> {
    make_folder(folder)?;
    for (ending, text) in files {
        let path = folder.join(format!("{name}.{ending}"));
        std::fs::write(&path, text).map_err(|error| Problem::unwritable(&path, &error))?;
    }
    Ok(())
}

/// Says something beside the answer.
pub fn note(text: impl fmt::Display) {
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says everything that must be seen.
pub fn warn(warnings: &[Problem]) {
    for warning in warnings {
        note(format_args!("warning: {warning}"));
    }
}

/// The model at a path, of the project that was named, or the bundled one, with the variants that were chosen.
pub fn open(path: Option<&Path>, chosen: &Chosen) -> Result<Project, Failure> {
    let project = Project::choose(chosen.path(path)?, &chosen.choices)?;
    for choice in project.choices() {
        note(format_args!("note: variant {choice}"));
    }
    let (own, name) = (project.own_posterior_name(), project.posterior_name());
    if own != name {
        let unfitted = places::unfitted(&project)?;
        note(match unfitted.as_slice() {
            [] => format!("note: draws are those of `{name}`, with what was fitted of places"),
            [one] => {
                format!("note: {one} was not fitted; draws are those of `{name}`, new parameters have their priors")
            }
            many => format!(
                "note: {} were not fitted; draws are those of `{name}`, new parameters have their priors",
                many.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
        });
    }
    warn(project.stale_posterior().as_slice());
    Ok(project)
}

/// The compiled model of a project. Warnings about its text are counted, `check` shows them.
pub fn compiled(project: &Project) -> Result<&Model, Failure> {
    let count = project.compiled.diagnostics.len();
    match project.model() {
        Ok(model) => {
            if count > 0 {
                note(format_args!("note: {count} warnings about the model's text; `counterflow check` shows them"));
            }
            Ok(model)
        }
        Err(_) => Err(Failure::Model(render::diagnostics(project, width()))),
    }
}

/// Columns of the terminal; what `COLUMNS` says has precedence.
pub fn width() -> usize {
    const UNKNOWN: usize = 100;
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let found = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(found).unwrap_or(UNKNOWN).max(40)
}
