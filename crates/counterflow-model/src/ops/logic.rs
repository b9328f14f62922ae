//! Comparison and logic: true is 1, false is 0, and anything that is not zero is true.

use super::{BinaryOperator, TernaryOperator, UnaryOperator, UnitRule};

/// Negation.
pub struct Not;

impl UnaryOperator for Not {
    const NAME: &'static str = "NOT";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    const KINK: &'static str = "jumps at 0; the slope is 0";
    #[inline(always)]
    fn value(x: f64) -> f64 {
        truth(x == 0.0)
    }
    #[inline(always)]
    fn slopes(_x: f64, _value: f64) -> f64 {
        0.0
    }
}

/// Less than.
pub struct Less;

impl BinaryOperator for Less {
    const NAME: &'static str = "<";
    const UNITS: UnitRule = UnitRule::Compare;
    const KINK: &'static str = "jumps where both are equal; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x < y)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Less than or equal.
pub struct LessOrEqual;

impl BinaryOperator for LessOrEqual {
    const NAME: &'static str = "<=";
    const UNITS: UnitRule = UnitRule::Compare;
    const KINK: &'static str = "jumps where both are equal; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x <= y)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Greater than.
pub struct Greater;

impl BinaryOperator for Greater {
    const NAME: &'static str = ">";
    const UNITS: UnitRule = UnitRule::Compare;
    const KINK: &'static str = "jumps where both are equal; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x > y)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Greater than or equal.
pub struct GreaterOrEqual;

impl BinaryOperator for GreaterOrEqual {
    const NAME: &'static str = ">=";
    const UNITS: UnitRule = UnitRule::Compare;
    const KINK: &'static str = "jumps where both are equal; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x >= y)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Equal, to the last bit.
pub struct Equal;

impl BinaryOperator for Equal {
    const NAME: &'static str = "=";
    const UNITS: UnitRule = UnitRule::Compare;
    const KINK: &'static str = "jumps where both are equal; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x == y)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Not equal.
pub struct NotEqual;

impl BinaryOperator for NotEqual {
    const NAME: &'static str = "<>";
    const UNITS: UnitRule = UnitRule::Compare;
    const KINK: &'static str = "jumps where both are equal; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x != y)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Both.
pub struct And;

impl BinaryOperator for And {
    const NAME: &'static str = "AND";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    const KINK: &'static str = "jumps where an argument is 0; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x != 0.0 && y != 0.0)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// Either or both.
pub struct Or;

impl BinaryOperator for Or {
    const NAME: &'static str = "OR";
    const UNITS: UnitRule = UnitRule::Dimensionless;
    const KINK: &'static str = "jumps where an argument is 0; the slope is 0";
    #[inline(always)]
    fn value(x: f64, y: f64) -> f64 {
        truth(x != 0.0 || y != 0.0)
    }
    #[inline(always)]
    fn slopes(_x: f64, _y: f64, _value: f64) -> (f64, f64) {
        (0.0, 0.0)
    }
}

/// `IF x THEN y ELSE z`; both branches are evaluated.
pub struct Select;

impl TernaryOperator for Select {
    const NAME: &'static str = "IF";
    const UNITS: UnitRule = UnitRule::Choose;
    const KINK: &'static str = "jumps where the condition changes; the slope is that of the branch taken";
    #[inline(always)]
    fn value(x: f64, y: f64, z: f64) -> f64 {
        if x != 0.0 { y } else { z }
    }
    #[inline(always)]
    fn slopes(x: f64, _y: f64, _z: f64, _value: f64) -> (f64, f64, f64) {
        if x != 0.0 { (0.0, 1.0, 0.0) } else { (0.0, 0.0, 1.0) }
    }
}

#[inline(always)]
fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}
