//! Random models in another program.

use std::fs;
use std::path::Path;

use counterflow_model::{Method, Model};
use counterflow_random_models::agreement::{Ours, Tally};
use counterflow_random_models::strategy::{ANY, drawn};
use counterflow_xmile_export::{Options, export};

use super::Program;
use super::compare::{narrowed, read};
use super::environment::Environment;

/// Models that are compared.
const MODELS: usize = 300;
/// Models that are drawn for them: most hold what is not finite somewhere, which programs treat in their own ways.
const DRAWN: usize = 4_000;

/// What came of it.
pub struct Random {
    /// Models compared.
    pub models: usize,
    /// Those with Runge-Kutta.
    pub runge_kutta: usize,
    /// How much was compared.
    pub tally: Tally,
}

/// Exports random models, runs them in Simlin and compares every value at every step.
pub fn check(environment: &Environment) -> Result<Random, String> {
    let folder = environment.folder.join("random");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let chosen = chosen();
    for (number, (model, _)) in chosen.iter().enumerate() {
        let path = folder.join(format!("{number}.xmile"));
        fs::write(&path, export(model, &Options::default())).map_err(|error| error.to_string())?;
    }
    environment.run_all(Program::Simlin.word(), &folder)?;
    let mut random = Random { models: chosen.len(), runge_kutta: 0, tally: Tally::default() };
    let mut wrong = Vec::new();
    for (number, (model, ours)) in chosen.iter().enumerate() {
        random.runge_kutta += usize::from(model.horizon.method == Method::RungeKutta4);
        match beside(ours, &folder.join(format!("{number}.csv"))) {
            Ok(tally) => random.tally = random.tally.and(tally),
            Err(why) => wrong.push(format!("{number}.xmile: {why}")),
        }
    }
    if wrong.is_empty() { Ok(random) } else { Err(format!("in {}: {}", folder.display(), wrong.join("; "))) }
}

/// Models whose values are all finite, each with every step saved up to its last.
fn chosen() -> Vec<(Model, Ours)> {
    let saved = |recipe: counterflow_random_models::recipe::Recipe| {
        let mut model = recipe.model();
        model.horizon.steps_per_save = 1;
        let ours = Ours::new(&model);
        (model, ours)
    };
    drawn(&ANY, DRAWN, 5).map(saved).filter(|(_, ours)| ours.is_finite()).take(MODELS).collect()
}

fn beside(ours: &Ours, path: &Path) -> Result<Tally, String> {
    let Ok(text) = fs::read_to_string(path) else {
        return Err(fs::read_to_string(path.with_extension("error")).unwrap_or_else(|error| error.to_string()));
    };
    let columns = read(&text)?;
    let plain = |name: &str| columns.get(&narrowed(ours.names.iter(), name)?);
    let theirs: Option<Vec<Vec<f64>>> =
        ours.names.iter().map(|name| columns.get(name).or_else(|| plain(name)).cloned()).collect();
    ours.beside(&theirs.ok_or("not all variables are among what the other program saved")?)
}
