//! Proposals of the ensemble sampler: differences of archived points, snooker updates, jumps and reference moves.

use counterflow_model::elementary::ln;

use super::numbers::Numbers;
use super::reference::Reference;

/// One way to propose a new point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Move {
    /// Differential evolution from the archive in a random subspace that takes each coordinate with this probability
    /// (C. J. F. ter Braak and J. A. Vrugt 2008; crossover of J. A. Vrugt et al. 2009).
    Difference(f64),
    /// A full difference of two archived points, which carries a chain from mode to mode.
    Jump,
    /// Along the line to an archived point (ter Braak and Vrugt 2008).
    Snooker,
    /// A step of this rate that leaves the reference distribution unchanged.
    Reference(f64),
}

/// Every move with its share at the start and the least share it keeps when shares adapt.
pub(super) const MOVES: [(Move, f64, f64); 10] = [
    (Move::Difference(0.05), 0.1, 0.02),
    (Move::Difference(0.2), 0.1, 0.02),
    (Move::Difference(0.5), 0.1, 0.02),
    (Move::Difference(1.0), 0.1, 0.02),
    (Move::Jump, 0.1, 0.05),
    (Move::Snooker, 0.1, 0.05),
    (Move::Reference(0.1), 0.1, 0.02),
    (Move::Reference(0.3), 0.1, 0.02),
    (Move::Reference(0.6), 0.1, 0.02),
    (Move::Reference(1.0), 0.1, 0.02),
];

/// What proposals are made from; the same for all chains of a generation.
pub(super) struct Source<'a> {
    /// Past points, `[entry][d]`; at least three.
    pub(super) archive: &'a [Vec<f64>],
    /// The posterior's shape.
    pub(super) reference: &'a Reference,
    /// Standard deviation of each coordinate, `[d]`.
    pub(super) scales: Vec<f64>,
}

/// A proposed point and the logarithm of the factor that makes up for an uneven proposal.
pub(super) type Proposal = (Vec<f64>, f64);

impl Source<'_> {
    /// A proposal from `point`.
    pub(super) fn propose(&self, kind: Move, point: &[f64], numbers: &mut Numbers) -> Proposal {
        match kind {
            Move::Difference(share) => (self.difference(point, share, numbers), 0.0),
            Move::Jump => (self.jump(point, numbers), 0.0),
            Move::Snooker => self.snooker(point, numbers),
            Move::Reference(rate) => self.reference.propose(point, rate, numbers),
        }
    }

    /// The sum of one to three differences, scaled for the number of coordinates that move, with up to a tenth more or
    /// less in each of them.
    fn difference(&self, point: &[f64], share: f64, numbers: &mut Numbers) -> Vec<f64> {
        let d = point.len();
        let pairs = 1 + numbers.below(3);
        let ends: Vec<_> = (0..pairs).map(|_| self.pair(numbers)).collect();
        let mut moving: Vec<usize> = (0..d).filter(|_| share >= 1.0 || numbers.uniform() < share).collect();
        if moving.is_empty() {
            moving.push(numbers.below(d));
        }
        let gamma = 2.38 / (2.0 * pairs as f64 * moving.len() as f64).sqrt();
        let mut proposal = point.to_vec();
        for i in moving {
            let difference: f64 = ends.iter().map(|(a, b)| a[i] - b[i]).sum();
            proposal[i] += gamma * numbers.between(0.9, 1.1) * difference;
        }
        proposal
    }

    /// One whole difference, with up to a hundredth more or less.
    fn jump(&self, point: &[f64], numbers: &mut Numbers) -> Vec<f64> {
        let (a, b) = self.pair(numbers);
        let gamma = numbers.between(0.99, 1.01);
        point.iter().zip(a.iter().zip(b)).map(|(x, (a, b))| x + gamma * (a - b)).collect()
    }

    /// Along the line through an archived point, by the difference of two others projected on it. Lengths are
    /// measured in units of [`Source::scales`].
    fn snooker(&self, point: &[f64], numbers: &mut Numbers) -> Proposal {
        let target = &self.archive[numbers.below(self.archive.len())];
        let (a, b) = self.pair(numbers);
        let gamma = numbers.between(1.2, 2.2);
        let direction: Vec<f64> = (0..point.len()).map(|i| (point[i] - target[i]) / self.scales[i]).collect();
        let square: f64 = direction.iter().map(|u| u * u).sum();
        if square == 0.0 {
            return (point.to_vec(), 0.0);
        }
        let along: f64 = (0..point.len()).map(|i| (a[i] - b[i]) / self.scales[i] * direction[i]).sum();
        // The new distance from the target, relative to the old one.
        let stretch = 1.0 + gamma * along / square;
        let proposal = (0..point.len()).map(|i| target[i] + stretch * (point[i] - target[i])).collect();
        (proposal, (point.len() as f64 - 1.0) * ln(stretch.abs()))
    }

    /// Two different entries of the archive.
    fn pair(&self, numbers: &mut Numbers) -> (&[f64], &[f64]) {
        let count = self.archive.len();
        let first = numbers.below(count);
        let second = (first + 1 + numbers.below(count - 1)) % count;
        (&self.archive[first], &self.archive[second])
    }
}

/// Shares above the least shares, in proportion to how far each move got on average, times the root of its acceptance:
/// long leaps that few points can make would leave the others where they are.
pub(super) fn adapted(distances: &[f64], accepts: &[f64], tries: &[f64]) -> Vec<f64> {
    let rate = |i: usize| {
        let (distance, acceptance) = (distances[i] / tries[i].max(1.0), accepts[i] / tries[i].max(1.0));
        distance * acceptance.sqrt()
    };
    let rates: Vec<f64> = (0..MOVES.len()).map(rate).collect();
    let total: f64 = rates.iter().sum();
    let floors: f64 = MOVES.iter().map(|(_, _, floor)| floor).sum();
    let share = |(rate, (_, start, floor)): (&f64, &(Move, f64, f64))| match total > 0.0 {
        true => floor + (1.0 - floors) * rate / total,
        false => *start,
    };
    rates.iter().zip(&MOVES).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_one() {
        let start: f64 = MOVES.iter().map(|(_, start, _)| start).sum();
        assert!((start - 1.0).abs() < 1e-12);
        let mut distances = [0.0; MOVES.len()];
        let tries = [10.0; MOVES.len()];
        assert!((adapted(&distances, &tries, &tries).iter().sum::<f64>() - 1.0).abs() < 1e-12);
        distances[3] = 4.0;
        distances[7] = 1.0;
        let shares = adapted(&distances, &tries, &tries);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12 && shares[3] > shares[7] && shares[7] > shares[0]);
    }
}
