//! A model in which every operation is off by about a last digit, as it is in other programs.

use counterflow_model::{Binary, Cell, Clock, Definition, Equation, Expr, Index, Model, Stock, Unary, VariableId};

/// Largest part by which a value is off; a thousand times the last digit, so that few values are right by chance.
const OFF: f64 = 1e-13;

/// The model with every value off by another part, which belongs to the seed and the value's place.
pub fn shaken(model: &Model, seed: u64) -> Model {
    let mut model = model.clone();
    let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut shaker = Shaker { state, zeros_lose_signs: seed % 2 == 1, side_of_cells: seed % 3 };
    for (number, variable) in model.variables.iter_mut().enumerate() {
        variable.definition = match &variable.definition {
            Definition::Stock(stock) => Definition::Stock(Stock {
                initial: shaker.equation(&stock.initial),
                net: shaker.equation(&stock.net),
                ..stock.clone()
            }),
            Definition::Cell(cell) => {
                let indices = variable.dimensions.iter().map(|d| Index::Along(*d)).collect();
                let own = Expr::Variable { variable: VariableId(number), indices };
                Definition::Cell(Cell { initial: shaker.equation(&cell.initial), next: shaker.next(&cell.next, &own) })
            }
            Definition::Flow(equation) => Definition::Flow(shaker.equation(equation)),
            Definition::Auxiliary(equation) => Definition::Auxiliary(shaker.equation(equation)),
            Definition::Parameter(_) | Definition::Lever(_) => variable.definition.clone(),
        };
    }
    model
}

struct Shaker {
    /// State of its random numbers.
    state: u64,
    /// Whether zeros lose their sign, as they do wherever something is added to them.
    zeros_lose_signs: bool,
    /// Whether cells are above or below their values, or small values are lost in what was there before.
    side_of_cells: u64,
}

impl Shaker {
    fn equation(&mut self, equation: &Equation) -> Equation {
        match equation {
            Equation::Every(expr) => Equation::Every(self.expr(expr)),
            Equation::Each(exprs) => Equation::Each(exprs.iter().map(|expr| self.expr(expr)).collect()),
        }
    }

    /// A cell that is written as a stock gains the difference to its next value, which has the last digit of the larger.
    fn next(&mut self, next: &Equation, own: &Expr) -> Equation {
        let mut off = |next: &Expr| {
            let next = self.expr(next);
            let size = Expr::Unary(Unary::Abs, Box::new(own.clone()));
            let part = Expr::binary(Binary::Multiply, size, Expr::Number(self.part().abs()));
            match self.side_of_cells {
                0 => Expr::binary(Binary::Add, next, part),
                1 => Expr::binary(Binary::Subtract, next, part),
                _ => Expr::binary(Binary::Add, own.clone(), Expr::binary(Binary::Subtract, next, own.clone())),
            }
        };
        match next {
            Equation::Every(expr) => Equation::Every(off(expr)),
            Equation::Each(exprs) => Equation::Each(exprs.iter().map(off).collect()),
        }
    }

    fn expr(&mut self, expr: &Expr) -> Expr {
        let mut inside = |e: &Expr| Box::new(self.expr(e));
        let inner = match expr {
            // Numbers are written to the last digit.
            Expr::Number(_) | Expr::Clock(Clock::Step | Clock::Start | Clock::Stop) | Expr::Noise { .. } => {
                return expr.clone();
            }
            Expr::Variable { .. } | Expr::Clock(Clock::Time) => expr.clone(),
            Expr::Unary(operator, a) => Expr::Unary(*operator, inside(a)),
            Expr::Binary(operator, a, b) => Expr::Binary(*operator, inside(a), inside(b)),
            Expr::Ternary(operator, a, b, c) => Expr::Ternary(*operator, inside(a), inside(b), inside(c)),
            Expr::Lookup(lookup, a) => Expr::Lookup(*lookup, inside(a)),
            Expr::Reduce { reduction, over, body } => {
                Expr::Reduce { reduction: *reduction, over: over.clone(), body: inside(body) }
            }
            Expr::Initial(a) => Expr::Initial(inside(a)),
            Expr::Phased { start, running } => Expr::Phased { start: inside(start), running: inside(running) },
        };
        let off = Expr::binary(Binary::Multiply, inner, Expr::Number(1.0 + self.part()));
        if self.zeros_lose_signs { Expr::binary(Binary::Add, off, Expr::Number(0.0)) } else { off }
    }

    /// A part between plus and minus the largest.
    fn part(&mut self) -> f64 {
        // Marsaglia's xorshift: any numbers will do.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (2.0 * (self.state >> 11) as f64 / (1_u64 << 53) as f64 - 1.0) * OFF
    }
}
