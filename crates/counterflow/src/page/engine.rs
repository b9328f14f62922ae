//! The part of the work that follows a slider: a portion of the draws, their past run once, one future after another.

use counterflow_engine::{Plan, PlanOptions, Sampling, Save, What};
use counterflow_explore::{Portion, Setting, Told, Windows};
use counterflow_model::Horizon;

use super::bundle::Bundle;
use super::scenario::{Known, Scenario, ahead};
use crate::error::Problem;
use crate::project::Compare;

/// The order in which members are run: multiples of this, so that the first few are spread over all chains. A prime, so that
/// each member comes once.
const STRIDE: usize = 197;

/// A portion of the draws of a bundle.
#[derive(Debug)]
pub struct Engine {
    bundle: Bundle,
    plan: Plan,
    windows: Windows,
    series: Vec<Told>,
    seed: u64,
    /// Draws of the portion's members, in their order.
    draws: Vec<Vec<f64>>,
    portion: Portion,
}

impl Engine {
    /// Runs the past of one portion of the draws; `number` counts from 0 among `portions` of about the same size.
    ///
    /// # Errors
    /// If there is no such portion.
    pub fn new(bundle: Bundle, number: usize, portions: usize) -> Result<Engine, Problem> {
        if number >= portions {
            let message =
                format!("found portion {number} of {portions}; expected one from 0 to {}", portions.saturating_sub(1));
            return Err(Problem::new("engine", message));
        }
        let posterior = bundle.posterior();
        let all = posterior.draws(&bundle.model);
        let members = members(all.len(), number, portions);
        let draws: Vec<Vec<f64>> = members.iter().map(|member| all[*member as usize].clone()).collect();
        let (saves, series) = saves(&bundle);
        let plan = Plan::new(&bundle.model, &PlanOptions { saves, ..PlanOptions::default() });
        let windows = windows(plan.horizon(), &bundle.compare);
        let seed = posterior.about.seed;
        let setting = Setting { plan: &plan, seed, branch: bundle.compare.data_through, width: None };
        let portion = Portion::grow(setting, &windows, &draws, members);
        Ok(Engine { plan, windows, series, seed, draws, portion, bundle })
    }

    /// Numbers of the members, in the order in which they are run.
    pub fn members(&self) -> &[u64] {
        self.portion.members()
    }

    /// Names of the rows of [`Engine::world`].
    pub fn rows(&self) -> Vec<String> {
        Portion::rows(&self.windows)
    }

    /// What a scenario means in this model.
    ///
    /// # Errors
    /// Every lever, dose, date or parameter that there is not.
    pub fn known(&self, scenario: &Scenario) -> Result<Known, Vec<Problem>> {
        scenario.known(&self.bundle.model, self.bundle.compare.data_through, "scenario", "scenario")
    }

    /// Values of members `first` to `first + count` of the portion, as far as there are so many: for each series of the page,
    /// for each row, one for each member.
    pub fn world(&self, known: &Known, first: usize, count: usize) -> Vec<f64> {
        let first = first.min(self.draws.len());
        let part = first..first.saturating_add(count).min(self.draws.len());
        let draws = ahead(&self.draws[part.clone()], &known.assumed);
        let setting =
            Setting { plan: &self.plan, seed: self.seed, branch: self.bundle.compare.data_through, width: None };
        self.portion.values(setting, &self.windows, &self.series, &known.schedule, part, &draws)
    }
}

/// What a page shows: the years to the end of those that count. The model's later years are not run for it.
pub(crate) fn windows(horizon: Horizon, compare: &Compare) -> Windows {
    let shown = Horizon { stop: horizon.stop.min(compare.to), ..horizon };
    Windows::new(shown, (compare.from, compare.to), compare.data_through)
}

/// Every member of a portion once.
fn members(draws: usize, number: usize, portions: usize) -> Vec<u64> {
    let spread = |k: usize| if draws.is_multiple_of(STRIDE) { k } else { k * STRIDE % draws };
    (number..draws).step_by(portions).map(|k| spread(k) as u64).collect()
}

/// Saves of all series, one after the other, and which are whose.
fn saves(bundle: &Bundle) -> (Vec<Save>, Vec<Told>) {
    let mut saves = Vec::new();
    let mut series = Vec::new();
    for (elements, summary) in &bundle.series {
        let first = saves.len();
        let of = |&(variable, k)| Save { what: What::Element(variable, k), sampling: Sampling::Mean };
        saves.extend(elements.iter().map(of));
        series.push(Told { saves: first..saves.len(), summary: *summary });
    }
    (saves, series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_each_member_once() {
        for (draws, portions) in [(512, 1), (512, 3), (197, 2), (64, 4)] {
            let mut all: Vec<u64> = (0..portions).flat_map(|number| members(draws, number, portions)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..draws as u64).collect::<Vec<u64>>());
        }
    }
}
