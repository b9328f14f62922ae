//! A comparison for a terminal: a block for each outcome, a row for each policy. Words carry the meaning, not colours.

use counterflow::answers::{Answer, Basis, BreakEven, Comparison, OutcomeFacts, PolicyAnswer, Reference};
use counterflow::policy::{last_month_before, month_at};

use crate::number;
use crate::table::{Set, Table, indented, wrap};

/// A comparison with what must stand beside it.
pub struct Frame<'a> {
    /// The answers.
    pub comparison: &'a Comparison,
    /// Last month of the data.
    pub data_through: String,
    /// Version of the model.
    pub version: &'a str,
}

/// From this width on the three references stand side by side.
const WIDE: usize = 132;
/// Width of the policies' names, and of each answer beside them.
const NAME: usize = 22;
const CELL: usize = 34;

/// Whom outcomes concern, in the order of the blocks. Deaths in the two countries stand apart and are never added.
const CONCERNS: &[(&str, &str)] =
    &[("united_states", "United States"), ("mexico", "Mexico"), ("both", "Both countries")];

const LEGEND: &str = "\
Each cell is the median over all draws, with the 90 % band in brackets. Against the status quo: the same world without the \
policy, draw by draw. Against today: the 12 months to the end of the data, draw by draw. What an answer rests on: data, where \
the record narrowed the parameters that drive it; analogy, where studies of other places, times or drugs inform them; \
assumption, where nothing does. A chance of being better stands only beside data and analogy; beside an assumption stands \
the value at which the sign of the effect turns. Deaths in the United States and in Mexico are never added.";

impl Frame<'_> {
    /// The whole text.
    pub fn text(&self, width: usize) -> String {
        let mut text = self.policies(width);
        for (key, title) in self.concerns() {
            let blocks = self.comparison.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.concerns == key);
            text.push_str(&format!("\n{}\n", title.to_uppercase()));
            for (i, outcome) in blocks {
                text.push_str(&format!("\n{}", indented(&self.heading(outcome), 0, width)));
                text.push_str(&if width >= WIDE { self.side_by_side(i, width) } else { self.stacked(i, width) });
            }
        }
        text.push('\n');
        text.push_str(&indented(LEGEND, 0, width));
        let Comparison { draws, seed, .. } = self.comparison;
        text.push_str(&format!(
            "{draws} draws, seed {seed}, data through {}, model {}\n",
            self.data_through, self.version
        ));
        text
    }

    fn policies(&self, width: usize) -> String {
        let mut text = String::from("POLICIES\n\n");
        for policy in &self.comparison.policies {
            text.push_str(&format!("{} ({}){}\n", policy.name, policy.id, scale(policy)));
            text.push_str(&indented(&policy.sentence, 4, width));
            if let Some(note) = &policy.note {
                text.push_str(&indented(note, 4, width));
            }
        }
        text
    }

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

    fn heading(&self, outcome: &OutcomeFacts) -> String {
        let (from, to) = self.comparison.years;
        let OutcomeFacts { title, unit, summary, better, .. } = outcome;
        let unit = if unit == "1" { String::new() } else { format!(" of {unit}") };
        format!("{title}: {summary}{unit}, {} to {}; {better} is better", month_at(from), last_month_before(to))
    }

    fn answer<'p>(&self, policy: &'p PolicyAnswer, outcome: usize, reference: Reference) -> Option<&'p Answer> {
        policy.answers.iter().find(|answer| answer.outcome == outcome && answer.reference == reference)
    }

    fn side_by_side(&self, outcome: usize, width: usize) -> String {
        let mut columns = vec![("policy", Set::Wrapped(NAME))];
        columns.extend(REFERENCES.iter().map(|(_, title)| (*title, Set::Wrapped(CELL))));
        let mut table = Table::new(&columns);
        for policy in &self.comparison.policies {
            let mut cells = vec![format!("{}{}", policy.name, scale(policy))];
            cells.extend(REFERENCES.iter().map(|(reference, _)| match self.answer(policy, outcome, *reference) {
                Some(answer) => format!("{}\n{}", value(answer), rests_on(answer)),
                None => String::new(),
            }));
            table.cells(cells);
        }
        table.text(width)
    }

    fn stacked(&self, outcome: usize, width: usize) -> String {
        const INDENT: usize = 4;
        let mut text = String::new();
        for policy in &self.comparison.policies {
            text.push_str(&format!("  {}{}\n", policy.name, scale(policy)));
            for (reference, title) in REFERENCES {
                let Some(answer) = self.answer(policy, outcome, *reference) else { continue };
                let line = format!("{title:<18} {}; {}", value(answer), rests_on(answer));
                let lines = wrap_after(&line, title.len().max(18) + 1, width - INDENT);
                lines.iter().for_each(|line| text.push_str(&format!("{:INDENT$}{line}\n", "")));
            }
        }
        text
    }
}

/// References with their headings, in the order of the columns.
const REFERENCES: &[(Reference, &str)] =
    &[(Reference::Level, "level"), (Reference::StatusQuo, "against status quo"), (Reference::Today, "against today")];

/// Wraps text whose first columns are a heading, so that further lines stand beside it.
fn wrap_after(line: &str, heading: usize, width: usize) -> Vec<String> {
    let (head, rest) = line.split_at(heading);
    let parts = wrap(rest, width.saturating_sub(heading));
    let beside =
        |(i, part): (usize, &String)| if i == 0 { format!("{head}{part}") } else { format!("{:heading$}{part}", "") };
    parts.iter().enumerate().map(beside).collect()
}

fn value(answer: &Answer) -> String {
    match answer.reference {
        Reference::Level => number::band(&answer.band),
        Reference::StatusQuo | Reference::Today => number::signed_band(&answer.band),
    }
}

/// The basis, and the chance or the break-even that goes with it.
fn rests_on(answer: &Answer) -> String {
    let word = basis_word(answer.basis);
    match (answer.p_better, &answer.break_even) {
        (Some(p), _) => format!("{word}; better in {} draws", number::chance(p)),
        (None, Some(turn)) => format!("{word}; {}", turns(turn)),
        (None, None) => word.to_owned(),
    }
}

fn turns(turn: &BreakEven) -> String {
    let BreakEven { parameter, unit, range, value, .. } = turn;
    let range = number::range(Some(*range));
    let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
    match value {
        Some(value) => format!("turns where {parameter} passes {}{unit} (range {range})", number::short(*value)),
        None => format!("same sign for all {parameter} in {range}{unit}"),
    }
}

/// What an equal-budget comparison did to the doses.
fn scale(policy: &PolicyAnswer) -> String {
    match policy.scale {
        Some(1.0) => String::new(),
        Some(scale) => format!(", doses x {}", number::short(scale)),
        None => ", doses not scaled".to_owned(),
    }
}

/// The word for a basis in every kind of result.
pub fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Data => "data",
        Basis::Analogy => "analogy",
        Basis::Assumption => "assumption",
    }
}

/// The word for a reference in JSON.
pub fn reference_word(reference: Reference) -> &'static str {
    match reference {
        Reference::Level => "level",
        Reference::StatusQuo => "status_quo",
        Reference::Today => "today",
    }
}
