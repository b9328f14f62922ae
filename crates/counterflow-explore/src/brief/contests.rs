//! Who is ahead on each outcome, on what it rests, and which values of which assumptions reverse it.

use counterflow_engine::Schedule;
use counterflow_model::{Better, Outcome};
use rayon::prelude::*;

use crate::answer::{Finding, find, sign};
use crate::break_even::{Named, Sweeps};
use crate::compare::{Inquiry, Numbers, size};
use crate::comparison::{Answer, Basis, BreakEven, Reference};
use crate::question::STATUS_QUO;
use crate::sensitivity::Candidates;

/// What one model says of the order of policies.
#[derive(Clone, Debug)]
pub struct Reversals {
    /// Assumptions that were moved over their ranges, most important first.
    pub assumptions: Vec<Assumption>,
    /// Every pair on every outcome: each policy against the status quo, then against each policy after it.
    pub contests: Vec<Contest>,
}

/// A parameter that the data do not inform, moved over its documented range.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// Name of the parameter element.
    pub parameter: String,
    /// Its unit.
    pub unit: String,
    /// Grade of its evidence; empty if none is given.
    pub grade: String,
    /// What knowledge of it rests on: analogy or assumption.
    pub basis: Basis,
}

/// Two policies, or a policy and the status quo, on one outcome.
#[derive(Clone, Debug)]
pub struct Contest {
    /// Position of the outcome.
    pub outcome: usize,
    /// The first policy, as a position among the proposals.
    pub first: usize,
    /// The second; `None` is the status quo.
    pub second: Option<usize>,
    /// The first minus the second, draw by draw. Its reference is [`Reference::StatusQuo`]; the chance of being better is
    /// that of the first, and there is no break-even in it: see `turns`.
    pub difference: Answer,
    /// The first minus today; only against the status quo.
    pub today: Option<Answer>,
    /// Who is ahead by the median.
    pub ahead: Ahead,
    /// For each assumption that the difference feels, where its sign turns; most important first.
    pub turns: Vec<BreakEven>,
}

/// Who is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// The first.
    First,
    /// The second.
    Second,
    /// Neither: the median difference is zero.
    Neither,
    /// Neither direction of this outcome is called better.
    Undirected,
}

impl Contest {
    /// Where the order turns within the documented range of an assumption.
    pub fn flips(&self) -> impl Iterator<Item = &BreakEven> {
        self.turns.iter().filter(|turn| turn.value.is_some())
    }
}

/// A proposal in all draws.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// Short name.
    pub id: &'a str,
    /// What its levers do.
    pub schedule: &'a Schedule,
    /// Its numbers.
    pub numbers: Numbers,
}

