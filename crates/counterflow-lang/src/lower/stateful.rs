//! Smooths and material delays as hidden stocks. Each occurrence has stocks of its own.

use super::{Lower, Scope};
use crate::syntax;
use crate::units;
use counterflow_model::standard::{Cascade, cascade};
use counterflow_model::{Definition, DimensionId, Equation, Expr, Index, Stock, Unit, Variable, VariableId};

impl Lower<'_, '_> {
    /// `SMTH(x, time, initial)` or `DELAY(x, time, initial)`: a row of stocks, each held for its share of the time.
    pub fn stateful(
        &mut self,
        function: Cascade,
        (written, arguments): (&syntax::Expr, Vec<Expr>),
        name: &str,
        scope: &Scope,
    ) -> Expr {
        let unit = units::unit_of(self.names, written);
        let unit = if function.is_delay { unit.times(&Unit::base("year")) } else { unit };
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next().unwrap_or(Expr::Number(f64::NAN));
        let (input, time) = (next(), next());
        let initial = arguments.next().unwrap_or_else(|| input.clone());
        let dimensions = along(&[&input, &time, &initial], scope.dimensions);
        let occurrence = self.occurrence(scope.owner);
        let stocks: Vec<Expr> = (0..function.stages).map(|stage| self.reference(stage, &dimensions)).collect();
        let (stages, value) = cascade(function, input, time, initial, &stocks);
        for (stage, made) in (1..).zip(stages) {
            let name = format!("{}.{}_{occurrence}.{stage}", scope.owner, name.to_ascii_lowercase());
            let definition = integral(made.initial, made.net);
            self.hidden.push(Variable { name, unit: unit.clone(), definition, ..self.inner(&dimensions, scope) });
        }
        value
    }

    fn occurrence(&mut self, owner: &str) -> usize {
        let count = self.occurrences.entry(owner.to_owned()).or_insert(0);
        *count += 1;
        *count
    }

    /// A hidden variable that will be made next, counted from 0.
    fn reference(&self, ahead: usize, dimensions: &[DimensionId]) -> Expr {
        let variable = VariableId(self.first_hidden + self.hidden.len() + ahead);
        Expr::Variable { variable, indices: dimensions.iter().map(|d| Index::Along(*d)).collect() }
    }

    /// A hidden variable that is still to be named and defined.
    fn inner(&self, dimensions: &[DimensionId], scope: &Scope) -> Variable {
        Variable {
            name: String::new(),
            sector: self.sector(scope.span),
            documentation: format!("Inner stock of a delay or smooth in `{}`", scope.owner),
            unit: Unit::one(),
            dimensions: dimensions.to_vec(),
            definition: integral(Expr::Number(0.0), Expr::Number(0.0)),
            place: self.place(scope.span),
            hidden: true,
        }
    }
}

fn integral(initial: Expr, net: Expr) -> Definition {
    let (initial, net) = (Equation::Every(initial), Equation::Every(net));
    Definition::Stock(Stock { initial, net, inflows: Vec::new(), outflows: Vec::new() })
}

/// Dimensions along which expressions run: those of the definition in its order, then those of reductions around.
fn along(exprs: &[&Expr], definition: &[DimensionId]) -> Vec<DimensionId> {
    let mut found = Vec::new();
    for expr in exprs {
        running(expr, &mut Vec::new(), &mut found);
    }
    let order = |d: &DimensionId| definition.iter().position(|own| own == d).unwrap_or(definition.len());
    found.sort_by_key(order);
    found
}

fn running(expr: &Expr, bound: &mut Vec<DimensionId>, found: &mut Vec<DimensionId>) {
    match expr {
        Expr::Number(_) | Expr::Clock(_) | Expr::Noise { .. } => {}
        Expr::Variable { indices, .. } => {
            for index in indices {
                if let Index::Along(dimension) = index
                    && !bound.contains(dimension)
                    && !found.contains(dimension)
                {
                    found.push(*dimension);
                }
            }
        }
        Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Initial(a) => running(a, bound, found),
        Expr::Binary(_, a, b) | Expr::Phased { start: a, running: b } => {
            [a, b].into_iter().for_each(|e| running(e, bound, found))
        }
        Expr::Ternary(_, a, b, c) => [a, b, c].into_iter().for_each(|e| running(e, bound, found)),
        Expr::Reduce { over, body, .. } => {
            let before = bound.len();
            bound.extend(over);
            running(body, bound, found);
            bound.truncate(before);
        }
    }
}
