//! Values of a model, and slopes of values.

use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, gradients, run};
use counterflow_model::{Definition, Model, VariableId, element_offsets};
use counterflow_oracle::Inputs;

/// A model with one element saved.
pub struct Runner<'a> {
    model: &'a Model,
    plan: Plan,
    draws: Vec<Vec<f64>>,
    noise: bool,
    schedule: Schedule,
}

impl Runner<'_> {
    /// `name` is that of a variable, or `share[ports]` for an element. `None` if there is none.
    pub fn new<'a>(model: &'a Model, noise: bool, name: &str) -> Option<Runner<'a>> {
        let save = model.ids().find_map(|id| {
            let element = (0..model.size(id)).find(|i| model.element_name(id, *i) == name)?;
            Some(Save { what: What::Element(id, element), sampling: Sampling::Point })
        })?;
        let plan = Plan::new(model, &PlanOptions { saves: vec![save], ..PlanOptions::default() });
        let draw = plan.parameters().iter().map(|(id, element)| value(model, *id, *element)).collect();
        Some(Runner { model, plan, draws: vec![draw], noise, schedule: Schedule::default() })
    }

    fn job(&self) -> Job<'_> {
        Job { noise: self.noise, ..Job::new(&self.plan, &self.draws, &[0], &self.schedule) }
    }

    /// Position of a saved time, if there is one.
    fn position(&self, time: f64, count: usize) -> Option<usize> {
        let index = (time - self.model.horizon.start) * self.model.horizon.saves_per_time();
        (0..count).find(|i| (*i as f64 - index).abs() < 1e-6)
    }

    /// The value at a saved time; `None` if there is none, or if the oracle gives other bits.
    pub fn value(&self, time: f64) -> Option<f64> {
        let runs = run(&self.job());
        let at = self.position(time, runs.len(0))?;
        let (found, oracle) = (runs.at(0, at)[0], self.oracle(at));
        (found.to_bits() == oracle.to_bits() || found.is_nan() && oracle.is_nan()).then_some(found)
    }

    /// What a plain walk gives at a saved point.
    fn oracle(&self, save: usize) -> f64 {
        let What::Element(id, element) = self.plan.saves()[0].what else { return f64::NAN };
        let neutral = |id: VariableId, _: usize, _: f64| match &self.model.variable(id).definition {
            Definition::Lever(lever) => lever.neutral,
            _ => f64::NAN,
        };
        let steps = save as u64 * u64::from(self.model.horizon.steps_per_save);
        let (parameters, step) = (&self.draws[0], self.model.horizon.step);
        let inputs = Inputs { parameters, lever: &neutral, member: 0, seed: 0, noise: self.noise, step, steps };
        let known = counterflow_oracle::run(self.model, &inputs);
        known[steps as usize].elements[element_offsets(self.model)[id.0] + element]
    }

    /// The slope of the value at a saved time by a parameter's element.
    pub fn slope(&self, time: f64, parameter: &str) -> Option<f64> {
        let named = |(id, element): &(VariableId, usize)| self.model.element_name(*id, *element) == parameter;
        let place = self.plan.parameters().iter().position(named)?;
        let blocks = gradients(&self.job(), usize::MAX, |block, slopes| {
            let at = self.position(time, block.times(0));
            at.inspect(|at| slopes.add(0, *at, 0, 1.0)).is_some()
        });
        blocks[0].result.then(|| blocks[0].slopes[0][place])
    }
}

fn value(model: &Model, id: VariableId, element: usize) -> f64 {
    match &model.variable(id).definition {
        Definition::Parameter(parameter) => parameter.values[element],
        _ => f64::NAN,
    }
}
