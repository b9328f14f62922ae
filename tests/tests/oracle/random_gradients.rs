//! Gradients of random models against difference quotients.
//!
//! The function is a weighted sum of everything that a run saves. A quotient tells nothing where a jump or kink lies
//! within its distance, or where rounding is as large as it: two distances then disagree, and that slope is passed over.

use std::cell::Cell;
use std::fmt;

use counterflow_engine::{
    BlockRuns, Job, LaneWidth, Plan, PlanOptions, Sampling, Save, SavedSlopes, Schedule, gradients,
};
use counterflow_model::{Binary, Definition, Expr, Model, Unary, random};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::compare::{Case, everything};
use crate::forward::{Compared, ROUNDING};
use crate::recipe::Recipe;
use crate::strategy::{SMOOTH, recipe};

/// Random models of the usual test.
const USUAL: u32 = 1_500;
/// Random models of the slow test, unless `COUNTERFLOW_MODELS` says otherwise.
const SLOW: u32 = 100_000;
/// Largest saved value: rounding of larger ones hides quotients of small ones.
const LARGEST: f64 = 1e4;
/// Distance of a quotient, relative to a parameter that is not small.
const DISTANCE: f64 = 5e-4;
/// Two quotients agree if they differ by no more than this part of the size of the function and its slope.
const AGREED: f64 = 1e-6;
/// A slope is right if it differs from the extrapolated quotient by no more than this part.
const TOLERANCE: f64 = 1e-7;

/// How much was compared.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    models: usize,
    with_cells: usize,
    slopes: usize,
    /// Slopes that quotients say nothing about.
    passed_over: usize,
    /// Slopes that are no number, of models with roots or powers: those are infinitely steep at zero, and where they
    /// stand there for all parameters only the limit would tell.
    singular: usize,
    /// Slopes of models that blow up the rounding of a walk beyond the tolerance.
    unstable: usize,
    /// Largest difference from a quotient, as a part.
    worst: f64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { models, with_cells, slopes, passed_over, singular, unstable, worst } = self;
        write!(
            f,
            "{models} stay finite, {with_cells} of them with cells; {slopes} slopes, {passed_over} of them passed over, \
             {singular} no number and {unstable} beyond rounding; worst {worst:.1e}"
        )
    }
}

struct Setting {
    plan: Plan,
    schedule: Schedule,
    noise: bool,
    seed: u64,
    until: f64,
    /// Bytes for states; with few, stretches are run again.
    memory: usize,
}

impl Setting {
    fn new(recipe: &Recipe, model: &Model) -> Setting {
        let mut saves = everything(model);
        let means = recipe
            .few
            .iter()
            .map(|(pick, _)| Save { sampling: Sampling::Mean, ..saves[usize::from(*pick) % saves.len()] });
        saves.extend(means.collect::<Vec<Save>>());
        Setting {
            plan: Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() }),
            schedule: recipe.schedule(model),
            noise: recipe.noise,
            seed: recipe.seed,
            until: model.horizon.stop,
            memory: if recipe.width == LaneWidth::Wide { usize::MAX } else { 0 },
        }
    }

    /// Values of the function for each draw, and its slopes by their parameters.
    fn values(&self, draws: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let members = vec![4; draws.len()];
        let job = Job {
            seed: self.seed,
            noise: self.noise,
            until: self.until,
            width: LaneWidth::Narrow,
            ..Job::new(&self.plan, draws, &members, &self.schedule)
        };
        let blocks = gradients(&job, self.memory, |block, slopes| self.function(block, slopes));
        let values = blocks.iter().flat_map(|block| block.result.iter().copied()).collect();
        (values, blocks.into_iter().flat_map(|block| block.slopes).collect())
    }

    /// What the rounding of a slope is relative to: the sum of the sizes of all terms on its way, none cancelled.
    fn rounding(&self, model: &Model, draw: &[f64], parameter: usize) -> f64 {
        let case = Case {
            model,
            draws: &[draw.to_vec()],
            schedule: &self.schedule,
            noise: self.noise,
            seed: self.seed,
            until: self.until,
            width: LaneWidth::Narrow,
        };
        let saves = self.plan.saves();
        let compared = Compared { case: &case, saves, weights: vec![1.0; saves.len()] };
        let direction = (0..draw.len()).map(|p| if p == parameter { 1.0 } else { 0.0 }).collect();
        compared.rounding(&[direction])[0]
    }

    /// NaN where a value is too large.
    fn function(&self, block: &BlockRuns, slopes: &mut SavedSlopes) -> Vec<f64> {
        let mut values = vec![0.0; block.count];
        for save in 0..self.plan.saves().len() {
            for time in 0..block.times(save) {
                let weight = 1.0 / (1.0 + ((3 * save + time) % 11) as f64);
                for (lane, x) in block.values(save, time).iter().enumerate() {
                    let kept = if x.abs() <= LARGEST { *x } else { f64::NAN };
                    values[lane] += weight * kept;
                    slopes.add(save, time, lane, weight);
                }
            }
        }
        values
    }
}

