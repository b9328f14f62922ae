//! Policies brought to the same cost, by one factor on all doses of each.

use counterflow_engine::{Move, Schedule};
use counterflow_model::{Definition, Model, VariableId};
use rayon::prelude::*;

use crate::answer::paired_median;
use crate::compare::Inquiry;
use crate::question::Target;
use crate::trunk::Trunk;

/// Draws with which a factor is searched.
const DRAWS: usize = 64;
/// Distance from the budget, relative to it, that is good enough.
const NEAR: f64 = 1e-4;
/// Most runs to find a factor; the bracket shrinks by half at least every other run.
const MOST_RUNS: usize = 40;
/// Largest factor, for levers without a documented range.
const LARGEST_FACTOR: f64 = 1e3;

/// A policy's schedule after scaling.
#[derive(Clone, Debug)]
pub struct Scaling {
    /// What the levers do.
    pub schedule: Schedule,
    /// Factor on all doses; `None` if none reaches the budget, and the doses are the policy's own.
    pub factor: Option<f64>,
    /// Why there is none.
    pub note: Option<String>,
}

/// Schedules of all policies, at the question's budget if it has one. Policies that save money or cost nothing keep
/// their own doses, and so do those that the documented ranges of their levers keep below the budget.
pub fn scale(inquiry: &Inquiry<'_>, trunk: &Trunk<'_>, progress: &mut dyn FnMut(usize)) -> Vec<Scaling> {
    let policies = inquiry.question.policies;
    let own = |schedule: &Schedule| Scaling { schedule: schedule.clone(), factor: Some(1.0), note: None };
    let Some(budget) = inquiry.question.equal_budget else {
        return policies.iter().map(|p| own(&p.schedule)).collect();
    };
    let all = Bill::new(inquiry, trunk, inquiry.question.ahead, budget.outcome);
    let chosen = evenly(inquiry.question.draws.len(), DRAWS);
    let of = |draws: &[Vec<f64>]| -> Vec<Vec<f64>> { chosen.iter().map(|i| draws[*i].clone()).collect() };
    let (draws, ahead) = (of(inquiry.question.draws), of(inquiry.question.ahead));
    let few_trunk = Trunk::grow(inquiry.setting, &draws, chosen.iter().map(|i| *i as u64).collect());
    let few = Bill::new(inquiry, &few_trunk, &ahead, budget.outcome);
    let (target, exempt) = match budget.target {
        Target::Amount(amount) => (amount, None),
        Target::Policy(i) => (all.cost(&policies[i].schedule), Some(i)),
    };
    let scalings = (0..policies.len())
        .into_par_iter()
        .map(|i| match &policies[i].schedule {
            schedule if exempt == Some(i) || schedule.moves.is_empty() => own(schedule),
            schedule => fit(&few, &all, schedule, target),
        })
        .collect();
    progress(policies.len());
    scalings
}

/// Brings a schedule to a cost: a factor is searched with few draws, and set right once with all of them, taking the
/// cost to be in proportion to the dose over the small distance that is left.
fn fit(few: &Bill<'_>, all: &Bill<'_>, schedule: &Schedule, target: f64) -> Scaling {
    let unchanged = |why: &str| Scaling { schedule: schedule.clone(), factor: None, note: Some(why.to_owned()) };
    let cost = few.cost(schedule);
    if target.is_nan() || target <= 0.0 {
        return unchanged("the budget is not above zero");
    }
    if cost.is_nan() || cost <= 0.0 {
        return unchanged(if cost < 0.0 { "it saves money" } else { "its levers have no known cost" });
    }
    let limit = largest_factor(few.inquiry.question.model, schedule);
    let at_limit = few.cost(&scaled(schedule, limit));
    if at_limit < target * (1.0 - NEAR) {
        return unchanged("within the documented ranges of its levers it cannot cost as much");
    }
    let factor = few.root(schedule, target, (limit, at_limit));
    let factor = (factor * target / all.cost(&scaled(schedule, factor))).min(limit);
    Scaling { schedule: scaled(schedule, factor), factor: Some(factor), note: None }
}

/// Costs of schedules in some draws.
struct Bill<'a> {
    inquiry: &'a Inquiry<'a>,
    trunk: &'a Trunk<'a>,
    draws: &'a [Vec<f64>],
    outcome: usize,
    status_quo: Vec<f64>,
}

