//! Expressions of the text to expressions of the model.

use super::{Lower, Scope, combined};
use crate::functions::{self, Function, Timely};
use crate::shapes::{self, Selected};
use crate::syntax::{self, Kind, Name, Subscript};
use counterflow_model::{Binary, Expr, Index, Ternary, standard};

/// A sub-expression up to this size is repeated when a power is multiplied out.
const SMALL: usize = 64;

impl Lower<'_, '_> {
    pub fn expression(&mut self, expr: &syntax::Expr, scope: &Scope) -> Expr {
        match &expr.kind {
            Kind::Number(number) => Expr::Number(*number),
            Kind::Text(_) => Expr::Number(f64::NAN),
            Kind::Name(name, subscripts) => self.name(name, subscripts.as_deref()),
            Kind::Call(name, arguments) => self.call(name, arguments, scope),
            Kind::Unary(operator, inner) => Expr::Unary(*operator, Box::new(self.expression(inner, scope))),
            Kind::Binary(Binary::Power, base, exponent) => self.power(base, exponent, scope),
            Kind::Binary(operator, left, right) => {
                let left = self.expression(left, scope);
                Expr::binary(*operator, left, self.expression(right, scope))
            }
            Kind::If(condition, yes, no) => {
                let [condition, yes, no] = [condition, yes, no].map(|e| Box::new(self.expression(e, scope)));
                Expr::Ternary(Ternary::Select, condition, yes, no)
            }
        }
    }

    fn name(&self, name: &Name, subscripts: Option<&[Subscript]>) -> Expr {
        if let Some(clock) = functions::clock(&name.text) {
            return Expr::Clock(clock);
        }
        let Some(variable) = self.names.variable(&name.text) else { return Expr::Number(f64::NAN) };
        let selected = shapes::selected(self.names, name, subscripts).unwrap_or_default();
        let index = |one: Selected| match one {
            Selected::Element(position) => Index::Element(position),
            Selected::Running(dimension) | Selected::Starred(dimension) => Index::Along(dimension),
        };
        Expr::Variable { variable, indices: selected.into_iter().map(index).collect() }
    }

    /// Whole literal powers from 2 to 4 are products, which are exact and quick.
    fn power(&mut self, base: &syntax::Expr, exponent: &syntax::Expr, scope: &Scope) -> Expr {
        let base = self.expression(base, scope);
        let times = match exponent.literal() {
            Some(2.0) => 2,
            Some(3.0) => 3,
            Some(4.0) => 4,
            _ => 1,
        };
        if times == 1 || size(&base) > SMALL {
            let exponent = self.expression(exponent, scope);
            return Expr::binary(Binary::Power, base, exponent);
        }
        let product = |product: Expr, _| Expr::binary(Binary::Multiply, product, base.clone());
        (1..times).fold(base.clone(), product)
    }

    fn call(&mut self, name: &Name, arguments: &[syntax::Expr], scope: &Scope) -> Expr {
        let function = functions::of_call(&name.text, arguments.len());
        if let Some(Function::Normal) = function {
            return noise(&arguments[0]);
        }
        let mut lowered: Vec<Expr> = arguments.iter().map(|argument| self.expression(argument, scope)).collect();
        let Some(function) = function else {
            let argument = Box::new(lowered.pop().unwrap_or(Expr::Number(f64::NAN)));
            return self.names.lookup(&name.text).map_or(Expr::Number(f64::NAN), |id| Expr::Lookup(id, argument));
        };
        match function {
            Function::Unary(operator) => Expr::Unary(operator, take(&mut lowered)),
            Function::Initial => Expr::Initial(take(&mut lowered)),
            Function::Extreme(operator) => combined(operator, lowered).unwrap_or(Expr::Number(f64::NAN)),
            Function::SafeDivide if lowered.len() == 2 => {
                Expr::Binary(Binary::SafeDivide, take(&mut lowered), take(&mut lowered))
            }
            Function::SafeDivide => {
                Expr::Ternary(Ternary::SafeDivideOr, take(&mut lowered), take(&mut lowered), take(&mut lowered))
            }
            Function::Reduce(reduction) => {
                let over = shapes::reduced(self.names, &arguments[0], scope.dimensions);
                Expr::Reduce { reduction, over, body: take(&mut lowered) }
            }
            Function::Timely(timely) => self.timely(timely, lowered),
            Function::Stateful(stateful) => self.stateful(stateful, (&arguments[0], lowered), &name.text, scope),
            Function::Normal => Expr::Number(f64::NAN),
        }
    }
}

impl Lower<'_, '_> {
    fn timely(&self, function: Timely, arguments: Vec<Expr>) -> Expr {
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next().unwrap_or(Expr::Number(f64::NAN));
        match function {
            Timely::Step => standard::step(next(), next(), self.early),
            Timely::Ramp => standard::ramp(next(), next(), arguments.next()),
            Timely::Pulse => standard::pulse(next(), next(), self.early),
        }
    }
}

/// The first of the arguments that are left; their number has been checked.
fn take(arguments: &mut Vec<Expr>) -> Box<Expr> {
    Box::new(if arguments.is_empty() { Expr::Number(f64::NAN) } else { arguments.remove(0) })
}

fn noise(stream: &syntax::Expr) -> Expr {
    match &stream.kind {
        Kind::Text(name) => Expr::Noise { stream: hash(name) },
        _ => Expr::Number(f64::NAN),
    }
}

/// FNV-1a with 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn size(expr: &Expr) -> usize {
    let mut count = 0;
    expr.walk(&mut |_| count += 1);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vectors of the authors (Fowler, Noll, Vo).
        assert_eq!((hash(""), hash("a"), hash("foobar")), (0xcbf29ce484222325, 0xaf63dc4c8601ec8c, 0x85944171f73967e8));
    }
}
