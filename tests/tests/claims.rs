//! The claims ledger: every bundled claim reads, has sources and figures that resolve; what is wrong is told at its place.
//!
//! In `tests/claims/*.md` a comment `<!-- expect: LINE:COLUMN CODE WORDS -->` stands for one message; there must be no others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use counterflow::citations::Citing;
use counterflow::claims::{Claim, Kind, Known, Ledger, Side, Status, all, fill, find, read};
use counterflow::comparison::{CompareOptions, compare};
use counterflow::policy::{self, Policy};
use counterflow::variants::Choice;
use counterflow::{Code, Diagnostic, Project, listing};

fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}")))
}

fn known() -> &'static Known<'static> {
    static KNOWN: OnceLock<Known<'static>> = OnceLock::new();
    KNOWN.get_or_init(|| Known::new(project()).unwrap_or_else(|problems| panic!("{problems:?}")))
}

fn claims() -> Vec<Claim> {
    all(project()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn the_ledger_is_whole() {
    let claims = claims();
    assert!(claims.len() >= 30, "{} claims", claims.len());
    let ids: BTreeSet<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
    assert_eq!(ids.len(), claims.len());
    for side in Side::ALL {
        assert!(claims.iter().filter(|claim| claim.side == *side).count() >= 10, "{}", side.word());
    }
    for claim in &claims {
        assert!(!claim.sources.is_empty() && !claim.variables.is_empty(), "{}", claim.id);
        assert!(claim.claim.ends_with('.') && claim.path.ends_with(&format!("_{}.md", claim.id)), "{}", claim.path);
        // Value judgements are recorded, not scored; everything else is scored.
        assert_eq!(claim.kind == Kind::Value, claim.status == Status::ValueJudgement, "{}", claim.id);
    }
    assert!(Ledger::of(project()).unwrap().diagnostics.is_empty());
}

#[test]
fn every_figure_is_filled_in() {
    let claims = claims();
    let chosen: Vec<&Claim> = claims.iter().collect();
    let filled = fill(project(), &chosen, Some(16), &mut |_, _| {}).unwrap();
    assert_eq!((filled.draws, filled.entries.len()), (Some(16), claims.len()));
    for entry in &filled.entries {
        for text in [&entry.record, &entry.model, &entry.would_have_to_be_true] {
            let unfilled = text.contains(['{', '}']) || text.contains("unknown") || text.contains("NaN");
            assert!(!text.is_empty() && !unfilled, "{}: {text}", entry.claim.id);
        }
        assert_eq!(entry.sources.len(), entry.claim.sources.len());
    }
}

/// A claim may only name what every variant of the model has, so that each can be asked for.
#[test]
fn claims_read_under_every_variant() {
    for slot in &project().slots {
        for variant in &slot.variants {
            let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
            let project = Project::choose(None, std::slice::from_ref(&choice)).unwrap();
            let found = Ledger::of(&project).unwrap().diagnostics;
            assert!(found.is_empty(), "{choice}: {found:?}");
        }
    }
}

/// One comparison for all claims gives the figures that a comparison of one policy gives.
#[test]
fn figures_do_not_depend_on_what_else_is_asked() {
    let claims = claims();
    let claim = find(&claims, "strike_only_way").unwrap();
    let run = claim.runs().find(|run| run.policy.id == "naloxone").expect("the claim compares with naloxone");
    let policies = [Policy::status_quo(), policy::find(project(), "naloxone").unwrap()];
    let options = CompareOptions { draws: Some(16), ..CompareOptions::default() };
    let comparison = compare(project(), &policies, &options, &mut |_, _| {}).unwrap();
    let figure = run.text(&comparison).expect("the comparison holds the policy");
    let filled = fill(project(), &[claim], Some(16), &mut |_, _| {}).unwrap();
    assert!(filled.entries[0].model.contains(&figure), "{figure}\n{}", filled.entries[0].model);
    assert!(figure.contains(" against the status quo (basis: ") && figure.ends_with(" against today"), "{figure}");
}

#[test]
fn claims_count_as_citing() {
    let sources = listing::sources(project());
    for claim in claims() {
        for key in &claim.sources {
            let entry = sources.iter().find(|entry| entry.key == *key).expect("a known key");
            assert!(entry.cited_by.contains(&Citing::Claim(claim.id.clone())), "{key}");
        }
    }
}

/// `LINE:COLUMN CODE MESSAGE`, as expectations are written.
fn shown(found: &Diagnostic) -> String {
    format!("{}:{} {} {}", found.place.line, found.place.column, found.code, found.message)
}

#[test]
fn broken_claims_say_where_and_what() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("claims");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "{} files", files.len());
    let mut faults = String::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let comment = |line: &'_ str| Some(line.strip_prefix("<!-- expect: ")?.strip_suffix(" -->")?.to_owned());
        let expected: Vec<String> = text.lines().filter_map(comment).collect();
        let (claim, found) = read(known(), "broken.md", &text);
        let found: Vec<String> = found.iter().map(shown).collect();
        let agree =
            expected.len() == found.len() && expected.iter().zip(&found).all(|(e, f)| f.starts_with(e.as_str()));
        if !agree || expected.is_empty() || claim.is_some() {
            faults.push_str(&format!("{}:\nexpected {expected:#?}\nfound {found:#?}\n", path.display()));
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// The fences of a page: its example and the mended one.
fn examples(page: &str) -> Vec<String> {
    page.split("```markdown\n").skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn every_page_about_claims_raises_its_code_and_mends_it() {
    let ours: Vec<Code> = Code::ALL.iter().copied().filter(|code| code.text().starts_with("E8")).collect();
    assert!(ours.len() >= 7);
    for code in ours {
        assert!(code.page().starts_with(&format!("# {code}: {}\n", code.title())), "{code}");
        let examples = examples(code.page());
        let [wrong, right] = &examples[..] else { panic!("{code} has {} examples", examples.len()) };
        let (_, found) = read(known(), "example.md", wrong);
        assert!(!found.is_empty() && found.iter().all(|one| one.code == code), "{code}: {found:?}");
        let (claim, found) = read(known(), "example.md", right);
        assert!(claim.is_some() && found.is_empty(), "{code}: {found:?}");
    }
}

#[test]
fn two_claims_of_one_name_are_told() {
    let mut project = project().clone();
    let text = project.files.get("claims/26_walls_not_enough.md").expect("it is bundled").to_owned();
    project.files.insert("claims/99_again.md", &text);
    let ledger = Ledger::of(&project).unwrap();
    let found: Vec<String> = ledger.diagnostics.iter().map(shown).collect();
    let expected = "2:6 E2002 `walls_not_enough` is declared twice; the first is in claims/26_walls_not_enough.md";
    assert_eq!(found, [expected]);
}

/// Whatever is cut out of a claim, reading it ends with a claim or with words, never with a panic.
#[test]
fn claims_cut_short_never_panic() {
    for claim in ["claims/01_fentanyl_over_100000.md", "claims/37_better_alternatives.md"] {
        let text = project().files.get(claim).expect("it is bundled");
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let (claim, found) = read(known(), "cut.md", &text[..end]);
            assert_eq!(claim.is_some(), found.is_empty());
        }
        let lines: Vec<&str> = text.lines().collect();
        for without in 0..lines.len() {
            let rest: Vec<&str> = lines.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, l)| *l).collect();
            let (claim, found) = read(known(), "cut.md", &rest.join("\r\n"));
            assert_eq!(claim.is_some(), found.is_empty());
        }
    }
}
