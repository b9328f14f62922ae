//! Values that know how they move: forward derivatives, for tests of gradients that go backwards.
//!
//! The rules are written for themselves, from the functions' definitions; those of the operators, which reverse mode
//! uses, are not looked at.

use counterflow_model::{Beyond, Binary, Lookup, Ternary, Unary};

/// What an expression is worth. Plain numbers and [`Dual`]s walk the same way through a model.
pub trait Value: Copy {
    /// A number that does not move.
    fn number(x: f64) -> Self;
    /// An operator on one value.
    fn unary(operator: Unary, a: Self) -> Self;
    /// An operator on two values.
    fn binary(operator: Binary, a: Self, b: Self) -> Self;
    /// An operator on three values.
    fn ternary(operator: Ternary, a: Self, b: Self, c: Self) -> Self;
    /// A lookup at a value.
    fn lookup(table: &Lookup, at: Self) -> Self;
}

impl Value for f64 {
    fn number(x: f64) -> f64 {
        x
    }
    fn unary(operator: Unary, a: f64) -> f64 {
        operator.value(a)
    }
    fn binary(operator: Binary, a: f64, b: f64) -> f64 {
        operator.value(a, b)
    }
    fn ternary(operator: Ternary, a: f64, b: f64, c: f64) -> f64 {
        operator.value(a, b, c)
    }
    fn lookup(table: &Lookup, at: f64) -> f64 {
        table.value(at)
    }
}

/// A number and its slopes in `K` directions at once.
///
/// With `SIZES` all rates count by their size, so that nothing cancels: the slopes are then what rounding is relative to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const K: usize, const SIZES: bool = false> {
    /// The number: the same bits as without slopes.
    pub value: f64,
    /// How it moves when the inputs move in each direction.
    pub slopes: [f64; K],
}

impl<const K: usize, const SIZES: bool> Dual<K, SIZES> {
    /// What stands still moves nothing, however steep the function is, and what is flat is moved by nothing.
    fn moved(rate: f64, slope: f64) -> f64 {
        let rate = if SIZES { rate.abs() } else { rate };
        if slope == 0.0 || rate == 0.0 { 0.0 } else { rate * slope }
    }
}

impl<const K: usize, const SIZES: bool> Value for Dual<K, SIZES> {
    fn number(x: f64) -> Self {
        Dual { value: x, slopes: [0.0; K] }
    }

    fn unary(operator: Unary, a: Self) -> Self {
        let rate = rate_of_one(operator, a.value);
        Dual { value: operator.value(a.value), slopes: a.slopes.map(|slope| Self::moved(rate, slope)) }
    }

    fn binary(operator: Binary, a: Self, b: Self) -> Self {
        let (by_a, by_b) = rates_of_two(operator, a.value, b.value);
        let slope = |k: usize| Self::moved(by_a, a.slopes[k]) + Self::moved(by_b, b.slopes[k]);
        Dual { value: operator.value(a.value, b.value), slopes: std::array::from_fn(slope) }
    }

    fn ternary(operator: Ternary, a: Self, b: Self, c: Self) -> Self {
        let value = operator.value(a.value, b.value, c.value);
        let slopes = match operator {
            Ternary::Select if a.value == 0.0 => c.slopes,
            Ternary::Select => b.slopes,
            Ternary::SafeDivideOr if b.value == 0.0 => c.slopes,
            Ternary::SafeDivideOr => Self::binary(Binary::Divide, a, b).slopes,
        };
        Dual { value, slopes }
    }

    fn lookup(table: &Lookup, at: Self) -> Self {
        let rate = rate_of_lookup(table, at.value);
        Dual { value: table.value(at.value), slopes: at.slopes.map(|slope| Self::moved(rate, slope)) }
    }
}

fn rate_of_one(operator: Unary, x: f64) -> f64 {
    match operator {
        Unary::Negate => -1.0,
        Unary::Not | Unary::Int => 0.0,
        Unary::Abs if x >= 0.0 => 1.0,
        Unary::Abs => -1.0,
        Unary::Exp => libm::exp(x),
        Unary::Ln => x.recip(),
        Unary::Log10 => (x * core::f64::consts::LN_10).recip(),
        Unary::Sqrt => (2.0 * x.sqrt()).recip(),
        Unary::Sin => libm::cos(x),
        Unary::Cos => -libm::sin(x),
        Unary::Tan => libm::pow(libm::cos(x), -2.0),
        Unary::Arcsin => ((1.0 - x) * (1.0 + x)).sqrt().recip(),
        Unary::Arccos => -((1.0 - x) * (1.0 + x)).sqrt().recip(),
        Unary::Arctan => (x * x + 1.0).recip(),
    }
}

fn rates_of_two(operator: Binary, x: f64, y: f64) -> (f64, f64) {
    match operator {
        Binary::Add => (1.0, 1.0),
        Binary::Subtract => (1.0, -1.0),
        Binary::Multiply => (y, x),
        Binary::Divide => (y.recip(), -(x / y) / y),
        Binary::SafeDivide if y == 0.0 => (0.0, 0.0),
        Binary::SafeDivide => rates_of_two(Binary::Divide, x, y),
        Binary::Power => rates_of_power(x, y),
        Binary::Modulo => (1.0, -(x / y).floor()),
        // Of equals the second counts.
        Binary::Minimum => first_if(x.is_nan() || x < y),
        Binary::Maximum => first_if(x.is_nan() || x > y),
        Binary::Less
        | Binary::LessOrEqual
        | Binary::Greater
        | Binary::GreaterOrEqual
        | Binary::Equal
        | Binary::NotEqual
        | Binary::And
        | Binary::Or => (0.0, 0.0),
    }
}

fn first_if(first: bool) -> (f64, f64) {
    if first { (1.0, 0.0) } else { (0.0, 1.0) }
}

/// Of y x^(y-1) and x^y ln x. An exponent of something that is not positive counts as fixed.
fn rates_of_power(x: f64, y: f64) -> (f64, f64) {
    let by_base = match y {
        0.0 => 0.0,
        1.0 => 1.0,
        _ => y * libm::pow(x, y - 1.0),
    };
    let by_exponent = if x > 0.0 { libm::pow(x, y) * libm::log(x) } else { 0.0 };
    (by_base, by_exponent)
}

/// Rise over run of the segment that begins at or before a place; none where an end is held, and on stairs.
fn rate_of_lookup(table: &Lookup, at: f64) -> f64 {
    let (x, y, last) = (&table.x, &table.y, table.x.len() - 1);
    let flat = match table.beyond {
        Beyond::Steps => true,
        Beyond::Hold => at <= x[0] || at >= x[last],
        Beyond::Extrapolate => false,
    };
    if flat {
        return 0.0;
    }
    let segment = (1..last).rev().find(|i| x[*i] <= at).unwrap_or(0);
    (y[segment + 1] - y[segment]) / (x[segment + 1] - x[segment])
}
