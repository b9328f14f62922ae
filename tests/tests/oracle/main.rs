//! The engine equals a plain walk over the expressions, to the bit; its gradients are difference quotients, and those of
//! the same walk with dual numbers.
//!
//! There is one exception: what is not a number has many bit patterns, which of them an operation gives depends on the
//! machine, and so all of them count as equal.

mod bundled;
mod compare;
mod conformance;
mod forward;
mod forward_models;
mod forward_operators;
mod random_gradients;
mod random_models;

use counterflow_random_models::{recipe, strategy};
