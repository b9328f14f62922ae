//! The page: its engine as WebAssembly, its data, its site in `web/dist`, and its tests in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::compiler::{Compiler, TARGET};
use crate::programs;
use crate::steps::{built, cargo, root, said, target};

const CRATE: &str = "counterflow-web";

/// Builds the site.
///
/// # Errors
/// What is missing, or does not build.
pub fn build() -> Result<(), String> {
    if !programs::for_building() {
        return Err("the page needs Node.js and npm".to_owned());
    }
    engine()?;
    data(cargo(&["run", "--quiet", "--package", "counterflow-cli", "--release", "--"]))?;
    site()?;
    // A release build that follows embeds the site that was just built.
    touch(&root().join("crates/counterflow-serve/src/site.rs"))?;
    println!("   web/dist: `cargo run --release -- serve` shows it");
    Ok(())
}

/// Builds the site and tries it: types, units, weight, and a person's ways in a browser.
///
/// # Errors
/// What does not build or pass.
pub fn tested() -> Result<(), String> {
    if !programs::for_browsing() {
        println!("   skipped");
        return Ok(());
    }
    engine()?;
    data(Command::new(built()?.join("counterflow")))?;
    bits()?;
    site()?;
    ["check", "test", "weight", "test:browser"].iter().try_for_each(|script| npm(&["run", "--silent", script]))
}

/// The engine as WebAssembly with its JavaScript side, in `web/src/wasm`.
fn engine() -> Result<(), String> {
    let compiler = Compiler::found()?;
    println!("   engine");
    finish(&mut compiler.build(&["--quiet", "--package", CRATE, "--profile", "web"]))?;
    let bindgen = root().join("xtask/bindgen/Cargo.toml");
    let module = target().join(TARGET).join("web/counterflow_web.wasm");
    let folder = made(root().join("web/src/wasm"))?;
    let run = ["run", "--quiet", "--locked", "--manifest-path"];
    let mut command = cargo(&run);
    command.arg(bindgen).arg("--target-dir").arg(target().join("bindgen")).arg("--").arg(module).arg(folder);
    finish(&mut command)
}

/// What the page loads of the model, in `web/public/data`, by the program itself.
fn data(mut program: Command) -> Result<(), String> {
    println!("   data");
    let folder = made(root().join("web/public/data"))?;
    finish(program.args(["web-data", "--json", "--out"]).arg(folder).stdout(Stdio::null()))
}

/// Scenarios whose bits are compared.
const SCENARIOS: &str = "100";

/// The page's engine and this machine's give the same bits on random scenarios.
fn bits() -> Result<(), String> {
    let (bundle, scenarios) = (root().join("web/public/data/engine.bin"), target().join("page_scenarios.json"));
    let mut native = Command::new(built()?.join("examples/page_bits"));
    let here = said(native.arg(&bundle).arg(SCENARIOS).arg(&scenarios))?;
    let mut node = Command::new("node");
    node.arg(root().join("xtask/wasm/page_bits.mjs")).arg(root().join("web/src/wasm")).arg(&bundle).arg(&scenarios);
    let there = said(&mut node)?;
    println!("   {}", here.trim());
    if here == there { Ok(()) } else { Err(format!("in the page's engine: {there}   here: {here}")) }
}

fn site() -> Result<(), String> {
    println!("   site");
    let stamp = root().join("web/node_modules/.package-lock.json");
    let lock = root().join("web/package-lock.json");
    let newer =
        |a: &Path, b: &Path| Some(fs::metadata(a).ok()?.modified().ok()? >= fs::metadata(b).ok()?.modified().ok()?);
    if newer(&stamp, &lock) != Some(true) {
        npm(&["ci", "--silent", "--no-audit", "--no-fund"])?;
    }
    npm(&["run", "--silent", "build"])
}

/// Calls npm in the page's folder.
pub fn npm(arguments: &[&str]) -> Result<(), String> {
    finish(Command::new("npm").args(arguments).current_dir(root().join("web")))
}

fn finish(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} failed: {status}")),
        Err(error) => Err(format!("{command:?} does not start: {error}")),
    }
}

fn made(folder: PathBuf) -> Result<PathBuf, String> {
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Writes a file as it is, so that what is built of it is built again.
fn touch(path: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let bytes = fs::read(path).map_err(told)?;
    fs::write(path, bytes).map_err(told)
}
