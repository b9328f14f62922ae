//! `model.json`: names, levers, series and variants; small, for a page loads it first.

use counterflow_explore::Portion;
use serde::Serialize;

use super::variants::{SlotRecord, slots};
use super::{Selection, ShownSeries, Theme};
use crate::brief::TESTED_YEARS;
use crate::error::Problem;
use crate::listing::{LeverEntry, levers};
use crate::page::engine;
use crate::policy::{self, LeverMove, Policy, STATUS_QUO, last_month_before};
use crate::posterior::Posterior;
use crate::project::Project;

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct ModelRecord {
    version: String,
    title: String,
    /// Last month of data.
    data_through: String,
    data_through_label: String,
    /// Start of what is counted, and its end.
    years: (f64, f64),
    /// Months after the end of the data that back-tests reach.
    tested_months: u32,
    draws: usize,
    seed: u64,
    /// What an engine tells of each series: over the years counted, today, and years from that of the end of the data.
    rows: Vec<String>,
    series: Vec<SeriesRecord>,
    outcomes: usize,
    headline: String,
    views: Vec<ViewRecord>,
    themes: Vec<ThemeRecord>,
    first_levers: Vec<String>,
    levers: Vec<LeverRecord>,
    policies: Vec<PolicyRecord>,
    examples: Vec<String>,
    slots: Vec<SlotRecord>,
}

#[derive(Debug, Serialize)]
struct SeriesRecord {
    id: String,
    title: String,
    unit: String,
    summary: &'static str,
    better: &'static str,
    concerns: String,
    documentation: String,
}

