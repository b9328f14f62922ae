//! A model with everything beside it: text compiled, data read, sources, policies and posterior at hand.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use counterflow_lang::{Compiled, Diagnostic, Project as Text, SeriesFacts, SourceFile, compile};
use counterflow_model::{Horizon, Method, Model, Unit};
use serde::{Deserialize, Serialize};

use crate::citations::BIBLIOGRAPHY;
use crate::data::{self, Series, from_toml};
use crate::error::Problem;
use crate::files::{FileSet, read_text};
use crate::posterior::{MAIN, Posterior};
use crate::update;
use crate::variants::{Choice, Slot, slots};

pub use source::Source;

/// A loaded project.
#[derive(Clone, Debug)]
pub struct Project {
    /// What the compiler found.
    pub compiled: Compiled,
    /// The texts, for showing places.
    pub sources_of_text: Vec<SourceFile>,
    /// Version of the model, as its `model.toml` says; empty for a single file.
    pub version: String,
    /// What comparisons count.
    pub compare: Compare,
    /// Data series by key.
    pub series: BTreeMap<String, Series>,
    /// Keys of the series in whose place a user's own figures stand.
    pub own_data: Vec<String>,
    /// Bibliography by key.
    pub bibliography: BTreeMap<String, Source>,
    /// All files, for policies and posterior.
    pub files: FileSet,
    /// Whether this is the model in the binary.
    pub bundled: bool,
    /// What its text is written in.
    pub form: Form,
    /// Its parts for which there are competing texts, with what was chosen.
    pub slots: Vec<Slot>,
}

/// What a model is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Our own language, in Markdown.
    Own,
    /// XMILE, the exchange format of system dynamics.
    Xmile,
}

impl Form {
    /// What a file is written in, by its ending.
    pub fn of(path: &Path) -> Option<Form> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "md" => Some(Form::Own),
            ending => counterflow_xmile::ENDINGS.contains(&ending).then_some(Form::Xmile),
        }
    }
}

/// Which years comparisons count, and where the data end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// First time counted.
    pub from: f64,
    /// End of what is counted.
    pub to: f64,
    /// End of the data: "today" is the year before it.
    pub data_through: f64,
    /// The same for people.
    pub data_through_label: String,
}

/// Folder of the chapters that are compiled only where the model is checked.
const CHECKS: &str = "checks";

