//! The bundled model: all variables, posterior draws, a policy and noise.

use counterflow::Project;
use counterflow::posterior::Posterior;
use counterflow_engine::{LaneWidth, Sampling, Save};
use counterflow_model::{Horizon, Method};

use crate::compare::{Case, everything};

fn check(method: Method, steps_per_year: u32, until: f64) {
    let project = Project::bundled().expect("the bundled model reads");
    let mut model = project.model().expect("the bundled model compiles").clone();
    let mut draws = Posterior::load(&project.files, "main").expect("the posterior reads").draws(&model);
    draws.truncate(3);
    let policies = counterflow::policy::all(&project).expect("the policies read");
    let largest = policies.iter().max_by_key(|policy| policy.levers.len()).expect("there are policies");
    let schedule = largest.schedule(&model);
    assert!(schedule.moves.len() > 3, "the policy moves several levers");
    let Horizon { start, stop, .. } = model.horizon;
    model.horizon = Horizon::yearly(start, stop, steps_per_year, 12, method);
    let width = LaneWidth::Narrow;
    let case = Case { model: &model, draws: &draws, schedule: &schedule, noise: true, seed: 11, until, width };
    let expected = case.expected();
    let tally = case.compare(&expected, &everything(&model)).unwrap_or_else(|difference| panic!("{difference}"));
    assert_eq!(tally.values, tally.finite, "the bundled model stays finite");
    // Only what is saved must be kept apart: with few saves more operations are fused.
    let few: Vec<Save> =
        everything(&model).into_iter().map(|save| Save { sampling: Sampling::Mean, ..save }).step_by(97).collect();
    case.compare(&expected, &few).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn euler_is_equal_to_the_bit() {
    check(Method::Euler, 48, 2034.0);
}

#[test]
fn runge_kutta_is_equal_to_the_bit() {
    check(Method::RungeKutta4, 12, 2034.0);
}
