//! Our values of a model beside those that something else computed from its exported file.

use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};
use counterflow_model::{Definition, Model};

use crate::shaken::shaken;

/// Largest difference of a value, as a part of the largest size of its series.
const TOLERANCE: f64 = 1e-9;
/// Runs with every operation a little off, which tell whether rounding decides a value.
const SHAKES: u64 = 12;
/// A stock that was so large, or not finite, has no way back: the rate that should lead it there overflows.
const LARGEST: f64 = 1e290;
/// What a stock was before leaves its last digits in what it is next: of a value that is smaller by this part there is not
/// enough left. Small values that go to zero are compared all the same, since that is what flags do.
const SWAMPED: f64 = 1e-6;
/// Above this a value is no flag.
const LARGE: f64 = 1e3;

/// How much was compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Values of our own run.
    pub values: usize,
    /// Those that are finite, and were compared.
    pub finite: usize,
    /// Those that differ because rounding decides: they do so too when operations are a little off.
    pub undecided: usize,
    /// Largest difference of all others.
    pub worst: f64,
}

impl Tally {
    /// Both together.
    pub fn and(self, other: Tally) -> Tally {
        Tally {
            values: self.values + other.values,
            finite: self.finite + other.finite,
            undecided: self.undecided + other.undecided,
            worst: self.worst.max(other.worst),
        }
    }
}

/// Our values of every element at every step, without noise.
pub struct Ours {
    /// Names of the elements.
    pub names: Vec<String>,
    /// Their values over time.
    pub paths: Vec<Vec<f64>>,
    /// The same with every operation a little off.
    shaken: Vec<Vec<Vec<f64>>>,
    /// Number of steps until a cell can no longer be carried by a stock, as it is in the exported file.
    lasting: usize,
}

impl Ours {
    /// Runs the model.
    pub fn new(model: &Model) -> Ours {
        let all = everything(model);
        let paths = paths(model, all.clone());
        let lasting = lasting(model, &all, &paths);
        let run = |seed| self::paths(&shaken(model, seed), all.clone());
        Ours { names: names(model), paths, shaken: (0..SHAKES).map(run).collect(), lasting }
    }

    /// Whether every value is finite.
    pub fn is_finite(&self) -> bool {
        self.paths.iter().flatten().all(|x| x.is_finite())
    }

    /// Compares with others' values in the same order.
    ///
    /// # Errors
    /// The first difference that rounding does not explain.
    pub fn beside(&self, theirs: &[Vec<f64>]) -> Result<Tally, String> {
        let mut tally = Tally::default();
        for (s, (own, other)) in self.paths.iter().zip(theirs).enumerate() {
            let name = &self.names[s];
            if own.len() != other.len() {
                return Err(format!("{name} has {} values here and {} there", own.len(), other.len()));
            }
            let size = own.iter().filter(|x| x.is_finite()).fold(0.0_f64, |most, x| most.max(x.abs()));
            for (time, (a, b)) in own.iter().zip(other).enumerate().take(self.lasting) {
                tally.values += 1;
                // What is not a number has many ways; infinity and it turn into each other by the order of operations.
                if !a.is_finite() {
                    continue;
                }
                tally.finite += 1;
                let apart = distance(*a, *b, size);
                // Relative to the value alone: what is left of two large numbers decides at its next comparison.
                let is_off = |run: &Vec<Vec<f64>>| distance(*a, run[s][time], a.abs()) > TOLERANCE / 10.0;
                if apart <= TOLERANCE {
                    tally.worst = tally.worst.max(apart);
                } else if self.shaken.iter().any(is_off) {
                    tally.undecided += 1;
                } else {
                    return Err(format!("{name} at step {time} is {a:e} here and {b:e} there, of {size:e}"));
                }
            }
        }
        Ok(tally)
    }
}

/// Every element of every variable, in order.
pub fn everything(model: &Model) -> Vec<Save> {
    let elements = model.ids().flat_map(|id| (0..model.size(id)).map(move |k| What::Element(id, k)));
    elements.map(|what| Save { what, sampling: Sampling::Point }).collect()
}

fn names(model: &Model) -> Vec<String> {
    model.ids().flat_map(|id| (0..model.size(id)).map(move |k| model.element_name(id, k))).collect()
}

/// Values over time without noise.
pub fn paths(model: &Model, saves: Vec<Save>) -> Vec<Vec<f64>> {
    let count = saves.len();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let draw = model.parameters().flat_map(|(_, parameter)| parameter.values.iter().copied()).collect();
    let (draws, schedule) = ([draw], Schedule::default());
    let runs = run(&Job { noise: false, ..Job::new(&plan, &draws, &[0], &schedule) });
    (0..count).map(|save| runs.path(save, 0).collect()).collect()
}

fn lasting(model: &Model, all: &[Save], paths: &[Vec<f64>]) -> usize {
    let is_cell = |save: &Save| match save.what {
        What::Element(id, _) => matches!(model.variable(id).definition, Definition::Cell(_)),
        What::Observation(_) | What::Check(_) => false,
    };
    let is_lost = |before: f64, now: f64| {
        let is_swamped = before.abs() > LARGE && now.abs() < SWAMPED * before.abs();
        now.is_nan() || now.abs() > LARGEST || is_swamped
    };
    let lost = |path: &Vec<f64>| {
        let before = std::iter::once(0.0).chain(path.iter().copied());
        before.zip(path).position(|(before, now)| is_lost(before, *now))
    };
    let cells = all.iter().zip(paths).filter(|(save, _)| is_cell(save)).filter_map(|(_, path)| lost(path));
    cells.min().unwrap_or(usize::MAX)
}

/// Difference as a part of a size.
fn distance(a: f64, b: f64, size: f64) -> f64 {
    if a == b {
        return 0.0;
    }
    let apart = (a - b).abs() / size.max(f64::MIN_POSITIVE);
    if apart.is_nan() { f64::INFINITY } else { apart }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_unless_rounding_decides() {
        let paths = vec![vec![1.0, 2.0, 4.0]];
        let off = vec![vec![1.0, 2.0, 5.0]];
        let ours = Ours { names: vec!["x".into()], paths, shaken: vec![off], lasting: usize::MAX };
        let with = |theirs: [f64; 3]| ours.beside(&[theirs.to_vec()]);
        assert!(with([1.0, 2.0 + 1e-9, 4.0]).is_ok_and(|tally| tally.undecided == 0 && tally.worst > 1e-10));
        assert!(with([1.0, 2.0, 7.0]).is_ok_and(|tally| tally.undecided == 1));
        assert!(with([1.0, 2.1, 4.0]).is_err_and(|why| why.contains("x at step 1")));
        assert!(with([1.0, f64::NAN, 4.0]).is_err());
        assert!(ours.beside(&[vec![1.0]]).is_err());
        let endless = Ours { paths: vec![vec![1.0, f64::INFINITY, 4.0]], ..ours };
        assert!(endless.beside(&[vec![1.0, f64::NAN, 4.0]]).is_ok_and(|tally| tally.finite == 2));
    }
}
