//! Every message code has a page; its first example raises that code and no other error, its second example does not.
//!
//! Examples are fences marked `counterflow`, or `markdown` where the whole file matters. `repeated N` repeats the text.
//! They run with one data series, `births_year`, and one source, `census2020`; a few pages are about bundled
//! models, the one about missing data runs without data.

use counterflow_lang::{Code, Compiled, Project, SeriesFacts, Severity, SourceFile, compile};
use counterflow_model::{Horizon, Method, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// The text of each fence that is an example.
fn examples(page: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut open: Option<(String, String, String)> = None;
    for line in page.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &mut open {
            Some((fence, info, text)) if *fence == line => {
                examples.push(file(info, text));
                open = None;
            }
            Some((_, _, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None if ticks.len() >= 3 => open = Some((ticks.clone(), line[ticks.len()..].into(), String::new())),
            None => {}
        }
    }
    examples
}

/// A fence's text as a whole file.
fn file(info: &str, text: &str) -> String {
    if info == "markdown" {
        return text.into();
    }
    let times = info.strip_prefix("counterflow repeated ").map_or(1, |times| times.parse().unwrap());
    format!("# Example\n\n```counterflow\n{}```\n", text.repeat(times))
}

fn run(code: Code, text: String) -> Compiled {
    let horizon = Horizon::yearly(2000.0, 2010.0, 12, 12, Method::Euler);
    let births = SeriesFacts { unit: Unit::parse("people/year").unwrap(), points: vec![(2000.5, 4.0), (2001.5, 5.0)] };
    compile(&Project {
        title: "Example".into(),
        horizon: (code != Code::E1013).then_some(horizon),
        files: vec![SourceFile { path: "example.md".into(), text }],
        series: if code == Code::W2006 { BTreeMap::new() } else { BTreeMap::from([("births_year".into(), births)]) },
        bibliography: Some(BTreeSet::from(["census2020".into()])),
        strict: matches!(code, Code::E4006 | Code::E6001 | Code::E6002 | Code::E6003),
    })
}

/// What is wrong with a page.
fn fault(code: Code) -> Option<String> {
    let page = code.page();
    if !page.starts_with(&format!("# {code}: {}\n", code.title())) {
        return Some("the heading is not the code and its title".into());
    }
    let examples = examples(page);
    let [wrong, right] = &examples[..] else { return Some("a page has two examples".into()) };
    let found = run(code, wrong.clone());
    let is_error = code.severity() == Severity::Error;
    let mut errors = found.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    if errors.any(|d| d.code != code) || found.model.is_some() == is_error {
        return Some(format!("the example raises other errors: {}", shown(&found)));
    }
    if found.diagnostics.iter().all(|d| d.code != code) {
        return Some(format!("the example does not raise it: {}", shown(&found)));
    }
    let mended = run(code, right.clone());
    let still = mended.diagnostics.iter().any(|d| d.code == code);
    (still || mended.model.is_none()).then(|| format!("the mended example has errors: {}", shown(&mended)))
}

fn shown(compiled: &Compiled) -> String {
    compiled.diagnostics.iter().map(|d| format!("\n    {d}")).collect()
}

#[test]
fn every_page_raises_its_code_and_mends_it() {
    let fault = |code: &Code| fault(*code).map(|fault| format!("{code}: {fault}\n"));
    // Examples of imported files, of claims and experiments and of bibliographies are run by tests of those who read them.
    let ours =
        |code: &&Code| !code.text()[1..].starts_with(['7', '8', '9']) && !matches!(code, Code::E6007 | Code::W6007);
    let faults: String = Code::ALL.iter().filter(ours).filter_map(fault).collect();
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_page_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/errors");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> = files.collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    assert_eq!(pages, codes);
}
