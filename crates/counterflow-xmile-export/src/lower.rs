//! What is written: every variable, and the auxiliaries and stocks that lowering makes.

use counterflow_model::{
    Beyond, Binary, Clock, Definition, DimensionId, Equation, Expr, Index, LookupId, Model, Position, Stock, Unary,
    Variable, VariableId,
};

use crate::Options;
use crate::equation::{Writer, number};
use crate::expand::{expanded, running};
use crate::made::Need;
use crate::names::Names;

/// Something with a tag of its own.
pub struct Item {
    /// With `_` between words.
    pub name: String,
    /// The model's variable; `None` if lowering made it.
    pub variable: Option<VariableId>,
    /// A sentence, for what lowering made.
    pub documentation: String,
    /// Dimensions, outermost first.
    pub dimensions: Vec<DimensionId>,
    /// What it is.
    pub kind: Kind,
    /// One text for all elements, or one for each position.
    pub text: Text,
    /// The curve through which the text's value goes.
    pub curve: Option<LookupId>,
    /// Unit of what lowering made, where it has one.
    pub unit: &'static str,
}

/// What an item is.
pub enum Kind {
    /// An auxiliary or constant.
    Auxiliary,
    /// A flow.
    Flow,
    /// A stock with the names of its flows; its text is the value at the start.
    Stock { inflows: Vec<String>, outflows: Vec<String> },
}

/// The equations of an item.
pub enum Text {
    /// The same for all elements.
    Every(String),
    /// One for each position.
    Each(Vec<(Position, String)>),
}

/// Everything to write, in the model's order, each with what was made for it just before.
pub fn items(model: &Model, options: &Options) -> Vec<Item> {
    let names = Names::new(model);
    let mut lower = Lower { model, options, names, made: Vec::new(), known: Vec::new(), items: Vec::new() };
    for id in model.ids() {
        lower.variable(id);
    }
    lower.items
}

/// Expressions nested deeper than this are cut: one reader's parser has a limit of about 35 brackets.
const DEEPEST: usize = 9;

