//! NUTS on a density of known moments: alone, and with the slopes of all chains computed side by side.

use counterflow_calibrate::diagnose;
use counterflow_calibrate::sampler::{Chains, Density, Score};
use counterflow_samplers::nuts::{Settings, alone, gathered};

#[path = "../../../crates/counterflow-calibrate/src/sampler/bent.rs"]
mod bent;

use bent::{Bent, moments};

const SETTINGS: Settings = Settings { seed: 5, warmup: 300, sampling: 3000 };

fn starts() -> Vec<Vec<f64>> {
    (0..4).map(|chain| vec![0.2 * f64::from(chain); 5]).collect()
}

#[test]
fn moments_of_a_bent_normal() {
    let sampled = gathered(&Bent, &starts(), SETTINGS, &|| false);
    assert!(sampled.chains.draws.iter().all(|chain| chain.len() == SETTINGS.sampling));
    assert!(sampled.gradients > 4 * SETTINGS.sampling);
    moments(&sampled.chains);
}

#[test]
fn neighbours_change_nothing() {
    let settings = Settings { sampling: 50, ..SETTINGS };
    let (side_by_side, one_at_a_time) =
        (gathered(&Bent, &starts(), settings, &|| false), alone(&Bent, &starts(), settings, &|| false));
    assert_eq!(side_by_side.chains, one_at_a_time.chains);
}

#[test]
fn when_time_is_over_chains_keep_what_they_have() {
    let asked = std::cell::Cell::new(0);
    let over = || {
        asked.set(asked.get() + 1);
        asked.get() > 1000
    };
    let sampled = gathered(&Bent, &starts(), Settings { warmup: 20, ..SETTINGS }, &over);
    assert!(sampled.chains.draws.iter().all(|chain| !chain.is_empty() && chain.len() < SETTINGS.sampling));
}
