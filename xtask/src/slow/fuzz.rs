//! Fuzzing of every parser for a while, and what is kept of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::watch;
use crate::steps::{cargo, root};

const TARGETS: [&str; 4] = ["language", "xmile", "policy", "data"];
/// Time on the processor that each parser gets, in seconds.
const SECONDS: f64 = 1200.0;

/// Fuzzes every parser, then keeps the inputs that reach something new.
///
/// # Errors
/// If a tool is missing, or an input breaks a parser.
pub fn all() -> Result<String, String> {
    let build = cargo(&["fuzz", "build", "-s", "none"]).env("RUSTC_BOOTSTRAP", "1").status();
    if !build.is_ok_and(|status| status.success()) {
        return Err("`cargo fuzz build -s none` failed; `cargo install cargo-fuzz` may be needed".into());
    }
    let figures: Result<Vec<String>, String> = TARGETS.iter().map(|target| one(target)).collect();
    Ok(figures?.join("; "))
}

fn one(target: &str) -> Result<String, String> {
    let built = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("fuzz/target"), PathBuf::from);
    let program = built.join(format!("{}-unknown-linux-gnu/release/{target}", std::env::consts::ARCH));
    let (found, broken) = (built.join("found").join(target), built.join("broken").join(target));
    for folder in [&found, &broken] {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    let kept = root().join("fuzz/corpus").join(target);
    let mut command = Command::new(&program);
    command.arg(&found).arg(&kept).args(["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"]);
    command.arg(format!("-artifact_prefix={}/", broken.display()));
    let dictionary = root().join(format!("fuzz/dictionaries/{target}.txt"));
    if dictionary.exists() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    let seen = watch::until(&mut command, SECONDS)?;
    let crashes = names(&broken)?.into_iter().filter(|name| !name.starts_with("slow-unit")).collect::<Vec<_>>();
    if !crashes.is_empty() {
        return Err(format!("{target} breaks on {} in {}", crashes.join(", "), broken.display()));
    }
    let before = names(&kept)?.len();
    keep(&program, &kept, &found)?;
    let added = names(&kept)?.len() - before;
    Ok(format!("{target} {:.0} CPU-minutes, no crash, {added} inputs kept beside {before}", seen.cpu_seconds / 60.0))
}

/// Adds to the kept inputs those that reach something that none of them reaches.
fn keep(program: &Path, kept: &Path, found: &Path) -> Result<(), String> {
    let mut command = Command::new(program);
    watch::to_the_end(command.args(["-merge=1", "-verbosity=0"]).arg(kept).arg(found)).map(|_| ())
}

fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}
