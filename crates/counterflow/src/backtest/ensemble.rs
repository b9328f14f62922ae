//! Members that go on from an origin: draws of its posterior, each several times with noise of its own.

use counterflow_model::Model;

use super::forecast::Futures;
use crate::calibration::Weighed;
use crate::posterior::Posterior;

/// Members of one origin. Member `m` is draw `m % draws` with noise of its own.
pub struct Ensemble {
    draws: Vec<Vec<f64>>,
    repeats: usize,
    seed: u64,
    /// First month in which noise acts.
    noise_from: i32,
}

/// Data that are summed up, by position, each with its sign.
pub type Group = Vec<(usize, f64)>;

impl Ensemble {
    /// Members of each draw of a posterior, `repeats` of each; noise acts from a month on.
    pub fn new(posterior: &Posterior, model: &Model, repeats: usize, noise_from: i32) -> Ensemble {
        Ensemble { draws: posterior.draws(model), repeats: repeats.max(1), seed: posterior.about.seed, noise_from }
    }

    /// Number of draws.
    pub fn draws(&self) -> usize {
        self.draws.len()
    }

    /// Values of all parameters in a draw.
    pub fn draw(&self, number: usize) -> &[f64] {
        &self.draws[number]
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.draws.len() * self.repeats
    }

    /// Sums of log densities over groups of data, `[group][member]`. `progress` hears of what is done and of how much.
    pub fn sums(
        &self,
        weighed: &Weighed<'_>,
        groups: &[Group],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<Vec<f64>> {
        let begun = weighed.begin(self.draws.clone(), self.noise_from);
        let mut sums = vec![Vec::with_capacity(self.members()); groups.len()];
        for repeat in 0..self.repeats {
            let first = repeat * self.draws.len();
            let members: Vec<u64> = (first..first + self.draws.len()).map(|member| member as u64).collect();
            for densities in weighed.log_densities(&begun, &members, self.seed) {
                for (sum, group) in sums.iter_mut().zip(groups) {
                    sum.push(group.iter().map(|(datum, sign)| sign * densities[*datum]).sum());
                }
            }
            progress(repeat + 1, self.repeats);
        }
        sums
    }

    /// The future of these members.
    pub fn futures(&self, members: &[usize]) -> Futures {
        Futures {
            draws: members.iter().map(|member| self.draws[member % self.draws.len()].clone()).collect(),
            members: members.iter().map(|member| *member as u64).collect(),
            seed: self.seed,
        }
    }
}
