//! Arrays unrolled into scalar nodes: every element of every variable becomes one node.

use counterflow_model::{Binary, element_offsets};
use counterflow_model::{
    Clock, Definition, DimensionId, Equation, Expr, Index, Model, Position, Reduction, VariableId,
};

use crate::nodes::{Node, NodeId, Nodes, Origin};

/// The scalar form of a model.
#[derive(Clone, Debug)]
pub struct Elements {
    /// All nodes.
    pub nodes: Nodes,
    /// First element of each variable in the row of all elements.
    pub offsets: Vec<usize>,
    /// Node of each element during a run.
    pub value: Vec<NodeId>,
    /// Slots of stocks and then of cells, in order: node of the net rate or next value, and of the initial value.
    pub stocks: Vec<StockNodes>,
    /// How many of those slots are stocks.
    pub integrals: usize,
    /// Initial node of each held value.
    pub held: Vec<NodeId>,
    /// Stream and element of each noise input.
    pub noise: Vec<(u64, u32)>,
    /// Elements of parameters, by slot.
    pub parameters: Vec<(VariableId, usize)>,
    /// Elements of levers, by slot.
    pub levers: Vec<(VariableId, usize)>,
    /// Nodes of the conditions of the model's checks.
    pub checks: Vec<NodeId>,
    /// Nodes of the expressions of the model's observations.
    pub observations: Vec<NodeId>,
}

/// Nodes of one stock element or cell element.
#[derive(Clone, Copy, Debug)]
pub struct StockNodes {
    /// Net rate of change of a stock; next value of a cell.
    pub net: NodeId,
    /// Value at the start.
    pub initial: NodeId,
}

/// Unrolls a model. `step` is the length of a step. With `start_is_time` the time in initial values is a node and not a
/// number: it has the same value, but dates can be told from other numbers.
pub fn elaborate(model: &Model, step: f64, start_is_time: bool) -> Elements {
    let offsets = element_offsets(model);
    let total = offsets[model.variables.len()];
    let mut work = Work {
        model,
        step,
        start_is_time,
        nodes: Nodes::default(),
        offsets,
        done: [vec![None; total], vec![None; total]],
        slots: vec![0; total],
        held: Vec::new(),
        noise: Vec::new(),
        parameters: Vec::new(),
        levers: Vec::new(),
        stock_elements: Vec::new(),
    };
    work.assign_slots();
    let integrals = work.stock_elements.len();
    work.assign_cell_slots();
    let value = (0..total).map(|element| work.settle(Phase::Running, element)).collect();
    let stocks = work.stock_nodes();
    let check = |work: &mut Work, e: &Expr| work.settle_expression(Phase::Running, e);
    let checks = model.checks.iter().map(|c| check(&mut work, &c.condition)).collect();
    let observations = model.observations.iter().map(|o| check(&mut work, &o.expression)).collect();
    Elements {
        nodes: work.nodes,
        offsets: work.offsets,
        value,
        stocks,
        integrals,
        held: work.held,
        noise: work.noise,
        parameters: work.parameters,
        levers: work.levers,
        checks,
        observations,
    }
}

/// Whether an expression is evaluated during the run or once at its start.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running = 0,
    Start = 1,
}

/// An element that must be settled before the expression at hand can be.
struct Missing(Phase, usize);

struct Work<'a> {
    model: &'a Model,
    step: f64,
    start_is_time: bool,
    nodes: Nodes,
    offsets: Vec<usize>,
    done: [Vec<Option<NodeId>>; 2],
    slots: Vec<u32>,
    held: Vec<NodeId>,
    noise: Vec<(u64, u32)>,
    parameters: Vec<(VariableId, usize)>,
    levers: Vec<(VariableId, usize)>,
    stock_elements: Vec<(VariableId, usize)>,
}

