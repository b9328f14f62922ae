//! Gradients: slopes of a function of the saved values by every parameter, in reverse through time.
//!
//! The forward run keeps the stocks of some steps; backwards, each stretch between kept steps is run again and then
//! swept step by step. With room for every step nothing is run again but the step itself. Where the model has a kink the
//! slope is that of the formula in force (see the operators' `slopes`).

use counterflow_model::Method;
use rayon::prelude::*;

use crate::dispatch;
use crate::lanes::Row;
use crate::plan::Plan;
use crate::program::Program;
use crate::reverse::{Adjoints, spread_marks, sweep};
use crate::runs::{Job, LaneWidth, Sampling, Start};
use crate::step::{Block, BlockRuns};

/// Slopes of a function by each saved value of a block, to be filled in by whoever knows the function.
#[derive(Clone, Debug)]
pub struct SavedSlopes {
    width: usize,
    /// For each save: time by time, all lanes.
    rows: Vec<Vec<f64>>,
}

impl SavedSlopes {
    /// Adds to the slope by one member's saved value; `lane` is the member's place in the block.
    pub fn add(&mut self, save: usize, time: usize, lane: usize, slope: f64) {
        self.rows[save][time * self.width + lane] += slope;
    }

    fn row<const W: usize>(&self, save: usize, time: usize) -> Row<W> {
        self.rows[save][time * W..(time + 1) * W].try_into().expect("rows are as wide as the block")
    }
}

/// What a block's members give: the function's own result and the slopes by their parameters.
#[derive(Clone, Debug)]
pub struct BlockGradient<R> {
    /// Position of the block's first member among the job's members.
    pub first: usize,
    /// What the function returned.
    pub result: R,
    /// `[member of the block][parameter element]`, in the order of a draw.
    pub slopes: Vec<Vec<f64>>,
}

/// Runs all members of a job and gives the slopes, by their parameters, of a function of what was saved. For each block
/// `function` looks at the saved values and adds the function's slope by each of them.
///
/// `memory` bounds the bytes kept for the states of each block that is under way; less memory costs time.
/// Runs from a checkpoint take its states as given.
pub fn gradients<R: Send>(
    job: &Job<'_>,
    memory: usize,
    function: impl Fn(&BlockRuns, &mut SavedSlopes) -> R + Sync,
) -> Vec<BlockGradient<R>> {
    let wanted = wanted(job.plan);
    let one = |(first, count)| match job.width {
        LaneWidth::Single => block_gradient::<1, R>(job, first, count, memory, &wanted, &function),
        LaneWidth::Narrow => block_gradient::<8, R>(job, first, count, memory, &wanted, &function),
        LaneWidth::Wide => block_gradient::<64, R>(job, first, count, memory, &wanted, &function),
    };
    job.blocks().into_par_iter().map(one).collect()
}

/// Which registers depend on parameters or the state.
fn wanted(plan: &Plan) -> Vec<bool> {
    let mut marks = vec![false; plan.dynamic.end as usize];
    marks[..plan.layout.stocks.len()].fill(true);
    plan.layout.parameters.iter().chain(&plan.layout.held).for_each(|(register, _)| marks[*register as usize] = true);
    for program in [&plan.initial, &plan.member, &plan.dynamic] {
        spread_marks(&program.instructions, &mut marks);
    }
    marks
}

fn block_gradient<const W: usize, R>(
    job: &Job<'_>,
    first: usize,
    count: usize,
    memory: usize,
    wanted: &[bool],
    function: &impl Fn(&BlockRuns, &mut SavedSlopes) -> R,
) -> BlockGradient<R> {
    let mut block = Block::<W>::new(job, &job.plan.dynamic, first, count);
    block.begin();
    let tape = Tape::record(job, &mut block, memory);
    let runs = block.take_runs();
    let mut saved = SavedSlopes { width: W, rows: runs.empty_rows() };
    let result = function(&runs, &mut saved);
    let adjoints = Adjoints { rows: vec![[0.0; W]; job.plan.dynamic.end as usize], wanted };
    let mut back = Back { job, plan: job.plan, block, adjoints, saved, tape };
    back.through_time();
    back.through_start();
    BlockGradient { first, result, slopes: back.slopes(count) }
}

/// States of the stocks at kept steps.
struct Tape<const W: usize> {
    /// Steps between kept states.
    every: u64,
    /// First step.
    from: u64,
    /// `[kept step][stock]`.
    kept: Vec<Vec<Row<W>>>,
}

