//! `counterflow brief` as people and programs call it.

mod program;

use program::{answer, run, text};
use serde_json::Value;

const POLICIES: [&str; 3] = ["article_offensive", "naloxone", "treatment_access"];

fn called(more: &[&'static str]) -> Vec<&'static str> {
    ["brief"].into_iter().chain(POLICIES).chain(["--draws", "72"]).chain(more.iter().copied()).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn one_call_gives_a_page_and_json_of_a_stable_shape() {
    let page = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("brief.html");
    let mut arguments = called(&["--json", "--out"]);
    arguments.push(page.to_str().unwrap().to_owned().leak());
    let brief: Value = serde_json::from_str(&answer(&arguments)).unwrap();
    assert_eq!(
        keys(&brief),
        [
            "policies",
            "outcomes",
            "variants_taken",
            "reversals",
            "burdens",
            "planes",
            "doses",
            "equal_budget",
            "first_effect",
            "discount",
            "years",
            "untested_from",
            "draws",
            "seed",
            "data_through",
            "model_version",
        ]
    );
    reversals_hold(&brief);
    burdens_hold(&brief);
    doses_hold(&brief);
    page_holds(&std::fs::read_to_string(page).unwrap());
}

fn reversals_hold(brief: &Value) {
    let (worlds, slots) = (list(&brief["reversals"]), keys(&brief["variants_taken"]).len());
    assert!(slots >= 4 && worlds.len() > slots, "{slots} slots, {} worlds", worlds.len());
    assert!(worlds[0]["variant"].is_null() && worlds[1..].iter().all(|w| w["variant"].is_string()));
    let outcomes = list(&brief["outcomes"]).len();
    for world in worlds {
        // Three policies against the status quo, and three pairs among them.
        assert_eq!(list(&world["contests"]).len(), 6 * outcomes, "{}", world["variant"]);
        assert!(!list(&world["assumptions_moved"]).is_empty());
        for contest in list(&world["contests"]) {
            assert_eq!(contest["against_today"].is_object(), contest["second"] == "status_quo");
            assert!(contest["basis"] != "assumption" || contest["p_first_better"].is_null(), "{contest}");
            for turn in list(&contest["break_evens"]) {
                assert!(!turn["parameter"].as_str().unwrap().starts_with("discrepancy"), "{turn}");
                if let Some(value) = turn["value"].as_f64() {
                    let [low, high] = [0, 1].map(|end| turn["range"][end].as_f64().unwrap());
                    assert!(low <= value && value <= high, "{turn}");
                }
            }
        }
    }
    let flips = worlds.iter().flat_map(|w| list(&w["contests"])).flat_map(|c| list(&c["break_evens"]));
    assert!(flips.filter(|turn| turn["value"].is_number()).count() > 0, "nothing reverses anything");
    let kinetic = list(&brief["policies"]).iter().map(|p| list(&p["kinetic_levers"]).len()).collect::<Vec<_>>();
    assert!(kinetic[0] >= 4 && kinetic[1..] == [0, 0], "{kinetic:?}");
}

fn burdens_hold(brief: &Value) {
    let naloxone = &brief["burdens"][1];
    let deaths = list(&naloxone["effects"]).iter().find(|e| e["outcome"] == "us_deaths_all").unwrap();
    assert_eq!(naloxone["policy"], "naloxone");
    assert!(deaths["first_clear"]["month"].as_u64().is_some_and(|month| (1..=120).contains(&month)), "{deaths}");
    let years = list(&deaths["years"]);
    assert_eq!((years.len(), &years[0]["tested"], &years[2]["tested"]), (10, &Value::Bool(true), &Value::Bool(false)));
    let paid = |payer: &Value| payer["total"]["median"].as_f64().unwrap() > 0.0;
    let payers: Vec<&str> =
        list(&naloxone["payers"]).iter().filter(|p| paid(p)).filter_map(|p| p["payer"].as_str()).collect();
    assert_eq!(payers, ["us_states"]);
    let planes: Vec<&str> = list(&brief["planes"]).iter().filter_map(|p| p["outcome"].as_str()).collect();
    assert_eq!(planes, ["us_deaths_all", "mexican_homicides"]);
    let point = &list(&brief["planes"][0]["points"])[1];
    let total = list(&naloxone["payers"]).iter().map(|p| p["discounted"]["median"].as_f64().unwrap()).sum::<f64>();
    let cost = point["cost_discounted"]["median"].as_f64().unwrap();
    assert!((cost / total - 1.0).abs() < 1e-9 && cost > 0.0, "{cost} {total}");
    assert!(["efficient", "dominated", "dominated_by_mix"].contains(&point["standing"]["is"].as_str().unwrap()));
}

fn doses_hold(brief: &Value) {
    let offensive = list(&brief["doses"][0]["factors"]);
    let factors: Vec<f64> = offensive.iter().filter_map(|rung| rung["factor"].as_f64()).collect();
    assert_eq!(factors, [0.25, 0.5, 0.75, 1.0, 1.25]);
    // A blockade and a designation are whole at 1: their ranges end there.
    assert!(offensive[3]["stopped"].is_null() && offensive[4]["stopped"]["factor"] == 1.0, "{}", offensive[4]);
    assert!(list(&offensive[4]["effects"]).is_empty());
    assert!(offensive[0]["effects"][0]["against_today"].is_object());
    let equal = &brief["equal_budget"];
    assert!(equal["cost_of"].is_string() && list(&equal["policies"]).len() == 3);
    assert!(list(&equal["policies"]).iter().all(|p| p["factor"].as_f64().is_some_and(|f| f <= 1.0 + 1e-6)), "{equal}");
}

fn page_holds(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && !page.contains("<script") && !page.contains("http-equiv"));
    for id in ["answer", "reversals", "burdens", "cost", "doses", "method"] {
        assert!(page.contains(&format!("<section id=\"{id}\"")), "{id}");
    }
    assert!(!page.contains("src=\"") && !page.contains("<link"), "everything is in the file");
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
    let drawings = page.matches("role=\"img\"").count();
    assert!(drawings >= 6 && page.matches("<desc").count() == drawings, "{drawings}");
    assert_eq!(page.matches("<table>").count(), page.matches("<caption").count());
    assert!(page.contains("2028 *") && !page.contains("NaN"), "untested years are marked");
    assert!(page.contains("barred from every optimiser"));
}

#[test]
fn text_is_for_people() {
    let said = answer(&["brief", "naloxone", "--draws", "8", "--discount", "0.05"]);
    for words in [
        "WHO IS AHEAD, AND WHAT WOULD REVERSE IT",
        "naloxone : status_quo",
        "WHO BEARS WHAT, AND WHEN",
        "us_states",
        "discounted by 0.05 a year",
        "not fitted with this variant",
        "never added",
    ] {
        assert!(said.contains(words), "no `{words}` in\n{said}");
    }
}

#[test]
fn bad_input_is_named() {
    let cases: [(&[&str], &str); 8] = [
        (&["brief"], "POLICY"),
        (&["brief", "naloxon"], "POLICY: found `naloxon`"),
        (&["brief", "naloxon"], "did you mean `naloxone`?"),
        (&["brief", "no_such_file.toml"], "no_such_file.toml"),
        (&["brief", "status_quo"], "found the status quo alone"),
        (&["brief", "naloxone", "naloxone"], "each policy"),
        (&["brief", "naloxone", "--discount", "3"], "--discount: found 3; expected a yearly rate"),
        (&["brief", "naloxone", "--draws", "0"], "--draws: found 0"),
    ];
    for (arguments, words) in cases {
        let output = run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words) && !said.contains("panicked"), "{arguments:?}: {said}");
    }
}
