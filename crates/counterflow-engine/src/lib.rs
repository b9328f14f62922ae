//! A model to runs: plan, lanes, solvers and streams.
