//! `baseline.json`: bands of the status quo beside the record, and the headline.

use serde::Serialize;

use super::number::{Band, band, short};
use super::status_quo::StatusQuo;
use super::{Selection, ShownSeries};
use crate::project::Project;
use crate::report::record::{self, Record};

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct BaselineRecord {
    years: Vec<f64>,
    series: Vec<SeriesRecord>,
    headline: HeadlineRecord,
    paths: Vec<PathsRecord>,
}

#[derive(Debug, Serialize)]
struct SeriesRecord {
    id: String,
    /// Of each year's mean rate or level.
    bands: Vec<Band>,
    level: Band,
    today: Band,
    /// Middle of twelve months in years, and their total, or mean for a level.
    record: Vec<(f64, f64)>,
}

#[derive(Debug, Serialize)]
struct HeadlineRecord {
    from: f64,
    to: f64,
    total: Band,
}

#[derive(Debug, Serialize)]
struct PathsRecord {
    id: String,
    values: Vec<Vec<f64>>,
}

/// Years of the headline's total.
const HEADLINE_YEARS: f64 = 5.0;
/// Single draws that are shown.
const PATHS: usize = 12;

/// What stands in the file.
pub(super) fn record(project: &Project, selection: &Selection, status_quo: &StatusQuo) -> BaselineRecord {
    let headline = &selection.series[selection.headline];
    let values = &status_quo.series[selection.headline];
    let (from, to) = (project.compare.from, project.compare.from + HEADLINE_YEARS);
    let total = band(&status_quo.over_years(selection.headline, (from, to), headline.summary));
    let path = |draw: usize| values.yearly.iter().map(|year| short(year[draw])).collect();
    let count = status_quo.draws.len();
    let series = selection.series.iter().zip(&status_quo.series).map(|(shown, draws)| SeriesRecord {
        id: shown.id.clone(),
        bands: draws.yearly.iter().map(|year| band(year)).collect(),
        level: band(&draws.level),
        today: band(&draws.today),
        record: recorded(project, shown).points.iter().map(|point| (point.time, short(point.value))).collect(),
    });
    BaselineRecord {
        series: series.collect(),
        headline: HeadlineRecord { from, to, total },
        paths: vec![PathsRecord {
            id: headline.id.clone(),
            values: (0..PATHS.min(count)).map(|k| path(k * count / PATHS.min(count))).collect(),
        }],
        years: status_quo.years.clone(),
    }
}

/// The data beside a series: what `page.toml` names, else what a report shows of an outcome.
fn recorded(project: &Project, shown: &ShownSeries) -> Record {
    if shown.record.is_empty() {
        return record::of(project, &shown.id);
    }
    record::joined(project, &shown.record, shown.record_is_sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::{CompareOptions, compare};
    use crate::policy::Policy;
    use counterflow_explore::comparison::Reference;

    const DRAWS: usize = 80;

    fn bundled() -> (Project, Selection, StatusQuo) {
        let project = Project::bundled().expect("the bundled model reads");
        let selection = Selection::of(&project).expect("it reads");
        let status_quo = StatusQuo::run(&project, &selection, Some(DRAWS), &mut |_, _| ()).expect("it runs");
        (project, selection, status_quo)
    }

    #[test]
    fn outcomes_are_those_of_a_comparison() {
        let (project, selection, status_quo) = bundled();
        let options = CompareOptions { draws: Some(DRAWS), turns_of: Some(Vec::new()), ..CompareOptions::default() };
        let comparison = compare(&project, &[Policy::status_quo()], &options, &mut |_, _| ()).expect("it compares");
        let policy = &comparison.policies[0];
        for (at, facts) in comparison.outcomes.iter().enumerate() {
            let (shown, draws) = (&selection.series[at], &status_quo.series[at]);
            assert_eq!((&shown.id, &shown.unit, shown.summary_word()), (&facts.id, &facts.unit, facts.summary));
            let level = policy.answers.iter().find(|a| a.outcome == at && a.reference == Reference::Level);
            let wanted = level.expect("a level").band;
            let same = |a: f64, b: f64| (a - b).abs() <= 1e-5 * b.abs();
            let [lo90, lo50, median, hi50, hi90] = band(&draws.level);
            let pairs = [
                (lo90, wanted.lo90),
                (lo50, wanted.lo50),
                (median, wanted.median),
                (hi50, wanted.hi50),
                (hi90, wanted.hi90),
            ];
            assert!(pairs.iter().all(|(a, b)| same(*a, *b)), "{}: {pairs:?}", facts.id);
            let path = policy.paths.iter().find(|path| path.outcome == at).expect("a path");
            assert_eq!(path.years, status_quo.years);
            for (year, wanted) in draws.yearly.iter().zip(&path.bands) {
                assert!(same(band(year)[2], wanted.median), "{}", facts.id);
            }
        }
    }

    #[test]
    fn bands_and_records_are_whole() {
        let (project, selection, status_quo) = bundled();
        let file = record(&project, &selection, &status_quo);
        assert_eq!((file.years.first(), file.years.len()), (Some(&1999.0), 42));
        assert_eq!((file.headline.from, file.headline.to), (2026.0, 2031.0));
        let yearly: f64 = file.series[selection.headline].bands[27..32].iter().map(|band| band[2]).sum();
        assert!((file.headline.total[2] / yearly - 1.0).abs() < 0.1, "{} beside {yearly}", file.headline.total[2]);
        assert_eq!((file.paths[0].values.len(), file.paths[0].values[0].len()), (12, 42));
        for (series, shown) in file.series.iter().zip(&selection.series) {
            let rising = |band: &Band| band.windows(2).all(|pair| pair[0] <= pair[1]);
            let finite = |band: &Band| band.iter().all(|x| x.is_finite());
            let bands = || series.bands.iter().chain([&series.level, &series.today]);
            assert!(bands().all(|band| rising(band) && finite(band)), "{}", series.id);
            assert!(shown.record.is_empty() || !series.record.is_empty(), "{} has no record", series.id);
            let in_order = series.record.windows(2).all(|pair| pair[0].0 < pair[1].0);
            assert!(in_order && series.record.iter().all(|(time, _)| *time <= 2025.5), "{}", series.id);
        }
        let of = |id: &str| file.series.iter().find(|series| series.id == id).expect("a series");
        // 2024: 79,384 by the final counts, which stand before the provisional ones.
        let deaths = of("us_deaths_all").record.iter().find(|(time, _)| *time == 2024.5).expect("a year");
        assert!((deaths.1 - 79_384.0).abs() < 1.0, "{}", deaths.1);
        // Gross pounds at ports: a year's sum of months, near the model's own yearly rate.
        let ports = of("seized_at_ports");
        let (recorded, modelled) =
            (ports.record.iter().find(|(time, _)| *time == 2023.5).expect("a year").1, ports.bands[24]);
        assert!(modelled[0] < recorded && recorded < modelled[4], "{recorded} in {modelled:?}");
    }
}
