//! The answer in short: a headline, and for each outcome a table with a row for each policy.

use counterflow::answers::{Answer, Basis, Comparison, OutcomeFacts, PolicyAnswer, Reference};
use counterflow::policy::{Policy, last_month_before, month_at};

use super::{Frame, answer, basis_word, turns};
use crate::number;
use crate::table::{Set, Table, indented};

/// No table is set for less than this.
const NARROWEST: usize = 80;
/// From this width on there is room for the change from today, and for more words.
const ROOMY: usize = 90;
/// However wide the numbers are, this much of a policy's name is left.
const SHORTEST_NAME: usize = 7;
/// With less than this for names, the change from today is left out.
const SHORT_NAME: usize = 12;
/// The outcome of the headline.
const HEADLINE: &str = "us_deaths_all";

const READING: &str = "Bands are 90 %. A chance is given only where the answer rests on data or analogy; deaths in the \
                       two countries are never added.";
const HINT: &str = "What each policy is, every band and what each number rests on: --details";

impl Frame<'_> {
    /// The answer in short.
    pub fn compact(&self, terminal: usize) -> String {
        let width = terminal.max(NARROWEST);
        let mut text = self.headline().map_or_else(String::new, |line| indented(&line, 0, width));
        text.push_str(&indented(READING, 0, width));
        text.push_str(&self.doses().map_or_else(String::new, |line| indented(&line, 0, width)));
        for (key, title) in self.concerns() {
            text.push_str(&format!("\n{}\n", title.to_uppercase()));
            let mut outcomes: Vec<(usize, &OutcomeFacts)> = self.concerning(key).collect();
            outcomes.sort_by_key(|(_, outcome)| urgency(outcome));
            for (i, outcome) in outcomes {
                text.push('\n');
                text.push_str(&Block::new(self.comparison, i, outcome).text(width));
            }
        }
        text.push_str(&format!("\n{}", self.origin()));
        text.push_str(&indented(HINT, 0, width));
        text
    }

    /// What the status quo means for lives, if the comparison has it.
    fn headline(&self) -> Option<String> {
        let Comparison { outcomes, policies, years, .. } = self.comparison;
        let deaths = outcomes.iter().position(|outcome| outcome.id == HEADLINE && outcome.summary == "total")?;
        let status_quo = policies.iter().find(|policy| policy.id == Policy::status_quo().id)?;
        let band = &answer(status_quo, deaths, Reference::Level)?.band;
        Some(format!(
            "If nothing changes, between {} and {} people in the United States are likely to die of overdoses in {} \
             (90 in 100 of the model's futures).",
            number::short(band.lo90),
            number::short(band.hi90),
            span(*years)
        ))
    }

    /// What an equal-budget comparison did to the doses, if it did anything.
    fn doses(&self) -> Option<String> {
        let scaled = self.comparison.policies.iter().filter(|policy| policy.scale != Some(1.0));
        let said: Vec<String> = scaled
            .map(|policy| match policy.scale {
                Some(scale) => format!("{} x {}", policy.name, number::short(scale)),
                None => format!("{} not scaled", policy.name),
            })
            .collect();
        (!said.is_empty()).then(|| format!("Doses scaled to the same public cost: {}.", said.join(", ")))
    }
}

/// People stand first, among them totals (deaths) before means; the rest keeps the model's order.
fn urgency(outcome: &OutcomeFacts) -> (bool, bool) {
    let people = outcome.unit == "people";
    (!people, people && outcome.summary != "total")
}

/// The years counted, by their months where they are not whole.
fn span((from, to): (f64, f64)) -> String {
    if from.fract() != 0.0 || to.fract() != 0.0 {
        return format!("{} to {}", month_at(from), last_month_before(to));
    }
    let last = to - 1.0;
    if last > from { format!("{from:.0}-{last:.0}") } else { format!("{from:.0}") }
}

