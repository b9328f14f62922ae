//! Runs are explored: comparison of policies, basis of an answer, break-even.
//!
//! [`compare`] takes posterior draws and schedules and answers with a [`comparison::Comparison`]. Each draw is one
//! world: every policy is run in every world, with the same noise, so a difference is taken world by world. The files
//! follow the question: `trunk` runs a shared past once and branches it, `windows` turns months into one number,
//! `band` turns draws into quantiles, `sensitivity` says what an answer rests on, `break_even` where its sign turns,
//! `budget` brings policies to the same cost, `brief` sets a few policies side by side for a decision, `portion` keeps the past
//! of some draws for many futures. Nothing here names a drug, a country or an agency.

mod answer;
mod band;
mod break_even;
pub mod brief;
mod budget;
mod compare;
pub mod comparison;
mod portion;
mod question;
pub mod sensitivity;
mod trunk;
mod windows;

pub use compare::compare;
pub use portion::{Portion, Told};
pub use question::{Budget, NamedSchedule, Question, STATUS_QUO, Target};
pub use trunk::Setting;
pub use windows::Windows;

#[cfg(test)]
mod tests;
