//! The Hamiltonian chains on six posteriors of posteriordb, whose moments and quantiles are known from 10,000 draws.
//!
//! The densities are written anew from the published models, on spaces without bounds. Wherever the crate's own
//! [`counterflow_calibrate::transform`] knows a prior it is used, so that it stands the test too. `README.md` beside
//! this file says where data and summaries come from.

mod auto_regression;
mod dual;
mod eight_schools;
mod garch;
mod gaussian_process;
mod lynx_hare;
mod michaelis_menten;
mod proof;
mod record;
mod speed;

use proof::{FULL, Found, Posterior, QUICK, compare};

fn quick<P: Posterior<N>, const N: usize>(posterior: &P) {
    let found = compare(posterior, &QUICK);
    println!("{}", found.line());
    assert_eq!(found.misses(&QUICK), Vec::<String>::new());
}

#[test]
fn lynx_hare_quick() {
    quick(&lynx_hare::LynxHare::new());
}

#[test]
fn michaelis_menten_quick() {
    quick(&michaelis_menten::MichaelisMenten::new());
}

#[test]
fn eight_schools_quick() {
    quick(&eight_schools::EightSchools::new());
}

#[test]
fn auto_regression_quick() {
    quick(&auto_regression::AutoRegression::new());
}

#[test]
fn garch_quick() {
    quick(&garch::Garch::new());
}

#[test]
fn gaussian_process_quick() {
    quick(&gaussian_process::GaussianProcess::new());
}

#[test]
#[ignore = "slow: `cargo xtask test --slow reference`"]
fn all_reference_posteriors() {
    let bar = &FULL;
    let found = [
        compare(&lynx_hare::LynxHare::new(), bar),
        compare(&michaelis_menten::MichaelisMenten::new(), bar),
        compare(&eight_schools::EightSchools::new(), bar),
        compare(&auto_regression::AutoRegression::new(), bar),
        compare(&garch::Garch::new(), bar),
        compare(&gaussian_process::GaussianProcess::new(), bar),
    ];
    let lines: Vec<String> = found.iter().map(Found::line).collect();
    println!("{}", lines.join("; "));
    let misses: Vec<String> = found.iter().flat_map(|found| found.misses(bar)).collect();
    assert_eq!(misses, Vec::<String>::new());
}
