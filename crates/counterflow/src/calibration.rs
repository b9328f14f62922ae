//! Calibration: the model's observations, its priors and its data brought together and sampled.

mod density;
mod effect;
mod inference;
mod influence;
mod outcome;

use std::path::Path;

use counterflow_calibrate::sampler::hamiltonian::{self, State};
use counterflow_calibrate::sampler::{Progress, curvature, ensemble};
use counterflow_model::random;

use crate::data::fitted_sha256;
use crate::error::Problem;
use crate::places;
use crate::posterior::Posterior;
use crate::project::Project;
use crate::unfinished;

pub use counterflow_engine::Smoothing;
pub(crate) use density::truncated as truncated_prior;
pub use density::{Begun, CalibrationDensity, Observed, Weighed, counted, observed_series};
pub use effect::{Change, Effect, smoothing_effects};
pub use inference::InferenceData;
pub use influence::informed_parameters;
pub use outcome::{FitSummary, summarise};

/// How to calibrate.
#[derive(Clone, Debug)]
pub struct CalibrationOptions {
    /// Generations of the ensemble that searches for the region of the mode, from the prior.
    pub search: usize,
    /// Settings of the chains that sample: seed, number, paths.
    pub settings: hamiltonian::Settings,
    /// Steps in a year during calibration; coarser than the model's own where halving was shown not to matter.
    pub steps_per_year: u32,
    /// Parameters whose name starts with one of these stay at their own value.
    pub held: Vec<String>,
    /// Smooth forms of kinks and jumps; without, every formula is exact.
    pub smoothing: Option<Smoothing>,
    /// Draws to keep in the end.
    pub draws: usize,
    /// Whether all chains are kept too, thinned, with their log densities: that costs runs of its own.
    pub inference: bool,
    /// A posterior that is thought to be near: chains start from its draws, without a search.
    pub near: Option<Posterior>,
}

impl Default for CalibrationOptions {
    fn default() -> CalibrationOptions {
        let settings = hamiltonian::Settings {
            seed: 2026,
            chains: 16,
            warmup: 360,
            sampling: 900,
            steps: 48,
            acceptance: hamiltonian::ACCEPTANCE,
        };
        CalibrationOptions {
            search: 700,
            settings,
            steps_per_year: 24,
            held: Vec::new(),
            smoothing: None,
            draws: 512,
            inference: false,
            near: None,
        }
    }
}

/// What a calibration is doing.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// An ensemble moves from the prior to the posterior's region.
    Search(Progress),
    /// Newton steps to the mode: round, and log density reached.
    Climb(usize, f64),
    /// Chains warm up and sample.
    Sample(Progress),
}

/// Chains of the search: enough to fill the lanes.
const SEARCHERS: usize = 128;
/// Newton rounds at most, and the gain in log density below which the mode counts as reached.
const CLIMB: (usize, f64) = (12, 0.5);
/// Paths between saves of unfinished work.
const SAVE_EVERY: usize = 5;

/// Samples the posterior. Unfinished work is saved in `state_file` from time to time and taken up again from there.
///
/// # Errors
/// If the model does not compile, has no observations, or no draw from its priors is possible at all; or if the state
/// can not be written.
pub fn calibrate(
    project: &Project,
    options: &CalibrationOptions,
    state_file: &Path,
    progress: &mut dyn FnMut(Stage),
) -> Result<(Posterior, FitSummary), Problem> {
    let density = CalibrationDensity::new(project, options)?;
    let key = fingerprint(project, &density, options);
    // A state of another model, other data or other settings is not taken up.
    let mut state = match unfinished::restore(state_file, key).and_then(|row| State::restore(&row)) {
        Some(state) => state,
        None => begin(&density, options, progress)?,
    };
    while state.path < options.settings.warmup + options.settings.sampling {
        progress(Stage::Sample(hamiltonian::step(&density, &options.settings, &mut state)));
        if state.path.is_multiple_of(SAVE_EVERY) {
            unfinished::save(state_file, key, state.save())?;
        }
    }
    let (mut posterior, summary) = summarise(project, &density, options, &state);
    posterior.about.data_sha256 = fitted_sha256(&project.series);
    Ok((posterior, summary))
}

