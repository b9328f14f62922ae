//! What a calibration found as ArviZ reads it: groups of the JSON form of InferenceData, `arviz.from_json(FILE)`.
//!
//! R. Kumar, C. Carroll, A. Hartikainen and O. Martin, *ArviZ, a unified library for exploratory analysis of Bayesian
//! models in Python* (Journal of Open Source Software 4, 2019).

use counterflow_calibrate::sampler::Chains;
use counterflow_calibrate::sampler::Density;
use serde_json::{Map, Value, json};

use super::density::CalibrationDensity;

/// Draws of a chain that are kept at most, evenly thinned.
const KEPT: usize = 250;

/// Draws of all chains with their log densities, and the data they were fitted to.
#[derive(Clone, Debug)]
pub struct InferenceData {
    /// Names of the sampled parameters.
    names: Vec<String>,
    /// Values in their own units, `[parameter][chain][draw]`.
    posterior: Vec<Vec<Vec<f64>>>,
    /// Log posterior density on the line and log likelihood, `[chain][draw]`.
    log_density: [Vec<Vec<f64>>; 2],
    /// Energies, `[chain][draw]`.
    energy: Vec<Vec<f64>>,
    /// Data by observation: periods and values.
    observed: Vec<(String, Vec<(String, f64)>)>,
    /// One draw is kept of so many.
    every: usize,
}

impl InferenceData {
    /// Of sampled chains.
    pub fn new(density: &CalibrationDensity<'_>, chains: &Chains) -> InferenceData {
        let length = chains.draws.iter().map(Vec::len).min().unwrap_or(0);
        let every = length.div_ceil(KEPT).max(1);
        let kept: Vec<Vec<&Vec<f64>>> =
            chains.draws.iter().map(|chain| chain[..length].iter().step_by(every).collect()).collect();
        let natural: Vec<Vec<Vec<f64>>> =
            kept.iter().map(|chain| chain.iter().map(|point| density.space().natural(point)).collect()).collect();
        let names: Vec<String> = density.sampled().iter().map(|p| density.names()[*p].clone()).collect();
        let of_parameter = |k: usize| natural.iter().map(|chain| chain.iter().map(|draw| draw[k]).collect()).collect();
        let posterior = (0..names.len()).map(of_parameter).collect();
        let scores: Vec<_> = kept
            .iter()
            .map(|chain| density.log_density(&chain.iter().map(|point| (*point).clone()).collect::<Vec<Vec<f64>>>()))
            .collect();
        let of_scores = |pick: fn(&counterflow_calibrate::sampler::Score) -> f64| {
            scores.iter().map(|chain| chain.iter().map(pick).collect()).collect()
        };
        let log_density = [of_scores(|score| score.posterior()), of_scores(|score| score.likelihood)];
        let energy =
            chains.energies.iter().map(|all| all.iter().take(length).step_by(every).copied().collect()).collect();
        let data = |(name, data): (&str, Vec<&counterflow_calibrate::predict::Datum>)| {
            (name.to_owned(), data.iter().map(|datum| (datum.period.to_string(), datum.value)).collect())
        };
        InferenceData { names, posterior, log_density, energy, observed: density.data().map(data).collect(), every }
    }

    /// The groups `posterior`, `sample_stats` and `observed_data` as JSON; what made them stands in the attributes.
    pub fn to_json(&self, command: &str, date: &str) -> String {
        let posterior: Map<String, Value> =
            self.names.iter().cloned().zip(self.posterior.iter().map(|values| json!(values))).collect();
        let of_data = |with: fn(&(String, f64)) -> Value| -> Vec<(String, Vec<Value>)> {
            self.observed.iter().map(|(name, data)| (name.clone(), data.iter().map(with).collect())).collect()
        };
        let period = |name: &str| format!("{name}_period");
        let values = of_data(|(_, value)| json!(value)).into_iter();
        let observed: Map<String, Value> = values.map(|(name, values)| (name, json!(values))).collect();
        let periods = of_data(|(period, _)| json!(period)).into_iter();
        let coords: Map<String, Value> = periods.map(|(name, all)| (period(&name), json!(all))).collect();
        let dims: Map<String, Value> =
            self.observed.iter().map(|(name, _)| (name.clone(), json!([period(name)]))).collect();
        json!({
            "posterior": posterior,
            "sample_stats": { "lp": self.log_density[0], "log_likelihood": self.log_density[1], "energy": self.energy },
            "observed_data": observed,
            "coords": coords,
            "dims": dims,
            "posterior_attrs": {
                "inference_library": "counterflow", "command": command, "date": date, "kept_one_of": self.every,
            },
        })
        .to_string()
    }
}
