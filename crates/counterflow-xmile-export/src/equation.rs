//! Expressions as XMILE text, in the dialect that all readers share.
//!
//! Only the brackets that are needed are written: readers nest deeply, and some of them not deeply enough. A truth value
//! that is used as a number is written as a choice between 1 and 0, and a number that is used as a condition is held
//! against 0, because not all readers convert the one to the other.

use counterflow_model::{Binary, Clock, DimensionId, Expr, Index, Model, Ternary, Unary, VariableId};

use crate::names::{Names, quoted};

/// What equations refer to.
pub struct Writer<'a> {
    /// Dimensions and their elements.
    pub model: &'a Model,
    /// Names of variables.
    pub names: &'a Names,
    /// What lowering made; its ids follow those of the model.
    pub made: &'a [Made],
}

/// An auxiliary, flow or stock made by lowering.
#[derive(Clone, Debug)]
pub struct Made {
    /// With `_` between words.
    pub name: String,
    /// Dimensions, outermost first.
    pub dimensions: Vec<DimensionId>,
}

/// How tightly a text holds together, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    Choice,
    Or,
    And,
    Comparison,
    Sum,
    Product,
    Atom,
}

impl Writer<'_> {
    /// The expression as text.
    pub fn text(&self, expr: &Expr) -> String {
        self.number(expr).0
    }

    /// As text that binds at least so tightly.
    fn bound(&self, expr: &Expr, least: Bond) -> String {
        bracketed(self.number(expr), least)
    }

    fn number(&self, expr: &Expr) -> (String, Bond) {
        if is_truth(expr) {
            return (format!("IF {} THEN 1 ELSE 0", bracketed(self.condition(expr), Bond::Or)), Bond::Choice);
        }
        let plain = |e: &Expr| self.bound(e, Bond::Or);
        match expr {
            Expr::Number(x) => (number(*x), Bond::Atom),
            Expr::Clock(clock) => (self.clock(*clock), Bond::Atom),
            Expr::Variable { variable, indices } => (self.reference(variable.0, indices), Bond::Atom),
            Expr::Unary(Unary::Negate, a) => (format!("(-{})", self.bound(a, Bond::Atom)), Bond::Atom),
            Expr::Unary(Unary::Int, a) => {
                // Readers disagree on whether negative numbers are rounded down or towards zero.
                let whole = format!("INT({})", plain(a));
                (format!("({whole} - (IF {whole} > {} THEN 1 ELSE 0))", self.bound(a, Bond::Sum)), Bond::Atom)
            }
            // Not every reader has it.
            Expr::Unary(Unary::Log10, a) => (format!("LN({}) / LN(10)", plain(a)), Bond::Product),
            Expr::Unary(operator, a) => (format!("{}({})", operator.name(), plain(a)), Bond::Atom),
            Expr::Binary(operator, a, b) => self.binary(*operator, a, b),
            Expr::Ternary(Ternary::Select, a, b, c) => {
                let condition = bracketed(self.condition(a), Bond::Or);
                (format!("IF {condition} THEN {} ELSE {}", plain(b), plain(c)), Bond::Choice)
            }
            Expr::Ternary(Ternary::SafeDivideOr, a, b, c) => self.safe_quotient(a, b, &plain(c)),
            // Lowering left none of these.
            Expr::Lookup(..) | Expr::Reduce { .. } | Expr::Initial(_) | Expr::Phased { .. } | Expr::Noise { .. } => {
                ("0".into(), Bond::Atom)
            }
        }
    }

    fn binary(&self, operator: Binary, a: &Expr, b: &Expr) -> (String, Bond) {
        let infix = |sign: &str, bond: Bond, right: Bond| {
            (format!("{} {sign} {}", self.bound(a, bond), self.bound(b, right)), bond)
        };
        match operator {
            Binary::Add => infix("+", Bond::Sum, Bond::Product),
            Binary::Subtract => infix("-", Bond::Sum, Bond::Product),
            Binary::Multiply => infix("*", Bond::Product, Bond::Atom),
            Binary::Divide => infix("/", Bond::Product, Bond::Atom),
            Binary::Power => (format!("({} ^ {})", self.bound(a, Bond::Atom), self.bound(b, Bond::Atom)), Bond::Atom),
            Binary::Minimum | Binary::Maximum => {
                let [a, b] = [a, b].map(|e| self.bound(e, Bond::Or));
                (format!("{}({a}, {b})", operator.name()), Bond::Atom)
            }
            // Of the others, lowering left no remainders, and truth values were written above.
            _ => self.safe_quotient(a, b, "0"),
        }
    }

    /// Not `SAFEDIV`: one reader takes small divisors for zero.
    fn safe_quotient(&self, a: &Expr, b: &Expr, otherwise: &str) -> (String, Bond) {
        let (above, below) = (self.bound(a, Bond::Product), self.bound(b, Bond::Atom));
        (format!("IF {} THEN {otherwise} ELSE {above} / {below}", self.is_zero(b).0), Bond::Choice)
    }

    /// Not `= 0`: one reader takes what is nearly equal for equal, and so small numbers for zero.
    fn is_zero(&self, expr: &Expr) -> (String, Bond) {
        (format!("ABS({}) <= 0", self.bound(expr, Bond::Or)), Bond::Comparison)
    }

    /// So that what is not a number counts as true.
    fn is_not_zero(&self, expr: &Expr) -> (String, Bond) {
        (format!("(NOT ({}))", self.is_zero(expr).0), Bond::Atom)
    }

    fn condition(&self, expr: &Expr) -> (String, Bond) {
        let side = |e: &Expr, least: Bond| bracketed(self.condition(e), least);
        match expr {
            Expr::Binary(Binary::And, a, b) => {
                (format!("{} AND {}", side(a, Bond::Comparison), side(b, Bond::Comparison)), Bond::And)
            }
            Expr::Binary(Binary::Or, a, b) => {
                (format!("{} OR {}", side(a, Bond::Comparison), side(b, Bond::Comparison)), Bond::Or)
            }
            Expr::Unary(Unary::Not, a) if is_truth(a) => (format!("(NOT ({}))", self.condition(a).0), Bond::Atom),
            Expr::Unary(Unary::Not, a) => self.is_zero(a),
            Expr::Binary(Binary::Equal, a, b) if is_literal_zero(b) => self.is_zero(a),
            Expr::Binary(Binary::NotEqual, a, b) if is_literal_zero(b) => self.is_not_zero(a),
            Expr::Binary(operator, a, b) if is_truth(expr) => {
                let [a, b] = [a, b].map(|e| self.bound(e, Bond::Sum));
                (format!("{a} {} {b}", operator.name()), Bond::Comparison)
            }
            _ => self.is_not_zero(expr),
        }
    }

    fn clock(&self, clock: Clock) -> String {
        let horizon = self.model.horizon;
        match clock {
            Clock::Time => "TIME".into(),
            Clock::Step => number(horizon.step.length()),
            Clock::Start => number(horizon.start),
            Clock::Stop => number(horizon.stop),
        }
    }

    fn reference(&self, variable: usize, indices: &[Index]) -> String {
        let (name, dimensions) = match variable.checked_sub(self.model.variables.len()) {
            None => (self.names.of(VariableId(variable)), &self.model.variables[variable].dimensions),
            Some(i) => (self.made[i].name.as_str(), &self.made[i].dimensions),
        };
        let subscript = |(dimension, index): (&DimensionId, &Index)| match index {
            Index::Element(k) => self.names.element(*dimension, *k),
            Index::Along(d) => self.names.dimension(*d),
        };
        let subscripts: Vec<&str> = dimensions.iter().zip(indices).map(subscript).collect();
        if subscripts.is_empty() { quoted(name) } else { format!("{}[{}]", quoted(name), subscripts.join(", ")) }
    }
}

