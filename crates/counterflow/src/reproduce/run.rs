//! Runs experiments: with each and without it, over the same draws; rows that share a run share it.

use counterflow_engine::{Job, Plan, PlanOptions, Runs, Sampling, Save, Schedule, What, run};
use counterflow_explore::comparison::Band;
use counterflow_model::{Horizon, Model};

use super::draws::{names, strongest};
use super::{Ask, Experiment, Measure, Setting, Standing, Verdict};
use crate::error::Problem;
use crate::names::Element;
use crate::policy::{LeverMove, Policy};
use crate::posterior::Posterior;
use crate::project::Project;
use crate::simulate::band;

/// Experiments with what the model gives.
#[derive(Clone, Debug)]
pub struct Reproduction {
    /// In the order asked for.
    pub rows: Vec<Row>,
    /// Draws of the posterior behind each.
    pub draws: usize,
}

/// One experiment with what the model gives.
#[derive(Clone, Debug)]
pub struct Row {
    /// The experiment.
    pub experiment: Experiment,
    /// What the model gives; `None` where it has no channel.
    pub answer: Option<Answer>,
}

/// What the model gives.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Over the draws.
    pub model: Band,
    /// How it is judged.
    pub verdict: Verdict,
    /// Draws that give no number; the band leaves them out.
    pub not_a_number: usize,
    /// Draws in which a return was still outstanding at the end of the span.
    pub outstanding: usize,
    /// The parameter that the spread follows most, if any stands out.
    pub driver: Option<Driver>,
}

/// A parameter that a row's spread follows.
#[derive(Clone, Debug)]
pub struct Driver {
    /// Its name.
    pub parameter: String,
    /// Correlation of ranks over the draws.
    pub correlation: f64,
}

/// Below this a correlation of ranks is what the best of some hundred parameters reaches by chance over 128 draws.
const STANDS_OUT: f64 = 0.35;

impl Row {
    /// Whether the row counts.
    pub fn counted(&self) -> bool {
        self.experiment.standing == Standing::Counted
    }
}

impl Reproduction {
    /// Of the rows that count: how many there are, and in how many the sign, the size and the band are right, and how many
    /// hold.
    pub fn sums(&self) -> [usize; 5] {
        let counted = || self.rows.iter().filter(|row| row.counted());
        let with = |judged: &dyn Fn(Verdict) -> bool| {
            counted().filter_map(|row| row.answer.as_ref()).filter(|answer| judged(answer.verdict)).count()
        };
        [
            counted().count(),
            with(&|verdict| verdict.sign_right),
            with(&|verdict| verdict.within_factor_two),
            with(&|verdict| verdict.bands_overlap),
            with(&Verdict::holds),
        ]
    }
}

/// One run that rows may share.
#[derive(Clone, Debug, PartialEq)]
struct Scene {
    moves: Vec<LeverMove>,
    settings: Vec<Setting>,
}

impl Scene {
    fn with(ask: &Ask) -> Scene {
        Scene { moves: ask.moves.clone(), settings: ask.with.clone() }
    }

    fn without(ask: &Ask) -> Scene {
        Scene { moves: Vec::new(), settings: ask.without.clone() }
    }
}

/// Runs experiments over the first draws of the posterior.
///
/// # Errors
/// If the model does not compile or has no posterior, or no draw is asked for.
pub fn reproduce(
    project: &Project,
    experiments: &[&Experiment],
    draws: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Reproduction, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let posterior = Posterior::of(project)?;
    let mut parameters = posterior.draws(model);
    if draws == 0 {
        let message =
            format!("found 0; expected a number of draws from 1 to the {} of the posterior", parameters.len());
        return Err(Problem::new("--draws", message));
    }
    parameters.truncate(draws);
    let asks: Vec<&Ask> = experiments.iter().filter_map(|experiment| experiment.ask.as_ref()).collect();
    let stage = Stage::new(model, &asks, &parameters, posterior.about.seed);
    let mut references: Vec<(Scene, Runs)> = Vec::new();
    let mut scenes: Vec<Scene> = Vec::new();
    for ask in &asks {
        let (with, without) = (Scene::with(ask), Scene::without(ask));
        if !references.iter().any(|(scene, _)| *scene == without) {
            let runs = stage.run(&without, &asks);
            references.push((without, runs));
        }
        if !scenes.contains(&with) {
            scenes.push(with);
        }
    }
    let mut answers: Vec<Option<Answer>> = vec![None; experiments.len()];
    for (done, scene) in scenes.iter().enumerate() {
        progress(done, scenes.len());
        let runs = stage.run(scene, &asks);
        for (experiment, answer) in experiments.iter().zip(&mut answers) {
            let Some(ask) = experiment.ask.as_ref().filter(|ask| Scene::with(ask) == *scene) else { continue };
            let without = Scene::without(ask);
            let reference = references.iter().find(|(scene, _)| *scene == without).map(|(_, runs)| runs);
            *answer = reference.map(|reference| stage.answer(experiment, ask, &runs, reference));
        }
    }
    let row = |(experiment, answer): (&&Experiment, Option<Answer>)| Row { experiment: (*experiment).clone(), answer };
    Ok(Reproduction { rows: experiments.iter().zip(answers).map(row).collect(), draws: parameters.len() })
}

