//! Places of the country: what tells each from the nation, fitted together with pooled habits, projected and scored.
//!
//! A file in the folder `places` names, for one country, the variant whose runs give what is expected of each place, the
//! record and the priors; `data/places` holds records with a column for the place. The mathematics is in
//! [`counterflow_calibrate::places`].
//! Places only share the nation's deaths out: their sum is the nation's, in every draw.

mod ahead;
mod backtest;
mod coverage;
mod expected;
mod fit;
mod levels;
mod page;
mod posterior;
mod record;

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_model::Prior;
use serde::Deserialize;

use crate::backtest::month;
use crate::data::from_toml;
use crate::error::{Problem, nearest};
use crate::project::Project;
use crate::variants::Choice;

pub use ahead::{Nation, PlacePaths, project_places};
pub use backtest::{PlaceForecast, PlaceRefit, PlaceScores, PlaceTest, PlaceTestRequest, backtest};
pub use coverage::Coverage;
pub use expected::{Expected, Held, expected};
pub use fit::{FitOptions, PlaceFit, PooledRow, fit};
pub use page::{forecasts_csv, page};
pub use posterior::{About, Fitted};
pub use record::{FOLDER, PlaceDatum, PlaceRecord, read, record_csv, record_path};

/// Folder of the atlases, one file for each country.
pub const ATLASES: &str = "places";
/// The atlas that is meant where none is named.
pub const UNITED_STATES: &str = "united_states";

/// What a model says of the places of a country.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Atlas {
    /// Its name: the file's stem.
    #[serde(skip)]
    pub name: String,
    /// What a page on its places calls them.
    pub title: String,
    /// What is counted, in words.
    pub counts: String,
    /// Where the priors come from, to follow "they".
    pub prior_origin: String,
    /// The variant with places, as `SLOT=VARIANT`.
    variant: String,
    /// Name of the posterior.
    pub posterior: String,
    /// Key of the record in `data/places`.
    pub record: String,
    /// Key of the nation's series of the same deaths, by month; the sum of all places where there is none.
    pub national: Option<String>,
    /// Variable of the variant: deaths of each place.
    pub deaths: String,
    /// Variable: deaths of all.
    pub total: String,
    /// Target of `backtest.toml` that is shared out in projections, if one is.
    pub target: Option<String>,
    /// First month that is fitted, `YYYY-MM`: the first of a quarter.
    start: String,
    /// Names of what is fitted.
    pub variables: Variables,
    /// The places, in the variant's order.
    #[serde(rename = "place")]
    pub places: Vec<PlaceEntry>,
    /// Priors of what is common.
    #[serde(rename = "prior")]
    pub priors: Vec<PriorEntry>,
}

/// What is fitted, by its names in the variant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variables {
    /// Log ratio of each place at the first knot.
    pub start: String,
    /// Its changes, `[place, stretch]`.
    pub change: String,
    /// Its drift at the last knot, a year.
    pub drift: String,
    /// Standard deviation of its yearly step.
    pub step_sd: String,
    /// Time over which its drift fades, years.
    pub drift_memory: String,
    /// Times between which it changes steadily, years; the last is the end of the record.
    pub knots: Vec<f64>,
}

/// The variants that were chosen and of which no places were fitted.
///
/// # Errors
/// If an atlas does not read.
pub fn unfitted(project: &Project) -> Result<Vec<Choice>, Problem> {
    let fitted = fitted(project)?;
    Ok(project.choices().into_iter().filter(|choice| !fitted.contains(choice)).collect())
}

/// The variants with places that were fitted.
///
/// # Errors
/// If an atlas does not read.
pub fn fitted(project: &Project) -> Result<Vec<Choice>, Problem> {
    let has_draws = |atlas: &Atlas| project.files.get(&format!("posterior/{}.csv", atlas.posterior)).is_some();
    Atlas::all(project)?.iter().filter(|atlas| has_draws(atlas)).map(Atlas::choice).collect()
}

impl Variables {
    /// Whether a parameter of the variant is one of what is fitted.
    fn has(&self, parameter: &str) -> bool {
        [&self.start, &self.change, &self.drift, &self.step_sd, &self.drift_memory]
            .into_iter()
            .any(|own| own == parameter)
    }

