//! The brief: who is ahead and what would reverse it, who bears what and when, cost against effect, and doses.
//!
//! [`brief`] answers all of it for one model, [`reversals`] the first alone, for models that compete with it. The files
//! follow the questions: `contests` who is ahead, `burdens` and `onset` who bears what and from when, `plane` who is
//! dominated, `doses` a policy at parts and multiples of itself. No dose is searched for and none is called best.

mod burdens;
mod contests;
mod doses;
mod onset;
mod plane;

use counterflow_engine::{Plan, PlanOptions, Save, Schedule};
use counterflow_model::{Definition, Model, VariableId};

pub use burdens::{Burden, Course, Payer};
pub use contests::{Ahead, Assumption, Contest, Reversals};
pub use onset::{CLEAR, First, Onset, VISIBLE};
pub use plane::Standing;

use crate::answer::paired_median;
use crate::budget::{Limit, Scaling, scale};
use crate::compare::{Inquiry, Numbers, branch, facts};
use crate::comparison::{Answer, Band, OutcomeFacts, Reference};
use crate::question::{Budget, NamedSchedule, Question, STATUS_QUO, Target};
use crate::sensitivity::Candidates;
use crate::trunk::{Record, Setting, Trunk};
use crate::windows::Windows;
use burdens::{Discounting, burden, paired_sum, payers, without_cost};
use contests::Proposal;
use doses::{Step, steps};

/// What a brief is to tell.
#[derive(Clone, Copy, Debug)]
pub struct BriefQuestion<'a> {
    /// Model, draws and policies. Its `equal_budget` and `turns_of` are not read.
    pub question: Question<'a>,
    /// Position of the outcome that is the cost; without it nothing is told of equal budgets and planes.
    pub cost: Option<usize>,
    /// Positions of the outcomes whose fall is set against cost, one plane for each.
    pub planes: &'a [usize],
    /// Yearly rate of discounting.
    pub discount: f64,
    /// Factors on all doses of a policy, in rising order.
    pub factors: &'a [f64],
    /// Amount to which all policies are brought; that of the cheapest that costs anything if `None`.
    pub budget: Option<f64>,
    /// Most assumptions that are moved over their ranges.
    pub assumptions: usize,
}

/// What a brief tells of one model. Policies are the proposals: all but the status quo.
#[derive(Clone, Debug)]
pub struct Brief {
    /// Outcomes, in the model's order.
    pub outcomes: Vec<OutcomeFacts>,
    /// Who is ahead, and what reverses it.
    pub reversals: Reversals,
    /// Who bears what, for each policy.
    pub burdens: Vec<Burden>,
    /// Cost against effect.
    pub planes: Vec<Plane>,
    /// Each policy at each factor.
    pub doses: Vec<Vec<Rung>>,
    /// The policies at the same cost.
    pub equal_budget: Option<EqualBudget>,
    /// First time counted and end of what is counted, in years.
    pub years: (f64, f64),
}

/// Discounted cost against the fall of an outcome.
#[derive(Clone, Debug)]
pub struct Plane {
    /// Position of the outcome.
    pub outcome: usize,
    /// One point for each policy.
    pub points: Vec<Point>,
}

/// A policy on a plane.
#[derive(Clone, Debug)]
pub struct Point {
    /// Cost beyond the status quo, discounted.
    pub cost: Band,
    /// Units of the outcome that it averts, not discounted.
    pub averted: Band,
    /// The same, discounted as the cost is.
    pub averted_discounted: Band,
    /// Where its medians stand among the others', units not discounted.
    pub standing: Standing,
    /// Median cost for each unit averted, against the status quo; `None` where it averts none.
    pub ratio: Option<f64>,
    /// The same with units discounted.
    pub ratio_discounted: Option<f64>,
}

/// A policy at one factor on all its doses.
#[derive(Clone, Debug)]
pub struct Rung {
    /// The factor.
    pub factor: f64,
    /// Where the documented range of a lever ended the scaling; then there are no answers.
    pub stopped: Option<Stop>,
    /// For each outcome the level, the difference from the status quo and the change from today.
    pub answers: Vec<Answer>,
}

