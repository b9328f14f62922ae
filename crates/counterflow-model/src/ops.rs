//! Operators: each is one `impl` that says its name, units and value, and one line of the lists below.
//!
//! An operator is written for one number. The engine's loop over lanes exists once and is instantiated from these
//! traits, so the parser, the unit check, the scalar evaluator and the lanes can not disagree.

use serde::{Deserialize, Serialize};

mod arithmetic;
mod elementary;
mod logic;

pub use arithmetic::*;
pub use elementary::*;
pub use logic::*;

/// How an operator treats units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitRule {
    /// All arguments have the same unit; so has the result.
    Same,
    /// All arguments have the same unit; the result is dimensionless.
    Compare,
    /// All arguments and the result are dimensionless.
    Dimensionless,
    /// The result is the product of the units.
    Product,
    /// The result is the quotient of the first two units; a third argument has the result's unit.
    Quotient,
    /// The first argument to a power: a whole literal, or both dimensionless.
    Power,
    /// The square root of the unit.
    Root,
    /// The first argument is dimensionless, the others agree with the result.
    Choose,
}

macro_rules! operators {
    ($(#[$doc:meta])* $kind:ident, $operator:ident, $visitor:ident, $arguments:tt, $slope_arguments:tt -> $slopes:ty, [$($item:ident),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is documented at its impl")]
        pub enum $kind { $($item),+ }

        /// One operator of this arity.
        pub trait $operator {
            /// Name in the text: a symbol or a function name in capitals.
            const NAME: &'static str;
            /// Treatment of units.
            const UNITS: UnitRule;
            /// Where it has a kink or a jump, and what its slope is there; empty for what has neither.
            const KINK: &'static str = "";
            /// The value for one number.
            fn value$arguments -> f64;
            /// Partial derivatives by each operand, given the value too. At a kink the derivative is that of the side
            /// whose formula gives the value; where the value does not change in steps, zero.
            fn slopes$slope_arguments -> $slopes;
        }

        /// Code to be instantiated for each operator of this arity.
        pub trait $visitor {
            /// What the code returns.
            type Output;
            /// The code.
            fn visit<O: $operator>(self) -> Self::Output;
        }

        impl $kind {
            /// All operators of this arity.
            pub const ALL: &[$kind] = &[$($kind::$item),+];

            /// Runs the visitor instantiated for this operator.
            #[inline(always)]
            pub fn dispatch<V: $visitor>(self, visitor: V) -> V::Output {
                match self { $($kind::$item => visitor.visit::<$item>()),+ }
            }

            /// Name in the text.
            pub fn name(self) -> &'static str {
                match self { $($kind::$item => <$item as $operator>::NAME),+ }
            }

            /// Treatment of units.
            pub fn units(self) -> UnitRule {
                match self { $($kind::$item => <$item as $operator>::UNITS),+ }
            }

            /// Where it has a kink or a jump, and what its slope is there; empty for what has neither.
            pub fn kink(self) -> &'static str {
                match self { $($kind::$item => <$item as $operator>::KINK),+ }
            }

            /// The operator of this name; function names may be in any case.
            pub fn named(name: &str) -> Option<$kind> {
                $kind::ALL.iter().copied().find(|o| o.name().eq_ignore_ascii_case(name))
            }
        }
    };
}

operators!(
    /// Operators on one value.
    Unary, UnaryOperator, UnaryVisitor, (x: f64), (x: f64, value: f64) -> f64,
    [Negate, Not, Abs, Exp, Ln, Log10, Sqrt, Sin, Cos, Tan, Arcsin, Arccos, Arctan, Int]
);

operators!(
    /// Operators on two values.
    Binary, BinaryOperator, BinaryVisitor, (x: f64, y: f64), (x: f64, y: f64, value: f64) -> (f64, f64),
    [
        Add, Subtract, Multiply, Divide, Power, Modulo, Minimum, Maximum, SafeDivide, Less, LessOrEqual, Greater,
        GreaterOrEqual, Equal, NotEqual, And, Or
    ]
);

operators!(
    /// Operators on three values.
    Ternary, TernaryOperator, TernaryVisitor, (x: f64, y: f64, z: f64), (x: f64, y: f64, z: f64, value: f64) -> (f64, f64, f64),
    [Select, SafeDivideOr]
);

/// The scalar value of an operator, by instantiating the visitor for plain numbers.
struct Scalar<A>(A);

impl UnaryVisitor for Scalar<f64> {
    type Output = f64;
    #[inline(always)]
    fn visit<O: UnaryOperator>(self) -> f64 {
        O::value(self.0)
    }
}

impl BinaryVisitor for Scalar<(f64, f64)> {
    type Output = f64;
    #[inline(always)]
    fn visit<O: BinaryOperator>(self) -> f64 {
        O::value(self.0.0, self.0.1)
    }
}

impl TernaryVisitor for Scalar<(f64, f64, f64)> {
    type Output = f64;
    #[inline(always)]
    fn visit<O: TernaryOperator>(self) -> f64 {
        O::value(self.0.0, self.0.1, self.0.2)
    }
}

/// The scalar slopes of an operator, by instantiating the visitor for plain numbers.
struct Slopes<A>(A);

impl UnaryVisitor for Slopes<f64> {
    type Output = f64;
    fn visit<O: UnaryOperator>(self) -> f64 {
        O::slopes(self.0, O::value(self.0))
    }
}

impl BinaryVisitor for Slopes<(f64, f64)> {
    type Output = (f64, f64);
    fn visit<O: BinaryOperator>(self) -> (f64, f64) {
        let (x, y) = self.0;
        O::slopes(x, y, O::value(x, y))
    }
}

