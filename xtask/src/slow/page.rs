//! The page of the slow proofs: a row for each, replaced when it is made again.

use std::fs;

use crate::sections::{self, VALIDATION};
use crate::steps::root;

/// What one proof left.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    pub claim: String,
    pub figure: String,
    pub seconds: f64,
    pub date: String,
}

const HEAD: &str = "\
# Slow proofs

Written by `cargo xtask test --slow [NAME ...] --date DAY`; do not edit.
Seconds are those of the wall clock on a shared machine of two cores, building left out where it was done before.

| name | what holds | measured | seconds | date |
|---|---|---|---|---|
";

/// Proofs of the sampler, whose figures stand in `docs/validation.md` too.
const OF_THE_SAMPLER: &[&str] = &["reference", "sbc", "national_sbc"];

/// Puts a row into the page, in place of the one of the same name.
///
/// # Errors
/// If the page can not be read or written.
pub fn record(row: Row) -> Result<(), String> {
    let place = root().join("docs/slow.md");
    let before = fs::read_to_string(&place).unwrap_or_default();
    let page = with(&before, row);
    sections::write(VALIDATION, "proofs", &of_the_sampler(&page))?;
    fs::write(&place, page).map_err(|error| format!("{}: {error}", place.display()))
}

/// The section on the proofs of the sampler, from the page of all proofs.
fn of_the_sampler(page: &str) -> String {
    let mut text =
        "## Proofs of the sampler\n\nWritten by `cargo xtask test --slow NAME --date DAY`; do not edit.\n".to_owned();
    for row in page.lines().filter_map(read).filter(|row| OF_THE_SAMPLER.contains(&row.name.as_str())) {
        text.push_str(&format!("\n- `{}` ({}): {}. {}.\n", row.name, row.date, row.claim, row.figure));
    }
    text
}

fn with(page: &str, row: Row) -> String {
    let mut rows: Vec<Row> = page.lines().filter_map(read).filter(|old| old.name != row.name).collect();
    rows.push(row);
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = HEAD.to_owned();
    for Row { name, claim, figure, seconds, date } in rows {
        text.push_str(&format!("| {name} | {claim} | {figure} | {seconds:.0} | {date} |\n"));
    }
    text
}

fn read(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    let [name, claim, figure, seconds, date] = cells[..] else { return None };
    let seconds = seconds.parse().ok()?;
    Some(Row { name: name.into(), claim: claim.into(), figure: figure.into(), seconds, date: date.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, figure: &str) -> Row {
        Row { name: name.into(), claim: "holds".into(), figure: figure.into(), seconds: 7.0, date: "2026-01-02".into() }
    }

    #[test]
    fn a_row_replaces_the_one_of_its_name() {
        let page = with(&with("", row("b", "1 of 2")), row("a", "3"));
        assert_eq!(
            page,
            format!("{HEAD}| a | holds | 3 | 7 | 2026-01-02 |\n| b | holds | 1 of 2 | 7 | 2026-01-02 |\n")
        );
        let proofs = of_the_sampler(&with(&page, row("sbc", "4 of 4")));
        assert!(proofs.ends_with("do not edit.\n\n- `sbc` (2026-01-02): holds. 4 of 4.\n"), "{proofs}");
        assert_eq!(read(with(&page, row("b", "2 of 2")).lines().last().unwrap()), Some(row("b", "2 of 2")));
    }
}
