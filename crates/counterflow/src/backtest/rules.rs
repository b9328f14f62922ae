//! The rules of a back-test, from a model's `backtest.toml`: what was known when, and what is scored.

use std::collections::BTreeMap;

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_model::Period;
use serde::Deserialize;

use crate::data::from_toml;
use crate::error::Problem;
use crate::files::FileSet;

/// Where the rules stand.
const PATH: &str = "backtest.toml";

/// What was known at an origin, and what is scored.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The parameter that says when the data end, in years.
    pub data_end: String,
    /// Months until figures can be read.
    pub lag: Lag,
    /// Errors of provisional figures.
    pub revision: Revision,
    /// Structure that was learnt from the scored years.
    #[serde(default)]
    pub hindsight: Vec<Hindsight>,
    /// What is scored.
    #[serde(rename = "target")]
    pub targets: Vec<Target>,
    /// Projections that others published.
    #[serde(default)]
    pub published: Vec<Published>,
    /// How origins between those that are fitted are reached.
    #[serde(default)]
    pub rolling: Option<RollingRules>,
    /// Variants that are scored.
    #[serde(default)]
    pub alternatives: Option<AlternativesRules>,
}

/// How draws of an origin are weighed by what became known after it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollingRules {
    /// Runs of each draw, each with noise of its own.
    pub repeats: usize,
    /// Effective runs below which weights are raised to a power below 1.
    pub least: f64,
    /// Runs drawn by weight, of which projections are made.
    pub kept: usize,
}

/// Which variants are scored on what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlternativesRules {
    /// The part of the model.
    pub slot: String,
    /// Origins at which each variant is fitted, `YYYY-MM`; each is scored up to the next.
    pub origins: Vec<String>,
    /// Observations that are scored.
    pub observations: Vec<String>,
    /// Runs of each draw, each with noise of its own.
    pub repeats: usize,
    /// Months after an origin at which sums are told.
    pub spans: Vec<i32>,
    /// Months in a row that are resampled together.
    pub block: usize,
    /// Factors of the standard deviations of the priors of each variant's own parameters.
    pub prior_widths: Vec<f64>,
    /// Parts whose variants get no score.
    #[serde(default)]
    pub unjudged: Vec<Unjudged>,
}

/// A part of the model whose variants the record can not judge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unjudged {
    /// The part.
    pub slot: String,
    /// Why not.
    pub why: String,
}

/// Months from the end of a period to the day its figure can be read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lag {
    month: i32,
    year: i32,
    fiscal_year: i32,
    /// Exceptions, by key of the series.
    #[serde(default)]
    series: BTreeMap<String, i32>,
}

/// Errors of the newest figures, relative standard deviations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Series that are revised.
    pub series: Vec<String>,
    /// Of the newest period, the one before it, and so on.
    pub newest: Vec<f64>,
    /// Common to all periods.
    pub common: f64,
}

/// A parameter that carries what was learnt later.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hindsight {
    /// Its name.
    pub parameter: String,
    /// The value at which it does nothing.
    pub value: f64,
    /// First month at the end of which it was known, `YYYY-MM`.
    pub known_from: String,
    /// How it became known.
    pub why: String,
}

/// Something that is forecast: a sum of observations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Short name.
    pub id: String,
    /// Country or state.
    pub location: String,
    /// Name for people.
    pub title: String,
    /// Observations that add up to it; all by month, or all by year.
    pub observations: Vec<String>,
}

/// Projections that others published at an origin, by year: shown beside ours, not scored, because they are of another
/// quantity and have no quantiles.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// End of the data they were made with, `YYYY-MM`.
    pub origin: String,
    /// Whose.
    pub title: String,
    /// Key of the bibliography.
    pub source: String,
    /// What they are of, and what to bear in mind.
    pub caution: String,
    /// Projected and observed figures, by calendar year.
    pub year: Vec<PublishedYear>,
}

/// One year of a published projection.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedYear {
    /// The calendar year.
    pub year: i32,
    /// What was projected.
    pub projected: f64,
    /// What came, as the publisher counts it.
    pub observed: f64,
}

impl Rules {
    /// The rules of a model.
    ///
    /// # Errors
    /// If there are none, or they do not read.
    pub fn of(files: &FileSet) -> Result<Rules, Problem> {
        let missing = || Problem::new(PATH, "is missing; a back-test needs the rules of what was known when");
        let text = files.get(PATH).ok_or_else(missing)?;
        let rules: Rules = toml::from_str(text).map_err(|error| from_toml(PATH, text, &error))?;
        let months = rules.hindsight.iter().map(|hindsight| &hindsight.known_from);
        let months = months.chain(rules.published.iter().map(|published| &published.origin));
        for text in months.chain(rules.alternatives.iter().flat_map(|alternatives| &alternatives.origins)) {
            month(text).map_err(|message| Problem::new(PATH, message))?;
        }
        Ok(rules)
    }

    /// Last month, counted from January of year 0, whose figures of a series can be read at an origin.
    pub fn last_known(&self, key: &str, length: Period, origin: i32) -> i32 {
        let usual = match length {
            Period::Month => self.lag.month,
            Period::Year => self.lag.year,
            Period::FiscalYear => self.lag.fiscal_year,
        };
        origin - self.lag.series.get(key).copied().unwrap_or(usual)
    }

    /// Last month of the data as the discrepancy sees them: that of the monthly series.
    pub fn last_month(&self, origin: i32) -> i32 {
        origin - self.lag.month
    }

    /// Parameters whose content was not known yet at an origin.
    pub fn unknown(&self, origin: i32) -> impl Iterator<Item = &Hindsight> {
        self.hindsight.iter().filter(move |known| month(&known.known_from).is_ok_and(|from| origin < from))
    }
}

/// Number of a month `YYYY-MM`, counted from January of year 0.
///
/// # Errors
/// If the text is no month; the message says what was found.
pub fn month(text: &str) -> Result<i32, String> {
    let period = text.parse::<CalendarPeriod>().ok().filter(|period| period.length() == Period::Month);
    period.map(CalendarPeriod::first_month).ok_or_else(|| format!("found `{text}`; expected a month such as 2020-12"))
}

/// A month as `YYYY-MM`.
pub fn written(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn what_was_known_follows_lags_and_dates() {
        let project = Project::bundled().expect("the bundled model reads");
        let rules = Rules::of(&project.files).expect("it has rules");
        let origin = month("2020-12").unwrap();
        assert_eq!(written(rules.last_known("t404_deaths_month", Period::Month, origin)), "2020-08");
        assert_eq!(written(rules.last_known("methadone_patients_year", Period::Year, origin)), "2019-12");
        assert_eq!(written(rules.last_known("powder_purity_month", Period::Month, origin)), "2019-12");
        let unknown = |origin: &str| rules.unknown(month(origin).unwrap()).count();
        assert!(unknown("2020-12") > unknown("2024-12"));
        assert_eq!(unknown("2026-11"), 0);
    }

    #[test]
    fn published_projections_have_a_source() {
        let project = Project::bundled().expect("the bundled model reads");
        let rules = Rules::of(&project.files).expect("it has rules");
        let bibliography = project.files.get("sources.toml").expect("there is one");
        for published in &rules.published {
            assert!(bibliography.contains(&format!("[{}]", published.source)), "{}", published.source);
            assert!(!published.year.is_empty() && !published.caution.is_empty());
        }
        assert!(!rules.published.is_empty());
    }

    #[test]
    fn what_is_no_month_is_told() {
        for text in ["2020", "2020-13", "FY2020", "then"] {
            assert!(month(text).unwrap_err().contains("expected a month"), "{text}");
        }
    }
}