/// The table of one outcome.
struct Block<'a> {
    comparison: &'a Comparison,
    position: usize,
    outcome: &'a OutcomeFacts,
    /// Large numbers are shown in this many, and called by this word.
    size: (f64, &'static str),
    /// Distinct break-evens, in the order of their letters.
    notes: Vec<String>,
}

impl<'a> Block<'a> {
    fn new(comparison: &'a Comparison, position: usize, outcome: &'a OutcomeFacts) -> Block<'a> {
        let mut block = Block { comparison, position, outcome, size: (1.0, ""), notes: Vec::new() };
        block.size = size(block.largest());
        block
    }

    /// Heading, table and notes.
    fn text(mut self, width: usize) -> String {
        let columns = Column::shown(width);
        let rows: Vec<Vec<String>> = self.comparison.policies.iter().map(|p| self.row(p, &columns, width)).collect();
        let mut text = indented(&self.heading(), 0, width);
        text.push_str(&set(columns, rows, width));
        for (i, note) in self.notes.iter().enumerate() {
            text.push_str(&format!("{}\n", truncated(&format!("  {}  {note}", letter(i)), width)));
        }
        text
    }

    fn heading(&self) -> String {
        let OutcomeFacts { title, unit, summary, better, .. } = self.outcome;
        let unit = match (unit.as_str(), self.size.1) {
            ("1", "") => String::new(),
            ("1", word) => format!(", {word}"),
            (unit, "") => format!(", {unit}"),
            (unit, word) => format!(", {word} {unit}"),
        };
        let better = if *better == "neither" { "neither direction" } else { better };
        format!("{title}: {summary} {}{unit}; {better} is better", span(self.comparison.years))
    }

    /// The largest size of a number in the table.
    fn largest(&self) -> f64 {
        let answers = self.comparison.policies.iter().flat_map(|policy| &policy.answers);
        let ours = answers.filter(|answer| answer.outcome == self.position);
        ours.flat_map(|answer| [answer.band.lo90, answer.band.hi90]).map(f64::abs).fold(0.0, f64::max)
    }

    /// The cells of a policy, its whole name first. The status quo has a band of its level, the others of their effect.
    fn row(&mut self, policy: &PolicyAnswer, columns: &[Column], width: usize) -> Vec<String> {
        let found = |reference| answer(policy, self.position, reference);
        let (level, effect, today) = (found(Reference::Level), found(Reference::StatusQuo), found(Reference::Today));
        let nothing = effect.is_some_and(|answer| (answer.band.lo90, answer.band.hi90) == (0.0, 0.0));
        let rests = effect.or(level);
        let mut cell = |column: &Column| match column {
            Column::Policy => policy.name.clone(),
            Column::Effect if nothing => "no effect".to_owned(),
            _ if nothing => String::new(),
            Column::Level => level.map_or_else(String::new, |answer| self.number(answer.band.median, false)),
            Column::Effect => effect.map_or_else(String::new, |answer| self.number(answer.band.median, true)),
            Column::Band => rests.map_or_else(String::new, |answer| self.band(answer)),
            Column::Today => today.map_or_else(String::new, |answer| self.number(answer.band.median, true)),
            Column::Chance => effect.map_or_else(|| "-".to_owned(), |answer| self.chance(answer, width)),
            Column::Basis => rests.map_or_else(String::new, |answer| basis_word(answer.basis).to_owned()),
        };
        columns.iter().map(&mut cell).collect()
    }

    fn number(&self, x: f64, signed: bool) -> String {
        let x = x / self.size.0;
        if signed { number::signed(x) } else { number::short(x) }
    }

    /// The 90 % band; none if it has no width.
    fn band(&self, answer: &Answer) -> String {
        let signed = answer.reference != Reference::Level;
        let [low, high] = [answer.band.lo90, answer.band.hi90].map(|x| self.number(x, signed));
        if low == high { String::new() } else { format!("[{low} to {high}]") }
    }

    /// The chance of being better; beside an assumption, the letter of the note that says where the sign turns.
    fn chance(&mut self, answer: &Answer, width: usize) -> String {
        if let (Basis::Assumption, Some(turn)) = (answer.basis, &answer.break_even) {
            let note = turns(turn);
            let known = self.notes.iter().position(|other| *other == note).unwrap_or_else(|| {
                self.notes.push(note);
                self.notes.len() - 1
            });
            return format!("see {}", letter(known));
        }
        let all = if width < ROOMY { "" } else { " in 100" };
        match answer.p_better.filter(|_| answer.basis != Basis::Assumption).map(|p| (p * 100.0).round()) {
            None => "-".to_owned(),
            Some(p) if p < 1.0 => format!("<1{all}"),
            Some(p) if p > 99.0 => format!(">99{all}"),
            Some(p) => format!("{p:.0}{all}"),
        }
    }
}

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Policy,
    Level,
    Effect,
    Band,
    Today,
    Chance,
    Basis,
}

