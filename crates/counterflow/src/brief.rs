//! The brief: a few policies side by side for a decision, in every variant of the model.
//!
//! The order of policies and what reverses it are told for the variants that are taken and, one at a time, for every
//! other variant; nothing is averaged over them. Who bears what, cost against deaths, and doses are told for the variants
//! that are taken.

use std::collections::BTreeSet;

use counterflow_explore::Question;
use counterflow_explore::brief::{self, BriefQuestion, Reversals, kinetic_levers};
use counterflow_model::{Model, Summary, Unit};

pub use counterflow_explore::brief::{
    Ahead, Assumption, Brought, Burden, CLEAR, Contest, Course, EqualBudget, First, Onset, Plane, Point, Rung,
    Standing, Stop, VISIBLE, answer_of,
};

use crate::comparison::{first_draws, named, prior_sd};
use crate::error::Problem;
use crate::policy::{Policy, STATUS_QUO, several};
use crate::posterior::Posterior;
use crate::project::Project;
use crate::variants::Choice;

/// Yearly rate at which costs are discounted if none is given: that of the reference case of G. D. Sanders and others,
/// *Recommendations for conduct, methodological practices, and reporting of cost-effectiveness analyses: Second Panel on
/// Cost-Effectiveness in Health and Medicine* (JAMA 2016, 316:1093-1103).
pub const DISCOUNT: f64 = 0.03;
/// Factors on all doses of a policy.
pub const FACTORS: [f64; 5] = [0.25, 0.5, 0.75, 1.0, 1.25];
/// Years after the end of the data that back-tests of such models reach.
pub const TESTED_YEARS: f64 = 2.0;
/// Most assumptions that are moved over their ranges, in the variants that are taken and in each other one. Most of the
/// time of a brief goes into them.
const ASSUMPTIONS: (usize, usize) = (12, 8);
/// Highest yearly rate of discounting that is no slip.
const HIGHEST_DISCOUNT: f64 = 0.25;

/// How to make a brief.
#[derive(Clone, Debug)]
pub struct BriefOptions {
    /// Number of draws, the first of the posterior; all if `None` or if it has no more.
    pub draws: Option<usize>,
    /// Seed of the noise; that of the posterior if `None`.
    pub seed: Option<u64>,
    /// Yearly rate of discounting, 0.03 for three in a hundred.
    pub discount: f64,
    /// Public cost in USD to which all policies are brought; that of the cheapest one if `None`.
    pub budget: Option<f64>,
}

impl Default for BriefOptions {
    fn default() -> BriefOptions {
        BriefOptions { draws: None, seed: None, discount: DISCOUNT, budget: None }
    }
}

/// A brief.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The policies, in the order asked for, without the status quo.
    pub policies: Vec<Proposal>,
    /// What is told of the variants that are taken.
    pub taken: brief::Brief,
    /// The order of policies in each variant: first the variants that are taken, then each other one in its slot.
    pub worlds: Vec<World>,
    /// Number of draws.
    pub draws: usize,
    /// Seed of the noise.
    pub seed: u64,
    /// Yearly rate of discounting.
    pub discount: f64,
    /// From when years are beyond what back-tests reach.
    pub untested_from: f64,
}

/// A policy of the brief.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// A sentence.
    pub sentence: String,
    /// Its kinetic levers, by name.
    pub kinetic: Vec<String>,
}

/// The model with certain variants.
#[derive(Clone, Debug)]
pub struct World {
    /// The variant that differs from those that are taken; `None` for those themselves.
    pub choice: Option<Choice>,
    /// Title of that variant; empty for those that are taken.
    pub title: String,
    /// Name of the posterior whose draws were used.
    pub posterior: String,
    /// Whether that posterior was sampled with these variants.
    pub fitted: bool,
    /// Parameters drawn from their priors because the posterior does not know them as these variants mean them.
    pub from_priors: Vec<String>,
    /// Who is ahead, and what reverses it.
    pub reversals: Reversals,
}

