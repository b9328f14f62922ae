//! Gradients of random models and of the bundled one: backwards through the engine, forwards through the oracle.

use std::cell::Cell;
use std::fmt;

use counterflow::Project;
use counterflow::posterior::Posterior;
use counterflow_engine::{LaneWidth, Sampling, Save};
use counterflow_model::{Horizon, Method, random};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use rayon::prelude::*;

use crate::compare::{Case, everything};
use crate::forward::{Compared, ROUNDING, Slope};
use crate::recipe::Recipe;
use crate::strategy::{ANY, SMOOTH, Words, recipe};

/// Largest difference of a slope, as a part of its scale.
const TOLERANCE: f64 = 1e-7;
/// Random models of each usual test.
const USUAL: u32 = 1_000;
/// Random models of the slow test, unless `COUNTERFLOW_MODELS` says otherwise.
const SLOW: u32 = 30_000;
/// Directions in which a random model is compared.
const DIRECTIONS: usize = 4;

/// How much was compared.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    slopes: usize,
    /// Slopes that are infinite or no number on either way: the two meet infinities in a different order.
    singular: usize,
    /// Slopes of models that blow up the rounding of either way beyond the tolerance.
    unstable: usize,
    /// Largest difference of the others, as a part of the scale.
    worst: f64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { slopes, singular, unstable, worst } = self;
        write!(f, "{slopes} slopes, {singular} of them no number and {unstable} beyond rounding; worst {worst:.1e}")
    }
}

impl Tally {
    fn and(self, other: Tally) -> Tally {
        Tally {
            slopes: self.slopes + other.slopes,
            singular: self.singular + other.singular,
            unstable: self.unstable + other.unstable,
            worst: self.worst.max(other.worst),
        }
    }

    /// Counts one slope; the error says what differs.
    fn count(&mut self, name: &str, forwards: Slope, rounding: f64, backwards: f64) -> Result<(), String> {
        self.slopes += 1;
        if !(forwards.scale.is_finite() && backwards.is_finite()) {
            self.singular += 1;
            return Ok(());
        }
        if forwards.value != backwards {
            let difference = (forwards.value - backwards).abs();
            let error = difference / forwards.scale;
            if error > TOLERANCE && difference <= ROUNDING * rounding {
                self.unstable += 1;
                return Ok(());
            }
            self.worst = self.worst.max(error);
            if error.is_nan() || error > TOLERANCE {
                return Err(format!("{name}: {forwards:?} forwards, {backwards:e} backwards"));
            }
        }
        Ok(())
    }
}

fn agree(recipe: &Recipe) -> Result<Tally, String> {
    let model = recipe.model();
    let schedule = recipe.schedule(&model);
    let draws = [recipe.draws(&model).swap_remove(0)];
    let case = Case {
        model: &model,
        draws: &draws,
        schedule: &schedule,
        noise: recipe.noise,
        seed: recipe.seed,
        until: model.horizon.stop,
        width: LaneWidth::Narrow,
    };
    let all = everything(&model);
    let mut saves = all.clone();
    saves.extend(
        recipe.few.iter().map(|(pick, _)| Save { sampling: Sampling::Mean, ..all[usize::from(*pick) % all.len()] }),
    );
    let compared = Compared { case: &case, saves: &saves, weights: vec![1.0; saves.len()] };
    let (slopes, used) = compared.backwards(if recipe.width == LaneWidth::Wide { usize::MAX } else { 0 });
    if used.is_empty() {
        return Ok(Tally::default());
    }
    let number = |k: usize, p: usize| random::uniform(recipe.seed, 17, k as u64, p as u64) - 0.5;
    let directions = std::array::from_fn(|k| (0..slopes.len()).map(|p| number(k, p)).collect());
    let Some(forwards) = compared.forwards::<DIRECTIONS>(&directions) else { return Ok(Tally::default()) };
    let rounding = compared.rounding(&directions);
    let mut tally = Tally::default();
    for ((direction, forwards), rounding) in directions.iter().zip(forwards).zip(rounding) {
        let backwards = slopes.iter().zip(direction).map(|(slope, part)| slope * part).sum();
        tally.count("a direction", forwards, rounding, backwards)?;
    }
    Ok(tally)
}

