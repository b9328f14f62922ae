//! The program, as its tests call it.

use std::process::{Command, Output, Stdio};

/// What a call gives. The terminal is a hundred columns wide.
pub fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterflow"));
    command.args(arguments).env("COLUMNS", "100").stdin(Stdio::null()).output().expect("the program starts")
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the program writes UTF-8")
}

/// Standard output of a call that must succeed.
pub fn answer(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}
