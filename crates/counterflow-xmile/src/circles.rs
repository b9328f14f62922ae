//! Order of computation: no value may depend on itself, neither within a step nor at the start.

use counterflow_lang::Code;
use counterflow_model::{Definition, Expr, Index, Model, VariableId, element_offsets};

/// Values that depend on themselves.
pub struct Circle {
    /// Which kind of message it is.
    pub code: Code,
    /// Line of the first of them, from 1.
    pub line: usize,
    /// The names along the circle.
    pub message: String,
}

/// More circles than this are not listed: they come from the first few.
const MOST: usize = 10;
/// Names of a long circle that are shown.
const MOST_NAMES: usize = 12;

/// Finds circles, one for each place where a search meets itself.
pub fn circles(model: &Model) -> Vec<Circle> {
    let offsets = element_offsets(model);
    let total = offsets[model.variables.len()];
    let mut search = Search { model, offsets, seen: vec![Seen::Not; 2 * total], total, found: Vec::new() };
    for start in 0..2 * total {
        search.from(start);
    }
    search.found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    Open,
    Done,
}

struct Search<'m> {
    model: &'m Model,
    offsets: Vec<usize>,
    /// By element, first while running and then at the start.
    seen: Vec<Seen>,
    total: usize,
    found: Vec<Circle>,
}

impl Search<'_> {
    /// Iterative: chains of definitions may be long.
    fn from(&mut self, start: usize) {
        if self.seen[start] != Seen::Not {
            return;
        }
        self.seen[start] = Seen::Open;
        let mut path = vec![(start, self.needs(start))];
        while let Some((node, needs)) = path.last_mut() {
            let node = *node;
            match needs.pop() {
                None => {
                    self.seen[node] = Seen::Done;
                    path.pop();
                }
                Some(next) => match self.seen[next] {
                    Seen::Done => {}
                    Seen::Not => {
                        self.seen[next] = Seen::Open;
                        let needs = self.needs(next);
                        path.push((next, needs));
                    }
                    Seen::Open => {
                        let from = path.iter().position(|(known, _)| *known == next).unwrap_or(0);
                        let nodes: Vec<usize> = path[from..].iter().map(|(node, _)| *node).collect();
                        self.tell(&nodes);
                    }
                },
            }
        }
    }

    /// The elements that an element's value needs at its moment.
    fn needs(&self, node: usize) -> Vec<usize> {
        let at_start = node >= self.total;
        let (id, element) = self.variable(node);
        let equation = match &self.model.variable(id).definition {
            Definition::Stock(_) | Definition::Cell(_) if !at_start => return Vec::new(),
            Definition::Stock(stock) => &stock.initial,
            Definition::Cell(cell) => &cell.initial,
            Definition::Flow(equation) | Definition::Auxiliary(equation) => equation,
            Definition::Parameter(_) | Definition::Lever(_) => return Vec::new(),
        };
        let mut found = Vec::new();
        self.collect(equation.element(element), at_start, &mut found);
        found
    }

    fn collect(&self, expr: &Expr, at_start: bool, found: &mut Vec<usize>) {
        match expr {
            Expr::Variable { variable, indices } => {
                let shape = self.model.shape(*variable);
                let row = indices.iter().zip(&shape).fold(0, |row, (index, size)| match index {
                    Index::Element(position) => row * size + position,
                    Index::Along(_) => row * size,
                });
                found.push(self.offsets[variable.0] + row + if at_start { self.total } else { 0 });
            }
            Expr::Number(_) | Expr::Clock(_) | Expr::Noise { .. } => {}
            Expr::Initial(a) => self.collect(a, true, found),
            Expr::Phased { start, running } => self.collect(if at_start { start } else { running }, at_start, found),
            Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Reduce { body: a, .. } => self.collect(a, at_start, found),
            Expr::Binary(_, a, b) => {
                self.collect(a, at_start, found);
                self.collect(b, at_start, found);
            }
            Expr::Ternary(_, a, b, c) => [a, b, c].into_iter().for_each(|e| self.collect(e, at_start, found)),
        }
    }

    fn variable(&self, node: usize) -> (VariableId, usize) {
        let element = node % self.total;
        let id = self.offsets.partition_point(|start| *start <= element) - 1;
        (VariableId(id), element - self.offsets[id])
    }

    fn tell(&mut self, nodes: &[usize]) {
        if self.found.len() >= MOST {
            return;
        }
        let at_start = nodes.iter().all(|node| *node >= self.total);
        let visible = |node: &&usize| !self.model.variable(self.variable(**node).0).hidden;
        let names: Vec<String> = (nodes.iter().filter(visible).take(MOST_NAMES))
            .map(|node| {
                let (id, element) = self.variable(*node);
                format!("`{}`", self.model.element_name(id, element))
            })
            .collect();
        let (code, what) = match at_start {
            true => (Code::E5002, "initial values depend on themselves"),
            false => (Code::E5001, "these values depend on themselves within one step"),
        };
        let message =
            format!("{what}: {}", if names.is_empty() { "a macro's own".into() } else { names.join(" needs ") });
        let line = self.model.variable(self.variable(nodes[0]).0).place.line;
        self.found.push(Circle { code, line, message });
    }
}
