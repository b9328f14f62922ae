//! One moment of a run: the value of every variable at one time, for given stocks.

use std::cell::RefCell;

use counterflow_model::{
    Binary, Clock, Definition, DimensionId, Expr, Index, Model, Position, Reduction, VariableId, element_offsets,
    random,
};

use crate::dual::Value;
use crate::run::Inputs;

/// A time of a run and the stocks at it.
pub struct Moment<'a, N> {
    model: &'a Model,
    inputs: &'a Inputs<'a, N>,
    /// First element of each variable in the row of all elements.
    offsets: Vec<usize>,
    /// In years.
    time: f64,
    /// Number of the step: noise holds its value within it.
    step: u64,
    /// Value of each element of a stock or cell, by element; at the start there are none yet, and initial values are evaluated.
    stocks: Option<&'a [N]>,
    /// The start of the run, for `INIT`; `None` at the start itself.
    start: Option<&'a Moment<'a, N>>,
    /// Values found so far, by element.
    known: RefCell<Vec<Option<N>>>,
}

impl<'a, N: Value> Moment<'a, N> {
    /// The start of a run, where stocks are what their initial values say.
    pub fn start(model: &'a Model, inputs: &'a Inputs<'a, N>) -> Moment<'a, N> {
        let offsets = element_offsets(model);
        let known = RefCell::new(vec![None; offsets[model.variables.len()]]);
        Moment { model, inputs, offsets, time: model.horizon.start, step: 0, stocks: None, start: None, known }
    }

    /// A moment during a run that began with `start`.
    pub fn during(start: &'a Moment<'a, N>, time: f64, step: u64, stocks: &'a [N]) -> Moment<'a, N> {
        let known = RefCell::new(vec![None; start.known.borrow().len()]);
        let (model, inputs, offsets) = (start.model, start.inputs, start.offsets.clone());
        Moment { model, inputs, offsets, time, step, stocks: Some(stocks), start: Some(start), known }
    }

    /// The value of every element of every variable.
    pub fn elements(&self) -> Vec<N> {
        (self.model.ids()).flat_map(|id| (0..self.model.size(id)).map(move |k| self.element(id, k))).collect()
    }

    /// The net rate of every stock element, in its place among all elements; zero elsewhere.
    pub fn nets(&self) -> Vec<N> {
        let net = |id: VariableId, k: usize| match &self.model.variable(id).definition {
            Definition::Stock(stock) => self.value(stock.net.element(k), &self.position(id, k)),
            _ => N::number(0.0),
        };
        self.model.ids().flat_map(|id| (0..self.model.size(id)).map(move |k| net(id, k))).collect()
    }

    /// The next value of every cell element, with its place among all elements.
    pub fn next_of_cells(&self) -> Vec<(usize, N)> {
        let mut next = Vec::new();
        for id in self.model.ids() {
            if let Definition::Cell(cell) = &self.model.variable(id).definition {
                let value = |k: usize| self.value(cell.next.element(k), &self.position(id, k));
                next.extend((0..self.model.size(id)).map(|k| (self.offsets[id.0] + k, value(k))));
            }
        }
        next
    }

    /// The value of one element of a variable.
    fn element(&self, id: VariableId, k: usize) -> N {
        let place = self.offsets[id.0] + k;
        if let Some(value) = self.known.borrow()[place] {
            return value;
        }
        let at = self.position(id, k);
        let value = match (&self.model.variable(id).definition, self.stocks) {
            (Definition::Parameter(_), _) => self.inputs.parameters[self.parameter(id) + k],
            (Definition::Lever(_), _) => N::number((self.inputs.lever)(id, k, self.time)),
            (Definition::Stock(_) | Definition::Cell(_), Some(stocks)) => stocks[place],
            (Definition::Stock(stock), None) => self.value(stock.initial.element(k), &at),
            (Definition::Cell(cell), None) => self.value(cell.initial.element(k), &at),
            (Definition::Flow(equation) | Definition::Auxiliary(equation), _) => self.value(equation.element(k), &at),
        };
        self.known.borrow_mut()[place] = Some(value);
        value
    }

    /// Place of a parameter's first element among the elements of all parameters.
    fn parameter(&self, id: VariableId) -> usize {
        self.model.parameters().take_while(|(other, _)| *other < id).map(|(other, _)| self.model.size(other)).sum()
    }

    fn position(&self, id: VariableId, k: usize) -> Position {
        self.model.positions(&self.model.variable(id).dimensions).swap_remove(k)
    }

    /// The value of an expression at a position.
    pub fn value(&self, expr: &Expr, at: &Position) -> N {
        match expr {
            Expr::Number(x) => N::number(*x),
            Expr::Variable { variable, indices } => self.element(*variable, self.place(*variable, indices, at)),
            Expr::Clock(Clock::Time) => N::number(self.time),
            Expr::Clock(Clock::Start) => N::number(self.model.horizon.start),
            Expr::Clock(Clock::Stop) => N::number(self.model.horizon.stop),
            Expr::Clock(Clock::Step) => N::number(self.inputs.step()),
            Expr::Unary(operator, a) => N::unary(*operator, self.value(a, at)),
            Expr::Binary(operator, a, b) => N::binary(*operator, self.value(a, at), self.value(b, at)),
            Expr::Ternary(operator, a, b, c) => {
                N::ternary(*operator, self.value(a, at), self.value(b, at), self.value(c, at))
            }
            Expr::Lookup(lookup, a) => N::lookup(&self.model.lookups[lookup.0], self.value(a, at)),
            Expr::Reduce { reduction, over, body } => self.reduce(*reduction, over, body, at),
            Expr::Initial(body) => self.start.unwrap_or(self).value(body, at),
            Expr::Phased { start, running } => self.value(if self.stocks.is_none() { start } else { running }, at),
            Expr::Noise { stream } => N::number(self.noise(*stream, at)),
        }
    }

    /// Number of the element that subscripts mean, in row-major order.
    fn place(&self, variable: VariableId, indices: &[Index], at: &Position) -> usize {
        let along = |dimension: &DimensionId| at.iter().find(|(d, _)| d == dimension).map_or(usize::MAX, |(_, i)| *i);
        let position = indices.iter().map(|index| match index {
            Index::Element(i) => *i,
            Index::Along(dimension) => along(dimension),
        });
        position.zip(self.model.shape(variable)).fold(0, |place, (i, size)| place * size + i)
    }

    /// Values are combined from the first to the last, the last dimension running fastest.
    fn reduce(&self, reduction: Reduction, over: &[DimensionId], body: &Expr, at: &Position) -> N {
        let outer: Position = at.iter().copied().filter(|(d, _)| !over.contains(d)).collect();
        let values = self.model.positions(over).into_iter().map(|inner| {
            // Reduced dimensions stand outside of those around them; only the numbering of noise depends on it.
            self.value(body, &inner.into_iter().chain(outer.iter().copied()).collect())
        });
        let values: Vec<N> = values.collect();
        let combined = |operator: Binary| {
            let nothing = N::number(f64::NAN);
            values.iter().copied().reduce(|a, b| N::binary(operator, a, b)).unwrap_or(nothing)
        };
        match reduction {
            Reduction::Sum => combined(Binary::Add),
            Reduction::Mean => N::binary(Binary::Divide, combined(Binary::Add), N::number(values.len() as f64)),
            Reduction::Product => combined(Binary::Multiply),
            Reduction::Minimum => combined(Binary::Minimum),
            Reduction::Maximum => combined(Binary::Maximum),
        }
    }

    /// Every position has a stream of its own: the stream's number plus the position's row-major number.
    fn noise(&self, stream: u64, at: &Position) -> f64 {
        if !self.inputs.noise {
            return 0.0;
        }
        let number = at.iter().fold(0, |number, (d, i)| number * self.model.dimensions[d.0].elements.len() + i);
        random::normal(self.inputs.seed, stream.wrapping_add(number as u64), self.inputs.member, self.step)
    }
}
