//! The same bits as WebAssembly: random scenarios of the bundled model on this machine and in node.

use std::path::PathBuf;
use std::process::Command;

use crate::compiler;
use crate::steps::{cargo, root, said, target};

const EXAMPLE: &str = "same_bits";
/// WebAssembly with a clock, arguments and a place to print to, and no more.
const TARGET: &str = "wasm32-wasip1";
/// Scenarios of the usual tests.
const USUAL: &str = "500";

/// Whether node and the compiler's target are there, and the usual number of scenarios, if they are.
///
/// # Errors
/// As [`check`].
pub fn usual() -> Result<(), String> {
    let node = said(Command::new("node").arg("--version")).is_ok();
    if !node || !compiler::reaches(TARGET) {
        println!("   skipped: it needs node and `rustup target add {TARGET}`");
        return Ok(());
    }
    check(USUAL).map(|_| ())
}

/// Builds the example twice, runs both with so many scenarios, and gives what they print.
///
/// # Errors
/// What does not build or run, or both hashes, if they differ.
pub fn check(scenarios: &str) -> Result<String, String> {
    let build = ["build", "--quiet", "--package", "counterflow", "--example", EXAMPLE];
    let native = built(&build, "debug/examples", EXAMPLE)?;
    let web = [&build[..], &["--target", TARGET]].concat();
    let web = built(&web, &format!("{TARGET}/debug/examples"), &format!("{EXAMPLE}.wasm"))?;
    let here = said(Command::new(native).arg(scenarios))?;
    let script = root().join("xtask/wasm/run.mjs");
    let there = said(Command::new("node").arg("--no-warnings").arg(script).arg(web).arg(scenarios))?;
    println!("   {}", here.trim());
    if here == there { Ok(here.trim().to_owned()) } else { Err(format!("as WebAssembly: {there}   here: {here}")) }
}

fn built(arguments: &[&str], folder: &str, file: &str) -> Result<PathBuf, String> {
    let status = cargo(arguments).status().map_err(|error| format!("cargo does not start: {error}"))?;
    if !status.success() {
        return Err(format!("`cargo {}` failed; `rustup target add {TARGET}` may be needed", arguments.join(" ")));
    }
    Ok(target().join(folder).join(file))
}
