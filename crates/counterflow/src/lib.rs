//! The one door for front ends: bundled model, data and posterior, projects, policies, comparisons and reports.

pub mod calibration;
pub mod posterior;
pub mod bench;
pub mod checks;
pub mod listing;
pub mod render;
pub mod simulate;
pub mod comparison;
pub mod data;
pub mod error;
pub mod files;
pub mod fit;
pub mod names;
pub mod policy;
pub mod project;
pub mod report;

pub use error::Problem;
pub use project::Project;

pub use counterflow_engine::Schedule;
pub use counterflow_explore::comparison as answers;
pub use counterflow_lang::{Code, Diagnostic, Severity};
pub use counterflow_model::{Model, Period};
