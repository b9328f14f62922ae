//! The public test models: cells, equations with a start of their own, stairs and arrays as other programs wrote them;
//! each with both solvers.

use counterflow::Project;
use counterflow_model::Method;
use counterflow_random_models::agreement::Tally;
use counterflow_tests::public_models::files;

use crate::carry::compare;

/// Most steps of a run: past them nothing new happens.
const MOST_STEPS: f64 = 600.0;

#[test]
fn public_test_models_come_back() {
    let (mut faults, mut total) = (Vec::new(), Tally::default());
    let files = files();
    assert!(files.len() > 15, "only {} files", files.len());
    for file in &files {
        let project = Project::open(file).expect("the file reads");
        let mut model = project.model().expect("the case is supported").clone();
        for method in [Method::Euler, Method::RungeKutta4] {
            model.horizon.method = method;
            match compare(&model, MOST_STEPS) {
                Ok(tally) => total = total.and(tally),
                Err(difference) => faults.push(format!("{} {method:?}: {difference}", file.display())),
            }
        }
    }
    println!("{} files, {total:?}", files.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(100 * total.undecided < total.values, "rounding decides too many values: {total:?}");
}
