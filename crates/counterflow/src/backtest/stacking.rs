//! Stacking: the mixture of forecasts that would have given what came the highest density (Yao, Vehtari, Simpson and
//! Gelman, *Using stacking to average Bayesian predictive distributions*, 2018).

use counterflow_model::elementary::exp;
use counterflow_model::random;

/// Rounds of the search; each raises the density.
const ROUNDS: usize = 2000;

/// Shares of each forecaster in the mixture, which add up to 1; `logs[month][forecaster]` are log densities of what came.
pub fn stacking(logs: &[&Vec<f64>]) -> Vec<f64> {
    let count = logs.first().map_or(0, |row| row.len());
    let relative = |row: &&Vec<f64>| -> Vec<f64> {
        let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter().map(|log| exp(log - highest)).collect()
    };
    let densities: Vec<Vec<f64>> = logs.iter().map(relative).collect();
    let mut shares = vec![1.0 / count as f64; count];
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; count];
        for row in &densities {
            let mixed: f64 = row.iter().zip(&shares).map(|(density, share)| density * share).sum();
            next.iter_mut().zip(row).zip(&shares).for_each(|((sum, density), share)| *sum += density * share / mixed);
        }
        shares = next.into_iter().map(|sum| sum / densities.len() as f64).collect();
    }
    shares
}

/// The same for resamplings of blocks of months in a row, `[resampling][forecaster]`; months are cut into blocks in
/// their order.
pub fn resampled(logs: &[Vec<f64>], block: usize, resamplings: u64, seed: u64) -> Vec<Vec<f64>> {
    const STREAM: u64 = random::stream("resampled months");
    let blocks: Vec<&[Vec<f64>]> = logs.chunks(block.max(1)).collect();
    let one = |n: u64| {
        let pick = |k: usize| {
            let u = random::uniform(seed, STREAM, n, k as u64);
            blocks[((u * blocks.len() as f64) as usize).min(blocks.len() - 1)]
        };
        stacking(&(0..blocks.len()).flat_map(pick).collect::<Vec<&Vec<f64>>>())
    };
    (0..resamplings).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_mixture_follows_who_is_right_how_often() {
        // The first is right in three months of four, the other in the fourth, each by a factor of a million.
        let months: Vec<Vec<f64>> =
            (0..8).map(|k| if k % 4 == 3 { vec![-14.0, 0.0] } else { vec![0.0, -14.0] }).collect();
        let shares = stacking(&months.iter().collect::<Vec<_>>());
        assert!((shares[0] - 0.75).abs() < 1e-3 && (shares[1] - 0.25).abs() < 1e-3, "{shares:?}");
        let always = vec![vec![0.0, -3.0]; 5];
        assert!(stacking(&always.iter().collect::<Vec<_>>())[0] > 0.99);
        assert!(resampled(&months, 4, 20, 1).iter().all(|shares| (shares[0] - 0.75).abs() < 1e-3));
    }
}
