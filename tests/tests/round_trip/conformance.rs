//! The public test models: cells, equations with a start of their own, stairs and arrays as other programs wrote them;
//! each with both solvers.

use std::fs;
use std::path::{Path, PathBuf};

use counterflow::Project;
use counterflow_model::Method;
use counterflow_random_models::agreement::Tally;
use counterflow_xmile::reference::EXCEPTIONS;

use crate::carry::compare;

/// Most steps of a run: past them nothing new happens.
const MOST_STEPS: f64 = 600.0;

/// Model files of all cases, except those that can not be met.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| !EXCEPTIONS.iter().any(|(name, _)| folder.ends_with(name)) && folder.is_dir());
    folders.sort();
    let within = |folder: &PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let files = folders.iter().flat_map::<Vec<PathBuf>, _>(within);
    files.filter(|file| file.extension().is_some_and(|e| e == "xmile" || e == "stmx")).collect()
}

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
