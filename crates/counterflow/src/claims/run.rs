//! Figures of runs: an outcome of a policy, against the same world without it and against today.

use counterflow_explore::comparison::{Answer, Basis, BreakEven, Comparison, PolicyAnswer, Reference};

use super::known::is_status_quo;
use crate::policy::Policy;
use crate::report::words;

/// A figure that a run gives.
#[derive(Clone, Debug)]
pub struct Run {
    /// Short name of the outcome.
    pub outcome: String,
    /// What of it.
    pub measure: Measure,
    /// The policy.
    pub policy: Policy,
}

/// What of an outcome is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The outcome itself, over the years counted.
    Level,
    /// Its change from today.
    Today,
    /// Its difference from the status quo, and its change from today.
    Effect,
    /// The difference from the status quo with doses scaled to the budget of an equal-budget comparison.
    EqualCost,
}

impl Measure {
    /// The word in a placeholder.
    pub fn word(self) -> &'static str {
        match self {
            Measure::Level => "level",
            Measure::Today => "today",
            Measure::Effect => "effect",
            Measure::EqualCost => "equal_cost",
        }
    }

    const ALL: [Measure; 4] = [Measure::Level, Measure::Today, Measure::Effect, Measure::EqualCost];
    const WORDS: &[&str] = &["level", "today", "effect", "equal_cost"];

    /// Whether it needs a comparison of its own, at equal budget.
    pub fn at_equal_cost(self) -> bool {
        self == Measure::EqualCost
    }
}

impl Run {
    /// A figure by the words of its placeholder.
    ///
    /// # Errors
    /// The measures there are, if `measure` is none; nothing, if the status quo is asked for its effect.
    pub(super) fn new(outcome: &str, measure: &str, policy: Policy) -> Result<Run, Option<&'static [&'static str]>> {
        let measure = Measure::ALL.into_iter().find(|one| one.word() == measure).ok_or(Some(Measure::WORDS))?;
        let differs = matches!(measure, Measure::Effect | Measure::EqualCost);
        if differs && is_status_quo(&policy.id) {
            return Err(None);
        }
        Ok(Run { outcome: outcome.to_owned(), measure, policy })
    }

    /// The figure in words, from the comparison that holds its policy; `None` if it holds none.
    pub fn text(&self, comparison: &Comparison) -> Option<String> {
        let policy = comparison.policies.iter().find(|policy| policy.id == self.policy.id)?;
        let outcome = comparison.outcomes.iter().position(|outcome| outcome.id == self.outcome)?;
        let unit = &comparison.outcomes[outcome].unit;
        let answer = |reference| policy.answers.iter().find(|a| a.outcome == outcome && a.reference == reference);
        match self.measure {
            Measure::Level => Some(words::level(&answer(Reference::Level)?.band, unit)),
            Measure::Today => Some(against_today(answer(Reference::Today)?, unit)),
            Measure::Effect => {
                let (effect, today) = (answer(Reference::StatusQuo)?, answer(Reference::Today)?);
                Some(format!("{} and {}", against_status_quo(effect, unit), against_today(today, unit)))
            }
            Measure::EqualCost => {
                let effect = against_status_quo(answer(Reference::StatusQuo)?, unit);
                Some(format!("{effect}, {}", doses(policy)))
            }
        }
    }
}

fn against_today(answer: &Answer, unit: &str) -> String {
    format!("{} against today", words::difference(&answer.band, unit))
}

fn against_status_quo(answer: &Answer, unit: &str) -> String {
    let band = &answer.band;
    if [band.lo90, band.median, band.hi90].iter().all(|x| *x == 0.0) {
        return "0 against the status quo (the model holds no path from this policy to it)".to_owned();
    }
    let chance = answer.p_better.map(|p| format!("; better in {} draws", words::in_100(p)));
    let turn = answer.break_even.as_ref().map(|turn| format!("; {}", turn_in_words(turn)));
    let basis = words::basis(answer.basis);
    // A chance is told only where the basis is more than an assumption, a break-even only where it is one.
    let more = if answer.basis == Basis::Assumption { turn } else { chance };
    format!("{} against the status quo (basis: {basis}{})", words::difference(band, unit), more.unwrap_or_default())
}

fn turn_in_words(turn: &BreakEven) -> String {
    let BreakEven { parameter, unit, range: (low, high), value, .. } = turn;
    let shown = |x: f64| words::value(x, unit);
    match value {
        // Break-evens come from halving an interval: what is nothing beside the range is zero.
        Some(value) if value.abs() < 1e-6 * (high - low) => format!("no effect where {parameter} is 0"),
        Some(value) => {
            format!("the sign turns at {parameter} = {} of {} to {}", shown(*value), shown(*low), shown(*high))
        }
        None => format!("the same sign for {parameter} from {} to {}", shown(*low), shown(*high)),
    }
}

fn doses(policy: &PolicyAnswer) -> String {
    match (policy.scale, &policy.note) {
        (Some(scale), None) => format!("with all doses times {}", words::digits(scale, 2)),
        (_, Some(note)) => format!("at its own doses: {note}"),
        (None, None) => "at its own doses: no scale of them costs as much".to_owned(),
    }
}