impl<'a> Bill<'a> {
    fn new(inquiry: &'a Inquiry<'a>, trunk: &'a Trunk<'a>, draws: &'a [Vec<f64>], outcome: usize) -> Bill<'a> {
        let status_quo = inquiry.levels(trunk, draws, &inquiry.status_quo()).swap_remove(outcome);
        Bill { inquiry, trunk, draws, outcome, status_quo }
    }

    /// Median cost beyond the status quo.
    fn cost(&self, schedule: &Schedule) -> f64 {
        let levels = self.inquiry.levels(self.trunk, self.draws, schedule);
        paired_median(&levels[self.outcome], &self.status_quo).0
    }

    /// The factor at which the cost is `target`, between 0 and `high`, by false position with halved ends (the
    /// Illinois rule of M. Dowell and P. Jarratt, 1971); for a cost in proportion to the dose the first guess is right.
    fn root(&self, schedule: &Schedule, target: f64, high: (f64, f64)) -> f64 {
        let (mut low, mut high) = ((0.0, -target), (high.0, high.1 - target));
        let mut side = 0;
        let mut factor = high.0;
        for _ in 0..MOST_RUNS {
            factor = low.0 + (high.0 - low.0) * (-low.1 / (high.1 - low.1));
            let excess = self.cost(&scaled(schedule, factor)) - target;
            if excess.abs() <= NEAR * target {
                break;
            }
            if excess > 0.0 {
                high = (factor, excess);
                low.1 *= if side == 1 { 0.5 } else { 1.0 };
                side = 1;
            } else {
                low = (factor, excess);
                high.1 *= if side == -1 { 0.5 } else { 1.0 };
                side = -1;
            }
        }
        factor
    }
}

/// The schedule with every dose times a factor.
pub fn scaled(schedule: &Schedule, factor: f64) -> Schedule {
    Schedule { moves: schedule.moves.iter().map(|m| Move { change: m.change * factor, ..*m }).collect() }
}

/// The largest factor at which every lever stays in its documented range at all times.
fn largest_factor(model: &Model, schedule: &Schedule) -> f64 {
    limit(model, schedule).map_or(LARGEST_FACTOR, |limit| limit.factor.min(LARGEST_FACTOR))
}

/// Where the documented range of a lever ends the scaling of a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The largest factor on all doses.
    pub factor: f64,
    /// The lever that reaches the end of its range first.
    pub lever: VariableId,
    /// That end, in the lever's unit.
    pub end: f64,
}

/// Where the documented range of a lever ends the scaling of a policy; `None` if no lever of it has a range.
pub fn limit(model: &Model, schedule: &Schedule) -> Option<Limit> {
    let mut nearest: Option<Limit> = None;
    for m in &schedule.moves {
        let Definition::Lever(lever) = &model.variable(m.lever).definition else { continue };
        let Some((low, high)) = lever.range else { continue };
        for change in corners(schedule, m.lever, m.element).into_iter().filter(|change| *change != 0.0) {
            let end = if change > 0.0 { high } else { low };
            let factor = ((end - lever.neutral) / change).max(0.0);
            if nearest.is_none_or(|known| factor < known.factor) {
                nearest = Some(Limit { factor, lever: m.lever, end });
            }
        }
    }
    nearest
}

/// Changes of a lever element where its path has corners: among them are the largest and the smallest.
fn corners(schedule: &Schedule, lever: VariableId, element: usize) -> Vec<f64> {
    let moves = schedule.moves.iter().filter(|m| m.lever == lever && m.element == element);
    let times = moves.flat_map(|m| {
        let ends = m.end.map(|end| [end, end + m.ramp]);
        [m.start, m.start + m.ramp].into_iter().chain(ends.into_iter().flatten())
    });
    times.map(|time| schedule.change(lever, element, time)).collect()
}

/// At most `wanted` positions out of `count`, evenly spaced.
pub fn evenly(count: usize, wanted: usize) -> Vec<usize> {
    let wanted = wanted.min(count);
    (0..wanted).map(|k| (2 * k + 1) * count / (2 * wanted)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_hold_the_extremes() {
        let one = Move { lever: VariableId(0), element: 0, change: 2.0, start: 2026.0, ramp: 1.0, end: Some(2030.0) };
        let schedule = Schedule { moves: vec![one, Move { change: -1.0, start: 2029.0, end: None, ..one }] };
        assert_eq!(corners(&schedule, VariableId(0), 0), [0.0, 2.0, 1.0, -1.0, 2.0, 1.0]);
    }

    #[test]
    fn positions_are_spread() {
        assert_eq!(evenly(10, 4), [1, 3, 6, 8]);
        assert_eq!(evenly(3, 8), [0, 1, 2]);
    }
}
