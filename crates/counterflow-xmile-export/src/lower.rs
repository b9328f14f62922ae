//! What is written: every variable, and the auxiliaries and stocks that lowering makes.

mod cell;
mod curve;
mod phase;
mod stock;

use std::collections::{BTreeMap, BTreeSet};

use counterflow_model::{
    Beyond, Binary, Clock, Definition, DimensionId, Equation, Expr, Index, Model, Unary, Variable, VariableId,
};

use crate::Options;
use crate::equation::{Made, Writer, is_literal_zero, number};
use crate::expand::{expanded, running};
use crate::item::{Item, Kind, Text};
use crate::made::{Key, Need};
use crate::names::Names;

/// Everything to write, in the model's order, each with what was made for it next to it; and the names in it.
pub fn items(model: &Model, options: &Options) -> (Vec<Item>, Names) {
    let mut lower = Lower {
        model,
        options,
        names: Names::new(model),
        made: Vec::new(),
        known: BTreeMap::new(),
        differing: phase::differing(model),
        starts: BTreeMap::new(),
        pending: Vec::new(),
        stage: None,
        items: Vec::new(),
    };
    for id in model.ids() {
        lower.variable(id);
        lower.write_starts();
    }
    (lower.items, lower.names)
}

/// Depth of one operation within another.
const NESTED: usize = 12;
/// Depth of one more operation in a row.
const LINKED: usize = 1;
/// Expressions deeper than this are cut: one reader's parser has a limit of about 35 brackets, ours one of 200 operations
/// in a row.
const DEEPEST: usize = 9 * NESTED;

struct Lower<'a> {
    model: &'a Model,
    options: &'a Options,
    names: Names,
    /// What was made; ids follow those of the model.
    made: Vec<Made>,
    /// What was made for a need, so that equal things are made once.
    known: BTreeMap<(Key, Vec<DimensionId>), VariableId>,
    /// Variables that initial equations see otherwise than the first step does.
    differing: BTreeSet<VariableId>,
    /// What initial equations see of them.
    starts: BTreeMap<VariableId, VariableId>,
    /// Those of them that are still to be written.
    pending: Vec<VariableId>,
    /// Which stage of a step it is, once a cell needs it.
    stage: Option<VariableId>,
    items: Vec<Item>,
}

