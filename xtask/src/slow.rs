//! The slow proofs: what takes minutes to hours, runs by name, and leaves its figures in `docs/slow.md`.

mod fuzz;
mod page;
mod watch;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::peers::{self, Span};
use crate::steps::{cargo, root, target};
use crate::wasm;
use page::Row;

/// A proof and how it is made.
struct Proof {
    name: &'static str,
    /// What must hold, for the page.
    claim: &'static str,
    /// Does it and says what was measured.
    work: fn() -> Result<String, String>,
}

const PROOFS: &[Proof] = &[
    Proof {
        name: "models",
        claim: "Random models give the same bits as the oracle, in all lane widths",
        work: || {
            tested(&["--package", "counterflow-tests", "--test", "oracle"], "many_random_models_are_equal", "models,")
        },
    },
    Proof {
        name: "files",
        claim: "Random models that are exported to XMILE and imported again give the same values to a part in 1e9",
        work: || {
            tested(
                &["--package", "counterflow-tests", "--test", "round_trip"],
                "many_random_models_come_back",
                "models,",
            )
        },
    },
    Proof {
        name: "slopes",
        claim: "Gradients of random models are difference quotients",
        work: || {
            let test = "slopes_of_many_random_models";
            tested(&["--package", "counterflow-tests", "--test", "oracle"], test, "random models:")
        },
    },
    Proof {
        name: "forwards",
        claim: "Gradients of random models are those of a forward walk with dual numbers",
        work: || {
            let test = "forwards_and_backwards";
            tested(&["--package", "counterflow-tests", "--test", "oracle"], test, "both ways,")
        },
    },
    Proof {
        name: "sbc",
        claim: "In simulation-based calibration of a small model true parameters rank anywhere in their posteriors, and \
                five planted bugs are caught; a proof that was stopped goes on",
        work: || {
            let test = "a_thousand_data_sets_and_five_bugs";
            tested(&["--release", "--package", "counterflow-tests", "--test", "calibration"], test, "sets:")
        },
    },
    Proof {
        name: "national_sbc",
        claim: "In simulation-based calibration with 100 data sets of the bundled model, 18 of its parameters uncertain, true \
                parameters rank anywhere in their posteriors",
        work: || {
            let test = "a_hundred_data_sets_of_the_national_model";
            tested(&["--release", "--package", "counterflow-tests", "--test", "calibration"], test, "sets:")
        },
    },
    Proof {
        name: "kills",
        claim: "A run that is killed 200 times and resumed leaves the same files to the last byte",
        work: || tested(&["--package", "counterflow-cli", "--test", "endless"], "two_hundred_kills", "test result:"),
    },
    Proof {
        name: "reference",
        claim: "Hamiltonian chains give posteriordb's six reference posteriors: means within 0.05 sd, sd within 5 %",
        work: || {
            let test = "all_reference_posteriors";
            tested(&["--package", "counterflow-calibrate", "--test", "reference"], test, "R-hat")
        },
    },
    Proof {
        name: "million",
        claim: "A million members of the national model, from 1999 to 2036, in minutes and less than 1 GiB",
        work: million,
    },
    Proof {
        name: "start",
        claim: "`counterflow run` on the national model answers within 50 ms, start of the program included",
        work: start,
    },
    Proof {
        name: "webassembly",
        claim: "10,000 random scenarios have the same bits as WebAssembly in Node",
        work: || wasm::check("10000"),
    },
    Proof {
        name: "peers",
        claim: "Simlin and PySD agree on exported files over the full horizon (figures in `docs/peers.md`)",
        work: || peers::check(Span::Full).map(|()| "within the limits of every case".to_owned()),
    },
    Proof { name: "fuzz", claim: "Each parser survives 20 CPU-minutes of made inputs", work: fuzz::all },
];

