//! What a compiled model *is*: plain data, units and operators.
//!
//! No text, no time stepping, no files. `counterflow-lang` builds a [`Model`], `counterflow-engine` runs it,
//! and the two meet only here. Nothing in this crate names a drug, a country or an agency.

pub mod elementary;
mod expr;
mod graph;
mod horizon;
mod lookup;
mod model;
mod observe;
pub mod ops;
mod prior;
pub mod random;
mod should;
pub mod standard;
mod unit;

pub use expr::{Clock, Expr, Index};
pub use graph::{element_offsets, references};
pub use horizon::{Horizon, Method, Step};
pub use lookup::{Beyond, Lookup};
pub use model::{
    Cell, Cost, Definition, Dimension, DimensionId, Equation, Evidence, Grade, Lever, LookupId, Model, Parameter,
    Place, Position, Sector, SectorId, Stock, Variable, VariableId,
};
pub use observe::{Better, Check, Family, Feedback, Likelihood, Observation, Outcome, Period, Summary};
pub use ops::{Binary, Reduction, Ternary, Unary};
pub use prior::Prior;
pub use should::{Amount, Expectation, Reference, Relation, Setting, Should, Target, When};
pub use unit::{Unit, UnitError};
