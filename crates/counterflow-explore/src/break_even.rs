//! Where the sign of an effect turns as an assumption moves over its documented range.
//!
//! The assumption is changed from the branch date on: states there are those of the draw, because the record is what
//! it is whatever is assumed of the future. The same change is made in the status quo, so the effect stays paired.

use std::collections::BTreeMap;

use counterflow_engine::Schedule;
use counterflow_model::elementary::{exp, ln};
use counterflow_model::{Definition, Model};
use rayon::prelude::*;

use crate::answer::{Finding, paired_median, sign};
use crate::band::median;
use crate::budget::evenly;
use crate::compare::Inquiry;
use crate::comparison::{Answer, Basis, BreakEven, Reference};
use crate::question::STATUS_QUO;
use crate::sensitivity::{Attribution, Candidates};
use crate::trunk::Trunk;

/// Values of the assumption that are tried.
const POINTS: usize = 7;
/// Draws in which each is tried.
const DRAWS: usize = 64;
/// Ratio of the ends of a range from which values are spaced by their logarithm.
const WIDE: f64 = 30.0;
/// Most assumptions tried for one answer. One that the future does not feel is passed over.
const TRIED: usize = 3;

/// A policy as runs know it: its short name, which tells it apart, and what its levers do.
pub type Named<'a> = (&'a str, &'a Schedule);

/// Runs of policies with one assumption at values over its range, each made once.
pub struct Sweeps<'a> {
    inquiry: &'a Inquiry<'a>,
    candidates: &'a Candidates,
    chosen: Vec<usize>,
    /// Made with the first run.
    trunk: Option<Trunk<'a>>,
    /// By policy and position in a draw: every outcome in the chosen draws, once for each value.
    levels: BTreeMap<(String, usize), Vec<Vec<f64>>>,
}

impl<'a> Sweeps<'a> {
    /// Nothing is run yet.
    pub fn new(inquiry: &'a Inquiry<'a>, candidates: &'a Candidates) -> Sweeps<'a> {
        let chosen = evenly(inquiry.question.draws.len(), DRAWS);
        Sweeps { inquiry, candidates, chosen, trunk: None, levels: BTreeMap::new() }
    }

    /// Where the sign of the first policy's outcome minus the second's turns as an assumption moves; `None` if the future
    /// does not feel it.
    pub fn turn(&mut self, candidate: usize, outcome: usize, first: Named<'_>, second: Named<'_>) -> Option<BreakEven> {
        let (model, plan) = (self.inquiry.question.model, self.inquiry.setting.plan);
        let (slot, range, scale) = self.span(candidate);
        self.run(candidate, &[first, second]);
        let levels = |policy: Named<'_>| &self.levels[&(policy.0.to_owned(), slot)][outcome];
        let count = self.chosen.len().max(1);
        let pairs = levels(first).chunks(count).zip(levels(second).chunks(count));
        let effects: Vec<(f64, f64)> = pairs.map(|(a, b)| paired_median(a, b)).collect();
        let still = effects.first()?.0;
        if effects.iter().all(|(effect, _)| *effect == still) {
            return None;
        }
        let signs: Vec<i8> = effects.iter().map(|(effect, size)| sign(*effect, *size)).collect();
        let medians: Vec<f64> = effects.iter().map(|(effect, _)| *effect).collect();
        let values = self.inquiry.question.ahead.iter().map(|d| d[slot]).collect();
        Some(BreakEven {
            parameter: self.candidates.list()[candidate].name.clone(),
            unit: model.variable(plan.parameters()[slot].0).unit.to_string(),
            range,
            value: scale.nearest_zero(&scale.points(range), &medians, &signs, median(values)),
            signs: (signs[0], signs[POINTS - 1]),
        })
    }

    /// Makes the runs of policies that are still wanting for one assumption.
    pub fn run(&mut self, candidate: usize, policies: &[Named<'_>]) {
        let (slot, range, scale) = self.span(candidate);
        let known = |policy: &str| self.levels.contains_key(&(policy.to_owned(), slot));
        let wanting: Vec<Named<'_>> = policies.iter().copied().filter(|(id, _)| !known(id)).collect();
        if wanting.is_empty() {
            return;
        }
        let draws = self.changed(slot, &scale.points(range));
        let inquiry = self.inquiry;
        let base: Vec<Vec<f64>> = (0..POINTS).flat_map(|_| self.base()).collect();
        let members = (0..POINTS).flat_map(|_| self.chosen.iter().map(|i| *i as u64)).collect();
        let trunk: &Trunk<'_> = self.trunk.get_or_insert_with(|| Trunk::grow(inquiry.setting, &base, members));
        let runs: Vec<_> =
            wanting.par_iter().map(|(id, schedule)| (*id, inquiry.levels(trunk, &draws, schedule))).collect();
        self.levels.extend(runs.into_iter().map(|(id, levels)| ((id.to_owned(), slot), levels)));
    }

    /// Position of an assumption in a draw, its range, and how values are spaced over it.
    fn span(&self, candidate: usize) -> (usize, (f64, f64), Scale) {
        let question = self.inquiry.question;
        let slot = self.candidates.list()[candidate].slot;
        let values: Vec<f64> = question.ahead.iter().map(|d| d[slot]).collect();
        let range = range(question.model, self.inquiry.setting.plan.parameters()[slot].0, &values);
        (slot, range, Scale::of(range))
    }

    fn base(&self) -> Vec<Vec<f64>> {
        self.chosen.iter().map(|i| self.inquiry.question.draws[*i].clone()).collect()
    }

    /// The chosen draws of the future once for each value of one parameter.
    fn changed(&self, slot: usize, points: &[f64]) -> Vec<Vec<f64>> {
        let with = |value: f64, position: usize| {
            let mut draw = self.inquiry.question.ahead[position].clone();
            draw[slot] = value;
            draw
        };
        points.iter().flat_map(|value| self.chosen.iter().map(|position| with(*value, *position))).collect()
    }
}

/// Finds the break-evens of a comparison's answers, which share the runs.
pub struct Turns<'a> {
    inquiry: &'a Inquiry<'a>,
    candidates: &'a Candidates,
    sweeps: Sweeps<'a>,
    status_quo: Schedule,
}

impl<'a> Turns<'a> {
    /// Nothing is run yet.
    pub fn new(inquiry: &'a Inquiry<'a>, candidates: &'a Candidates) -> Turns<'a> {
        Turns { inquiry, candidates, sweeps: Sweeps::new(inquiry, candidates), status_quo: inquiry.status_quo() }
    }

    /// The answer with its break-even, if it is to have one: a difference from the status quo that rests on assumption.
    pub fn complete(&mut self, finding: Finding, policy: &str, schedule: &Schedule) -> Answer {
        let Finding { mut answer, attribution } = finding;
        if answer.reference == Reference::StatusQuo
            && answer.basis == Basis::Assumption
            && self.inquiry.question.seeks_turn(policy, answer.outcome)
            && let Some(attribution) = attribution
        {
            let tried = self.assumptions(&attribution).into_iter().take(TRIED);
            let both = ((policy, schedule), (STATUS_QUO, &self.status_quo));
            let turn = |candidate| self.sweeps.turn(candidate, answer.outcome, both.0, both.1);
            answer.break_even = tried.filter_map(turn).next();
        }
        answer
    }

    /// Assumptions by their part in the spread, then the others by correlation. Discrepancy is none: it makes no
    /// statement about a policy that could be wrong.
    fn assumptions(&self, attribution: &Attribution) -> Vec<usize> {
        let list = self.candidates.list();
        let assumed = |c: &usize| list[*c].basis == Basis::Assumption && !list[*c].is_discrepancy();
        let mut found: Vec<usize> = attribution.parts.iter().map(|(c, _)| *c).filter(assumed).collect();
        let mut others: Vec<usize> = (0..list.len()).filter(|c| assumed(c) && !found.contains(c)).collect();
        let strength = |c: &usize| attribution.correlations[*c].abs();
        others.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        found.append(&mut others);
        found
    }
}

/// The documented range of a parameter, else that of its draws.
fn range(model: &Model, id: counterflow_model::VariableId, values: &[f64]) -> (f64, f64) {
    let documented = match &model.variable(id).definition {
        Definition::Parameter(parameter) => parameter.range,
        _ => None,
    };
    let ends = || values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    documented.unwrap_or_else(ends)
}

/// How values are spaced over a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    Linear,
    Logarithmic,
}

impl Scale {
    fn of((low, high): (f64, f64)) -> Scale {
        if low > 0.0 && high > WIDE * low { Scale::Logarithmic } else { Scale::Linear }
    }

