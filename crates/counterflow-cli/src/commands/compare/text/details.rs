//! Everything at length: a block for each outcome, in it each policy against every reference.

use counterflow::answers::{Answer, OutcomeFacts, PolicyAnswer, Reference};
use counterflow::policy::{last_month_before, month_at};

use super::{Frame, answer, basis_word, turns};
use crate::number;
use crate::table::{Set, Table, indented, wrap};

/// From this width on the three references stand side by side.
const WIDE: usize = 132;
/// Width of the policies' names, and of each answer beside them.
const NAME: usize = 22;
const CELL: usize = 34;

const LEGEND: &str = "\
Each cell is the median over all draws, with the 90 % band in brackets. Against the status quo: the same world without the \
policy, draw by draw. Against today: the 12 months to the end of the data, draw by draw. What an answer rests on: data, where \
the record narrowed the parameters that drive it; analogy, where studies of other places, times or drugs inform them; \
assumption, where nothing does. A chance of being better stands only beside data and analogy; beside an assumption stands \
the value at which the sign of the effect turns. Deaths in the United States and in Mexico are never added.";

impl Frame<'_> {
    /// The whole text at length.
    pub fn details(&self, width: usize) -> String {
        let mut text = self.policies(width);
        for (key, title) in self.concerns() {
            text.push_str(&format!("\n{}\n", title.to_uppercase()));
            for (i, outcome) in self.concerning(key) {
                text.push_str(&format!("\n{}", indented(&self.heading(outcome), 0, width)));
                text.push_str(&if width >= WIDE { self.side_by_side(i, width) } else { self.stacked(i, width) });
            }
        }
        text.push('\n');
        text.push_str(&indented(LEGEND, 0, width));
        text.push_str(&self.origin());
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

    fn heading(&self, outcome: &OutcomeFacts) -> String {
        let (from, to) = self.comparison.years;
        let OutcomeFacts { title, unit, summary, better, .. } = outcome;
        let unit = if unit == "1" { String::new() } else { format!(" of {unit}") };
        format!("{title}: {summary}{unit}, {} to {}; {better} is better", month_at(from), last_month_before(to))
    }

    fn side_by_side(&self, outcome: usize, width: usize) -> String {
        let mut columns = vec![("policy", Set::Wrapped(NAME))];
        columns.extend(REFERENCES.iter().map(|(_, title)| (*title, Set::Wrapped(CELL))));
        let mut table = Table::new(&columns);
        for policy in &self.comparison.policies {
            let mut cells = vec![format!("{}{}", policy.name, scale(policy))];
            cells.extend(REFERENCES.iter().map(|(reference, _)| match answer(policy, outcome, *reference) {
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
                let Some(answer) = answer(policy, outcome, *reference) else { continue };
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

/// What an equal-budget comparison did to the doses.
fn scale(policy: &PolicyAnswer) -> String {
    match policy.scale {
        Some(1.0) => String::new(),
        Some(scale) => format!(", doses x {}", number::short(scale)),
        None => ", doses not scaled".to_owned(),
    }
}
