//! Policy files that are wrong, each with the place and the words of what must be said about it.
//!
//! In `tests/policies/*.toml` a line `# expect: LINE:COLUMN WORDS` stands for one problem; there must be no others. The
//! files in `accepted/` have no problem; `# warns:` lines stand for their warnings.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use counterflow::{Problem, Project, files::read_text, policy};

fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}")))
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(name)
}

fn files(name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(name)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn lines<'t>(text: &'t str, mark: &str) -> Vec<&'t str> {
    text.lines().filter_map(|line| line.strip_prefix(mark)).collect()
}

/// `LINE:COLUMN MESSAGE`, as expectations are written.
fn shown(problem: &Problem) -> String {
    let (line, column) = problem.place.expect("every problem of a file has a place");
    let help = problem.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
    format!("{line}:{column} {}{help}", problem.message)
}

/// Each expectation is the beginning of its problem.
fn agree(expected: &[&str], found: &[Problem]) -> bool {
    let found: Vec<String> = found.iter().map(shown).collect();
    expected.len() == found.len() && expected.iter().zip(&found).all(|(expected, found)| found.starts_with(expected))
}

#[test]
fn broken_files_say_where_and_what() {
    let files = files("");
    assert!(files.len() >= 16, "{} files", files.len());
    for path in files {
        let text = read_text(&path).unwrap();
        let problems =
            policy::read(project(), &path.display().to_string(), &text).expect_err(&path.display().to_string());
        let expected = lines(&text, "# expect: ");
        assert!(!expected.is_empty(), "{}: no expectation", path.display());
        let found: Vec<String> = problems.iter().map(shown).collect();
        assert!(agree(&expected, &problems), "{}:\nexpected {expected:#?}\nfound {found:#?}", path.display());
        assert!(problems.iter().all(|problem| problem.path == path.display().to_string()));
    }
}

#[test]
fn accepted_files_warn_where_they_must() {
    for path in files("accepted") {
        let text = read_text(&path).unwrap();
        let policy = policy::read(project(), &path.display().to_string(), &text);
        let policy = policy.unwrap_or_else(|problems| panic!("{problems:?}"));
        let expected = lines(&text, "# warns: ");
        assert!(agree(&expected, &policy.warnings), "{}: {:?}", path.display(), policy.warnings);
    }
}

/// Files that can not hold a comment.
#[test]
fn files_that_are_hardly_text() {
    let cases = [
        ("", "1:1 found an empty file; expected at least one [[lever]]"),
        ("\n\n", "1:1 found an empty file; expected at least one [[lever]]"),
        ("\0\u{1}\u{2}", "1:4 "),
        ("\u{feff}", "1:1 found an empty file; expected at least one [[lever]]"),
        ("[[lever]]\r\nname = \"naloxone\"\r\ndose = nan\r\nstart = \"2026-01\"\r\n", "3:8 dose: found `nan`"),
    ];
    for (text, expected) in cases {
        let problems = policy::read(project(), "odd.toml", text).expect_err(text);
        assert!(agree(&[expected], &problems), "{text:?}: {problems:?}");
    }
}

#[test]
fn nesting_never_exhausts_the_stack() {
    let deep = [
        format!("a = {}", "[".repeat(200_000)),
        format!("a = {}", "{a = ".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        format!("[a{}]", ".a".repeat(100_000)),
        "[[lever]]\n".repeat(20_000),
        format!("[[lever]]\n{}", "x = 1\n".repeat(20_000)),
    ];
    for text in deep {
        assert!(policy::read(project(), "deep.toml", &text).is_err());
    }
}

#[test]
fn bundled_policies_read_without_warnings() {
    let policies = policy::all(project()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
    let expected = [
        "status_quo",
        "article_offensive",
        "precursor_controls",
        "port_scanning",
        "finance_first",
        "gun_control_and_diplomacy",
        "treatment_access",
        "naloxone",
        "demand_first",
        "cooperation_and_border_technology",
        "comprehensive",
        "all_funding_ends",
    ];
    assert_eq!(ids, expected);
    for policy in &policies {
        assert!(policy.warnings.is_empty(), "{:?}", policy.warnings);
        assert!(!policy.name.is_empty() && policy.sentence.ends_with('.'), "{}", policy.id);
    }
}

#[test]
fn schedules_follow_the_file() {
    let text = "[[lever]]\nname = \"naloxone\"\ndose = 3\nstart = \"2026-07\"\nramp_months = 6\nend = \"2030-12\"\n";
    let policy = policy::read(project(), "07_my_policy.toml", text).unwrap();
    assert_eq!((policy.id.as_str(), policy.name.as_str()), ("my_policy", "my_policy"));
    let model = project().model().unwrap();
    let schedule = policy.schedule(model);
    let lever = model.find("naloxone").unwrap();
    let changes = [2026.0, 2026.5, 2026.75, 2028.0, 2031.0, 2031.25, 2032.0].map(|t| schedule.change(lever, 0, t));
    assert_eq!(changes, [0.0, 0.0, 1.0, 2.0, 2.0, 1.0, 0.0]);
    assert!(policy::Policy::status_quo().schedule(model).moves.is_empty());
}
