//! A model, its exported file read back, and the values of both.

use counterflow_engine::{Sampling, Save, What};
use counterflow_lang::SourceFile;
use counterflow_model::Model;
use counterflow_random_models::agreement::{Ours, Tally, paths};
use counterflow_xmile_export::{Options, export};

/// Exports the model, reads the file and compares every value at every step, at most so many. The error names the first
/// difference that rounding does not explain.
pub fn compare(model: &Model, most_steps: f64) -> Result<Tally, String> {
    let mut model = model.clone();
    model.horizon.steps_per_save = 1;
    let until = model.horizon.start + model.horizon.step.times(most_steps);
    model.horizon.stop = model.horizon.stop.min(until);
    let file = export(&model, &Options::default());
    let back = counterflow_xmile::compile(&SourceFile { path: "back.xmile".into(), text: file.clone() });
    let back = back.model.ok_or_else(|| format!("{:#?}\n{file}", back.diagnostics))?;
    let theirs = paths(&back, read_back(&model, &back, &file)?);
    Ours::new(&model).beside(&theirs).map_err(|difference| format!("{difference}\n{file}"))
}

/// Every element of every variable in the model that was read back: the file has a tag of our own in each variable of
/// the model, in its order.
fn read_back(model: &Model, back: &Model, file: &str) -> Result<Vec<Save>, String> {
    let mut names = Vec::new();
    let mut name = "";
    for line in file.lines().map(str::trim_start) {
        if ["<aux ", "<stock ", "<flow "].iter().any(|tag| line.starts_with(tag)) {
            name = line.split('"').nth(1).unwrap_or_default();
        } else if ["of", "parameter", "lever"].iter().any(|tag| line.starts_with(&format!("<counterflow:{tag} "))) {
            names.push(name);
        }
    }
    if names.len() != model.variables.len() {
        return Err(format!("{} of {} variables are in the file\n{file}", names.len(), model.variables.len()));
    }
    let mut saves = Vec::new();
    for (id, name) in model.ids().zip(names) {
        let found = back.find(name).ok_or_else(|| format!("no `{name}` when read back\n{file}"))?;
        // Dimensions of one element are not written.
        let wide: Vec<usize> = model.shape(id).into_iter().filter(|size| *size != 1).collect();
        if back.shape(found) != wide {
            return Err(format!("`{name}` has another shape when read back\n{file}"));
        }
        let each = (0..model.size(id)).map(|k| What::Element(found, k));
        saves.extend(each.map(|what| Save { what, sampling: Sampling::Point }));
    }
    Ok(saves)
}
