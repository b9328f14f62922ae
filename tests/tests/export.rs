//! Exported files: what stands in them. What other programs make of them is `cargo xtask peers`.

use std::path::Path;

use counterflow::policy::{Policy, find};
use counterflow::{Project, export};
use counterflow_model::Method;

fn features() -> String {
    exported("peers/features.md", Method::Euler)
}

fn exported(path: &str, method: Method) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut project = Project::open(&path).expect("the file is there");
    project.compiled.model.as_mut().expect("the model compiles").horizon.method = method;
    export::xmile(&project, &Policy::status_quo()).expect("the model compiles")
}

/// The lines of one variable, from its tag to the tag's end.
fn variable<'a>(file: &'a str, name: &str) -> &'a str {
    let rest = file.split(&format!(" name=\"{name}\">")).nth(1).unwrap_or_else(|| panic!("no `{name}`"));
    let end = ["</aux>", "</flow>", "</stock>"].into_iter().filter_map(|tag| rest.find(tag)).min();
    &rest[..end.expect("every tag ends")]
}

#[test]
fn arrays_stay_arrays_and_reductions_are_written_out() {
    let file = features();
    assert!(file.contains("<elem name=\"between ports\"/>"));
    assert!(variable(&file, "by mode").contains("<eqn>table[mode, north] + table[mode, south]</eqn>"));
    assert!(variable(&file, "rate").contains("<element subscript=\"between ports\">"));
    let room = variable(&file, "room");
    assert!(room.contains("<eqn>room_at_start[mode]</eqn>") && room.contains("<inflow>growth</inflow>"), "{room}");
}

#[test]
fn what_readers_do_not_share_is_lowered() {
    let file = features();
    for word in ["INIT(", "SAFEDIV", "LOG10", "NORMAL", "MOD ", "SMTH", "[*]", "extrapolate"] {
        let found = file.lines().find(|line| line.contains("<eqn>") && line.contains(word));
        assert_eq!(found, None, "{word}");
    }
    assert!(file.contains("Random numbers are written as 0 in: noisy."));
    assert!(variable(&file, "smoothed smth3 1 stage 1").contains("made_by_compiler=\"true\""));
    assert!(file.contains("<stock name=\"growth held\">"), "a value at the start is a stock without flows");
}

#[test]
fn memories_are_stocks_and_starts_have_names_of_their_own() {
    let euler = exported("peers/memory.xmile", Method::Euler);
    let before = variable(&euler, "before");
    let cell = before.split("<eqn>").nth(1).and_then(|rest| rest.split('<').next()).expect("it has an equation");
    let cell_declared = cell.replace('_', " ");
    assert!(variable(&euler, &cell_declared).contains(&format!("<inflow>{cell}_change</inflow>")));
    let change = variable(&euler, &format!("{cell_declared} change"));
    assert!(change.contains(&format!("<eqn>(level - {cell}) / step_length</eqn>")), "{change}");
    assert!(!euler.contains("stage of step"));
    assert!(exported("peers/memory.xmile", Method::RungeKutta4).contains("<aux name=\"stage of step\">"));
    assert!(variable(&euler, "level").contains("<eqn>announced_at_start + 2 * twice_announced_at_start</eqn>"));
    assert!(variable(&euler, "announced at start").contains("<eqn>20</eqn>"));
    assert!(variable(&euler, "twice announced").contains("<eqn>2 * announced</eqn>"));
    for word in ["discrete", "init_eqn", "PREVIOUS", "DELAY"] {
        assert!(!euler.contains(word), "{word}");
    }
}

#[test]
fn what_is_nearly_equal_is_not_equal() {
    let file = features();
    let equations = file.lines().filter(|line| line.contains("<eqn>"));
    let found = equations.clone().find(|line| line.contains(" = ") || line.contains("&lt;&gt;"));
    assert_eq!(found, None);
    assert!(equations.filter(|line| line.contains("ABS(1e-20 * level) &lt;= 0")).count() == 1);
}

#[test]
fn evidence_and_policies_are_in_the_file() {
    let project = Project::bundled().expect("the bundled model reads");
    let policy = find(&project, "comprehensive").expect("there is such a policy");
    let status_quo = export::xmile(&project, &Policy::status_quo()).expect("the model compiles");
    let moved = export::xmile(&project, &policy).expect("the model compiles");
    let first = &policy.levers.first().expect("it moves levers").lever.replace('_', " ");
    assert!(!variable(&status_quo, first).contains("time_on_grid"));
    assert!(variable(&moved, first).contains("time_on_grid"));
    assert!(moved.contains(&format!("Policy: {}.", policy.name)));
    assert!(status_quo.contains("<counterflow:parameter sector=") && status_quo.contains("grade=\"assumed\""));
    assert!(status_quo.matches("<counterflow:lever ").count() > 20);
    assert!(status_quo.contains("&quot;not_rescued&quot;"), "a name that begins with an operator is quoted");
}

/// Nested brackets are bounded, because one reader calls itself for each.
#[test]
fn brackets_are_not_nested_deeply() {
    let project = Project::bundled().expect("the bundled model reads");
    let bundled = export::xmile(&project, &Policy::status_quo()).expect("the model compiles");
    for line in bundled.lines().chain(features().lines()).filter(|line| line.contains("<eqn>")) {
        let (mut depth, mut most) = (0_i32, 0);
        for c in line.chars() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            most = most.max(depth);
        }
        assert!(most <= 16, "{most} brackets in {line}");
    }
}
