//! Jobs and their results: many members through time, in blocks, on all cores.

use std::ops::Range;

use counterflow_model::VariableId;
use rayon::prelude::*;

use crate::dispatch::Instructions;
use crate::plan::Plan;
use crate::schedule::Schedule;
use crate::step::{BlockRuns, BlockState, run_block};

/// Something to save, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Save {
    /// What.
    pub what: What,
    /// How values within a save interval become one.
    pub sampling: Sampling,
}

/// Something that has a value at each time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// An element of a variable.
    Element(VariableId, usize),
    /// The expression of an observation, by position.
    Observation(usize),
    /// The condition of a check, by position.
    Check(usize),
}

/// How values within a save interval become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// The value at the interval's start; one more at the end of the run.
    Point,
    /// The mean over the interval's steps.
    Mean,
}

impl Save {
    /// The value of a scalar variable at each save time.
    pub fn point(variable: VariableId) -> Save {
        Save { what: What::Element(variable, 0), sampling: Sampling::Point }
    }

    /// The mean of a scalar variable over each save interval.
    pub fn mean(variable: VariableId) -> Save {
        Save { what: What::Element(variable, 0), sampling: Sampling::Mean }
    }
}

/// Lanes in a block. Results do not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneWidth {
    /// One lane: where a member runs alone, only the elements of arrays fill the vectors.
    Single,
    /// 8 lanes: little work wasted when there are few members.
    Narrow,
    /// 64 lanes: little dispatch for each member.
    Wide,
}

impl LaneWidth {
    /// The width that suits a number of members.
    pub fn for_members(members: usize) -> LaneWidth {
        match members {
            0..=1 => LaneWidth::Single,
            2..=16 => LaneWidth::Narrow,
            _ => LaneWidth::Wide,
        }
    }

    /// Number of lanes.
    pub fn lanes(self) -> usize {
        match self {
            LaneWidth::Single => 1,
            LaneWidth::Narrow => 8,
            LaneWidth::Wide => 64,
        }
    }
}

/// Where runs begin.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// At the model's start.
    Beginning,
    /// From states that an earlier run of the same plan kept.
    Checkpoint(&'a Checkpoint),
}

/// States of all members at a step.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub(crate) step: u64,
    /// `[slot][member]`, stocks first, then held values.
    pub(crate) rows: Vec<Vec<f64>>,
}

/// Runs to make: many members of one plan under one schedule.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Parameter values of each member, in the order of [`Plan::parameters`].
    pub draws: &'a [Vec<f64>],
    /// Number of each member: with the seed it fixes the member's noise. As long as `draws`.
    pub members: &'a [u64],
    /// Seed of the noise.
    pub seed: u64,
    /// Whether noise is drawn; without it every noise input is zero.
    pub noise: bool,
    /// What the levers do.
    pub schedule: &'a Schedule,
    /// Where runs begin.
    pub from: Start<'a>,
    /// When they end, in years; rounded to a save time.
    pub until: f64,
    /// Lanes in a block.
    pub width: LaneWidth,
    /// Vector instructions.
    pub instructions: Instructions,
}

impl Checkpoint {
    /// The states of some members, by their positions.
    pub fn part(&self, members: Range<usize>) -> Checkpoint {
        Checkpoint { step: self.step, rows: self.rows.iter().map(|row| row[members.clone()].to_vec()).collect() }
    }
}