impl Column {
    /// The columns that a line of this width has room for.
    fn shown(width: usize) -> Vec<Column> {
        use Column::{Band, Basis, Chance, Effect, Level, Policy, Today};
        let all = [Policy, Level, Effect, Band, Today, Chance, Basis];
        all.into_iter().filter(|column| *column != Today || width >= ROOMY).collect()
    }

    /// Two lines of heading and how the cells are set.
    fn heading(self, width: usize) -> (&'static str, Set) {
        match self {
            Column::Policy => ("\npolicy", Set::Left),
            Column::Level => ("\nlevel", Set::Right),
            Column::Effect => ("against\nstatus quo", Set::Right),
            Column::Band => ("\n[5 % to 95 %]", Set::Left),
            Column::Today => ("against\ntoday", Set::Right),
            Column::Chance if width < ROOMY => ("better\nin 100", Set::Right),
            Column::Chance => ("chance\nbetter", Set::Right),
            Column::Basis => ("\nbasis", Set::Left),
        }
    }
}

/// Sets the rows as a table in which the names, the first column, take what the numbers leave. Where that is too little,
/// the change from today makes room.
fn set(mut columns: Vec<Column>, mut rows: Vec<Vec<String>>, width: usize) -> String {
    if name_room(&columns, &rows, width) < SHORT_NAME
        && let Some(today) = columns.iter().position(|column| *column == Column::Today)
    {
        columns.remove(today);
        rows.iter_mut().for_each(|row| drop(row.remove(today)));
    }
    let room = name_room(&columns, &rows, width);
    let headings: Vec<(&str, Set)> = columns.iter().map(|column| column.heading(width)).collect();
    let mut table = Table::new(&headings);
    for mut row in rows {
        row[0] = truncated(&row[0], room);
        table.cells(row);
    }
    table.text(width)
}

/// Width that the other columns leave for the names.
fn name_room(columns: &[Column], rows: &[Vec<String>], width: usize) -> usize {
    const GAP: usize = 2;
    let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let column =
        |c: usize| rows.iter().map(|row| longest(&row[c])).fold(longest(columns[c].heading(width).0), usize::max);
    let others: usize = (1..columns.len()).map(|c| GAP + column(c)).sum();
    width.saturating_sub(others).max(SHORTEST_NAME)
}

/// Text cut to a number of columns, with an ellipsis where something is missing.
fn truncated(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The size in which numbers up to this one are shown, so that columns stay narrow.
fn size(largest: f64) -> (f64, &'static str) {
    // A little below ten million, since numbers are rounded before they are shown.
    const SIZES: &[(f64, f64, &str)] = &[(1e12, 1e12, "trillion"), (1e9, 1e9, "billion"), (9.99e6, 1e6, "million")];
    let found = SIZES.iter().find(|(from, _, _)| largest >= *from);
    found.map_or((1.0, ""), |(_, size, word)| (*size, *word))
}

/// a to z, then aa, ab and so on.
fn letter(i: usize) -> String {
    let last = char::from(b'a' + u8::try_from(i % 26).unwrap_or(0));
    if i < 26 { last.to_string() } else { format!("{}{last}", letter(i / 26 - 1)) }
}
