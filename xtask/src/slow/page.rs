//! The page of the slow proofs: a row for each, replaced when it is made again.

use std::fs;

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

/// Puts a row into the page, in place of the one of the same name.
///
/// # Errors
/// If the page can not be read or written.
pub fn record(row: Row) -> Result<(), String> {
    let place = root().join("docs/slow.md");
    let before = fs::read_to_string(&place).unwrap_or_default();
    fs::write(&place, with(&before, row)).map_err(|error| format!("{}: {error}", place.display()))
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
        assert_eq!(read(with(&page, row("b", "2 of 2")).lines().last().unwrap()), Some(row("b", "2 of 2")));
    }
}
