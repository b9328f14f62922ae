//! What smoothing changes: outcomes and log likelihood of posterior draws, with it and without.

use counterflow_engine::{Job, Plan, PlanOptions, Runs, Save, Schedule, Smoothing, run};
use counterflow_model::Model;

use super::{CalibrationDensity, CalibrationOptions};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

/// What one width changes.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Relative width.
    pub smoothing: Smoothing,
    /// For each outcome its name and the changes of its yearly means, as parts of the largest of them in that draw, if it is not zero.
    pub outcomes: Vec<(String, Change)>,
    /// Changes of the log likelihood.
    pub log_likelihood: Change,
    /// Instructions of a derivative evaluation of the likelihood's runs: exact and smooth.
    pub instructions: (usize, usize),
}

/// Sizes of changes, over all draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Half are smaller.
    pub median: f64,
    /// The largest.
    pub largest: f64,
}

impl Change {
    fn of(mut sizes: Vec<f64>) -> Change {
        sizes.sort_by(f64::total_cmp);
        let at = |i: usize| sizes.get(i).copied().unwrap_or(f64::NAN);
        Change { median: at(sizes.len() / 2), largest: at(sizes.len().saturating_sub(1)) }
    }
}

/// What each width changes in the first so many draws of a posterior, run without noise or policy.
///
/// # Errors
/// If the model does not compile or has nothing to be compared with data.
pub fn smoothing_effects(
    project: &Project,
    posterior: &Posterior,
    draws: usize,
    widths: &[Smoothing],
) -> Result<Vec<Effect>, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let mut drawn = posterior.draws(model);
    drawn.truncate(draws);
    let options = |smoothing| CalibrationOptions { smoothing, ..CalibrationOptions::default() };
    let density = CalibrationDensity::of_likelihood(project, &options(None))?;
    let (exact, likelihoods) = (outcomes(model, &drawn, None), density.log_likelihood(&drawn));
    let effect = |smoothing: &Smoothing| {
        let smooth = CalibrationDensity::of_likelihood(project, &options(Some(*smoothing)))?;
        let runs = outcomes(model, &drawn, Some(*smoothing));
        let names = model.outcomes.iter().map(|outcome| outcome.id.clone()).enumerate();
        let log_likelihoods = smooth.log_likelihood(&drawn);
        Ok(Effect {
            smoothing: *smoothing,
            outcomes: names.map(|(save, name)| (name, changes(&exact, &runs, save))).collect(),
            log_likelihood: Change::of(
                log_likelihoods.iter().zip(&likelihoods).map(|(smooth, exact)| (smooth - exact).abs()).collect(),
            ),
            instructions: (density.size().instructions, smooth.size().instructions),
        })
    };
    widths.iter().map(effect).collect()
}

fn outcomes(model: &Model, draws: &[Vec<f64>], smoothing: Option<Smoothing>) -> Runs {
    let saves = model.outcomes.iter().map(|outcome| Save::mean(outcome.variable)).collect();
    let plan = Plan::new(model, &PlanOptions { saves, smoothing, ..PlanOptions::default() });
    let members: Vec<u64> = (0..draws.len() as u64).collect();
    run(&Job::new(&plan, draws, &members, &Schedule::default()))
}

fn changes(exact: &Runs, smooth: &Runs, save: usize) -> Change {
    let mut sizes = Vec::new();
    for member in 0..exact.members() {
        let (exact, smooth) = (yearly(exact, save, member), yearly(smooth, save, member));
        let largest = exact.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
        // An outcome that is always zero, such as the cost of no policy, has no size to compare with.
        let size = if largest > 0.0 { largest } else { 1.0 };
        sizes.extend(exact.iter().zip(smooth).map(|(exact, smooth)| (smooth - exact).abs() / size));
    }
    Change::of(sizes)
}

/// Means of whole years of months.
fn yearly(runs: &Runs, save: usize, member: usize) -> Vec<f64> {
    let months: Vec<f64> = runs.path(save, member).collect();
    months.chunks_exact(12).map(|year| year.iter().sum::<f64>() / 12.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_width_changes_little_and_a_wide_one_more() {
        let project = Project::bundled().expect("the bundled model reads");
        let posterior = Posterior::load(&project.files, "main").expect("the posterior reads");
        let widths = [1e-6, 0.001, 0.05].map(|width| Smoothing::new(width).expect("a width"));
        let effects = smoothing_effects(&project, &posterior, 6, &widths).expect("there are data");
        let largest = |effect: &Effect| effect.outcomes.iter().map(|(_, change)| change.largest).fold(0.0, f64::max);
        let (none, narrow, wide) = (largest(&effects[0]), largest(&effects[1]), largest(&effects[2]));
        // A step that stands on a date of the model is halved at any width, and that is all that is left at the least.
        assert!(none < 1e-4 && none < narrow && narrow < wide, "{none}, {narrow}, {wide}");
        assert!(effects[0].outcomes.iter().all(|(_, change)| change.median < 1e-9), "{:?}", effects[0]);
        // At the wide one whole outcomes move, at some draws by an eighth (docs/smoothing.md): no width to calibrate with.
        assert!(narrow < 0.005 && wide < 0.25, "{narrow}, {wide}");
        let by_likelihood = [0, 1, 2].map(|i| effects[i].log_likelihood.median);
        assert!(by_likelihood[0] < 0.1 && by_likelihood[1] < by_likelihood[2], "{by_likelihood:?}");
        let (exact, smooth) = effects[0].instructions;
        assert!(exact < smooth && smooth < 3 * exact, "{exact}, {smooth}");
    }
}