/// The end of a lever's documented range.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The lever.
    pub lever: String,
    /// The end, in the lever's unit.
    pub end: f64,
    /// The factor at which it is reached.
    pub factor: f64,
}

/// Policies at the same cost.
#[derive(Clone, Debug)]
pub struct EqualBudget {
    /// Median cost beyond the status quo to which they were brought, not discounted.
    pub amount: f64,
    /// The policy whose own cost it is, if it was not given.
    pub of: Option<usize>,
    /// Each policy: factor on its doses, or why there is none, and its answers at these doses.
    pub policies: Vec<Brought>,
}

/// A policy brought to a cost.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Factor on all doses; `None` if none reaches the budget, and the doses are its own.
    pub factor: Option<f64>,
    /// Why there is none.
    pub note: Option<String>,
    /// As in [`Rung::answers`].
    pub answers: Vec<Answer>,
}

/// The brief of one model. `progress` hears how many of how many parts are done.
pub fn brief(asked: &BriefQuestion<'_>, progress: &mut dyn FnMut(usize, usize)) -> Brief {
    with_past(asked, |past| {
        let parts = past.proposals.len();
        let of = asked.assumptions + 2 * parts;
        let reversals = past.reversals(asked.assumptions, &mut |done, _| progress(done, of));
        let told = past.futures();
        progress(of - parts, of);
        let doses = (past.proposals.iter()).map(|p| past.rungs(p, asked.factors)).collect();
        let brief = Brief {
            outcomes: past
                .inquiry
                .question
                .model
                .outcomes
                .iter()
                .map(|o| facts(past.inquiry.question.model, o))
                .collect(),
            reversals,
            planes: past.planes(asked, &told),
            burdens: told.into_iter().map(|told| told.burden).collect(),
            doses,
            equal_budget: past.equal_budget(asked),
            years: past.inquiry.windows.years(),
        };
        progress(of, of);
        brief
    })
}

/// Who is ahead in one model, and what reverses it. `progress` hears how many of how many parts are done.
pub fn reversals(asked: &BriefQuestion<'_>, progress: &mut dyn FnMut(usize, usize)) -> Reversals {
    with_past(asked, |past| past.reversals(asked.assumptions, progress))
}

/// A model run to the date at which its futures branch, with the futures of all policies.
struct Past<'a> {
    inquiry: Inquiry<'a>,
    trunk: &'a Trunk<'a>,
    candidates: Candidates,
    /// Payers and the positions of their costs among the saves.
    payers: Vec<(String, Vec<usize>)>,
    discounting: Discounting,
    proposals: Vec<&'a NamedSchedule>,
    without: counterflow_engine::Runs,
    futures: Vec<counterflow_engine::Runs>,
}

/// What the futures of one policy tell beside its order.
struct Told {
    burden: Burden,
    cost: Vec<f64>,
    /// For each plane: averted, and averted discounted.
    averted: Vec<(Vec<f64>, Vec<f64>)>,
}

fn with_past<T>(asked: &BriefQuestion<'_>, answer: impl FnOnce(&Past<'_>) -> T) -> T {
    let question = &asked.question;
    let model = question.model;
    let mut saves: Vec<Save> = model.outcomes.iter().map(|o| Save::mean(o.variable)).collect();
    let payers = payers(model).into_iter().map(|(payer, costs)| {
        let first = saves.len();
        saves.extend(costs.iter().map(|cost| Save::mean(*cost)));
        (payer, (first..saves.len()).collect())
    });
    let payers: Vec<(String, Vec<usize>)> = payers.collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let windows = Windows::new(plan.horizon(), question.years, question.data_through);
    let setting = Setting { plan: &plan, seed: question.seed, branch: branch(question, plan.horizon()), width: None };
    let inquiry = Inquiry { question, setting, windows: &windows };
    let trunk = Trunk::grow(setting, question.draws, (0..question.draws.len() as u64).collect());
    let until = windows.years().1;
    let proposals: Vec<&NamedSchedule> = question.policies.iter().filter(|p| p.id != STATUS_QUO).collect();
    let future = |schedule: &Schedule| trunk.future(question.ahead, schedule, until);
    answer(&Past {
        inquiry,
        trunk: &trunk,
        candidates: Candidates::new(model, &plan, question.ahead, question.prior_sd),
        payers,
        discounting: Discounting { rate: asked.discount, from: windows.years().0 },
        without: future(&inquiry.status_quo()),
        futures: proposals.iter().map(|p| future(&p.schedule)).collect(),
        proposals,
    })
}

