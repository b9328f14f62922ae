//! All that an unfinished calibration is, as plain numbers that can be saved and given back.

use super::reference::Reference;
use super::{Chains, Score};

/// State of the ensemble sampler between two generations. `d` is the dimension of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Generations done.
    pub generation: usize,
    /// Generations after which the likelihood's power was 1; `None` while it grows.
    pub annealed: Option<usize>,
    /// Power of the likelihood.
    pub exponent: f64,
    /// Current points, `[chain][d]`.
    pub points: Vec<Vec<f64>>,
    /// Their scores, `[chain]`.
    pub scores: Vec<Score>,
    /// Past points, `[entry][d]`.
    pub archive: Vec<Vec<f64>>,
    /// The posterior's shape as of the last refresh.
    pub reference: Reference,
    /// Share of each move.
    pub shares: Vec<f64>,
    /// Sums since shares were adapted, half forgotten each time: squared distance, `[move]`.
    pub distances: Vec<f64>,
    /// Number accepted, counted likewise.
    pub accepts: Vec<f64>,
    /// Number of tries, counted likewise.
    pub tries: Vec<f64>,
    /// Mean squared distance that a chain moved since the power last grew.
    pub moved: f64,
    /// Logarithms of weights that the chains carry since they were last resampled, `[chain]`.
    pub log_weights: Vec<f64>,
    /// Sums of log densities since outliers were last looked for, `[chain]`.
    pub log_density_sums: Vec<f64>,
    /// Proposals accepted since draws are kept.
    pub accepted: usize,
    /// Proposals made since draws are kept.
    pub proposed: usize,
    /// Size of the archive when the reference was last refreshed.
    pub refreshed_at: usize,
    /// Kept draws, `[iteration][chain][d]`.
    pub draws: Vec<Vec<Vec<f64>>>,
    /// Their scores, `[iteration][chain]`.
    pub draw_scores: Vec<Vec<Score>>,
}

impl State {
    /// The kept draws, by chain.
    pub fn chains(&self) -> Chains {
        let by_chain = |chain: usize| self.draws.iter().map(|points| points[chain].clone()).collect();
        let scores_by_chain = |chain: usize| self.draw_scores.iter().map(|scores| scores[chain]).collect();
        Chains {
            draws: (0..self.points.len()).map(by_chain).collect(),
            scores: (0..self.points.len()).map(scores_by_chain).collect(),
            acceptance: self.accepted as f64 / self.proposed.max(1) as f64,
            ..Chains::default()
        }
    }

    /// The state as one row of numbers, to be saved bit by bit.
    pub fn save(&self) -> Vec<f64> {
        let counts =
            [self.generation, self.annealed.map_or(0, |g| g + 1), self.accepted, self.proposed, self.refreshed_at];
        let sizes =
            [self.points.len(), self.reference.mean.len(), self.archive.len(), self.shares.len(), self.draws.len()];
        let mut row: Vec<f64> = sizes.iter().chain(&counts).map(|n| *n as f64).collect();
        row.extend([self.exponent, self.moved]);
        let rows =
            [&self.reference.mean, &self.reference.factor, &self.shares, &self.distances, &self.accepts, &self.tries];
        rows.iter().for_each(|values| row.extend(values.iter()));
        row.extend(self.log_weights.iter().chain(&self.log_density_sums));
        row.extend(self.points.iter().chain(&self.archive).chain(self.draws.iter().flatten()).flatten());
        let scores = self.scores.iter().chain(self.draw_scores.iter().flatten());
        row.extend(scores.flat_map(|score| [score.prior, score.likelihood]));
        row
    }

    /// The state of a saved row, or `None` if its length does not fit.
    pub fn restore(row: &[f64]) -> Option<State> {
        let mut rest = row.iter().copied();
        let mut count = || rest.next().map(|x| x as usize);
        let (n, d, archived, moves, kept) = (count()?, count()?, count()?, count()?, count()?);
        let (generation, annealed, accepted, proposed, refreshed_at) =
            (count()?, count()?, count()?, count()?, count()?);
        let mut take = |size: usize| {
            let values: Vec<f64> = rest.by_ref().take(size).collect();
            (values.len() == size).then_some(values)
        };
        let single = take(2)?;
        let reference = Reference { mean: take(d)?, factor: take(d * d)? };
        let (shares, distances) = (take(moves)?, take(moves)?);
        let (accepts, tries) = (take(moves)?, take(moves)?);
        let (log_weights, log_density_sums) = (take(n)?, take(n)?);
        let mut table = |rows: usize| (0..rows).map(|_| take(d)).collect::<Option<Vec<_>>>();
        let (points, archive) = (table(n)?, table(archived)?);
        let draws = (0..kept).map(|_| table(n)).collect::<Option<Vec<_>>>()?;
        let mut list = || -> Option<Vec<Score>> {
            let pairs = take(2 * n)?;
            Some(pairs.chunks(2).map(|pair| Score { prior: pair[0], likelihood: pair[1] }).collect())
        };
        let scores = list()?;
        let draw_scores = (0..kept).map(|_| list()).collect::<Option<Vec<_>>>()?;
        let state = State {
            generation,
            annealed: annealed.checked_sub(1),
            exponent: single[0],
            points,
            scores,
            archive,
            reference,
            shares,
            distances,
            accepts,
            tries,
            moved: single[1],
            log_weights,
            log_density_sums,
            accepted,
            proposed,
            refreshed_at,
            draws,
            draw_scores,
        };
        rest.next().is_none().then_some(state)
    }
}
