//! `calibrate`: sample the posterior of the bundled model, or of a copy of it.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::calibration::{CalibrationOptions, FitSummary, Smoothing, Stage, calibrate};
use counterflow::own_data::{Mapping, atlas_of, replace, replace_places};
use counterflow::places::FitOptions;
use counterflow::posterior::{MAIN, Posterior};
use counterflow::{Problem, Project};

use super::{Chosen, Json, states};
use crate::output::{Answer, Failure, Output, compiled, make_folder, note, open, write_files};
use crate::progress::Progress;

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// A model: a folder with model.toml; the bundled one if left out
    model: Option<PathBuf>,
    /// Folder for the posterior and for unfinished work; a stopped calibration goes on from there
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Name of the posterior in that folder; `main` if left out, with the variants that were chosen
    #[arg(long)]
    name: Option<String>,
    /// Seed of every random number
    #[arg(long, default_value_t = CalibrationOptions::default().settings.seed)]
    seed: u64,
    /// Chains
    #[arg(long, default_value_t = CalibrationOptions::default().settings.chains, value_parser = at_least::<2>)]
    chains: usize,
    /// Paths of warm-up for each chain [default: 360, from a posterior 90]
    #[arg(long)]
    warmup: Option<usize>,
    /// Paths from which draws are kept, for each chain [default: 900, from a posterior 240]
    #[arg(long, value_parser = at_least::<4>)]
    sampling: Option<usize>,
    /// Mean number of leapfrog steps in a path
    #[arg(long, default_value_t = CalibrationOptions::default().settings.steps, value_parser = at_least::<1>)]
    leapfrog: usize,
    /// Share of paths to accept: steps are as long as that allows; nearer to 1 where tails are stiff
    #[arg(long, default_value_t = CalibrationOptions::default().settings.acceptance, value_parser = share)]
    acceptance: f64,
    /// Draws to keep
    #[arg(long, default_value_t = CalibrationOptions::default().draws, value_parser = at_least::<1>)]
    draws: usize,
    /// Keep parameters whose name starts with this at their own value, for example discrepancy_step; may be repeated
    #[arg(long, value_name = "PREFIX")]
    hold: Vec<String>,
    /// Smooth kinks and jumps over this part of the sizes compared, for example 0.01; exact if left out
    #[arg(long, value_name = "WIDTH", value_parser = width)]
    smooth: Option<Smoothing>,
    /// A CSV file of your own figures in place of series of the model; needs --map
    #[arg(long, value_name = "FILE", requires = "map")]
    data: Option<PathBuf>,
    /// What its columns are: COLUMN=OBSERVATION, COLUMN=date for the dates, and with --states COLUMN=place for the states;
    /// separate several by commas
    #[arg(long, value_name = "COLUMN=MEANING", value_delimiter = ',', requires = "data")]
    map: Vec<Mapping>,
    /// Take the figures as those of these states, by postal code or name, and fit all states anew given the national
    /// posterior
    #[arg(long, value_name = "STATE", value_delimiter = ',', requires = "data")]
    states: Vec<String>,
    /// Start from this posterior of the model, without a search; `main` where --data is given
    #[arg(long, value_name = "NAME")]
    start: Option<String>,
    /// Write all chains, thinned, for ArviZ too: NAME.arviz.json, which `arviz.from_json` reads
    #[arg(long)]
    arviz: bool,
    /// Date to write beside the posterior; nothing reads the clock
    #[arg(long, default_value = "")]
    date: String,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

/// Where the posteriors of the bundled model are kept, from the root of the repository.
const BUNDLED: &str = "models/fentanyl/posterior";

/// Paths of warm-up and of sampling for chains that start from a posterior.
const FROM_NEAR: (usize, usize) = (90, 240);

/// R-hat above which chains may disagree: the answer is then no.
const AGREE: f64 = 1.1;

