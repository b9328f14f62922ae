//! Functions that are formulas of the model's operators, and random numbers.

use counterflow_model::standard::combined;
use counterflow_model::{Binary, Expr, Ternary, Unary, random};

use super::call::{negative, take};
use super::{Context, Lower};
use crate::functions::{Formula, Random};

impl Lower<'_, '_> {
    /// A formula of its lowered arguments.
    pub fn formula(&mut self, formula: Formula, mut values: Vec<Expr>, at: &Context<'_>) -> Expr {
        if formula == Formula::SafeDivide && values.len() == 2 {
            return Expr::binary(Binary::SafeDivide, take(&mut values), take(&mut values));
        }
        let first = take(&mut values);
        match formula {
            Formula::If => choice(first, take(&mut values), take(&mut values)),
            Formula::SafeDivide => {
                let (below, instead) = (Box::new(take(&mut values)), Box::new(take(&mut values)));
                Expr::Ternary(Ternary::SafeDivideOr, Box::new(first), below, instead)
            }
            Formula::Same | Formula::Lookup => first,
            Formula::Round => self.towards_zero(first, 0.5, at),
            Formula::Truncate => self.towards_zero(first, 0.0, at),
            Formula::Quantum => {
                let size = take(&mut values);
                let (first, size) = (self.hold(first, at), self.hold(size, at));
                let whole = Expr::binary(Binary::Divide, first.clone(), size.clone());
                let whole = self.towards_zero(whole, 0.0, at);
                let positive = Expr::binary(Binary::Greater, size.clone(), Expr::Number(0.0));
                choice(positive, Expr::binary(Binary::Multiply, size, whole), first)
            }
            Formula::Sign => {
                let x = self.hold(first, at);
                let above = Expr::binary(Binary::Greater, x.clone(), Expr::Number(0.0));
                Expr::binary(Binary::Subtract, above, Expr::binary(Binary::Less, x, Expr::Number(0.0)))
            }
            Formula::Percent => Expr::binary(Binary::Multiply, first, Expr::Number(100.0)),
            Formula::Logarithm if values.is_empty() => unary(Unary::Log10, first),
            Formula::Logarithm => {
                Expr::binary(Binary::Divide, unary(Unary::Ln, first), unary(Unary::Ln, take(&mut values)))
            }
            Formula::Sinh | Formula::Cosh => {
                let x = self.hold(first, at);
                let operator = if formula == Formula::Sinh { Binary::Subtract } else { Binary::Add };
                let both = Expr::binary(operator, unary(Unary::Exp, x.clone()), unary(Unary::Exp, negative(x)));
                Expr::binary(Binary::Divide, both, Expr::Number(2.0))
            }
            Formula::Tanh => {
                // 1 - 2 / (e^2x + 1) stays finite where the two exponentials would not.
                let twice = Expr::binary(Binary::Multiply, first, Expr::Number(2.0));
                let below = Expr::binary(Binary::Add, unary(Unary::Exp, twice), Expr::Number(1.0));
                let share = Expr::binary(Binary::Divide, Expr::Number(2.0), below);
                Expr::binary(Binary::Subtract, Expr::Number(1.0), share)
            }
        }
    }

    /// The whole part of |x| + `more`, with the sign of x.
    fn towards_zero(&mut self, x: Expr, more: f64, at: &Context<'_>) -> Expr {
        let x = self.hold(x, at);
        let whole = Expr::binary(Binary::Add, unary(Unary::Abs, x.clone()), Expr::Number(more));
        let whole = self.hold(unary(Unary::Int, whole), at);
        let positive = Expr::binary(Binary::GreaterOrEqual, x, Expr::Number(0.0));
        choice(positive, whole.clone(), negative(whole))
    }

