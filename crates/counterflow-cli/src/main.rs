//! The `counterflow` program.
fn main() {}
