//! Elementary functions.

use super::{UnaryOperator, UnitRule};
use crate::elementary;

/// e to a power.
pub struct Exp;

impl UnaryOperator for Exp {
    const NAME: &'static str = "EXP";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        elementary::exp(x)
    }
}

/// Natural logarithm.
pub struct Ln;

impl UnaryOperator for Ln {
    const NAME: &'static str = "LN";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        elementary::ln(x)
    }
}

/// Logarithm to base 10.
pub struct Log10;

impl UnaryOperator for Log10 {
    const NAME: &'static str = "LOG10";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        elementary::ln(x) * core::f64::consts::LOG10_E
    }
}

/// Square root (correctly rounded on every platform by IEEE 754).
pub struct Sqrt;

impl UnaryOperator for Sqrt {
    const NAME: &'static str = "SQRT";
    const UNITS: UnitRule = UnitRule::Root;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        x.sqrt()
    }
}

/// Sine of radians.
pub struct Sin;

impl UnaryOperator for Sin {
    const NAME: &'static str = "SIN";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        libm::sin(x)
    }
}

/// Cosine of radians.
pub struct Cos;

impl UnaryOperator for Cos {
    const NAME: &'static str = "COS";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        libm::cos(x)
    }
}

/// Tangent of radians.
pub struct Tan;

impl UnaryOperator for Tan {
    const NAME: &'static str = "TAN";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        libm::tan(x)
    }
}

/// Inverse sine, in radians.
pub struct Arcsin;

impl UnaryOperator for Arcsin {
    const NAME: &'static str = "ARCSIN";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        libm::asin(x)
    }
}

/// Inverse cosine, in radians.
pub struct Arccos;

impl UnaryOperator for Arccos {
    const NAME: &'static str = "ARCCOS";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        libm::acos(x)
    }
}

/// Inverse tangent, in radians.
pub struct Arctan;

impl UnaryOperator for Arctan {
    const NAME: &'static str = "ARCTAN";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    #[inline(always)]
    fn value(x: f64) -> f64 {
        libm::atan(x)
    }
}