#[derive(Debug, Serialize)]
struct ViewRecord {
    id: String,
    series: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ThemeRecord {
    id: String,
    levers: Vec<String>,
}

#[derive(Debug, Serialize)]
struct LeverRecord {
    id: String,
    documentation: String,
    unit: String,
    neutral: f64,
    range: Option<(f64, f64)>,
    step: f64,
    evidence: String,
    mechanism: String,
    failure: String,
    kinetic: bool,
    payer: Option<String>,
    sources: Vec<String>,
    date: String,
    sector: String,
    theme: String,
    typical: f64,
}

/// A policy and its moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct PolicyRecord {
    pub id: String,
    name: String,
    sentence: String,
    moves: Vec<MoveRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct MoveRecord {
    lever: String,
    dose: f64,
    start: String,
    ramp_months: u32,
    end: Option<String>,
}

impl From<&Policy> for PolicyRecord {
    fn from(policy: &Policy) -> PolicyRecord {
        let one = |entry: &LeverMove| MoveRecord {
            lever: entry.lever.clone(),
            dose: entry.dose,
            start: entry.start.to_string(),
            ramp_months: entry.ramp_months,
            end: entry.end.map(|end| end.to_string()),
        };
        PolicyRecord {
            id: policy.id.clone(),
            name: policy.name.clone(),
            sentence: policy.sentence.clone(),
            moves: policy.levers.iter().map(one).collect(),
        }
    }
}

/// What stands in the file.
///
/// # Errors
/// If the model does not compile or has no posterior, or its `page.toml`, a policy or a variant does not read.
pub(super) fn record(project: &Project, selection: &Selection) -> Result<ModelRecord, Vec<Problem>> {
    let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
    let posterior = Posterior::of(project)?;
    let policies = bundled(project)?;
    let compare = &project.compare;
    let windows = engine::windows(model.horizon, compare);
    let lever = |entry: LeverEntry| lever(entry, &selection.themes, &policies);
    Ok(ModelRecord {
        version: project.version.clone(),
        title: model.title.clone(),
        data_through: last_month_before(compare.data_through).to_string(),
        data_through_label: compare.data_through_label.clone(),
        years: windows.years(),
        tested_months: (TESTED_YEARS * 12.0) as u32,
        draws: posterior.values.len(),
        seed: posterior.about.seed,
        rows: Portion::rows(&windows),
        series: selection.series.iter().map(series).collect(),
        outcomes: selection.outcomes,
        headline: selection.series[selection.headline].id.clone(),
        views: selection.views.iter().map(|v| ViewRecord { id: v.id.clone(), series: v.series.clone() }).collect(),
        themes: selection.themes.iter().map(|t| ThemeRecord { id: t.id.clone(), levers: t.levers.clone() }).collect(),
        first_levers: selection.first_levers.clone(),
        levers: levers(model).into_iter().map(lever).collect(),
        policies: policies.iter().map(PolicyRecord::from).collect(),
        examples: selection.examples.clone(),
        slots: slots(project, selection)?,
    })
}

/// The bundled policies without the status quo.
///
/// # Errors
/// Everything that is wrong in any of the files.
pub(super) fn bundled(project: &Project) -> Result<Vec<Policy>, Vec<Problem>> {
    Ok(policy::all(project)?.into_iter().filter(|policy| policy.id != STATUS_QUO).collect())
}

fn series(shown: &ShownSeries) -> SeriesRecord {
    SeriesRecord {
        id: shown.id.clone(),
        title: shown.title.clone(),
        unit: shown.unit.clone(),
        summary: shown.summary_word(),
        better: shown.better_word(),
        concerns: shown.concerns.clone(),
        documentation: shown.documentation.clone(),
    }
}

fn lever(entry: LeverEntry, themes: &[Theme], policies: &[Policy]) -> LeverRecord {
    let theme = themes.iter().find(|theme| theme.levers.contains(&entry.name));
    LeverRecord {
        step: entry.range.map_or(1.0, step),
        typical: typical(&entry, policies),
        theme: theme.map(|theme| theme.id.clone()).unwrap_or_default(),
        id: entry.name,
        documentation: entry.documentation,
        unit: entry.unit,
        neutral: entry.neutral,
        range: entry.range,
        evidence: entry.grade.map(String::from).unwrap_or_default(),
        mechanism: entry.mechanism,
        failure: entry.failure,
        kinetic: entry.kinetic,
        payer: entry.payer,
        sources: entry.sources,
        date: entry.date,
        sector: entry.sector,
    }
}

/// Steps of a slider over a range at least.
const STEPS: f64 = 20.0;

/// A step of 1, 2.5 or 5 times a power of ten that goes into a range 20 times or more.
fn step((low, high): (f64, f64)) -> f64 {
    let most = (high - low) / STEPS;
    if !(most.is_finite() && most > 0.0) {
        return 1.0;
    }
    let written = format!("{most:e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let digits: f64 = digits.parse().unwrap_or(1.0);
    let round = [5.0, 2.5, 1.0].into_iter().find(|round| *round <= digits * (1.0 + 1e-9)).unwrap_or(1.0);
    format!("{round}e{exponent}").parse().unwrap_or(most)
}

/// The dose of the bundled policy that moves this lever alone, else the end of the range that is farther from neutral.
fn typical(entry: &LeverEntry, policies: &[Policy]) -> f64 {
    let alone = |policy: &Policy| match &policy.levers[..] {
        [only] if only.lever == entry.name => Some(only.dose),
        _ => None,
    };
    let end = entry.range.map(|(low, high)| if high - entry.neutral >= entry.neutral - low { high } else { low });
    policies.iter().find_map(alone).or(end).unwrap_or(entry.neutral)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled_record() -> ModelRecord {
        let project = Project::bundled().expect("the bundled model reads");
        let selection = Selection::of(&project).expect("it reads");
        record(&project, &selection).expect("it is made")
    }

    #[test]
    fn steps_are_round_and_reach_neutral_and_every_dose_of_a_bundled_policy() {
        assert_eq!([(0.0, 1.0), (0.0, 0.1), (0.0, 6.25), (0.5, 1.2)].map(step), [0.05, 0.005, 0.25, 0.025]);
        assert_eq!((step((0.0, 24.0)), step((0.0, 0.0))), (1.0, 1.0));
        let whole = |x: f64| (x - x.round()).abs() < 1e-9;
        let model = bundled_record();
        for lever in &model.levers {
            let (low, high) = lever.range.expect("a documented range");
            let reached = |dose: f64| whole((dose - low) / lever.step);
            assert!(reached(lever.neutral), "{}: {} from {low} by {}", lever.id, lever.neutral, lever.step);
            assert!((low..=high).contains(&lever.typical) && lever.typical != lever.neutral, "{}", lever.id);
            let moves = model.policies.iter().flat_map(|policy| &policy.moves).filter(|m| m.lever == lever.id);
            moves.for_each(|one| assert!(reached(one.dose), "{}: {}", lever.id, one.dose));
        }
    }

    #[test]
    fn what_a_page_knows_first() {
        let model = bundled_record();
        assert_eq!((model.data_through.as_str(), model.years, model.tested_months), ("2025-06", (2026.0, 2036.0), 24));
        assert_eq!((model.rows[..3].join(" "), model.rows.len()), ("level today 2025".to_owned(), 13));
        let dose = |id: &str| model.levers.iter().find(|lever| lever.id == id).expect("a lever").typical;
        assert_eq!((dose("port_scanning"), dose("naloxone"), dose("treatment_access")), (0.4, 2.0, 3.0));
        assert!(model.policies.iter().all(|policy| !policy.moves.is_empty()));
        let themed = model.levers.iter().all(|lever| !lever.theme.is_empty() && lever.evidence.len() == 1);
        assert!(themed && model.levers.len() == 26);
        let text = serde_json::to_string(&model).expect("it is written");
        assert!(text.len() < 64 << 10, "{} bytes are loaded before anything is shown", text.len());
        assert!(text.contains("\"end\":null") && text.contains("\"start\":\"2026-01\""));
    }
}
