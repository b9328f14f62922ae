//! What lowering makes: auxiliaries and stocks for what readers of XMILE do not share.

use counterflow_model::{Expr, LookupId, Model};

use crate::equation::number;
use crate::item::Kind;

/// Why something is made. Equal needs are made once.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// A graphical function stands in an auxiliary whose equation is the argument.
    Curve(LookupId, Expr),
    /// A value at the start is a stock without flows.
    Start(Expr),
    /// A part of an expression that is nested too deeply, or is written more than once.
    Part(Expr),
    /// The length of a step, with a unit.
    StepLength,
    /// The time without the rounding that other programs pile up from step to step: with it comparisons jump a step late,
    /// and growing functions of time differ from the tenth digit on.
    TimeOnGrid,
}

/// What tells needs apart: their kind, their curve and the text of their equation.
pub type Key = (&'static str, Option<LookupId>, String);

impl Need {
    /// Equal for equal needs.
    pub fn key(&self, text: &str) -> Key {
        let kind = match self {
            Need::Curve(..) => "curve",
            Need::Start(_) => "start",
            Need::Part(_) => "part",
            Need::StepLength => "step",
            Need::TimeOnGrid => "time",
        };
        (kind, self.curve(), text.to_owned())
    }

    /// The expression in it.
    pub fn body(&self) -> Option<&Expr> {
        match self {
            Need::Curve(_, body) | Need::Start(body) | Need::Part(body) => Some(body),
            Need::StepLength | Need::TimeOnGrid => None,
        }
    }

    /// The equation, where there is no expression.
    pub fn of_clock(&self, model: &Model) -> String {
        let steps = model.horizon.steps_per_time();
        if *self == Need::StepLength {
            return number(model.horizon.step.length());
        }
        // The stages of Runge-Kutta stand half a step apart.
        let (halves, start) = (number(2.0 * steps), number(model.horizon.start));
        format!("INT((TIME - {start}) * {halves} + 0.5) / {halves} + {start}")
    }

    /// A name for it, after the variable that needs it first.
    pub fn name(&self, owner: &str) -> String {
        match self {
            Need::Curve(..) => format!("{owner}_lookup"),
            Need::Start(_) => format!("{owner}_held"),
            Need::Part(_) => format!("{owner}_part"),
            Need::StepLength => "step_length".into(),
            Need::TimeOnGrid => "time_on_grid".into(),
        }
    }

    /// A sentence about it.
    pub fn sentence(&self, owner: &str) -> String {
        match self {
            Need::Curve(..) => format!("Value of a graphical function in {owner}"),
            Need::Start(_) => format!("Value at the start that {owner} holds on to"),
            Need::Part(_) => format!("Part of {owner}"),
            Need::StepLength => "Length of a step; change it with dt".into(),
            Need::TimeOnGrid => "Time rounded to half a step; change its numbers with dt".into(),
        }
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Need::Start(_) => Kind::Stock { inflows: Vec::new(), outflows: Vec::new() },
            _ => Kind::Auxiliary,
        }
    }

    /// Its curve.
    pub fn curve(&self) -> Option<LookupId> {
        match self {
            Need::Curve(lookup, _) => Some(*lookup),
            _ => None,
        }
    }

    /// Its unit, where it is known.
    pub fn unit(&self) -> &'static str {
        match self {
            Need::StepLength | Need::TimeOnGrid => "year",
            _ => "",
        }
    }
}
