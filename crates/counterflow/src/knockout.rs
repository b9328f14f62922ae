//! What each feedback does: the model with one loop cut, beside the whole model, over the same draws.
//!
//! A cut variable keeps its value from the start of the run. The fit is judged by the log likelihood of the data, the
//! projection by the model's outcomes in the status quo.

use std::path::Path;

use counterflow_engine::{Job, Plan, PlanOptions, Save, Schedule, run};
use counterflow_explore::comparison::Band;
use counterflow_model::{Feedback, Model, Summary};

use crate::calibration::{CalibrationDensity, CalibrationOptions, Stage, calibrate};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;
use crate::simulate::band;

/// What cutting one loop changes.
#[derive(Clone, Debug)]
pub struct Knockout {
    /// Name of the feedback.
    pub id: String,
    /// What goes round in it.
    pub sentence: String,
    /// The variable that was held.
    pub variable: String,
    /// Change of the log likelihood, draw by draw; below zero the data speak for the loop. Refitted draws have no
    /// partners: then it is the difference of the medians, with the band of the refitted ones about it.
    pub log_likelihood: Band,
    /// Change of each outcome over the years that comparisons count, as a part of the whole model's.
    pub outcomes: Vec<Band>,
    /// Whether the parameters were sampled again without the loop.
    pub refitted: bool,
    /// Draws for which the model without the loop gives no number; bands leave them out.
    pub not_a_number: usize,
}

/// All knockouts of a model.
#[derive(Clone, Debug)]
pub struct Knockouts {
    /// Names of the outcomes.
    pub outcomes: Vec<String>,
    /// Years that outcomes count.
    pub years: (f64, f64),
    /// Draws of the posterior that were used.
    pub draws: usize,
    /// One for each feedback.
    pub rows: Vec<Knockout>,
}

/// Cuts every feedback in turn. With `refit`, a folder for unfinished work, the parameters are sampled again each time.
///
/// # Errors
/// If the model does not compile, has no feedbacks, no posterior or no data.
pub fn knockouts(
    project: &Project,
    draws: usize,
    refit: Option<&Path>,
    progress: &mut dyn FnMut(&str),
) -> Result<Knockouts, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    if model.feedbacks.is_empty() {
        return Err(Problem::new("model", "has no `feedback` statement; there is no loop to cut"));
    }
    let mut parameters = Posterior::of(project)?.draws(model);
    if draws == 0 {
        let message =
            format!("found 0; expected a number of draws from 1 to the {} of the posterior", parameters.len());
        return Err(Problem::new("--draws", message));
    }
    parameters.truncate(draws);
    let whole = Figures::of(project, model, &parameters)?;
    let mut rows = Vec::new();
    for feedback in &model.feedbacks {
        progress(&feedback.id);
        let cut_model = model.without(feedback);
        let cut = with_model(project, cut_model.clone());
        let again = refit.map(|folder| refitted(&cut, feedback, folder)).transpose()?.map(|own| own.draws(model));
        let figures = Figures::of(&cut, &cut_model, again.as_ref().unwrap_or(&parameters))?;
        rows.push(row(model, feedback, &whole, &figures, again.is_some()));
    }
    Ok(Knockouts {
        outcomes: model.outcomes.iter().map(|outcome| outcome.id.clone()).collect(),
        years: (project.compare.from, project.compare.to),
        draws: parameters.len(),
        rows,
    })
}

/// The project with another model in place of its own.
fn with_model(project: &Project, model: Model) -> Project {
    let mut other = project.clone();
    other.compiled.model = Some(model);
    other
}

/// Paths of a refit: enough to find the new region, not to report an interval.
fn refitted(cut: &Project, feedback: &Feedback, folder: &Path) -> Result<Posterior, Problem> {
    let mut options = CalibrationOptions { search: 250, draws: 128, ..CalibrationOptions::default() };
    (options.settings.warmup, options.settings.sampling) = (120, 60);
    std::fs::create_dir_all(folder).map_err(|error| Problem::unwritable(folder, &error))?;
    let state = folder.join(format!("{}.state", feedback.id));
    calibrate(cut, &options, &state, &mut |_: Stage| ()).map(|(posterior, _)| posterior)
}

/// What a model gives for each draw.
struct Figures {
    log_likelihood: Vec<f64>,
    /// `[outcome][draw]`.
    outcomes: Vec<Vec<f64>>,
}

impl Figures {
    fn of(project: &Project, model: &Model, draws: &[Vec<f64>]) -> Result<Figures, Problem> {
        let density = CalibrationDensity::of_likelihood(project, &CalibrationOptions::default())?;
        let log_likelihood = density.log_likelihood(draws);
        let saves = model.outcomes.iter().map(|outcome| Save::mean(outcome.variable)).collect();
        let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
        let members: Vec<u64> = (0..draws.len() as u64).collect();
        let schedule = Schedule::default();
        let job = Job { noise: true, until: project.compare.to, ..Job::new(&plan, draws, &members, &schedule) };
        let runs = run(&job);
        let saves_per_year = model.horizon.saves_per_time();
        let first = ((project.compare.from - model.horizon.start) * saves_per_year).round().max(0.0) as usize;
        let summed = |(save, outcome): (usize, &counterflow_model::Outcome)| {
            let of_draw = |draw: usize| {
                let path: Vec<f64> = runs.path(save, draw).skip(first).collect();
                match outcome.summary {
                    Summary::Total => path.iter().sum::<f64>() / saves_per_year,
                    Summary::Mean => path.iter().sum::<f64>() / path.len() as f64,
                    Summary::End => path.last().copied().unwrap_or(f64::NAN),
                }
            };
            (0..draws.len()).map(of_draw).collect()
        };
        let outcomes = model.outcomes.iter().enumerate().map(summed).collect();
        Ok(Figures { log_likelihood, outcomes })
    }
}

fn row(model: &Model, feedback: &Feedback, whole: &Figures, cut: &Figures, refitted: bool) -> Knockout {
    // Draws that were sampled again are not partners of those of the whole model: their medians are compared.
    let middle = |values: &[f64]| finite_band(values.to_vec()).median;
    let change = |a: &[f64], b: &[f64], of: &dyn Fn(f64, f64) -> f64| {
        if refitted {
            let reference = middle(a);
            finite_band(b.iter().map(|b| of(reference, *b)).collect())
        } else {
            finite_band(a.iter().zip(b).map(|(a, b)| of(*a, *b)).collect())
        }
    };
    let parts = whole.outcomes.iter().zip(&cut.outcomes);
    Knockout {
        id: feedback.id.clone(),
        sentence: feedback.sentence.clone(),
        variable: model.variable(feedback.variable).name.clone(),
        log_likelihood: change(&whole.log_likelihood, &cut.log_likelihood, &|a, b| b - a),
        outcomes: parts.map(|(a, b)| change(a, b, &|a, b| if a == b { 0.0 } else { b / a - 1.0 })).collect(),
        refitted,
        not_a_number: cut.log_likelihood.iter().filter(|value| !value.is_finite()).count(),
    }
}

/// The band of the draws that give a number; not a number if none does.
fn finite_band(mut values: Vec<f64>) -> Band {
    values.retain(|value| value.is_finite());
    if values.is_empty() { band(&[f64::NAN]) } else { band(&values) }
}