impl World {
    /// Its name: `SLOT=VARIANT`, or `taken`.
    pub fn name(&self) -> String {
        self.choice.as_ref().map_or_else(|| "taken".to_owned(), ToString::to_string)
    }
}

/// The policies of a brief: the status quo, against which every other is read, then those that the references stand for.
///
/// # Errors
/// If there is no such policy, its file does not read, two have the same short name, or only the status quo is named.
pub fn policies(project: &Project, references: &[String]) -> Result<Vec<Policy>, Vec<Problem>> {
    let at_its_place = |problem: Problem| Problem { path: problem.path.replace("--policy", "POLICY"), ..problem };
    let found = several(project, references)
        .map_err(|problems| problems.into_iter().map(at_its_place).collect::<Vec<Problem>>())?;
    if found.len() < 2 {
        let message = "found the status quo alone; expected a policy to hold against it";
        return Err(vec![Problem::new("POLICY", message).help("`counterflow policies` lists those that are bundled")]);
    }
    Ok(found)
}

/// Makes a brief of policies, as [`policies`] gives them. `progress` hears how many of how many parts are done.
///
/// # Errors
/// If a variant of the model does not compile or has no posterior, no draw is asked for, or an option has no meaning.
pub fn make(
    project: &Project,
    policies: &[Policy],
    options: &BriefOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Brief, Vec<Problem>> {
    checked(project, options)?;
    let choices = other_choices(project);
    let of = 100 * (choices.len() + 1);
    let mut part = |world: usize, done: usize, parts: usize| progress(100 * world + 100 * done / parts.max(1), of);
    let own = Asked::new(project, policies, options)?;
    let taken = brief::brief(&own.question(project, options, true), &mut |done, parts| part(0, done, parts));
    let mut worlds = vec![own.world(project, None, taken.reversals.clone())];
    for (k, choice) in choices.into_iter().enumerate() {
        let mut chosen: Vec<Choice> = project.choices().into_iter().filter(|c| c.slot != choice.slot).collect();
        chosen.push(choice.clone());
        let other = project.with_choices(&chosen)?;
        let asked = Asked::new(&other, policies, options)?;
        let question = asked.question(&other, options, false);
        let found = brief::reversals(&question, &mut |done, parts| part(k + 1, done, parts));
        worlds.push(asked.world(&other, Some(choice), found));
    }
    progress(of, of);
    Ok(Brief {
        policies: own.proposals(policies),
        taken,
        worlds,
        draws: own.draws.len(),
        seed: own.seed,
        discount: options.discount,
        untested_from: project.compare.data_through + TESTED_YEARS,
    })
}

fn checked(project: &Project, options: &BriefOptions) -> Result<(), Problem> {
    if !(0.0..=HIGHEST_DISCOUNT).contains(&options.discount) {
        let message = format!(
            "found {}; expected a yearly rate from 0 to {HIGHEST_DISCOUNT}, for example 0.03 for 3 in 100",
            options.discount
        );
        return Err(Problem::new("--discount", message));
    }
    let model = model_of(project)?;
    if options.budget.is_some() && cost(model).is_none() {
        return Err(Problem::new("--budget", "the model has no outcome `public_cost` to be equal in"));
    }
    Ok(())
}

fn model_of(project: &Project) -> Result<&Model, Problem> {
    project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))
}

/// Every variant that is not taken.
fn other_choices(project: &Project) -> Vec<Choice> {
    let of_slot = |slot: &crate::variants::Slot| -> Vec<Choice> {
        let others = slot.variants.iter().enumerate().filter(|(k, _)| *k != slot.chosen);
        others.map(|(_, v)| Choice { slot: slot.name.clone(), variant: v.name.clone() }).collect()
    };
    project.slots.iter().flat_map(of_slot).collect()
}

