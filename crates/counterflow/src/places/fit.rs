//! The fit: pooled numbers by an ensemble of chains, paths of places by Laplace's approximation given each of them.

use std::collections::BTreeMap;
use std::path::Path;

use counterflow_calibrate::diagnose::{Diagnosis, contraction, diagnose, mean_sd};
use counterflow_calibrate::places::{Draw, Pooled, Record, draw, log_evidence};
use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_calibrate::sampler::ensemble::{self, Settings};
use counterflow_calibrate::sampler::{Density, Progress, Score, State};
use counterflow_calibrate::space::Space;
use counterflow_model::random;
use rayon::prelude::*;

use super::coverage::coverage;
use super::expected::{self, Expected, Held};
use super::levels::{self, Levels};
use super::posterior::{About, Fitted};
use super::{Atlas, PlaceRecord, record_path};
use crate::backtest::written;
use crate::data::sha256;
use crate::error::Problem;
use crate::project::Project;
use crate::unfinished;

/// How to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FitOptions {
    /// Seed of every random number.
    pub seed: u64,
    /// Chains.
    pub chains: usize,
    /// Generations of warm-up, annealing included.
    pub warmup: usize,
    /// Generations from which draws are kept.
    pub sampling: usize,
    /// Draws of a back-test; a fit keeps one for each draw of the main posterior.
    pub draws: usize,
}

impl Default for FitOptions {
    fn default() -> FitOptions {
        FitOptions { seed: 2026, chains: 24, warmup: 240, sampling: 720, draws: 512 }
    }
}

/// Every how many generations a draw of the pooled numbers is kept, and unfinished work is saved.
const THIN: usize = 4;
const SAVE_EVERY: usize = 20;

/// A fit.
#[derive(Clone, Debug)]
pub struct PlaceFit {
    /// The posterior, as it is kept.
    pub fitted: Fitted,
    /// One row for each pooled number.
    pub diagnostics: Vec<PooledRow>,
}

/// Diagnostics of a pooled number.
#[derive(Clone, Debug)]
pub struct PooledRow {
    /// Its name.
    pub name: String,
    /// R-hat and effective sample sizes.
    pub diagnosis: Diagnosis,
    /// Posterior mean and standard deviation.
    pub posterior: (f64, f64),
    /// 1 - posterior variance / prior variance.
    pub contraction: f64,
}

/// Posterior of the pooled numbers.
pub(super) struct Sampled {
    /// Thinned draws.
    pub pooled: Vec<Pooled>,
    pub rows: Vec<PooledRow>,
    pub acceptance: f64,
}

impl Sampled {
    /// Largest split R-hat.
    pub fn worst_rhat(&self) -> f64 {
        self.rows.iter().map(|row| row.diagnosis.rhat).fold(0.0, f64::max)
    }
}

