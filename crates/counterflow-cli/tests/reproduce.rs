//! `counterflow reproduce` as people and programs call it.

mod program;

use program::{answer, run, text};
use serde_json::Value;

#[test]
fn rows_are_listed_and_printed_for_programs() {
    let all: Value = serde_json::from_str(&answer(&["reproduce", "--json", "--draws", "8"])).unwrap();
    let rows = all["rows"].as_array().expect("rows");
    let counted = rows.iter().filter(|row| row["counted"] == true).count();
    assert!(counted >= 12 && rows.len() > counted, "{counted} of {}", rows.len());
    assert_eq!(all["counted"]["rows"], counted);
    for row in rows {
        for key in ["id", "target", "source"] {
            assert!(row[key].as_str().is_some_and(|words| !words.is_empty()), "no {key} in {row}");
        }
        assert!(["size", "direction"].contains(&row["kind"].as_str().unwrap()));
        assert!(row["used_in_fit"].is_boolean() && row["counted"].is_boolean());
        assert!(!(row["used_in_fit"] == true && row["counted"] == true), "{}", row["id"]);
        let asked = row["standing"] != "no_channel";
        for key in ["sign_right", "within_factor_two", "bands_overlap", "holds"] {
            assert_eq!(row[key].is_boolean(), asked, "{key} of {}", row["id"]);
        }
        let model = ["lo90", "median", "hi90"].map(|key| row["model"][key].as_f64());
        match model {
            [Some(low), Some(median), Some(high)] => assert!(low <= median && median <= high, "{row}"),
            _ => assert!(!asked && model == [None; 3], "{row}"),
        }
    }
    let list = answer(&["reproduce", "--draws", "8"]);
    assert!(rows.iter().all(|row| list.contains(row["id"].as_str().unwrap())), "{list}");
    assert!(list.contains(&format!("Of {} rows {counted} count", rows.len())), "{list}");
    let one = answer(&["reproduce", "healing_trial", "--draws", "8"]);
    for title in ["The study", "The rule", "Sources"] {
        assert!(one.contains(&format!("\n{title}\n")), "no `{title}` in\n{one}");
    }
    let wrong = run(&["reproduce", "healing_trail"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("did you mean `healing_trial`?"), "{}", text(&wrong.stderr));
}
