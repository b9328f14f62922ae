//! Broken sectors: every file of `tests/broken` is a sector with one slip, and its first line says which message must
//! come from where. `sound.md` is the sector before anything was broken.

use counterflow_lang::{Compiled, Project, SeriesFacts, Severity, SourceFile, compile};
use counterflow_model::Unit;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// All files with their names, in order.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/broken"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn compiled(path: &str, text: &str, strict: bool) -> Compiled {
    let facts =
        |unit: &str| SeriesFacts { unit: Unit::parse(unit).unwrap(), points: vec![(2000.5, 9e5), (2020.5, 1e6)] };
    let series = [("treatment_demand_year", "people/year"), ("treatment_deaths_month", "people")];
    compile(&Project {
        title: "Broken".into(),
        horizon: None,
        files: vec![SourceFile { path: path.into(), text: text.into() }],
        series: series.into_iter().map(|(key, unit)| (key.to_owned(), facts(unit))).collect::<BTreeMap<_, _>>(),
        bibliography: Some(BTreeSet::from(["samhsa2019".into(), "healing2024".into()])),
        strict,
    })
}

/// `E2001 at 49:34`, or `nothing`, and whether the sector belongs to a bundled model.
fn expectation(text: &str) -> Option<(&str, bool)> {
    let line = text.lines().next()?.strip_prefix("<!-- expect: ")?.strip_suffix(" -->")?;
    Some(match line.strip_suffix(" in a bundled model") {
        Some(expected) => (expected, true),
        None => (line, false),
    })
}

/// The errors that were found, as first lines name them; in a bundled model warnings too.
fn found(compiled: &Compiled, strict: bool) -> Vec<String> {
    let counts = compiled.diagnostics.iter().filter(|d| strict || d.severity == Severity::Error);
    counts.map(|d| format!("{} at {}:{}", d.code, d.place.line, d.place.column)).collect()
}

#[test]
fn every_slip_is_found_where_it_is() {
    let mut faults = String::new();
    for (path, text) in files() {
        let (expected, strict) = expectation(&text).expect("the first line says what to expect");
        let compiled = compiled(&path, &text, strict);
        let found = found(&compiled, strict);
        let right = if expected == "nothing" { found.is_empty() } else { found == [expected] };
        if !right || compiled.model.is_some() != (expected == "nothing") {
            let messages: String = compiled.diagnostics.iter().map(|d| format!("\n    {d}")).collect();
            faults += &format!("{path}: expected {expected}, found {found:?}{messages}\n");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_file_has_an_error_of_its_own() {
    let files = files();
    let codes: BTreeSet<&str> = files.iter().filter_map(|(_, text)| expectation(text)?.0.split(' ').next()).collect();
    assert_eq!(codes.len(), files.len());
    assert!(codes.len() > 34, "only {} errors are covered", codes.len());
}
