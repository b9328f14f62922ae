//! Every parser behind one kind of door: bytes of a file in, and a panic if anything that must always hold does not.
//!
//! Fuzz targets call these with bytes of their own making, and `tests/fuzz_corpus.rs` with the bytes they have kept.

use std::sync::OnceLock;

use counterflow::claims::Known;
use counterflow::publishers::{self, Outcome};
use counterflow::{Project, claims, data, policy, render};
use counterflow_lang::{Compiled, Severity, SourceFile};
use counterflow_model::{Horizon, Method};

/// A parser under its name, which is that of the fuzz target and of the folder of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All parsers of files that come from outside.
pub const TARGETS: &[Target] = &[
    ("language", language),
    ("xmile", xmile),
    ("policy", policy),
    ("data", data),
    ("claim", claim),
    ("publisher", publisher),
];

/// Files longer than this show nothing new, and only take time.
const LONGEST: usize = 1 << 16;

/// One Markdown file of our own language.
pub fn language(bytes: &[u8]) {
    let Some(file) = source("fuzz.md", bytes) else { return };
    let project = counterflow_lang::Project {
        horizon: Some(Horizon::yearly(0.0, 10.0, 4, 4, Method::Euler)),
        files: vec![file.clone()],
        ..counterflow_lang::Project::default()
    };
    sound(&counterflow_lang::compile(&project), &file);
}

/// An XMILE file.
pub fn xmile(bytes: &[u8]) {
    let Some(file) = source("fuzz.xmile", bytes) else { return };
    sound(&counterflow_xmile::compile(&file), &file);
}

/// The bundled model with everything beside it.
fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}")))
}

/// A claim about the bundled model.
pub fn claim(bytes: &[u8]) {
    static KNOWN: OnceLock<Known<'static>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| Known::new(project()).unwrap_or_else(|problems| panic!("{problems:?}")));
    let Some(file) = source("fuzz.md", bytes) else { return };
    let (claim, found) = claims::read(known, &file.path, &file.text);
    assert_eq!(claim.is_some(), found.is_empty(), "{found:?}");
    for found in &found {
        assert!(file.text.get(found.place.span.clone()).is_some(), "{found:?}");
        within(Some((found.place.line, found.place.column)), &file);
        assert!(!render::diagnostic(found, std::slice::from_ref(&file), 100).is_empty());
    }
}

/// A policy for the bundled model.
pub fn policy(bytes: &[u8]) {
    let project = project();
    let Some(file) = source("fuzz.toml", bytes) else { return };
    match policy::read(project, &file.path, &file.text) {
        Ok(policy) => {
            let Ok(model) = project.model() else { panic!("the bundled model compiles") };
            let moves = policy.schedule(model).moves;
            assert!(moves.iter().all(|m| m.change.is_finite() && m.start.is_finite()), "{moves:?}");
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "a policy is refused without a word");
            problems.iter().for_each(|problem| within(problem.place, &file));
        }
    }
}

/// The CSV of a data series.
pub fn data(bytes: &[u8]) {
    let Some(file) = source("fuzz.csv", bytes) else { return };
    match data::read(&file.path, &file.text) {
        Ok(data) => {
            let finite = data.iter().all(|datum| datum.value.is_finite() && datum.period.mid_time().is_finite());
            assert!(finite, "{data:?}");
            assert!(data.is_sorted_by(|a, b| a.period.first_month() < b.period.first_month()), "{data:?}");
        }
        Err(problem) => assert!(!problem.to_string().is_empty()),
    }
}

/// A table as a publisher gives it out, and the series that are made of it to continue those of the bundled model.
pub fn publisher(bytes: &[u8]) {
    if bytes.len() > LONGEST {
        return;
    }
    match publishers::read("fuzz.csv", bytes) {
        Outcome::Unknown(why) => assert!(!why.is_empty()),
        Outcome::Broken(problems) => {
            assert!(!problems.is_empty(), "a table is refused without a word");
            assert!(problems.iter().all(|problem| problem.place.is_none_or(|(line, column)| line >= 1 && column >= 1)));
        }
        Outcome::Read(taken) => {
            let months = taken.reading.quantities.values().flatten();
            assert!(months.clone().all(|(_, value)| value.is_finite() && *value >= 0.0));
            let Ok(all) = publishers::merged(&[("fuzz.csv", &taken.reading)]) else {
                panic!("one file contradicts itself")
            };
            for derived in taken.publisher.derive(&all, &project().series).unwrap_or_default() {
                let months = derived.values.iter().map(|(period, _)| period.first_month());
                assert!(months.is_sorted_by(|a, b| a < b), "{derived:?}");
                assert!(derived.values.iter().all(|(_, value)| value.is_finite()), "{derived:?}");
            }
        }
    }
}

/// The text of a file. Files that are no text or far too long are refused before they reach a parser.
fn source(path: &str, bytes: &[u8]) -> Option<SourceFile> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST)?;
    Some(SourceFile { path: path.into(), text: text.into() })
}

/// There is a model exactly if there is no error, and every message can be shown at its place.
fn sound(compiled: &Compiled, file: &SourceFile) {
    let has_error = compiled.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(compiled.model.is_some(), !has_error, "{:?}", compiled.diagnostics);
    for found in &compiled.diagnostics {
        assert!(file.text.get(found.place.span.clone()).is_some(), "{found:?}");
        within(Some((found.place.line, found.place.column)), file);
        assert!(!render::diagnostic(found, std::slice::from_ref(file), 100).is_empty());
    }
}

/// A place is one of the file's, or just beyond its end.
fn within(place: Option<(usize, usize)>, file: &SourceFile) {
    if let Some((line, column)) = place {
        let lines = file.text.matches('\n').count() + 1;
        assert!((1..=lines).contains(&line) && column >= 1, "line {line}, column {column} of {lines} lines");
    }
}
