//! A model to one XMILE 1.0 file, written so that other programs compute the same numbers from it.
//!
//! Arrays stay arrays. What readers of XMILE do not share is lowered to what they do: reductions are written out,
//! graphical functions stand in auxiliaries of their own, values at the start are stocks without flows, and random
//! numbers are zero. What XMILE has no word for (priors, ranges, grades, sources) stands in our own namespace, which
//! others skip.

mod document;
mod equation;
mod expand;
mod lower;
mod made;
mod names;
mod unwritten;
mod xml;

use std::collections::BTreeMap;

use counterflow_model::{Expr, Model, VariableId};

/// What to write beside the model itself.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Equations of lever elements that a policy moves; all others have their neutral value.
    pub levers: BTreeMap<(VariableId, usize), Expr>,
    /// Elements of parameters with another value than the model's, by variable and position.
    pub parameters: BTreeMap<(VariableId, usize), f64>,
    /// Sentences for people, in the file's header.
    pub notes: Vec<String>,
}

/// The text of the file.
///
/// # Errors
/// A sentence for each variable that can not be written so that all readers compute the same.
pub fn export(model: &Model, options: &Options) -> Result<String, Vec<String>> {
    let unwritten = unwritten::unwritten(model);
    if !unwritten.is_empty() {
        return Err(unwritten);
    }
    let items = lower::items(model, options);
    Ok(document::document(model, options, &items))
}
