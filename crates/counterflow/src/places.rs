//! Places of the country: what tells each from the nation, fitted together with pooled habits, projected and scored.
//!
//! `places.toml` names the variant whose runs give what is expected of each place, the record and the priors;
//! `data/places` holds records with a column for the place. The mathematics is in [`counterflow_calibrate::places`].
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
use crate::error::Problem;
use crate::files::FileSet;
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

/// Where the rules stand.
pub const PATH: &str = "places.toml";

/// What a model says of its places.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Atlas {
    /// The variant with places, as `SLOT=VARIANT`.
    variant: String,
    /// Name of the posterior.
    pub posterior: String,
    /// Key of the record in `data/places`.
    pub record: String,
    /// Key of the nation's series of the same deaths, by month.
    pub national: String,
    /// Variable of the variant: deaths of each place.
    pub deaths: String,
    /// Variable: deaths of all.
    pub total: String,
    /// Target of `backtest.toml` that is shared out.
    pub target: String,
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

impl Variables {
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
    fn prior(&self) -> Result<TruncatedPrior, Problem> {
        let prior = match self.family.as_str() {
            "normal" => Ok(Prior::Normal(self.median, self.sd)),
            "log_normal" => Ok(Prior::LogNormal(self.median, self.sd)),
            other => Err(format!("prior `{}`: found family `{other}`; expected `normal` or `log_normal`", self.name)),
        };
        let prior = prior.map_err(|message| Problem::new(PATH, message))?;
        let nowhere = || Problem::new(PATH, format!("prior `{}` has no probability in its range", self.name));
        TruncatedPrior::new(prior, self.range[0], self.range[1]).ok_or_else(nowhere)
    }
}

impl Atlas {
    /// What a model says of its places; `None` if it says nothing.
    ///
    /// # Errors
    /// If it does not read, or names a month, a variant or a source that there is not.
    pub fn of(project: &Project) -> Result<Option<Atlas>, Problem> {
        let Some(atlas) = Atlas::read(&project.files)? else { return Ok(None) };
        let wrong = |message: String| Problem::new(PATH, message);
        month(&atlas.start).map_err(wrong)?;
        for prior in &atlas.priors {
            if let Some(lost) = prior.source.iter().find(|key| !project.bibliography.contains_key(*key)) {
                return Err(wrong(format!("prior `{}`: there is no source `{lost}` in sources.toml", prior.name)));
            }
        }
        Ok(Some(atlas))
    }

    /// The same, without a look at what it names.
    fn read(files: &FileSet) -> Result<Option<Atlas>, Problem> {
        let Some(text) = files.get(PATH) else { return Ok(None) };
        toml::from_str(text).map(Some).map_err(|error| from_toml(PATH, text, &error))
    }

    /// The variant with places.
    ///
    /// # Errors
    /// If what stands there is no choice.
    pub fn choice(&self) -> Result<Choice, Problem> {
        self.variant.parse().map_err(|message: String| Problem::new(PATH, message))
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
            found.ok_or_else(|| Problem::new(PATH, format!("there is no [[prior]] named `{name}`")))?.prior()
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

    #[test]
    fn the_atlas_has_the_places_of_the_variant_in_its_order() {
        let project = Project::bundled().expect("the bundled model reads");
        let atlas = Atlas::of(&project).expect("it reads").expect("there is one");
        let states = project.with_choices(&[atlas.choice().expect("a choice")]).expect("the variant reads");
        let model = states.model().expect("it compiles");
        let place = model.dimensions.iter().find(|d| d.name == "place").expect("there are places");
        let names: Vec<&String> = atlas.places.iter().map(|place| &place.name).collect();
        assert_eq!(names, place.elements.iter().collect::<Vec<_>>());
        assert_eq!((atlas.places.len(), atlas.regions().len()), (51, 4));
        assert_eq!(atlas.pooled_priors().expect("all priors").len(), 9);
        let values = |name: &str| match &model.variable(model.find(name).expect("a parameter")).definition {
            counterflow_model::Definition::Parameter(parameter) => parameter.values.clone(),
            _ => panic!("`{name}` is a parameter"),
        };
        let knots = &atlas.variables.knots;
        assert_eq!((values("stretch_start"), values("stretch_end")), (knots[..3].to_vec(), knots[1..].to_vec()));
        let stretch = model.dimensions.iter().find(|d| d.name == "stretch").expect("there are stretches");
        assert_eq!(stretch.elements, atlas.variables.stretches().collect::<Vec<_>>());
    }
}
