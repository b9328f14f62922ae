//! Stocks: where they start, and their flows.

use counterflow_model::{Binary, Definition, DimensionId, Equation, Expr, Index, LookupId, Stock, Unary, VariableId};

use super::Lower;
use crate::item::{Item, Kind, Text};

impl Lower<'_> {
    /// A stock's equations. Its flows are named where its net rate is no more than their sum; otherwise a flow is made.
    pub fn stock(&mut self, id: VariableId, stock: &Stock) -> (Kind, Text, Option<LookupId>) {
        let text = self.initial(id, &stock.initial);
        if let Some((inflows, outflows)) = self.flows(id, stock) {
            return (Kind::Stock { inflows, outflows }, text, None);
        }
        let flow = self.names.fresh(&format!("{}_net_flow", self.names.of(id)));
        let documentation = format!("Net rate of change of {}", self.names.of(id));
        self.flow(id, &flow, documentation, &stock.net);
        (Kind::Stock { inflows: vec![flow], outflows: Vec::new() }, text, None)
    }

    /// The value of a stock or cell at the start.
    pub fn initial(&mut self, id: VariableId, equation: &Equation) -> Text {
        let text = self.equation(id, equation, true);
        let Text::Each(_) = text else { return text };
        // Not every reader takes a stock whose elements start from different equations.
        let dimensions = self.model.variable(id).dimensions.clone();
        let name = self.names.fresh(&format!("{}_at_start", self.names.of(id)));
        let documentation = format!("Value of {} at the start", self.names.of(id));
        self.items.push(Item::made(&name, documentation, &dimensions, Kind::Auxiliary, text));
        let made = self.declare(&name, &dimensions);
        Text::Every(self.writer().text(&along(made, &dimensions)))
    }

    /// A flow with the dimensions of a stock or cell.
    pub fn flow(&mut self, id: VariableId, name: &str, documentation: String, equation: &Equation) {
        let text = self.equation(id, equation, false);
        let dimensions = &self.model.variable(id).dimensions;
        self.items.push(Item::made(name, documentation, dimensions, Kind::Flow, text));
    }

    /// Names of the flows in and out, if each is a flow of the model with the stock's own dimensions.
    fn flows(&self, id: VariableId, stock: &Stock) -> Option<(Vec<String>, Vec<String>)> {
        let Equation::Every(net) = &stock.net else { return None };
        let mut terms = Vec::new();
        signed(net, true, &mut terms);
        let dimensions = &self.model.variable(id).dimensions;
        let own: Vec<Index> = dimensions.iter().map(|d| Index::Along(*d)).collect();
        let (mut inflows, mut outflows) = (Vec::new(), Vec::new());
        for (term, positive) in terms {
            match term {
                Expr::Variable { variable, indices }
                    if *indices == own
                        && self.model.variable(*variable).dimensions == *dimensions
                        && matches!(self.model.variable(*variable).definition, Definition::Flow(_)) =>
                {
                    let list = if positive { &mut inflows } else { &mut outflows };
                    list.push(self.names.of(*variable).to_owned());
                }
                Expr::Number(0.0) => {}
                _ => return None,
            }
        }
        Some((inflows, outflows))
    }
}

/// All elements of something, each where it is evaluated.
pub fn along(variable: VariableId, dimensions: &[DimensionId]) -> Expr {
    Expr::Variable { variable, indices: dimensions.iter().map(|d| Index::Along(*d)).collect() }
}

/// Terms of a sum with their signs.
fn signed<'e>(expr: &'e Expr, positive: bool, terms: &mut Vec<(&'e Expr, bool)>) {
    match expr {
        Expr::Binary(Binary::Add, a, b) => {
            signed(a, positive, terms);
            signed(b, positive, terms);
        }
        Expr::Binary(Binary::Subtract, a, b) => {
            signed(a, positive, terms);
            signed(b, !positive, terms);
        }
        Expr::Unary(Unary::Negate, a) => signed(a, !positive, terms),
        _ => terms.push((expr, positive)),
    }
}