/// Makes the proofs of these names, or all; with a date their figures go to the page. Tells whether all hold.
pub fn run(names: &[&str], date: Option<&str>) -> bool {
    if let Some(unknown) = names.iter().find(|name| PROOFS.iter().all(|proof| proof.name != **name)) {
        let known: Vec<&str> = PROOFS.iter().map(|proof| proof.name).collect();
        eprintln!("found `{unknown}`; expected some of {}", known.join(", "));
        return false;
    }
    let chosen = PROOFS.iter().filter(|proof| names.is_empty() || names.contains(&proof.name));
    let mut all = true;
    for proof in chosen {
        println!("-- {}: {}", proof.name, proof.claim);
        let begun = Instant::now();
        let figure = (proof.work)();
        let seconds = begun.elapsed().as_secs_f64();
        let figure = match figure {
            Ok(figure) => figure,
            Err(why) => {
                println!("-- {} FAILED after {seconds:.0} s: {why}", proof.name);
                all = false;
                continue;
            }
        };
        println!("-- {} holds after {seconds:.0} s: {figure}", proof.name);
        let Some(date) = date else { continue };
        let row = Row { name: proof.name.into(), claim: proof.claim.into(), figure, seconds, date: date.into() };
        if let Err(why) = page::record(row) {
            println!("-- the page can not be written: {why}");
            all = false;
        }
    }
    all
}

/// Runs one ignored test and gives the line it printed that holds `mark`. What it tells of its progress is shown.
fn tested(arguments: &[&str], test: &str, mark: &str) -> Result<String, String> {
    let all = [&["test", "--quiet"], arguments, &["--", "--ignored", "--nocapture", test]].concat();
    let output = cargo(&all).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cargo does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(text.into_owned());
    }
    let line = text.lines().rev().find(|line| line.contains(mark));
    line.map(|line| line.trim().to_owned()).ok_or_else(|| format!("no line with `{mark}` in: {text}"))
}

/// Most memory that a million members may take, in bytes.
const MOST_MEMORY: u64 = 1 << 30;

/// A million members of the posterior, from a folder that holds nothing yet.
fn million() -> Result<String, String> {
    let built = built()?;
    let out = built.join("slow/million");
    if out.exists() {
        std::fs::remove_dir_all(&out).map_err(|error| error.to_string())?;
    }
    let mut command = Command::new(built.join("release/counterflow"));
    command.args(["run", "--members", "1000000", "--design", "posterior", "--json", "--out"]).arg(&out);
    let seen = watch::to_the_end(command.current_dir(root()))?;
    let end = seen.stdout.lines().last().unwrap_or_default();
    let end: serde_json::Value = serde_json::from_str(end).map_err(|error| format!("{error}: {end}"))?;
    if end["state"] != "whole" {
        return Err(format!("the run is not whole: {end}"));
    }
    let mib = seen.most_memory >> 20;
    if seen.most_memory >= MOST_MEMORY {
        return Err(format!("{mib} MiB"));
    }
    let seconds = end["seconds"].as_f64().unwrap_or(f64::NAN);
    let hash = end["sha256"].as_str().unwrap_or_default();
    Ok(format!("{seconds:.0} s, at most {mib} MiB, {:.0} CPU-seconds, sha256 {}", seen.cpu_seconds, &hash[..16]))
}

/// Builds the program for release and gives the folder that holds what is built.
fn built() -> Result<PathBuf, String> {
    let status = cargo(&["build", "--release", "--quiet", "--package", "counterflow-cli"]).status();
    if !status.is_ok_and(|status| status.success()) {
        return Err("the program does not build".into());
    }
    Ok(target())
}

/// Starts that are measured.
const STARTS: usize = 21;
/// Most milliseconds from start to end.
const MOST_MS: f64 = 50.0;

fn start() -> Result<String, String> {
    let program = built()?.join("release/counterflow");
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let begun = Instant::now();
        let output = Command::new(&program).args(["run", "--json"]).output().map_err(|error| error.to_string())?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    times.sort_by(f64::total_cmp);
    let (fastest, median, slowest) = (times[0], times[STARTS / 2], times[STARTS - 1]);
    let figure = format!("median {median:.0} ms of {STARTS}, {fastest:.0} to {slowest:.0}");
    if median <= MOST_MS { Ok(figure) } else { Err(figure) }
}
