//! A comparison for a terminal: compact unless details are asked for. Words carry the meaning, not colours.

use counterflow::answers::{Answer, BreakEven, Comparison, OutcomeFacts, PolicyAnswer, Reference};
pub use counterflow::comparison::json::basis_word;

use crate::number;

mod compact;
mod details;

/// A comparison with what must stand beside it.
pub struct Frame<'a> {
    /// The answers.
    pub comparison: &'a Comparison,
    /// Last month of the data.
    pub data_through: String,
    /// Version of the model.
    pub version: &'a str,
}

/// Whom outcomes concern, in the order of the blocks. Deaths in the two countries stand apart and are never added.
const CONCERNS: &[(&str, &str)] =
    &[("united_states", "United States"), ("mexico", "Mexico"), ("both", "Both countries")];

impl Frame<'_> {
    /// Keys and titles of the groups that have outcomes, those of [`CONCERNS`] first.
    fn concerns(&self) -> Vec<(&str, &str)> {
        let has = |key: &str| self.comparison.outcomes.iter().any(|outcome| outcome.concerns == key);
        let mut groups: Vec<(&str, &str)> = CONCERNS.iter().copied().filter(|(key, _)| has(key)).collect();
        for outcome in &self.comparison.outcomes {
            let key = outcome.concerns.as_str();
            if !groups.iter().any(|(known, _)| *known == key) {
                groups.push((key, key));
            }
        }
        groups
    }

    /// The outcomes of a group with their positions, in the model's order.
    fn concerning(&self, key: &str) -> impl Iterator<Item = (usize, &OutcomeFacts)> {
        self.comparison.outcomes.iter().enumerate().filter(move |(_, outcome)| outcome.concerns == key)
    }

    /// How the answers came about, in a line.
    fn origin(&self) -> String {
        let Comparison { draws, seed, .. } = self.comparison;
        format!("{draws} draws, seed {seed}, data through {}, model {}\n", self.data_through, self.version)
    }
}

/// The answer of a policy for an outcome against a reference.
fn answer(policy: &PolicyAnswer, outcome: usize, reference: Reference) -> Option<&Answer> {
    policy.answers.iter().find(|answer| answer.outcome == outcome && answer.reference == reference)
}

/// Where the sign of an effect turns.
pub fn turns(turn: &BreakEven) -> String {
    let BreakEven { parameter, unit, range, value, signs } = turn;
    let range = number::range(Some(*range));
    let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
    // An effect that is nothing at one end of the range does not turn within it.
    let vanishes = signs.0 == 0 || signs.1 == 0;
    match value.map(number::short) {
        Some(value) if vanishes => format!("no effect where {parameter} is {value}{unit} (range {range})"),
        Some(value) => format!("sign turns where {parameter} passes {value}{unit} (range {range})"),
        None => format!("same sign for all {parameter} in {range}{unit}"),
    }
}
