//! A projection of the status quo, written down before its months come: quantiles by month, to be scored later.

use std::fmt::Write;

use counterflow_calibrate::score::{Forecast, PROBABILITIES};

use super::{Paths, Rules, forecast, written};
use crate::error::Problem;
use crate::places::{Atlas, Fitted, Nation, PlaceRecord, project_places};
use crate::posterior::Posterior;
use crate::project::Project;

/// The projection of every target of the rules up to the end of the month `until`, at the 23 probabilities of forecast
/// hubs: columns `target,location,date,level,value`. Targets are `ID_monthly`, `ID_12mo` or, where the record is
/// yearly, `ID_yearly`; places follow with their codes as locations; the date is the last month of what is summed.
/// Twelve-month sums hold figures that are known.
///
/// # Errors
/// If the model has no rules, does not compile, or has no posterior.
pub fn projection(project: &Project, until: i32) -> Result<String, Problem> {
    let rules = Rules::of(&project.files)?;
    let posterior = Posterior::of(project)?;
    let paths = forecast(project, &posterior, &rules.targets, until)?;
    let mut text = "target,location,date,level,value\n".to_owned();
    for (target, paths) in rules.targets.iter().zip(&paths) {
        let next = paths.first + paths.months * paths.known.len() as i32;
        let measures: &[(&str, i32)] =
            if paths.months == 1 { &[("monthly", 1), ("12mo", 12)] } else { &[("yearly", 12)] };
        for (name, span) in measures {
            for month in (next..=until).filter(|month| (month + 1 - next) % paths.months == 0) {
                let draws = paths.total(month + 1 - span, month);
                let Some(forecast) = draws.as_deref().and_then(Forecast::from_draws) else { continue };
                for (level, value) in PROBABILITIES.iter().zip(forecast.quantiles()) {
                    // Writing to a string does not fail.
                    let _ = writeln!(
                        text,
                        "{}_{name},{},{},{level},{value:.1}",
                        target.id,
                        target.location,
                        written(month)
                    );
                }
            }
        }
    }
    for atlas in Atlas::all(project)? {
        if let Some(target) = &atlas.target {
            of_places(project, (&atlas, target), (&rules, &paths), until, &mut text)?;
        }
    }
    Ok(text)
}

/// Adds what places share out of a target: twelve-month sums from the month after their record on.
fn of_places(
    project: &Project,
    (atlas, target): (&Atlas, &str),
    (rules, paths): (&Rules, &[Paths]),
    until: i32,
    text: &mut String,
) -> Result<(), Problem> {
    let Some(fitted) = Fitted::load(&project.files, atlas)? else { return Ok(()) };
    let lost = || atlas.problem(format!("target: there is no target `{target}` in backtest.toml"));
    let position = rules.targets.iter().position(|known| known.id == target).ok_or_else(lost)?;
    let nation = &paths[position];
    let whole = |draw: &Vec<f64>| nation.known.iter().chain(draw).copied().collect();
    let nation = Nation { first_month: nation.first, draws: nation.draws.iter().map(whole).collect() };
    let record = PlaceRecord::load(&project.files, atlas)?;
    let next = record.periods().map_or(until, |(_, last)| last.first_month() + last.months());
    for (place, paths) in atlas.places.iter().zip(project_places(project, atlas, &fitted, &record, &nation)?) {
        for month in next..=until {
            let Some(forecast) = paths.twelve_months(month).as_deref().and_then(Forecast::from_draws) else { continue };
            for (level, value) in PROBABILITIES.iter().zip(forecast.quantiles()) {
                let _ = writeln!(text, "{target}_12mo,{},{},{level},{value:.1}", place.code, written(month));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_stand_in_order_from_the_first_month_that_is_not_known() {
        let project = Project::bundled().expect("the bundled model reads");
        let until = crate::backtest::month("2025-12").expect("a month");
        let text = projection(&project, until).expect("it projects");
        let values = |start: &str| -> Vec<f64> {
            let rows = text.lines().filter(|line| line.starts_with(start));
            rows.map(|line| line.rsplit(',').next().and_then(|x| x.parse().ok()).expect("a number")).collect()
        };
        assert!(values("deaths_all_monthly,US,2025-06,").is_empty(), "June is known");
        assert!(values("deaths_synthetic_12mo,OH,2024-12,").is_empty(), "2024 is known");
        for start in [
            "deaths_all_monthly,US,2025-07,",
            "deaths_synthetic_12mo,US,2025-12,",
            "deaths_synthetic_12mo,OH,2025-01,",
            "deaths_synthetic_12mo,WY,2025-12,",
        ] {
            let found = values(start);
            assert_eq!(found.len(), 23, "{start}");
            assert!(found.is_sorted() && found[0] > 0.0, "{found:?}");
        }
    }
}