impl Work<'_> {
    fn assign_slots(&mut self) {
        for id in self.model.ids() {
            for element in 0..self.model.size(id) {
                let list = match self.model.variable(id).definition {
                    Definition::Stock(_) => &mut self.stock_elements,
                    Definition::Parameter(_) => &mut self.parameters,
                    Definition::Lever(_) => &mut self.levers,
                    Definition::Cell(_) | Definition::Flow(_) | Definition::Auxiliary(_) => continue,
                };
                self.slots[self.offsets[id.0] + element] = list.len() as u32;
                list.push((id, element));
            }
        }
    }

    /// Cells have slots behind all stocks, so that a solver's loops need not tell them apart.
    fn assign_cell_slots(&mut self) {
        let is_cell = |id: &VariableId| matches!(self.model.variable(*id).definition, Definition::Cell(_));
        for id in self.model.ids().filter(is_cell) {
            for element in 0..self.model.size(id) {
                self.slots[self.offsets[id.0] + element] = self.stock_elements.len() as u32;
                self.stock_elements.push((id, element));
            }
        }
    }

    fn stock_nodes(&mut self) -> Vec<StockNodes> {
        let elements = self.stock_elements.clone();
        elements
            .into_iter()
            .map(|(id, element)| {
                let change = match &self.model.variable(id).definition {
                    Definition::Stock(stock) => &stock.net,
                    Definition::Cell(cell) => &cell.next,
                    _ => unreachable!("a stock's slot"),
                };
                let position = self.position(id, element);
                self.nodes.set_origin(Origin { variable: id.0 as u32, element: element as u32 });
                let net = self.settle_at(Phase::Running, change.element(element), &position);
                StockNodes { net, initial: self.settle(Phase::Start, self.offsets[id.0] + element) }
            })
            .collect()
    }

    /// The node of an element, settling first whatever it needs. Iterative: chains of definitions may be long.
    fn settle(&mut self, phase: Phase, element: usize) -> NodeId {
        let mut pending = vec![(phase, element)];
        while let Some(&(phase, element)) = pending.last() {
            if self.done[phase as usize][element].is_some() {
                pending.pop();
                continue;
            }
            match self.element_node(phase, element) {
                Ok(node) => {
                    self.done[phase as usize][element] = Some(node);
                    pending.pop();
                }
                Err(Missing(phase, element)) => pending.push((phase, element)),
            }
        }
        self.done[phase as usize][element].expect("settled just above")
    }

    fn settle_expression(&mut self, phase: Phase, expr: &Expr) -> NodeId {
        self.settle_at(phase, expr, &Vec::new())
    }

    fn settle_at(&mut self, phase: Phase, expr: &Expr, position: &Position) -> NodeId {
        loop {
            match self.build(phase, expr, position) {
                Ok(node) => return node,
                Err(Missing(phase, element)) => {
                    self.settle(phase, element);
                }
            }
        }
    }

    fn element_node(&mut self, phase: Phase, element: usize) -> Result<NodeId, Missing> {
        let id = VariableId(self.offsets.partition_point(|start| *start <= element) - 1);
        let within = element - self.offsets[id.0];
        self.nodes.set_origin(Origin { variable: id.0 as u32, element: within as u32 });
        let slot = self.slots[element];
        let equation: &Equation = match &self.model.variable(id).definition {
            Definition::Parameter(_) => return Ok(self.nodes.add(Node::Parameter(slot))),
            Definition::Lever(_) => return Ok(self.nodes.add(Node::Lever(slot))),
            Definition::Stock(_) | Definition::Cell(_) if phase == Phase::Running => {
                return Ok(self.nodes.add(Node::Stock(slot)));
            }
            Definition::Stock(stock) => &stock.initial,
            Definition::Cell(cell) => &cell.initial,
            Definition::Flow(equation) | Definition::Auxiliary(equation) => equation,
        };
        let position = self.position(id, within);
        self.build(phase, equation.element(within), &position)
    }

    fn position(&self, id: VariableId, element: usize) -> Position {
        let mut rest = element;
        let mut position: Position = Vec::new();
        for dimension in self.model.variable(id).dimensions.iter().rev() {
            let size = self.model.dimensions[dimension.0].elements.len();
            position.push((*dimension, rest % size));
            rest /= size;
        }
        position
    }

    fn build(&mut self, phase: Phase, expr: &Expr, at: &Position) -> Result<NodeId, Missing> {
        Ok(match expr {
            Expr::Number(x) => self.nodes.number(*x),
            Expr::Variable { variable, indices } => {
                let element = self.element_of(*variable, indices, at);
                return self.done[phase as usize][element].ok_or(Missing(phase, element));
            }
            Expr::Clock(clock) => self.clock(phase, *clock),
            Expr::Unary(operator, a) => {
                let a = self.build(phase, a, at)?;
                self.nodes.unary(*operator, a)
            }
            Expr::Binary(operator, a, b) => {
                let (a, b) = (self.build(phase, a, at)?, self.build(phase, b, at)?);
                self.nodes.binary(*operator, a, b)
            }
            Expr::Ternary(operator, a, b, c) => {
                let (a, b, c) = (self.build(phase, a, at)?, self.build(phase, b, at)?, self.build(phase, c, at)?);
                self.nodes.ternary(*operator, a, b, c)
            }
            Expr::Lookup(lookup, a) => {
                let a = self.build(phase, a, at)?;
                match self.nodes.constant(a) {
                    Some(x) => self.nodes.number(self.model.lookups[lookup.0].value(x)),
                    None => self.nodes.add(Node::Lookup(lookup.0 as u32, a)),
                }
            }
            Expr::Reduce { reduction, over, body } => self.reduce(phase, *reduction, over, body, at)?,
            Expr::Initial(body) => {
                let start = self.build(Phase::Start, body, at)?;
                if phase == Phase::Start { start } else { self.hold(start) }
            }
            Expr::Phased { start, .. } if phase == Phase::Start => self.build(phase, start, at)?,
            Expr::Phased { running, .. } => self.build(phase, running, at)?,
            Expr::Noise { stream } => self.noise_input(*stream, at),
        })
    }

    fn clock(&mut self, phase: Phase, clock: Clock) -> NodeId {
        let horizon = self.model.horizon;
        match (clock, phase) {
            (Clock::Time, Phase::Running) => self.nodes.add(Node::Time),
            (Clock::Time, Phase::Start) if self.start_is_time => self.nodes.add(Node::Time),
            (Clock::Time, Phase::Start) | (Clock::Start, _) => self.nodes.number(horizon.start),
            (Clock::Stop, _) => self.nodes.number(horizon.stop),
            (Clock::Step, _) => self.nodes.number(self.step),
        }
    }

    fn hold(&mut self, start: NodeId) -> NodeId {
        if self.nodes.constant(start).is_some() {
            return start;
        }
        let slot = self.held.iter().position(|h| *h == start).unwrap_or_else(|| {
            self.held.push(start);
            self.held.len() - 1
        });
        self.nodes.add(Node::Held(slot as u32))
    }

    /// Each element of an array has noise of its own, numbered by its place among the positions.
    fn noise_input(&mut self, stream: u64, at: &Position) -> NodeId {
        let element =
            at.iter().rev().fold(0, |row, (dimension, i)| row * self.model.dimensions[dimension.0].elements.len() + i);
        let key = (stream, element as u32);
        let slot = self.noise.iter().position(|n| *n == key).unwrap_or_else(|| {
            self.noise.push(key);
            self.noise.len() - 1
        });
        self.nodes.add(Node::Noise(slot as u32))
    }

    fn element_of(&self, variable: VariableId, indices: &[Index], at: &Position) -> usize {
        let shape = self.model.shape(variable);
        let row = indices.iter().zip(&shape).fold(0, |row, (index, size)| {
            let i = match index {
                Index::Element(i) => *i,
                Index::Along(dimension) => {
                    at.iter().find(|(d, _)| d == dimension).expect("the compiler resolved every subscript").1
                }
            };
            row * size + i
        });
        self.offsets[variable.0] + row
    }

    fn reduce(
        &mut self,
        phase: Phase,
        reduction: Reduction,
        over: &[DimensionId],
        body: &Expr,
        at: &Position,
    ) -> Result<NodeId, Missing> {
        let sizes: Vec<usize> = over.iter().map(|d| self.model.dimensions[d.0].elements.len()).collect();
        let count: usize = sizes.iter().product();
        let operator = match reduction {
            Reduction::Sum | Reduction::Mean => Binary::Add,
            Reduction::Product => Binary::Multiply,
            Reduction::Minimum => Binary::Minimum,
            Reduction::Maximum => Binary::Maximum,
        };
        let mut total: Option<NodeId> = None;
        for flat in 0..count {
            // The reduced dimension hides an outer one of the same name.
            let mut inner: Position = at.iter().copied().filter(|(d, _)| !over.contains(d)).collect();
            let mut rest = flat;
            for (dimension, size) in over.iter().zip(&sizes).rev() {
                inner.push((*dimension, rest % size));
                rest /= size;
            }
            let value = self.build(phase, body, &inner)?;
            total = Some(match total {
                None => value,
                Some(sum) => self.nodes.binary(operator, sum, value),
            });
        }
        let total = total.expect("a dimension has at least one element");
        Ok(if reduction == Reduction::Mean {
            let n = self.nodes.number(count as f64);
            self.nodes.binary(Binary::Divide, total, n)
        } else {
            total
        })
    }
}
