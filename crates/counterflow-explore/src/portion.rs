//! A portion of the draws whose past is run once and kept, so that one future after another can be asked of any part of it.
//!
//! A page that answers while a slider moves asks so: first a few members, for a middle; then the others, for bands. Values
//! are those of a comparison, to the bit: the same windows are taken of the same runs.

use std::ops::Range;

use counterflow_engine::{Checkpoint, Runs, Schedule, Start, run_to_checkpoint};
use counterflow_model::Summary;

use crate::trunk::{Record, Setting, job};
use crate::windows::{Windows, mean};

/// Members with their states at the branch date.
#[derive(Debug)]
pub struct Portion {
    members: Vec<u64>,
    /// Save intervals at the start of the horizon that no window reaches back to; their values are dropped.
    skipped: usize,
    past: Runs,
    states: Checkpoint,
}

/// Something that is told: saves whose values are added, and how years become one.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Positions of its saves in the plan.
    pub saves: Range<usize>,
    /// How values over years become one.
    pub summary: Summary,
}

/// One value for each member: over the years that count, today, then each whole calendar year from that of the end of the
/// data.
pub const FIRST_ROWS: [&str; 2] = ["level", "today"];

impl Portion {
    /// Runs the past of these draws to the branch date, a piece at a time, and keeps what windows reach back to. `members`
    /// are their numbers: with the seed they fix the noise.
    pub fn grow(setting: Setting<'_>, windows: &Windows, draws: &[Vec<f64>], members: Vec<u64>) -> Portion {
        let nothing = Schedule::default();
        let skipped = windows.today.start.min(shown(windows).first().map_or(usize::MAX, |(_, span)| span.start));
        let mut states: Option<Checkpoint> = None;
        // A year at a time: values of the past are dropped as it goes, and memory holds those of a year.
        let pieces = (0..skipped).step_by(12).skip(1).chain([skipped]).map(|interval| windows.time(interval));
        for until in pieces {
            let from = states.as_ref().map_or(Start::Beginning, Start::Checkpoint);
            states = Some(run_to_checkpoint(&job(&setting, draws, &members, &nothing, from, until)).1);
        }
        let from = states.as_ref().map_or(Start::Beginning, Start::Checkpoint);
        let (past, states) = run_to_checkpoint(&job(&setting, draws, &members, &nothing, from, setting.branch));
        Portion { members, skipped, past, states }
    }

    /// Numbers of the members.
    pub fn members(&self) -> &[u64] {
        &self.members
    }

    /// Names of the rows of [`Portion::values`].
    pub fn rows(windows: &Windows) -> Vec<String> {
        let years = shown(windows).iter().map(|(year, _)| format!("{year}"));
        FIRST_ROWS.iter().map(|name| (*name).to_owned()).chain(years).collect()
    }

    /// Values of some members, by their positions, under a schedule: for each series, for each row, one for each member.
    /// `ahead` are the draws of these members as the future runs them.
    ///
    /// # Panics
    /// If the positions do not lie within the portion, or there are not as many draws.
    pub fn values(
        &self,
        setting: Setting<'_>,
        windows: &Windows,
        series: &[Told],
        schedule: &Schedule,
        part: Range<usize>,
        ahead: &[Vec<f64>],
    ) -> Vec<f64> {
        assert_eq!(ahead.len(), part.len(), "one draw for each member");
        let (past, states) = (self.past.part(part.clone()), self.states.part(part.clone()));
        let from = Start::Checkpoint(&states);
        let future = run_to_checkpoint(&job(&setting, ahead, &self.members[part], schedule, from, windows.until())).0;
        let record = Record { skipped: self.skipped, past: &past, future: &future };
        let mut values = Vec::with_capacity(series.len() * (2 + shown(windows).len()) * ahead.len());
        for Told { saves, summary } in series {
            values.extend(summed(saves, |save| windows.level(&record, save, *summary)));
            values.extend(summed(saves, |save| windows.today(&record, save, *summary)));
            for (_, span) in shown(windows) {
                values.extend(summed(saves, |save| mean(&record, save, span)));
            }
        }
        values
    }
}

/// Sum over saves, in their order, one for each member.
fn summed(saves: &Range<usize>, of: impl Fn(usize) -> Vec<f64>) -> Vec<f64> {
    let add = |mut sum: Vec<f64>, more: Vec<f64>| {
        sum.iter_mut().zip(more).for_each(|(sum, value)| *sum += value);
        sum
    };
    saves.clone().map(of).reduce(add).unwrap_or_default()
}

/// Whole calendar years from that of the end of the data.
fn shown(windows: &Windows) -> &[(f64, Range<usize>)] {
    let first = windows.shown.partition_point(|(_, span)| span.end < windows.today.end);
    &windows.shown[first..]
}
