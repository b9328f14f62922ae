//! Functions of time as plain expressions.
//!
//! An edge counts as reached half a step early, so that rounding of the clock never moves it to the next step. The
//! stages of Runge-Kutta stand half a step apart; with it an edge is early by a quarter.

use crate::functions::Timely;
use counterflow_model::{Binary, Clock, Expr, Method, Ternary, Unary};

/// Part of a step by which an edge is early.
pub fn early(method: Method) -> f64 {
    match method {
        Method::Euler => 0.5,
        Method::RungeKutta4 => 0.25,
    }
}

/// The expression that a function of time stands for. Every argument occurs in it once, so nesting stays small.
pub fn expand(function: Timely, arguments: Vec<Expr>, early: f64) -> Expr {
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().unwrap_or(Expr::Number(f64::NAN));
    match function {
        Timely::Step => {
            let height = next();
            let edge = Expr::binary(Binary::Multiply, step(), Expr::Number(early));
            let edge = Expr::binary(Binary::Add, time(), edge);
            choice(Expr::binary(Binary::GreaterOrEqual, edge, next()), height)
        }
        Timely::Ramp => {
            // A ramp has no jump at its ends, so it needs no edge: the time within [from, until] times the slope.
            let (slope, from) = (next(), next());
            let time = match arguments.next() {
                Some(until) => Expr::binary(Binary::Minimum, time(), until),
                None => time(),
            };
            let since = Expr::binary(Binary::Subtract, time, from);
            Expr::binary(Binary::Multiply, slope, Expr::binary(Binary::Maximum, since, Expr::Number(0.0)))
        }
        Timely::Pulse => {
            let (volume, at) = (next(), next());
            let steps = Expr::binary(Binary::Divide, Expr::binary(Binary::Subtract, time(), at), step());
            let steps = Expr::Unary(Unary::Int, Box::new(Expr::binary(Binary::Add, steps, Expr::Number(early))));
            let during = Expr::binary(Binary::Equal, steps, Expr::Number(0.0));
            choice(during, Expr::binary(Binary::Divide, volume, step()))
        }
    }
}

fn choice(condition: Expr, value: Expr) -> Expr {
    Expr::Ternary(Ternary::Select, Box::new(condition), Box::new(value), Box::new(Expr::Number(0.0)))
}

fn time() -> Expr {
    Expr::Clock(Clock::Time)
}

fn step() -> Expr {
    Expr::Clock(Clock::Step)
}
