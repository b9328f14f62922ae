//! A policy at parts and multiples of its doses, inside the documented ranges of its levers.
//!
//! Doses are shown in their order; none is searched for and none is called best, so force may be among the levers.

use counterflow_engine::Schedule;
use counterflow_model::Model;

use crate::budget::{Limit, limit, scaled};

/// Part of a factor that counts as rounding.
const ROUNDING: f64 = 1e-9;

/// A policy at one factor on all its doses, before it is run.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Every lever stays in its documented range.
    Inside(Schedule),
    /// The range of a lever ends before.
    Stopped(Limit),
}

/// A policy at each factor.
pub fn steps(model: &Model, schedule: &Schedule, factors: &[f64]) -> Vec<Step> {
    let limit = limit(model, schedule);
    let step = |factor: &f64| match limit {
        // A policy beyond a range by its own doses was warned of when it was read, and is answered at them.
        Some(limit) if *factor > limit.factor * (1.0 + ROUNDING) && *factor != 1.0 => Step::Stopped(limit),
        _ => Step::Inside(scaled(schedule, *factor)),
    };
    factors.iter().map(step).collect()
}
