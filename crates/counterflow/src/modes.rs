//! What it does to answers that chains of a posterior disagree: the draws are parted where the worst parameter has its gap,
//! and each part answers for itself.

use counterflow_explore::comparison::{Band, Comparison, Reference};
use counterflow_explore::{NamedSchedule, Question};
use counterflow_model::elementary::ln;

use crate::comparison::{named, prior_sd};
use crate::error::Problem;
use crate::policy::Policy;
use crate::posterior::Posterior;
use crate::project::Project;

/// Each part holds at least this share of the draws.
const LEAST_SHARE: f64 = 0.05;

/// One answer by all draws and by each part.
#[derive(Clone, Debug)]
pub struct Parted {
    /// Short name of the policy.
    pub policy: String,
    /// Short name of the outcome.
    pub outcome: String,
    /// Unit of the bands.
    pub unit: String,
    /// The level (of the status quo) or the difference from the status quo (of all others).
    pub reference: Reference,
    /// By all draws.
    pub all: Band,
    /// By those below and those above the gap.
    pub parts: [Band; 2],
}

impl Parted {
    /// Whether the middle of a part lies outside the band that holds half of all draws.
    pub fn moves(&self) -> bool {
        self.parts.iter().any(|part| !(self.all.lo50..=self.all.hi50).contains(&part.median))
    }

    /// Whether the middle of a part lies outside the band that holds nine tenths of all draws.
    pub fn leaves(&self) -> bool {
        self.parts.iter().any(|part| !(self.all.lo90..=self.all.hi90).contains(&part.median))
    }

    /// Whether the middles of the parts have different signs.
    pub fn turns(&self) -> bool {
        self.parts[0].median * self.parts[1].median < 0.0
    }
}

/// All answers, parted.
#[derive(Clone, Debug)]
pub struct Modes {
    /// Parameter element on which the chains agree least.
    pub parameter: String,
    /// Where it is parted.
    pub gap: f64,
    /// Draws in each part.
    pub draws: [usize; 2],
    /// Answers, policy by policy.
    pub answers: Vec<Parted>,
}

/// Parts the draws of the posterior by a parameter element, and compares policies by all draws and by each part.
///
/// # Errors
/// If the model does not compile or has no posterior, or no such parameter.
pub fn modes(project: &Project, policies: &[Policy], parameter: &str) -> Result<Modes, Problem> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let posterior = Posterior::of(project)?;
    let draws = posterior.draws(model);
    let mut elements = model.parameters().flat_map(|(id, p)| (0..p.values.len()).map(move |element| (id, element)));
    let position = elements
        .position(|(id, element)| model.element_name(id, element) == parameter)
        .ok_or_else(|| Problem::new("modes", format!("there is no parameter `{parameter}`")))?;
    let gap = gap(draws.iter().map(|draw| draw[position]).collect());
    let (low, high): (Vec<_>, Vec<_>) = draws.iter().cloned().partition(|draw| draw[position] <= gap);
    let schedules: Vec<NamedSchedule> = policies.iter().map(|policy| named(policy, model)).collect();
    let compared = |draws: &[Vec<f64>]| {
        let question = Question {
            model,
            draws,
            ahead: draws,
            prior_sd: &prior_sd(model),
            seed: posterior.about.seed,
            years: (project.compare.from, project.compare.to),
            data_through: project.compare.data_through,
            policies: &schedules,
            equal_budget: None,
            turns_of: Some(&[]),
        };
        counterflow_explore::compare(&question, &mut |_, _| {})
    };
    let answers = parted(&compared(&draws), [&compared(&low), &compared(&high)]);
    Ok(Modes { parameter: parameter.to_owned(), gap, draws: [low.len(), high.len()], answers })
}

fn parted(all: &Comparison, parts: [&Comparison; 2]) -> Vec<Parted> {
    let status_quo = Policy::status_quo().id;
    let mut rows = Vec::new();
    for (at, policy) in all.policies.iter().enumerate() {
        let wanted = if policy.id == status_quo { Reference::Level } else { Reference::StatusQuo };
        for (k, answer) in policy.answers.iter().enumerate().filter(|(_, answer)| answer.reference == wanted) {
            let facts = &all.outcomes[answer.outcome];
            rows.push(Parted {
                policy: policy.id.clone(),
                outcome: facts.id.clone(),
                unit: facts.unit.clone(),
                reference: wanted,
                all: answer.band,
                parts: parts.map(|part| part.policies[at].answers[k].band),
            });
        }
    }
    rows
}

/// Where values fall into two groups: the variance between them is largest there, on logarithms if all are positive.
fn gap(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let positive = values[0] > 0.0;
    let scaled: Vec<f64> = values.iter().map(|value| if positive { ln(*value) } else { *value }).collect();
    let count = scaled.len() as f64;
    let total: f64 = scaled.iter().sum();
    let mut below = 0.0;
    let mut best = (f64::NEG_INFINITY, values.len() / 2);
    for (k, value) in scaled.iter().enumerate().take(scaled.len() - 1) {
        below += value;
        let share = (k + 1) as f64 / count;
        if !(LEAST_SHARE..=1.0 - LEAST_SHARE).contains(&share) {
            continue;
        }
        let apart = below / (share * count) - (total - below) / ((1.0 - share) * count);
        let between = share * (1.0 - share) * apart * apart;
        if between > best.0 {
            best = (between, k);
        }
    }
    values[best.1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_heaps_are_parted_between_them() {
        let heaps = (0..80).map(|k| 1.0 + 0.01 * f64::from(k)).chain((0..20).map(|k| 5.0 + 0.01 * f64::from(k)));
        assert!((gap(heaps.collect()) - 1.79).abs() < 1e-12);
    }

    #[test]
    fn an_answer_is_told_to_move_leave_or_turn_by_its_middles() {
        let band = |median: f64| Band { lo90: -2.0, lo50: -1.0, median, hi50: 1.0, hi90: 2.0 };
        let row = |low: f64, high: f64| Parted {
            policy: "p".into(),
            outcome: "o".into(),
            unit: "1".into(),
            reference: Reference::StatusQuo,
            all: band(0.0),
            parts: [band(low), band(high)],
        };
        let told = |row: Parted| [row.moves(), row.leaves(), row.turns()];
        assert_eq!(told(row(0.5, 0.9)), [false, false, false]);
        assert_eq!(told(row(-0.5, 1.5)), [true, false, true]);
        assert_eq!(told(row(0.5, 2.5)), [true, true, false]);
    }
}
