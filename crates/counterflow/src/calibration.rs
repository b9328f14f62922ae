//! Calibration: the model's observations, its priors and its data brought together and sampled.

mod density;
mod influence;
mod outcome;

use std::path::Path;

use counterflow_calibrate::sampler::{Phase, Progress, State, ensemble};
use counterflow_model::random;

use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;

pub use density::{CalibrationDensity, Observed, observed_series};
pub(crate) use density::truncated as truncated_prior;
pub use influence::informed_parameters;
pub use outcome::{FitSummary, summarise};

/// How to calibrate.
#[derive(Clone, Debug)]
pub struct CalibrationOptions {
    /// Sampler settings: seed, chains, generations.
    pub settings: ensemble::Settings,
    /// Steps in a year during calibration; coarser than the model's own where halving was shown not to matter.
    pub steps_per_year: u32,
    /// Parameters whose name starts with one of these stay at their own value.
    pub held: Vec<String>,
    /// Draws to keep in the end.
    pub draws: usize,
}

impl Default for CalibrationOptions {
    fn default() -> CalibrationOptions {
        let settings = ensemble::Settings { seed: 2026, chains: 128, anneal: 3000, warmup: 8000, sampling: 12_000, thin: 20 };
        CalibrationOptions { settings, steps_per_year: 24, held: Vec::new(), draws: 512 }
    }
}

/// Samples the posterior. Unfinished work is saved in `state` from time to time and taken up again from there.
///
/// # Errors
/// If the model does not compile, has no observations, or no draw from its priors is possible at all; or if the state
/// can not be written.
pub fn calibrate(
    project: &Project,
    options: &CalibrationOptions,
    state_file: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Posterior, FitSummary), Problem> {
    let density = CalibrationDensity::new(project, options)?;
    let mut state = match restore(state_file, &density, options) {
        Some(state) => state,
        None => begin(&density, options)?,
    };
    while state.generation < options.settings.generations() {
        let message = ensemble::step(&density, &options.settings, &mut state);
        progress(message);
        let pause = if message.phase == Phase::Sample { 1000 } else { 500 };
        if state.generation.is_multiple_of(pause) {
            save(state_file, fingerprint(&density, options), &state)?;
        }
    }
    Ok(summarise(project, &density, options, &state))
}

fn begin(density: &CalibrationDensity<'_>, options: &CalibrationOptions) -> Result<State, Problem> {
    let count = options.settings.starting_points(density.space().dimension());
    let points = (0..count as u64).map(|member| density.space().draw(options.settings.seed, member)).collect();
    ensemble::start(density, &options.settings, points)
        .ok_or_else(|| Problem::new("calibrate", "no draw from the priors gives the data any chance; expected some overlap"))
}

fn restore(path: &Path, density: &CalibrationDensity<'_>, options: &CalibrationOptions) -> Option<State> {
    let bytes = std::fs::read(path).ok()?;
    let row: Vec<f64> = bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes"))).collect();
    let (key, row) = row.split_first()?;
    // A state of another model, other data or other settings is not taken up.
    (key.to_bits() == fingerprint(density, options)).then(|| State::restore(row)).flatten()
}

fn save(path: &Path, key: u64, state: &State) -> Result<(), Problem> {
    let unwritable = |e: std::io::Error| Problem::new(path.display().to_string(), format!("cannot be written: {e}"));
    let row = state.save();
    let bytes: Vec<u8> = std::iter::once(f64::from_bits(key)).chain(row).flat_map(f64::to_le_bytes).collect();
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, path)).map_err(unwritable)
}

/// A number that changes with the model's text, the data, the held parameters and the settings.
fn fingerprint(density: &CalibrationDensity<'_>, options: &CalibrationOptions) -> u64 {
    let settings = ensemble::Settings { sampling: 0, ..options.settings };
    random::stream(&format!("{:?} {settings:?} {} {:?}", density.names(), options.steps_per_year, options.held))
}
