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
    #[inline(always)]
    fn slopes(_x: f64, _value: f64) -> f64 {
        -1.0
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
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (1.0, 1.0)
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
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (1.0, -1.0)
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
    #[inline(always)]
    fn slopes(x: f64, y: f64, _value: f64) -> (f64, f64) {
        (y, x)
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
    #[inline(always)]
    fn slopes(_x: f64, y: f64, value: f64) -> (f64, f64) {
        (1.0 / y, -value / y)
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
    #[inline(always)]
    fn slopes(x: f64, y: f64, value: f64) -> (f64, f64) {
        elementary::power_slopes(x, y, value)
    }
}

/// Remainder with the sign of the divisor (XMILE `MOD`).
pub struct Modulo;

impl BinaryOperator for Modulo {
    const NAME: &'static str = "MOD";
    const UNITS: UnitRule = UnitRule::Same;
    const KINK: &'static str = "jumps where the quotient is whole; the slope is that behind it";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        x - y * floor(x / y)
    }
    #[inline(always)]
    fn slopes(x: f64, y: f64, _value: f64) -> (f64, f64) {
        (1.0, -floor(x / y))
    }
}

/// The smaller; NaN wins.
pub struct Minimum;

impl BinaryOperator for Minimum {
    const NAME: &'static str = "MIN";
    const UNITS: UnitRule = UnitRule::Same;
    const KINK: &'static str = "where both are equal the second counts";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        if x < y || x.is_nan() { x } else { y }
    }
    #[inline(always)]
    fn slopes(x: f64, y: f64, _value: f64) -> (f64, f64) {
        if x < y || x.is_nan() { (1.0, 0.0) } else { (0.0, 1.0) }
    }
}

/// The larger; NaN wins.
pub struct Maximum;

impl BinaryOperator for Maximum {
    const NAME: &'static str = "MAX";
    const UNITS: UnitRule = UnitRule::Same;
    const KINK: &'static str = "where both are equal the second counts";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        if x > y || x.is_nan() { x } else { y }
    }
    #[inline(always)]
    fn slopes(x: f64, y: f64, _value: f64) -> (f64, f64) {
        if x > y || x.is_nan() { (1.0, 0.0) } else { (0.0, 1.0) }
    }
}

/// Quotient, or zero where the divisor is zero (XMILE `SAFEDIV`).
pub struct SafeDivide;

impl BinaryOperator for SafeDivide {
    const NAME: &'static str = "SAFEDIV";
    const UNITS: UnitRule = UnitRule::Quotient;
    const KINK: &'static str = "at a divisor of 0 the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        if y == 0.0 { 0.0 } else { x / y }
    }
    #[inline(always)]
    fn slopes(_x: f64, y: f64, value: f64) -> (f64, f64) {
        if y == 0.0 { (0.0, 0.0) } else { (1.0 / y, -value / y) }
    }
}

/// Quotient, or the third argument where the divisor is zero.
pub struct SafeDivideOr;

impl TernaryOperator for SafeDivideOr {
    const NAME: &'static str = "SAFEDIV";
    const UNITS: UnitRule = UnitRule::Quotient;
    const KINK: &'static str = "at a divisor of 0 the slope is that of the third argument";
    #[inline(always)]
    fn value(x: f64, y: f64, z: f64) -> f64 {
        if y == 0.0 { z } else { x / y }
    }
    #[inline(always)]
    fn slopes(_x: f64, y: f64, _z: f64, value: f64) -> (f64, f64, f64) {
        if y == 0.0 { (0.0, 0.0, 1.0) } else { (1.0 / y, -value / y, 0.0) }
    }
}

/// Absolute value.
pub struct Abs;

impl UnaryOperator for Abs {
    const NAME: &'static str = "ABS";
    const UNITS: UnitRule = UnitRule::Same;
    const KINK: &'static str = "at 0 the slope is 1";
    #[inline(always)]
    fn value(x: f64) -> f64 {
        x.abs()
    }
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        if x < 0.0 { -1.0 } else { 1.0 }
    }
}

/// Next whole number at or below (XMILE `INT`).
pub struct Int;

impl UnaryOperator for Int {
    const NAME: &'static str = "INT";
    const UNITS: UnitRule = UnitRule::Same;
    const KINK: &'static str = "jumps at whole numbers; the slope is 0";
    #[inline(always)]
    fn value(x: f64) -> f64 {
        floor(x)
    }
    #[inline(always)]
    fn slopes(_x: f64, _value: f64) -> f64 {
        0.0
    }
}

/// Next whole number at or below; exact and the same on every platform.
#[inline(always)]
fn floor(x: f64) -> f64 {
    x.floor()
}