/// Fits the places to their record, given the main posterior of the nation. Unfinished work is saved in `state_file` and
/// taken up again from there.
///
/// # Errors
/// If the model has no posterior, its record does not read, or work can not be written.
pub fn fit(
    project: &Project,
    atlas: &Atlas,
    options: &FitOptions,
    state_file: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<PlaceFit, Problem> {
    let places = PlaceRecord::load(&project.files, atlas)?;
    let (_, last) = places.periods().ok_or_else(|| atlas.problem("its record has no rows"))?;
    let end = last.first_month() + last.months() - 1;
    let before = expected::expected(project, atlas, &Held::default(), end)?;
    let options = FitOptions { draws: before.log_total.len(), ..*options };
    let record = against(project, atlas, &places, &before)?;
    let priors = atlas.pooled_priors()?;
    let sampled = sample(&record, &priors, &options, Some(state_file), progress)?;
    let draws = paths(&record, &sampled.pooled, options.seed);
    let levels = Levels::seek(project, atlas, &before, &draws)?;
    let about = About {
        record_end: written(end),
        coverage: coverage(&record, &sampled.pooled, &draws, options.seed),
        ..about(project, atlas, &options, &sampled, (&before, &levels))
    };
    let rows = levels.values.iter().zip(&draws).zip(&sampled.pooled);
    let values = rows.map(|((levels, draw), pooled)| levels::row(levels, draw, pooled)).collect();
    let fitted = Fitted { names: levels::columns(atlas), values, about };
    Ok(PlaceFit { fitted, diagnostics: sampled.rows })
}

/// What was done, how well chains agree, and how far runs are from what they should meet.
fn about(
    project: &Project,
    atlas: &Atlas,
    options: &FitOptions,
    sampled: &Sampled,
    (before, levels): (&Expected, &Levels),
) -> About {
    let files = |path: String| sha256(project.files.get(&path).unwrap_or_default().as_bytes());
    let ess = |of: &dyn Fn(&PooledRow) -> f64| sampled.rows.iter().map(of).fold(f64::INFINITY, f64::min);
    let nation = expected::means(&levels.nation);
    let sum_off = |runs: &Expected| {
        let totals = expected::means(&runs.log_total);
        totals.iter().zip(&nation).map(|(all, nation)| (all - nation).abs()).fold(0.0, f64::max)
    };
    let last = nation.len() - 1;
    let places = atlas.places.len();
    let share_sd = |runs: &Expected| (0..places).map(|k| runs.share_sd(k, last)).sum::<f64>() / places as f64;
    let off = levels.off();
    let root = |values: &[f64]| (values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64).sqrt();
    let at_end: Vec<f64> = off.iter().map(|place| place[last]).collect();
    About {
        model_version: project.version.clone(),
        record_sha256: files(record_path(atlas)),
        national_sha256: files(format!("posterior/{}.csv", crate::posterior::MAIN)),
        seed: options.seed,
        chains: (options.chains, options.warmup, options.sampling),
        acceptance: sampled.acceptance,
        worst_rhat: sampled.worst_rhat(),
        least_ess: (ess(&|row| row.diagnosis.bulk_ess), ess(&|row| row.diagnosis.tail_ess)),
        sum_off: (sum_off(&levels.runs), sum_off(before)),
        path_off: (root(&off.concat()), root(&at_end)),
        share_sd: (share_sd(&levels.runs), share_sd(before)),
        ..About::default()
    }
}

/// The record beside what is expected of it.
fn against(project: &Project, atlas: &Atlas, places: &PlaceRecord, expected: &Expected) -> Result<Record, Problem> {
    let national = national(project, atlas, places)?;
    let of = |month: i32| national.get(&month).copied();
    Ok(expected::beside(places, atlas, &expected.shares(), expected.first_month, &of))
}

/// The nation's deaths by month, counted from January of year 0: of its series, or all places together.
pub(super) fn national(project: &Project, atlas: &Atlas, record: &PlaceRecord) -> Result<BTreeMap<i32, f64>, Problem> {
    let Some(key) = &atlas.national else { return Ok(record.sums()) };
    let lost = || atlas.problem(format!("national: there is no series `{key}`"));
    let series = project.series.get(key).ok_or_else(lost)?;
    Ok(series.data.iter().map(|datum| (datum.period.first_month(), datum.value)).collect())
}

/// Samples the pooled numbers.
pub(super) fn sample(
    record: &Record,
    priors: &[(String, TruncatedPrior)],
    options: &FitOptions,
    state_file: Option<&Path>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Sampled, Problem> {
    let space = Space::new(&priors.iter().map(|(_, prior)| *prior).collect::<Vec<_>>());
    let density = PooledDensity { record, space };
    let settings = Settings {
        seed: options.seed,
        chains: options.chains,
        anneal: options.warmup / 2,
        warmup: options.warmup,
        sampling: options.sampling,
        thin: THIN,
    };
    let key = random::stream(&format!("{record:?} {priors:?} {settings:?}"));
    // A state of other counts, other priors or other settings is not taken up.
    let row = state_file.and_then(|file| unfinished::restore(file, key));
    let mut state = match row.and_then(|row| State::restore(&row)) {
        Some(state) => state,
        None => {
            let count = settings.starting_points(density.space.dimension()) as u64;
            let points = (0..count).map(|member| density.space.draw(options.seed, member)).collect();
            let none = || Problem::new(super::ATLASES, "no draw from the priors gives the counts any chance");
            ensemble::start(&density, &settings, points).ok_or_else(none)?
        }
    };
    while state.generation < settings.generations() {
        progress(ensemble::step(&density, &settings, &mut state));
        if let Some(file) = state_file.filter(|_| state.generation.is_multiple_of(SAVE_EVERY)) {
            unfinished::save(file, key, state.save())?;
        }
    }
    Ok(summarised(&state, &density.space, priors, options.draws))
}

/// Thinned draws and diagnostics.
fn summarised(state: &State, space: &Space, priors: &[(String, TruncatedPrior)], draws: usize) -> Sampled {
    let chains = state.chains();
    let natural: Vec<Vec<Vec<f64>>> =
        chains.draws.iter().map(|chain| chain.iter().map(|point| space.natural(point)).collect()).collect();
    let row = |(k, (name, prior)): (usize, &(String, TruncatedPrior))| {
        let values: Vec<Vec<f64>> = natural.iter().map(|chain| chain.iter().map(|point| point[k]).collect()).collect();
        let posterior = mean_sd(&values);
        let contraction = contraction(prior.mean_sd().1, posterior.1);
        PooledRow { name: name.clone(), diagnosis: diagnose(&values), posterior, contraction }
    };
    let all = chains.pooled();
    let pick = |m: usize| Pooled::from_values(&space.natural(all[m * all.len() / draws.max(1)]));
    let pooled = (0..draws).filter_map(pick).collect();
    Sampled { pooled, rows: priors.iter().enumerate().map(row).collect(), acceptance: chains.acceptance }
}

/// A draw of all paths for each of the pooled numbers.
pub(super) fn paths(record: &Record, pooled: &[Pooled], seed: u64) -> Vec<Draw> {
    pooled.par_iter().enumerate().map(|(member, pooled)| draw(record, pooled, seed, member as u64)).collect()
}

/// The posterior of the pooled numbers, paths integrated out.
struct PooledDensity<'a> {
    record: &'a Record,
    space: Space,
}

impl Density for PooledDensity<'_> {
    fn dimension(&self) -> usize {
        self.space.dimension()
    }

    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
        let score = |point: &Vec<f64>| {
            let pooled = Pooled::from_values(&self.space.natural(point));
            let likelihood = pooled.map_or(f64::NEG_INFINITY, |pooled| log_evidence(self.record, &pooled));
            Score { prior: self.space.log_prior(point), likelihood }
        };
        points.par_iter().map(score).collect()
    }
}

