//! Runs meet data: priors, likelihoods, samplers and diagnostics.
//!
//! This crate knows no engine and no files: a run enters as a slice of monthly values, a posterior as a
//! [`sampler::Density`]. It uses no threads; a density may.

pub mod diagnose;
pub mod likelihood;
pub mod period;
pub mod predict;
pub mod prior;
pub mod sampler;
pub mod space;
pub mod special;
pub mod transform;
