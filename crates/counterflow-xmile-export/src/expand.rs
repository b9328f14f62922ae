//! Expressions at fixed positions: subscripts put in, reductions written out.

use counterflow_model::{Binary, DimensionId, Expr, Index, Model, Position, Reduction};

/// The expression with the fixed positions put in, without reductions and random numbers.
pub fn expanded(model: &Model, expr: &Expr, at: &Position) -> Expr {
    let inside = |e: &Expr| Box::new(expanded(model, e, at));
    match expr {
        Expr::Number(_) | Expr::Clock(_) => expr.clone(),
        Expr::Noise { .. } => Expr::Number(0.0),
        Expr::Variable { variable, indices } => {
            let fixed = |index: &Index| match index {
                Index::Along(d) => at.iter().find(|(own, _)| own == d).map_or(*index, |(_, i)| Index::Element(*i)),
                Index::Element(_) => *index,
            };
            Expr::Variable { variable: *variable, indices: indices.iter().map(fixed).collect() }
        }
        Expr::Unary(operator, a) => Expr::Unary(*operator, inside(a)),
        Expr::Binary(operator, a, b) => Expr::Binary(*operator, inside(a), inside(b)),
        Expr::Ternary(operator, a, b, c) => Expr::Ternary(*operator, inside(a), inside(b), inside(c)),
        Expr::Lookup(lookup, a) => Expr::Lookup(*lookup, inside(a)),
        Expr::Initial(a) => Expr::Initial(inside(a)),
        Expr::Phased { start, running } => Expr::Phased { start: inside(start), running: inside(running) },
        Expr::Reduce { reduction, over, body } => reduced(model, *reduction, over, body, at),
    }
}

/// In the same order as in a run, so that only elementary functions can differ.
fn reduced(model: &Model, reduction: Reduction, over: &[DimensionId], body: &Expr, at: &Position) -> Expr {
    let outer: Position = at.iter().copied().filter(|(d, _)| !over.contains(d)).collect();
    let terms: Vec<Expr> = (model.positions(over).into_iter())
        .map(|inner| expanded(model, body, &outer.iter().copied().chain(inner).collect()))
        .collect();
    let count = terms.len() as f64;
    let operator = match reduction {
        Reduction::Sum | Reduction::Mean => Binary::Add,
        Reduction::Product => Binary::Multiply,
        Reduction::Minimum => Binary::Minimum,
        Reduction::Maximum => Binary::Maximum,
    };
    let combine = |a: Expr, b: Expr| Expr::binary(operator, a, b);
    let total = terms.into_iter().reduce(combine).unwrap_or(Expr::Number(f64::NAN));
    if reduction == Reduction::Mean { Expr::binary(Binary::Divide, total, Expr::Number(count)) } else { total }
}

/// Dimensions along which an expanded expression still runs, in the order of `scope`.
pub fn running(expr: &Expr, scope: &[DimensionId]) -> Vec<DimensionId> {
    let mut found = Vec::new();
    expr.walk(&mut |e| {
        if let Expr::Variable { indices, .. } = e {
            found.extend(indices.iter().filter_map(|index| match index {
                Index::Along(dimension) => Some(*dimension),
                Index::Element(_) => None,
            }));
        }
    });
    scope.iter().copied().filter(|d| found.contains(d)).collect()
}
