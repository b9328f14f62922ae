//! The server's interface held against its own document: schemathesis makes requests of it, those of its examples and hundreds of wrong ones.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::peers::environment::Environment;
use crate::steps::{built, target};

/// Requests of each kind that are made of each operation.
const EXAMPLES: &str = "12";
/// Their seed, so that each run makes the same.
const SEED: &str = "2026";
/// What an answer is held to. Compared answers are slow, so the time of an answer is no matter here.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
    negative_data_rejection,unsupported_method";

/// A server that ends with this.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts the server and lets schemathesis ask it.
///
/// # Errors
/// What it found.
pub fn check() -> Result<(), String> {
    let Some(environment) = Environment::named("api", "requirements-api.txt")? else {
        println!("   skipped: there is no python3 with venv on this machine");
        return Ok(());
    };
    let server = start()?;
    let document = format!("{}api/v1/openapi.json", server.address);
    let mut command = Command::new(environment.program("schemathesis"));
    command.args(["run", &document, "--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", SEED]);
    // What is right is asked by the document's examples; hundreds of right questions would keep the model busy for an hour.
    command.args(["--phases", "examples,coverage,fuzzing", "--mode", "negative"]);
    command.args(["--no-color", "--request-timeout", "60", "--suppress-health-check", "all"]);
    let output = command.current_dir(&environment.folder).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        let told = said.lines().rev().find(|line| !line.trim_matches(['=', ' ']).is_empty()).unwrap_or("");
        println!("   {}", told.trim_matches(['=', ' ']));
        return Ok(());
    }
    let file = target().join("api/said.txt");
    fs::write(&file, said.as_bytes()).map_err(|error| error.to_string())?;
    let last: Vec<&str> = said.lines().rev().take(60).collect();
    let told: Vec<&str> = last.into_iter().rev().collect();
    Err(format!(
        "{}\n{}\nthe whole of it is in {}",
        told.join("\n"),
        String::from_utf8_lossy(&output.stderr),
        file.display()
    ))
}

fn start() -> Result<Server, String> {
    let mut command = Command::new(built()?.join("counterflow"));
    command.args(["serve", "--port", "0", "--json"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().map_err(|error| format!("{command:?} does not start: {error}"))?;
    let mut said = String::new();
    if let Some(stdout) = process.stdout.take() {
        // The JSON of where it serves is all that it prints.
        let mut lines = BufReader::new(stdout).lines();
        while serde_json::from_str::<serde_json::Value>(&said).is_err() {
            let Some(Ok(line)) = lines.next() else { break };
            said.push_str(&line);
        }
    }
    let told: Option<String> = serde_json::from_str::<serde_json::Value>(&said)
        .ok()
        .and_then(|value| value["address"].as_str().map(str::to_owned));
    let address = told.unwrap_or_default();
    let server = Server { process, address };
    if server.address.is_empty() { Err(format!("the server does not say where it is: {said}")) } else { Ok(server) }
}
