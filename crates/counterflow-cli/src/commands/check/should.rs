//! `check --should`: the model's statements of what must come out if inputs are set.

use counterflow::should::{Figure, Found, Part, Row, Standing, shoulds};
use counterflow::{Problem, Project};
use serde_json::{Value, json};

use crate::number::short;
use crate::progress::Progress;
use crate::table::{Set, Table, indented};

/// Runs them all, with progress.
pub fn run(project: &Project, draws: usize) -> Result<Found, Problem> {
    let progress = Progress::new("statements");
    shoulds(project, draws, &|done, of| progress.at(done, of))
}

/// Whether nothing fails that is not known to.
pub fn is_kept(found: &Found) -> bool {
    found.count(Standing::Fails) == 0
}

/// A table of all of them, then everything about those that do not hold.
pub fn text_of(found: &Found, width: usize) -> String {
    let head = format!(
        "What should come out, in the run with the posterior medians and in {} draws. Nearest: where a statement is nearest \
         to failing, over all of them; what was measured against with what it is compared.",
        found.members - 1
    );
    let mut table = Table::new(&[
        ("statement", Set::Rest),
        ("", Set::Left),
        ("members", Set::Right),
        ("nearest", Set::Wrapped(34)),
    ]);
    for row in &found.rows {
        let members = format!("{}/{}", row.holding, row.members);
        table.row([row.should.statement.clone(), row.standing().word().to_owned(), members, nearest(row)]);
    }
    let mut text = format!("\n{}\n{}", indented(&head, 0, width), table.text(width));
    for row in found.rows.iter().filter(|row| row.standing() != Standing::Holds) {
        text.push('\n');
        text.push_str(&details(row, width));
    }
    text.push('\n');
    let [holds, fails, known, no_longer] =
        [Standing::Holds, Standing::Fails, Standing::KnownMiss, Standing::NoLongerMissed].map(|s| found.count(s));
    let sums = format!(
        "{holds} of {} statements hold; {fails} fail, {known} are known misses, {no_longer} hold here though marked as misses",
        found.rows.len()
    );
    text.push_str(&indented(&sums, 0, width));
    text
}

/// The figure of the expectation that is nearest to failing.
fn nearest(row: &Row) -> String {
    let part = row.parts.iter().min_by(|a, b| a.worst.margin.total_cmp(&b.worst.margin));
    part.map_or_else(String::new, |part| in_words(&part.worst))
}

fn in_words(figure: &Figure) -> String {
    let Figure { value, reference, label, run, .. } = figure;
    let run = if run.is_empty() { String::new() } else { format!(", {run}") };
    format!("{} against {} ({label}{run})", short(*value), short(*reference))
}

fn details(row: &Row, width: usize) -> String {
    let place = &row.should.place;
    let mut text = indented(
        &format!("{}:{}: {}: \"{}\"", place.path, place.line, row.standing().word(), row.should.statement),
        0,
        width,
    );
    for Part { text: expected, holding, named, worst } in &row.parts {
        let line = format!(
            "expected {expected}; came out in {holding} of {}; medians {}; worst {}",
            row.members,
            in_words(named),
            in_words(worst)
        );
        text.push_str(&indented(&line, 2, width));
    }
    if let Some(why) = &row.should.known_miss {
        text.push_str(&indented(&format!("known: {why}"), 2, width));
    }
    text
}

/// All of them with every figure.
pub fn json_of(found: &Found) -> Value {
    let figure = |figure: &Figure| {
        json!({
            "margin": figure.margin, "value": figure.value, "reference": figure.reference,
            "time": figure.label, "run": figure.run, "member": figure.member,
        })
    };
    let part = |part: &Part| {
        json!({
            "expected": part.text, "holding": part.holding,
            "medians": figure(&part.named), "worst": figure(&part.worst),
        })
    };
    let row = |row: &Row| {
        json!({
            "statement": row.should.statement,
            "path": row.should.place.path,
            "line": row.should.place.line,
            "standing": row.standing().word().to_lowercase(),
            "holding": row.holding,
            "members": row.members,
            "runs": row.runs,
            "share": row.should.share,
            "because": row.should.because,
            "known_miss": row.should.known_miss,
            "expectations": row.parts.iter().map(part).collect::<Vec<Value>>(),
        })
    };
    found.rows.iter().map(row).collect()
}
