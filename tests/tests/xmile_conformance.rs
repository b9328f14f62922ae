//! The public test models in XMILE: every value that another program printed for them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use counterflow::Project;
use counterflow::policy::Policy;
use counterflow::simulate::{Every, Request, Values, simulate};
use counterflow_xmile::reference::EXCEPTIONS;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// Columns by canonical name, each a list of times and values as printed.
type Table = BTreeMap<String, Vec<(f64, String)>>;

fn canonical(name: &str) -> String {
    let name = name.trim().trim_matches('"').to_lowercase();
    let mut out = String::new();
    for c in name.chars() {
        let c = if c.is_whitespace() { '_' } else { c };
        if !(c == '_' && out.ends_with(['_', ',', '['])) {
            out.push(c);
        }
    }
    out.replace("_,", ",").replace("_[", "[")
}

fn expected(text: &str) -> Table {
    let separator = if text.lines().next().is_some_and(|line| line.contains('\t')) { '\t' } else { ',' };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let heads: Vec<String> = cells(lines.next().unwrap_or_default(), separator);
    let mut table = Table::new();
    for line in lines {
        let row = cells(line, separator);
        let Some(time) = row.first().and_then(|cell| cell.trim().parse().ok()) else { continue };
        for (head, cell) in heads.iter().zip(&row).skip(1) {
            table.entry(canonical(head)).or_default().push((time, cell.trim().to_owned()));
        }
    }
    table
}

/// Cells of a line; those in quotes may hold the separator.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == separator && !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// The first value that differs, if any.
fn difference(model: &Path, expected: &Table) -> Option<String> {
    let project = match Project::open(model) {
        Ok(project) => project,
        Err(problems) => return Some(format!("{problems:?}")),
    };
    if project.model().is_err() {
        let told: Vec<String> = project.compiled.diagnostics.iter().map(ToString::to_string).collect();
        return Some(told.join("\n    "));
    }
    let request = Request {
        policy: Policy::status_quo(),
        series: Vec::new(),
        from: None,
        to: None,
        every: Every::Save,
        draws: None,
        seed: 1,
    };
    let simulation = simulate(&project, &request, &mut |_, _| {}).unwrap();
    let mut found: BTreeMap<String, Vec<f64>> =
        simulation.clock.iter().map(|(name, value)| (canonical(name), vec![*value; simulation.times.len()])).collect();
    for column in &simulation.columns {
        let Values::Points(points) = &column.values else { continue };
        found.insert(canonical(&column.name), points.clone());
    }
    for (name, rows) in expected {
        let Some(values) = found.get(name) else { return Some(format!("no column `{name}`")) };
        for (time, printed) in rows {
            let Ok(wanted) = printed.parse::<f64>() else { continue };
            let at = simulation.times.iter().position(|known| (known - time).abs() < 1e-6);
            let value = at.map_or(f64::NAN, |at| values[at]);
            if !agree(value, wanted, printed) {
                return Some(format!("`{name}` at {time}: {value} for {printed}"));
            }
        }
    }
    None
}

fn agree(value: f64, wanted: f64, printed: &str) -> bool {
    if value.is_nan() || wanted.is_nan() {
        return value.is_nan() == wanted.is_nan();
    }
    let digits = printed.split_once('.').filter(|(_, d)| d.chars().all(|c| c.is_ascii_digit())).map(|(_, d)| d.len());
    let half = digits.filter(|_| wanted.abs() < 10.0).map_or(0.0, |digits| 0.6 / power_of_ten(digits));
    (value - wanted).abs() <= (1e-6 * wanted.abs().max(value.abs()) + 1e-6).max(half)
}

fn power_of_ten(digits: usize) -> f64 {
    (0..digits).fold(1.0, |power, _| power * 10.0)
}

/// Model files of all cases with the tables beside them.
fn cases() -> Vec<(String, PathBuf, Vec<Table>)> {
    let mut cases = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let outputs = ["output.csv", "output.tab", "output_stella.csv"];
        let tables: Vec<Table> = outputs
            .iter()
            .filter_map(|o| fs::read_to_string(folder.join(o)).ok())
            .map(|text| expected(&text))
            .collect();
        let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "xmile" || e == "stmx")) {
            cases.push((name.clone(), file, tables.clone()));
        }
    }
    cases
}

#[test]
fn every_case_agrees_with_the_program_that_made_it() {
    let mut faults = Vec::new();
    let cases = cases();
    assert!(cases.len() > 20);
    for (name, model, tables) in &cases {
        if EXCEPTIONS.iter().any(|(known, _)| known == name) {
            continue;
        }
        // Two programs differ in a few cases: either will do.
        let differences: Vec<Option<String>> = tables.iter().map(|table| difference(model, table)).collect();
        if !differences.iter().any(Option::is_none) {
            faults.push(format!("{}: {:?}", model.display(), differences.first()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn exceptions_are_told_what_they_lack() {
    let cases = cases();
    for (name, why) in EXCEPTIONS {
        let mut files = cases.iter().filter(|(known, ..)| known == name).peekable();
        assert!(files.peek().is_some(), "no case {name}");
        for (_, model, _) in files {
            let project = Project::open(model).unwrap();
            let code = if why.contains("macro") { "E2004" } else { "E7004" };
            let told = project.compiled.diagnostics.iter().any(|found| found.code.text() == code);
            assert!(project.model().is_err() && told, "{name}: {:?}", project.compiled.diagnostics);
        }
    }
}
