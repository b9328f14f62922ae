//! `track.json`: how good forecasts were at past dates, and what was written down before its months come.

use serde::Serialize;

use super::forecasts::{Forecasts, LEVELS};
use crate::backtest::{Measure, Ratio, Rules, Score, written};
use crate::error::Problem;
use crate::project::Project;
use crate::report::track::{Track, Verdict, of_target};

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct TrackRecord {
    model_version: String,
    /// Day on which forecasts were scored.
    date: String,
    /// Months at whose ends forecasts were made.
    origins: Vec<String>,
    /// Number of forecasts that were scored.
    forecasts: usize,
    /// Shares of them within the central intervals of 50, 80 and 95 %.
    coverage: [f64; 3],
    /// What all scores mean, in sentences.
    meaning: Vec<String>,
    targets: Vec<TargetRecord>,
    /// Probabilities of the quantiles of projections.
    levels: [f64; 5],
    projections: Vec<ProjectionRecord>,
}

#[derive(Debug, Serialize)]
struct TargetRecord {
    id: String,
    title: String,
    location: String,
    /// What its scores mean, good or bad.
    meaning: String,
    scores: Vec<ScoreRecord>,
}

#[derive(Debug, Serialize)]
struct ScoreRecord {
    measure: &'static str,
    months_ahead: i32,
    forecasts: usize,
    /// Weighted interval score over that of the reference, with the interval of 90 % of resamplings of the origins.
    to_persistence: Option<RatioRecord>,
    to_trend: Option<RatioRecord>,
    coverage: [f64; 3],
    bias: f64,
    origins: Vec<String>,
}

#[derive(Debug, Serialize)]
struct RatioRecord {
    value: f64,
    lo90: f64,
    hi90: f64,
    /// `better` or `worse` where the interval does not hold 1, else `open`.
    verdict: &'static str,
}

#[derive(Debug, Serialize)]
struct ProjectionRecord {
    target: String,
    title: String,
    location: String,
    /// Last months of the twelve that are summed.
    dates: Vec<String>,
    /// Quantiles of each date.
    values: Vec<[f64; 5]>,
}

/// What stands in the file; `None` for a model that has no track record.
///
/// # Errors
/// If scores, rules or projections do not read.
pub(super) fn record(project: &Project) -> Result<Option<TrackRecord>, Problem> {
    let Some(track) = Track::of(project)? else { return Ok(None) };
    let target = |target: &crate::backtest::Target| TargetRecord {
        id: target.id.clone(),
        title: target.title.clone(),
        location: target.location.clone(),
        meaning: of_target(&track, target),
        scores: track.of_target(&target.id).map(score).collect(),
    };
    let first = track.scores.first();
    Ok(Some(TrackRecord {
        model_version: first.map(|score| score.model_version.clone()).unwrap_or_default(),
        date: first.map(|score| score.date.clone()).unwrap_or_default(),
        origins: track.origins().into_iter().map(written).collect(),
        forecasts: track.scores.iter().map(|score| score.count).sum(),
        coverage: track.coverage().map(super::number::short),
        meaning: track.meaning(),
        targets: track.targets.iter().map(target).collect(),
        levels: LEVELS,
        projections: projections(project)?,
    }))
}

fn score(score: &Score) -> ScoreRecord {
    let ratio = |ratio: Ratio| RatioRecord {
        value: ratio.value,
        lo90: ratio.interval.0,
        hi90: ratio.interval.1,
        verdict: Verdict::of(ratio).word(),
    };
    ScoreRecord {
        measure: if score.measure == Measure::Period { "period" } else { "twelve_months" },
        months_ahead: score.ahead,
        forecasts: score.count,
        to_persistence: score.to_persistence.map(ratio),
        to_trend: score.to_trend.map(ratio),
        coverage: score.coverage,
        bias: score.bias,
        origins: score.origins.iter().map(|origin| written(*origin)).collect(),
    }
}

/// Twelve-month sums of the nation's targets, as they were written down.
fn projections(project: &Project) -> Result<Vec<ProjectionRecord>, Problem> {
    let forecasts = Forecasts::bundled()?;
    let one = |target: crate::backtest::Target| {
        let (dates, values) = forecasts.of(&format!("{}_12mo", target.id), &target.location).unzip();
        ProjectionRecord { target: target.id, title: target.title, location: target.location, dates, values }
    };
    Ok(Rules::of(&project.files)?.targets.into_iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_scores_and_a_projection() {
        let project = Project::bundled().expect("the bundled model reads");
        let file = record(&project).expect("it reads").expect("there is one");
        assert_eq!((file.targets.len(), file.projections.len(), file.origins.len()), (4, 4, 4));
        assert!(file.targets.iter().all(|target| target.scores.len() == 8 && !target.meaning.is_empty()));
        for projection in &file.projections {
            assert_eq!(projection.dates.len(), projection.values.len());
            assert_eq!(projection.dates.last().map(String::as_str), Some("2027-12"), "{}", projection.target);
        }
        let homicides = file.targets.iter().find(|target| target.id == "mx_homicide_victims").expect("a target");
        let year = homicides.scores.iter().find(|s| s.measure == "twelve_months" && s.months_ahead == 12);
        let ratio = year.and_then(|score| score.to_persistence.as_ref()).expect("a ratio");
        assert_eq!((ratio.value, ratio.verdict), (2.0, "worse"));
    }
}
