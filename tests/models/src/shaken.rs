//! A model in which every operation is off by about a last digit, as it is in other programs.

use counterflow_model::{Binary, Cell, Clock, Definition, Equation, Expr, Model, Stock};

/// Largest part by which a value is off; a thousand times the last digit, so that few values are right by chance.
const OFF: f64 = 1e-13;

/// The model with every value off by another part, which belongs to the seed and the value's place.
pub fn shaken(model: &Model, seed: u64) -> Model {
    let mut model = model.clone();
    let mut shaker = Shaker(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, seed % 2 == 1);
    for variable in &mut model.variables {
        variable.definition = match &variable.definition {
            Definition::Stock(stock) => Definition::Stock(Stock {
                initial: shaker.equation(&stock.initial),
                net: shaker.equation(&stock.net),
                ..stock.clone()
            }),
            Definition::Cell(cell) => {
                Definition::Cell(Cell { initial: shaker.equation(&cell.initial), next: shaker.equation(&cell.next) })
            }
            Definition::Flow(equation) => Definition::Flow(shaker.equation(equation)),
            Definition::Auxiliary(equation) => Definition::Auxiliary(shaker.equation(equation)),
            Definition::Parameter(_) | Definition::Lever(_) => variable.definition.clone(),
        };
    }
    model
}

/// The state of its random numbers, and whether zeros lose their sign, as they do wherever something is added to them.
struct Shaker(u64, bool);

impl Shaker {
    fn equation(&mut self, equation: &Equation) -> Equation {
        match equation {
            Equation::Every(expr) => Equation::Every(self.expr(expr)),
            Equation::Each(exprs) => Equation::Each(exprs.iter().map(|expr| self.expr(expr)).collect()),
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
        if self.1 { Expr::binary(Binary::Add, off, Expr::Number(0.0)) } else { off }
    }

    /// A part between plus and minus the largest.
    fn part(&mut self) -> f64 {
        // Marsaglia's xorshift: any numbers will do.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (2.0 * (self.0 >> 11) as f64 / (1_u64 << 53) as f64 - 1.0) * OFF
    }
}
