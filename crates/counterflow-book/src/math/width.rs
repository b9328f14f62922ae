//! How wide an expression is when it is typeset, in letters: enough to know where lines should end.

use counterflow_model::{Binary, Expr, Index, Model, Ternary, Unary};

use super::time::Timely;

/// About so many letters across.
pub fn width(model: &Model, expr: &Expr) -> usize {
    let of = |e: &Expr| width(model, e);
    if let Some(timely) = Timely::of(expr) {
        return of(timely.size) + of(timely.from) + 7;
    }
    match expr {
        Expr::Number(x) => format!("{x}").len(),
        Expr::Clock(_) => 5,
        Expr::Noise { .. } => 17,
        Expr::Variable { variable, indices } => {
            let words = |index: &Index| match index {
                Index::Element(_) => 8,
                Index::Along(d) => model.dimensions[d.0].name.chars().count(),
            };
            model.variable(*variable).name.chars().count() + indices.iter().map(words).sum::<usize>() * 2 / 3
        }
        Expr::Unary(Unary::Negate, a) => 1 + of(a),
        Expr::Unary(_, a) => 5 + of(a),
        Expr::Binary(Binary::Divide | Binary::SafeDivide, a, b) => 1 + of(a).max(of(b)),
        Expr::Binary(Binary::Power, a, b) => of(a) + of(b) * 2 / 3,
        Expr::Binary(Binary::Minimum | Binary::Maximum, a, b) => 5 + of(a) + of(b),
        Expr::Binary(_, a, b) => 3 + of(a) + of(b),
        Expr::Ternary(Ternary::Select, a, b, c) => 6 + of(a) + of(b).max(of(c)),
        Expr::Ternary(Ternary::SafeDivideOr, a, b, c) => 4 + of(a).max(of(b)) + of(c),
        Expr::Lookup(id, a) => 2 + model.lookups[id.0].name.chars().count() + of(a),
        Expr::Reduce { body, .. } => 6 + of(body),
        Expr::Initial(a) => 8 + of(a),
        Expr::Phased { start, running } => 12 + of(start).max(of(running)),
    }
}

/// The terms that an associative operator joins, in order.
pub fn chain(operator: Binary, expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Binary(own, a, b) if *own == operator => {
            let mut terms = chain(operator, a);
            terms.append(&mut chain(operator, b));
            terms
        }
        _ => vec![expr],
    }
}
