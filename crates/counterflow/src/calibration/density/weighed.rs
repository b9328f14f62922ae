//! How likely chosen data are in runs with noise: what members that go on from an origin are weighed by.

use std::collections::BTreeMap;

use counterflow_calibrate::predict::{Datum, weights};
use counterflow_engine::{
    BlockRuns, Checkpoint, Job, Plan, PlanOptions, Sampling, Save, Schedule, Start, What, run_reduced,
    run_to_checkpoint,
};

use super::{Compared, Observed, Term, observed_series};
use crate::error::Problem;
use crate::project::Project;

/// Data of a model's observations with all that runs with noise are held against them by.
#[derive(Debug)]
pub struct Weighed<'a> {
    plan: Plan,
    observed: Vec<Observed<'a>>,
    /// Each with the position of its observation.
    terms: Vec<(usize, Term)>,
    schedule: Schedule,
    /// End of the runs, in years.
    until: f64,
}

impl<'a> Weighed<'a> {
    /// These data, each with the position of its observation in the model; those that no run covers are left out.
    ///
    /// # Errors
    /// If the model does not compile or a series is missing.
    pub fn new(project: &'a Project, data: &[(usize, Datum)]) -> Result<Weighed<'a>, Problem> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let observed = observed_series(project, model)?;
        let saves =
            (0..observed.len()).map(|i| Save { what: What::Observation(i), sampling: Sampling::Mean }).collect();
        // Noise differs with the length of the step: runs are those that projections are made of.
        let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
        let start = plan.horizon().start;
        let end = |(_, datum): &(usize, Datum)| datum.period.first_month() + datum.period.months();
        let first_month = (start * 12.0).round() as i32;
        let last = data.iter().map(end).max().unwrap_or(first_month).max(first_month);
        let term = |(place, datum): &(usize, Datum)| {
            let summary = observed[*place].observation.summary;
            let weights = weights((last - first_month) as usize, first_month, datum.period, summary)?;
            Some((*place, Term { datum: *datum, weights }))
        };
        let terms = data.iter().filter_map(term).collect();
        Ok(Weighed { plan, observed, terms, schedule: Schedule::default(), until: f64::from(last) / 12.0 })
    }

    /// The data that count, each with the position of its observation.
    pub fn data(&self) -> impl Iterator<Item = (usize, &Datum)> {
        self.terms.iter().map(|(place, term)| (*place, &term.datum))
    }

    /// Runs of these draws up to the start of a month, before which no noise acts: what all noises of a draw share.
    pub fn begin(&self, draws: Vec<Vec<f64>>, month: i32) -> Begun {
        let members: Vec<u64> = (0..draws.len() as u64).collect();
        let until = f64::from(month) / 12.0;
        let job = Job { noise: true, until, ..Job::new(&self.plan, &draws, &members, &self.schedule) };
        let months = job.intervals();
        let (runs, checkpoint) = run_to_checkpoint(&job);
        let sum = |(place, term): &(usize, Term), draw: usize| -> f64 {
            let early = term.weights.iter().filter(|(month, _)| *month < months);
            early.map(|(month, weight)| runs.at(*place, *month)[draw] * weight).sum()
        };
        let sums = (0..draws.len()).map(|draw| self.terms.iter().map(|term| sum(term, draw)).collect()).collect();
        Begun { draws, months, checkpoint, sums }
    }

    /// Log density of each datum in the run of each draw, `[draw][datum]`, where the noise of its member goes on from
    /// what was begun; `members` and `seed` fix the noise.
    pub fn log_densities(&self, begun: &Begun, members: &[u64], seed: u64) -> Vec<Vec<f64>> {
        let start = Job::new(&self.plan, &begun.draws, members, &self.schedule);
        let until = self.until.max(self.plan.horizon().start + begun.months as f64 / 12.0);
        let job = Job { seed, noise: true, from: Start::Checkpoint(&begun.checkpoint), until, ..start };
        let of_block = |block: &BlockRuns| {
            let one = |lane: usize| self.of_run(block, lane, begun);
            BTreeMap::from([(block.first, (0..block.count).map(one).collect::<Vec<Vec<f64>>>())])
        };
        let joined = |mut a: BTreeMap<usize, Vec<Vec<f64>>>, mut b: BTreeMap<usize, Vec<Vec<f64>>>| {
            a.append(&mut b);
            a
        };
        run_reduced(&job, of_block, joined).into_iter().flat_map(BTreeMap::into_values).flatten().collect()
    }

    fn of_run(&self, block: &BlockRuns, lane: usize, begun: &Begun) -> Vec<f64> {
        let draw = block.first + lane;
        let one = |((place, term), early): (&(usize, Term), &f64)| {
            let observed = &self.observed[*place];
            let late = term.weights.iter().filter(|(month, _)| *month >= begun.months);
            let late: f64 = late.map(|(month, weight)| block.values(*place, month - begun.months)[lane] * weight).sum();
            let family = observed.observation.likelihood.family;
            let scale = observed.scale_in(&begun.draws[draw]);
            Compared { family, mu: early + late, scale }.log_density(&term.datum)
        };
        self.terms.iter().zip(&begun.sums[draw]).map(one).collect()
    }
}

/// Runs of draws up to a month, from which each goes on with many noises.
#[derive(Debug)]
pub struct Begun {
    draws: Vec<Vec<f64>>,
    /// Months that were run.
    months: usize,
    checkpoint: Checkpoint,
    /// What these months add to the model's value for each datum, `[draw][datum]`.
    sums: Vec<Vec<f64>>,
}

impl Begun {
    /// Values of all parameters in each draw.
    pub fn draws(&self) -> &[Vec<f64>] {
        &self.draws
    }
}

#[cfg(test)]
mod tests {
    use super::super::counted;
    use super::*;
    use crate::calibration::{CalibrationDensity, CalibrationOptions};
    use crate::posterior::Posterior;

    #[test]
    fn all_data_together_are_the_likelihood_of_a_calibration() {
        let project = Project::bundled().expect("the bundled model reads");
        let model = project.model().expect("it compiles");
        let draws = Posterior::of(&project).expect("it has a posterior").draws(model)[..3].to_vec();
        let options = CalibrationOptions { steps_per_year: 48, ..CalibrationOptions::default() };
        let density = CalibrationDensity::of_likelihood(&project, &options).expect("there are data");
        let data = counted(&observed_series(&project, model).expect("it has data"));
        let weighed = Weighed::new(&project, &data).expect("it compiles");
        // Begun at any month before the data end, runs come to the same.
        let (early, late) = (12 * 2010, 12 * 2025);
        let of = |month: i32| weighed.log_densities(&weighed.begin(draws.clone(), month), &[0, 1, 2], 1);
        let sums = |found: Vec<Vec<f64>>| found.iter().map(|densities| densities.iter().sum()).collect::<Vec<f64>>();
        let (early, late) = (sums(of(early)), sums(of(late)));
        for ((expected, early), late) in density.log_likelihood(&draws).iter().zip(early).zip(late) {
            assert!((early - expected).abs() < 1e-9 * expected.abs(), "{early}, expected {expected}");
            assert!((late - expected).abs() < 1e-9 * expected.abs(), "{late}, expected {expected}");
        }
    }
}
