//! How tightly an expression holds together when it is typeset, so that only the brackets that are needed are drawn.

use counterflow_model::{Binary, Expr, Ternary, Unary};

use super::time::Timely;

/// Loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bond {
    /// A choice of cases.
    Choice,
    /// One condition or another.
    Or,
    /// One condition and another.
    And,
    /// A comparison.
    Comparison,
    /// A sum or difference.
    Sum,
    /// A product.
    Product,
    /// A fraction or root: drawn whole, but not the base of a power.
    Fraction,
    /// A power.
    Power,
    /// A name, a number, a call.
    Atom,
}

/// The bond of an expression as it is drawn.
pub fn bond(expr: &Expr) -> Bond {
    if Timely::of(expr).is_some() {
        return Bond::Atom;
    }
    match expr {
        Expr::Number(x) if *x < 0.0 || (*x != 0.0 && !(1e-3..1e6).contains(&x.abs())) => Bond::Product,
        Expr::Unary(Unary::Negate | Unary::Not, _) | Expr::Reduce { .. } => Bond::Product,
        Expr::Binary(operator, ..) => of_binary(*operator),
        Expr::Ternary(Ternary::Select, ..) | Expr::Phased { .. } => Bond::Choice,
        Expr::Ternary(Ternary::SafeDivideOr, ..) => Bond::Fraction,
        _ => Bond::Atom,
    }
}

fn of_binary(operator: Binary) -> Bond {
    match operator {
        Binary::Or => Bond::Or,
        Binary::And => Bond::And,
        Binary::Add | Binary::Subtract => Bond::Sum,
        Binary::Multiply | Binary::Modulo => Bond::Product,
        Binary::Divide | Binary::SafeDivide => Bond::Fraction,
        Binary::Power => Bond::Power,
        Binary::Minimum | Binary::Maximum => Bond::Atom,
        _ => Bond::Comparison,
    }
}
