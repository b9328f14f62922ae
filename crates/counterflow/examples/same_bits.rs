//! Runs random scenarios of the bundled model and prints one hash of every saved bit.
//!
//! `cargo xtask wasm` runs it twice, on this machine and as WebAssembly: both must print the same. A scenario is a draw of
//! the posterior under random moves of levers, with noise. The argument is the number of scenarios, 500 if it is left out.

use counterflow::posterior::Posterior;
use counterflow::{Model, Project, Schedule};
use counterflow_engine::{Job, LaneWidth, Move, Plan, PlanOptions, Save, run};
use counterflow_model::random;

/// Scenarios that share their moves of levers.
const TOGETHER: usize = 25;
/// Moves of each scenario.
const MOVES: u64 = 6;
/// Seed of everything random here.
const SEED: u64 = 20_260;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(500);
    let project = Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}"));
    let Ok(model) = project.model() else { panic!("the bundled model does not compile") };
    let draws = Posterior::load(&project.files, "main").unwrap_or_else(|problem| panic!("{problem}")).draws(model);
    let saves = model.outcomes.iter().flat_map(|o| [Save::mean(o.variable), Save::point(o.variable)]).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let mut hash = Hash::new();
    for first in (0..count).step_by(TOGETHER) {
        let members: Vec<u64> = (first..count.min(first + TOGETHER)).map(|i| i as u64).collect();
        let chosen: Vec<Vec<f64>> = members.iter().map(|i| draws[*i as usize % draws.len()].clone()).collect();
        let schedule = schedule(model, (first / TOGETHER) as u64);
        let runs = run(&Job {
            seed: SEED,
            noise: true,
            width: LaneWidth::Narrow,
            ..Job::new(&plan, &chosen, &members, &schedule)
        });
        for save in 0..plan.saves().len() {
            (0..runs.len(save)).for_each(|time| runs.at(save, time).iter().for_each(|x| hash.add(*x)));
        }
    }
    println!("{count} scenarios, {} values, hash {:016x}", hash.count, hash.state);
}

/// Random levers, doses and dates within the years that policies are about.
fn schedule(model: &Model, group: u64) -> Schedule {
    let levers: Vec<_> = model.levers().collect();
    let uniform = |place: u64, what: &str| random::uniform(SEED, random::stream(what), group, place);
    let moves = (0..MOVES).map(|place| {
        let (lever, about) = levers[(uniform(place, "lever") * levers.len() as f64) as usize];
        let (low, high) = about.range.unwrap_or((0.0, 1.0));
        let dose = low + uniform(place, "dose") * (high - low);
        let start = model.horizon.stop - 1.0 - 13.0 * uniform(place, "start");
        Move { lever, element: 0, change: dose - about.neutral, start, ramp: uniform(place, "ramp"), end: None }
    });
    Schedule { moves: moves.collect() }
}

/// The 64-bit FNV-1a hash of bits, with one pattern for all that is not a number.
struct Hash {
    state: u64,
    count: usize,
}

impl Hash {
    fn new() -> Hash {
        Hash { state: 0xcbf2_9ce4_8422_2325, count: 0 }
    }

    fn add(&mut self, x: f64) {
        let bits = if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() };
        for byte in bits.to_le_bytes() {
            self.state = (self.state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self.count += 1;
    }
}
