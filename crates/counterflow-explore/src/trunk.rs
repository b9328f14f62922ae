//! A past that is run once, and futures that branch from it.

use counterflow_engine::{Checkpoint, Job, LaneWidth, Plan, Runs, Schedule, Start, run_to_checkpoint};

/// How runs are made: whatever is not the model's or the policy's.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The plan; it saves the mean of each outcome over each save interval.
    pub plan: &'a Plan,
    /// Seed of the noise.
    pub seed: u64,
    /// When futures branch, in years: a save time.
    pub branch: f64,
    /// Lanes in a block, if not what suits the number of members.
    pub width: Option<LaneWidth>,
}

/// Members with a shared past: run once to the branch date without any lever, then on under each schedule.
#[derive(Debug)]
pub struct Trunk<'a> {
    setting: Setting<'a>,
    members: Vec<u64>,
    past: Runs,
    states: Checkpoint,
}

/// Saved values of a trunk and one of its futures, as if run in one piece.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Intervals at the start of the horizon that are not kept.
    pub(crate) skipped: usize,
    pub(crate) past: &'a Runs,
    pub(crate) future: &'a Runs,
}

impl Record<'_> {
    /// All members' values of one outcome in one save interval, counted from the start of the horizon and not among those
    /// that are not kept.
    pub fn at(&self, outcome: usize, interval: usize) -> &[f64] {
        let (past, kept) = (self.past.len(outcome), interval - self.skipped);
        if kept < past { self.past.at(outcome, kept) } else { self.future.at(outcome, kept - past) }
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.past.members()
    }
}

impl<'a> Trunk<'a> {
    /// Runs the past of these draws. `members` are their numbers: with the seed they fix the noise.
    pub fn grow(setting: Setting<'a>, draws: &[Vec<f64>], members: Vec<u64>) -> Trunk<'a> {
        let nothing = Schedule::default();
        let job = job(&setting, draws, &members, &nothing, Start::Beginning, setting.branch);
        let (past, states) = run_to_checkpoint(&job);
        Trunk { setting, members, past, states }
    }

    /// Runs a future. The draws may differ from those of the past: then only the future knows.
    pub fn future(&self, draws: &[Vec<f64>], schedule: &Schedule, until: f64) -> Runs {
        let start = Start::Checkpoint(&self.states);
        run_to_checkpoint(&job(&self.setting, draws, &self.members, schedule, start, until)).0
    }

    /// Past and a future in one piece.
    pub fn record<'b>(&'b self, future: &'b Runs) -> Record<'b> {
        Record { skipped: 0, past: &self.past, future }
    }
}

pub(crate) fn job<'b>(
    setting: &Setting<'b>,
    draws: &'b [Vec<f64>],
    members: &'b [u64],
    schedule: &'b Schedule,
    from: Start<'b>,
    until: f64,
) -> Job<'b> {
    Job {
        seed: setting.seed,
        noise: true,
        from,
        until,
        width: setting.width.unwrap_or(LaneWidth::for_members(draws.len())),
        ..Job::new(setting.plan, draws, members, schedule)
    }
}
