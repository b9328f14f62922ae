//! The specification, as pages that run: `tests/spec/*.md` says what the language is, `docs/reference/semantics.md`
//! what a model does where programs disagree.
//!
//! A heading is a test, a fence marked `counterflow` or `xmile` its model, and a fence marked `expect` what must come
//! out; see `literate` for what may stand there.

mod literate;
mod run;

use std::path::{Path, PathBuf};

/// What is wrong with the cases of some pages, and how many there are.
fn faults(paths: &[PathBuf]) -> (String, usize) {
    let mut report = String::new();
    let mut count = 0;
    for path in paths {
        for case in literate::cases(&std::fs::read_to_string(path).unwrap()) {
            count += 1;
            for fault in case.faults() {
                report += &format!("{}: {}: {fault}\n", path.file_name().unwrap().display(), case.title);
            }
        }
    }
    (report, count)
}

#[test]
fn the_specification_holds() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/spec"));
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "md"));
    paths.sort();
    let (report, count) = faults(&paths);
    assert!(count > 40, "only {count} cases were found");
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn the_chapter_on_semantics_holds() {
    let page = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/semantics.md"));
    let (report, count) = faults(&[page.to_owned()]);
    assert!(count > 20, "only {count} cases were found");
    assert!(report.is_empty(), "\n{report}");
}
