//! An unfinished run and its row of numbers.

/// An unfinished run, as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Paths done.
    pub path: usize,
    /// Current points, `[chain][d]`, with log density and slope.
    pub points: Vec<(Vec<f64>, f64, Vec<f64>)>,
    /// Triangular factor of the metric, `[d][d]`.
    pub metric: Vec<Vec<f64>>,
    /// Length of a leapfrog step.
    pub step: f64,
    /// Proposals accepted since draws are kept.
    pub accepted: usize,
    /// Paths since draws are kept on which the energy strayed by more than [`super::DIVERGENT`].
    pub divergences: usize,
    /// Energies of the kept draws, `[iteration][chain]`.
    pub energies: Vec<Vec<f64>>,
    /// Kept draws, `[iteration][chain][d]`; in the middle third of the warm-up, the points that will widen the metric.
    pub draws: Vec<Vec<Vec<f64>>>,
}

impl State {
    /// The state as one row of numbers, to be saved bit by bit.
    pub fn save(&self) -> Vec<f64> {
        let kept = [self.draws.len(), self.energies.len()];
        let sizes =
            [self.points.len(), self.metric.len(), kept[0], kept[1], self.path, self.accepted, self.divergences];
        let mut row: Vec<f64> = sizes.iter().map(|n| *n as f64).collect();
        row.push(self.step);
        for (point, value, slope) in &self.points {
            row.extend(point.iter().chain([value]).chain(slope));
        }
        row.extend(self.metric.iter().flatten().chain(self.draws.iter().flatten().flatten()));
        row.extend(self.energies.iter().flatten());
        row
    }

    /// The state of a saved row, or `None` if its length does not fit; that of a row from before energies were kept never
    /// does.
    pub fn restore(row: &[f64]) -> Option<State> {
        let (sizes, mut rest) = row.split_at_checked(8)?;
        let count = |i: usize| sizes[i] as usize;
        let (n, d, kept, weighed) = (count(0), count(1), count(2), count(3));
        let expected = n
            .checked_mul(2 * d + 1)?
            .checked_add(d.checked_mul(d)?)?
            .checked_add(kept.checked_mul(n)?.checked_mul(d)?)?
            .checked_add(weighed.checked_mul(n)?)?;
        if rest.len() != expected {
            return None;
        }
        let mut take = |size: usize| {
            let (taken, left) = rest.split_at(size);
            rest = left;
            taken.to_vec()
        };
        let points = (0..n).map(|_| (take(d), take(1)[0], take(d))).collect();
        let metric = (0..d).map(|_| take(d)).collect();
        let draws = (0..kept).map(|_| (0..n).map(|_| take(d)).collect()).collect();
        let energies = (0..weighed).map(|_| take(n)).collect();
        let (path, accepted, divergences) = (count(4), count(5), count(6));
        Some(State { path, points, metric, step: sizes[7], accepted, divergences, energies, draws })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two chains in three dimensions with four kept draws, all numbers different.
    fn state() -> State {
        let numbers = |from: usize| (0..3).map(|i| (from + i) as f64).collect::<Vec<f64>>();
        State {
            path: 9,
            points: vec![(numbers(10), 1.5, numbers(20)), (numbers(30), 2.5, numbers(40))],
            metric: vec![numbers(50), numbers(60), numbers(70)],
            step: 0.125,
            accepted: 5,
            divergences: 1,
            energies: (0..4).map(|i| vec![f64::from(i) + 0.25, f64::from(i) + 0.75]).collect(),
            draws: (0..4).map(|i| vec![numbers(100 + 10 * i), numbers(200 + 10 * i)]).collect(),
        }
    }

    #[test]
    fn a_saved_row_is_the_state() {
        let row = state().save();
        assert_eq!(State::restore(&row), Some(state()));
        assert_eq!(State::restore(&row[..row.len() - 1]), None);
    }

    #[test]
    fn a_row_without_energies_is_refused() {
        let row = state().save();
        // As rows were before: neither the number of energies nor that of divergences, and no energies at the end.
        let before = [&row[..3], &row[4..6], &row[7..row.len() - 8]].concat();
        assert_eq!(State::restore(&before), None);
    }
}
