//! What a calibration leaves behind: draws for all parameters, and how far to trust them.

use counterflow_calibrate::diagnose::{Diagnosis, diagnose};
use counterflow_calibrate::sampler::hamiltonian::{self, Settings, State};

use super::density::CalibrationDensity;
use super::{CalibrationOptions, InferenceData, Smoothing};
use crate::posterior::Posterior;
use crate::project::Project;

/// How a calibration went.
#[derive(Clone, Debug)]
pub struct FitSummary {
    /// Settings of the sampler.
    pub settings: Settings,
    /// Steps in a year.
    pub steps_per_year: u32,
    /// Parameters that were sampled.
    pub dimension: usize,
    /// Share of proposals accepted.
    pub acceptance: f64,
    /// Paths, of those from which draws were kept, on which the energy was lost.
    pub divergences: usize,
    /// Least E-BFMI of a chain: below 0.3 momenta reach the tails too slowly.
    pub energy_fraction: f64,
    /// Diagnostics of each sampled parameter, by name.
    pub diagnoses: Vec<(String, Diagnosis)>,
    /// All chains, thinned, with what they were fitted to; only where that was asked for.
    pub inference: Option<InferenceData>,
}

impl FitSummary {
    /// Diagnostics of every sampled parameter as CSV.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("parameter,rhat,bulk_ess,tail_ess\n");
        for (name, d) in &self.diagnoses {
            // Names of array elements hold commas.
            text.push_str(&format!("\"{name}\",{:.4},{:.0},{:.0}\n", d.rhat, d.bulk_ess, d.tail_ess));
        }
        text
    }

    /// Largest split R-hat.
    pub fn worst_rhat(&self) -> f64 {
        self.diagnoses.iter().map(|(_, d)| d.rhat).fold(0.0, f64::max)
    }

    /// Smallest effective sample size of centre and tails.
    pub fn least_ess(&self) -> (f64, f64) {
        let least =
            |pick: fn(&Diagnosis) -> f64| self.diagnoses.iter().map(|(_, d)| pick(d)).fold(f64::INFINITY, f64::min);
        (least(|d| d.bulk_ess), least(|d| d.tail_ess))
    }
}

/// Thins the kept points to the draws asked for and diagnoses every sampled parameter.
pub fn summarise(
    project: &Project,
    density: &CalibrationDensity<'_>,
    options: &CalibrationOptions,
    state: &State,
) -> (Posterior, FitSummary) {
    let chains = hamiltonian::chains(&options.settings, state);
    let pooled = chains.pooled();
    let every = (pooled.len() / options.draws.max(1)).max(1);
    let kept = pooled.iter().step_by(every).take(options.draws);
    let values: Vec<Vec<f64>> = kept.map(|point| density.space().natural(point)).collect();
    let names = density.sampled().iter().map(|p| density.names()[*p].clone()).collect();
    // Diagnostics are of the line's coordinates: ranks do not change under the transform.
    let mut diagnoses = Vec::new();
    for (i, position) in density.sampled().iter().enumerate() {
        diagnoses.push((density.names()[*position].clone(), diagnose(&chains.coordinate(i))));
    }
    let summary = FitSummary {
        settings: options.settings,
        steps_per_year: options.steps_per_year,
        dimension: density.space().dimension(),
        acceptance: chains.acceptance,
        divergences: chains.divergences,
        energy_fraction: chains.energy_fraction(),
        diagnoses,
        inference: options.inference.then(|| InferenceData::new(density, &chains)),
    };
    let about = crate::posterior::About {
        model_version: project.version.clone(),
        seed: options.settings.seed,
        held: options.held.clone(),
        smooth: options.smoothing.map(Smoothing::relative),
        ..crate::posterior::About::from_summary(&summary)
    };
    (Posterior { names, values, about }, summary)
}
