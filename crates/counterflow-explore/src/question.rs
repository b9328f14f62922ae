//! What is asked: draws of a model, policies, and the years that count.

use counterflow_engine::Schedule;
use counterflow_model::Model;

/// Id of the policy that is the status quo. Without it the empty schedule is the reference, and is not listed.
pub const STATUS_QUO: &str = "status_quo";

/// A comparison to make.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The model.
    pub model: &'a Model,
    /// Posterior draws, in the order of [`counterflow_engine::Plan::parameters`]. Draw `i` is member `i`.
    pub draws: &'a [Vec<f64>],
    /// The same draws as futures run them: those of the past, or with what somebody assumes in place of what was drawn.
    /// The past, up to the branch date, is that of `draws`, because the record is what it is whatever is assumed.
    pub ahead: &'a [Vec<f64>],
    /// Standard deviation of each parameter's prior, in the same order; 0 for a fixed number.
    pub prior_sd: &'a [f64],
    /// Seed of the noise.
    pub seed: u64,
    /// First time counted and end of what is counted, in years; what lies outside the horizon is left out.
    pub years: (f64, f64),
    /// End of the data, in years: today is the year before it.
    pub data_through: f64,
    /// The policies.
    pub policies: &'a [NamedSchedule],
    /// Bring all policies to this cost first.
    pub equal_budget: Option<Budget>,
    /// Policies and outcomes, by their short names, whose break-evens are sought; those of all if `None`. Most of the time
    /// of a comparison goes into break-evens, and nothing else in it depends on them.
    pub turns_of: Option<&'a [(String, String)]>,
}

impl Question<'_> {
    /// Whether the break-even of an outcome of a policy is sought.
    pub fn seeks_turn(&self, policy: &str, outcome: usize) -> bool {
        let id = &self.model.outcomes[outcome].id;
        self.turns_of.is_none_or(|sought| sought.iter().any(|(p, o)| p == policy && o == id))
    }
}

/// A policy: what the levers do, and how people call it.
#[derive(Clone, Debug)]
pub struct NamedSchedule {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// A sentence.
    pub sentence: String,
    /// What the levers do.
    pub schedule: Schedule,
}

/// A cost that all policies are brought to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Position of the outcome that is the cost, in [`Model::outcomes`].
    pub outcome: usize,
    /// How much.
    pub target: Target,
}

/// How large a budget is: the median of the cost beyond the status quo, over the years that count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// In the unit of the cost's summary, for example USD.
    Amount(f64),
    /// What this policy costs at its own doses: a position in [`Question::policies`].
    Policy(usize),
}
