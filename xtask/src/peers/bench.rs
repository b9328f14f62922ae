//! Our engine's speed beside other programs', on the same exported file and one core.

mod by_hand;

use std::fs;
use std::process::Command;

use counterflow::policy::Policy;
use counterflow::{Project, export};
use serde_json::Value;

use super::environment::Environment;
use super::told;
use crate::sections::{self, BENCHMARKS};
use crate::steps::root;

/// Members side by side, where a program can do that.
const MEMBERS: usize = 1024;

/// Times of one program.
struct Timing {
    program: String,
    remark: &'static str,
    members: u64,
    setup_s: f64,
    /// One time for each repetition and run, from fast to slow.
    run_ms: Vec<f64>,
}

impl Timing {
    fn read(program: String, remark: &'static str, value: &Value, times: &str) -> Result<Timing, String> {
        let wrong = || format!("{program}: these are not times: {value}");
        let mut run_ms: Vec<f64> =
            value[times].as_array().ok_or_else(wrong)?.iter().filter_map(Value::as_f64).collect();
        run_ms.sort_by(f64::total_cmp);
        if run_ms.is_empty() {
            return Err(wrong());
        }
        let members = value["members"].as_u64().ok_or_else(wrong)?;
        Ok(Timing { setup_s: value["setup_s"].as_f64().unwrap_or(0.0), program, remark, members, run_ms })
    }

    fn median(&self) -> f64 {
        self.run_ms[self.run_ms.len() / 2]
    }
}

/// Measures everything and writes the page.
///
/// # Errors
/// If there is no Python, or a program does not run.
pub fn publish(date: &str) -> Result<(), String> {
    let environment = Environment::new()?.ok_or("there is no python3 with venv on this machine")?;
    environment.install_also("requirements-bench.txt")?;
    let project = Project::bundled().map_err(told)?;
    let model = project.model().map_err(|found| format!("{found:?}"))?;
    let file = environment.folder.join("bench.xmile");
    let text = export::xmile(&project, &Policy::status_quo()).map_err(|problem| problem.to_string())?;
    fs::write(&file, text).map_err(|error| error.to_string())?;
    let mut series: Vec<&str> = model.outcomes.iter().map(|o| model.variable(o.variable).name.as_str()).collect();
    series.sort_unstable();
    series.dedup();
    // What a lever costs is called otherwise in the file; it is computed all the same.
    series.retain(|name| !name.contains('.') && *name != "lever_costs");
    let (ours, instructions) = engine()?;
    let mut timings = vec![ours];
    let horizon = model.horizon;
    let every = horizon.steps_per_save.to_string();
    let members = MEMBERS.to_string();
    for (program, remark) in OTHERS {
        let mut arguments: Vec<&str> = vec![&every, &members];
        arguments.extend(&series);
        let said = environment.bench(program, &file, &arguments)?;
        let value: Value = serde_json::from_str(said.trim()).map_err(|error| format!("{error}: {said}"))?;
        timings.push(Timing::read((*program).to_owned(), remark, &value, "run_ms")?);
    }
    let steps = (horizon.stop - horizon.start) * horizon.steps_per_time();
    let mut page = page(&timings, date, &instructions, &format!("{} variables, {steps} steps", model.variables.len()));
    page.push_str(&by_hand::section()?);
    page.push_str(STAND_IN);
    sections::write(BENCHMARKS, "engine", &page)
}

/// A program that can not be had here, by figures of an earlier study.
const STAND_IN: &str = "
### SDEverywhere, by earlier figures

SDEverywhere's command-line program is not on the package registry, so it did not run here. \
An earlier study of this project (2026, another machine, World3 with 208 equations and 401 steps, every variable saved) had \
0.29 ms a run for its compiled C, 1.5 to 2.3 ms for Simlin, and 20 to 41 s for PySD: its C takes an eighth to a fifth of Simlin's time. \
Set beside the ratio to Simlin above this is a rough stand-in, not a measurement of the same work.
";

/// Programs in the environment, and what is not comparable.
const OTHERS: &[(&str, &str)] = &[
    (
        "jax",
        "translated from the file element by element; the same constants for all members, but as inputs; compiled when first called; saves the outcomes at each month",
    ),
    ("simlin", "one run after the other; saves every variable at every step, and can not save less"),
    ("pysd", "one run; returns the same series"),
];

/// The release build of the program on one thread: its own bench.
fn engine() -> Result<(Timing, String), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).env("RAYON_NUM_THREADS", "1");
    command.args(["run", "--release", "--quiet", "--package", "counterflow-cli", "--", "bench", "--json"]);
    let output = command.args(["--members", &MEMBERS.to_string()]).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let value: Value = serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))?;
    let instructions = value["instruction_set"].as_str().unwrap_or("unknown").to_owned();
    let remark = "own posterior draw for each member; saves the means of the outcomes over each month";
    let mut timing = Timing::read("counterflow".into(), remark, &value, "repetition_ms")?;
    let milliseconds = |key: &str| value[key].as_f64().unwrap_or(0.0);
    timing.setup_s = (milliseconds("load_ms") + milliseconds("plan_ms")) / 1e3;
    timing.run_ms.iter_mut().for_each(|time| *time /= MEMBERS as f64);
    Ok((timing, instructions))
}

fn page(timings: &[Timing], date: &str, instructions: &str, size: &str) -> String {
    let own = timings.first().map_or(f64::NAN, Timing::median);
    let mut text = format!(
        "## The engine beside other programs\n\nWritten by `cargo xtask bench --peers --date {date}`; do not edit.\n\n\
         The bundled model as `counterflow export` writes it ({size}, Euler), on one core of a shared {} machine with {instructions}. \
         Times are milliseconds of the wall clock for one run, medians of the repetitions with the fastest and the slowest; \
         setting up is reading, translating and compiling, with the first run where the two can not be told apart.\n\
         Versions are those of `tests/peers/requirements.txt` and `tests/peers/requirements-bench.txt`.\n\n\
         | program | side by side | ms a run | fastest to slowest | repetitions | times ours | setting up, s | remarks |\n\
         |---|---|---|---|---|---|---|---|\n",
        std::env::consts::ARCH
    );
    for timing in timings {
        let (fastest, slowest) = (timing.run_ms[0], timing.run_ms[timing.run_ms.len() - 1]);
        text.push_str(&format!(
            "| {} | {} | {:.4} | {fastest:.4} to {slowest:.4} | {} | {:.1} | {:.2} | {} |\n",
            timing.program,
            timing.members,
            timing.median(),
            timing.run_ms.len(),
            timing.median() / own,
            timing.setup_s,
            timing.remark
        ));
    }
    text
}
