//! How long the page lets a user wait: measured by the page itself in a browser, written to `docs/benchmarks.md`.

use std::process::Command;

use serde_json::Value;

use crate::sections::{self, BENCHMARKS};
use crate::steps::{root, said};
use crate::{programs, web};

/// Measures and writes the section.
///
/// # Errors
/// What is missing, or does not run.
pub fn publish(date: &str) -> Result<(), String> {
    if !programs::for_browsing() {
        return Err("the page is measured in Chromium, with Node.js".to_owned());
    }
    web::build()?;
    let told = said(Command::new("node").arg("scripts/latency.mjs").current_dir(root().join("web")))?;
    let value: Value = serde_json::from_str(told.trim()).map_err(|error| format!("{error}: {told}"))?;
    sections::write(BENCHMARKS, "page", &section(&value, date))
}

fn section(value: &Value, date: &str) -> String {
    let number = |key: &str| value[key].as_f64().unwrap_or(f64::NAN);
    let row = |what: &str, key: &str, aim: &str| {
        let mut times: Vec<f64> = value[key].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        match times.len() {
            0 => format!("| {what} | {aim} | none was seen | | 0 |\n"),
            count => format!("| {what} | {aim} | {:.0} | {:.0} | {count} |\n", at(0.5), at(0.95)),
        }
    };
    let at_once = |key: &str| value["at_once"][key].as_f64().unwrap_or(f64::NAN);
    let mut text = format!(
        "## The page\n\nWritten by `cargo xtask web --latency --date {date}`; do not edit.\n\n\
         {:.0} sliders of the page moved by a key {:.0} times in all, each time to a dose not run before and once the page was \
         at rest; Chromium {} without a window, \
         {:.0} workers on {:.0} shared cores, {:.0} draws. The page measures itself: from the change to the new median on the page, \
         and to the bands of all draws. It was ready {:.1} s after it was opened, and first touched {:.0} s later; the examples \
         were run meanwhile. On a page that was touched at once, the first median took {:.0} ms and all bands {:.0} ms.\n\n\
         | ms | aim | median | 95 % | seen |\n|---|---|---|---|---|\n",
        number("sliders"),
        number("moves"),
        value["browser"].as_str().unwrap_or("?"),
        number("workers"),
        number("cores"),
        number("members"),
        number("opened_ms") / 1e3,
        number("read_ms") / 1e3,
        at_once("first_median_ms"),
        at_once("all_bands_ms"),
    );
    text += &row("from a change to the first median", "first_median_ms", "50");
    text += &row("from a change to bands of all draws", "all_bands_ms", "300");
    text += &row("handling of one input", "input_handling_ms", "16");
    text += &row("from input to paint, where above 16 ms", "input_to_paint_ms", "");
    text += &row("tasks longer than 50 ms", "long_tasks_ms", "none");
    text
}
