//! The page: what a browser loads of a model, and what it computes from that.
//!
//! [`bundle`] is a compiled model with its posterior in one piece of bytes, [`compact`] that posterior in two bytes a number.
//! [`engine`] follows a slider with a portion of the draws, [`desk`] answers slow questions with all of them. [`scenario`] is
//! what a person has set, [`link`] the same as an address, [`flows`] what flows where, [`shown`] what is seen of a
//! scenario, for programs. `files` are the texts and figures that
//! a page loads beside them. Nothing here knows a browser: the program and its server ask the same.

pub mod bundle;
pub mod compact;
pub mod desk;
pub mod engine;
pub mod files;
pub mod flows;
pub mod link;
pub mod scenario;
pub mod shown;
