//! The comparison from end to end: one past, a future for each policy, and what is said of each.

use counterflow_engine::{LaneWidth, Plan, PlanOptions, Save, Schedule};
use counterflow_model::{Better, Horizon, Model, Outcome, Summary, Unit};
use rayon::prelude::*;

use crate::answer::{Finding, find};
use crate::break_even::Turns;
use crate::budget::{Scaling, scale};
use crate::comparison::{Band, Comparison, OutcomeFacts, Path, PolicyAnswer, Reference};
use crate::question::{Question, STATUS_QUO};
use crate::sensitivity::Candidates;
use crate::trunk::{Record, Setting, Trunk};
use crate::windows::{Windows, mean};

/// Compares policies over the same draws. `progress` hears how many of how many parts are done.
///
/// The past is run once, without levers, to the branch date: the last save time at which no policy has begun. Each
/// policy runs from the states kept there. Members are numbered as the draws are, so that every policy meets the same
/// parameters and the same noise.
pub fn compare(question: &Question<'_>, progress: &mut dyn FnMut(usize, usize)) -> Comparison {
    compare_in_blocks(question, None, progress)
}

/// The same with lanes of a chosen width, on which the answer does not depend.
pub fn compare_in_blocks(
    question: &Question<'_>,
    width: Option<LaneWidth>,
    progress: &mut dyn FnMut(usize, usize),
) -> Comparison {
    let model = question.model;
    let saves = model.outcomes.iter().map(|o| Save::mean(o.variable)).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let windows = Windows::new(plan.horizon(), question.years, question.data_through);
    let setting = Setting { plan: &plan, seed: question.seed, branch: branch(question, plan.horizon()), width };
    let inquiry = Inquiry { question, setting, windows: &windows };
    let rounds = if question.equal_budget.is_some() { 3 } else { 2 };
    let mut steps = Steps { done: 0, of: 1 + rounds * question.policies.len(), report: progress };

    let trunk = Trunk::grow(setting, question.draws, (0..question.draws.len() as u64).collect());
    steps.add(1);
    let scalings = scale(&inquiry, &trunk, &mut |count| steps.add(count));
    let reference = inquiry.world(&trunk, &inquiry.status_quo());
    let worlds: Vec<World> = (scalings.iter())
        .map(|scaling| {
            let world = inquiry.world(&trunk, &scaling.schedule);
            steps.add(1);
            world
        })
        .collect();
    let policies = inquiry.answers(&scalings, worlds, &reference, &mut || steps.add(1));
    Comparison {
        outcomes: model.outcomes.iter().map(|o| facts(model, o)).collect(),
        policies,
        draws: question.draws.len(),
        seed: question.seed,
        years: windows.years(),
    }
}

/// The last save time at which no policy has begun; without any move, or if something is assumed, the end of the data.
pub fn branch(question: &Question<'_>, horizon: Horizon) -> f64 {
    let starts = question.policies.iter().filter_map(|p| p.schedule.first_start());
    let assumed = (question.ahead != question.draws).then_some(question.data_through);
    let first = starts.chain(assumed).min_by(f64::total_cmp).unwrap_or(question.data_through);
    let first = first.clamp(horizon.start, horizon.stop);
    let per_year = horizon.saves_per_time();
    horizon.start + libm::floor((first - horizon.start) * per_year) / per_year
}

/// Largest size of any value.
pub fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m: f64, x| m.max(x.abs()))
}

/// What is told of an outcome beside its numbers.
pub fn facts(model: &Model, outcome: &Outcome) -> OutcomeFacts {
    let unit = &model.variable(outcome.variable).unit;
    let total = outcome.summary == Summary::Total;
    OutcomeFacts {
        id: outcome.id.clone(),
        title: outcome.title.clone(),
        unit: if total { unit.times(&Unit::base("year")) } else { unit.clone() }.to_string(),
        summary: match outcome.summary {
            Summary::Total => "total",
            Summary::Mean => "mean",
            Summary::End => "end",
        },
        better: match outcome.better {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "neither",
        },
        concerns: outcome.concerns.clone(),
    }
}

struct Steps<'a> {
    done: usize,
    of: usize,
    report: &'a mut dyn FnMut(usize, usize),
}

impl Steps<'_> {
    fn add(&mut self, count: usize) {
        self.done += count;
        (self.report)(self.done, self.of);
    }
}

/// What is asked, and how it is run.
#[derive(Clone, Copy, Debug)]
pub struct Inquiry<'a> {
    /// The question.
    pub question: &'a Question<'a>,
    /// How runs are made.
    pub setting: Setting<'a>,
    /// What is counted.
    pub windows: &'a Windows,
}