impl TernaryVisitor for Slopes<(f64, f64, f64)> {
    type Output = (f64, f64, f64);
    fn visit<O: TernaryOperator>(self) -> (f64, f64, f64) {
        let (x, y, z) = self.0;
        O::slopes(x, y, z, O::value(x, y, z))
    }
}

impl Unary {
    /// The partial derivative at one number.
    pub fn slopes(self, x: f64) -> f64 {
        self.dispatch(Slopes(x))
    }

    /// The value for one number.
    #[inline(always)]
    pub fn value(self, x: f64) -> f64 {
        self.dispatch(Scalar(x))
    }
}

impl Binary {
    /// The partial derivatives at two numbers.
    pub fn slopes(self, x: f64, y: f64) -> (f64, f64) {
        self.dispatch(Slopes((x, y)))
    }

    /// The value for two numbers.
    #[inline(always)]
    pub fn value(self, x: f64, y: f64) -> f64 {
        self.dispatch(Scalar((x, y)))
    }
}

impl Ternary {
    /// The partial derivatives at three numbers.
    pub fn slopes(self, x: f64, y: f64, z: f64) -> (f64, f64, f64) {
        self.dispatch(Slopes((x, y, z)))
    }

    /// The value for three numbers.
    #[inline(always)]
    pub fn value(self, x: f64, y: f64, z: f64) -> f64 {
        self.dispatch(Scalar((x, y, z)))
    }
}

/// Ways to combine the elements of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reduction {
    /// Sum, in element order.
    Sum,
    /// Mean: the sum divided by the count.
    Mean,
    /// Product, in element order.
    Product,
    /// Smallest.
    Minimum,
    /// Largest.
    Maximum,
}

impl Reduction {
    /// Every reduction with its function name.
    pub const ALL: &[(&str, Reduction)] = &[
        ("SUM", Reduction::Sum),
        ("MEAN", Reduction::Mean),
        ("PROD", Reduction::Product),
        ("MIN", Reduction::Minimum),
        ("MAX", Reduction::Maximum),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_difference_quotients() {
        // Places away from kinks and edges of the operators' domains.
        let places = [0.31, 0.77, -0.42, 0.05];
        let h = 1e-6;
        let close = |found: f64, up: f64, down: f64, name: &str| {
            let quotient = (up - down) / (2.0 * h);
            let close = (found - quotient).abs() <= 1e-8 * (1.0 + quotient.abs());
            // Outside an operator's domain there is nothing to compare.
            assert!(close || quotient.is_nan(), "{name}: {found}, quotient {quotient}");
        };
        for x in places {
            for o in Unary::ALL {
                close(o.slopes(x), o.value(x + h), o.value(x - h), o.name());
            }
            for y in [1.7, 0.6, 2.0] {
                for o in Binary::ALL {
                    let (by_x, by_y) = o.slopes(x, y);
                    close(by_x, o.value(x + h, y), o.value(x - h, y), o.name());
                    // Of a negative number only whole powers exist, and those have no slope by the exponent.
                    if *o != Binary::Power || x > 0.0 {
                        close(by_y, o.value(x, y + h), o.value(x, y - h), o.name());
                    }
                }
                for o in Ternary::ALL {
                    let (by_x, by_y, by_z) = o.slopes(x, y, 0.9);
                    close(by_x, o.value(x + h, y, 0.9), o.value(x - h, y, 0.9), o.name());
                    close(by_y, o.value(x, y + h, 0.9), o.value(x, y - h, 0.9), o.name());
                    close(by_z, o.value(x, y, 0.9 + h), o.value(x, y, 0.9 - h), o.name());
                }
            }
        }
    }

    #[test]
    fn slopes_at_kinks_are_those_of_the_formula_in_force() {
        assert_eq!(Binary::Minimum.slopes(1.0, 1.0), (0.0, 1.0));
        assert_eq!(Binary::Maximum.slopes(1.0, 1.0), (0.0, 1.0));
        assert_eq!(Unary::Abs.slopes(0.0), 1.0);
        assert_eq!(Binary::SafeDivide.slopes(1.0, 0.0), (0.0, 0.0));
        assert_eq!(Ternary::Select.slopes(0.0, 2.0, 3.0), (0.0, 0.0, 1.0));
        assert_eq!(Binary::Power.slopes(0.0, 2.0), (0.0, 0.0));
        assert_eq!(Binary::Power.slopes(0.0, 1.0), (1.0, 0.0));
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = Unary::ALL.iter().map(|o| o.name()).collect();
        names.extend(Binary::ALL.iter().map(|o| o.name()));
        let mut seen = names.clone();
        seen.sort_unstable();
        seen.dedup();
        // Minus is both a sign and a difference; everything else has its own name.
        assert_eq!(seen.len() + 1, names.len());
    }

    #[test]
    fn division_and_logic() {
        assert_eq!(Binary::Divide.value(1.0, 0.0), f64::INFINITY);
        assert_eq!(Binary::SafeDivide.value(1.0, 0.0), 0.0);
        assert_eq!(Ternary::SafeDivideOr.value(1.0, 0.0, 7.0), 7.0);
        assert_eq!(Binary::And.value(1.0, 0.0), 0.0);
        assert_eq!(Binary::Modulo.value(-1.0, 3.0), 2.0);
        assert_eq!(Unary::Int.value(-1.5), -2.0);
        assert_eq!(Ternary::Select.value(1.0, 2.0, 3.0), 2.0);
    }
}