    /// Names of the stretches between knots: `s` and the year in which each begins.
    pub fn stretches(&self) -> impl Iterator<Item = String> + '_ {
        self.knots.windows(2).map(|pair| format!("s{}", pair[0].floor()))
    }
}

/// A place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceEntry {
    /// Name in the model's text.
    pub name: String,
    /// Short code for tables.
    pub code: String,
    /// Region whose mean it is drawn towards.
    pub region: String,
}

/// The prior of a pooled number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorEntry {
    /// Its name: one of those of [`counterflow_calibrate::places::Pooled`], or `region_mean`.
    pub name: String,
    /// Sentence.
    pub what: String,
    /// Unit.
    pub unit: String,
    /// Median.
    pub median: f64,
    /// Standard deviation: of the logarithm for `log_normal`.
    pub sd: f64,
    /// Lowest and highest value.
    pub range: [f64; 2],
    /// `normal` or `log_normal`.
    pub family: String,
    /// Grade, as in the model's text.
    pub grade: String,
    /// Keys of the bibliography.
    pub source: Vec<String>,
    /// Date or span of the evidence.
    pub date: String,
}

impl PriorEntry {
    fn prior(&self, path: &str) -> Result<TruncatedPrior, Problem> {
        let prior = match self.family.as_str() {
            "normal" => Ok(Prior::Normal(self.median, self.sd)),
            "log_normal" => Ok(Prior::LogNormal(self.median, self.sd)),
            other => Err(format!("prior `{}`: found family `{other}`; expected `normal` or `log_normal`", self.name)),
        };
        let prior = prior.map_err(|message| Problem::new(path, message))?;
        let nowhere = || Problem::new(path, format!("prior `{}` has no probability in its range", self.name));
        TruncatedPrior::new(prior, self.range[0], self.range[1]).ok_or_else(nowhere)
    }
}

impl Atlas {
    /// All atlases of a model, in the order of their names; none if it says nothing of places.
    ///
    /// # Errors
    /// If one does not read, or names a month or a source that there is not.
    pub fn all(project: &Project) -> Result<Vec<Atlas>, Problem> {
        project.files.under(ATLASES, ".toml").map(|(path, text)| Atlas::read(project, path, text)).collect()
    }

    /// The atlas of this name.
    ///
    /// # Errors
    /// If there is none, or one does not read.
    pub fn named(project: &Project, name: &str) -> Result<Atlas, Problem> {
        let mut all = Atlas::all(project)?;
        if let Some(position) = all.iter().position(|atlas| atlas.name == name) {
            return Ok(all.swap_remove(position));
        }
        let known: Vec<&str> = all.iter().map(|atlas| atlas.name.as_str()).collect();
        let near =
            nearest(name, known.iter().copied()).map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
        let known =
            if known.is_empty() { "the model has none".to_owned() } else { format!("there is {}", known.join(", ")) };
        Err(Problem::new(ATLASES, format!("found `{name}`; expected a country with places, {known}{near}")))
    }

    fn read(project: &Project, path: &str, text: &str) -> Result<Atlas, Problem> {
        let atlas: Atlas = toml::from_str(text).map_err(|error| from_toml(path, text, &error))?;
        let wrong = |message: String| Problem::new(path, message);
        month(&atlas.start).map_err(wrong)?;
        for prior in &atlas.priors {
            if let Some(lost) = prior.source.iter().find(|key| !project.bibliography.contains_key(*key)) {
                return Err(wrong(format!("prior `{}`: there is no source `{lost}` in sources.toml", prior.name)));
            }
        }
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
        Ok(Atlas { name: stem.to_owned(), ..atlas })
    }

    /// Its file.
    pub fn path(&self) -> String {
        format!("{ATLASES}/{}.toml", self.name)
    }