impl Lower<'_> {
    fn variable(&mut self, id: VariableId) {
        let model = self.model;
        let variable = model.variable(id);
        let (kind, text, curve) = match &variable.definition {
            Definition::Stock(stock) => self.stock(id, stock),
            Definition::Flow(equation) => (Kind::Flow, self.equation(id, equation, false), None),
            Definition::Auxiliary(Equation::Every(Expr::Lookup(lookup, argument)))
                if model.lookups[lookup.0].beyond == Beyond::Hold
                    && (variable.dimensions.is_empty() || !running(argument, &variable.dimensions).is_empty()) =>
            {
                let argument = Equation::Every((**argument).clone());
                (Kind::Auxiliary, self.equation(id, &argument, false), Some(*lookup))
            }
            Definition::Auxiliary(equation) => (Kind::Auxiliary, self.equation(id, equation, false), None),
            Definition::Cell(cell) => self.cell(id, cell),
            Definition::Parameter(parameter) => {
                let changed = |(k, value): (usize, &f64)| *self.options.parameters.get(&(id, k)).unwrap_or(value);
                let values: Vec<f64> = parameter.values.iter().enumerate().map(changed).collect();
                (Kind::Auxiliary, self.constants(variable, &values), None)
            }
            Definition::Lever(lever) => {
                let moved = |k: usize| self.options.levers.get(&(id, k)).cloned();
                let each = (0..model.size(id)).map(|k| moved(k).unwrap_or(Expr::Number(lever.neutral))).collect();
                (Kind::Auxiliary, self.equation(id, &simplest(each), false), None)
            }
        };
        let item = Item::made(self.names.of(id), String::new(), &variable.dimensions, kind, text);
        self.items.push(Item { variable: Some(id), curve, ..item });
    }

    fn constants(&self, variable: &Variable, values: &[f64]) -> Text {
        match values {
            [first, rest @ ..] if rest.iter().all(|x| x.to_bits() == first.to_bits()) => Text::Every(number(*first)),
            _ => Text::Each(
                self.model.positions(&variable.dimensions).into_iter().zip(values.iter().map(|x| number(*x))).collect(),
            ),
        }
    }

    /// The texts of an equation. `starts`: it is evaluated at the start only, where values at the start need no stock.
    fn equation(&mut self, id: VariableId, equation: &Equation, starts: bool) -> Text {
        let dimensions = self.model.variable(id).dimensions.clone();
        match equation {
            Equation::Each(exprs) if dimensions.is_empty() => {
                let only = exprs.first().cloned().unwrap_or(Expr::Number(f64::NAN));
                self.equation(id, &Equation::Every(only), starts)
            }
            Equation::Every(expr) => {
                let expr = expanded(self.model, expr, &Vec::new());
                let lowered = self.lowered(id, &expr, &dimensions, starts);
                let text = self.writer().text(&lowered);
                // One reader can not spread a single computed value, as graphical functions are, over an array.
                let is_single = running(&lowered, &dimensions).is_empty() && has_variables(&lowered);
                if dimensions.is_empty() || !is_single {
                    return Text::Every(text);
                }
                Text::Each(self.model.positions(&dimensions).into_iter().map(|at| (at, text.clone())).collect())
            }
            Equation::Each(exprs) => {
                let each = self.model.positions(&dimensions).into_iter().zip(exprs).map(|(at, expr)| {
                    let expr = expanded(self.model, expr, &at);
                    let lowered = self.lowered(id, &expr, &[], starts);
                    (at, self.writer().text(&lowered))
                });
                Text::Each(each.collect())
            }
        }
    }

    fn writer(&self) -> Writer<'_> {
        Writer { model: self.model, names: &self.names, made: &self.made }
    }

    /// A place among what lowering made, for something that is written under this name.
    fn declare(&mut self, name: &str, dimensions: &[DimensionId]) -> VariableId {
        self.made.push(Made { name: name.to_owned(), dimensions: dimensions.to_vec() });
        VariableId(self.model.variables.len() + self.made.len() - 1)
    }

    /// The expression with what readers do not share replaced by references to things that are made.
    fn lowered(&mut self, owner: VariableId, expr: &Expr, scope: &[DimensionId], starts: bool) -> Expr {
        let lowered = match expr {
            Expr::Clock(Clock::Step) => return self.make(owner, Need::StepLength, scope),
            Expr::Clock(Clock::Time) => return self.make(owner, Need::TimeOnGrid, scope),
            Expr::Variable { variable, indices } if starts && self.differing.contains(variable) => {
                return self.at_start(*variable, indices);
            }
            Expr::Number(_) | Expr::Clock(_) | Expr::Variable { .. } | Expr::Noise { .. } | Expr::Reduce { .. } => {
                return expr.clone();
            }
            Expr::Lookup(lookup, a) => return self.curve(owner, *lookup, a, scope, starts),
            Expr::Phased { start, running } => {
                return self.lowered(owner, if starts { start } else { running }, scope, starts);
            }
            Expr::Initial(a) if starts => return self.lowered(owner, a, scope, starts),
            Expr::Initial(a) => {
                let body = self.lowered(owner, a, scope, true);
                return self.make(owner, Need::Start(body), scope);
            }
            Expr::Unary(Unary::Int, a) => {
                // Written twice: only a name is short enough.
                Expr::Unary(Unary::Int, Box::new(self.named(owner, a, scope, starts)))
            }
            Expr::Binary(Binary::Modulo, a, b) => {
                let quotient = Expr::Binary(Binary::Divide, a.clone(), b.clone());
                let whole = Expr::binary(Binary::Multiply, (**b).clone(), Expr::Unary(Unary::Int, Box::new(quotient)));
                let remainder = Expr::binary(Binary::Subtract, (**a).clone(), whole);
                return self.lowered(owner, &remainder, scope, starts);
            }
            Expr::Binary(operator @ (Binary::Equal | Binary::NotEqual), a, b) if !is_literal_zero(b) => {
                // One reader takes what is nearly equal for equal, so they must be neither above nor below each other.
                let [a, b] = [a, b].map(|e| self.named(owner, e, scope, starts));
                let above = Expr::binary(Binary::GreaterOrEqual, a.clone(), b.clone());
                let equal = Expr::binary(Binary::And, above, Expr::binary(Binary::LessOrEqual, a, b));
                if *operator == Binary::Equal { equal } else { Expr::Unary(Unary::Not, Box::new(equal)) }
            }
            Expr::Unary(operator, a) => Expr::Unary(*operator, Box::new(self.lowered(owner, a, scope, starts))),
            Expr::Binary(operator, a, b) => {
                let [a, b] = [a, b].map(|e| Box::new(self.lowered(owner, e, scope, starts)));
                Expr::Binary(*operator, a, b)
            }
            Expr::Ternary(operator, a, b, c) => {
                let [a, b, c] = [a, b, c].map(|e| Box::new(self.lowered(owner, e, scope, starts)));
                Expr::Ternary(*operator, a, b, c)
            }
        };
        if depth(&lowered) > DEEPEST { self.make(owner, Need::Part(lowered), scope) } else { lowered }
    }

    /// A name for an expression, so that it can be written more than once.
    fn named(&mut self, owner: VariableId, expr: &Expr, scope: &[DimensionId], starts: bool) -> Expr {
        let lowered = self.lowered(owner, expr, scope, starts);
        let is_short = matches!(lowered, Expr::Variable { .. } | Expr::Number(_));
        if is_short { lowered } else { self.make(owner, Need::Part(lowered), scope) }
    }

    /// A reference to what is needed, made now if it is new.
    fn make(&mut self, owner: VariableId, need: Need, scope: &[DimensionId]) -> Expr {
        let dimensions = need.body().map_or_else(Vec::new, |body| running(body, scope));
        let indices = dimensions.iter().map(|d| Index::Along(*d)).collect();
        let text = match need.body() {
            Some(body) => self.writer().text(body),
            None => need.of_clock(self.model),
        };
        let key = (need.key(&text), dimensions.clone());
        let known = self.known.get(&key).copied();
        let variable = known.unwrap_or_else(|| {
            let owner = self.names.of(owner).to_owned();
            let name = self.names.fresh(&need.name(&owner));
            let item = Item::made(&name, need.sentence(&owner), &dimensions, need.kind(), Text::Every(text));
            self.items.push(Item { curve: need.curve(), unit: need.unit(), ..item });
            let made = self.declare(&name, &dimensions);
            self.known.insert(key, made);
            made
        });
        Expr::Variable { variable, indices }
    }
}