/// Which chapters are compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chapters {
    /// Those that runs need.
    Model,
    /// Those of checks too.
    WithChecks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelFile {
    title: String,
    #[serde(default)]
    version: String,
    horizon: HorizonTable,
    compare: Option<Compare>,
    /// Which variant of each slot is taken if nobody says otherwise.
    #[serde(default)]
    variants: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HorizonTable {
    start: f64,
    stop: f64,
    steps_per_year: u32,
    saves_per_year: u32,
    method: String,
}

impl Project {
    /// The model in the binary.
    ///
    /// # Errors
    /// Every file that does not read; tests keep this from happening in a release.
    pub fn bundled() -> Result<Project, Vec<Problem>> {
        Project::choose(None, &[])
    }

    /// The model at a path, or the one in the binary, with these variants in place of its own choice.
    ///
    /// # Errors
    /// As [`Project::open`], and every choice that there is not.
    pub fn choose(path: Option<&Path>, choices: &[Choice]) -> Result<Project, Vec<Problem>> {
        match path {
            None => Project::from_files(FileSet::bundled(), true, choices),
            Some(path) if path.is_dir() => {
                if update::unfinished(path) {
                    let message = "an update of its data was interrupted; expected it to be finished first";
                    return Err(vec![Problem::new(path.display().to_string(), message).help(update::FINISH)]);
                }
                Project::from_files(FileSet::folder(path).map_err(|p| vec![p])?, false, choices)
            }
            Some(path) => {
                // A single file has no variants; a choice is told that.
                slots(&FileSet::default(), &BTreeMap::new(), choices)?;
                Project::single(path)
            }
        }
    }

    /// A model from a folder with a `model.toml`, or from one file: Markdown or XMILE, by its ending.
    ///
    /// # Errors
    /// Every file that does not read. Messages about the model's text are in [`Project::compiled`].
    pub fn open(path: &Path) -> Result<Project, Vec<Problem>> {
        Project::choose(Some(path), &[])
    }

    fn single(path: &Path) -> Result<Project, Vec<Problem>> {
        let shown = path.display().to_string();
        let text = read_text(path).map_err(|p| vec![p])?;
        let Some(form) = Form::of(path) else {
            let message = "is not a model that can be read; expected a Markdown file (.md), an XMILE file (.xmile, .stmx) \
                           or a folder with model.toml";
            return Err(vec![Problem::new(shown, message)]);
        };
        let file = SourceFile { path: shown, text };
        let compiled = match form {
            Form::Xmile => counterflow_xmile::compile(&file),
            Form::Own => {
                let title =
                    file.text.lines().find_map(|l| l.strip_prefix("# ")).unwrap_or(&file.path).trim().to_owned();
                compile(&Text { title, files: vec![file.clone()], ..Text::default() })
            }
        };
        Ok(Project {
            compiled,
            form,
            sources_of_text: vec![file],
            version: String::new(),
            compare: Compare {
                from: f64::MIN,
                to: f64::MAX,
                data_through: f64::MAX,
                data_through_label: String::new(),
            },
            series: BTreeMap::new(),
            own_data: Vec::new(),
            bibliography: BTreeMap::new(),
            files: FileSet::default(),
            bundled: false,
            slots: Vec::new(),
        })
    }

    /// A model from texts, without its chapters of checks.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub(crate) fn from_files(files: FileSet, bundled: bool, choices: &[Choice]) -> Result<Project, Vec<Problem>> {
        Project::from_chapters(files, bundled, choices, Chapters::Model)
    }

    fn from_chapters(
        files: FileSet,
        bundled: bool,
        choices: &[Choice],
        chapters: Chapters,
    ) -> Result<Project, Vec<Problem>> {
        let mut problems = Vec::new();
        let head = read_head(&files).map_err(|p| problems.push(p)).ok();
        let bibliography = read_bibliography(&files).map_err(|p| problems.push(p)).ok();
        let series = data::load(&files).map_err(|p| problems.extend(p)).ok();
        let defaults = head.as_ref().map_or_else(BTreeMap::new, |(head, _)| head.variants.clone());
        let slots = slots(&files, &defaults, choices).map_err(|p| problems.extend(p)).ok();
        let (Some((head, horizon)), Some(bibliography), Some(series), Some(slots)) =
            (head, bibliography, series, slots)
        else {
            return Err(problems);
        };
        let facts = series.iter().map(|(key, s)| (key.clone(), facts_of(s))).collect();
        let sectors = files.under("sectors", ".md");
        let checks = files.under(CHECKS, ".md").filter(|_| chapters == Chapters::WithChecks);
        let taken =
            slots.iter().filter_map(|slot| files.get(&slot.taken().path).map(|t| (slot.taken().path.as_str(), t)));
        let texts: Vec<SourceFile> = sectors
            .chain(taken)
            .chain(checks)
            .map(|(p, t)| SourceFile { path: p.to_owned(), text: t.to_owned() })
            .collect();
        let keys: BTreeSet<String> = bibliography.keys().cloned().collect();
        let text = Text {
            title: head.title,
            horizon: Some(horizon),
            files: texts.clone(),
            series: facts,
            bibliography: (bundled || !keys.is_empty()).then_some(keys),
            strict: bundled,
        };
        let compare = head.compare.unwrap_or(Compare {
            from: horizon.start,
            to: horizon.stop,
            data_through: horizon.start,
            data_through_label: String::new(),
        });
        Ok(Project {
            compiled: compile(&text),
            sources_of_text: texts,
            version: head.version,
            compare,
            series,
            own_data: Vec::new(),
            bibliography,
            files,
            bundled,
            form: Form::Own,
            slots,
        })
    }

    /// The same model with its chapters of checks, which no other run pays for.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn with_checks(&self) -> Result<Project, Vec<Problem>> {
        if self.files.under(CHECKS, ".md").next().is_none() {
            return Ok(self.clone());
        }
        Project::from_chapters(self.files.clone(), self.bundled, &self.choices(), Chapters::WithChecks)
    }

    /// The same project with these variants in place of its own choice; a model of one file has none.
    ///
    /// # Errors
    /// Every choice that there is not.
    pub fn with_choices(&self, choices: &[Choice]) -> Result<Project, Vec<Problem>> {
        Project::from_files(self.files.clone(), self.bundled, choices)
    }

    /// The compiled model.
    ///
    /// # Errors
    /// The compiler's messages, if there is no model.
    pub fn model(&self) -> Result<&Model, &[Diagnostic]> {
        self.compiled.model.as_ref().ok_or(&self.compiled.diagnostics)
    }
}

