//! Holds runs against a statement's expectations, member by member.

use counterflow_engine::Runs;
use counterflow_model::{Expectation, Expr, Horizon, Reference, Should, When};

use super::Part;

/// A value and what it was compared with.
#[derive(Clone, Debug)]
pub struct Figure {
    /// By how much the relation holds, as a share of the reference; below zero it does not.
    pub margin: f64,
    /// What was measured.
    pub value: f64,
    /// With what it was compared, factor and all.
    pub reference: f64,
    /// When, for people.
    pub label: String,
    /// Which run, where there are several.
    pub run: String,
    /// Which member: 0 has the posterior medians.
    pub member: usize,
}

/// Where a value stood before it has a label.
#[derive(Clone, Copy)]
struct Spot {
    margin: f64,
    value: f64,
    reference: f64,
    time: f64,
    run: usize,
}

impl Spot {
    const NOWHERE: Spot = Spot { margin: f64::INFINITY, value: f64::NAN, reference: f64::NAN, time: f64::NAN, run: 0 };
}

/// Judges the runs of one statement.
pub struct Judge<'a> {
    horizon: Horizon,
    expectations: &'a [Expectation],
    /// Where each expectation's value, and the value with which it is compared, are saved.
    saves: Vec<(usize, Option<usize>)>,
    /// For each expectation and member where it is nearest to failing.
    worst: Vec<Vec<Spot>>,
    runs: Vec<String>,
}

impl<'a> Judge<'a> {
    /// Nothing seen yet. `save` tells where an expression is saved.
    pub fn new(horizon: Horizon, should: &'a Should, members: usize, save: &dyn Fn(&Expr, When) -> usize) -> Judge<'a> {
        let saves = |one: &Expectation| {
            let value = if let Reference::Value(expr) = &one.reference { Some(save(expr, one.when)) } else { None };
            (save(&one.measured, one.when), value)
        };
        Judge {
            horizon,
            expectations: &should.expectations,
            saves: should.expectations.iter().map(saves).collect(),
            worst: vec![vec![Spot::NOWHERE; members]; should.expectations.len()],
            runs: Vec::new(),
        }
    }

    /// Holds one run against the expectations; `before` is that of the amount before in the same list.
    pub fn see(&mut self, words: &str, runs: &Runs, status_quo: &Runs, before: Option<&Runs>) {
        let number = self.runs.len();
        self.runs.push(words.to_owned());
        for (k, expectation) in self.expectations.iter().enumerate() {
            let (save, value) = self.saves[k];
            let other = match expectation.reference {
                Reference::Before => before.map(|before| (before, save, 1.0)),
                Reference::StatusQuo(factor) => Some((status_quo, save, factor)),
                Reference::Value(_) => value.map(|value| (runs, value, 1.0)),
            };
            // The first amount of a list has none before it.
            let Some((other, other_save, factor)) = other else { continue };
            for member in 0..self.worst[k].len() {
                let values = self.values(expectation.when, runs, save, member);
                let references = self.values(expectation.when, other, other_save, member);
                for ((time, value), (_, reference)) in values.zip(references) {
                    let reference = factor * reference;
                    let margin = expectation.relation.margin(value, reference);
                    if margin < self.worst[k][member].margin {
                        self.worst[k][member] = Spot { margin, value, reference, time, run: number };
                    }
                }
            }
        }
    }

    /// Times and values of one member that count.
    fn values<'r>(
        &self,
        when: When,
        runs: &'r Runs,
        save: usize,
        member: usize,
    ) -> Box<dyn Iterator<Item = (f64, f64)> + 'r> {
        let first = runs.times.first().copied().unwrap_or(self.horizon.start);
        let position = |time: f64| ((time - first) * self.horizon.saves_per_time()).round().max(0.0) as usize;
        let at = move |k: usize| runs.at(save, k)[member];
        let last = runs.len(save).saturating_sub(1);
        match when {
            When::At(time) => {
                let k = position(time).min(last);
                Box::new(std::iter::once((runs.times[k], at(k))))
            }
            When::Mean(from, to) => {
                let (from_k, to_k) = (position(from), position(to).min(last + 1));
                let sum: f64 = (from_k..to_k).map(at).sum();
                Box::new(std::iter::once((from, sum / (to_k - from_k) as f64)))
            }
            When::Always(from, to) => {
                Box::new((position(from)..=position(to).min(last)).map(move |k| (runs.times[k], at(k))))
            }
        }
    }

    /// Members in which everything came out, and what came of each expectation. `labels` says times for people.
    pub fn verdict(&self, labels: &dyn Fn(&[f64]) -> Vec<String>) -> (usize, Vec<Part>) {
        let members = self.worst.first().map_or(0, Vec::len);
        let holding = (0..members).filter(|member| self.worst.iter().all(|spots| spots[*member].margin >= 0.0)).count();
        let part = |(expectation, spots): (&Expectation, &Vec<Spot>)| {
            let worst = (0..members).min_by(|a, b| spots[*a].margin.total_cmp(&spots[*b].margin)).unwrap_or(0);
            let figure = |member: usize| {
                let Spot { margin, value, reference, time, run } = spots[member];
                let label = labels(&[time]).pop().unwrap_or_default();
                Figure { margin, value, reference, label, run: self.runs[run].clone(), member }
            };
            Part {
                text: expectation.text.clone(),
                holding: spots.iter().filter(|spot| spot.margin >= 0.0).count(),
                named: figure(0),
                worst: figure(worst),
            }
        };
        (holding, self.expectations.iter().zip(&self.worst).map(part).collect())
    }
}