/// One expression for all, where all are equal.
fn simplest(mut each: Vec<Expr>) -> Equation {
    match each.split_first() {
        Some((first, rest)) if rest.iter().all(|e| e == first) => Equation::Every(each.swap_remove(0)),
        _ => Equation::Each(each),
    }
}

fn has_variables(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= matches!(e, Expr::Variable { .. }));
    found
}

/// How deeply operations are nested; a long sum or product is a little deep.
fn depth(expr: &Expr) -> usize {
    match expr {
        Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Initial(a) | Expr::Reduce { body: a, .. } => NESTED + depth(a),
        Expr::Phased { start, running } => NESTED + depth(start).max(depth(running)),
        Expr::Binary(operator, a, b) => {
            let goes_on = |e: &Expr| match e {
                Expr::Binary(inner, ..) => chain(*operator).is_some_and(|own| chain(*inner) == Some(own)),
                _ => false,
            };
            depth(a).max(depth(b)) + if goes_on(a) && !goes_on(b) { LINKED } else { NESTED }
        }
        Expr::Ternary(_, a, b, c) => NESTED + depth(a).max(depth(b)).max(depth(c)),
        _ => 0,
    }
}

/// Operators that stand in a row without brackets, by what they make.
fn chain(operator: Binary) -> Option<Binary> {
    match operator {
        Binary::Add | Binary::Subtract => Some(Binary::Add),
        Binary::Multiply | Binary::Divide => Some(Binary::Multiply),
        Binary::And | Binary::Or => Some(operator),
        _ => None,
    }
}
