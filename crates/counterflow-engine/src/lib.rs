//! A model to runs: plan, lanes, solvers and streams.
//!
//! A [`Plan`] is made once from a model and a list of what to save. [`run()`] moves many members through time in blocks
//! of lanes, several blocks at once. A run is a function of plan, inputs and seed: not of threads, lane width or platform.

mod dispatch;
mod elaborate;
mod gradient;
mod grouping;
mod instruction;
mod lanes;
mod nodes;
mod packing;
mod plan;
mod program;
mod reverse;
mod runs;
mod schedule;
mod sketch;
mod smoothing;
mod step;
mod strips;

pub use dispatch::{Instructions, available_instructions};
pub use gradient::{BlockGradient, SavedSlopes, gradients};
pub use plan::{Plan, PlanOptions, Size};
pub use runs::{Checkpoint, Job, LaneWidth, Runs, Sampling, Save, Start, What, run, run_reduced, run_to_checkpoint};
pub use schedule::{Move, Schedule};
pub use sketch::Sketch;
pub use smoothing::Smoothing;
pub use step::BlockRuns;
