//! The page on what smoothing changes in the bundled model.

use std::fs;

use counterflow::calibration::{Change, Effect, Smoothing, smoothing_effects};
use counterflow::posterior::{self, About, Posterior};
use counterflow::{Problem, Project};

use crate::steps::root;

/// Widths that are compared.
const WIDTHS: [f64; 3] = [0.001, 0.01, 0.05];
/// Posterior draws.
const DRAWS: usize = 256;

/// Measures and writes `docs/smoothing.md`.
pub fn publish(date: &str) -> Result<(), String> {
    let told = |problem: Problem| problem.to_string();
    let project = Project::bundled()
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let draws = Posterior::load(&project.files, posterior::MAIN).map_err(told)?;
    let widths: Vec<Smoothing> = WIDTHS.iter().filter_map(|width| Smoothing::new(*width)).collect();
    let effects = smoothing_effects(&project, &draws, DRAWS, &widths).map_err(told)?;
    let path = root().join("docs/smoothing.md");
    fs::write(&path, page(&effects, &draws.about, draws.values.len().min(DRAWS), date))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

fn page(effects: &[Effect], about: &About, draws: usize, date: &str) -> String {
    let mut text = format!(
        "# What smoothing changes\n\nWritten by `cargo xtask smoothing --date {date}`; never edited by hand.\n\n\
         What a smooth formula is stands in [the chapter on semantics](reference/semantics.md).\n\
         The first {draws} draws of the bundled posterior `{}` (seed {}, {} of {}) run without noise and without a policy.\n\
         A change of an outcome is that of a yearly mean, in parts of the largest yearly mean of its draw;\n\
         that of the log likelihood is in its own unit, over the same draws. Each cell holds the median and the largest.\n\n",
        posterior::MAIN,
        about.seed,
        about.model_version,
        about.date
    );
    text.push_str("| |");
    effects.iter().for_each(|effect| text.push_str(&format!(" width {} |", effect.smoothing.relative())));
    text.push_str("\n|---|");
    effects.iter().for_each(|_| text.push_str("---|"));
    text.push('\n');
    let names = effects.first().map(|effect| effect.outcomes.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    for (i, name) in names.unwrap_or_default().iter().enumerate() {
        row(&mut text, &format!("`{name}`"), effects, |effect| told_as_parts(effect.outcomes[i].1));
    }
    row(&mut text, "log likelihood", effects, |effect| {
        format!("{:.2e}, {:.2e}", effect.log_likelihood.median, effect.log_likelihood.largest)
    });
    row(&mut text, "instructions, exact and smooth", effects, |effect| {
        format!("{}, {}", effect.instructions.0, effect.instructions.1)
    });
    text
}

fn row(text: &mut String, name: &str, effects: &[Effect], cell: impl Fn(&Effect) -> String) {
    text.push_str(&format!("| {name} |"));
    effects.iter().for_each(|effect| text.push_str(&format!(" {} |", cell(effect))));
    text.push('\n');
}

fn told_as_parts(change: Change) -> String {
    format!("{:.1e}, {:.1e}", change.median, change.largest)
}
