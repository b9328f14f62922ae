//! What functions of time, delays and smooths stand for: one meaning for every front end.

mod cascade;
mod timely;

pub use cascade::{Cascade, Stage, cascade};
pub use timely::{early, pulse, pulses, ramp, step};

use crate::expr::Expr;
use crate::ops::Binary;

/// All terms combined by an associative operator, as a balanced tree: long lists must not become deep trees.
/// `None` without terms.
pub fn combined(operator: Binary, mut terms: Vec<Expr>) -> Option<Expr> {
    if terms.len() <= 1 {
        return terms.pop();
    }
    let right = terms.split_off(terms.len().div_ceil(2));
    Some(Expr::binary(operator, combined(operator, terms)?, combined(operator, right)?))
}
