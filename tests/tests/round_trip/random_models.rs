//! Random models, shrunk to the smallest that shows a difference.

use std::cell::Cell;

use counterflow_random_models::agreement::Tally;
use counterflow_random_models::recipe::Recipe;
use counterflow_random_models::strategy::{ANY, recipe};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::carry::compare;

/// Random models of the usual tests.
const USUAL: u32 = 400;
/// Random models of the slow test, unless `COUNTERFLOW_MODELS` says otherwise.
const SLOW: u32 = 20_000;

fn check(models: u32, seed: u8) {
    let config = Config { cases: models, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let total = Cell::new(Tally::default());
    let outcome = runner.run(&recipe(&ANY), |recipe: Recipe| {
        let tally = compare(&recipe.model(), f64::INFINITY).map_err(TestCaseError::fail)?;
        total.set(total.get().and(tally));
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        // The file says more than the recipe.
        Err(TestError::Fail(difference, _)) => panic!("{difference}"),
        Err(other) => panic!("{other}"),
    }
    let Tally { values, finite, undecided, worst } = total.get();
    println!(
        "{models} models, {values} values, {finite} of them finite, {undecided} decided by rounding; \
         largest other difference {worst:.1e}"
    );
    assert!(2 * finite > values, "too few of the random values are finite to tell anything: {finite} of {values}");
    assert!(20 * undecided < values, "rounding decides too many values to tell anything: {undecided} of {values}");
}

#[test]
fn random_models_come_back() {
    check(USUAL, 3);
}

/// `COUNTERFLOW_MODELS=20000 cargo test --test round_trip -- --ignored`
#[test]
#[ignore = "minutes; run before a release, or after a change of the writer or reader of XMILE"]
fn many_random_models_come_back() {
    let models = std::env::var("COUNTERFLOW_MODELS").ok().and_then(|text| text.parse().ok()).unwrap_or(SLOW);
    check(models, 4);
}