    /// A random number of its lowered arguments. In a run without noise it is at its middle.
    pub fn random(&mut self, random: Random, mut values: Vec<Expr>, at: &Context<'_>) -> Expr {
        let first = take(&mut values);
        match random {
            Random::Normal => {
                let spread = Expr::binary(Binary::Multiply, take(&mut values), self.noise("normal", at));
                let drawn = Expr::binary(Binary::Add, first, spread);
                // The seed, and then the bounds that some programs add.
                _ = take(&mut values);
                match &values[..] {
                    [low, high] => within(drawn, low.clone(), high.clone()),
                    _ => drawn,
                }
            }
            Random::TruncatedNormal => {
                let (high, mean) = (take(&mut values), take(&mut values));
                let spread = Expr::binary(Binary::Multiply, take(&mut values), self.noise("normal", at));
                within(Expr::binary(Binary::Add, mean, spread), first, high)
            }
            Random::LogNormal => self.log_normal(first, take(&mut values), at),
            Random::Uniform => {
                let (low, high) = (self.hold(first, at), take(&mut values));
                let range = Expr::binary(Binary::Subtract, high, low.clone());
                let share = self.uniform(at);
                Expr::binary(Binary::Add, low, Expr::binary(Binary::Multiply, range, share))
            }
            Random::Exponential => {
                let share = self.uniform(at);
                let rest = Expr::binary(Binary::Subtract, Expr::Number(1.0), share);
                negative(Expr::binary(Binary::Multiply, first, unary(Unary::Ln, rest)))
            }
        }
    }

    /// A number whose mean and standard deviation are given, and whose logarithm is normal.
    fn log_normal(&mut self, mean: Expr, deviation: Expr, at: &Context<'_>) -> Expr {
        let mean = self.hold(mean, at);
        let ratio = self.hold(Expr::binary(Binary::Divide, deviation, mean.clone()), at);
        let square = Expr::binary(Binary::Multiply, ratio.clone(), ratio);
        let variance = unary(Unary::Ln, Expr::binary(Binary::Add, Expr::Number(1.0), square));
        let variance = self.hold(variance, at);
        let centre = Expr::binary(Binary::Multiply, variance.clone(), Expr::Number(0.5));
        let centre = Expr::binary(Binary::Subtract, unary(Unary::Ln, mean), centre);
        let spread = Expr::binary(Binary::Multiply, unary(Unary::Sqrt, variance), self.noise("lognormal", at));
        unary(Unary::Exp, Expr::binary(Binary::Add, centre, spread))
    }

    /// Uniform in (0, 1): the quotient of two normal numbers has a Cauchy distribution, and its share is an arctangent.
    fn uniform(&mut self, at: &Context<'_>) -> Expr {
        let quotient = Expr::binary(Binary::SafeDivide, self.noise("above", at), self.noise("below", at));
        let turns = Expr::binary(Binary::Divide, unary(Unary::Arctan, quotient), Expr::Number(std::f64::consts::PI));
        let share = Expr::binary(Binary::Add, turns, Expr::Number(0.5));
        self.hold(share, at)
    }

    /// A standard normal number of a stream that only this occurrence in this element has.
    fn noise(&mut self, what: &str, at: &Context<'_>) -> Expr {
        let element: Vec<String> = at.positions.iter().map(|(_, position)| position.to_string()).collect();
        let name = format!("{}[{}].{what}.{}", at.owner, element.join(","), self.made.len());
        let noise = Expr::Noise { stream: random::stream(&name) };
        self.hold(noise, at)
    }
}

fn within(value: Expr, low: Expr, high: Expr) -> Expr {
    let below = combined(Binary::Minimum, vec![value, high]).unwrap_or(Expr::Number(f64::NAN));
    Expr::binary(Binary::Maximum, below, low)
}

fn choice(condition: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Ternary(Ternary::Select, Box::new(condition), Box::new(yes), Box::new(no))
}

fn unary(operator: Unary, x: Expr) -> Expr {
    Expr::Unary(operator, Box::new(x))
}
