//! Equations of which the start has another than the run (`ACTIVE INITIAL`, `init_eqn`).
//!
//! Not all readers know them. What differs has an auxiliary for the start beside it, which only initial equations read.

use std::collections::{BTreeMap, BTreeSet};

use counterflow_model::{Definition, Equation, Expr, Index, Model, VariableId};

use super::Lower;
use crate::item::{Item, Kind};

/// Flows and auxiliaries whose value for initial equations is not that of the first step: those with two equations, and
/// all that is computed from them. Stocks and cells have one value at the start, and so has whatever `INIT` gives.
pub fn differing(model: &Model) -> BTreeSet<VariableId> {
    let mut found = BTreeSet::new();
    let mut readers: BTreeMap<VariableId, Vec<VariableId>> = BTreeMap::new();
    for id in model.ids() {
        let Some(equation) = computed(model, id) else { continue };
        for expr in equation.expressions() {
            walk_outside_init(expr, &mut |e| match e {
                Expr::Phased { .. } => _ = found.insert(id),
                Expr::Variable { variable, .. } => readers.entry(*variable).or_default().push(id),
                _ => {}
            });
        }
    }
    let mut pending: Vec<VariableId> = found.iter().copied().collect();
    while let Some(id) = pending.pop() {
        let new = readers.get(&id).into_iter().flatten().filter(|reader| found.insert(**reader));
        pending.extend(new);
    }
    found
}

/// The equation of a flow or auxiliary.
fn computed(model: &Model, id: VariableId) -> Option<&Equation> {
    match &model.variable(id).definition {
        Definition::Flow(equation) | Definition::Auxiliary(equation) => Some(equation),
        Definition::Stock(_) | Definition::Cell(_) | Definition::Parameter(_) | Definition::Lever(_) => None,
    }
}

fn walk_outside_init(expr: &Expr, visit: &mut impl FnMut(&Expr)) {
    visit(expr);
    match expr {
        Expr::Number(_) | Expr::Variable { .. } | Expr::Clock(_) | Expr::Noise { .. } | Expr::Initial(_) => {}
        Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Reduce { body: a, .. } => walk_outside_init(a, visit),
        Expr::Binary(_, a, b) | Expr::Phased { start: a, running: b } => {
            [a, b].into_iter().for_each(|e| walk_outside_init(e, visit));
        }
        Expr::Ternary(_, a, b, c) => [a, b, c].into_iter().for_each(|e| walk_outside_init(e, visit)),
    }
}

impl Lower<'_> {
    /// What initial equations see of a variable that differs. It is written later, so that long chains do not nest.
    pub fn at_start(&mut self, id: VariableId, indices: &[Index]) -> Expr {
        let known = self.starts.get(&id).copied();
        let variable = known.unwrap_or_else(|| {
            let name = self.names.fresh(&format!("{}_at_start", self.names.of(id)));
            let made = self.declare(&name, &self.model.variable(id).dimensions);
            self.starts.insert(id, made);
            self.pending.push(id);
            made
        });
        Expr::Variable { variable, indices: indices.to_vec() }
    }

    /// Writes what initial equations were found to read.
    pub fn write_starts(&mut self) {
        while let Some(id) = self.pending.pop() {
            let Some(equation) = computed(self.model, id) else { continue };
            let text = self.equation(id, equation, true);
            let name = self.made[self.starts[&id].0 - self.model.variables.len()].name.clone();
            let documentation = format!("What initial equations see of {}", self.names.of(id));
            let dimensions = &self.model.variable(id).dimensions;
            self.items.push(Item::made(&name, documentation, dimensions, Kind::Auxiliary, text));
        }
    }
}
