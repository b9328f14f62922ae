//! One block of lanes through time: start, stages, update, saving.

use counterflow_model::{Method, random};

use crate::dispatch;
use crate::lanes::{Row, execute};
use crate::nodes::Node;
use crate::plan::Plan;
use crate::program::Program;
use crate::runs::{Checkpoint, Job, Sampling, Start};

/// Saved values of one block: for each save a row of lanes for each time.
#[derive(Clone, Debug)]
pub struct BlockRuns {
    /// Position of the block's first member among the job's members.
    pub first: usize,
    /// Members in the block.
    pub count: usize,
    width: usize,
    saved: Vec<Vec<f64>>,
}

impl BlockRuns {
    /// Values of the block's members for one save and time.
    pub fn values(&self, save: usize, time: usize) -> &[f64] {
        &self.saved[save][time * self.width..time * self.width + self.count]
    }

    /// Rows of zeros like those saved.
    pub(crate) fn empty_rows(&self) -> Vec<Vec<f64>> {
        self.saved.iter().map(|rows| vec![0.0; rows.len()]).collect()
    }

    /// Number of saved times of one save.
    pub fn times(&self, save: usize) -> usize {
        self.saved[save].len() / self.width
    }
}

/// Runs one block and gives its saved values and its state at the end.
pub fn run_block<const W: usize>(job: &Job<'_>, first: usize, count: usize) -> (BlockRuns, BlockState) {
    let mut block = Block::<W>::new(job, &job.plan.packed, first, count);
    block.begin();
    block.run(|_, _| ());
    let state = block.state();
    (block.take_runs(), state)
}

/// Stocks and held values of a block's members, slot by slot.
#[derive(Clone, Debug)]
pub struct BlockState {
    /// `[slot][lane]`, stocks first, then held values.
    pub rows: Vec<Vec<f64>>,
}

/// A block of members on its way through time.
pub struct Block<'a, const W: usize> {
    job: &'a Job<'a>,
    plan: &'a Plan,
    /// What is evaluated at each step and stage.
    program: &'a Program,
    first: usize,
    count: usize,
    members: [u64; W],
    /// Values of the step or stage that was evaluated last, [register][lane].
    pub registers: Vec<Row<W>>,
    uniform: Vec<f64>,
    sums: Vec<Row<W>>,
    saved: Vec<Vec<f64>>,
    steps_per_save: u64,
}