impl Past<'_> {
    fn reversals(&self, most: usize, progress: &mut dyn FnMut(usize, usize)) -> Reversals {
        let all: Vec<Proposal<'_>> = (self.proposals.iter().zip(&self.futures))
            .map(|(policy, future)| Proposal {
                id: &policy.id,
                schedule: &policy.schedule,
                numbers: self.inquiry.numbers(&self.trunk.record(future)),
            })
            .collect();
        contests::reversals(&self.inquiry, &self.candidates, &all, &self.status_quo(), most, progress)
    }

    fn status_quo(&self) -> Numbers {
        self.inquiry.numbers(&self.trunk.record(&self.without))
    }

    /// Answers of a schedule: level, difference from the status quo and change from today, for each outcome.
    fn answers(&self, id: &str, schedule: &Schedule) -> Vec<Answer> {
        let future = self.trunk.future(self.inquiry.question.ahead, schedule, self.inquiry.windows.years().1);
        let numbers = self.inquiry.numbers(&self.trunk.record(&future));
        let findings = self.inquiry.findings(&self.candidates, id, &numbers, &self.status_quo());
        findings.into_iter().map(|finding| finding.answer).collect()
    }

    fn futures(&self) -> Vec<Told> {
        let without = self.trunk.record(&self.without);
        self.proposals
            .iter()
            .zip(&self.futures)
            .map(|(p, future)| self.told(p, &self.trunk.record(future), &without))
            .collect()
    }

    fn told(&self, policy: &NamedSchedule, with: &Record<'_>, without: &Record<'_>) -> Told {
        let model = self.inquiry.question.model;
        let start = policy.schedule.first_start().unwrap_or(self.inquiry.windows.years().0);
        let mut burden = burden(&self.inquiry, (with, without), start, &self.payers, self.discounting);
        burden.without_cost = without_cost(model, policy.schedule.moves.iter().map(|m| m.lever));
        let costs: Vec<usize> = self.payers.iter().flat_map(|(_, saves)| saves.iter().copied()).collect();
        let sum = |saves: &[usize], discounted: bool| {
            let worth = |time| if discounted { self.discounting.worth(time) } else { 1.0 };
            paired_sum(&self.inquiry, (with, without), saves, worth)
        };
        let averted = |outcome: usize| {
            let less = |values: Vec<f64>| values.into_iter().map(|x| -x).collect();
            (less(sum(&[outcome], false)), less(sum(&[outcome], true)))
        };
        Told { burden, cost: sum(&costs, true), averted: (0..model.outcomes.len()).map(averted).collect() }
    }

    fn planes(&self, asked: &BriefQuestion<'_>, told: &[Told]) -> Vec<Plane> {
        if asked.cost.is_none() {
            return Vec::new();
        }
        asked.planes.iter().map(|outcome| plane(*outcome, told)).collect()
    }

    fn rungs(&self, policy: &NamedSchedule, factors: &[f64]) -> Vec<Rung> {
        let model = self.inquiry.question.model;
        let rung = |(factor, step): (&f64, Step)| match step {
            Step::Inside(schedule) => {
                Rung { factor: *factor, stopped: None, answers: self.answers(&policy.id, &schedule) }
            }
            Step::Stopped(limit) => Rung { factor: *factor, stopped: Some(stop(model, limit)), answers: Vec::new() },
        };
        factors.iter().zip(steps(model, &policy.schedule, factors)).map(rung).collect()
    }

    /// All policies at one cost: a given one, or that of the cheapest policy that costs anything.
    fn equal_budget(&self, asked: &BriefQuestion<'_>) -> Option<EqualBudget> {
        let outcome = asked.cost?;
        let reference = &self.status_quo().levels[outcome];
        let cost =
            |future| paired_median(&self.inquiry.numbers(&self.trunk.record(future)).levels[outcome], reference).0;
        let costs = self.futures.iter().map(cost).enumerate().filter(|(_, cost)| *cost > 0.0);
        let cheapest = costs.min_by(|a, b| a.1.total_cmp(&b.1));
        let (amount, of) = match asked.budget {
            Some(amount) => (amount, None),
            None => cheapest.map(|(policy, cost)| (cost, Some(policy)))?,
        };
        let target = of.map_or(Target::Amount(amount), |policy| Target::Policy(self.position(policy)));
        let question = Question { equal_budget: Some(Budget { outcome, target }), ..*self.inquiry.question };
        let inquiry = Inquiry { question: &question, ..self.inquiry };
        let scalings = scale(&inquiry, self.trunk, &mut |_| {});
        let chosen = question.policies.iter().zip(scalings).filter(|(policy, _)| policy.id != STATUS_QUO);
        let policies = chosen.map(|(policy, scaling)| self.brought(policy, scaling)).collect();
        Some(EqualBudget { amount, of, policies })
    }

    /// Position of a proposal among all policies.
    fn position(&self, proposal: usize) -> usize {
        let same = |policy: &NamedSchedule| policy.id == self.proposals[proposal].id;
        self.inquiry.question.policies.iter().position(same).unwrap_or(proposal)
    }

    fn brought(&self, policy: &NamedSchedule, scaling: Scaling) -> Brought {
        let answers = self.answers(&policy.id, &scaling.schedule);
        Brought { factor: scaling.factor, note: scaling.note, answers }
    }
}

