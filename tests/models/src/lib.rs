//! Random models: any combination of what the engine knows, drawn so that tests can shrink it. And whether another
//! program's values of a model are ours.

pub mod agreement;
pub mod recipe;
pub mod shaken;
pub mod strategy;