/// What all runs share.
struct Stage<'a> {
    plan: Plan,
    model: &'a Model,
    elements: Vec<Element>,
    draws: &'a [Vec<f64>],
    members: Vec<u64>,
    names: Vec<String>,
    seed: u64,
}

impl<'a> Stage<'a> {
    fn new(model: &'a Model, asks: &[&Ask], draws: &'a [Vec<f64>], seed: u64) -> Stage<'a> {
        let mut elements: Vec<Element> = Vec::new();
        for ask in asks {
            if !elements.contains(&ask.variable) {
                elements.push(ask.variable);
            }
        }
        let saves = elements.iter().map(|(id, k)| Save { what: What::Element(*id, *k), sampling: Sampling::Mean });
        let plan = Plan::new(model, &PlanOptions { saves: saves.collect(), ..PlanOptions::default() });
        let members = (0..draws.len() as u64).collect();
        Stage { plan, model, elements, draws, members, names: names(model), seed }
    }

    /// One run of all draws, as far as the rows that share it need it.
    fn run(&self, scene: &Scene, asks: &[&Ask]) -> Runs {
        let mut draws = self.draws.to_vec();
        draws.iter_mut().for_each(|draw| scene.settings.iter().for_each(|setting| setting.apply(draw)));
        let schedule: Schedule = Policy { levers: scene.moves.clone(), ..Policy::status_quo() }.schedule(self.model);
        let users = asks.iter().filter(|ask| Scene::with(ask) == *scene || Scene::without(ask) == *scene);
        let until = users.map(|ask| ask.span.1).fold(self.model.horizon.start, f64::max);
        let job = Job { noise: true, seed: self.seed, until, ..Job::new(&self.plan, &draws, &self.members, &schedule) };
        run(&job)
    }

    fn answer(&self, experiment: &Experiment, ask: &Ask, with: &Runs, without: &Runs) -> Answer {
        let save = self.elements.iter().position(|element| *element == ask.variable).unwrap_or(0);
        let horizon = self.model.horizon;
        let earlier = match ask.measure {
            Measure::Before { span } => Some(span),
            _ => None,
        };
        let of_draw = |draw: usize| {
            let path = |runs: &Runs, span| within(horizon, runs.path(save, draw), span);
            let earlier = earlier.map(|span| path(with, span)).unwrap_or_default();
            ask.measure.of(&path(with, ask.span), &path(without, ask.span), &earlier)
        };
        let found: Vec<(f64, bool)> = (0..self.draws.len()).map(of_draw).collect();
        let values: Vec<f64> = found.iter().map(|(value, _)| *value).collect();
        let numbers: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let model = band(&numbers);
        let driver = strongest(self.draws, &values).filter(|(_, correlation)| correlation.abs() >= STANDS_OUT);
        Answer {
            model,
            verdict: Verdict::of(experiment.kind, &experiment.published, &model),
            not_a_number: values.len() - numbers.len(),
            outstanding: found.iter().filter(|(_, outstanding)| *outstanding).count(),
            driver: driver.map(|(at, correlation)| Driver { parameter: self.names[at].clone(), correlation }),
        }
    }
}

/// The monthly values of a path that lie in a span.
fn within(horizon: Horizon, path: impl Iterator<Item = f64>, span: (f64, f64)) -> Vec<f64> {
    let save_at = |time: f64| ((time - horizon.start) * horizon.saves_per_time()).round().max(0.0) as usize;
    let (from, to) = (save_at(span.0), save_at(span.1));
    path.skip(from).take(to - from).collect()
}
