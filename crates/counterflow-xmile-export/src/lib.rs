//! A model to one XMILE 1.0 file, written so that other programs compute the same numbers from it.
//!
//! Arrays stay arrays, but for those of one element, which are single values. What readers of XMILE do not share is lowered to what they do: reductions are written out,
//! graphical functions stand in auxiliaries of their own or are choices, values at the start are stocks without flows,
//! memories are stocks, and random numbers are zero. What XMILE has no word for (priors, ranges, grades, sources) stands in our own namespace, which
//! others skip.

mod document;
mod equation;
mod expand;
mod item;
mod lower;
mod made;
mod names;
mod reference;
mod squeeze;
mod xml;

use std::collections::BTreeMap;

use counterflow_model::{Expr, Model, VariableId};

pub use reference::PAGE;

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
pub fn export(model: &Model, options: &Options) -> String {
    let model = &squeeze::squeezed(model);
    let (items, names) = lower::items(model, options);
    document::document(model, options, &names, &items)
}
