//! Samplers on one posterior, each for the same time on the processor, all from draws of a posterior that is near.

use counterflow_calibrate::diagnose::{diagnose, quantile};
use counterflow_calibrate::sampler::hamiltonian::{self, ACCEPTANCE};
use counterflow_calibrate::sampler::whitened::Whitened;
use counterflow_calibrate::sampler::{Chains, Density, chees, ensemble};
use serde_json::{Value, json};

use crate::clock::{Clock, cores};
use crate::nuts;

/// What is the same for all.
pub struct Course<'a> {
    /// The posterior.
    pub density: &'a (dyn Density + Sync),
    /// Draws of a posterior that is near.
    pub draws: Vec<Vec<f64>>,
    /// Chains at some of them, [`MANY`], with the metric that their curvature gives: what every calibration from a posterior
    /// begins with. It is charged to nobody.
    pub begun: hamiltonian::State,
    /// Seconds that a sampler may have on each core, warm-up included.
    pub seconds: f64,
    /// Seed of every random number.
    pub seed: u64,
}

/// A sampler in the race.
pub struct Runner {
    /// Its name on the command line.
    pub word: &'static str,
    /// What it is.
    pub title: &'static str,
    chains: usize,
    run: fn(&Course<'_>, &Clock, usize) -> Ran,
}

/// What a sampler brought home.
struct Ran {
    chains: Chains,
    /// Points at which slopes, or for samplers without slopes densities, were computed; those of metrics left out.
    evaluations: usize,
    /// Seconds on the processor from the end of the warm-up on.
    sampling: f64,
}

/// Chains in a block of the narrow kind for each core.
const FEW: usize = 16;
/// Chains that fill a wide block for each core.
pub const MANY: usize = 128;
/// Mean number of leapfrog steps in a path, as calibration has it.
const STEPS: usize = 48;
/// Share of the time that warm-up is meant to take: what is needed from a posterior nearby.
const WARMUP: f64 = 0.25;
/// Slopes in a tree of NUTS, by which its warm-up is measured out: in the coordinates of the posterior, and in those of a
/// metric that knows its curvature.
const TREE: f64 = 256.0;
const TREE_IN_METRIC: f64 = 64.0;
/// Generations between kept draws of the ensemble.
const THIN: usize = 10;
/// As many as time allows.
const ENDLESS: usize = 1 << 30;

/// All samplers.
pub const RUNNERS: &[Runner] = &[
    Runner { word: "step", title: "Hamiltonian chains in step", chains: FEW, run: in_step },
    Runner { word: "chees", title: "ChEES, few chains", chains: FEW, run: chees },
    Runner { word: "chees-many", title: "ChEES, many chains", chains: MANY, run: chees },
    Runner { word: "nuts", title: "NUTS (`nuts-rs`), one slope at a time", chains: 2, run: nuts_alone },
    Runner {
        word: "nuts-gathered",
        title: "NUTS (`nuts-rs`), slopes of all chains in a block",
        chains: FEW,
        run: nuts_gathered,
    },
    Runner {
        word: "nuts-metric",
        title: "the same, in the metric of the chains in step",
        chains: FEW,
        run: nuts_metric,
    },
    Runner { word: "ensemble", title: "ensemble, differential evolution", chains: MANY, run: ensemble },
];

impl<'a> Course<'a> {
    /// A race on a density from draws of a posterior that is near; `None` if none of the draws is possible.
    pub fn new(density: &'a (dyn Density + Sync), draws: Vec<Vec<f64>>, seconds: f64, seed: u64) -> Option<Course<'a>> {
        let begun = hamiltonian::start_from(density, &settings(seed, MANY, 0), &draws)?;
        Some(Course { density, draws, begun, seconds, seed })
    }

    fn over(&self, clock: &Clock) -> bool {
        clock.processor() > self.seconds * cores()
    }

    /// So many of the chains, with the metric.
    fn begun(&self, chains: usize) -> hamiltonian::State {
        let mut state = self.begun.clone();
        state.points = (0..chains).map(|chain| self.begun.points[chain * MANY / chains].clone()).collect();
        state
    }

    /// The points where so many chains start.
    fn starts(&self, chains: usize) -> Vec<Vec<f64>> {
        self.begun(chains).points.into_iter().map(|(point, ..)| point).collect()
    }

    /// How often the time of a warm-up allows what is done here, by doing it a few times.
    fn warmup(&self, work: impl Fn()) -> f64 {
        let clock = Clock::start();
        let mut done = 0.0;
        while clock.processor() < 0.005 * self.seconds * cores() || done < 1.0 {
            work();
            done += 1.0;
        }
        WARMUP * self.seconds * cores() / (clock.processor() / done)
    }

    /// Settings of chains in step whose warm-up is as long as it should be.
    fn settings(&self, chains: usize) -> hamiltonian::Settings {
        let points = self.starts(chains);
        let batches = self.warmup(|| drop(self.density.slopes(&points)));
        settings(self.seed, chains, (batches / STEPS as f64).ceil() as usize)
    }
}

fn settings(seed: u64, chains: usize, warmup: usize) -> hamiltonian::Settings {
    hamiltonian::Settings { seed, chains, warmup, sampling: ENDLESS, steps: STEPS, acceptance: ACCEPTANCE }
}

/// Seconds on the processor since a warm-up ended.
struct SinceWarm<'a> {
    clock: &'a Clock,
    warm_at: Option<f64>,
}

impl<'a> SinceWarm<'a> {
    fn new(clock: &'a Clock) -> SinceWarm<'a> {
        SinceWarm { clock, warm_at: None }
    }

    /// Says whether the chains are warm by now.
    fn look(&mut self, warm: bool) {
        if warm && self.warm_at.is_none() {
            self.warm_at = Some(self.clock.processor());
        }
    }

    /// The seconds, and the chains, or nothing if warm-up took all the time.
    fn ran(&self, chains: Chains, evaluations: usize) -> Ran {
        let sampling = self.warm_at.map_or(0.0, |at| self.clock.processor() - at);
        Ran { chains: if self.warm_at.is_some() { chains } else { Chains::default() }, evaluations, sampling }
    }
}

fn in_step(course: &Course<'_>, clock: &Clock, chains: usize) -> Ran {
    let settings = course.settings(chains);
    let mut state = course.begun(chains);
    let mut since = SinceWarm::new(clock);
    while !course.over(clock) {
        hamiltonian::step(course.density, &settings, &mut state);
        since.look(state.path >= settings.warmup);
    }
    // By the mean length of paths: which each had is the sampler's own affair.
    since.ran(hamiltonian::chains(&settings, &state), chains * STEPS * state.path)
}

fn chees(course: &Course<'_>, clock: &Clock, chains: usize) -> Ran {
    let settings = course.settings(chains);
    let mut state = chees::start(&settings, course.begun(chains));
    let mut since = SinceWarm::new(clock);
    while !course.over(clock) {
        chees::step(course.density, &settings, &mut state);
        since.look(state.chains.path >= settings.warmup);
    }
    since.ran(chees::chains(&settings, &state), chains * state.steps)
}

fn nuts_alone(course: &Course<'_>, clock: &Clock, chains: usize) -> Ran {
    let starts = course.starts(chains);
    let slopes = course.warmup(|| drop(course.density.slopes(&starts[..1]))) / chains as f64;
    let settings = nuts_settings(course, slopes / TREE);
    of_nuts(nuts::alone(course.density, &starts, settings, &|| course.over(clock)), clock)
}

fn nuts_gathered(course: &Course<'_>, clock: &Clock, chains: usize) -> Ran {
    gathered(course, course.density, course.starts(chains), clock, TREE)
}

fn nuts_metric(course: &Course<'_>, clock: &Clock, chains: usize) -> Ran {
    let whitened = Whitened::new(course.density, &course.begun.metric);
    let starts = course.starts(chains).iter().map(|start| whitened.inside(start)).collect();
    let mut ran = gathered(course, &whitened, starts, clock, TREE_IN_METRIC);
    ran.chains.draws.iter_mut().flatten().for_each(|point| *point = whitened.outside(point));
    ran
}

fn gathered(course: &Course<'_>, density: &dyn Density, starts: Vec<Vec<f64>>, clock: &Clock, tree: f64) -> Ran {
    let batches = course.warmup(|| drop(density.slopes(&starts)));
    of_nuts(nuts::gathered(density, &starts, nuts_settings(course, batches / tree), &|| course.over(clock)), clock)
}

fn nuts_settings(course: &Course<'_>, warmup: f64) -> nuts::Settings {
    nuts::Settings { seed: course.seed, warmup: warmup.ceil() as usize, sampling: ENDLESS }
}

/// Chains of NUTS do not end their warm-ups together: time is shared out by slopes.
fn of_nuts(sampled: nuts::Sampled, clock: &Clock) -> Ran {
    let share = sampled.gradients_of_draws as f64 / sampled.gradients.max(1) as f64;
    Ran { chains: sampled.chains, evaluations: sampled.gradients, sampling: clock.processor() * share }
}

fn ensemble(course: &Course<'_>, clock: &Clock, chains: usize) -> Ran {
    let points = course.starts(chains);
    let warmup = course.warmup(|| drop(course.density.log_density(&points))) as usize;
    let settings = ensemble::Settings { seed: course.seed, chains, anneal: 0, warmup, sampling: ENDLESS, thin: THIN };
    let mut state = ensemble::start(course.density, &settings, course.draws.clone()).expect("a draw that is possible");
    let mut since = SinceWarm::new(clock);
    while !course.over(clock) {
        ensemble::step(course.density, &settings, &mut state);
        since.look(state.generation >= settings.warmup);
    }
    since.ran(state.chains(), chains * state.generation)
}

/// Runs one sampler and says what it brought home, as one object.
///
/// `beyond` are effective draws less the number of chains: draws of a posterior to start from are worth one effective draw
/// for each chain though the sampler never moved.
pub fn run(course: &Course<'_>, runner: &Runner) -> Value {
    let clock = Clock::start();
    let ran = (runner.run)(course, &clock, runner.chains);
    let (seconds, processor) = (clock.wall(), clock.processor());
    let draws = ran.chains.draws.iter().map(Vec::len).min().unwrap_or(0);
    let found: Vec<_> = match draws {
        0..4 => Vec::new(),
        _ => (0..course.density.dimension()).map(|k| diagnose(&ran.chains.coordinate(k))).collect(),
    };
    let mut sizes: Vec<f64> = found.iter().map(|found| found.bulk_ess).collect();
    sizes.sort_by(f64::total_cmp);
    let [least, tenth, median] = [0.0, 0.1, 0.5].map(|probability| quantile(&sizes, probability));
    let rhat = found.iter().map(|found| found.rhat).fold(f64::NAN, f64::max);
    json!({
        "word": runner.word,
        "title": runner.title,
        "chains": runner.chains,
        "draws": draws,
        "evaluations": ran.evaluations,
        "seconds": seconds,
        "core_seconds": processor,
        "sampling_core_seconds": ran.sampling,
        "cores": cores(),
        "bulk_ess": { "least": least, "tenth": tenth, "median": median },
        "beyond": { "tenth": tenth - runner.chains as f64, "median": median - runner.chains as f64 },
        "worst_rhat": rhat,
        "divergences": ran.chains.divergences,
    })
}
