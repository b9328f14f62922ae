//! The engine beside a loop over equations that was written by hand, from the criterion bench.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::steps::{cargo, target};

/// Equations, members and steps of the bench's made model.
const WORK: f64 = 150.0 * 1024.0 * 200.0;

/// Names in the bench, and what they are.
const CASES: &[(&str, &str)] = &[
    ("best", "the engine, best vector instructions of the machine"),
    ("baseline", "the engine, what every machine of this kind has (SSE2)"),
    ("by hand, best", "a loop written by hand over 32 members at once, best vector instructions"),
    ("by hand, one member after another", "the same loop over one member, as compiled scalar code"),
];

/// Runs the bench and gives its section of the page.
///
/// # Errors
/// If the bench does not run.
pub fn section() -> Result<String, String> {
    let arguments = ["bench", "--quiet", "--package", "counterflow-engine", "--bench", "engine", "--", "--quiet"];
    let status = cargo(&arguments).status().map_err(|error| format!("cargo does not start: {error}"))?;
    if !status.success() {
        return Err("the criterion bench failed".into());
    }
    let folder = target().join("criterion/150 equations, 1024 members, one core");
    let mut text = "
### The engine beside a loop written by hand

A made model of 150 equations (25 exponentials, 25 quotients, 25 minima), 200 steps, 1,024 members, one core; medians. \
Both compute the same bits.

| what | ns for an equation and member | times the engine |
|---|---|---|
"
    .to_owned();
    let own = median(&folder, CASES[0].0)?;
    for (name, what) in CASES {
        let time = median(&folder, name)?;
        text.push_str(&format!("| {what} | {:.2} | {:.2} |\n", time / WORK, time / own));
    }
    Ok(text)
}

/// Median time of a case in nanoseconds.
fn median(folder: &Path, case: &str) -> Result<f64, String> {
    let place = folder.join(case).join("new/estimates.json");
    let text = fs::read_to_string(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    value["median"]["point_estimate"].as_f64().ok_or_else(|| format!("no median in {}", place.display()))
}
