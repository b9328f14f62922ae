//! The proof of the sampler, by simulation-based calibration on a small model; and that it would see a bug.

mod bands;
mod ledger;
mod national;
mod plants;
mod proof;
mod sample;
mod slopes;
mod world;

use std::time::Instant;

use bands::Bands;
use plants::Plant;
use proof::{Verdict, ranks, resumed, verdicts};
use sample::Effort;
use slopes::{Slopes, slopes};
use world::World;

/// For the thousand data sets.
const FINE: Effort = Effort { draws: 64, warmup: 75, round: 40, rounds: 40, steps: 8 };
/// For planted bugs.
const COARSE: Effort = Effort { draws: 32, warmup: 60, round: 20, rounds: 60, steps: 8 };
/// For the usual tests.
const QUICK: Effort = Effort { draws: 16, warmup: 45, round: 20, rounds: 60, steps: 8 };
/// For the reduced national model.
const NATIONAL: Effort = Effort { draws: 32, warmup: 60, round: 20, rounds: 15, steps: 8 };
/// Data sets of the slow proof, of each bug that it plants, of the usual test, and of its bug.
const SETS: u64 = 1000;
const BUGGED: u64 = 100;
const FEW: u64 = 40;
const FEWER: u64 = 16;
/// Data sets of the slow proof of the reduced national model.
const NATIONAL_SETS: u64 = 100;
/// Ranks of a quantity lie outside of their bands with this probability where nothing is wrong.
const OUTSIDE: f64 = 0.01;

/// The limit for any of several quantities to lie outside with that probability (C. E. Bonferroni): what lies beyond it is
/// no accident of having looked at many.
fn any(verdicts: &[Verdict]) -> f64 {
    OUTSIDE / verdicts.len() as f64
}

#[test]
fn true_values_rank_anywhere_in_posteriors_of_few_data_sets() {
    let world = World::open();
    let records = ranks(&world, Plant::None, &QUICK, FEW);
    assert!(records.iter().all(|record| record.course.enough), "{records:?}");
    let bands = Bands::new(records.len(), QUICK.draws);
    let verdicts = verdicts(&world, &records, &bands);
    let Verdict { name, gamma, probability } = &verdicts[0];
    println!("{name}: gamma {gamma:e}, probability {probability}");
    assert!(*gamma >= bands.limit(any(&verdicts)), "{name}: gamma {gamma:e}, probability {probability}");
}

#[test]
fn a_shifted_series_shows_in_few_data_sets() {
    let world = World::open();
    let records = ranks(&world, Plant::ShiftedSeries, &QUICK, FEWER);
    let bands = Bands::new(records.len(), QUICK.draws);
    let verdicts = verdicts(&world, &records, &bands);
    let Verdict { name, gamma, probability } = &verdicts[0];
    println!("{name}: gamma {gamma:e}, probability {probability}");
    assert!(*gamma < bands.limit(any(&verdicts)), "{name}: gamma {gamma:e}, probability {probability}");
}

#[test]
fn a_slope_of_the_wrong_sign_shows() {
    let world = World::open();
    let (shipped, turned) = (slopes(&world, Plant::None, 4), slopes(&world, Plant::GradientSign, 4));
    assert!(shipped.hold() && !turned.hold(), "{shipped:?} {turned:?}");
}

#[test]
fn slopes_of_other_bugs_are_those_of_the_density_as_it_is() {
    let world = World::open();
    for plant in Plant::BUGS.into_iter().filter(|plant| *plant != Plant::GradientSign) {
        let found = slopes(&world, plant, 1);
        assert!(found.error < 1e-3, "{plant:?}: {found:?}");
    }
}

/// Made by `cargo xtask test --slow sbc`.
#[test]
#[ignore = "takes half an hour"]
fn a_thousand_data_sets_and_five_bugs() {
    let world = World::open();
    // The bugs are sooner done: if one escapes, nobody waits for the rest.
    let bug = |plant: &Plant| match plant {
        Plant::GradientSign => wrong_sign(&world),
        _ => caught(&world, *plant),
    };
    let bugs: Vec<String> = Plant::BUGS.iter().map(bug).collect();
    println!("sets: {}; {}", inside(&world, &FINE, SETS), bugs.join("; "));
}

/// Made by `cargo xtask test --slow national_sbc`.
#[test]
#[ignore = "takes an hour"]
fn a_hundred_data_sets_of_the_national_model() {
    println!("sets: {}", inside(&national::national(), &NATIONAL, NATIONAL_SETS));
}

/// The shipped density, metric and chains: every quantity inside its bands.
fn inside(world: &World, effort: &Effort, sets: u64) -> String {
    let begun = Instant::now();
    let records = resumed(world, Plant::None, effort, sets).expect("the ledger can be kept");
    eprintln!("{:.0} s", begun.elapsed().as_secs_f64());
    let bands = Bands::new(records.len(), effort.draws);
    let verdicts = verdicts(world, &records, &bands);
    for Verdict { name, gamma, probability } in &verdicts {
        eprintln!("{name}: gamma {gamma:.2e}, probability {probability:.4}");
    }
    let short = records.iter().filter(|record| !record.course.enough).count();
    let effective = records.iter().map(|record| record.course.effective).fold(f64::INFINITY, f64::min);
    eprintln!("{short} data sets without draws enough, least effective number {effective:.0}");
    let (Verdict { name, gamma, probability }, limit) = (&verdicts[0], bands.limit(OUTSIDE));
    assert!(short <= records.len() / 100, "{short} posteriors of {} were not sampled well enough", records.len());
    assert!(*gamma >= limit, "{name}: gamma {gamma:.2e}, expected at least {limit:.2e}");
    format!(
        "{} data sets, {} quantities with the joint log likelihood, all inside their 99 % bands, the farthest {name} at \
         probability {probability:.3}, {short} without effective draws enough",
        records.len(),
        verdicts.len()
    )
}

/// A planted bug that ranks show: some quantity outside of its bands, beyond what looking at many explains.
fn caught(world: &World, plant: Plant) -> String {
    let records = resumed(world, plant, &COARSE, BUGGED).expect("the ledger can be kept");
    let bands = Bands::new(records.len(), COARSE.draws);
    let verdicts = verdicts(world, &records, &bands);
    let limit = bands.limit(any(&verdicts));
    let outside = verdicts.iter().filter(|verdict| verdict.gamma < limit).count();
    let Verdict { name, gamma, .. } = &verdicts[0];
    eprintln!("{}: {name} gamma {gamma:.1e}, limit {limit:.1e}, {outside} quantities outside", plant.name());
    assert!(outside > 0, "{} is not caught: {name}, gamma {gamma:e}, limit {limit:e}", plant.name());
    format!("{} caught by {BUGGED} ({name}, gamma {gamma:.0e} below {limit:.0e})", plant.name())
}

/// A slope of the wrong sign, which a proposal that is accepted by the density itself makes good again: ranks stay
/// uniform, but slopes are no difference quotients, and steps shrink until they are accepted.
fn wrong_sign(world: &World) -> String {
    let (shipped, turned) = (slopes(world, Plant::None, 20), slopes(world, Plant::GradientSign, 20));
    eprintln!("shipped {shipped:?}, gradient sign {turned:?}");
    assert!(shipped.hold() && !turned.hold(), "{shipped:?} {turned:?}");
    let Slopes { error, step, acceptance } = turned;
    format!(
        "gradient sign caught by difference quotients (off by {error:.1}, shipped {:.0e}) and by steps {step:.2} long with \
         {acceptance:.2} accepted (shipped {:.2} and {:.2})",
        shipped.error, shipped.step, shipped.acceptance
    )
}
