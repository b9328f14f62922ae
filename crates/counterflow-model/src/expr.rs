//! Expressions of the compiled model: names are resolved, units are checked, stateful functions are stocks.

use serde::{Deserialize, Serialize};

use crate::model::{DimensionId, LookupId, VariableId};
use crate::ops::{Binary, Reduction, Ternary, Unary};

/// An expression, evaluated once for every element of the variable it defines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// A literal number.
    Number(f64),
    /// The value of a variable's element at the current time.
    Variable {
        /// Which variable.
        variable: VariableId,
        /// One entry per dimension of that variable, in its order.
        indices: Vec<Index>,
    },
    /// A value of the model's clock.
    Clock(Clock),
    /// An operator on one value.
    Unary(Unary, Box<Expr>),
    /// An operator on two values.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// An operator on three values.
    Ternary(Ternary, Box<Expr>, Box<Expr>, Box<Expr>),
    /// A graphical function at a value.
    Lookup(LookupId, Box<Expr>),
    /// A body reduced over all elements of the dimensions named, in element order.
    Reduce {
        /// How the values are combined.
        reduction: Reduction,
        /// The dimensions that are consumed.
        over: Vec<DimensionId>,
        /// What is combined; it may use `Index::Along` of those dimensions.
        body: Box<Expr>,
    },
    /// The value of the body when the run started.
    Initial(Box<Expr>),
    /// One body for the value at the start of a run, another while it runs (Vensim's `ACTIVE INITIAL`).
    Phased {
        /// What initial values see.
        start: Box<Expr>,
        /// What everything else sees.
        running: Box<Expr>,
    },
    /// A standard normal number from the named stream: one for each member, step and element.
    /// It holds its value within a step, so both stages of a solver see the same noise.
    Noise {
        /// Hash of the stream's name; see the engine's random numbers.
        stream: u64,
    },
}

/// Which element of a dimension is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Index {
    /// A fixed element, by position.
    Element(usize),
    /// The element that is being evaluated along this dimension.
    Along(DimensionId),
}

/// Values of the model's clock, all in its unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// The current time.
    Time,
    /// The length of a step.
    Step,
    /// The first time of a run.
    Start,
    /// The last time of a run.
    Stop,
}

impl Expr {
    /// A variable without subscripts.
    pub fn variable(variable: VariableId) -> Expr {
        Expr::Variable { variable, indices: Vec::new() }
    }

    /// `left operator right`.
    pub fn binary(operator: Binary, left: Expr, right: Expr) -> Expr {
        Expr::Binary(operator, Box::new(left), Box::new(right))
    }

    /// Calls `visit` on this expression and everything below it, parents first.
    pub fn walk(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        match self {
            Expr::Number(_) | Expr::Variable { .. } | Expr::Clock(_) | Expr::Noise { .. } => {}
            Expr::Unary(_, a) | Expr::Lookup(_, a) | Expr::Initial(a) | Expr::Reduce { body: a, .. } => a.walk(visit),
            Expr::Binary(_, a, b) | Expr::Phased { start: a, running: b } => {
                a.walk(visit);
                b.walk(visit);
            }
            Expr::Ternary(_, a, b, c) => {
                a.walk(visit);
                b.walk(visit);
                c.walk(visit);
            }
        }
    }
}
