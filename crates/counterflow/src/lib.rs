//! The one door for front ends: bundled model, data and posterior, projects, policies, comparisons and reports.

pub mod backtest;
pub mod bench;
pub mod brief;
pub mod calibration;
pub mod checks;
pub mod citations;
pub mod claims;
pub mod comparison;
pub mod data;
pub mod endless;
pub mod error;
pub mod export;
pub mod files;
pub mod fit;
pub mod knockout;
pub mod listing;
pub mod modes;
pub mod names;
pub mod own_data;
pub mod page;
pub mod places;
pub mod policy;
pub mod posterior;
pub mod project;
pub mod publishers;
pub mod render;
pub mod report;
pub mod reproduce;
pub mod should;
pub mod simulate;
mod unfinished;
pub mod update;
pub mod variants;
pub mod vintages;

pub use error::Problem;
pub use project::Project;

pub use counterflow_engine::Schedule;
pub use counterflow_explore::comparison as answers;
pub use counterflow_lang::{Code, Diagnostic, Severity};
pub use counterflow_model::{Model, Period};
pub use counterflow_xmile::reference as xmile;
