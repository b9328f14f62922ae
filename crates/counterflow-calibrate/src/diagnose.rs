//! Whether chains agree and how much they say, and how far data moved a parameter from its prior.
//!
//! A. Vehtari, A. Gelman, D. Simpson, B. Carpenter and P.-C. Bürkner, *Rank-normalization, folding, and localization: an
//! improved R-hat for assessing convergence of MCMC* (Bayesian Analysis 16, 2021).

use counterflow_model::elementary::ln;

use crate::special::normal_quantile;

/// Diagnostics of one quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diagnosis {
    /// Rank-normalised split R-hat, the larger of that of the values and that of their distances from the median.
    /// Above 1.01 chains may disagree. NaN where draws do not vary.
    pub rhat: f64,
    /// Effective number of draws for the centre.
    pub bulk_ess: f64,
    /// Effective number of draws for the 5 % and the 95 % quantile, the smaller of the two.
    pub tail_ess: f64,
}

/// Diagnostics of one quantity's draws, `[chain][iteration]`. Chains are cut to the shortest; all is NaN with fewer
/// than four iterations or with a draw that is not finite.
pub fn diagnose(chains: &[Vec<f64>]) -> Diagnosis {
    let length = chains.iter().map(Vec::len).min().unwrap_or(0);
    if length < 4 || chains.iter().flatten().any(|x| !x.is_finite()) {
        return Diagnosis { rhat: f64::NAN, bulk_ess: f64::NAN, tail_ess: f64::NAN };
    }
    let halves = split(chains, length);
    let normal = rank_normal(&halves);
    let mut sorted: Vec<f64> = halves.concat();
    sorted.sort_by(f64::total_cmp);
    let median = quantile(&sorted, 0.5);
    let folded = rank_normal(&map(&halves, |x| (x - median).abs()));
    let tail = |probability| {
        let limit = quantile(&sorted, probability);
        effective_size(&map(&halves, |x| f64::from(x <= limit)))
    };
    Diagnosis {
        rhat: scale_reduction(&normal).max(scale_reduction(&folded)),
        bulk_ess: effective_size(&normal),
        tail_ess: tail(0.05).min(tail(0.95)),
    }
}

/// E-BFMI, the estimated Bayesian fraction of missing information, of one chain's energies in their order: mean square of
/// the change from draw to draw over the variance. About 1 or more where each new momentum reaches all energies; below
/// 0.3 a chain wanders through them slowly and may miss a tail. NaN where energies do not vary.
///
/// M. Betancourt, *Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo* (arXiv 1604.00695, 2016).
pub fn energy_fraction(energies: &[f64]) -> f64 {
    let mean = energies.iter().sum::<f64>() / energies.len() as f64;
    let spread: f64 = energies.iter().map(|energy| (energy - mean) * (energy - mean)).sum();
    let changes: f64 = energies.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    changes / spread
}

/// How far data narrowed a parameter: 1 - (posterior variance / prior variance), at least 0.
pub fn contraction(prior_sd: f64, posterior_sd: f64) -> f64 {
    if prior_sd > 0.0 { (1.0 - (posterior_sd / prior_sd) * (posterior_sd / prior_sd)).clamp(0.0, 1.0) } else { 0.0 }
}

/// Mean and standard deviation of all draws, `[chain][iteration]`.
pub fn mean_sd(chains: &[Vec<f64>]) -> (f64, f64) {
    let count = chains.iter().map(Vec::len).sum::<usize>() as f64;
    let mean = chains.iter().flatten().sum::<f64>() / count;
    let square = chains.iter().flatten().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    (mean, (square / (count - 1.0)).sqrt())
}

/// Quantile of sorted values, linear between them: type 7 of R. J. Hyndman and Y. Fan (1996). NaN without values.
pub fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = probability.clamp(0.0, 1.0) * last as f64;
    let below = (place as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// First and last half of each chain; a middle draw is left out.
fn split(chains: &[Vec<f64>], length: usize) -> Vec<Vec<f64>> {
    let half = length / 2;
    chains.iter().flat_map(|chain| [chain[..half].to_vec(), chain[length - half..length].to_vec()]).collect()
}

fn map(chains: &[Vec<f64>], function: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    chains.iter().map(|chain| chain.iter().map(|x| function(*x)).collect()).collect()
}

/// Every draw replaced by the normal quantile of its rank among all; equal draws share their mean rank.
fn rank_normal(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let length = chains[0].len();
    let values = chains.concat();
    let count = values.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut normal = vec![0.0; count];
    let mut from = 0;
    while from < count {
        let equal = order[from..].iter().take_while(|i| values[**i] == values[order[from]]).count();
        let rank = from as f64 + 0.5 * (equal as f64 + 1.0);
        let score = normal_quantile((rank - 0.375) / (count as f64 + 0.25));
        order[from..from + equal].iter().for_each(|i| normal[*i] = score);
        from += equal;
    }
    normal.chunks(length).map(<[f64]>::to_vec).collect()
}

/// Variance within chains and variance of their means, both with one degree of freedom taken off.
fn variances(chains: &[Vec<f64>]) -> (f64, f64) {
    let variance = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean, values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() as f64 - 1.0))
    };
    let (means, within): (Vec<f64>, Vec<f64>) = chains.iter().map(|chain| variance(chain)).unzip();
    (within.iter().sum::<f64>() / within.len() as f64, variance(&means).1)
}

/// R-hat: the root of (variance of all draws, means of chains included) / (variance within chains).
fn scale_reduction(chains: &[Vec<f64>]) -> f64 {
    let length = chains[0].len() as f64;
    let (within, between) = variances(chains);
    ((length - 1.0) / length + between / within).sqrt()
}

