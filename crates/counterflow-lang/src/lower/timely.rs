//! Functions of time as plain expressions.
//!
//! An edge counts as reached half a step early, so that rounding of the clock never moves it to the next step.

use crate::functions::Timely;
use counterflow_model::{Binary, Clock, Expr, Ternary};

/// The expression that a function of time stands for.
pub fn expand(function: Timely, arguments: Vec<Expr>) -> Expr {
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().unwrap_or(Expr::Number(f64::NAN));
    match function {
        Timely::Step => {
            let height = next();
            choice(Expr::binary(Binary::GreaterOrEqual, edge(), next()), height)
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
            let end = Expr::binary(Binary::Add, at.clone(), step());
            let begun = Expr::binary(Binary::GreaterOrEqual, edge(), at);
            let over = Expr::binary(Binary::Less, edge(), end);
            let height = Expr::binary(Binary::Divide, volume, step());
            choice(Expr::binary(Binary::And, begun, over), height)
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

/// Half a step ahead of the clock.
fn edge() -> Expr {
    Expr::binary(Binary::Add, time(), Expr::binary(Binary::Multiply, step(), Expr::Number(0.5)))
}
