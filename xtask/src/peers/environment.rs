//! A Python environment of our own below `target`, with the other programs in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::compare::{Columns, read};
use crate::steps::target;

/// The environment.
pub struct Environment {
    /// Where exported files and results go.
    pub folder: PathBuf,
    python: PathBuf,
}

impl Environment {
    /// Makes the environment, unless it is there with the same requirements; `None` without Python on this machine.
    pub fn new() -> Result<Option<Environment>, String> {
        Environment::named("peers", "requirements.txt")
    }

    /// An environment of its own with what a file of requirements names, below `target` under a name.
    pub fn named(name: &str, requirements: &str) -> Result<Option<Environment>, String> {
        let probe = Command::new("python3").args(["-c", "import venv, ensurepip"]).stderr(Stdio::null()).status();
        if !probe.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let folder = target().join(name);
        let environment = Environment { python: folder.join("venv/bin/python"), folder };
        environment.install(requirements)?;
        Ok(Some(environment))
    }

    /// A program of the environment.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("venv/bin").join(name)
    }

    fn install(&self, requirements: &str) -> Result<(), String> {
        let wanted = super::folder().join(requirements);
        let text = fs::read_to_string(&wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
        let stamp = self.folder.join("installed.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == text) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(|error| error.to_string())?;
        let venv = self.folder.join("venv");
        finish(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        finish(Command::new(&self.python).args(pip).arg(&wanted))?;
        fs::write(&stamp, text).map_err(|error| error.to_string())
    }

    /// Installs what only some commands need.
    pub fn install_also(&self, requirements: &str) -> Result<(), String> {
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        finish(Command::new(&self.python).args(pip).arg(super::folder().join(requirements))).map(|_| ())
    }

    /// Times a file in a program; gives what the script printed.
    pub fn bench(&self, program: &str, file: &Path, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(&self.python);
        command.arg(super::folder().join("bench_peer.py")).arg(program).arg(file);
        finish(command.args(arguments))
    }

    /// Samples a posterior in a program, draws into a file; gives what the script printed.
    pub fn sample(&self, program: &str, data: &Path, draws: &Path) -> Result<String, String> {
        let mut command = Command::new(&self.python);
        command.arg(super::folder().join("sample_peer.py")).arg(program).arg(data).arg(draws);
        // Stan's compiler leaves a folder where it is called.
        finish(command.current_dir(&self.folder))
    }

    /// Runs all files of a folder in a program; what it saved of each, or said, stands beside them.
    pub fn run_all(&self, program: &str, folder: &Path) -> Result<(), String> {
        let mut command = Command::new(&self.python);
        command.arg(super::folder().join("run_peer.py")).args([program, "--all"]).arg(folder);
        finish(&mut command).map(|_| ())
    }

    /// Runs a file in a program and reads what it saved.
    pub fn run(&self, program: &str, file: &Path, steps_per_save: u32) -> Result<Columns, String> {
        let out = file.with_extension(format!("{program}.csv"));
        let mut command = Command::new(&self.python);
        command.arg(super::folder().join("run_peer.py")).arg(program).arg(file);
        finish(command.arg(steps_per_save.to_string()).arg(&out))?;
        let text = fs::read_to_string(&out).map_err(|error| error.to_string())?;
        read(&text)
    }
}

/// Runs a command to its end and gives what it printed; its own words are the error.
fn finish(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(8).collect();
    Err(format!("{command:?} failed: {}", last.into_iter().rev().collect::<Vec<_>>().join("\n")))
}