    /// A problem of its file.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.path(), message)
    }

    /// The variant with places.
    ///
    /// # Errors
    /// If what stands there is no choice.
    pub fn choice(&self) -> Result<Choice, Problem> {
        self.variant.parse().map_err(|message: String| self.problem(message))
    }

    /// First month that is fitted, counted from January of year 0.
    pub fn first_month(&self) -> i32 {
        month(&self.start).unwrap_or(0)
    }

    /// Names of regions, each once, in the order of their first places.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> = Vec::new();
        for place in &self.places {
            if !regions.contains(&place.region.as_str()) {
                regions.push(&place.region);
            }
        }
        regions
    }

    /// Names and priors of the pooled numbers: a mean for each region, then the others.
    ///
    /// # Errors
    /// If a prior is missing or impossible.
    pub fn pooled_priors(&self) -> Result<Vec<(String, TruncatedPrior)>, Problem> {
        let entry = |name: &str| {
            let found = self.priors.iter().find(|prior| prior.name == name);
            found.ok_or_else(|| self.problem(format!("there is no [[prior]] named `{name}`")))?.prior(&self.path())
        };
        let mean = entry("region_mean")?;
        let mut all: Vec<(String, TruncatedPrior)> =
            self.regions().iter().map(|region| (format!("region_mean[{region}]"), mean)).collect();
        for name in counterflow_calibrate::places::Pooled::NAMES {
            all.push((name.to_owned(), entry(name)?));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a country's variant calls its places, the spans between knots and their ends.
    fn meets_its_variant(atlas: &Atlas, [places, stretches, starts, ends]: [&str; 4]) {
        let project = Project::bundled().expect("the bundled model reads");
        let states = project.with_choices(&[atlas.choice().expect("a choice")]).expect("the variant reads");
        let model = states.model().expect("it compiles");
        let elements = |name: &str| {
            let dimension = model.dimensions.iter().find(|d| d.name == name).expect("there is such a dimension");
            dimension.elements.clone()
        };
        let names: Vec<String> = atlas.places.iter().map(|place| place.name.clone()).collect();
        assert_eq!(elements(places), names);
        assert_eq!(elements(stretches), atlas.variables.stretches().collect::<Vec<_>>());
        let values = |name: &str| match &model.variable(model.find(name).expect("a parameter")).definition {
            counterflow_model::Definition::Parameter(parameter) => parameter.values.clone(),
            _ => panic!("`{name}` is a parameter"),
        };
        let knots = &atlas.variables.knots;
        assert_eq!((values(starts), values(ends)), (knots[..knots.len() - 1].to_vec(), knots[1..].to_vec()));
        let Variables { start, change, drift, step_sd, drift_memory, .. } = &atlas.variables;
        for name in [start, change, drift, step_sd, drift_memory] {
            assert!(!values(name).is_empty() && atlas.variables.has(name), "{name}");
        }
    }

    #[test]
    fn atlases_have_the_places_of_their_variants_in_their_order() {
        let project = Project::bundled().expect("the bundled model reads");
        let atlas = Atlas::named(&project, UNITED_STATES).expect("it reads");
        meets_its_variant(&atlas, ["place", "stretch", "stretch_start", "stretch_end"]);
        assert_eq!((atlas.places.len(), atlas.regions().len()), (51, 4));
        assert_eq!(atlas.pooled_priors().expect("all priors").len(), 9);
        let atlas = Atlas::named(&project, "mexico").expect("it reads");
        meets_its_variant(&atlas, ["state", "state_stretch", "state_stretch_start", "state_stretch_end"]);
        assert_eq!((atlas.places.len(), atlas.regions().len()), (32, 4));
        assert_eq!(atlas.pooled_priors().expect("all priors").len(), 9);
    }

    #[test]
    fn no_name_is_that_of_two_countries() {
        let project = Project::bundled().expect("the bundled model reads");
        let all = Atlas::all(&project).expect("they read");
        let mut files: Vec<&str> =
            all.iter().flat_map(|atlas| [&atlas.posterior, &atlas.record]).map(String::as_str).collect();
        let mut codes: Vec<&str> =
            all.iter().flat_map(|atlas| &atlas.places).map(|place| place.code.as_str()).collect();
        let counts = (files.len(), codes.len());
        files.sort_unstable();
        files.dedup();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!((files.len(), codes.len()), counts);
    }

    #[test]
    fn an_atlas_that_there_is_not_is_told_with_those_that_there_are() {
        let project = Project::bundled().expect("the bundled model reads");
        let told = Atlas::named(&project, "mexic").map(|_| ()).unwrap_err().to_string();
        assert!(told.contains("mexico, united_states") && told.contains("did you mean `mexico`?"), "{told}");
    }
}