fn bracketed((text, bond): (String, Bond), least: Bond) -> String {
    if bond < least { format!("({text})") } else { text }
}

/// Whether the expression is the number 0.
pub fn is_literal_zero(expr: &Expr) -> bool {
    matches!(expr, Expr::Number(x) if *x == 0.0)
}

/// Whether the value is a truth value.
fn is_truth(expr: &Expr) -> bool {
    match expr {
        Expr::Unary(Unary::Not, _) => true,
        Expr::Binary(operator, ..) => matches!(
            operator,
            Binary::Less
                | Binary::LessOrEqual
                | Binary::Greater
                | Binary::GreaterOrEqual
                | Binary::Equal
                | Binary::NotEqual
                | Binary::And
                | Binary::Or
        ),
        _ => false,
    }
}

/// The shortest text that reads back as the same number. What is not finite is written as a product that overflows,
/// because one reader stops at every division by zero; and zero below zero as one that vanishes, because another forgets
/// its sign.
pub fn number(x: f64) -> String {
    if x == 0.0 && x.is_sign_negative() {
        return "((-1e-300) * 1e-300)".into();
    }
    if x.is_nan() {
        return "(1e300 * 1e300 - 1e300 * 1e300)".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "(1e300 * 1e300)".into() } else { "((-1e300) * 1e300)".into() };
    }
    let size = x.abs();
    let digits = if size == 0.0 || (1e-5..1e16).contains(&size) { format!("{size}") } else { format!("{size:e}") };
    if x.is_sign_negative() { format!("(-{digits})") } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back() {
        for x in [0.0, 1.0, 0.1, 1.0 / 48.0, 1e-300, 123_456_789.125, 1e22, f64::MIN_POSITIVE] {
            assert_eq!(number(x).parse::<f64>().map(f64::to_bits), Ok(x.to_bits()), "{}", number(x));
        }
        assert_eq!((number(-2.5).as_str(), number(-0.0).as_str()), ("(-2.5)", "((-1e-300) * 1e-300)"));
    }
}
