//! The answer in short.

use counterflow::answers::{Answer, Band, Basis, BreakEven, Comparison, PolicyAnswer, Reference};

use super::{answer, outcome};
use crate::commands::compare::text::Frame;

fn policy(name: &str, answers: Vec<Answer>) -> PolicyAnswer {
    PolicyAnswer {
        id: name.to_lowercase().replace(' ', "_"),
        name: name.to_owned(),
        sentence: "A sentence.".to_owned(),
        scale: Some(1.0),
        note: None,
        answers,
        paths: Vec::new(),
    }
}

fn comparison(policies: Vec<PolicyAnswer>) -> Comparison {
    let mut outcomes = vec![
        outcome("price_index", "Price", "1", "united_states"),
        outcome("people_with_oud", "People with disorder", "people", "united_states"),
        outcome("us_deaths_all", "US overdose deaths", "people", "united_states"),
        outcome("mexican_homicides", "Homicides in Mexico", "people", "mexico"),
        outcome("cooperation", "Cooperation", "1", "both"),
        outcome("public_cost", "Public cost", "USD", "both"),
    ];
    for i in [0, 1, 4] {
        outcomes[i].summary = "mean";
    }
    outcomes[0].better = "neither";
    Comparison { outcomes, policies, draws: 64, seed: 7, years: (2026.0, 2036.0) }
}

/// Deaths, with this much beyond the status quo.
fn deaths(name: &str, effect: Band, basis: Basis, p_better: Option<f64>, turn: Option<BreakEven>) -> PolicyAnswer {
    let mut against = answer(2, Reference::StatusQuo, effect.median, basis, p_better);
    (against.band, against.break_even) = (effect, turn);
    let level = answer(2, Reference::Level, 867_000.0 + effect.median, Basis::Data, None);
    let today = answer(2, Reference::Today, 128_000.0 + effect.median, Basis::Assumption, None);
    policy(name, vec![level, against, today])
}

fn band(lo90: f64, median: f64, hi90: f64) -> Band {
    Band { lo90, lo50: median, median, hi50: median, hi90 }
}

fn turn(parameter: &str, value: Option<f64>) -> BreakEven {
    BreakEven { parameter: parameter.to_owned(), unit: "1".to_owned(), range: (0.2, 1.0), value, signs: (-1, 1) }
}

fn status_quo() -> PolicyAnswer {
    let mut level = answer(2, Reference::Level, 867_000.0, Basis::Analogy, None);
    level.band = band(673_123.0, 867_000.0, 1_290_000.0);
    let today = answer(2, Reference::Today, 128_000.0, Basis::Assumption, None);
    policy("Status quo", vec![level, today])
}

fn some_policies() -> Vec<PolicyAnswer> {
    let effect = band(-52_000.0, -11_100.0, -2510.0);
    let assumed = |name, turn| deaths(name, effect, Basis::Assumption, None, Some(turn));
    vec![
        status_quo(),
        assumed("Strikes", turn("adaptation", None)),
        assumed("Scanning", turn("adaptation", None)),
        assumed("Kits", turn("reach", Some(0.5))),
        deaths("Finance", band(0.0, 0.0, 0.0), Basis::Assumption, None, None),
        deaths("Treatment", effect, Basis::Data, Some(0.97), None),
        deaths("Controls", effect, Basis::Analogy, Some(1.0), None),
    ]
}

fn shown(policies: Vec<PolicyAnswer>, width: usize) -> String {
    let comparison = comparison(policies);
    Frame { comparison: &comparison, data_through: "2025-06".to_owned(), version: "0.1.0" }.compact(width)
}

