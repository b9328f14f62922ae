//! Small questions about a model's structure that several crates ask.

use crate::expr::Expr;
use crate::model::{Model, VariableId};

/// Variables that an expression reads, in order of first appearance. `Initial` bodies count.
pub fn references(expr: &Expr) -> Vec<VariableId> {
    let mut found = Vec::new();
    expr.walk(&mut |e| {
        if let Expr::Variable { variable, .. } = e
            && !found.contains(variable)
        {
            found.push(*variable);
        }
    });
    found
}

/// Start of each variable's elements when all elements of all variables stand in one row; the last entry is the total.
pub fn element_offsets(model: &Model) -> Vec<usize> {
    let mut offsets = vec![0];
    for id in model.ids() {
        offsets.push(offsets[id.0] + model.size(id));
    }
    offsets
}
