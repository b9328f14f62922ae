//! Moments in a row: stocks from step to step.

use counterflow_model::{Binary, Definition, Method, Model, Position, Step, VariableId};

use crate::dual::Value;
use crate::moment::Moment;

/// Everything that a run of one member depends on beside the model.
pub struct Inputs<'a, N = f64> {
    /// Values of all elements of all parameters, in order of definition.
    pub parameters: &'a [N],
    /// Value of an element of a lever at a time (in years), in the lever's unit.
    pub lever: &'a dyn Fn(VariableId, usize, f64) -> f64,
    /// Number of the member: with the seed it fixes the noise.
    pub member: u64,
    /// Seed of the noise.
    pub seed: u64,
    /// Whether noise is drawn; without it every noise is zero.
    pub noise: bool,
    /// Length of a step.
    pub step: Step,
    /// Number of steps.
    pub steps: u64,
}

impl<N> Inputs<'_, N> {
    /// Length of a step, in the model's unit of time.
    pub fn step(&self) -> f64 {
        self.step.length()
    }
}

/// What is known at the start of a step.
pub struct Known<N = f64> {
    /// In years.
    pub time: f64,
    /// Every element of every variable, in order of definition.
    pub elements: Vec<N>,
    /// The expressions of the model's observations.
    pub observations: Vec<N>,
    /// The conditions of the model's checks.
    pub checks: Vec<N>,
}

/// Runs one member. There is one entry for the start of each step, and one for the end of the last.
pub fn run<N: Value>(model: &Model, inputs: &Inputs<'_, N>) -> Vec<Known<N>> {
    let start = Moment::start(model, inputs);
    let mut stocks = start.elements();
    let mut found = Vec::new();
    for step in 0..=inputs.steps {
        let time = model.horizon.start + inputs.step.times(step as f64);
        let now = Moment::during(&start, time, step, &stocks);
        let here = Position::new();
        found.push(Known {
            time,
            elements: now.elements(),
            observations: model.observations.iter().map(|o| now.value(&o.expression, &here)).collect(),
            checks: model.checks.iter().map(|c| now.value(&c.condition, &here)).collect(),
        });
        let mut next = match model.horizon.method {
            Method::Euler => moved(model, &stocks, inputs.step(), &now.nets()),
            Method::RungeKutta4 => runge_kutta(model, &start, &now, (time, step, inputs.step()), &stocks),
        };
        // Cells keep their value through all stages and then take the next.
        now.next_of_cells().into_iter().for_each(|(place, value)| next[place] = value);
        stocks = next;
    }
    found
}

/// Each stock plus a length of time of its rate.
fn moved<N: Value>(model: &Model, stocks: &[N], length: f64, rates: &[N]) -> Vec<N> {
    let is_stock = model.ids().flat_map(|id| {
        let is_stock = matches!(model.variable(id).definition, Definition::Stock(_));
        std::iter::repeat_n(is_stock, model.size(id))
    });
    let rows = stocks.iter().zip(rates).zip(is_stock);
    rows.map(|((stock, rate), is_stock)| if is_stock { plus(*stock, length, *rate) } else { *stock }).collect()
}

/// `a + factor * b`.
fn plus<N: Value>(a: N, factor: f64, b: N) -> N {
    N::binary(Binary::Add, a, N::binary(Binary::Multiply, N::number(factor), b))
}

/// The classical method of order four. Noise holds its value; time and levers do not.
fn runge_kutta<'a, N: Value>(
    model: &'a Model,
    start: &'a Moment<'a, N>,
    now: &Moment<'_, N>,
    (time, step, h): (f64, u64, f64),
    stocks: &[N],
) -> Vec<N> {
    let slope = |offset: f64, rates: &[N]| {
        let there = moved(model, stocks, offset * h, rates);
        Moment::during(start, time + offset * h, step, &there).nets()
    };
    let first = now.nets();
    let second = slope(0.5, &first);
    let third = slope(0.5, &second);
    let fourth = slope(1.0, &third);
    let total = |i: usize| plus(plus(plus(first[i], 2.0, second[i]), 2.0, third[i]), 1.0, fourth[i]);
    let total: Vec<N> = (0..stocks.len()).map(total).collect();
    moved(model, stocks, h / 6.0, &total)
}