/// One policy in all draws; every list is by outcome.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Value of each draw over the years that count.
    pub levels: Vec<Vec<f64>>,
    /// The same from today.
    pub today: Vec<Vec<f64>>,
}

/// The same with bands over time.
struct World {
    numbers: Numbers,
    paths: Vec<Path>,
}

impl Inquiry<'_> {
    /// Schedule of the status quo: that of the policy of this id, else no moves.
    pub fn status_quo(&self) -> Schedule {
        let found = self.question.policies.iter().find(|p| p.id == STATUS_QUO);
        found.map_or(Schedule::default(), |p| p.schedule.clone())
    }

    /// Values of all members over the years that count, by outcome, in one future of a trunk.
    pub fn levels(&self, trunk: &Trunk<'_>, draws: &[Vec<f64>], schedule: &Schedule) -> Vec<Vec<f64>> {
        let future = trunk.future(draws, schedule, self.windows.years().1);
        self.levels_of(&trunk.record(&future))
    }

    fn levels_of(&self, record: &Record<'_>) -> Vec<Vec<f64>> {
        let outcomes = self.question.model.outcomes.iter().enumerate();
        outcomes.map(|(i, o)| self.windows.level(record, i, o.summary)).collect()
    }

    fn world(&self, trunk: &Trunk<'_>, schedule: &Schedule) -> World {
        let future = trunk.future(self.question.ahead, schedule, self.setting.plan.horizon().stop);
        let record = trunk.record(&future);
        let paths = (0..self.question.model.outcomes.len()).map(|i| self.path(&record, i)).collect();
        World { numbers: self.numbers(&record), paths }
    }

    /// Values of all members over the years that count, and from today.
    pub fn numbers(&self, record: &Record<'_>) -> Numbers {
        let outcomes = self.question.model.outcomes.iter().enumerate();
        let today = outcomes.map(|(i, o)| self.windows.today(record, i, o.summary)).collect();
        Numbers { levels: self.levels_of(record), today }
    }

    fn path(&self, record: &Record<'_>, outcome: usize) -> Path {
        let shown = &self.windows.shown;
        let bands = shown.par_iter().map(|(_, span)| Band::of(mean(record, outcome, span))).collect();
        Path { outcome, years: shown.iter().map(|(year, _)| *year).collect(), bands }
    }

    fn answers(
        &self,
        scalings: &[Scaling],
        worlds: Vec<World>,
        reference: &World,
        progress: &mut dyn FnMut(),
    ) -> Vec<PolicyAnswer> {
        let question = self.question;
        let candidates = Candidates::new(question.model, self.setting.plan, question.ahead, question.prior_sd);
        let mut turns = Turns::new(self, &candidates);
        let mut answers = Vec::new();
        for ((policy, scaling), world) in question.policies.iter().zip(scalings).zip(worlds) {
            let findings = self.findings(&candidates, &policy.id, &world.numbers, &reference.numbers);
            let answer = |finding| turns.complete(finding, &policy.id, &scaling.schedule);
            answers.push(PolicyAnswer {
                id: policy.id.clone(),
                name: policy.name.clone(),
                sentence: policy.sentence.clone(),
                scale: scaling.factor,
                note: scaling.note.clone(),
                answers: findings.into_iter().map(answer).collect(),
                paths: world.paths,
            });
            progress();
        }
        answers
    }

    /// Level, difference from the status quo (unless this is it) and change from today, for each outcome.
    pub fn findings(&self, candidates: &Candidates, id: &str, world: &Numbers, reference: &Numbers) -> Vec<Finding> {
        let minus = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
        let outcomes: Vec<_> = self.question.model.outcomes.iter().enumerate().collect();
        let find_all = |(i, outcome): &(usize, &Outcome)| {
            let (level, today) = (&world.levels[*i], &reference.today[*i]);
            let magnitude = size(&reference.levels[*i]);
            let mut numbers = vec![(Reference::Level, level.clone()), (Reference::Today, minus(level, today))];
            if id != STATUS_QUO {
                numbers.insert(1, (Reference::StatusQuo, minus(level, &reference.levels[*i])));
            }
            let one = |(against, draws)| {
                let status_quo = (against == Reference::StatusQuo).then_some(reference.levels[*i].as_slice());
                find(candidates, *i, outcome.better, against, draws, magnitude, status_quo)
            };
            numbers.into_iter().map(one).collect::<Vec<Finding>>()
        };
        outcomes.par_iter().flat_map_iter(find_all).collect()
    }
}