impl Project {
    /// What was chosen in place of the model's own choice.
    pub fn choices(&self) -> Vec<Choice> {
        let other = self.slots.iter().filter(|slot| slot.chosen != slot.default);
        other.map(|slot| Choice { slot: slot.name.clone(), variant: slot.taken().name.clone() }).collect()
    }

    /// Name of the posterior that answers: that of the variants that were chosen, or the main one where they have none
    /// of their own.
    pub fn posterior_name(&self) -> String {
        let own = self.own_posterior_name();
        let there = self.files.get(&format!("posterior/{own}.csv")).is_some();
        if there { own } else { MAIN.to_owned() }
    }

    /// The problem of a posterior that was fitted to other data than the model now carries. None if there is no posterior,
    /// or if it does not say what it was fitted to.
    pub fn stale_posterior(&self) -> Option<Problem> {
        let about = Posterior::load(&self.files, &self.posterior_name()).ok()?.about;
        let stale = !about.data_sha256.is_empty() && about.data_sha256 != data::fitted_sha256(&self.series);
        let path = format!("posterior/{}.csv", self.posterior_name());
        let problem =
            Problem::new(path, "was fitted to other data than the model now carries: what it says is out of date");
        stale.then(|| problem.help(format!("this fits it again: {}", about.command)))
    }

    /// Whether a parameter element is declared in a variant that is not the model's own choice: the main posterior does not
    /// know it, even where its own choice has a parameter of the same name.
    pub fn is_of_other_variant(&self, element: &str) -> bool {
        let base = element.split('[').next().unwrap_or(element);
        let place = self.compiled.model.as_ref().and_then(|m| m.find(base).map(|id| m.variable(id).place.path.clone()));
        let others = self.slots.iter().filter(|slot| slot.chosen != slot.default);
        place.is_some_and(|place| others.into_iter().any(|slot| slot.taken().path == place))
    }

    /// Name of the posterior of exactly these variants, whether it is there or not.
    pub fn own_posterior_name(&self) -> String {
        self.choices().iter().fold(MAIN.to_owned(), |name, choice| format!("{name}.{}-{}", choice.slot, choice.variant))
    }
}

fn read_head(files: &FileSet) -> Result<(ModelFile, Horizon), Problem> {
    let path = "model.toml";
    let text = files.get(path).ok_or_else(|| Problem::new(path, "is missing; a model's folder has one"))?;
    let head: ModelFile = toml::from_str(text).map_err(|e| from_toml(path, text, &e))?;
    let method = match head.horizon.method.as_str() {
        "euler" => Method::Euler,
        "rk4" => Method::RungeKutta4,
        other => return Err(Problem::new(path, format!("found method `{other}`; expected `euler` or `rk4`"))),
    };
    let HorizonTable { start, stop, steps_per_year, saves_per_year, .. } = head.horizon;
    let sensible =
        start < stop && saves_per_year > 0 && steps_per_year > 0 && steps_per_year.is_multiple_of(saves_per_year);
    if !sensible || (stop - start) * f64::from(steps_per_year) > 1e6 {
        let message =
            "horizon: expected start before stop, steps_per_year a multiple of saves_per_year, at most a million steps";
        return Err(Problem::new(path, message));
    }
    let horizon = Horizon::yearly(start, stop, steps_per_year, saves_per_year, method);
    Ok((head, horizon))
}

fn read_bibliography(files: &FileSet) -> Result<BTreeMap<String, Source>, Problem> {
    let path = BIBLIOGRAPHY;
    match files.get(path) {
        None => Ok(BTreeMap::new()),
        Some(text) => toml::from_str(text).map_err(|e| from_toml(path, text, &e)),
    }
}

/// Counts in a period are left as they are; a driver's unit is that of its values.
fn facts_of(series: &Series) -> SeriesFacts {
    SeriesFacts {
        unit: Unit::parse(&series.about.unit).unwrap_or_else(|_| Unit::base("unreadable")),
        points: series.points(),
    }
}
