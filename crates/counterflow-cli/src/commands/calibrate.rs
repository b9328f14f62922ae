//! `calibrate`: sample the posterior of the bundled model, or of a copy of it.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::calibration::{CalibrationOptions, FitSummary, Stage, calibrate};
use counterflow::posterior::Posterior;
use counterflow::{Problem, Project};

use super::Json;
use crate::output::{Answer, Failure, Output, compiled, note, open};
use crate::progress::Progress;

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// A model: a folder with model.toml; the bundled one if left out
    model: Option<PathBuf>,
    /// Folder for the posterior and for unfinished work; a stopped calibration goes on from there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Name of the posterior in that folder
    #[arg(long, default_value = "main")]
    name: String,
    /// Seed of every random number
    #[arg(long, default_value_t = CalibrationOptions::default().settings.seed)]
    seed: u64,
    /// Chains
    #[arg(long, default_value_t = CalibrationOptions::default().settings.chains)]
    chains: usize,
    /// Paths of warm-up for each chain
    #[arg(long, default_value_t = CalibrationOptions::default().settings.warmup)]
    warmup: usize,
    /// Paths from which draws are kept, for each chain
    #[arg(long, default_value_t = CalibrationOptions::default().settings.sampling)]
    sampling: usize,
    /// Mean number of leapfrog steps in a path
    #[arg(long, default_value_t = CalibrationOptions::default().settings.steps)]
    leapfrog: usize,
    /// Draws to keep
    #[arg(long, default_value_t = CalibrationOptions::default().draws)]
    draws: usize,
    /// Keep parameters whose name starts with this at their own value, for example discrepancy_step; may be repeated
    #[arg(long, value_name = "PREFIX")]
    hold: Vec<String>,
    /// Date to write beside the posterior; nothing reads the clock
    #[arg(long, default_value = "")]
    date: String,
    #[command(flatten)]
    json: Json,
}

/// R-hat above which chains may disagree: the answer is then no.
const AGREE: f64 = 1.1;

impl CalibrateArgs {
    /// Samples, writes the posterior and says how far to trust it.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref())?;
        compiled(&project)?;
        let unwritable = |path: &Path, e: std::io::Error| {
            Problem::new(path.display().to_string(), format!("cannot be written: {e}"))
        };
        std::fs::create_dir_all(&self.out).map_err(|e| unwritable(&self.out, e))?;
        let (mut posterior, summary) = self.sample(&project)?;
        posterior.about.date.clone_from(&self.date);
        posterior.about.command = self.command();
        for (ending, text) in
            [("csv", posterior.to_csv()), ("toml", posterior.about_toml()), ("diagnostics.csv", summary.to_csv())]
        {
            let path = self.out.join(format!("{}.{ending}", self.name));
            std::fs::write(&path, text).map_err(|e| unwritable(&path, e))?;
        }
        self.tell(&posterior, &summary, output)
    }

    fn sample(&self, project: &Project) -> Result<(Posterior, FitSummary), Failure> {
        let mut options =
            CalibrationOptions { held: self.hold.clone(), draws: self.draws, ..CalibrationOptions::default() };
        options.settings.seed = self.seed;
        options.settings.chains = self.chains.max(2);
        options.settings.warmup = self.warmup;
        options.settings.sampling = self.sampling.max(4);
        options.settings.steps = self.leapfrog.max(1);
        let progress = Progress::new("calibrating");
        let state = self.out.join(format!("{}.state", self.name));
        Ok(calibrate(project, &options, &state, &mut |stage| match stage {
            Stage::Search(p) => progress.say("searching", p.generation, p.of, p.log_density),
            Stage::Climb(round, log_density) => progress.say("climbing", round, round + 1, log_density),
            Stage::Sample(p) => progress.say("sampling", p.generation, p.of, p.log_density),
        })?)
    }

    /// The command that makes the posterior again, with every setting that matters.
    fn command(&self) -> String {
        let mut words = format!(
            "counterflow calibrate --name {} --seed {} --chains {} --warmup {} --sampling {} --leapfrog {} --draws {}",
            self.name, self.seed, self.chains, self.warmup, self.sampling, self.leapfrog, self.draws
        );
        self.hold.iter().for_each(|prefix| words.push_str(&format!(" --hold {prefix}")));
        words
    }

    fn tell(&self, posterior: &Posterior, summary: &FitSummary, output: &mut Output) -> Result<Answer, Failure> {
        let agrees = summary.worst_rhat() < AGREE;
        if self.json.json {
            let value = serde_json::to_value(&posterior.about).map_err(|e| Problem::new("--json", e.to_string()))?;
            output.json(&value)?;
        } else {
            let (bulk, tail) = summary.least_ess();
            output.line(format_args!(
                "{} draws of {} parameters in {}",
                posterior.values.len(),
                summary.dimension,
                self.out.display()
            ))?;
            output.line(format_args!("accepted {:.0} of 100 paths", 100.0 * summary.acceptance))?;
            output.line(format_args!(
                "worst R-hat {:.3}; least effective draws {bulk:.0} (centre), {tail:.0} (tails)",
                summary.worst_rhat()
            ))?;
        }
        if !agrees {
            note(format!(
                "the chains do not agree (R-hat {:.3}, wanted below {AGREE}); go on with more --sampling",
                summary.worst_rhat()
            ));
        }
        Ok(if agrees { Answer::Done } else { Answer::No })
    }
}
