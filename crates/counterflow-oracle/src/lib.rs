//! A model to runs, slowly and obviously right: what tests hold the engine against.
//!
//! Every expression is walked as it stands, one member, one element and one stage at a time. There is no plan, nothing
//! is shared or folded, and nothing here is known to the engine. Only the value of a variable's element is kept while
//! its time lasts, because without it long chains of definitions would take for ever.
//!
//! This is also the shortest full statement of what a model means: `moment` says what an expression is worth,
//! `run` how stocks move. With [`Dual`] numbers the same walk also tells how everything moves with the parameters.

mod dual;
mod moment;
mod run;

pub use dual::{Dual, Value};
pub use run::{Inputs, Known, run};
