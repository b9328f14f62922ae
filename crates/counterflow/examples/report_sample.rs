//! Writes the report of a made-up comparison, to look at: `cargo run -p counterflow --example report_sample [FILE]`.

use std::path::PathBuf;

use counterflow::Project;
use counterflow::report::{ReportInput, html};

#[path = "../tests/report/sample.rs"]
mod sample;

fn main() -> std::io::Result<()> {
    let project = Project::bundled().expect("the bundled project reads");
    let (comparison, fit, parameters) =
        (sample::comparison(&project), sample::fit(&project), sample::parameters(&project));
    let input = ReportInput {
        project: &project,
        comparison: &comparison,
        fit: Some(&fit),
        posterior: None,
        parameters: Some(&parameters),
        command: "a made-up sample: no number in it means anything",
    };
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/report_sample.html");
    let path = std::env::args().nth(1).map_or(default, PathBuf::from);
    std::fs::write(&path, html(&input))?;
    println!("{}", path.display());
    Ok(())
}
