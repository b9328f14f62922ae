//! Steps one after the other, each with its name and its seconds; the first failure ends it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Something to do.
#[derive(Clone)]
pub struct Step {
    name: &'static str,
    work: Work,
    environment: Vec<(&'static str, &'static str)>,
    needs: Option<Need>,
}

#[derive(Clone)]
enum Work {
    /// Arguments of cargo.
    Cargo(Vec<&'static str>),
    /// A function of this program; what it answers is what is wrong.
    Own(fn() -> Result<(), String>),
}

/// A tool without which a step is left out.
#[derive(Clone)]
struct Need {
    /// Arguments of cargo that succeed where the tool is there.
    probe: Vec<&'static str>,
    /// How to get it.
    advice: &'static str,
}

impl Step {
    /// A step that calls cargo.
    pub fn cargo(name: &'static str, arguments: &'static str) -> Step {
        let work = Work::Cargo(arguments.split_whitespace().collect());
        Step { name, work, environment: Vec::new(), needs: None }
    }

    /// A step of this program.
    pub fn own(name: &'static str, work: fn() -> Result<(), String>) -> Step {
        Step { name, work: Work::Own(work), environment: Vec::new(), needs: None }
    }

    /// The same step with a variable of the environment.
    pub fn with(mut self, name: &'static str, value: &'static str) -> Step {
        self.environment.push((name, value));
        self
    }

    /// The same step, left out where the probe fails.
    pub fn only_if(mut self, probe: &'static str, advice: &'static str) -> Step {
        self.needs = Some(Need { probe: probe.split_whitespace().collect(), advice });
        self
    }

    fn run(&self) -> Result<(), String> {
        match &self.work {
            Work::Own(work) => work(),
            Work::Cargo(arguments) => {
                let status = cargo(arguments).envs(self.environment.iter().copied()).status();
                match status {
                    Ok(status) if status.success() => Ok(()),
                    Ok(_) => Err(format!("`cargo {}` failed", arguments.join(" "))),
                    Err(error) => Err(format!("cargo does not start: {error}")),
                }
            }
        }
    }
}

/// Runs steps until one fails; tells whether none did.
pub fn run(steps: &[Step]) -> bool {
    for step in steps {
        if let Some(need) = step.needs.as_ref().filter(|need| !there(need)) {
            println!("-- {}: skipped, the tool is not installed (`{}`; it takes minutes)", step.name, need.advice);
            continue;
        }
        println!("-- {}", step.name);
        let begun = Instant::now();
        let result = step.run();
        let seconds = begun.elapsed().as_secs_f64();
        if let Err(why) = result {
            println!("-- {} FAILED after {seconds:.1} s: {why}", step.name);
            return false;
        }
        println!("-- {} passed in {seconds:.1} s", step.name);
    }
    true
}

fn there(need: &Need) -> bool {
    let probe = cargo(&need.probe).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

/// A call of cargo at the repository's root.
pub fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// What a command printed, run to its end.
///
/// # Errors
/// If it does not start or fails, with its own words.
pub fn said(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}

/// What the tests build, the program among it. Asking for the program alone would build half of the workspace once more: what
/// crates share is built for all that is asked for together.
///
/// # Errors
/// If it does not build.
pub fn built() -> Result<PathBuf, String> {
    let status = cargo(&["build", "--quiet", "--workspace", "--all-targets"]).status();
    if status.is_ok_and(|status| status.success()) {
        Ok(target().join("debug"))
    } else {
        Err("the workspace does not build".to_owned())
    }
}

/// The folder of what cargo builds.
pub fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from))
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