/// Position of the outcome that is the public cost.
fn cost(model: &Model) -> Option<usize> {
    model.outcomes.iter().position(|outcome| outcome.id == "public_cost")
}

/// The first outcome of each country that counts people: they have a plane each, and are never added.
fn counts_of_people(model: &Model) -> Vec<usize> {
    let people = |concerns: &str| {
        model.outcomes.iter().position(|o| {
            let unit = model.variable(o.variable).unit.times(&Unit::base("year"));
            o.concerns == concerns && o.summary == Summary::Total && unit == Unit::base("people")
        })
    };
    ["united_states", "mexico"].into_iter().filter_map(people).collect()
}

/// What is asked of one model, with all that the question borrows.
struct Asked {
    model: Model,
    posterior: Posterior,
    draws: Vec<Vec<f64>>,
    prior_sd: Vec<f64>,
    seed: u64,
    schedules: Vec<counterflow_explore::NamedSchedule>,
    planes: Vec<usize>,
}

impl Asked {
    fn new(project: &Project, policies: &[Policy], options: &BriefOptions) -> Result<Asked, Problem> {
        let model = model_of(project)?.clone();
        let posterior = Posterior::of(project)?;
        let draws = first_draws(&posterior, &model, options.draws)?;
        Ok(Asked {
            draws,
            prior_sd: prior_sd(&model),
            seed: options.seed.unwrap_or(posterior.about.seed),
            schedules: policies.iter().map(|policy| named(policy, &model)).collect(),
            planes: counts_of_people(&model),
            posterior,
            model,
        })
    }

    fn question<'a>(&'a self, project: &Project, options: &BriefOptions, taken: bool) -> BriefQuestion<'a> {
        BriefQuestion {
            question: Question {
                model: &self.model,
                draws: &self.draws,
                ahead: &self.draws,
                prior_sd: &self.prior_sd,
                seed: self.seed,
                years: (project.compare.from, project.compare.to),
                data_through: project.compare.data_through,
                policies: &self.schedules,
                equal_budget: None,
                turns_of: None,
            },
            cost: cost(&self.model),
            planes: &self.planes,
            discount: options.discount,
            factors: &FACTORS,
            budget: options.budget,
            assumptions: if taken { ASSUMPTIONS.0 } else { ASSUMPTIONS.1 },
        }
    }

    fn world(&self, project: &Project, choice: Option<Choice>, reversals: Reversals) -> World {
        let variant = choice.as_ref().and_then(|c| project.slots.iter().find(|slot| slot.name == c.slot));
        let known: BTreeSet<&str> = self.posterior.names.iter().map(String::as_str).collect();
        let new = |name: &String| project.is_of_other_variant(name) && !known.contains(name.as_str());
        let varied = self.model.parameters().filter(|(_, p)| p.prior.is_some());
        let elements = varied.flat_map(|(id, p)| (0..p.values.len()).map(move |k| self.model.element_name(id, k)));
        World {
            title: variant.map_or_else(String::new, |slot| slot.taken().title.clone()),
            choice,
            posterior: project.posterior_name(),
            fitted: project.posterior_name() == project.own_posterior_name(),
            from_priors: elements.filter(new).collect(),
            reversals,
        }
    }

    fn proposals(&self, policies: &[Policy]) -> Vec<Proposal> {
        let proposals = policies.iter().zip(&self.schedules).filter(|(policy, _)| policy.id != STATUS_QUO);
        let proposal = |(policy, named): (&Policy, &counterflow_explore::NamedSchedule)| Proposal {
            id: policy.id.clone(),
            name: policy.name.clone(),
            sentence: policy.sentence.clone(),
            kinetic: kinetic_levers(&self.model, &named.schedule),
        };
        proposals.map(proposal).collect()
    }
}

/// The brief as one HTML document. `command` makes it again.
pub fn page(project: &Project, brief: &Brief, command: &str) -> String {
    crate::report::brief::html(project, brief, command)
}