fn row<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let line = text.lines().find(|line| line.starts_with(name) && line.contains("  ")).unwrap();
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn the_headline_comes_from_the_status_quo() {
    let words = shown(some_policies(), 100).split_whitespace().collect::<Vec<_>>().join(" ");
    let headline = "If nothing changes, between 673,000 and 1,290,000 people in the United States are likely to die of \
                    overdoses in 2026-2035 (90 in 100 of the model's futures). Bands are 90 %.";
    assert!(words.starts_with(headline), "{words}");
    assert!(words.contains("64 draws, seed 7, data through 2025-06, model 0.1.0") && words.contains("--details"));
    assert!(!words.contains("A sentence."), "{words}");
    let without = shown(some_policies().split_off(1), 100);
    assert!(without.starts_with("Bands are 90 %."), "{without}");
}

#[test]
fn rows_hold_the_answer() {
    let text = shown(some_policies(), 100);
    assert_eq!(
        row(&text, "Status quo"),
        ["Status quo", "867,000", "[673,000 to 1,290,000]", "+128,000", "-", "analogy"],
        "{text}"
    );
    let treatment = ["Treatment", "856,000", "-11,100", "[-52,000 to -2,510]", "+117,000", "97 in 100", "data"];
    assert_eq!(row(&text, "Treatment"), treatment, "{text}");
    assert_eq!(row(&text, "Controls")[5..], [">99 in 100", "analogy"], "{text}");
    let narrow = shown(some_policies(), 80);
    assert!(!narrow.contains("today"), "{narrow}");
    assert_eq!(row(&narrow, "Treatment")[4..], ["97", "data"], "{narrow}");
}

#[test]
fn no_effect_says_nothing_else() {
    assert_eq!(row(&shown(some_policies(), 100), "Finance"), ["Finance", "no effect"]);
}

#[test]
fn equal_notes_are_merged() {
    let text = shown(some_policies(), 100);
    let chances = ["Strikes", "Scanning", "Kits"].map(|name| row(&text, name)[5]);
    assert_eq!(chances, ["see a", "see a", "see b"], "{text}");
    let notes: Vec<&str> = text.lines().filter(|line| line.contains("sign ")).collect();
    let expected =
        ["  a  same sign for all adaptation in 0.2 .. 1", "  b  sign turns where reach passes 0.500 (range 0.2 .. 1)"];
    assert_eq!(notes, expected, "{text}");
}

#[test]
fn blocks_stand_in_the_order_of_lives() {
    let text = shown(some_policies(), 100);
    let headings = [
        "UNITED STATES",
        "US overdose deaths: total 2026-2035, people; lower is better",
        "People with disorder: mean",
        "Price: mean 2026-2035; neither direction is better",
        "MEXICO",
        "Homicides in Mexico: total",
        "BOTH COUNTRIES",
        "Cooperation: mean",
        "Public cost: total",
    ];
    let places = headings.map(|heading| text.find(heading).unwrap_or_else(|| panic!("{heading}\n{text}")));
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let name = "A policy whose name is much longer than any table has room for";
    let long = || turn(&"parameter_of_a_long_name_".repeat(6), Some(0.5));
    for largest in [1.234e-9, 0.000_123_4, 1.234, 1.234e4, 9.876e6, 1.234e8, 1.234e10, 1.234e13] {
        let effect = band(-largest, -largest / 3.0, largest);
        let policies = || {
            vec![
                status_quo(),
                deaths(name, effect, Basis::Assumption, None, Some(long())),
                deaths(name, effect, Basis::Data, Some(1.0), None),
            ]
        };
        for terminal in [40, 79, 80, 89, 90, 100, 160] {
            let text = shown(policies(), terminal);
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= terminal.max(80), "{largest} at {terminal}: {widest}\n{text}");
            assert!(terminal > 100 || text.contains('…'), "{text}");
        }
    }
}

#[test]
fn an_equal_budget_says_what_it_did_to_doses() {
    let mut policies = some_policies();
    (policies[3].scale, policies[5].scale) = (Some(0.31), None);
    let text = shown(policies, 100);
    assert!(text.contains("Doses scaled to the same public cost: Kits x 0.310, Treatment not scaled."), "{text}");
    assert!(!shown(some_policies(), 100).contains("Doses"));
}