impl CalibrateArgs {
    /// Samples, writes the posterior and says how far to trust it.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let mut project = open(self.model.as_deref(), &self.chosen)?;
        compiled(&project)?;
        if let Some(data) = self.data.as_deref().filter(|_| !self.states.is_empty()) {
            return self.run_states(&mut project, data, output);
        }
        if let Some(data) = &self.data {
            replace(&mut project, data, &self.map)?.iter().for_each(|taken| note(taken.to_string()));
        }
        make_folder(&self.out)?;
        let name = self.name.clone().unwrap_or_else(|| project.own_posterior_name());
        let (mut posterior, summary) = self.sample(&project, &name)?;
        posterior.about.date.clone_from(&self.date);
        posterior.about.command = self.command(&name);
        let mut files =
            vec![("csv", posterior.to_csv()), ("toml", posterior.about_toml()), ("diagnostics.csv", summary.to_csv())];
        if let Some(inference) = &summary.inference {
            files.push(("arviz.json", inference.to_json(&posterior.about.command, &self.date)));
        }
        write_files(&self.out, &name, &files)?;
        self.tell(&posterior, &summary, output)
    }

    /// Fits the states with the figures of a file in place of those of some of them.
    fn run_states(&self, project: &mut Project, data: &Path, output: &mut Output) -> Result<Answer, Failure> {
        let atlas = atlas_of(project, &self.states)?;
        replace_places(project, data, &self.map, &self.states)?.iter().for_each(|taken| note(taken.to_string()));
        let options = FitOptions { seed: self.seed, ..FitOptions::default() };
        let mut command = format!("counterflow calibrate --out {} --seed {}", portable(&self.out), self.seed);
        self.add_data(&mut command);
        states::fit_and_tell(project, &atlas, &self.out, &options, (&self.date, command), self.json.json, output)
    }

    /// The part of the command that says which figures of a user are taken.
    fn add_data(&self, words: &mut String) {
        self.data.iter().for_each(|data| words.push_str(&format!(" --data {}", portable(data))));
        self.map.iter().for_each(|map| words.push_str(&format!(" --map {}={}", map.column, map.meaning)));
        if !self.states.is_empty() {
            words.push_str(&format!(" --states {}", self.states.join(",")));
        }
    }

    fn sample(&self, project: &Project, name: &str) -> Result<(Posterior, FitSummary), Failure> {
        let mut options = CalibrationOptions {
            held: self.hold.clone(),
            smoothing: self.smooth,
            draws: self.draws,
            inference: self.arviz,
            near: self.start().map(|name| Posterior::load(&project.files, name)).transpose()?,
            ..CalibrationOptions::default()
        };
        options.settings.seed = self.seed;
        options.settings.chains = self.chains;
        (options.settings.warmup, options.settings.sampling) = self.paths();
        options.settings.steps = self.leapfrog;
        options.settings.acceptance = self.acceptance;
        let progress = Progress::new("calibrating");
        let state = self.out.join(format!("{name}.state"));
        Ok(calibrate(project, &options, &state, &mut |stage| match stage {
            Stage::Search(p) => progress.say("searching", p.generation, p.of, p.log_density),
            Stage::Climb(round, log_density) => progress.say("climbing", round, round + 1, log_density),
            Stage::Sample(p) => progress.say("sampling", p.generation, p.of, p.log_density),
        })?)
    }

    /// The posterior from which chains start, if any.
    fn start(&self) -> Option<&str> {
        self.start.as_deref().or(self.data.is_some().then_some(MAIN))
    }

    /// Paths of warm-up and of sampling.
    fn paths(&self) -> (usize, usize) {
        let usual = CalibrationOptions::default().settings;
        let (warmup, sampling) = if self.start().is_some() { FROM_NEAR } else { (usual.warmup, usual.sampling) };
        (self.warmup.unwrap_or(warmup), self.sampling.unwrap_or(sampling))
    }

    /// The command that makes the posterior again, with every setting that matters. It holds no path of this machine:
    /// that of the bundled model goes where bundled posteriors are, and of absolute paths the last name is kept.
    fn command(&self, name: &str) -> String {
        let model = self.model.as_ref().or(self.chosen.project.as_ref());
        let out = if model.is_some() || self.data.is_some() { portable(&self.out) } else { BUNDLED.to_owned() };
        let model = model.map(|model| format!(" {}", portable(model))).unwrap_or_default();
        let mut words = format!("counterflow calibrate{model} --out {out} --name {name} --seed {}", self.seed);
        for (option, value) in [
            ("chains", self.chains),
            ("warmup", self.paths().0),
            ("sampling", self.paths().1),
            ("leapfrog", self.leapfrog),
            ("draws", self.draws),
        ] {
            words.push_str(&format!(" --{option} {value}"));
        }
        if self.acceptance != CalibrationOptions::default().settings.acceptance {
            words.push_str(&format!(" --acceptance {}", self.acceptance));
        }
        self.chosen.choices.iter().for_each(|choice| words.push_str(&format!(" --variant {choice}")));
        self.add_data(&mut words);
        self.start().iter().for_each(|name| words.push_str(&format!(" --start {name}")));
        self.hold.iter().for_each(|prefix| words.push_str(&format!(" --hold {prefix}")));
        self.smooth.iter().for_each(|smoothing| words.push_str(&format!(" --smooth {}", smoothing.relative())));
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
            output.line(format_args!(
                "accepted {:.0} of 100 paths; {} divergent; least E-BFMI {:.2}",
                100.0 * summary.acceptance,
                summary.divergences,
                summary.energy_fraction
            ))?;
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

/// A path as it was typed; of an absolute one the last name, so that it says nothing about the machine.
fn portable(path: &Path) -> String {
    let kept = if path.is_absolute() { path.file_name().map_or(path, Path::new) } else { path };
    kept.display().to_string()
}

/// A whole number on the command line that is not less than `LEAST`.
fn at_least<const LEAST: usize>(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number >= LEAST);
    number.ok_or_else(|| format!("expected a whole number from {LEAST} on"))
}

