//! Who bears what, and when: effects year by year, their first months, and who pays.

use counterflow_model::{Definition, Model, VariableId};
use rayon::prelude::*;

use super::onset::{Onset, onset};
use crate::band::median;
use crate::compare::Inquiry;
use crate::comparison::Band;
use crate::trunk::Record;

/// What a policy brings to whom.
#[derive(Clone, Debug)]
pub struct Burden {
    /// Effects over time, one for each outcome.
    pub courses: Vec<Course>,
    /// Payers of the model's levers, in alphabetical order; a payer who pays nothing under this policy has bands of zero.
    pub payers: Vec<Payer>,
    /// Levers that the policy moves and of whose cost nothing is known.
    pub without_cost: Vec<String>,
}

/// The paired effect of a policy on an outcome over the years that count.
#[derive(Clone, Debug)]
pub struct Course {
    /// Position of the outcome.
    pub outcome: usize,
    /// Start of each year, or part of one, and the effect's mean rate in it against the status quo.
    pub years: Vec<(f64, Band)>,
    /// When it begins.
    pub onset: Onset,
}

/// What one payer pays beyond the status quo.
#[derive(Clone, Debug)]
pub struct Payer {
    /// As written in the model.
    pub payer: String,
    /// Over the years that count, in the price year of the unit costs.
    pub total: Band,
    /// The same, discounted to the first of these years.
    pub discounted: Band,
    /// In each year.
    pub years: Vec<(f64, Band)>,
}

/// Payers of a model with the cost variables of their levers, in alphabetical order.
pub fn payers(model: &Model) -> Vec<(String, Vec<VariableId>)> {
    let mut payers: Vec<(String, Vec<VariableId>)> = Vec::new();
    for variable in &model.variables {
        let Definition::Lever(lever) = &variable.definition else { continue };
        let Some(cost) = &lever.cost else { continue };
        match payers.iter_mut().find(|(payer, _)| *payer == cost.payer) {
            Some((_, variables)) => variables.push(cost.variable),
            None => payers.push((cost.payer.clone(), vec![cost.variable])),
        }
    }
    payers.sort();
    payers
}

/// Present value of a flow, by a yearly rate: what is paid in the middle of an interval counts less the later it is.
#[derive(Clone, Copy, Debug)]
pub struct Discounting {
    /// Yearly rate, 0.03 for three in a hundred.
    pub rate: f64,
    /// When money has its full worth, in years.
    pub from: f64,
}

impl Discounting {
    /// What one unit at a time is worth.
    pub fn worth(&self, time: f64) -> f64 {
        libm::pow(1.0 + self.rate, self.from - time)
    }
}

/// Sum over the years that count of some saves of one record minus those of another, every draw for itself.
pub fn paired_sum(
    inquiry: &Inquiry<'_>,
    (policy, status_quo): (&Record<'_>, &Record<'_>),
    saves: &[usize],
    worth: impl Fn(f64) -> f64,
) -> Vec<f64> {
    let length = inquiry.windows.length();
    let mut sums = vec![0.0; policy.members()];
    for interval in inquiry.windows.counted.clone() {
        let weight = length * worth(inquiry.windows.time(interval) + 0.5 * length);
        for save in saves {
            let pairs = policy.at(*save, interval).iter().zip(status_quo.at(*save, interval));
            for (sum, (with, without)) in sums.iter_mut().zip(pairs) {
                *sum += weight * (with - without);
            }
        }
    }
    sums
}

/// What a policy that begins at `start` brings to whom. `payers` hold positions of saves.
pub fn burden(
    inquiry: &Inquiry<'_>,
    records: (&Record<'_>, &Record<'_>),
    start: f64,
    payers: &[(String, Vec<usize>)],
    discounting: Discounting,
) -> Burden {
    let outcomes = 0..inquiry.question.model.outcomes.len();
    let course = |outcome| Course {
        outcome,
        years: yearly(inquiry, records, &[outcome]),
        onset: onset_of(inquiry, records, outcome, start),
    };
    let payer = |(payer, saves): &(String, Vec<usize>)| Payer {
        payer: payer.clone(),
        total: Band::of(paired_sum(inquiry, records, saves, |_| 1.0)),
        discounted: Band::of(paired_sum(inquiry, records, saves, |time| discounting.worth(time))),
        years: yearly(inquiry, records, saves),
    };
    Burden {
        courses: outcomes.into_par_iter().map(course).collect(),
        payers: payers.par_iter().map(payer).collect(),
        without_cost: Vec::new(),
    }
}

/// Mean rate of the paired effect in each calendar year of those that count.
fn yearly(
    inquiry: &Inquiry<'_>,
    (policy, status_quo): (&Record<'_>, &Record<'_>),
    saves: &[usize],
) -> Vec<(f64, Band)> {
    let (windows, counted) = (inquiry.windows, &inquiry.windows.counted);
    let year = |(start, span): &(f64, std::ops::Range<usize>)| {
        let span = span.start.max(counted.start)..span.end.min(counted.end);
        (!span.is_empty()).then(|| {
            let mut effects = vec![0.0; policy.members()];
            let share = 1.0 / span.len() as f64;
            for (save, interval) in saves.iter().flat_map(|save| span.clone().map(move |k| (*save, k))) {
                let pairs = policy.at(save, interval).iter().zip(status_quo.at(save, interval));
                effects.iter_mut().zip(pairs).for_each(|(sum, (with, without))| *sum += share * (with - without));
            }
            (*start, Band::of(effects))
        })
    };
    windows.shown.iter().filter_map(year).collect()
}

fn onset_of(
    inquiry: &Inquiry<'_>,
    (policy, status_quo): (&Record<'_>, &Record<'_>),
    outcome: usize,
    start: f64,
) -> Onset {
    let months = (inquiry.windows.interval(start)..inquiry.windows.counted.end).map(|interval| {
        let reference = status_quo.at(outcome, interval);
        let effects =
            policy.at(outcome, interval).iter().zip(reference).map(|(with, without)| with - without).collect();
        (Band::of(effects), median(reference.to_vec()))
    });
    onset(months)
}

/// Levers that a schedule moves and that have no cost.
pub fn without_cost(model: &Model, moved: impl Iterator<Item = VariableId>) -> Vec<String> {
    let free = |id: &VariableId| matches!(&model.variable(*id).definition, Definition::Lever(l) if l.cost.is_none());
    let mut names: Vec<String> = moved.filter(free).map(|id| model.variable(id).name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_later_money_is_worth_less_by_the_rate() {
        let discounting = Discounting { rate: 0.03, from: 2026.0 };
        assert_eq!(discounting.worth(2026.0), 1.0);
        assert!((discounting.worth(2027.0) * 1.03 - 1.0).abs() < 1e-12);
        assert!((discounting.worth(2036.0) - 0.744_093_9).abs() < 1e-6);
    }
}
