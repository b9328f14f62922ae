//! One chunk: its members run piece by piece, its tables grow row group by row group, its histograms in place.

use counterflow_engine::{Job, Plan, Runs, Schedule, Sketch, run};
use rayon::prelude::*;

use super::design::Draws;
use super::folder::{Folder, HISTOGRAMS, OUTCOMES, TRAJECTORIES};
use super::histogram;
use super::kept::{Kept, MEMBER, TIME, canonical};
use super::manifest::{Chunk, ChunkFile, stem};
use super::table::{Column, Kind, TableWriter};
use crate::error::Problem;

/// What all chunks of a run share.
#[derive(Clone, Copy, Debug)]
pub struct Work<'a> {
    /// What is kept.
    pub kept: &'a Kept,
    /// The plan.
    pub plan: &'a Plan,
    /// Parameter values of every member.
    pub draws: &'a Draws,
    /// What the levers do.
    pub schedule: &'a Schedule,
    /// Seed of the noise.
    pub seed: u64,
}

/// Bytes of saved values of a piece: it bounds memory. Pieces depend on nothing else, so that files are the same on
/// every machine.
const PIECE_BYTES: usize = 96 << 20;
/// Members of a piece at most, and what their number is a multiple of.
const PIECE: (usize, usize) = (4096, 64);

impl Work<'_> {
    /// Computes a chunk and writes its files; `hear` hears how many of its members are done.
    ///
    /// # Errors
    /// If the disk does not take a file.
    pub fn chunk(&self, folder: &Folder, number: u64, hear: &mut dyn FnMut(u64)) -> Result<Chunk, Problem> {
        let (first, members) = folder.manifest().span(number);
        let stem = stem(number);
        let mut outcomes = folder.table(OUTCOMES, &stem, &self.outcome_columns())?;
        let mut trajectories = match folder.manifest().identity.trajectories {
            true => Some(folder.table(TRAJECTORIES, &stem, &self.trajectory_columns())?),
            false => None,
        };
        let mut cells = vec![Sketch::default(); self.kept.cells()];
        let piece = self.piece();
        for from in (first..first + members).step_by(piece) {
            let numbers: Vec<u64> = (from..first + members).take(piece).collect();
            let runs = self.runs(&numbers);
            outcomes.rows(&self.outcome_rows(&numbers, &runs))?;
            if let Some(table) = &mut trajectories {
                self.write_trajectories(table, &numbers, &runs)?;
            }
            cells.par_iter_mut().enumerate().for_each(|(cell, sketch)| sketch.add_all(self.kept.cell(&runs, cell)));
            hear(from + numbers.len() as u64 - first);
        }
        let mut histograms = folder.table(HISTOGRAMS, &stem, &histogram::columns())?;
        histogram::write(&mut histograms, &cells)?;
        let mut files = vec![ChunkFile::new(OUTCOMES, outcomes.finish(&stem)?)];
        files.push(ChunkFile::new(HISTOGRAMS, histograms.finish(&stem)?));
        if let Some(table) = trajectories {
            files.push(ChunkFile::new(TRAJECTORIES, table.finish(&stem)?));
        }
        Ok(Chunk { number, first, members, files })
    }

    /// Members that run side by side.
    fn piece(&self) -> usize {
        let intervals = self.plan.horizon().intervals_until(self.kept.until) as usize;
        let bytes = size_of::<f64>() * intervals * self.plan.saves().len().max(1);
        let (most, multiple) = PIECE;
        (PIECE_BYTES / bytes.max(1)).clamp(multiple, most) / multiple * multiple
    }

    fn runs(&self, numbers: &[u64]) -> Runs {
        let draws: Vec<Vec<f64>> = numbers.par_iter().map(|member| self.draws.member(*member)).collect();
        run(&Job {
            seed: self.seed,
            noise: true,
            until: self.kept.until,
            ..Job::new(self.plan, &draws, numbers, self.schedule)
        })
    }

    fn outcome_columns(&self) -> Vec<(String, Kind)> {
        let outcomes = self.kept.outcomes.iter().map(|outcome| (outcome.name.clone(), Kind::Real));
        std::iter::once((MEMBER.to_owned(), Kind::Whole)).chain(outcomes).collect()
    }

    fn outcome_rows(&self, numbers: &[u64], runs: &Runs) -> Vec<Column> {
        let outcomes = self.kept.outcomes.iter().map(|outcome| Column::Real(self.kept.outcome(runs, outcome)));
        let members = Column::Whole(numbers.iter().map(|member| *member as i64).collect());
        std::iter::once(members).chain(outcomes).collect()
    }

    fn trajectory_columns(&self) -> Vec<(String, Kind)> {
        let series = self.kept.series.iter().map(|series| (series.name.clone(), Kind::Real));
        let keys = [(MEMBER.to_owned(), Kind::Whole), (TIME.to_owned(), Kind::Real)];
        keys.into_iter().chain(series).collect()
    }

    /// Rows go member by member, time by time; a group of rows holds the members of a block.
    fn write_trajectories(&self, table: &mut TableWriter, numbers: &[u64], runs: &Runs) -> Result<(), Problem> {
        let times = &self.kept.times;
        for from in (0..numbers.len()).step_by(GROUP) {
            let span = from..numbers.len().min(from + GROUP);
            let rows = || span.clone().flat_map(|member| (0..times.len()).map(move |time| (member, time)));
            let series = |k: usize| {
                let value = |(member, time): (usize, usize)| self.kept.cell(runs, k * times.len() + time)[member];
                Column::Real(rows().map(|row| canonical(value(row))).collect())
            };
            let mut columns = vec![
                Column::Whole(rows().map(|(member, _)| numbers[member] as i64).collect()),
                Column::Real(rows().map(|(_, time)| times[time]).collect()),
            ];
            columns.extend((0..self.kept.series.len()).map(series));
            table.rows(&columns)?;
        }
        Ok(())
    }
}

/// Members in a group of rows of trajectories.
const GROUP: usize = 512;