/// Effective number of draws, by C. J. Geyer's (1992) initial monotone sequence over all chains. NaN where draws do
/// not vary.
fn effective_size(chains: &[Vec<f64>]) -> f64 {
    let length = chains[0].len();
    let count = (chains.len() * length) as f64;
    let (within, between) = variances(chains);
    let total = within * (length as f64 - 1.0) / length as f64 + between;
    if total.is_nan() || total <= 0.0 {
        return f64::NAN;
    }
    let means: Vec<f64> = chains.iter().map(|chain| chain.iter().sum::<f64>() / length as f64).collect();
    let covariance = |lag: usize| {
        let products = |(chain, mean): (&Vec<f64>, &f64)| {
            (lag..length).map(|i| (chain[i] - mean) * (chain[i - lag] - mean)).sum::<f64>() / length as f64
        };
        chains.iter().zip(&means).map(products).sum::<f64>() / chains.len() as f64
    };
    let correlation = |lag: usize| if lag == 0 { 1.0 } else { 1.0 - (within - covariance(lag)) / total };
    // Correlations enter in pairs, which never grow and stop when they are no longer positive.
    let (mut sum, mut least, mut lag) = (0.0, f64::INFINITY, 0);
    while lag + 1 < length {
        let (even, odd) = (correlation(lag), correlation(lag + 1));
        if even + odd <= 0.0 {
            sum += 0.5 * even.max(0.0);
            break;
        }
        least = least.min(even + odd);
        sum += least;
        lag += 2;
    }
    let time = (2.0 * sum - 1.0).max(1.0 / (ln(count) * std::f64::consts::LOG10_E));
    count / time
}

#[cfg(test)]
mod tests {
    use counterflow_model::random;

    use super::*;

    /// Chains of an autoregression with standard deviation 1, each about its own centre.
    fn autoregression(chains: u64, length: u64, phi: f64, centre: impl Fn(u64) -> f64) -> Vec<Vec<f64>> {
        let stream = random::stream("autoregression");
        let chain = |c: u64| {
            let mut x = random::normal(5, stream, c, 0);
            let next = |i: u64| {
                x = phi * x + (1.0 - phi * phi).sqrt() * random::normal(5, stream, c, i);
                centre(c) + x
            };
            (1..=length).map(next).collect()
        };
        (0..chains).map(chain).collect()
    }

    #[test]
    fn energy_fractions_tell_slow_from_fast() {
        assert_eq!(energy_fraction(&[1.0, 2.0, 3.0, 4.0]), 0.6);
        // Of an autoregression it is 2 (1 - phi).
        for (phi, expected) in [(0.0, 2.0), (0.95, 0.1)] {
            let found = energy_fraction(&autoregression(1, 40_000, phi, |_| 100.0)[0]);
            assert!((found / expected - 1.0).abs() < 0.1, "{phi}: {found}");
        }
        assert!(energy_fraction(&[7.0, 7.0]).is_nan());
    }

    #[test]
    fn effective_sizes_of_autoregressions() {
        for phi in [-0.4, 0.0, 0.5, 0.9] {
            let found = diagnose(&autoregression(8, 5000, phi, |_| 0.0));
            let expected = 40_000.0 * (1.0 - phi) / (1.0 + phi);
            assert!((found.bulk_ess / expected - 1.0).abs() < 0.12, "{phi}: {found:?}, expected {expected}");
            assert!(found.rhat < 1.01, "{phi}: {found:?}");
            // For |phi| small, an indicator's chain is close to independent.
            assert!(found.tail_ess > 0.5 * expected.min(40_000.0), "{phi}: {found:?}");
        }
    }

    #[test]
    fn many_short_chains_count_too() {
        let found = diagnose(&autoregression(128, 50, 0.5, |_| 0.0));
        assert!((found.bulk_ess / (6400.0 / 3.0) - 1.0).abs() < 0.15, "{found:?}");
    }

    #[test]
    fn disagreement_shows() {
        assert!(diagnose(&autoregression(4, 1000, 0.3, |c| 0.5 * c as f64)).rhat > 1.1);
        let mut wide = autoregression(4, 1000, 0.3, |_| 0.0);
        wide[0].iter_mut().for_each(|x| *x *= 4.0);
        assert!(diagnose(&wide).rhat > 1.1);
        // A common trend: only splitting finds it.
        let trend: Vec<Vec<f64>> = autoregression(4, 1000, 0.0, |_| 0.0);
        let trend = trend.iter().map(|chain| chain.iter().enumerate().map(|(i, x)| x + i as f64 * 0.003).collect());
        assert!(diagnose(&trend.collect::<Vec<_>>()).rhat > 1.1);
    }

    #[test]
    fn heavy_tails_do_no_harm() {
        let cauchy: Vec<Vec<f64>> = autoregression(4, 2000, 0.0, |_| 0.0);
        let cauchy: Vec<Vec<f64>> = cauchy.iter().map(|c| c.windows(2).map(|w| w[0] / w[1]).collect()).collect();
        let found = diagnose(&cauchy);
        assert!(found.rhat < 1.01 && found.bulk_ess > 2000.0, "{found:?}");
    }

    #[test]
    fn edges() {
        assert!(diagnose(&[vec![1.0; 10], vec![1.0; 10]]).bulk_ess.is_nan());
        assert!(diagnose(&[vec![1.0, 2.0]]).rhat.is_nan() && diagnose(&[]).rhat.is_nan());
        assert_eq!((contraction(2.0, 1.0), contraction(1.0, 2.0), contraction(0.0, 0.0)), (0.75, 0.0, 0.0));
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(mean_sd(&[vec![1.0, 2.0], vec![3.0, 4.0]]), (2.5, (5.0_f64 / 3.0).sqrt()));
    }
}
