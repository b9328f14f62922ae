//! Random models, shrunk to the smallest that shows a difference.

use std::cell::Cell;

use counterflow_engine::{Sampling, Save};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::compare::{Case, Tally, everything};
use crate::recipe::Recipe;
use crate::strategy::{ANY, recipe};

/// Random models of the usual tests.
const USUAL: u32 = 2_000;
/// Random models of the slow test, unless `COUNTERFLOW_MODELS` says otherwise.
const SLOW: u32 = 100_000;

fn agree(recipe: &Recipe) -> Result<Tally, String> {
    let model = recipe.model();
    let (draws, schedule) = (recipe.draws(&model), recipe.schedule(&model));
    let case = Case {
        model: &model,
        draws: &draws,
        schedule: &schedule,
        noise: recipe.noise,
        seed: recipe.seed,
        until: model.horizon.stop,
        width: recipe.width,
    };
    let expected = case.expected();
    let all = everything(&model);
    let tally = case.compare(&expected, &all)?;
    let few = recipe.few.iter().map(|(pick, mean)| {
        let what = all[usize::from(*pick) % all.len()].what;
        Save { what, sampling: if *mean { Sampling::Mean } else { Sampling::Point } }
    });
    case.compare(&expected, &few.collect::<Vec<Save>>())?;
    Ok(tally)
}

fn check(models: u32, seed: u8) {
    let config = Config { cases: models, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let total = Cell::new(Tally::default());
    let outcome = runner.run(&recipe(&ANY), |recipe| {
        let model = || format!("{:#?}", recipe.model().variables.iter().map(|v| &v.definition).collect::<Vec<_>>());
        let tally = agree(&recipe).map_err(|difference| TestCaseError::fail(format!("{difference}\n{}", model())))?;
        let Tally { values, finite } = total.get();
        total.set(Tally { values: values + tally.values, finite: finite + tally.finite });
        Ok(())
    });
    if let Err(difference) = outcome {
        panic!("{difference}");
    }
    let Tally { values, finite } = total.get();
    println!("{models} models, {values} values, {finite} of them finite");
    assert!(2 * finite > values, "too few of the random values are finite to tell anything: {finite} of {values}");
}

#[test]
fn random_models_are_equal_to_the_bit() {
    check(USUAL, 1);
}

/// `COUNTERFLOW_MODELS=100000 cargo test --test oracle -- --ignored`
#[test]
#[ignore = "minutes; run before a release, or after a change of the engine"]
fn many_random_models_are_equal_to_the_bit() {
    let models = std::env::var("COUNTERFLOW_MODELS").ok().and_then(|text| text.parse().ok()).unwrap_or(SLOW);
    check(models, 2);
}