fn plane(outcome: usize, told: &[Told]) -> Plane {
    let bands: Vec<[Band; 3]> = (told.iter())
        .map(|t| {
            let (averted, discounted) = t.averted[outcome].clone();
            [t.cost.clone(), averted, discounted].map(Band::of)
        })
        .collect();
    // What costs nothing because nothing is known of its cost has no place.
    let known = |t: &Told| t.burden.without_cost.is_empty();
    let places: Vec<Option<(f64, f64)>> = told
        .iter()
        .zip(&bands)
        .map(|(t, [cost, averted, _])| known(t).then_some((cost.median, averted.median)))
        .collect();
    let ratio = |cost: &Band, averted: &Band| (averted.median > 0.0).then(|| cost.median / averted.median);
    let point = |([cost, averted, averted_discounted], standing): ([Band; 3], Standing)| Point {
        standing,
        ratio: ratio(&cost, &averted),
        ratio_discounted: ratio(&cost, &averted_discounted),
        cost,
        averted,
        averted_discounted,
    };
    Plane { outcome, points: bands.into_iter().zip(plane::standings(&places)).map(point).collect() }
}

fn stop(model: &Model, limit: Limit) -> Stop {
    Stop { lever: model.variable(limit.lever).name.clone(), end: limit.end, factor: limit.factor }
}

/// Kinetic levers that a schedule moves, by name: they are barred from every optimiser, and none is used here.
pub fn kinetic_levers(model: &Model, schedule: &Schedule) -> Vec<String> {
    let kinetic = |id: &VariableId| matches!(&model.variable(*id).definition, Definition::Lever(l) if l.kinetic);
    let mut names: Vec<String> =
        schedule.moves.iter().map(|m| m.lever).filter(kinetic).map(|id| model.variable(id).name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// The answer about an outcome against a reference.
pub fn answer_of(answers: &[Answer], outcome: usize, reference: Reference) -> Option<&Answer> {
    answers.iter().find(|a| a.outcome == outcome && a.reference == reference)
}
