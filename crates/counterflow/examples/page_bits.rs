//! Runs random scenarios of a page's bundle and prints one hash of every bit that the page would get.
//!
//! `cargo xtask web --test` runs it here and `xtask/wasm/page_bits.mjs` in the page's own engine: both must print the same.
//! Arguments: the bundle, the number of scenarios, and the file to which the scenarios are written for the other.

use std::{env, fs};

use counterflow::page::bundle::Bundle;
use counterflow::page::engine::Engine;
use counterflow::page::scenario::{Scenario, ScenarioMove};
use counterflow_model::{Definition, Model, random};

/// Members of each scenario.
const MEMBERS: usize = 8;
/// Moves of each scenario, and assumptions.
const MOVES: u64 = 4;
/// Seed of everything random here.
const SEED: u64 = 20_261;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [bundle, count, out] = arguments.as_slice() else { panic!("expected BUNDLE COUNT OUT") };
    let count: u64 = count.parse().expect("a number of scenarios");
    let bundle = Bundle::read(&fs::read(bundle).expect("the bundle")).unwrap_or_else(|problem| panic!("{problem}"));
    let scenarios: Vec<Scenario> = (0..count).map(|number| scenario(&bundle.model, number)).collect();
    fs::write(out, serde_json::to_string(&scenarios).expect("scenarios are JSON")).expect("the file of scenarios");
    let engine = Engine::new(bundle, 0, 2).unwrap_or_else(|problem| panic!("{problem}"));
    let (mut hash, mut values) = (0x811c_9dc5_u32, 0);
    for (number, scenario) in scenarios.iter().enumerate() {
        let known = engine.known(scenario).unwrap_or_else(|problems| panic!("{problems:?}"));
        for value in engine.world(&known, number, MEMBERS) {
            let bits = if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
            for word in [bits as u32, (bits >> 32) as u32] {
                hash = (hash ^ word).wrapping_mul(0x0100_0193);
            }
            values += 1;
        }
    }
    println!("{count} scenarios, {values} values, hash {hash:08x}");
}

/// Random levers, doses and dates, and random values of assumptions within their ranges.
fn scenario(model: &Model, number: u64) -> Scenario {
    let uniform = |place: u64, what: &str| random::uniform(SEED, random::stream(what), number, place);
    let choose = |place: u64, what: &str, count: usize| (uniform(place, what) * count as f64) as usize;
    let levers: Vec<_> = model.levers().collect();
    let ranged = |(id, parameter): (_, &counterflow_model::Parameter)| Some((id, parameter.range?));
    let parameters: Vec<_> = model.parameters().filter_map(ranged).collect();
    let one = |place: u64| {
        let (id, lever) = levers[choose(place, "lever", levers.len())];
        let (low, high) = lever.range.unwrap_or((0.0, 1.0));
        ScenarioMove {
            lever: model.variable(id).name.clone(),
            dose: low + uniform(place, "dose") * (high - low),
            start: format!("{}-{:02}", 2026 + choose(place, "year", 8), 1 + choose(place, "month", 12)),
            ramp_months: choose(place, "ramp", 24) as u32,
            end: (uniform(place, "ends") < 0.3).then(|| "2038-06".to_owned()),
        }
    };
    let assumed = |place: u64| {
        let (id, (low, high)) = parameters[choose(place, "parameter", parameters.len())];
        debug_assert!(matches!(model.variable(id).definition, Definition::Parameter(_)));
        (model.element_name(id, 0), low + uniform(place, "value") * (high - low))
    };
    Scenario {
        moves: (0..MOVES).map(one).collect(),
        assumptions: (0..MOVES).map(assumed).collect(),
        ..Scenario::default()
    }
}
