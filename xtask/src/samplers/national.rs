//! Samplers on the national model's posterior, each for the same time.

use std::process::Stdio;

use serde_json::Value;

use crate::steps::cargo;

/// Runs the race and gives its section of the page.
///
/// # Errors
/// If it does not build or run.
pub fn section(minutes: f64) -> Result<String, String> {
    let seconds = (60.0 * minutes).to_string();
    let mut race = cargo(&["run", "--release", "--quiet", "--package", "counterflow-samplers", "--", &seconds]);
    let output = race.stderr(Stdio::inherit()).output().map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err("the race of samplers failed".into());
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows: Vec<Value> =
        said.lines().map(serde_json::from_str).collect::<Result<_, _>>().map_err(|e| e.to_string())?;
    Ok(table(&rows, minutes))
}

fn table(rows: &[Value], minutes: f64) -> String {
    let cores = rows.first().map_or(f64::NAN, |row| number(&row["cores"]));
    let mut text = format!(
        "## Samplers

Samplers on the posterior of the national model, each for {minutes} minutes of time on each of {cores} cores, of which warm-up \
is meant to take a quarter, renewals of metrics not counted in that. All start from draws of the bundled posterior, and those \
that use it with the metric that these give, which is charged to none. A chain that starts from such a draw and never moves is \
worth one effective draw all the same: draws *made* are effective draws less the number of chains, and rates are those of \
draws made in an hour, by the median parameter and by that which only a tenth of parameters are below; with few draws both are \
rough and the least is noise. Evaluations are points at which slopes (the ensemble: the density alone) were computed, metrics \
left out. Time is that on the processor, which other programs on the machine change little.

| sampler | chains | draws of each | evaluations | seconds a core | of them sampling | bulk ESS, least | tenth part | median | made an hour of sampling, tenth part | median | made an hour in all, median | worst R-hat | divergences |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"
    );
    for row in rows {
        let of_each_core = |key: &str| number(&row[key]) / cores;
        let (seconds, sampling) = (of_each_core("core_seconds"), of_each_core("sampling_core_seconds"));
        let ess = |key: &str| rounded(number(&row["bulk_ess"][key]), 0);
        let made = |key: &str, seconds: f64| rounded(3600.0 * number(&row["beyond"][key]) / seconds, 0);
        text.push_str(&format!(
            "| {} | {} | {} | {} | {seconds:.0} | {sampling:.0} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            row["title"].as_str().unwrap_or_default(),
            row["chains"],
            row["draws"],
            row["evaluations"],
            ess("least"),
            ess("tenth"),
            ess("median"),
            made("tenth", sampling),
            made("median", sampling),
            made("median", seconds),
            rounded(number(&row["worst_rhat"]), 2),
            row["divergences"],
        ));
    }
    text
}

/// A number, or not one where there is none.
fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// A number with so many digits of its fraction; a dash for none.
fn rounded(number: f64, digits: usize) -> String {
    if number.is_nan() { "-".into() } else { format!("{number:.digits$}") }
}