impl<'a> Job<'a> {
    /// Runs of these members from the model's start to its end, without noise. `draws` and `members` are equally long.
    pub fn new(plan: &'a Plan, draws: &'a [Vec<f64>], members: &'a [u64], schedule: &'a Schedule) -> Job<'a> {
        Job {
            plan,
            draws,
            members,
            seed: 0,
            noise: false,
            schedule,
            from: Start::Beginning,
            until: plan.horizon.stop,
            width: LaneWidth::for_members(draws.len()),
            instructions: Instructions::Best,
        }
    }

    pub(crate) fn first_step(&self) -> u64 {
        match self.from {
            Start::Beginning => 0,
            Start::Checkpoint(checkpoint) => checkpoint.step,
        }
    }

    pub(crate) fn last_step(&self) -> u64 {
        let horizon = self.plan.horizon;
        horizon.intervals_until(self.until) * u64::from(horizon.steps_per_save)
    }

    /// Number of save intervals from the first to the last step.
    pub fn intervals(&self) -> usize {
        let per_save = u64::from(self.plan.horizon.steps_per_save);
        (self.last_step().saturating_sub(self.first_step()) / per_save) as usize
    }

    /// Start of each save interval, and the end of the last, in years.
    pub fn times(&self) -> Vec<f64> {
        let horizon = self.plan.horizon;
        let first = self.first_step() / u64::from(horizon.steps_per_save);
        (first..=first + self.intervals() as u64).map(|save| horizon.save_time(save)).collect()
    }

    pub(crate) fn blocks(&self) -> Vec<(usize, usize)> {
        let lanes = self.width.lanes();
        (0..self.draws.len()).step_by(lanes).map(|first| (first, lanes.min(self.draws.len() - first))).collect()
    }

    fn run_block(&self, first: usize, count: usize) -> (BlockRuns, BlockState) {
        match self.width {
            LaneWidth::Single => run_block::<1>(self, first, count),
            LaneWidth::Narrow => run_block::<8>(self, first, count),
            LaneWidth::Wide => run_block::<64>(self, first, count),
        }
    }
}

/// Saved values of all members.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    /// Start of each save interval, and the end of the last.
    pub times: Vec<f64>,
    members: usize,
    /// For each save: time by time, all members.
    saved: Vec<Vec<f64>>,
}

impl Runs {
    /// Number of members.
    pub fn members(&self) -> usize {
        self.members
    }

    /// Number of saved times of one save: intervals for a mean, intervals and one for a point.
    pub fn len(&self, save: usize) -> usize {
        self.saved[save].len() / self.members.max(1)
    }

    /// Whether nothing was saved.
    pub fn is_empty(&self) -> bool {
        self.saved.iter().all(Vec::is_empty)
    }

    /// All members' values of one save at one time.
    pub fn at(&self, save: usize, time: usize) -> &[f64] {
        &self.saved[save][time * self.members..(time + 1) * self.members]
    }

    /// The values of some members, by their positions.
    pub fn part(&self, members: Range<usize>) -> Runs {
        let of = |save: &Vec<f64>| {
            let times = save.chunks(self.members.max(1));
            times.flat_map(|time| time[members.clone()].iter().copied()).collect()
        };
        Runs { times: self.times.clone(), members: members.len(), saved: self.saved.iter().map(of).collect() }
    }

    /// One member's path of one save.
    pub fn path(&self, save: usize, member: usize) -> impl Iterator<Item = f64> + '_ {
        self.saved[save].iter().skip(member).step_by(self.members.max(1)).copied()
    }
}

/// Runs all members and keeps every saved value.
pub fn run(job: &Job<'_>) -> Runs {
    run_to_checkpoint(job).0
}

/// Runs all members, keeps every saved value, and the states at the end to go on from.
pub fn run_to_checkpoint(job: &Job<'_>) -> (Runs, Checkpoint) {
    let blocks: Vec<(BlockRuns, BlockState)> =
        job.blocks().into_par_iter().map(|(first, count)| job.run_block(first, count)).collect();
    let members = job.draws.len();
    let times = job.times();
    let saved = (0..job.plan.saves.len())
        .map(|save| {
            let n = blocks.first().map_or(0, |(b, _)| b.times(save));
            (0..n).flat_map(|t| blocks.iter().flat_map(move |(b, _)| b.values(save, t).iter().copied())).collect()
        })
        .collect();
    let slots = blocks.first().map_or(0, |(_, s)| s.rows.len());
    let rows = (0..slots).map(|k| blocks.iter().flat_map(|(_, s)| s.rows[k].iter().copied()).collect()).collect();
    (Runs { times, members, saved }, Checkpoint { step: job.last_step(), rows })
}

/// Runs all members and reduces each block as it ends, so that memory does not grow with the number of members.
/// `merge` must not depend on order, else results would depend on threads.
pub fn run_reduced<R: Send>(
    job: &Job<'_>,
    reduce: impl Fn(&BlockRuns) -> R + Sync,
    merge: impl Fn(R, R) -> R + Sync + Send,
) -> Option<R> {
    job.blocks().into_par_iter().map(|(first, count)| reduce(&job.run_block(first, count).0)).reduce_with(merge)
}