impl<const W: usize> Tape<W> {
    /// Runs the block to its end and keeps as many states as memory allows.
    fn record(job: &Job<'_>, block: &mut Block<'_, W>, memory: usize) -> Tape<W> {
        let stocks = job.plan.layout.stocks.len();
        let (from, until) = (job.first_step(), job.last_step());
        let every = spacing(until - from, (stocks * size_of::<Row<W>>()) as u64, memory as u64);
        let mut kept = Vec::with_capacity(((until - from) / every) as usize + 1);
        block.run(|step, state| {
            if (step - from).is_multiple_of(every) {
                kept.push(state.to_vec());
            }
        });
        Tape { every, from, kept }
    }
}

/// Steps between kept states, so that the kept ones and one stretch between them fit into memory: 1 if all fit, else as
/// few as possible, and where nothing fits about the root of the number of steps, which needs the least.
fn spacing(steps: u64, bytes: u64, memory: u64) -> u64 {
    let need = |every: u64| (steps.div_ceil(every) + if every > 1 { every } else { 0 }).saturating_mul(bytes);
    let root = (1..).find(|k| k * k >= steps).unwrap_or(1);
    (1..=root.max(1)).find(|every| need(*every) <= memory).unwrap_or(root.max(1))
}

/// The way back.
struct Back<'a, 'b, const W: usize> {
    job: &'a Job<'a>,
    plan: &'a Plan,
    block: Block<'a, W>,
    adjoints: Adjoints<'b, W>,
    saved: SavedSlopes,
    tape: Tape<W>,
}

impl<const W: usize> Back<'_, '_, W> {
    fn through_time(&mut self) {
        let (from, until) = (self.job.first_step(), self.job.last_step());
        // The registers still hold the evaluation at the very end.
        self.seed_saves(None);
        self.sweep_dynamic();
        let mut end = until;
        while let Some(state) = self.tape.kept.pop() {
            let start = self.tape.from + self.tape.kept.len() as u64 * self.tape.every;
            for (step, state) in self.stretch(state, start, end).into_iter().rev() {
                self.set_stocks(&state);
                match self.plan.horizon.method {
                    Method::Euler => self.euler(step),
                    Method::RungeKutta4 => self.runge_kutta(step, &state),
                }
            }
            end = start;
        }
        debug_assert_eq!(end, from);
    }

    /// States at every step from `start` to before `end`, run again from the first.
    fn stretch(&mut self, state: Vec<Row<W>>, start: u64, end: u64) -> Vec<(u64, Vec<Row<W>>)> {
        let mut states = vec![(start, state)];
        for step in start..end - 1 {
            let (_, state) = &states[states.len() - 1];
            let state = state.clone();
            self.set_stocks(&state);
            self.block.evaluate_step(step);
            self.block.advance(step);
            states.push((step + 1, self.block.registers[..state.len()].to_vec()));
        }
        states
    }

    fn set_stocks(&mut self, state: &[Row<W>]) {
        self.block.registers[..state.len()].copy_from_slice(state);
    }

    fn stock_adjoints(&self) -> Vec<Row<W>> {
        self.adjoints.rows[..self.plan.layout.stocks.len()].to_vec()
    }

    /// Back over one Euler step: the slopes by the state after it become those by the state before it.
    fn euler(&mut self, step: u64) {
        let h = self.plan.horizon.step.length();
        self.block.evaluate_step(step);
        let after = self.stock_adjoints();
        self.adjoints.rows[self.plan.layout.integrals..after.len()].fill([0.0; W]);
        self.seed_nets(&after, h);
        self.seed_cells(&after);
        self.seed_saves(Some(step));
        self.sweep_dynamic();
    }

    /// Back over one Runge-Kutta step, stage by stage from the last.
    fn runge_kutta(&mut self, step: u64, state: &[Row<W>]) {
        let h = self.plan.horizon.step.length();
        let time = self.block.time(step);
        let (n, all) = (self.plan.layout.integrals, state.len());
        self.block.evaluate_step(step);
        // Offset of each stage's state along the slope of the stage before it.
        const OFFSETS: [f64; 4] = [0.0, 0.5, 0.5, 1.0];
        let mut stages = vec![state.to_vec()];
        for offset in &OFFSETS[1..] {
            let mut moved = state.to_vec();
            for k in 0..n {
                let net = &self.block.registers[self.plan.dynamic.outputs[k] as usize];
                moved[k] = std::array::from_fn(|i| state[k][i] + (offset * h) * net[i]);
            }
            self.set_stocks(&moved);
            self.block.evaluate(time + offset * h);
            stages.push(moved);
        }
        let after = self.stock_adjoints();
        // A stock goes on from its value; a cell's next value replaces it.
        let mut total = after.clone();
        total[n..].fill([0.0; W]);
        let mut below: Vec<Row<W>> = vec![[0.0; W]; all];
        for stage in (0..4).rev() {
            if stage < 3 {
                self.set_stocks(&stages[stage]);
                self.block.evaluate(time + OFFSETS[stage] * h);
            }
            self.adjoints.rows[..all].fill([0.0; W]);
            let weight = if stage == 0 || stage == 3 { h / 6.0 } else { h / 3.0 };
            self.seed_nets(&after, weight);
            if stage < 3 {
                self.seed_nets(&below, OFFSETS[stage + 1] * h);
            }
            if stage == 0 {
                self.seed_cells(&after);
                self.seed_saves(Some(step));
            }
            self.sweep_dynamic();
            below = self.stock_adjoints();
            for k in 0..all {
                for i in 0..W {
                    total[k][i] += below[k][i];
                }
            }
        }
        self.adjoints.rows[..all].copy_from_slice(&total);
    }

