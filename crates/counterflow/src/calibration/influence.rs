//! Which parameters the data can reach: found by moving each and watching the likelihood.

use super::density::CalibrationDensity;
use counterflow_model::random;

/// Points of the prior about which every parameter is moved.
const ABOUT: u64 = 3;

/// Positions in a draw of the parameters with a prior whose value changes the likelihood of the data, at any of a few
/// points. The others have posteriors that are their priors; sampling them would only slow the chains.
pub fn informed_parameters(density: &CalibrationDensity<'_>, seed: u64) -> Vec<usize> {
    let stream = random::stream("calibrate.influence");
    let uncertain: Vec<usize> = (0..density.names().len()).filter(|p| density.prior(*p).is_some()).collect();
    let at =
        |position: usize, u: f64| density.prior(position).map_or(density.base()[position], |prior| prior.quantile(u));
    let mut draws: Vec<Vec<f64>> = Vec::new();
    for about in 0..ABOUT {
        let mut centre = density.base().to_vec();
        for position in &uncertain {
            centre[*position] = at(*position, 0.2 + 0.6 * random::uniform(seed, stream, about, *position as u64));
        }
        draws.push(centre.clone());
        for position in &uncertain {
            let mut moved = centre.clone();
            moved[*position] = at(*position, 0.93);
            draws.push(moved);
        }
    }
    let likelihoods = density.log_likelihood(&draws);
    let block = uncertain.len() + 1;
    let changes = |k: usize| (0..ABOUT as usize).any(|a| likelihoods[a * block] != likelihoods[a * block + k + 1]);
    uncertain.iter().enumerate().filter(|(k, _)| changes(*k)).map(|(_, position)| *position).collect()
}
