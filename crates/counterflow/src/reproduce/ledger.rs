//! Reads all experiments of a project.

use counterflow_lang::{Code, Diagnostic, SourceFile};

use super::Experiment;
use super::head::head;
use super::text::sections;
use crate::claims::finding::{Findings, Wrong, problem};
use crate::claims::gather::{Entry, Reading, files_of, gather};
use crate::claims::head::fences;
use crate::error::Problem;
use crate::names;
use crate::project::Project;

/// All experiments of a project, and everything that is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Experiments {
    /// Experiments that read, in the order of their files.
    pub experiments: Vec<Experiment>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for showing places.
    pub files: Vec<SourceFile>,
}

impl Experiments {
    /// The experiments of a project; none if it has no folder `experiments`.
    ///
    /// # Errors
    /// If there are experiments and no model that they could name.
    pub fn of(project: &Project) -> Result<Experiments, Vec<Problem>> {
        let files = files_of(&project.files, "experiments");
        let (experiments, diagnostics) = gather(&files, |file| read(project, &file.path, &file.text))?;
        Ok(Experiments { experiments, diagnostics, files })
    }
}

impl Entry for Experiment {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Reads one experiment. There is one exactly if nothing is wrong with it.
///
/// # Errors
/// If the project has no model that it could name.
pub fn read(project: &Project, path: &str, text: &str) -> Result<Reading<Experiment>, Vec<Problem>> {
    let model =
        project.model().map_err(|_| vec![Problem::new("experiments", "the model does not compile; run `check`")])?;
    let mut findings = Findings::new(path, text);
    let first_line = 0..text.find('\n').unwrap_or(text.len());
    let fences = fences(text).map_err(|wrong| Wrong { code: Code::E9001, ..wrong });
    let experiment = findings.keep(first_line, fences).and_then(|(inside, end)| {
        let head = head(project, model, text, inside, &mut findings);
        let [study, rule, if_it_misses] = sections(project, text, end, head.as_ref(), &mut findings);
        let head = head?;
        let experiment = Experiment {
            id: head.id.0,
            target: head.target,
            sources: head.sources.into_iter().map(|(key, _)| key).collect(),
            kind: head.kind,
            used_in_fit: head.used_in_fit,
            standing: head.standing,
            published: head.published,
            ask: head.ask,
            study,
            rule,
            if_it_misses: Some(if_it_misses).filter(|text| !text.is_empty()),
            path: path.to_owned(),
        };
        Some((experiment, head.id.1))
    });
    let mut found = findings.found;
    found.sort_by_key(|diagnostic| (diagnostic.place.span.start, diagnostic.code));
    Ok((experiment.filter(|_| found.is_empty()), found))
}

/// All experiments of a project.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn all(project: &Project) -> Result<Vec<Experiment>, Vec<Problem>> {
    let found = Experiments::of(project)?;
    if found.diagnostics.is_empty() {
        Ok(found.experiments)
    } else {
        Err(found.diagnostics.into_iter().map(problem).collect())
    }
}

/// The experiment of a short name.
///
/// # Errors
/// If there is none.
pub fn find<'e>(experiments: &'e [Experiment], id: &str) -> Result<&'e Experiment, Problem> {
    let ids = experiments.iter().map(|experiment| experiment.id.as_str());
    let found = experiments.iter().find(|experiment| experiment.id == id);
    found.ok_or_else(|| names::unknown("experiments", "experiment", id, ids))
}
