//! Functions of time as plain expressions. Every argument occurs in them once or twice, so nesting stays small.
//!
//! An edge counts as reached half a step early, so that rounding of the clock never moves it to the next step. The
//! stages of Runge-Kutta stand half a step apart; with it an edge is early by a quarter.

use crate::expr::{Clock, Expr};
use crate::horizon::Method;
use crate::ops::{Binary, Ternary, Unary};

/// Part of a step by which an edge is early.
pub fn early(method: Method) -> f64 {
    match method {
        Method::Euler => 0.5,
        Method::RungeKutta4 => 0.25,
    }
}

/// `STEP(height, from)`: 0, and `height` from then on.
pub fn step(height: Expr, from: Expr, early: f64) -> Expr {
    let edge = Expr::binary(Binary::Multiply, length(), Expr::Number(early));
    let edge = Expr::binary(Binary::Add, time(), edge);
    choice(Expr::binary(Binary::GreaterOrEqual, edge, from), height)
}

/// `RAMP(slope, from, until)`: a ramp has no jump at its ends, so it needs no edge: the time within [from, until]
/// times the slope.
pub fn ramp(slope: Expr, from: Expr, until: Option<Expr>) -> Expr {
    let time = match until {
        Some(until) => Expr::binary(Binary::Minimum, time(), until),
        None => time(),
    };
    let since = Expr::binary(Binary::Subtract, time, from);
    Expr::binary(Binary::Multiply, slope, Expr::binary(Binary::Maximum, since, Expr::Number(0.0)))
}

/// `PULSE(volume, at)`: the whole volume within the one step at that time.
pub fn pulse(volume: Expr, at: Expr, early: f64) -> Expr {
    let during = Expr::binary(Binary::Equal, steps_since(at, early), Expr::Number(0.0));
    choice(during, Expr::binary(Binary::Divide, volume, length()))
}

/// `PULSE(volume, at, every)`: the same again after each interval; once if the interval is not above zero.
pub fn pulses(volume: Expr, at: Expr, every: Expr, early: f64) -> Expr {
    let since = steps_since(at, early);
    let interval = Expr::binary(Binary::Divide, every, length());
    let whole = Expr::Unary(Unary::Int, Box::new(Expr::binary(Binary::Add, interval.clone(), Expr::Number(0.5))));
    let whole = Expr::binary(Binary::Maximum, whole, Expr::Number(1.0));
    let again = Expr::binary(Binary::Equal, Expr::binary(Binary::Modulo, since.clone(), whole), Expr::Number(0.0));
    let again =
        Expr::binary(Binary::And, again, Expr::binary(Binary::GreaterOrEqual, since.clone(), Expr::Number(0.0)));
    let once = Expr::binary(Binary::Equal, since, Expr::Number(0.0));
    let repeats = Expr::binary(Binary::Greater, interval, Expr::Number(0.0));
    let during = Expr::Ternary(Ternary::Select, Box::new(repeats), Box::new(again), Box::new(once));
    choice(during, Expr::binary(Binary::Divide, volume, length()))
}

/// Whole steps since a time; below zero before it.
fn steps_since(at: Expr, early: f64) -> Expr {
    let steps = Expr::binary(Binary::Divide, Expr::binary(Binary::Subtract, time(), at), length());
    Expr::Unary(Unary::Int, Box::new(Expr::binary(Binary::Add, steps, Expr::Number(early))))
}

fn choice(condition: Expr, value: Expr) -> Expr {
    Expr::Ternary(Ternary::Select, Box::new(condition), Box::new(value), Box::new(Expr::Number(0.0)))
}

fn time() -> Expr {
    Expr::Clock(Clock::Time)
}

fn length() -> Expr {
    Expr::Clock(Clock::Step)
}
