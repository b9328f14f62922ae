//! The public test models: cells, equations with a start of their own, stairs, arrays and noise as other programs wrote
//! them; each with both solvers.

use counterflow::Project;
use counterflow_engine::{LaneWidth, Schedule};
use counterflow_model::{Horizon, Method, Model};
use counterflow_tests::public_models::files;

use crate::compare::{Case, Tally, everything};

/// Most steps of a run that is walked: past them nothing new happens.
const MOST_STEPS: f64 = 600.0;

fn check(model: &Model) -> Result<Tally, String> {
    let Horizon { start, stop, .. } = model.horizon;
    let draw = model.parameters().flat_map(|(_, parameter)| parameter.values.iter().copied()).collect();
    let case = Case {
        model,
        draws: &[draw],
        schedule: &Schedule::default(),
        noise: true,
        seed: 3,
        until: stop.min(start + model.horizon.step.times(MOST_STEPS)),
        width: LaneWidth::Narrow,
    };
    case.compare(&case.expected(), &everything(model))
}

#[test]
fn public_test_models_are_equal_to_the_bit() {
    let (mut faults, mut values) = (Vec::new(), 0);
    let files = files();
    assert!(files.len() > 15, "only {} files", files.len());
    for file in &files {
        let project = Project::open(file).expect("the file reads");
        let mut model = project.model().expect("the case is supported").clone();
        for method in [Method::Euler, Method::RungeKutta4] {
            model.horizon.method = method;
            match check(&model) {
                Ok(tally) => values += tally.values,
                Err(difference) => faults.push(format!("{} {method:?}: {difference}", file.display())),
            }
        }
    }
    println!("{} files, {values} values", files.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
