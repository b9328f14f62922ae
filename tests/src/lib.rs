//! Tests across crates, and what they share with the fuzz targets of `fuzz/`.

pub mod parsers;
pub mod public_models;
