//! The files that a page loads, as bytes: everything it tells that is not computed while somebody watches.

mod selection;

pub use selection::{Selection, ShownSeries, Theme, View};
