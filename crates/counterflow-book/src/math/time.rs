//! Functions of time that the compiler writes out as plain expressions, told by their form.

use counterflow_model::{Binary, Clock, Expr, Ternary, Unary};

/// A step or a pulse.
pub struct Timely<'e> {
    /// `step` or `pulse`.
    pub name: &'static str,
    /// Height or volume.
    pub size: &'e Expr,
    /// When.
    pub from: &'e Expr,
}

impl<'e> Timely<'e> {
    /// The function that an expression stands for, if it stands for one; see `counterflow_model::standard`.
    pub fn of(expr: &'e Expr) -> Option<Timely<'e>> {
        let Expr::Ternary(Ternary::Select, condition, size, nothing) = expr else { return None };
        if **nothing != Expr::Number(0.0) {
            return None;
        }
        match condition.as_ref() {
            Expr::Binary(Binary::GreaterOrEqual, edge, from) if is_early_time(edge) => {
                Some(Timely { name: "step", size, from })
            }
            Expr::Binary(Binary::Equal, steps, zero) if **zero == Expr::Number(0.0) => {
                let Expr::Binary(Binary::Divide, size, step) = size.as_ref() else { return None };
                let from = start_of(steps)?;
                (**step == Expr::Clock(Clock::Step)).then_some(Timely { name: "pulse", size, from })
            }
            _ => None,
        }
    }
}

/// `time + step * early`.
fn is_early_time(expr: &Expr) -> bool {
    let Expr::Binary(Binary::Add, time, edge) = expr else { return false };
    let is_part = |e: &Expr| matches!(e, Expr::Binary(Binary::Multiply, step, _) if **step == Expr::Clock(Clock::Step));
    **time == Expr::Clock(Clock::Time) && is_part(edge)
}

/// `at`, of the whole steps since it: `int((time - at) / step + early)`.
fn start_of(steps: &Expr) -> Option<&Expr> {
    let Expr::Unary(Unary::Int, inner) = steps else { return None };
    let Expr::Binary(Binary::Add, quotient, _) = inner.as_ref() else { return None };
    let Expr::Binary(Binary::Divide, since, _) = quotient.as_ref() else { return None };
    let Expr::Binary(Binary::Subtract, _, at) = since.as_ref() else { return None };
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterflow_model::standard;

    #[test]
    fn steps_and_pulses_are_told_by_their_form() {
        let (size, from) = (Expr::Number(3.0), Expr::Number(2015.0));
        for early in [0.5, 0.25] {
            let step = standard::step(size.clone(), from.clone(), early);
            let pulse = standard::pulse(size.clone(), from.clone(), early);
            for (expr, name) in [(&step, "step"), (&pulse, "pulse")] {
                let timely = Timely::of(expr).unwrap();
                assert_eq!((timely.name, timely.size, timely.from), (name, &size, &from));
            }
        }
        assert!(Timely::of(&standard::ramp(size.clone(), from, None)).is_none());
        assert!(Timely::of(&size).is_none());
    }
}
