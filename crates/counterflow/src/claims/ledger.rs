//! Reads all claims of a project.

use counterflow_lang::{Diagnostic, SourceFile};

use super::Claim;
use super::finding::{Findings, problem};
use super::gather::{Entry, Reading, files_of, gather};
use super::head::{fences, head};
use super::known::Known;
use super::sections::sections;
use crate::error::Problem;
use crate::names;
use crate::project::Project;

/// All claims of a project, and everything that is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Claims that read, in the order of their files.
    pub claims: Vec<Claim>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for showing places.
    pub files: Vec<SourceFile>,
}

impl Ledger {
    /// The claims of a project; none if it has no folder `claims`.
    ///
    /// # Errors
    /// If there are claims and what they may name is not there: no model, or a posterior or policy that does not read.
    pub fn of(project: &Project) -> Result<Ledger, Vec<Problem>> {
        let files = files_of(&project.files, "claims");
        if files.is_empty() {
            return Ok(Ledger::default());
        }
        let known = Known::new(project)?;
        let one = |file: &SourceFile| Ok::<_, Vec<Problem>>(read(&known, &file.path, &file.text));
        let (claims, diagnostics) = gather(&files, one)?;
        Ok(Ledger { claims, diagnostics, files })
    }
}

impl Entry for Claim {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Reads one claim. There is one exactly if nothing is wrong with it.
pub fn read(known: &Known<'_>, path: &str, text: &str) -> Reading<Claim> {
    let mut findings = Findings::new(path, text);
    let first_line = 0..text.find('\n').unwrap_or(text.len());
    let claim = findings.keep(first_line, fences(text)).and_then(|(inside, end)| {
        let head = head(known, text, inside.clone(), &mut findings);
        let body = sections(known, text, end, head.as_ref(), &mut findings);
        let (head, [record, model, would_have_to_be_true]) = (head?, body);
        let claim = Claim {
            id: head.id.0,
            claim: head.claim,
            side: head.side,
            kind: head.kind,
            status: head.status,
            variables: head.variables,
            sources: head.sources.into_iter().map(|(key, _)| key).collect(),
            record,
            model,
            would_have_to_be_true,
            path: path.to_owned(),
        };
        Some((claim, head.id.1))
    });
    let mut found = findings.found;
    found.sort_by_key(|diagnostic| (diagnostic.place.span.start, diagnostic.code));
    (claim.filter(|_| found.is_empty()), found)
}

/// All claims of a project.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn all(project: &Project) -> Result<Vec<Claim>, Vec<Problem>> {
    let ledger = Ledger::of(project)?;
    if ledger.diagnostics.is_empty() {
        Ok(ledger.claims)
    } else {
        Err(ledger.diagnostics.into_iter().map(problem).collect())
    }
}

/// The claim of a short name.
///
/// # Errors
/// If there is none.
pub fn find<'c>(claims: &'c [Claim], id: &str) -> Result<&'c Claim, Problem> {
    let ids = claims.iter().map(|claim| claim.id.as_str());
    claims.iter().find(|claim| claim.id == id).ok_or_else(|| names::unknown("claims", "claim", id, ids))
}
