//! Arithmetic.

use super::{BinaryOperator, TernaryOperator, UnaryOperator, UnitRule};
use crate::elementary;

/// Change of sign.
pub struct Negate;

impl UnaryOperator for Negate {
    const NAME: &'static str = "-";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        -x
    }
}

/// Sum.
pub struct Add;

impl BinaryOperator for Add {
    const NAME: &'static str = "+";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        x + y
    }
}

/// Difference.
pub struct Subtract;

impl BinaryOperator for Subtract {
    const NAME: &'static str = "-";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        x - y
    }
}

/// Product.
pub struct Multiply;

impl BinaryOperator for Multiply {
    const NAME: &'static str = "*";
    const UNITS: UnitRule = UnitRule::Product;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        x * y
    }
}

/// Quotient; division by zero follows IEEE 754 (infinity, or NaN for 0/0).
pub struct Divide;

impl BinaryOperator for Divide {
    const NAME: &'static str = "/";
    const UNITS: UnitRule = UnitRule::Quotient;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        x / y
    }
}

/// Power. A whole literal exponent from 2 to 4 is multiplied out by the compiler.
pub struct Power;

impl BinaryOperator for Power {
    const NAME: &'static str = "^";
    const UNITS: UnitRule = UnitRule::Power;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        elementary::power(x, y)
    }
}

/// Remainder with the sign of the divisor (XMILE `MOD`).
pub struct Modulo;

impl BinaryOperator for Modulo {
    const NAME: &'static str = "MOD";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        x - y * floor(x / y)
    }
}

/// The smaller; NaN wins.
pub struct Minimum;

impl BinaryOperator for Minimum {
    const NAME: &'static str = "MIN";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        if x < y || x.is_nan() { x } else { y }
    }
}

/// The larger; NaN wins.
pub struct Maximum;

impl BinaryOperator for Maximum {
    const NAME: &'static str = "MAX";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        if x > y || x.is_nan() { x } else { y }
    }
}

/// Quotient, or zero where the divisor is zero (XMILE `SAFEDIV`).
pub struct SafeDivide;

impl BinaryOperator for SafeDivide {
    const NAME: &'static str = "SAFEDIV";
    const UNITS: UnitRule = UnitRule::Quotient;
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        if y == 0.0 { 0.0 } else { x / y }
    }
}

/// Quotient, or the third argument where the divisor is zero.
pub struct SafeDivideOr;

impl TernaryOperator for SafeDivideOr {
    const NAME: &'static str = "SAFEDIV";
    const UNITS: UnitRule = UnitRule::Quotient;
    #[inline(always)]
    fn value(x: f64, y: f64, z: f64) -> f64 {
        if y == 0.0 { z } else { x / y }
    }
}

/// Absolute value.
pub struct Abs;

impl UnaryOperator for Abs {
    const NAME: &'static str = "ABS";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        x.abs()
    }
}

/// Next whole number at or below (XMILE `INT`).
pub struct Int;

impl UnaryOperator for Int {
    const NAME: &'static str = "INT";
    const UNITS: UnitRule = UnitRule::Same;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        floor(x)
    }
}

/// Next whole number at or below; exact and the same on every platform.
#[inline(always)]
fn floor(x: f64) -> f64 {
    x.floor()
}