/// A share between 0 and 1 on the command line, both left out.
fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    share.ok_or_else(|| "expected a number between 0 and 1".to_owned())
}

/// A width of smoothing on the command line.
fn width(text: &str) -> Result<Smoothing, String> {
    let smoothing = text.parse().ok().and_then(Smoothing::new);
    smoothing.ok_or_else(|| format!("expected a number above 0 and at most {}", Smoothing::WIDEST))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: CalibrateArgs,
    }

    fn command(words: &str) -> String {
        let words = std::iter::once("calibrate").chain(words.split(' '));
        Line::try_parse_from(words).unwrap_or_else(|e| panic!("{e}")).arguments.command("main")
    }

    #[test]
    fn the_recorded_command_is_complete_and_says_nothing_about_the_machine() {
        let recorded = command("--out /home/somebody/work --seed 7 --smooth 0.01 --hold discrepancy_step");
        assert!(recorded.starts_with("counterflow calibrate --out models/fentanyl/posterior --name main --seed 7 "));
        assert!(recorded.ends_with(" --hold discrepancy_step --smooth 0.01"), "{recorded}");
        assert!(!command("--out work").contains("--smooth"));
        let arguments = recorded.strip_prefix("counterflow calibrate ").unwrap();
        assert_eq!(command(arguments), recorded);
        let own = command("/home/somebody/model --out work/posterior");
        assert!(own.starts_with("counterflow calibrate model --out work/posterior "), "{own}");
    }

    #[test]
    fn too_few_of_anything_is_an_error() {
        for words in
            ["--chains 1", "--sampling 3", "--leapfrog 0", "--draws 0", "--draws many", "--smooth 0", "--smooth 0.7"]
        {
            let words = ["calibrate", "--out", "work"].into_iter().chain(words.split(' '));
            assert!(Line::try_parse_from(words.clone()).is_err(), "{words:?}");
        }
    }
}
