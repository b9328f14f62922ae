//! What is exported and imported again gives the same values: the writer and the reader of XMILE mean the same, and the
//! forms into which the writer lowers what other programs do not share mean what they stand for.

mod carry;
mod conformance;
mod random_models;
