//! `counterflow-samplers SECONDS [SAMPLER ...]`: the race on the bundled model's posterior, one line of JSON for each
//! sampler. `cargo xtask bench --samplers` calls it.

use std::process::ExitCode;

use counterflow::Project;
use counterflow::calibration::{CalibrationDensity, CalibrationOptions};
use counterflow::posterior::{MAIN, Posterior};
use counterflow_samplers::race::{Course, RUNNERS, Runner, run};

fn main() -> ExitCode {
    match race(&std::env::args().skip(1).collect::<Vec<String>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn race(words: &[String]) -> Result<(), String> {
    let [seconds, names @ ..] = words else { return Err("expected the seconds that each sampler may have".into()) };
    let seconds = seconds.parse().map_err(|_| format!("found `{seconds}`, expected a number of seconds"))?;
    let runners = chosen(names)?;
    let told =
        |problems: Vec<counterflow::Problem>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let project = Project::bundled().map_err(told)?;
    let options = CalibrationOptions::default();
    let density = CalibrationDensity::new(&project, &options).map_err(|problem| problem.to_string())?;
    let posterior = Posterior::load(&project.files, MAIN).map_err(|problem| problem.to_string())?;
    let draws = density.points(&posterior);
    let course = Course::new(&density, draws, seconds, options.settings.seed)
        .ok_or("no draw of the bundled posterior gives the data any chance")?;
    for runner in runners {
        println!("{}", run(&course, runner));
    }
    Ok(())
}

/// The samplers of these names, or all.
fn chosen(names: &[String]) -> Result<Vec<&'static Runner>, String> {
    let known: Vec<&str> = RUNNERS.iter().map(|runner| runner.word).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("found `{unknown}`; expected some of {}", known.join(", ")));
    }
    Ok(RUNNERS.iter().filter(|runner| names.is_empty() || names.iter().any(|name| name == runner.word)).collect())
}