    fn to(self, value: f64) -> f64 {
        if self == Scale::Linear { value } else { ln(value) }
    }

    fn from(self, place: f64) -> f64 {
        if self == Scale::Linear { place } else { exp(place) }
    }

    fn points(self, (low, high): (f64, f64)) -> Vec<f64> {
        let (from, to) = (self.to(low), self.to(high));
        let place = |k: usize| from + (to - from) * k as f64 / (POINTS - 1) as f64;
        (0..POINTS).map(|k| self.from(place(k)).clamp(low, high)).collect()
    }

    /// The zero of the medians nearest to `centre`, on lines between the points; `None` if they keep their sign.
    fn nearest_zero(self, points: &[f64], medians: &[f64], signs: &[i8], centre: f64) -> Option<f64> {
        if signs.iter().all(|s| *s == signs[0]) {
            return None;
        }
        let at_zero = |k: &usize| signs[*k] == 0 && medians[*k].is_finite();
        let mut zeros: Vec<f64> = (0..points.len()).filter(at_zero).map(|k| self.to(points[k])).collect();
        for k in (1..points.len()).filter(|k| signs[*k] * signs[*k - 1] < 0) {
            let (from, to) = (self.to(points[k - 1]), self.to(points[k]));
            zeros.push(from + (to - from) * medians[k - 1] / (medians[k - 1] - medians[k]));
        }
        let distance = |zero: &f64| (zero - self.to(centre)).abs();
        zeros.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|zero| self.from(zero))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_follows_the_range() {
        let points = Scale::of((1.0, 7.0)).points((1.0, 7.0));
        assert_eq!(points, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        let scale = Scale::of((1.0, 64.0));
        assert_eq!(scale, Scale::Logarithmic);
        let points = scale.points((1.0, 64.0));
        assert!((points[3] - 8.0).abs() < 1e-12 && points[6] <= 64.0);
        assert_eq!(Scale::of((-1.0, 64.0)), Scale::Linear);
    }

    #[test]
    fn zeros_between_and_at_points() {
        let points = [0.0, 1.0, 2.0, 3.0];
        let zero = |medians: &[f64], centre| {
            let signs: Vec<i8> = medians.iter().map(|m| sign(*m, 1.0)).collect();
            Scale::Linear.nearest_zero(&points, medians, &signs, centre)
        };
        assert_eq!(zero(&[1.0, -3.0, -1.0, -2.0], 2.0), Some(0.25));
        assert_eq!(zero(&[1.0, -1.0, 1.0, 1.0], 3.0), Some(1.5));
        assert_eq!(zero(&[0.0, 1.0, 1.0, 2.0], 3.0), Some(0.0));
        assert_eq!((zero(&[1.0; 4], 1.0), zero(&[0.0; 4], 1.0)), (None, None));
    }
}
