//! Runs are explored: comparison of policies, basis of an answer, break-even.

pub mod comparison;