#[cfg(test)]
mod tests {
    use counterflow_calibrate::places::{Count, Place, Seen};

    use super::super::UNITED_STATES;
    use super::*;

    fn record() -> Record {
        let counts = |k: usize| {
            let count =
                |q: usize| Count { parts: vec![(q, 50.0)], seen: Seen::Exactly(40.0 + (7 * k % 20 + q) as f64) };
            (0..6).map(count).collect()
        };
        Record { quarters: 6, places: (0..4).map(|k| Place { region: k % 2, counts: counts(k) }).collect() }
    }

    #[test]
    fn a_fit_is_the_same_whole_or_resumed() {
        let project = Project::bundled().expect("the bundled model reads");
        let atlas = Atlas::named(&project, UNITED_STATES).expect("it reads");
        let mut priors = atlas.pooled_priors().expect("they read");
        priors.drain(2..4);
        let options = FitOptions { chains: 8, warmup: 30, sampling: 40, draws: 20, ..FitOptions::default() };
        let folder = std::env::temp_dir().join(format!("counterflow-places-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("fit.state");
        let whole = sample(&record(), &priors, &options, None, &mut |_| ()).expect("it samples");
        let kept = sample(&record(), &priors, &options, Some(&file), &mut |_| ()).expect("it samples");
        let again = sample(&record(), &priors, &options, Some(&file), &mut |_| ()).expect("it goes on");
        std::fs::remove_dir_all(&folder).expect("it goes");
        assert_eq!(whole.pooled.len(), 20);
        assert!(whole.pooled == kept.pooled && kept.pooled == again.pooled);
    }
}
