//! `counterflow claims` as people and programs call it.

mod program;

use program::{answer, run, text};
use serde_json::Value;

#[test]
fn claims_are_listed_and_printed_whole() {
    let list = answer(&["claims"]);
    let side = |heading: &str| list.find(heading).unwrap_or_else(|| panic!("no `{heading}` in\n{list}"));
    assert!(side("The article\n") < side("The rebuttal\n"));
    let claims = serde_json::from_str::<Value>(&answer(&["claims", "--json", "--draws", "8"])).unwrap();
    let claims = claims["claims"].as_array().unwrap();
    assert!(claims.len() >= 30, "{} claims", claims.len());
    for claim in claims {
        let words = |key: &str| claim[key].as_str().unwrap_or_else(|| panic!("no {key} in {claim}")).to_owned();
        for key in ["id", "claim", "kind", "record", "model", "would_have_to_be_true"] {
            assert!(!words(key).is_empty(), "{} has an empty {key}", claim["id"]);
        }
        assert!(["article", "rebuttal"].contains(&words("side").as_str()));
        let known = ["supported", "partly", "outdated", "contested", "unsupported", "value judgement"];
        assert!(known.contains(&words("status").as_str()));
        assert!(list.contains(&words("id")), "{} is not in the list", claim["id"]);
        let sources = claim["sources"].as_array().unwrap();
        assert!(!sources.is_empty() && sources.iter().all(|source| !source["title"].as_str().unwrap().is_empty()));
    }
    let whole = answer(&["claims", "laced"]);
    for title in ["The record", "The model", "What would have to be true", "Sources"] {
        assert!(whole.contains(&format!("\n{title}\n")), "no `{title}` in\n{whole}");
    }
    let output = run(&["claims", "lased"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: claims: found `lased`; expected the name of a claim; did you mean `laced`?\n"
    );
}
