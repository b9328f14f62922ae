//! Our chains beside PyMC with nutpie and beside Stan on posteriordb's lynx and hare, all on one core.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use counterflow_calibrate::diagnose::{diagnose, mean_sd};
use serde_json::Value;

use crate::peers::environment::Environment;
use crate::steps::{cargo, root, target};

const POSTERIOR: &str = "hudson_lynx_hare-lotka_volterra";
const REFERENCE: &str = "crates/counterflow-calibrate/tests/reference";

/// Other programs: the word of the script, and what they are.
const OTHERS: &[(&str, &str)] = &[
    ("nutpie", "PyMC with nutpie, by numba; the same steps of Runge-Kutta"),
    ("nutpie-jax", "PyMC with nutpie, by JAX; the same steps of Runge-Kutta"),
    ("stan", "Stan (pystan), posteriordb's program: Runge-Kutta of adaptive steps"),
    ("stan-rk4", "Stan (pystan), the same steps of Runge-Kutta written out"),
];

/// What one program needed and found.
struct Row {
    title: &'static str,
    cost: Value,
    /// Least bulk ESS of the eight quantities.
    ess: f64,
    worst_rhat: f64,
    /// Largest error of a mean, in standard deviations of the reference.
    error: f64,
}

impl Row {
    fn cost(&self, key: &str) -> f64 {
        self.cost[key].as_f64().unwrap_or(f64::NAN)
    }

    /// Effective draws for a second of sampling, and for one of warm-up and sampling.
    fn rates(&self) -> [f64; 2] {
        let sampling = self.cost("sampling_s");
        [self.ess / sampling, self.ess / (self.cost("warmup_s") + sampling)]
    }
}

/// Measures all programs, one after the other, and gives the section of the page.
///
/// # Errors
/// If ours does not run; other programs that do not are left out, and the page says why.
pub fn section() -> Result<String, String> {
    let environment = Environment::new()?.ok_or("there is no python3 with venv on this machine")?;
    environment.install_also("requirements-bench.txt")?;
    environment.install_also("requirements-samplers.txt")?;
    let folder = target().join("peers/samplers");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut rows = vec![ours(&folder)?];
    let mut missing = Vec::new();
    for (program, title) in OTHERS {
        match other(&environment, program, title, &folder) {
            Ok(row) => rows.push(row),
            Err(why) => missing.push(format!("{title}: {}", why.lines().last().unwrap_or_default())),
        }
    }
    Ok(table(&rows, &missing))
}

/// Our chains, by an ignored test of a release build.
fn ours(folder: &Path) -> Result<Row, String> {
    let draws = folder.join("counterflow.csv");
    let arguments = ["test", "--release", "--quiet", "--package", "counterflow-calibrate", "--test", "reference"];
    let mut command = cargo(&[&arguments[..], &["--", "--ignored", "--nocapture", "lynx_hare_speed"]].concat());
    let output = command.env("COUNTERFLOW_DRAWS", &draws).stderr(Stdio::inherit()).output();
    let said = String::from_utf8_lossy(&output.map_err(|error| error.to_string())?.stdout).into_owned();
    let line = said.lines().find(|line| line.starts_with('{')).ok_or_else(|| format!("no figures in: {said}"))?;
    row("Counterflow, Hamiltonian chains in step", line, &draws)
}

fn other(environment: &Environment, program: &str, title: &'static str, folder: &Path) -> Result<Row, String> {
    let draws = folder.join(format!("{program}.csv"));
    let data = root().join(REFERENCE).join("data.csv");
    let said = environment.sample(program, &data, &draws)?;
    row(title, said.trim().lines().last().unwrap_or_default(), &draws)
}

