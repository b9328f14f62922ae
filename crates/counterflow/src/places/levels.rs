//! From paths of places to the variant's own parameters, draw by draw, so that runs of each draw meet its path.
//!
//! The paths say how a nation's deaths are shared out. Another draw of the nation shares them out otherwise before
//! anything is fitted, so what has to be added is sought for each draw by itself: the posterior is conditional on it.

use counterflow_calibrate::places::{Draw, Pooled, QUARTERS};
use counterflow_model::elementary::{exp, ln};

use super::expected::{Expected, Held, expected, means, nation};
use super::{Atlas, Variables};
use crate::error::Problem;
use crate::project::Project;

/// Rounds of runs at most in which levels are brought to where runs meet the paths, and the distance that is near enough.
const ROUNDS: usize = 6;
const NEAR: f64 = 0.005;

/// Levels at the knots that make runs meet the paths.
pub(super) struct Levels {
    /// `[draw][place][knot]`.
    pub values: Vec<Vec<Vec<f64>>>,
    /// Runs with them.
    pub runs: Expected,
    /// Log of deaths of places that the paths ask for, `[place][draw][quarter]`, deaths a year.
    pub aims: Vec<Vec<Vec<f64>>>,
    /// Log of the nation's deaths, `[draw][quarter]`, deaths a year.
    pub nation: Vec<Vec<f64>>,
}

impl Levels {
    /// Seeks them: `before` are runs without anything fitted, `draws` the paths relative to its shares.
    ///
    /// # Errors
    /// If the variant does not compile.
    pub fn seek(project: &Project, atlas: &Atlas, before: &Expected, draws: &[Draw]) -> Result<Levels, Problem> {
        let quarters = draws.first().and_then(|draw| draw.paths.first()).map_or(0, Vec::len);
        let until = before.first_month + 3 * quarters as i32 - 1;
        let nation = nation(project, atlas, until)?;
        let aims = aims(&before.shares(), &nation, draws);
        let knots = knots(atlas, quarters);
        let values = vec![vec![vec![0.0; knots.len()]; atlas.places.len()]; draws.len()];
        let mut levels = Levels { values, runs: before.clone(), aims, nation };
        for _ in 0..ROUNDS {
            if levels.draw_near(&knots) < NEAR {
                break;
            }
            let rows = levels.values.iter().map(|draw| parameters(draw)).collect();
            levels.runs = expected(project, atlas, &Held { names: names(atlas), values: rows }, until)?;
        }
        Ok(levels)
    }

    /// Moves levels by what runs still miss; the largest miss.
    fn draw_near(&mut self, knots: &[usize]) -> f64 {
        let mut largest: f64 = 0.0;
        for (m, draw) in self.values.iter_mut().enumerate() {
            for (place, levels) in draw.iter_mut().enumerate() {
                for (level, q) in levels.iter_mut().zip(knots) {
                    let miss = self.aims[place][m][*q] - self.runs.log_deaths[place][m][*q];
                    largest = largest.max(miss.abs());
                    *level += miss;
                }
            }
        }
        largest
    }

    /// How far runs are from the paths: mean over draws of the log, `[place][quarter]`.
    pub fn off(&self) -> Vec<Vec<f64>> {
        let of = |(aims, runs): (&Vec<Vec<f64>>, &Vec<Vec<f64>>)| {
            means(runs).iter().zip(means(aims)).map(|(run, aim)| run - aim).collect()
        };
        self.aims.iter().zip(&self.runs.log_deaths).map(of).collect()
    }
}

/// What paths ask for: the nation's deaths of each draw, shared out so that nothing is left.
fn aims(shares: &[Vec<f64>], nation: &[Vec<f64>], draws: &[Draw]) -> Vec<Vec<Vec<f64>>> {
    let mut aims = vec![Vec::with_capacity(draws.len()); shares.len()];
    for (draw, nation) in draws.iter().zip(nation) {
        let log = |place: usize, q: usize| ln(shares[place][q]) + draw.paths[place][q];
        let all = |q: usize| ln((0..shares.len()).map(|place| exp(log(place, q))).sum());
        let left: Vec<f64> = nation.iter().enumerate().map(|(q, deaths)| deaths - all(q)).collect();
        for (place, aims) in aims.iter_mut().enumerate() {
            aims.push(left.iter().enumerate().map(|(q, left)| left + log(place, q)).collect());
        }
    }
    aims
}

/// Quarters of the knots.
fn knots(atlas: &Atlas, quarters: usize) -> Vec<usize> {
    let start = f64::from(atlas.first_month()) / 12.0;
    let quarter = |time: &f64| (((time - start) * QUARTERS).round().max(0.0) as usize).min(quarters - 1);
    atlas.variables.knots.iter().map(quarter).collect()
}

/// Names of the parameters that hold levels: each place's start, then its changes.
pub(super) fn names(atlas: &Atlas) -> Vec<String> {
    let Variables { start, change, .. } = &atlas.variables;
    let places = || atlas.places.iter().map(|place| place.name.as_str());
    let mut names: Vec<String> = places().map(|place| format!("{start}[{place}]")).collect();
    names.extend(places().flat_map(|place| atlas.variables.stretches().map(move |s| format!("{change}[{place},{s}]"))));
    names
}

/// Levels of a draw in the order of [`names`].
fn parameters(levels: &[Vec<f64>]) -> Vec<f64> {
    let starts = levels.iter().map(|levels| levels[0]);
    starts.chain(levels.iter().flat_map(|levels| levels.windows(2).map(|pair| pair[1] - pair[0]))).collect()
}

/// Names of all columns that are kept: levels, drifts of places, pooled numbers.
pub(super) fn columns(atlas: &Atlas) -> Vec<String> {
    let Variables { drift, step_sd, drift_memory, .. } = &atlas.variables;
    let mut columns = names(atlas);
    columns.extend(atlas.places.iter().map(|place| format!("{drift}[{}]", place.name)));
    columns.extend([step_sd.clone(), drift_memory.clone(), DRIFT_SD.to_owned(), DISPERSION.to_owned()]);
    columns
}

/// Columns of pooled numbers that the variant does not have.
pub(super) const DRIFT_SD: &str = "places.drift_sd";
pub(super) const DISPERSION: &str = "places.dispersion";

/// One draw in the order of [`columns`].
pub(super) fn row(levels: &[Vec<f64>], draw: &Draw, pooled: &Pooled) -> Vec<f64> {
    let mut row = parameters(levels);
    row.extend(&draw.drifts);
    row.extend([pooled.step_sd, pooled.drift_memory, pooled.drift_sd, pooled.dispersion]);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_of_places_is_the_nations_deaths_shared_out() {
        let shares = [vec![0.25, 0.5], vec![0.75, 0.5]];
        let draw = Draw { paths: vec![vec![0.4, -0.2], vec![0.0, 0.3]], drifts: vec![0.0; 2] };
        let aims = aims(&shares, &[vec![9.0, 10.0]], &[draw]);
        let sum = |q: usize| aims.iter().map(|place| exp(place[0][q])).sum::<f64>();
        assert!((ln(sum(0)) - 9.0).abs() < 1e-12 && (ln(sum(1)) - 10.0).abs() < 1e-12);
        let ratio = aims[0][0][1] - aims[1][0][1];
        assert!((ratio - (-0.5)).abs() < 1e-12, "{ratio}");
    }

    #[test]
    fn levels_are_a_start_and_changes() {
        assert_eq!(parameters(&[vec![1.0, 3.0, 2.0], vec![0.5, 0.0, 0.0]]), [1.0, 0.5, 2.0, -1.0, -0.5, 0.0]);
    }
}
