//! How a comparison is shown, with made-up numbers.

use counterflow::answers::{Answer, Band, Basis, BreakEven, Comparison, Driver, OutcomeFacts, PolicyAnswer, Reference};

use super::{json, text::Frame};

mod compact;

fn outcome(id: &str, title: &str, unit: &str, concerns: &str) -> OutcomeFacts {
    let text = str::to_owned;
    OutcomeFacts {
        id: text(id),
        title: text(title),
        unit: text(unit),
        summary: "total",
        better: "lower",
        concerns: text(concerns),
    }
}

fn answer(outcome: usize, reference: Reference, median: f64, basis: Basis, p_better: Option<f64>) -> Answer {
    let band = Band { lo90: median - 20.0, lo50: median - 10.0, median, hi50: median + 10.0, hi90: median + 20.0 };
    let driver = Driver {
        parameter: "reach".to_owned(),
        share: 0.5,
        correlation: -0.7,
        contraction: 0.4,
        grade: "expert".to_owned(),
    };
    Answer { outcome, reference, band, basis, p_better, break_even: None, drivers: vec![driver], explained: 0.9 }
}

fn comparison() -> Comparison {
    let turn = BreakEven {
        parameter: "force_effect".to_owned(),
        unit: "1/strike".to_owned(),
        range: (0.0, 0.4),
        value: Some(0.125),
        signs: (-1, 1),
    };
    let mut assumed = answer(0, Reference::StatusQuo, 40.0, Basis::Assumption, None);
    assumed.break_even = Some(turn);
    let answers = vec![
        answer(1, Reference::Level, 73_903.0, Basis::Data, None),
        answer(1, Reference::StatusQuo, -1234.0, Basis::Analogy, Some(0.88)),
        answer(1, Reference::Today, -500.0, Basis::Data, Some(1.0)),
        answer(0, Reference::Level, 30_000.0, Basis::Data, None),
        assumed,
    ];
    let policy = PolicyAnswer {
        id: "naloxone".to_owned(),
        name: "Naloxone".to_owned(),
        sentence: "Twice the kits.".to_owned(),
        scale: Some(1.0),
        note: None,
        answers,
        paths: Vec::new(),
    };
    Comparison {
        outcomes: vec![
            outcome("mexican_homicides", "Homicides in Mexico", "people", "mexico"),
            outcome("us_deaths", "US overdose deaths", "people", "united_states"),
        ],
        policies: vec![policy],
        draws: 512,
        seed: 7,
        years: (2026.0, 2036.0),
    }
}

fn shown(width: usize) -> String {
    let comparison = comparison();
    Frame { comparison: &comparison, data_through: "2025-06".to_owned(), version: "0.1.0" }.details(width)
}

#[test]
fn wide_terminals_have_the_references_side_by_side() {
    let text = shown(140);
    let (us, mexico) = (text.find("UNITED STATES").unwrap(), text.find("MEXICO").unwrap());
    assert!(us < mexico, "{text}");
    assert!(text.contains("US overdose deaths: total of people, 2026-01 to 2035-12; lower is better"), "{text}");
    let row = text.lines().find(|line| line.starts_with("Naloxone  ")).unwrap();
    for cell in ["73,900 (73,900 to 73,900)", "-1,230 (-1,250 to -1,210)", "-500 (-520 to -480)"] {
        assert!(row.contains(cell), "{row}");
    }
    assert!(text.contains("analogy; better in 88 of 100 draws"), "{text}");
    assert!(text.contains("data; better in more than 99 of"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 140), "{text}");
}

#[test]
fn narrow_terminals_have_them_one_below_the_other() {
    let text = shown(72);
    assert!(text.contains("    against status quo -1,230 (-1,250 to -1,210); analogy; better in 88\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
}

#[test]
fn an_assumption_shows_where_the_sign_turns_and_no_chance() {
    let text = shown(300);
    let line = text.lines().find(|line| line.contains("assumption; sign turns")).unwrap();
    assert!(!line.contains("better in"), "{line}");
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    assert!(text.contains("force_effect passes 0.125 1/strike"), "{text}");
}

#[test]
fn json_has_the_agreed_shape() {
    let value = json::of(&comparison(), "0.1.0", "2025-06", false);
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&value), ["policies", "draws", "seed", "data_through", "model_version"]);
    let policy = &value["policies"][0];
    assert_eq!(keys(policy), ["id", "name", "outcomes"]);
    let expected = [
        "id",
        "unit",
        "reference",
        "median",
        "lo90",
        "lo50",
        "hi50",
        "hi90",
        "basis",
        "p_better",
        "break_even",
        "drivers",
    ];
    assert_eq!(keys(&policy["outcomes"][0]), expected);
    assert_eq!(policy["outcomes"][1]["p_better"], 0.88);
    assert_eq!(policy["outcomes"][4]["break_even"]["value"], 0.125);
    assert!(policy["outcomes"][4]["p_better"].is_null());
}
