//! The public test models: cells, equations with a start of their own, stairs, arrays and noise as other programs wrote
//! them; each with both solvers.

use std::fs;
use std::path::{Path, PathBuf};

use counterflow::Project;
use counterflow_engine::{LaneWidth, Schedule};
use counterflow_model::{Horizon, Method, Model};
use counterflow_xmile::reference::EXCEPTIONS;

use crate::compare::{Case, Tally, everything};

/// Most steps of a run that is walked: past them nothing new happens.
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
