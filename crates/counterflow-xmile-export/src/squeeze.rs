//! Dimensions of one element left out: an array along them is a single value. One reader stops at such arrays, another
//! names them like single values anyway.

use counterflow_model::{Definition, DimensionId, Equation, Expr, Index, Model, VariableId};

/// The model without dimensions of one element along any of its variables; numbers of elements and their order stay.
pub fn squeezed(model: &Model) -> Model {
    let mut narrow = model.clone();
    for variable in &mut narrow.variables {
        variable.dimensions.retain(|dimension| is_wide(model, *dimension));
        match &mut variable.definition {
            Definition::Stock(stock) => {
                [&mut stock.initial, &mut stock.net].into_iter().for_each(|e| equation(model, e))
            }
            Definition::Cell(cell) => [&mut cell.initial, &mut cell.next].into_iter().for_each(|e| equation(model, e)),
            Definition::Flow(own) | Definition::Auxiliary(own) => equation(model, own),
            Definition::Parameter(_) | Definition::Lever(_) => {}
        }
    }
    narrow
}

/// Whether an exported file has the dimension.
pub fn is_wide(model: &Model, dimension: DimensionId) -> bool {
    model.dimensions[dimension.0].elements.len() != 1
}

fn equation(model: &Model, equation: &mut Equation) {
    match equation {
        Equation::Every(own) => expression(model, own),
        Equation::Each(each) => each.iter_mut().for_each(|own| expression(model, own)),
    }
}

fn expression(model: &Model, expr: &mut Expr) {
    match expr {
        Expr::Number(_) | Expr::Clock(_) | Expr::Noise { .. } => {}
        Expr::Variable { variable, indices } => *indices = kept(model, *variable, indices),
        Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Initial(a) => expression(model, a),
        Expr::Binary(_, a, b) | Expr::Phased { start: a, running: b } => {
            [a, b].into_iter().for_each(|e| expression(model, e));
        }
        Expr::Ternary(_, a, b, c) => [a, b, c].into_iter().for_each(|e| expression(model, e)),
        Expr::Reduce { over, body, .. } => {
            expression(model, body);
            over.retain(|dimension| is_wide(model, *dimension));
            // Of one value each reduction is that value.
            if over.is_empty() {
                *expr = (**body).clone();
            }
        }
    }
}

/// The indices of a reference along dimensions of more than one element.
fn kept(model: &Model, variable: VariableId, indices: &[Index]) -> Vec<Index> {
    let pairs = model.variable(variable).dimensions.iter().zip(indices);
    pairs.filter(|(dimension, _)| is_wide(model, **dimension)).map(|(_, index)| *index).collect()
}