    /// Adds `factor` times the slopes by the stocks to the slopes by their net rates.
    fn seed_nets(&mut self, by_stocks: &[Row<W>], factor: f64) {
        for (k, row) in by_stocks[..self.plan.layout.integrals].iter().enumerate() {
            let net = &mut self.adjoints.rows[self.plan.dynamic.outputs[k] as usize];
            for i in 0..W {
                net[i] += factor * row[i];
            }
        }
    }

    /// Adds the slopes by the cells to the slopes by the values they took.
    fn seed_cells(&mut self, by_cells: &[Row<W>]) {
        for k in self.plan.layout.integrals..by_cells.len() {
            let next = &mut self.adjoints.rows[self.plan.dynamic.outputs[k] as usize];
            for i in 0..W {
                next[i] += by_cells[k][i];
            }
        }
    }

    /// Adds the function's slopes by what was saved at a step, or at the very end.
    fn seed_saves(&mut self, step: Option<u64>) {
        let stocks = self.plan.layout.stocks.len();
        let per_save = u64::from(self.plan.horizon.steps_per_save);
        let first = self.job.first_step() / per_save;
        for (s, save) in self.plan.saves.iter().enumerate() {
            let (time, factor) = match (save.sampling, step) {
                (Sampling::Point, None) => (self.job.intervals(), 1.0),
                (Sampling::Point, Some(step)) if step.is_multiple_of(per_save) => {
                    ((step / per_save - first) as usize, 1.0)
                }
                (Sampling::Mean, Some(step)) => ((step / per_save - first) as usize, 1.0 / per_save as f64),
                _ => continue,
            };
            let slopes: Row<W> = self.saved.row(s, time);
            let row = &mut self.adjoints.rows[self.plan.dynamic.outputs[stocks + s] as usize];
            for i in 0..W {
                row[i] += factor * slopes[i];
            }
        }
    }

    /// Goes back through a program, with the vector instructions asked for.
    #[inline(never)]
    fn sweep(&mut self, program: &Program) {
        dispatch::with(
            self.job.instructions,
            #[inline(always)]
            || sweep(&program.instructions, &self.plan.lookups, &self.block.registers, &mut self.adjoints),
        );
    }

    fn sweep_dynamic(&mut self) {
        self.sweep(&self.plan.dynamic);
    }

    /// Back through what is computed once: hoisted values, then initial values.
    fn through_start(&mut self) {
        let plan = self.plan;
        self.sweep(&plan.member);
        if matches!(self.job.from, Start::Checkpoint(_)) {
            return;
        }
        let stocks = plan.layout.stocks.len();
        let at_start = |k: usize| if k < stocks { k } else { plan.layout.held[k - stocks].0 as usize };
        let rows: Vec<Row<W>> = (0..plan.initial.outputs.len())
            .map(|k| std::mem::replace(&mut self.adjoints.rows[at_start(k)], [0.0; W]))
            .collect();
        for (register, row) in plan.initial.outputs.iter().zip(rows) {
            let adjoint = &mut self.adjoints.rows[*register as usize];
            for i in 0..W {
                adjoint[i] += row[i];
            }
        }
        self.block.evaluate_initial();
        self.sweep(&plan.initial);
    }

    fn slopes(&self, count: usize) -> Vec<Vec<f64>> {
        let mut slopes = vec![vec![0.0; self.plan.parameters.len()]; count];
        for (register, slot) in &self.plan.layout.parameters {
            let row = &self.adjoints.rows[*register as usize];
            slopes.iter_mut().enumerate().for_each(|(lane, own)| own[*slot as usize] = row[lane]);
        }
        slopes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_uses_the_memory_there_is() {
        assert_eq!(spacing(100, 8, 800), 1);
        assert_eq!(spacing(100, 8, 799), 2);
        assert_eq!(spacing(100, 8, 200), 5);
        assert_eq!(spacing(100, 8, 1), 10);
        assert_eq!(spacing(0, 8, 1), 1);
    }
}
