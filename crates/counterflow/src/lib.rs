//! The one door for front ends: bundled model, data and posterior, projects, policies, comparisons and reports.

pub mod data;
pub mod error;
pub mod files;
pub mod fit;
pub mod project;

pub use error::Problem;
pub use project::Project;
