//! What a claim may name: everything else of the project, gathered once.

use counterflow_model::Model;

use super::finding::Wrong;
use crate::Project;
use crate::error::Problem;
use crate::listing::{self, ParameterEntry};
use crate::policy::{self, Policy, STATUS_QUO};
use counterflow_lang::Code;

/// Model, parameters and policies of a project, for reading its claims.
pub struct Known<'a> {
    pub(super) project: &'a Project,
    pub(super) model: &'a Model,
    pub(super) parameters: Vec<ParameterEntry>,
    policies: Vec<Policy>,
}

impl<'a> Known<'a> {
    /// What claims of this project may name.
    ///
    /// # Errors
    /// If the model does not compile, or its posterior or one of its policies does not read.
    pub fn new(project: &'a Project) -> Result<Known<'a>, Vec<Problem>> {
        let model =
            project.model().map_err(|_| vec![Problem::new("claims", "the model does not compile; run `check`")])?;
        let parameters = listing::parameters(project, model).map_err(|problem| vec![problem])?;
        Ok(Known { project, model, parameters, policies: policy::all(project)? })
    }

    /// The policy of a short name, or of moves `lever=value@YYYY-MM` joined by `+`. Never a file.
    pub(super) fn policy(&self, reference: &str) -> Result<Policy, Wrong> {
        if let Some(policy) = self.policies.iter().find(|policy| policy.id == reference) {
            return Ok(policy.clone());
        }
        if !reference.contains('=') {
            let ids = self.policies.iter().map(|policy| policy.id.as_str());
            let help = "give a bundled policy, or moves as lever=value@YYYY-MM joined by +";
            return Err(Wrong::unknown(Code::E8007, "policy", reference, ids).help(help));
        }
        let settings: Vec<String> = reference.split('+').map(str::to_owned).collect();
        let refused = |problem: &Problem| {
            let wrong = Wrong::new(Code::E8007, problem.to_string());
            if problem.help.is_some() { wrong } else { wrong.help("levers and their ranges: `counterflow levers`") }
        };
        let policy = policy::chosen(self.project, None, &settings);
        let policy = policy.map_err(|problems| refused(&problems[0]))?;
        match policy.warnings.first() {
            Some(warning) => Err(refused(warning)),
            None => Ok(Policy { id: reference.to_owned(), name: reference.to_owned(), ..policy }),
        }
    }
}

/// Whether a reference stands for the policy that moves nothing.
pub fn is_status_quo(reference: &str) -> bool {
    reference == STATUS_QUO
}