/// Every contest, and what reverses it. `most` limits the number of assumptions that are moved; `progress` hears how many
/// of how many have been.
pub fn reversals(
    inquiry: &Inquiry<'_>,
    candidates: &Candidates,
    proposals: &[Proposal<'_>],
    status_quo: &Numbers,
    most: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Reversals {
    let mut found: Vec<(Contest, Finding)> = (pairs(inquiry, proposals).into_par_iter())
        .map(|(outcome, first, second)| contest(inquiry, candidates, proposals, status_quo, outcome, first, second))
        .collect();
    let moved = moved(candidates, found.iter().map(|(_, finding)| finding), most);
    let mut sweeps = Sweeps::new(inquiry, candidates);
    let neutral = inquiry.status_quo();
    let nothing: Named<'_> = (STATUS_QUO, &neutral);
    let named: Vec<Named<'_>> = proposals.iter().map(|p| (p.id, p.schedule)).collect();
    let all: Vec<Named<'_>> = [nothing].into_iter().chain(named.iter().copied()).collect();
    for (done, assumption) in moved.iter().enumerate() {
        sweeps.run(*assumption, &all);
        for (contest, _) in &mut found {
            let second = contest.second.map_or(nothing, |k| named[k]);
            contest.turns.extend(sweeps.turn(*assumption, contest.outcome, named[contest.first], second));
        }
        progress(done + 1, moved.len());
    }
    let mut contests: Vec<Contest> = Vec::new();
    for (mut contest, finding) in found {
        order_turns(candidates, &finding, &mut contest.turns);
        contests.push(contest);
    }
    Reversals { assumptions: moved.iter().map(|c| assumption(inquiry, candidates, *c)).collect(), contests }
}

/// Outcome, first and second of each contest.
fn pairs(inquiry: &Inquiry<'_>, proposals: &[Proposal<'_>]) -> Vec<(usize, usize, Option<usize>)> {
    let mut pairs = Vec::new();
    for outcome in 0..inquiry.question.model.outcomes.len() {
        pairs.extend((0..proposals.len()).map(|first| (outcome, first, None)));
        for first in 0..proposals.len() {
            pairs.extend((first + 1..proposals.len()).map(|second| (outcome, first, Some(second))));
        }
    }
    pairs
}

fn contest(
    inquiry: &Inquiry<'_>,
    candidates: &Candidates,
    proposals: &[Proposal<'_>],
    status_quo: &Numbers,
    outcome: usize,
    first: usize,
    second: Option<usize>,
) -> (Contest, Finding) {
    let facts: &Outcome = &inquiry.question.model.outcomes[outcome];
    let reference = &status_quo.levels[outcome];
    let level = &proposals[first].numbers.levels[outcome];
    let other = second.map_or(reference, |k| &proposals[k].numbers.levels[outcome]);
    let minus = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let magnitude = size(reference);
    let against = |draws, wanted, part_of| find(candidates, outcome, facts.better, wanted, draws, magnitude, part_of);
    let finding = against(minus(level, other), Reference::StatusQuo, Some(reference.as_slice()));
    let today =
        second.is_none().then(|| against(minus(level, &status_quo.today[outcome]), Reference::Today, None).answer);
    let ahead = match (facts.better, sign(finding.answer.band.median, magnitude)) {
        (Better::Neither, _) => Ahead::Undirected,
        (_, 0) => Ahead::Neither,
        (Better::Lower, -1) | (Better::Higher, 1) => Ahead::First,
        _ => Ahead::Second,
    };
    let difference = finding.answer.clone();
    (Contest { outcome, first, second, difference, today, ahead, turns: Vec::new() }, finding)
}

/// The parameters to move: those that data do not inform, by their part in the spread of all contests. Discrepancy is
/// none: it makes no statement about a policy that could be wrong.
fn moved<'f>(candidates: &Candidates, findings: impl Iterator<Item = &'f Finding>, most: usize) -> Vec<usize> {
    let list = candidates.list();
    let mut weight = vec![0.0; list.len()];
    for (candidate, part) in findings.filter_map(|f| f.attribution.as_ref()).flat_map(|a| &a.parts) {
        weight[*candidate] += part;
    }
    let uninformed = |c: &usize| weight[*c] > 0.0 && list[*c].basis != Basis::Data && !list[*c].is_discrepancy();
    let mut moved: Vec<usize> = (0..list.len()).filter(uninformed).collect();
    moved.sort_by(|a, b| weight[*b].total_cmp(&weight[*a]));
    moved.truncate(most);
    moved
}

/// Orders turns by the part of their assumption in the spread of the contest, then by its correlation.
fn order_turns(candidates: &Candidates, finding: &Finding, turns: &mut [BreakEven]) {
    let Some(attribution) = &finding.attribution else { return };
    let weight = |turn: &BreakEven| {
        let position = candidates.list().iter().position(|c| c.name == turn.parameter);
        let part = |c: usize| attribution.parts.iter().find(|(k, _)| *k == c).map_or(0.0, |(_, part)| *part);
        position.map_or((0.0, 0.0), |c| (part(c), attribution.correlations[c].abs()))
    };
    turns.sort_by(|a, b| {
        let (a, b) = (weight(a), weight(b));
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
}

fn assumption(inquiry: &Inquiry<'_>, candidates: &Candidates, position: usize) -> Assumption {
    let candidate = &candidates.list()[position];
    let id = inquiry.setting.plan.parameters()[candidate.slot].0;
    Assumption {
        parameter: candidate.name.clone(),
        unit: inquiry.question.model.variable(id).unit.to_string(),
        grade: candidate.grade.to_owned(),
        basis: candidate.basis,
    }
}