/// Chains at the draws of a posterior nearby, or about the mode.
fn begin(
    density: &CalibrationDensity<'_>,
    options: &CalibrationOptions,
    progress: &mut dyn FnMut(Stage),
) -> Result<State, Problem> {
    if let Some(near) = &options.near {
        let impossible = || {
            let message = "no draw of the posterior to start from gives the data any chance; calibrate from the priors";
            Problem::new("calibrate", message)
        };
        return hamiltonian::start_from(density, &options.settings, &density.points(near)).ok_or_else(impossible);
    }
    let near = search(density, options, progress)?;
    let mode = curvature::climb(density, &near, CLIMB.0, CLIMB.1, &mut |n, log| progress(Stage::Climb(n, log)));
    Ok(hamiltonian::start(density, &options.settings, &mode))
}

/// The best point that an annealed ensemble finds.
fn search(
    density: &CalibrationDensity<'_>,
    options: &CalibrationOptions,
    progress: &mut dyn FnMut(Stage),
) -> Result<Vec<f64>, Problem> {
    let seed = options.settings.seed;
    let settings = ensemble::Settings {
        seed,
        chains: SEARCHERS,
        anneal: options.search,
        warmup: options.search,
        sampling: 0,
        thin: 1,
    };
    let count = settings.starting_points(density.space().dimension());
    let points = (0..count as u64).map(|member| density.space().draw(seed, member)).collect();
    let none = || Problem::new("calibrate", "no draw from the priors gives the data any chance; expected some overlap");
    let mut state = ensemble::start(density, &settings, points).ok_or_else(none)?;
    while state.generation < settings.generations() {
        progress(Stage::Search(ensemble::step(density, &settings, &mut state)));
    }
    let best =
        (0..state.points.len()).max_by(|a, b| state.scores[*a].posterior().total_cmp(&state.scores[*b].posterior()));
    best.map(|best| state.points[best].clone()).ok_or_else(none)
}

/// A number that changes with the model's text, the data, the held parameters, the smoothing and the settings; not with
/// the number of paths still to sample, so that a finished run can be made longer.
fn fingerprint(project: &Project, density: &CalibrationDensity<'_>, options: &CalibrationOptions) -> u64 {
    let settings = hamiltonian::Settings { sampling: 0, ..options.settings };
    let texts: Vec<u64> = project.sources_of_text.iter().map(|file| random::stream(&file.text)).collect();
    let data: Vec<u64> = project
        .files
        .under("data", ".csv")
        .filter(|(path, _)| !path.starts_with(places::FOLDER))
        .map(|(_, text)| random::stream(text))
        .collect();
    let names = density.names();
    // Nothing is added without them, so that states of runs that know nothing of them are taken up.
    let smoothing = options.smoothing.map_or_else(String::new, |smoothing| format!(" {smoothing:?}"));
    let near = options.near.as_ref().map_or_else(String::new, |near| format!(" {}", random::stream(&near.to_csv())));
    // Data of a user are in no file of the project.
    let own: Vec<u64> =
        project.own_data.iter().map(|key| random::stream(&format!("{:?}", project.series[key].data))).collect();
    let own = if own.is_empty() { String::new() } else { format!(" {own:?}") };
    random::stream(&format!(
        "{texts:?} {data:?} {names:?} {settings:?} {} {} {:?}{smoothing}{near}{own}",
        options.search, options.steps_per_year, options.held
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_work_of_another_smoothing_is_not_taken_up() {
        let project = Project::bundled().expect("the bundled model reads");
        let exact = CalibrationOptions::default();
        let density = CalibrationDensity::new(&project, &exact).expect("there are data");
        let key = |width: Option<f64>| {
            let smoothing = width.and_then(Smoothing::new);
            fingerprint(&project, &density, &CalibrationOptions { smoothing, ..exact.clone() })
        };
        assert_eq!(key(None), key(None));
        assert!(key(None) != key(Some(0.01)) && key(Some(0.01)) != key(Some(0.02)));
    }
}
