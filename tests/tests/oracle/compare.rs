//! One model through the engine and through the oracle.

use counterflow_engine::{
    Job, LaneWidth, Plan, PlanOptions, Sampling, Save, Schedule, Start, What, run, run_to_checkpoint,
};
use counterflow_model::{Binary, Definition, Model, VariableId, element_offsets};
use counterflow_oracle::{Inputs, Known, Value};

/// Runs to make twice.
pub struct Case<'a> {
    pub model: &'a Model,
    pub draws: &'a [Vec<f64>],
    pub schedule: &'a Schedule,
    pub noise: bool,
    pub seed: u64,
    pub until: f64,
    pub width: LaneWidth,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub values: usize,
    pub finite: usize,
}

/// What the oracle says, member by member.
pub struct Expected<N = f64> {
    members: Vec<Vec<Known<N>>>,
    offsets: Vec<usize>,
    steps_per_save: usize,
    /// Whole save intervals of the run.
    intervals: usize,
}

impl Case<'_> {
    /// Members are not numbered from zero, so that a mix-up of place and number shows.
    pub fn numbers(&self) -> Vec<u64> {
        (0..self.draws.len() as u64).map(|i| 5 + 3 * i).collect()
    }

    /// Runs the oracle.
    pub fn expected(&self) -> Expected {
        self.walked(self.draws)
    }

    /// Runs the oracle with parameters of its own, plain numbers or others.
    pub fn walked<N: Value>(&self, draws: &[Vec<N>]) -> Expected<N> {
        let horizon = self.model.horizon;
        let steps = ((self.until - horizon.start) * horizon.steps_per_time()).round() as u64;
        let lever = |id: VariableId, element: usize, time: f64| match &self.model.variable(id).definition {
            Definition::Lever(lever) => lever.neutral + self.schedule.change(id, element, time),
            _ => unreachable!("only levers are asked for"),
        };
        let one = |(parameters, member): (&Vec<N>, u64)| {
            let (seed, noise, step) = (self.seed, self.noise, horizon.step);
            let inputs = Inputs { parameters, lever: &lever, member, seed, noise, step, steps };
            counterflow_oracle::run(self.model, &inputs)
        };
        Expected {
            members: draws.iter().zip(self.numbers()).map(one).collect(),
            offsets: element_offsets(self.model),
            steps_per_save: horizon.steps_per_save as usize,
            intervals: horizon.intervals_until(self.until) as usize,
        }
    }

    /// Runs the engine for these saves, whole and in two pieces, and compares. The error names the first difference.
    pub fn compare(&self, expected: &Expected, saves: &[Save]) -> Result<Tally, String> {
        let plan = Plan::new(self.model, &PlanOptions { saves: saves.to_vec(), ..PlanOptions::default() });
        let numbers = self.numbers();
        let job = Job {
            seed: self.seed,
            noise: self.noise,
            until: self.until,
            width: self.width,
            ..Job::new(&plan, self.draws, &numbers, self.schedule)
        };
        let whole = run(&job);
        let (_, checkpoint) = run_to_checkpoint(&Job { until: (self.model.horizon.start + self.until) / 2.0, ..job });
        let rest = run(&Job { from: Start::Checkpoint(&checkpoint), ..job });
        let mut tally = Tally::default();
        for (s, save) in saves.iter().enumerate() {
            let skipped = whole.len(s) - rest.len(s);
            for time in 0..whole.len(s) {
                for member in 0..self.draws.len() {
                    let wanted = expected.value(save, time, member);
                    let found = whole.at(s, time)[member];
                    let again = if time < skipped { found } else { rest.at(s, time - skipped)[member] };
                    if !same(found, wanted) || !same(again, wanted) {
                        let name = self.name(save);
                        return Err(format!(
                            "{name}, save {time}, member {member}: engine {found:e}, in two pieces {again:e}, oracle {wanted:e}"
                        ));
                    }
                    tally.values += 1;
                    tally.finite += usize::from(wanted.is_finite());
                }
            }
        }
        Ok(tally)
    }

    fn name(&self, save: &Save) -> String {
        match save.what {
            What::Element(id, element) => self.model.element_name(id, element),
            other => format!("{other:?}"),
        }
    }
}

impl<N: Value> Expected<N> {
    /// Number of saved times.
    pub fn times(&self, save: &Save) -> usize {
        self.intervals + usize::from(save.sampling == Sampling::Point)
    }

    /// A saved value.
    pub fn value(&self, save: &Save, time: usize, member: usize) -> N {
        let steps = &self.members[member];
        let at = |step: usize| match save.what {
            What::Element(id, element) => steps[step].elements[self.offsets[id.0] + element],
            What::Observation(i) => steps[step].observations[i],
            What::Check(i) => steps[step].checks[i],
        };
        let first = time * self.steps_per_save;
        match save.sampling {
            Sampling::Point => at(first),
            Sampling::Mean => {
                let steps = first..first + self.steps_per_save;
                let sum = steps.fold(N::number(0.0), |sum, step| N::binary(Binary::Add, sum, at(step)));
                N::binary(Binary::Divide, sum, N::number(self.steps_per_save as f64))
            }
        }
    }
}

/// Equal bits, or both not a number.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// Everything that has a value, at points.
pub fn everything(model: &Model) -> Vec<Save> {
    let elements = model.ids().flat_map(|id| (0..model.size(id)).map(move |k| What::Element(id, k)));
    let observations = (0..model.observations.len()).map(What::Observation);
    let checks = (0..model.checks.len()).map(What::Check);
    let all = elements.chain(observations).chain(checks);
    all.map(|what| Save { what, sampling: Sampling::Point }).collect()
}