fn check(words: &'static Words, models: u32, seed: u8) -> Tally {
    let config = Config { cases: models, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let total = Cell::new(Tally::default());
    let outcome = runner.run(&recipe(words), |recipe| {
        let model = || format!("{:#?}", recipe.model().variables.iter().map(|v| &v.definition).collect::<Vec<_>>());
        let tally = agree(&recipe).map_err(|difference| TestCaseError::fail(format!("{difference}\n{}", model())))?;
        total.set(total.get().and(tally));
        Ok(())
    });
    if let Err(difference) = outcome {
        panic!("{difference}");
    }
    let tally = total.get();
    println!("of {models} random models: {tally}");
    assert!(tally.slopes as u32 * 5 > models * DIRECTIONS as u32, "too few models have slopes: {tally:?}");
    assert!(100 * tally.unstable < tally.slopes, "too many models blow up rounding: {tally:?}");
    assert!(4 * tally.singular < tally.slopes, "too many slopes are no number: {tally:?}");
    tally
}

#[test]
fn random_models_of_common_operators_agree() {
    check(&SMOOTH, USUAL, 5);
}

#[test]
fn random_models_of_all_operators_agree() {
    check(&ANY, USUAL, 6);
}

/// `cargo xtask test --slow forwards`, or with another number of models
/// `COUNTERFLOW_MODELS=100000 cargo test --test oracle -- --ignored forwards`
#[test]
#[ignore = "minutes; run before a release, or after a change of the gradients"]
fn forwards_and_backwards_agree_on_many_models() {
    let models = std::env::var("COUNTERFLOW_MODELS").ok().and_then(|text| text.parse().ok()).unwrap_or(SLOW);
    let tally = check(&SMOOTH, models, 7).and(check(&ANY, models, 8));
    println!("both ways, {} random models: {tally}", 2 * models);
}

/// Directions that one walk through the bundled model takes at once.
const AT_ONCE: usize = 16;

/// Every parameter element in use by itself, a posterior draw, a policy and noise; all variables count.
fn bundled(method: Method, steps_per_year: u32, until: f64, every: usize) {
    let project = Project::bundled().expect("the bundled model reads");
    let mut model = project.model().expect("the bundled model compiles").clone();
    let mut draws = Posterior::load(&project.files, "main").expect("the posterior reads").draws(&model);
    draws.truncate(1);
    let policies = counterflow::policy::all(&project).expect("the policies read");
    let largest = policies.iter().max_by_key(|policy| policy.levers.len()).expect("there are policies");
    let schedule = largest.schedule(&model);
    let Horizon { start, stop, .. } = model.horizon;
    model.horizon = Horizon::yearly(start, stop, steps_per_year, steps_per_year.min(12), method);
    let width = LaneWidth::Narrow;
    let case = Case { model: &model, draws: &draws, schedule: &schedule, noise: true, seed: 11, until, width };
    let saves: Vec<Save> =
        everything(&model).into_iter().enumerate().map(|(i, save)| Save { sampling: alternating(i), ..save }).collect();
    let expected = case.expected();
    let size =
        |save: &Save| (0..expected.times(save)).map(|time| expected.value(save, time, 0).abs()).fold(0.0, f64::max);
    // Variables count alike. What is always zero, such as the cost of a lever that is not moved, does not count: no
    // weight would suit it.
    let weight = |size: f64| if size > 0.0 { 1.0 / size } else { 0.0 };
    let weights = saves.iter().map(|save| weight(size(save))).collect();
    let compared = Compared { case: &case, saves: &saves, weights };
    let (slopes, used) = compared.backwards(usize::MAX);
    let chosen: Vec<usize> = used.iter().copied().step_by(every).collect();
    assert!(chosen.len() >= 40, "only {} parameters", chosen.len());
    let walk = |group: &[usize]| {
        let axis = |k: usize| (0..slopes.len()).map(|p| f64::from(u8::from(group.get(k) == Some(&p)))).collect();
        let forwards = compared.forwards::<AT_ONCE>(&std::array::from_fn(axis)).expect("all values are finite");
        group.iter().copied().zip(forwards).collect::<Vec<(usize, Slope)>>()
    };
    let found: Vec<(usize, Slope)> = chosen.par_chunks(AT_ONCE).flat_map_iter(walk).collect();
    let mut tally = Tally::default();
    for (p, forwards) in &found {
        tally
            .count(&format!("parameter {p}"), *forwards, 0.0, slopes[*p])
            .unwrap_or_else(|difference| panic!("{difference}"));
    }
    println!("{method:?}, {} of {} parameters: {tally:?}", found.len(), used.len());
    assert_eq!((tally.singular, tally.unstable), (0, 0));
    let moving = found.iter().filter(|(_, slope)| slope.scale > 0.0).count();
    assert!(moving * 10 > found.len() * 9, "only {moving} of {} parameters move anything", found.len());
}

fn alternating(i: usize) -> Sampling {
    if i.is_multiple_of(2) { Sampling::Mean } else { Sampling::Point }
}

#[test]
fn every_slope_of_the_bundled_model_agrees() {
    bundled(Method::Euler, 12, 2030.0, 1);
}

#[test]
fn slopes_of_the_bundled_model_agree_with_runge_kutta() {
    bundled(Method::RungeKutta4, 6, 2030.0, 4);
}
