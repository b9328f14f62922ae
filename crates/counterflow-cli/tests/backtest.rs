//! `backtest`: refits at past origins, scored on what came after.

mod program;

use std::path::Path;

use program::{answer, run, text};
use serde_json::Value;

/// Far too few paths for a posterior; enough to see that all parts work.
const SHORT: [&str; 6] = ["--search", "2", "--warmup", "2", "--sampling", "4"];

#[test]
fn scores_are_complete_and_the_same_when_work_is_taken_up_again() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("backtest");
    _ = std::fs::remove_dir_all(&folder);
    let (work, out) = (folder.join("work"), folder.join("out"));
    let mut arguments = vec!["backtest", "--origins", "2022-12", "--horizon", "12", "--json", "--date", "2026-11-23"];
    arguments.extend(SHORT);
    arguments.extend(["--work", work.to_str().expect("a name"), "--out", out.to_str().expect("a name")]);
    let first = answer(&arguments);
    assert_eq!(first, answer(&arguments), "the second time all work is there");
    let report: Value = serde_json::from_str(&first).expect("JSON");
    let refit = &report["refits"][0];
    assert_eq!((&refit["origin"], &refit["deaths_known_to"]), (&"2022-12".into(), &"2022-08".into()));
    let left_out = refit["left_out"].as_array().expect("a list");
    assert!(left_out.iter().any(|left| left["parameter"] == "shock_2023"), "{left_out:?}");
    let scores = report["scores"].as_array().expect("a list");
    let of = |target: &str, measure: &str| {
        let found = scores.iter().find(|s| s["target"] == target && s["measure"] == measure && s["months_ahead"] == 12);
        found.unwrap_or_else(|| panic!("{target}, {measure} in {scores:?}"))
    };
    for (target, measure) in
        [("deaths_all", "twelve_months"), ("deaths_synthetic", "period"), ("mx_homicide_victims", "period")]
    {
        let ratio = of(target, measure)["wis_to_persistence"]["value"].as_f64().expect("a ratio");
        assert!(ratio.is_finite() && ratio > 0.0, "{target}: {ratio}");
    }
    let page = std::fs::read_to_string(out.join("backtest.md")).expect("a page");
    assert!(page.contains("US overdose deaths, all drugs") && page.contains("2026-11-23"), "{page}");
    assert!(page.contains("| 2022-12 | 2023-12 |") && !page.contains("SOURCE"), "{page}");
    let table = std::fs::read_to_string(out.join("backtest.csv")).expect("a table");
    assert_eq!(table.lines().filter(|line| line.starts_with("2022-12,deaths_all,twelve_months,2023-12,")).count(), 23);
    let scores = std::fs::read_to_string(out.join("backtest-scores.csv")).expect("scores");
    let row = scores.lines().find(|line| line.starts_with("deaths_all,twelve_months,12,1,")).expect("a row");
    assert!(row.ends_with(",2022-12,0.1.0,2026-11-23"), "{row}");
}

#[test]
fn rolling_origins_tell_how_far_their_weights_hold() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rolling");
    _ = std::fs::remove_dir_all(&folder);
    let (work, out) = (folder.join("work"), folder.join("out"));
    let mut arguments = vec!["backtest", "--rolling", "--origins", "2022-12", "--horizon", "12", "--json"];
    arguments.extend(SHORT);
    arguments.extend(["--work", work.to_str().expect("a name"), "--out", out.to_str().expect("a name")]);
    let report: Value = serde_json::from_str(&answer(&arguments)).expect("JSON");
    let windows = report["windows"].as_array().expect("a list");
    assert_eq!((windows.len(), &windows[11]["origin"]), (12, &"2023-11".into()));
    let number = |window: usize, name: &str| windows[window][name].as_f64().expect("a number");
    let members = number(0, "members");
    assert!((number(0, "effective_members") - members).abs() < 1e-6 * members, "nothing is weighed at the fit");
    assert!(number(11, "effective_members") < number(3, "effective_members"), "{windows:?}");
    assert!(
        windows.iter().all(|w| w["power"].as_f64().is_some_and(|power| power > 0.0 && power <= 1.0)),
        "{windows:?}"
    );
    let ahead = report["scores"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|s| s["target"] == "deaths_all" && s["measure"] == "twelve_months" && s["months_ahead"] == 12);
    assert_eq!(ahead.expect("scores")["forecasts"], 12);
    let page = std::fs::read_to_string(out.join("rolling.md")).expect("a page");
    assert!(page.contains("Where weights hold") && page.contains("| 2023-11 | 11 |"), "{page}");
    let weights = std::fs::read_to_string(out.join("rolling.weights.csv")).expect("a table");
    assert_eq!(weights.lines().count(), 13);
}

#[test]
fn every_variant_is_scored_on_the_same_months() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("alternatives");
    _ = std::fs::remove_dir_all(&folder);
    let (work, out) = (folder.join("work"), folder.join("out"));
    let mut arguments = vec!["backtest", "--alternatives", "--origins", "2023-12", "--json"];
    arguments.extend(SHORT);
    arguments.extend(["--work", work.to_str().expect("a name"), "--out", out.to_str().expect("a name")]);
    let report: Value = serde_json::from_str(&answer(&arguments)).expect("JSON");
    let scored = report["scored"].as_array().expect("a list");
    let names: Vec<&Value> = scored.iter().map(|scored| &scored["variant"]).collect();
    assert_eq!(names, ["demand", "mixture", "supply"]);
    let months = |scored: &Value| -> Vec<Value> {
        scored["months"].as_array().expect("a list").iter().map(|month| month["month"].clone()).collect()
    };
    assert!(scored.iter().all(|other| months(other) == months(&scored[0])), "{names:?}");
    // Purity is read a year late, deaths four months late; the record of both ends before the middle of 2025.
    assert_eq!((months(&scored[0])[0].as_str(), months(&scored[0]).len()), (Some("2023-01"), 30));
    assert!(scored.iter().all(|s| s["score"].as_f64().is_some()), "{report}");
    let shares: f64 = report["shares"].as_array().expect("a list").iter().filter_map(|s| s["share"].as_f64()).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    let page = std::fs::read_to_string(out.join("alternatives.md")).expect("a page");
    for slot in ["cooperation", "removal", "money"] {
        assert!(page.contains(&format!("- *{slot}*: ")), "{page}");
    }
}

#[test]
fn states_are_tested_by_their_own_command() {
    let own = ["states", "backtest", "--origins", "2022-12", "--horizons", "12", "--json"];
    let same = ["backtest", "--states", "--origins", "2022-12", "--horizon", "12", "--json"];
    assert_eq!(answer(&same), answer(&own));
}

#[test]
fn an_origin_that_is_no_month_is_an_error() {
    let output = run(&["backtest", "--origins", "2022", "--work", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("expected a month such as 2020-12"), "{}", text(&output.stderr));
}
