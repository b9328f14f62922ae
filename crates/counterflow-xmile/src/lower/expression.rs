//! Trees to the model's expressions.

use counterflow_model::{Binary, Expr, Ternary};

use super::{Context, Lower};
use crate::expression::{self, Kind};

impl Lower<'_, '_> {
    /// The expression at one place. What is wrong is reported and counts as NaN.
    pub fn expression(&mut self, expr: &expression::Expr, at: &Context<'_>) -> Expr {
        if !self.spend(1, expr.span) {
            return Expr::Number(f64::NAN);
        }
        match &expr.kind {
            Kind::Number(number) => Expr::Number(*number),
            Kind::Name(reference) => self.name(reference, at),
            Kind::Call(reference, arguments) => self.call(reference, arguments, at),
            Kind::Unary(operator, inner) => Expr::Unary(*operator, Box::new(self.expression(inner, at))),
            Kind::Binary(Binary::Power, base, exponent) => self.power(base, exponent, at),
            Kind::Binary(operator, left, right) => {
                let left = self.expression(left, at);
                Expr::binary(*operator, left, self.expression(right, at))
            }
            Kind::If(condition, yes, no) => {
                let [condition, yes, no] = [condition, yes, no].map(|e| Box::new(self.expression(e, at)));
                Expr::Ternary(Ternary::Select, condition, yes, no)
            }
        }
    }

    /// Whole literal powers from 2 to 4 are products, which are exact and quick.
    fn power(&mut self, base: &expression::Expr, exponent: &expression::Expr, at: &Context<'_>) -> Expr {
        let base = self.expression(base, at);
        let times = match exponent.kind {
            Kind::Number(2.0) => 2,
            Kind::Number(3.0) => 3,
            Kind::Number(4.0) => 4,
            _ => {
                let exponent = self.expression(exponent, at);
                return Expr::binary(Binary::Power, base, exponent);
            }
        };
        let base = self.hold(base, at);
        (1..times).fold(base.clone(), |product, _| Expr::binary(Binary::Multiply, product, base.clone()))
    }
}
