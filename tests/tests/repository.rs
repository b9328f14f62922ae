//! Rules of the house: arrows between crates, names in documents, what the code must not hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests stand in the workspace").to_owned()
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What each crate may depend on, of our own.
const ARROWS: &[(&str, &[&str])] = &[
    ("counterflow-model", &[]),
    ("counterflow-lang", &["counterflow-model"]),
    ("counterflow-xmile", &["counterflow-lang", "counterflow-model"]),
    ("counterflow-engine", &["counterflow-model"]),
    ("counterflow-oracle", &["counterflow-model"]),
    ("counterflow-xmile-export", &["counterflow-model"]),
    ("counterflow-calibrate", &["counterflow-model"]),
    ("counterflow-explore", &["counterflow-engine", "counterflow-model"]),
    (
        "counterflow",
        &[
            "counterflow-calibrate",
            "counterflow-engine",
            "counterflow-explore",
            "counterflow-lang",
            "counterflow-model",
            "counterflow-xmile-export",
            "counterflow-xmile",
        ],
    ),
    ("counterflow-book", &["counterflow", "counterflow-model"]),
    ("counterflow-serve", &["counterflow"]),
    ("counterflow-web", &["counterflow"]),
    ("counterflow-cli", &["counterflow", "counterflow-serve"]),
];

#[test]
fn arrows_between_crates_go_one_way() {
    let mut crates: Vec<String> = fs::read_dir(root().join("crates"))
        .expect("crates/ is there")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    crates.sort();
    let mut known: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(crates, known, "a new crate needs a line in ARROWS and in ARCHITECTURE.md");
    for (name, allowed) in ARROWS {
        let manifest = text(&format!("crates/{name}/Cargo.toml"));
        let section = manifest.split("[dependencies]").nth(1).unwrap_or("");
        let section = section.split("\n[").next().unwrap_or("");
        let own: BTreeSet<&str> = (section.lines())
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|word| word.starts_with("counterflow"))
            .collect();
        assert_eq!(own, allowed.iter().copied().collect(), "dependencies of {name}");
    }
}

/// Every `path` in backticks of a document that looks like one of ours must exist.
#[test]
fn documents_name_what_exists() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/reference/language.md"] {
        for word in text(document).split('`').skip(1).step_by(2) {
            let looks_like_a_path = word.contains('/') && !word.contains([' ', '…', '<', '*', '(', '[', '{', ':']);
            let ours = ["crates/", "models/", "docs/", "tests/", "xtask/"].iter().any(|start| word.starts_with(start));
            if looks_like_a_path && ours {
                assert!(root().join(word).exists(), "{document} names `{word}`, which is not there");
            }
        }
    }
    let architecture = text("ARCHITECTURE.md");
    for (name, _) in ARROWS {
        assert!(architecture.contains(&format!("`crates/{name}`")), "ARCHITECTURE.md has no line for {name}");
    }
}

#[test]
fn the_glossary_is_short_and_its_words_are_used() {
    let architecture = text("ARCHITECTURE.md");
    let glossary = architecture.split("## Glossary").nth(1).expect("there is a glossary");
    let lines = glossary.lines().filter(|line| line.starts_with("- ")).count();
    assert!((10..=30).contains(&lines), "{lines} lines");
    let language = text("docs/reference/language.md") + &text("README.md") + &architecture;
    for word in ["stock", "flow", "auxiliary", "lookup", "dimension", "prior", "posterior", "draw", "coverage", "lever"]
    {
        assert!(glossary.contains(word) && language.matches(word).count() > 1, "{word}");
    }
}

/// Names that the engine's rooms must not hold: they serve any model.
const SUBJECT: &[&str] = &["fentanyl", "overdose", "mexico", "cartel", "naloxone", "opioid"];

#[test]
fn the_engine_names_no_subject_and_nothing_is_unsafe() {
    for (name, _) in ARROWS {
        for (path, code) in sources(&root().join("crates").join(name)) {
            let unsafe_code =
                code.lines().any(|line| line.trim_start().starts_with("unsafe ") || line.contains("= unsafe {"));
            assert!(!unsafe_code, "{} holds unsafe code", path.display());
            if ["counterflow-model", "counterflow-engine", "counterflow-calibrate"].contains(name) {
                let lower = code.to_lowercase();
                let found = SUBJECT.iter().find(|word| lower.contains(**word));
                assert_eq!(found, None, "{} names a subject", path.display());
            }
        }
    }
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut pending = vec![folder.join("src")];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let code = fs::read_to_string(&path).expect("readable");
                found.push((path, code));
            }
        }
    }
    found
}

/// Kinetic levers are rates on organisations as a whole.
#[test]
fn kinetic_levers_take_no_group_place_or_mode() {
    let project = counterflow::Project::bundled().expect("the bundled model reads");
    let model = project.model().expect("the bundled model compiles");
    let kinetic: Vec<&str> = (model.levers())
        .filter(|(_, lever)| lever.kinetic)
        .map(|(id, _)| {
            assert!(model.variable(id).dimensions.is_empty(), "{} has dimensions", model.variable(id).name);
            model.variable(id).name.as_str()
        })
        .collect();
    let expected =
        ["leader_removal", "naval_blockade", "special_operations", "strikes_on_labs", "terrorist_designation"];
    let mut sorted = kinetic.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
}