struct Lower<'a> {
    model: &'a Model,
    options: &'a Options,
    names: Names,
    /// Names of what was made; ids follow those of the model.
    made: Vec<String>,
    /// What was made, so that equal things are made once.
    known: Vec<(Need, Vec<DimensionId>)>,
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
                if model.lookups[lookup.0].beyond == Beyond::Hold =>
            {
                let argument = Equation::Every((**argument).clone());
                (Kind::Auxiliary, self.equation(id, &argument, false), Some(*lookup))
            }
            Definition::Auxiliary(equation) => (Kind::Auxiliary, self.equation(id, equation, false), None),
            Definition::Cell(_) => unreachable!("models with cells are refused before"),
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
        let (name, dimensions) = (self.names.of(id).to_owned(), variable.dimensions.clone());
        self.items.push(Item {
            name,
            variable: Some(id),
            documentation: String::new(),
            dimensions,
            kind,
            text,
            curve,
            unit: "",
        });
    }

    fn constants(&self, variable: &Variable, values: &[f64]) -> Text {
        match values {
            [first, rest @ ..] if rest.iter().all(|x| x.to_bits() == first.to_bits()) => Text::Every(number(*first)),
            _ => Text::Each(
                self.model.positions(&variable.dimensions).into_iter().zip(values.iter().map(|x| number(*x))).collect(),
            ),
        }
    }

    /// A stock's equations. Its flows are named where its net rate is no more than their sum; otherwise a flow is made.
    fn stock(&mut self, id: VariableId, stock: &Stock) -> (Kind, Text, Option<LookupId>) {
        let name = self.names.of(id).to_owned();
        let dimensions = self.model.variable(id).dimensions.clone();
        let mut text = self.equation(id, &stock.initial, true);
        if let Text::Each(_) = text {
            // Not every reader takes a stock whose elements start from different equations.
            let initial = self.names.fresh(&format!("{name}_at_start"));
            let subscripts: Vec<&str> = dimensions.iter().map(|d| self.model.dimensions[d.0].name.as_str()).collect();
            let all = format!("{initial}[{}]", subscripts.join(", "));
            let documentation = format!("Value of {name} at the start");
            let (kind, dimensions) = (Kind::Auxiliary, dimensions.clone());
            self.items.push(Item {
                name: initial,
                variable: None,
                documentation,
                dimensions,
                kind,
                text,
                curve: None,
                unit: "",
            });
            text = Text::Every(all);
        }
        if let Some((inflows, outflows)) = self.flows(id, stock) {
            return (Kind::Stock { inflows, outflows }, text, None);
        }
        let net = self.equation(id, &stock.net, false);
        let flow = self.names.fresh(&format!("{name}_net_flow"));
        let documentation = format!("Net rate of change of {name}");
        let item = Item {
            name: flow.clone(),
            variable: None,
            documentation,
            dimensions,
            kind: Kind::Flow,
            text: net,
            curve: None,
            unit: "",
        };
        self.items.push(item);
        (Kind::Stock { inflows: vec![flow], outflows: Vec::new() }, text, None)
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

    /// The texts of an equation. `starts`: it is evaluated at the start only, where values at the start need no stock.
    fn equation(&mut self, id: VariableId, equation: &Equation, starts: bool) -> Text {
        let dimensions = self.model.variable(id).dimensions.clone();
        match equation {
            Equation::Every(expr) => {
                let expr = expanded(self.model, expr, &Vec::new());
                let lowered = self.lowered(id, &expr, &dimensions, starts);
                Text::Every(self.writer().text(&lowered))
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

    /// The expression with what readers do not share replaced by references to things that are made.
    fn lowered(&mut self, owner: VariableId, expr: &Expr, scope: &[DimensionId], starts: bool) -> Expr {
        let lowered = match expr {
            Expr::Clock(Clock::Step) => return self.make(owner, Need::StepLength, scope),
            Expr::Clock(Clock::Time) => return self.make(owner, Need::TimeOnGrid, scope),
            Expr::Number(_) | Expr::Clock(_) | Expr::Variable { .. } | Expr::Noise { .. } | Expr::Reduce { .. } => {
                return expr.clone();
            }
            Expr::Lookup(lookup, a) => return self.curve(owner, *lookup, a, scope, starts),
            Expr::Phased { .. } => unreachable!("models with phased equations are refused before"),
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
        let is_name = matches!(lowered, Expr::Variable { .. });
        if is_name { lowered } else { self.make(owner, Need::Part(lowered), scope) }
    }

    /// A graphical function at an argument. Readers hold the ends, so lines that go on are added.
    fn curve(&mut self, owner: VariableId, id: LookupId, at: &Expr, scope: &[DimensionId], starts: bool) -> Expr {
        let lookup = &self.model.lookups[id.0];
        if lookup.beyond == Beyond::Hold {
            let argument = self.lowered(owner, at, scope, starts);
            return self.make(owner, Need::Curve(id, argument), scope);
        }
        let argument = self.named(owner, at, scope, starts);
        let within = self.make(owner, Need::Curve(id, argument.clone()), scope);
        let last = lookup.x.len() - 1;
        let beyond = |operator: Binary, end: f64, slope: f64| {
            let past = Expr::binary(Binary::Subtract, argument.clone(), Expr::Number(end));
            let past = Expr::binary(operator, past, Expr::Number(0.0));
            Expr::binary(Binary::Multiply, Expr::Number(slope), past)
        };
        let before = beyond(Binary::Minimum, lookup.x[0], lookup.slope(0));
        let after = beyond(Binary::Maximum, lookup.x[last], lookup.slope(last - 1));
        Expr::binary(Binary::Add, Expr::binary(Binary::Add, within, before), after)
    }

    /// A reference to what is needed, made now if it is new.
    fn make(&mut self, owner: VariableId, need: Need, scope: &[DimensionId]) -> Expr {
        let dimensions = need.body().map_or_else(Vec::new, |body| running(body, scope));
        let indices = dimensions.iter().map(|d| Index::Along(*d)).collect();
        let known = self.known.iter().position(|(known, along)| *known == need && *along == dimensions);
        let made = known.unwrap_or_else(|| {
            let text = match need.body() {
                Some(body) => self.writer().text(body),
                None => need.of_clock(self.model),
            };
            let owner = self.names.of(owner).to_owned();
            let name = self.names.fresh(&need.name(&owner));
            let (documentation, kind, curve, unit) = (need.sentence(&owner), need.kind(), need.curve(), need.unit());
            let (text, along) = (Text::Every(text), dimensions.clone());
            self.items.push(Item {
                name: name.clone(),
                variable: None,
                documentation,
                dimensions: along,
                kind,
                text,
                curve,
                unit,
            });
            self.made.push(name);
            self.known.push((need, dimensions));
            self.made.len() - 1
        });
        Expr::Variable { variable: VariableId(self.model.variables.len() + made), indices }
    }
}

/// One expression for all, where all are equal.
fn simplest(mut each: Vec<Expr>) -> Equation {
    match each.split_first() {
        Some((first, rest)) if rest.iter().all(|e| e == first) => Equation::Every(each.swap_remove(0)),
        _ => Equation::Each(each),
    }
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

/// How deeply operations are nested; a sum of many terms is not deep.
fn depth(expr: &Expr) -> usize {
    match expr {
        Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Initial(a) | Expr::Reduce { body: a, .. } => 1 + depth(a),
        Expr::Phased { start, running } => 1 + depth(start).max(depth(running)),
        Expr::Binary(operator, a, b) => {
            let chained = |e: &Expr| matches!(e, Expr::Binary(inner, ..) if inner == operator);
            depth(a).max(depth(b)) + usize::from(!chained(a) || chained(b))
        }
        Expr::Ternary(_, a, b, c) => 1 + depth(a).max(depth(b)).max(depth(c)),
        _ => 0,
    }
}
