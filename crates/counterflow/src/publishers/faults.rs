//! What is wrong in one file: every fault with its place, up to a number that a person still reads.

use crate::error::Problem;
use crate::names::clipped;

use super::table::Place;

/// Faults that are told; the rest are counted.
const TOLD: usize = 20;

/// The faults of one file.
#[derive(Debug)]
pub struct Faults {
    path: String,
    found: Vec<Problem>,
    more: usize,
}

impl Faults {
    /// None yet.
    pub fn new(path: &str) -> Faults {
        Faults { path: path.to_owned(), found: Vec::new(), more: 0 }
    }

    /// Something was found where something else was expected.
    pub fn unexpected(&mut self, place: Place, found: &str, expected: &str, nearest: Option<&str>) {
        self.say(place, format!("found `{}`; expected {expected}", clipped(found)), nearest);
    }

    /// Anything else that is wrong at a place.
    pub fn say(&mut self, place: Place, message: String, nearest: Option<&str>) {
        let problem = Problem::new(self.path.clone(), message).at(place.line, place.column);
        self.add(match nearest {
            Some(nearest) => problem.help(format!("did you mean `{}`?", clipped(nearest))),
            None => problem,
        });
    }

    /// Something that is wrong with the file as a whole.
    pub fn whole(&mut self, message: String) {
        self.add(Problem::new(self.path.clone(), message));
    }

    /// All of them; the last one counts those that are not told.
    pub fn into_problems(mut self) -> Vec<Problem> {
        if self.more > 0 {
            self.found.push(Problem::new(self.path, format!("and {} more", self.more)));
        }
        self.found
    }

    fn add(&mut self, problem: Problem) {
        if self.found.len() < TOLD { self.found.push(problem) } else { self.more += 1 }
    }
}