impl<'a, const W: usize> Block<'a, W> {
    /// A block before its first step, to be moved by the plan's packed or its dynamic program.
    pub fn new(job: &'a Job<'a>, program: &'a Program, first: usize, count: usize) -> Block<'a, W> {
        let plan = job.plan;
        let times = job.intervals() + 1;
        Block {
            job,
            plan,
            program,
            first,
            count,
            members: std::array::from_fn(|lane| job.members[first + lane.min(count - 1)]),
            registers: vec![[0.0; W]; program.end as usize],
            uniform: vec![0.0; plan.nodes.len()],
            sums: vec![[0.0; W]; plan.saves.len()],
            saved: plan.saves.iter().map(|_| Vec::with_capacity(times * W)).collect(),
            steps_per_save: u64::from(plan.horizon.steps_per_save),
        }
    }

    /// The member of a lane; lanes beyond the last member repeat it, so that no lane computes nonsense.
    fn member(&self, lane: usize) -> usize {
        self.first + lane.min(self.count - 1)
    }

    /// Sets what holds for the whole run and the state at the start.
    pub fn begin(&mut self) {
        let plan = self.plan;
        for (register, value) in &plan.layout.constants {
            self.registers[*register as usize] = [*value; W];
        }
        for (register, slot) in &plan.layout.parameters {
            let row = std::array::from_fn(|lane| self.job.draws[self.member(lane)][*slot as usize]);
            self.registers[*register as usize] = row;
        }
        match self.job.from {
            Start::Beginning => self.initialise(),
            Start::Checkpoint(checkpoint) => self.resume(checkpoint),
        }
        self.execute(&plan.member);
    }

    /// From the first step to the last, saving; `before` sees the stocks before each step.
    pub fn run(&mut self, mut before: impl FnMut(u64, &[Row<W>])) {
        let stocks = self.plan.layout.stocks.len();
        let (from, until) = (self.job.first_step(), self.job.last_step());
        for step in from..until {
            before(step, &self.registers[..stocks]);
            self.evaluate_step(step);
            self.save(step);
            self.advance(step);
        }
        // Values at the very end need one more evaluation, without a step.
        self.evaluate_step(until);
        self.save_end();
    }

    /// Runs a program over the registers, with the vector instructions asked for. The one place that does: it is
    /// compiled once for each width and kind of instructions.
    #[inline(never)]
    fn execute(&mut self, program: &Program) {
        dispatch::with(
            self.job.instructions,
            #[inline(always)]
            || execute(&program.strips, &self.plan.lookups, &mut self.registers),
        );
    }

    /// Evaluates the initial values of stocks and held values, without setting them.
    pub fn evaluate_initial(&mut self) {
        self.set_uniform(self.plan.horizon.start);
        self.set_noise(0);
        self.execute(&self.plan.initial);
    }

    fn initialise(&mut self) {
        let plan = self.plan;
        self.evaluate_initial();
        let stocks = plan.layout.stocks.len();
        // All initial values are read before any is written: a stock may start from another's initial value.
        let rows: Vec<Row<W>> = plan.initial.outputs.iter().map(|r| self.registers[*r as usize]).collect();
        for (k, row) in rows.iter().enumerate() {
            let register = if k < stocks { k } else { plan.layout.held[k - stocks].0 as usize };
            self.registers[register] = *row;
        }
    }

    fn resume(&mut self, checkpoint: &Checkpoint) {
        let stocks = self.plan.layout.stocks.len();
        for (k, values) in checkpoint.rows.iter().enumerate() {
            let row = std::array::from_fn(|lane| values[self.member(lane)]);
            let register = if k < stocks { k } else { self.plan.layout.held[k - stocks].0 as usize };
            self.registers[register] = row;
        }
    }

    /// Takes out what was saved; the block can still be moved.
    pub fn take_runs(&mut self) -> BlockRuns {
        BlockRuns { first: self.first, count: self.count, width: W, saved: std::mem::take(&mut self.saved) }
    }

    fn state(&self) -> BlockState {
        let stocks = 0..self.plan.layout.stocks.len();
        let held = self.plan.layout.held.iter().map(|(register, _)| *register as usize);
        BlockState { rows: stocks.chain(held).map(|r| self.registers[r][..self.count].to_vec()).collect() }
    }

    /// Time of a step, in the model's unit of time.
    pub fn time(&self, step: u64) -> f64 {
        self.plan.horizon.time(step)
    }

    /// Evaluates everything at the start of a step.
    pub fn evaluate_step(&mut self, step: u64) {
        self.set_noise(step);
        self.evaluate(self.time(step));
    }

    /// Evaluates everything at a time within the step.
    pub fn evaluate(&mut self, time: f64) {
        self.set_uniform(time);
        self.execute(self.program);
    }

    /// Computes what is the same for all members once and spreads it over the lanes.
    fn set_uniform(&mut self, time: f64) {
        let plan = self.plan;
        for id in &plan.uniform_order {
            let at = |id: &crate::nodes::NodeId| self.uniform[id.0 as usize];
            let value = match plan.nodes.get(*id) {
                Node::Number(bits) => f64::from_bits(bits),
                Node::Time => time,
                Node::Lever(slot) => {
                    let (lever, element, neutral) = plan.levers[slot as usize];
                    neutral + self.job.schedule.change(lever, element, time)
                }
                Node::Unary(operator, a) => operator.value(at(&a)),
                Node::Binary(operator, a, b) => operator.value(at(&a), at(&b)),
                Node::Ternary(operator, a, b, c) => operator.value(at(&a), at(&b), at(&c)),
                Node::Lookup(lookup, a) => plan.lookups[lookup as usize].value(at(&a)),
                node => unreachable!("{node:?} differs between members"),
            };
            self.uniform[id.0 as usize] = value;
        }
        for (register, id) in &plan.layout.uniforms {
            self.registers[*register as usize] = [self.uniform[id.0 as usize]; W];
        }
    }

    fn set_noise(&mut self, step: u64) {
        let plan = self.plan;
        for (register, slot) in &plan.layout.noise {
            let row = &mut self.registers[*register as usize];
            if self.job.noise {
                let (stream, element) = plan.noise_keys[*slot as usize];
                let stream = stream.wrapping_add(u64::from(element));
                for lane in 0..W {
                    row[lane] = random::normal(self.job.seed, stream, self.members[lane], step);
                }
            } else {
                *row = [0.0; W];
            }
        }
    }

    /// Moves the stocks over the step that was evaluated.
    pub fn advance(&mut self, step: u64) {
        match self.plan.horizon.method {
            Method::Euler => self.euler(),
            Method::RungeKutta4 => self.runge_kutta(step),
        }
    }

    fn euler(&mut self) {
        let step = self.plan.horizon.step.length();
        let (n, all) = (self.plan.layout.integrals, self.plan.layout.stocks.len());
        // A net rate or a next value may itself be a stock or a cell, whose value must be read before it moves.
        let next = self.next_of_cells();
        let moving: Vec<(usize, Row<W>)> = (0..n)
            .map(|k| (k, self.program.outputs[k] as usize))
            .filter(|(_, net)| *net < all)
            .map(|(k, net)| (k, self.registers[net]))
            .collect();
        for k in 0..n {
            let net = self.program.outputs[k] as usize;
            if net >= all {
                let (below, rest) = self.registers.split_at_mut(all);
                advance(&mut below[k], step, &rest[net - all]);
            }
        }
        for (k, net) in &moving {
            advance(&mut self.registers[*k], step, net);
        }
        self.registers[n..n + next.len()].copy_from_slice(&next);
    }

    fn runge_kutta(&mut self, step: u64) {
        let h = self.plan.horizon.step.length();
        let n = self.plan.layout.integrals;
        let base: Vec<Row<W>> = self.registers[..n].to_vec();
        let mut total: Vec<Row<W>> = self.nets(n);
        let next = self.next_of_cells();
        let time = self.time(step);
        for (offset, weight) in [(0.5, 2.0), (0.5, 2.0), (1.0, 1.0)] {
            let slope = self.nets(n);
            for k in 0..n {
                for i in 0..W {
                    self.registers[k][i] = base[k][i] + (offset * h) * slope[k][i];
                }
            }
            self.evaluate(time + offset * h);
            let slope = self.nets(n);
            for k in 0..n {
                for i in 0..W {
                    total[k][i] += weight * slope[k][i];
                }
            }
        }
        for k in 0..n {
            for i in 0..W {
                self.registers[k][i] = base[k][i] + (h / 6.0) * total[k][i];
            }
        }
        self.registers[n..n + next.len()].copy_from_slice(&next);
    }

    /// Values that the cells take next, from the registers as they are.
    fn next_of_cells(&self) -> Vec<Row<W>> {
        let layout = &self.plan.layout;
        let outputs = &self.program.outputs[layout.integrals..layout.stocks.len()];
        outputs.iter().map(|r| self.registers[*r as usize]).collect()
    }

    fn nets(&self, n: usize) -> Vec<Row<W>> {
        self.program.outputs[..n].iter().map(|r| self.registers[*r as usize]).collect()
    }

    /// Takes what is to be saved from the step that was evaluated.
    fn save(&mut self, step: u64) {
        let first_of_interval = step.is_multiple_of(self.steps_per_save);
        let last_of_interval = (step + 1).is_multiple_of(self.steps_per_save);
        let stocks = self.plan.layout.stocks.len();
        for (s, save) in self.plan.saves.iter().enumerate() {
            let row = &self.registers[self.program.outputs[stocks + s] as usize];
            match save.sampling {
                Sampling::Point if first_of_interval => self.saved[s].extend_from_slice(row),
                Sampling::Point => {}
                Sampling::Mean => {
                    let sum = &mut self.sums[s];
                    for i in 0..W {
                        sum[i] += row[i];
                    }
                    if last_of_interval {
                        let n = self.steps_per_save as f64;
                        self.saved[s].extend(sum.iter().map(|x| x / n));
                        *sum = [0.0; W];
                    }
                }
            }
        }
    }

    /// Takes what is to be saved at the very end.
    fn save_end(&mut self) {
        let stocks = self.plan.layout.stocks.len();
        for (s, save) in self.plan.saves.iter().enumerate() {
            if save.sampling == Sampling::Point {
                let row = &self.registers[self.program.outputs[stocks + s] as usize];
                self.saved[s].extend_from_slice(row);
            }
        }
    }
}

/// One explicit Euler step of one stock.
#[inline(always)]
fn advance<const W: usize>(stock: &mut Row<W>, step: f64, net: &Row<W>) {
    for i in 0..W {
        stock[i] += step * net[i];
    }
}
