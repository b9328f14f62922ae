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
    #[inline(always)]
    fn slopes(_x: f64, value: f64) -> f64 {
        value
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        1.0 / x
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        core::f64::consts::LOG10_E / x
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
    #[inline(always)]
    fn slopes(_x: f64, value: f64) -> f64 {
        0.5 / value
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        libm::cos(x)
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        -libm::sin(x)
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
    #[inline(always)]
    fn slopes(_x: f64, value: f64) -> f64 {
        1.0 + value * value
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        1.0 / (1.0 - x * x).sqrt()
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        -1.0 / (1.0 - x * x).sqrt()
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
    #[inline(always)]
    fn slopes(x: f64, _value: f64) -> f64 {
        1.0 / (1.0 + x * x)
    }
}
