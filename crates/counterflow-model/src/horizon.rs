//! The span of a run: from when to when, in which steps, by which solver.

use serde::{Deserialize, Serialize};

/// The span of a run, in the model's unit of time (years in our own models).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Horizon {
    /// First time.
    pub start: f64,
    /// Last time.
    pub stop: f64,
    /// Length of a step.
    pub step: Step,
    /// Steps from one saved point to the next, at least 1.
    pub steps_per_save: u32,
    /// Solver.
    pub method: Method,
}

/// The length of a step as a quotient of whole numbers wherever there is one: the time of a step is then the number
/// nearest to the exact one, and never drifts. Both parts are positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Above the line.
    pub numerator: f64,
    /// Below the line.
    pub denominator: f64,
}

/// Fixed-step solvers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// Explicit Euler.
    Euler,
    /// Classical Runge-Kutta of order four.
    RungeKutta4,
}

/// Part of a save interval by which a time may miss it.
const ROUNDING: f64 = 1e-6;

impl Step {
    /// One of so many equal parts of the unit of time.
    pub fn part(count: u32) -> Step {
        Step { numerator: 1.0, denominator: f64::from(count) }
    }

    /// A length as the quotient of the smallest whole numbers that gives it to the last bit, or as it is.
    pub fn of_length(length: f64) -> Step {
        const LARGEST: f64 = 1e6;
        // Continued fractions meet every such quotient of small numbers.
        let (mut above, mut below) = ((1.0, 0.0), (0.0, 1.0));
        let mut rest = length;
        for _ in 0..40 {
            let whole = rest.floor();
            above = (whole * above.0 + above.1, above.0);
            below = (whole * below.0 + below.1, below.0);
            if above.0 > LARGEST || below.0 > LARGEST {
                break;
            }
            if above.0 / below.0 == length {
                return Step { numerator: above.0, denominator: below.0 };
            }
            rest = 1.0 / (rest - whole);
        }
        Step { numerator: length, denominator: 1.0 }
    }

    /// Its length.
    pub fn length(self) -> f64 {
        self.numerator / self.denominator
    }

    /// The length of so many steps.
    pub fn times(self, count: f64) -> f64 {
        count * self.numerator / self.denominator
    }
}

impl Horizon {
    /// A span in years with whole numbers of steps and saved points in a year; `saves` divides `steps`.
    pub fn yearly(start: f64, stop: f64, steps: u32, saves: u32, method: Method) -> Horizon {
        Horizon { start, stop, step: Step::part(steps), steps_per_save: steps / saves, method }
    }

    /// The time of a step, from 0 at the start.
    pub fn time(&self, step: u64) -> f64 {
        self.start + self.step.times(step as f64)
    }

    /// The time of a saved point, from 0 at the start.
    pub fn save_time(&self, save: u64) -> f64 {
        self.time(save * u64::from(self.steps_per_save))
    }

    /// Time from one saved point to the next.
    pub fn save_interval(&self) -> f64 {
        self.step.times(f64::from(self.steps_per_save))
    }

    /// Saved points in a unit of time.
    pub fn saves_per_time(&self) -> f64 {
        self.step.denominator / (self.step.numerator * f64::from(self.steps_per_save))
    }

    /// Steps in a unit of time.
    pub fn steps_per_time(&self) -> f64 {
        self.step.denominator / self.step.numerator
    }

    /// Number of save intervals from the start to the saved point nearest to a time, at most to the last before the stop.
    pub fn intervals_until(&self, until: f64) -> u64 {
        let count = |time: f64| (time - self.start) * self.saves_per_time();
        let last = (count(self.stop) + ROUNDING) as u64;
        ((count(until.min(self.stop)) + 0.5) as u64).min(last)
    }

    /// Number of save intervals of a whole run.
    pub fn intervals(&self) -> u64 {
        self.intervals_until(self.stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_quotients_of_whole_numbers() {
        let quotient = |length: f64| (Step::of_length(length).numerator, Step::of_length(length).denominator);
        assert_eq!([0.1, 0.3, 0.0625, 2.0].map(quotient), [(1.0, 10.0), (3.0, 10.0), (1.0, 16.0), (2.0, 1.0)]);
        assert_eq!(quotient(1.0 / 3.0), (1.0, 3.0));
        assert_eq!(quotient(std::f64::consts::PI), (std::f64::consts::PI, 1.0));
    }

    #[test]
    fn times_do_not_drift() {
        let step = Step::of_length(0.1);
        let horizon = Horizon { start: 0.0, stop: 1000.0, step, steps_per_save: 1, method: Method::Euler };
        assert_eq!([horizon.time(3), horizon.time(7), horizon.time(9999)], [0.3, 0.7, 999.9]);
    }

    #[test]
    fn saved_points_never_pass_the_stop() {
        let step = Step::of_length(1.0);
        let horizon = Horizon { start: 0.0, stop: 11.0, step, steps_per_save: 3, method: Method::Euler };
        assert_eq!((horizon.intervals(), horizon.intervals_until(5.0), horizon.save_time(3)), (3, 2, 9.0));
    }
}