fn row(title: &'static str, cost: &str, draws: &PathBuf) -> Result<Row, String> {
    let cost = serde_json::from_str(cost).map_err(|error| format!("{error}: {cost}"))?;
    let text = fs::read_to_string(draws).map_err(|error| format!("{}: {error}", draws.display()))?;
    let mut chains: Vec<Vec<Vec<f64>>> = Vec::new();
    for line in text.lines() {
        let cells: Vec<f64> = line.split(',').filter_map(|cell| cell.trim().parse().ok()).collect();
        let chain = cells.first().map_or(0, |chain| *chain as usize);
        chains.resize(chains.len().max(chain + 1), Vec::new());
        chains[chain].push(cells[1..].to_vec());
    }
    let mut row = Row { title, cost, ess: f64::INFINITY, worst_rhat: 0.0, error: 0.0 };
    for (k, (mean, sd)) in reference()?.into_iter().enumerate() {
        let quantity: Vec<Vec<f64>> = chains.iter().map(|chain| chain.iter().map(|draw| draw[k]).collect()).collect();
        let found = diagnose(&quantity);
        row.ess = row.ess.min(found.bulk_ess);
        row.worst_rhat = row.worst_rhat.max(found.rhat);
        row.error = row.error.max(((mean_sd(&quantity).0 - mean) / sd).abs());
    }
    Ok(row)
}

/// Mean and standard deviation of each quantity in posteriordb's reference draws.
fn reference() -> Result<Vec<(f64, f64)>, String> {
    let path = root().join(REFERENCE).join("summaries.csv");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = text.lines().map(|line| line.split(',').collect::<Vec<&str>>()).filter(|cells| cells[0] == POSTERIOR);
    let number = |text: &str| text.parse::<f64>().map_err(|error| format!("{}: {error}: {text}", path.display()));
    rows.map(|cells| Ok((number(cells[2])?, number(cells[3])?))).collect()
}

fn table(rows: &[Row], missing: &[String]) -> String {
    let own = rows[0].rates();
    let mut text = format!(
        "## Beside nutpie and Stan

posteriordb's `{POSTERIOR}` (8 parameters) in each program on one core of one machine, in one run. The differential equation \
is solved by ten steps of Runge-Kutta a year, at which four times as many change nothing that counts, unless a row says \
otherwise; ours has slopes by forward differentiation. Settings of other programs are their own but for 4 chains of 1000 draws; \
ours are those of the proof of reference posteriors. Their chains start in the middle of the posterior, where none is lost in \
another mode for a thousand draws (from nutpie's own start one was); ours search from the prior, and that is part of the \
warm-up, which is all that comes before the first draw that is kept. The others' time is shared out between warm-up and \
sampling by leapfrog steps. Compiling is not counted; Stan's is 0 where its program was compiled before. Time is that on the \
processor. Versions are those of `tests/peers/requirements-samplers.txt`; of Stan it is pystan that installs from the package \
registry with all it needs but a C++ compiler. ESS is the least bulk ESS of the eight parameters, one estimator for all. The error is the largest of a mean, in \
standard deviations of posteriordb's 10,000 reference draws, themselves known to 0.02.

| program | chains and draws of each | compiling, s | warm-up, s | sampling, s | gradients | least bulk ESS | ESS a second of sampling | ours is | ESS a second, warm-up counted | ours is | worst R-hat | error |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
"
    );
    for row in rows {
        let [sampling, all] = row.rates();
        text.push_str(&format!(
            "| {} | {} of {} | {:.0} | {:.1} | {:.1} | {} | {:.0} | {sampling:.1} | {:.1} times | {all:.1} | {:.1} times | {:.3} | {:.3} |\n",
            row.title,
            row.cost["chains"],
            row.cost["draws"],
            row.cost("setup_s"),
            row.cost("warmup_s"),
            row.cost("sampling_s"),
            row.cost["gradients"],
            row.ess,
            own[0] / sampling,
            own[1] / all,
            row.worst_rhat,
            row.error,
        ));
    }
    missing.iter().for_each(|why| text.push_str(&format!("\nDid not run: {why}\n")));
    text
}
