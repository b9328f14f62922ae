//! What scores owe to the width of priors: those of a variant's own parameters narrower or wider, by weights.

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_model::Model;

use super::super::ensemble::Ensemble;
use super::super::weights::{Weights, log_mean};
use crate::calibration::truncated_prior;

/// The score of a variant with other widths of the priors of its own parameters.
#[derive(Clone, Debug)]
pub struct Width {
    /// Factor of the standard deviations.
    pub factor: f64,
    /// Sum of the joint scores of all months.
    pub total: f64,
    /// Effective number of draws at the origin under these priors: few mean that the sum is not to be trusted.
    pub effective_draws: f64,
    /// Parameters whose priors have the width.
    pub parameters: Vec<String>,
}

/// Scores at each factor; `path` is the file of the variant, `sums` are log densities by group and member.
pub fn widths(model: &Model, path: &str, ensemble: &Ensemble, sums: &[Vec<f64>], factors: &[f64]) -> Vec<Width> {
    let own = own_priors(model, path);
    let one = |factor: &f64| {
        let pairs: Vec<(usize, TruncatedPrior, TruncatedPrior)> =
            own.iter().filter_map(|(_, position, prior)| Some((*position, *prior, prior.widened(*factor)?))).collect();
        let of_draw = |draw: usize| {
            let values = ensemble.draw(draw);
            let change = |(position, prior, other): &(usize, TruncatedPrior, TruncatedPrior)| {
                other.log_density(values[*position]) - prior.log_density(values[*position])
            };
            pairs.iter().map(change).sum::<f64>()
        };
        let by_draw: Vec<f64> = (0..ensemble.draws()).map(of_draw).collect();
        let prior: Vec<f64> = (0..ensemble.members()).map(|member| by_draw[member % ensemble.draws()]).collect();
        let whole = |member: usize| prior[member] + sums.iter().map(|sum| sum[member]).sum::<f64>();
        let after: Vec<f64> = (0..ensemble.members()).map(whole).collect();
        Width {
            factor: *factor,
            total: log_mean(&after) - log_mean(&prior),
            effective_draws: Weights::of(&by_draw).map_or(0.0, |weights| weights.effective()),
            parameters: own.iter().map(|(name, ..)| name.clone()).collect(),
        }
    };
    factors.iter().map(one).collect()
}

/// Name, position in a draw and prior of each parameter of a variant's file whose prior has a width.
fn own_priors(model: &Model, path: &str) -> Vec<(String, usize, TruncatedPrior)> {
    let (mut own, mut position) = (Vec::new(), 0);
    for (id, parameter) in model.parameters() {
        let prior = truncated_prior(parameter).filter(|prior| prior.widened(1.0).is_some());
        for element in 0..parameter.values.len() {
            if let Some(prior) = prior.filter(|_| model.variable(id).place.path == path) {
                own.push((model.element_name(id, element), position, prior));
            }
            position += 1;
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posterior::Posterior;
    use crate::project::Project;

    #[test]
    fn narrower_priors_prefer_what_the_middle_of_the_prior_says() {
        let project = Project::bundled().expect("the bundled model reads");
        let model = project.model().expect("it compiles");
        let path = "variants/fall_2023/mixture.md";
        let own = own_priors(model, path);
        let [(name, position, prior)] = &own[..] else { panic!("{own:?}") };
        assert_eq!(name, "purity_exponent");
        let posterior = Posterior::of(&project).expect("it has a posterior");
        let ensemble = Ensemble::new(&posterior, model, 1, 12 * 2025);
        // What came is likely where the parameter is far from the prior's middle, so a narrower prior scores worse.
        let middle = prior.quantile(0.5);
        let far = |member: usize| -10.0 * (0.6 - (ensemble.draw(member)[*position] - middle).abs());
        let sums = vec![(0..ensemble.members()).map(far).collect()];
        let found = widths(model, path, &ensemble, &sums, &[0.5, 1.0, 2.0]);
        assert!(found[0].total < found[1].total && found[1].total < found[2].total, "{found:?}");
        assert!(found[0].effective_draws < found[1].effective_draws);
    }
}