/// Compares all slopes of one model. The error names the first difference.
fn agree(recipe: &Recipe) -> Result<Tally, String> {
    let model = recipe.model();
    let setting = Setting::new(recipe, &model);
    let used: Vec<usize> = setting.plan.parameters_in_use().into_iter().collect();
    // Round numbers and equal distances meet on kinks, such as MAX(x, 1) or MIN(a - b, c - d).
    let draw: Vec<f64> = (recipe.draws(&model).swap_remove(0).into_iter().enumerate())
        .map(|(k, x)| x + 0.013_579 * (1.0 + k as f64 + random::uniform(recipe.seed, 23, 0, k as u64)))
        .collect();
    let (values, slopes) = setting.values(std::slice::from_ref(&draw));
    if used.is_empty() || !values[0].is_finite() {
        return Ok(Tally::default());
    }
    let distance = |p: usize| DISTANCE * draw[p].abs().max(0.5);
    let moved = |p: usize| {
        [1.0, -1.0, 2.0, -2.0].map(|k| {
            let mut point = draw.clone();
            point[p] += k * distance(p);
            point
        })
    };
    let points: Vec<Vec<f64>> = used.iter().flat_map(|p| moved(*p)).collect();
    let (moved, _) = setting.values(&points);
    let cells = model.variables.iter().any(|v| matches!(v.definition, Definition::Cell(_)));
    let mut tally = Tally { models: 1, with_cells: usize::from(cells), ..Tally::default() };
    for (p, v) in used.iter().zip(moved.chunks(4)) {
        let (near, far) = ((v[0] - v[1]) / (2.0 * distance(*p)), (v[2] - v[3]) / (4.0 * distance(*p)));
        let quotient = (4.0 * near - far) / 3.0;
        let size = values[0].abs().max(quotient.abs()).max(1.0);
        let known = (near - far).abs() <= AGREED * size;
        tally.slopes += 1;
        if !known {
            tally.passed_over += 1;
            continue;
        }
        if !slopes[0][*p].is_finite() && may_be_singular(&model) {
            tally.singular += 1;
            continue;
        }
        let difference = (slopes[0][*p] - quotient).abs();
        let error = difference / size;
        if error > TOLERANCE && difference <= ROUNDING * setting.rounding(&model, &draw, *p) {
            tally.unstable += 1;
            continue;
        }
        tally.worst = tally.worst.max(error);
        if error.is_nan() || error > TOLERANCE {
            let slope = slopes[0][*p];
            return Err(format!(
                "parameter {p}: slope {slope:e}, quotient {quotient:e}, nearer {near:e}, {}",
                draw[*p]
            ));
        }
    }
    Ok(tally)
}

/// Whether there are operators whose slope is infinite where their value is not.
fn may_be_singular(model: &Model) -> bool {
    let mut expressions: Vec<&Expr> = model.observations.iter().map(|o| &o.expression).collect();
    expressions.extend(model.checks.iter().map(|c| &c.condition));
    for variable in &model.variables {
        match &variable.definition {
            Definition::Stock(stock) => {
                expressions.extend(stock.initial.expressions().iter().chain(stock.net.expressions()));
            }
            Definition::Cell(cell) => {
                expressions.extend(cell.initial.expressions().iter().chain(cell.next.expressions()));
            }
            Definition::Flow(equation) | Definition::Auxiliary(equation) => {
                expressions.extend(equation.expressions());
            }
            Definition::Parameter(_) | Definition::Lever(_) => {}
        }
    }
    let mut found = false;
    let mut look = |expr: &Expr| {
        found |= matches!(expr, Expr::Unary(Unary::Sqrt, _) | Expr::Binary(Binary::Power, ..));
    };
    expressions.into_iter().for_each(|expr| expr.walk(&mut look));
    found
}

fn check(models: u32, seed: u8) {
    let config = Config { cases: models, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let total = Cell::new(Tally::default());
    let outcome = runner.run(&recipe(&SMOOTH), |recipe| {
        let model = || format!("{:#?}", recipe.model().variables.iter().map(|v| &v.definition).collect::<Vec<_>>());
        let tally = agree(&recipe).map_err(|difference| TestCaseError::fail(format!("{difference}\n{}", model())))?;
        let sum = total.get();
        total.set(Tally {
            models: sum.models + tally.models,
            with_cells: sum.with_cells + tally.with_cells,
            slopes: sum.slopes + tally.slopes,
            passed_over: sum.passed_over + tally.passed_over,
            singular: sum.singular + tally.singular,
            unstable: sum.unstable + tally.unstable,
            worst: sum.worst.max(tally.worst),
        });
        Ok(())
    });
    if let Err(difference) = outcome {
        panic!("{difference}");
    }
    let tally = total.get();
    println!("of {models} random models: {tally}");
    assert!(3 * tally.models > models as usize, "too few models stay finite: {tally:?}");
    assert!(50 * tally.singular < tally.slopes, "too many slopes are no number: {tally:?}");
    assert!(1_000 * tally.unstable < tally.slopes, "too many models blow up rounding: {tally:?}");
    assert!(5 * tally.passed_over < tally.slopes, "too few slopes can be judged: {tally:?}");
}

#[test]
fn slopes_of_random_models_are_difference_quotients() {
    check(USUAL, 1);
}

/// `COUNTERFLOW_MODELS=100000 cargo test --test oracle -- --ignored`
#[test]
#[ignore = "minutes; run before a release, or after a change of the gradients"]
fn slopes_of_many_random_models_are_difference_quotients() {
    let models = std::env::var("COUNTERFLOW_MODELS").ok().and_then(|text| text.parse().ok()).unwrap_or(SLOW);
    check(models, 2);
}
