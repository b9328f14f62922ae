//! A project as it would have been at an origin: only the data of then, and no structure that was learnt later.

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_model::elementary::exp;
use counterflow_model::{Definition, Model, random};

use super::rules::Rules;
use crate::error::Problem;
use crate::files::FileSet;
use crate::project::Project;

/// What a back-test does with structure that was learnt from the scored years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Leaves out what was not known at the origin.
    Dated,
    /// Keeps it, to show what it is worth.
    Hindsight,
}

/// The project with what was known at the end of `origin`, a month counted from January of year 0. The newest figures
/// carry errors as large as revisions were; `seed` fixes them.
///
/// # Errors
/// If the model does not compile with that data, or lacks a parameter that the rules name.
pub fn as_of(
    project: &Project,
    rules: &Rules,
    origin: i32,
    structure: Structure,
    seed: u64,
) -> Result<Project, Vec<Problem>> {
    let mut files = project.files.clone();
    for series in project.series.values() {
        let Some(length) = series.data.first().map(|datum| datum.period.length()) else { continue };
        let path = format!("data/{}.csv", series.key);
        let text = project.files.get(&path).unwrap_or_default();
        let known = until(text, rules.last_known(&series.key, length, origin));
        let revised = rules.revision.series.contains(&series.key);
        files.insert(&path, &if revised { unrevised(&known, rules, seed) } else { known });
    }
    let mut then = recompiled(project, files)?;
    let end = f64::from(rules.last_month(origin) + 1) / 12.0;
    then.compare.data_through = end;
    if let Some(model) = &mut then.compiled.model {
        if !fix(model, &rules.data_end, end) {
            let message = format!("found `{}`; expected the name of a parameter", rules.data_end);
            return Err(vec![Problem::new("backtest.toml", message)]);
        }
        if structure == Structure::Dated {
            // A variant may do without the parameter; then there is nothing to leave out.
            rules.unknown(origin).for_each(|known| _ = fix(model, &known.parameter, known.value));
        }
    }
    Ok(then)
}

fn recompiled(project: &Project, files: FileSet) -> Result<Project, Vec<Problem>> {
    let then = Project::from_files(files, false, &project.choices())?;
    if then.compiled.model.is_none() {
        let message = "the model does not compile with the data of that time; `check` tells what a model lacks";
        return Err(vec![Problem::new("backtest", message)]);
    }
    Ok(then)
}

/// The rows of a series up to a month; the head stays.
fn until(text: &str, last: i32) -> String {
    let known = |(number, line): &(usize, &str)| {
        let period = line.split(',').next().and_then(|field| field.trim().parse::<CalendarPeriod>().ok());
        *number == 0 || period.is_none_or(|period| period.first_month() + period.months() - 1 <= last)
    };
    text.lines().enumerate().filter(known).map(|(_, line)| format!("{line}\n")).collect()
}

/// The same rows as first published: each value off by an error common to all and, if it is among the newest, by one of
/// its own.
fn unrevised(text: &str, rules: &Rules, seed: u64) -> String {
    let stream = random::stream("revision");
    let common = rules.revision.common * random::normal(seed, stream, 0, 0);
    let rows = text.lines().count();
    let row = |(number, line): (usize, &str)| {
        let fields: Vec<&str> = line.split(',').collect();
        let Some(value) = fields.get(1).and_then(|field| field.trim().parse::<f64>().ok()) else {
            return format!("{line}\n");
        };
        let age = rows - 1 - number;
        let own = rules.revision.newest.get(age).map_or(0.0, |sd| sd * random::normal(seed, stream, 1, age as u64));
        let rest: String = fields[2..].iter().map(|field| format!(",{field}")).collect();
        format!("{},{}{rest}\n", fields[0], value * exp(common + own))
    };
    text.lines().enumerate().map(row).collect()
}

/// Makes a parameter a fixed number; tells whether there is one of that name.
fn fix(model: &mut Model, name: &str, value: f64) -> bool {
    let found = model.variables.iter_mut().find(|variable| variable.name == name);
    let Some(Definition::Parameter(parameter)) = found.map(|variable| &mut variable.definition) else { return false };
    parameter.values.iter_mut().for_each(|own| *own = value);
    parameter.prior = None;
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::rules::month;
    use counterflow_model::elementary::ln;

    fn then(origin: &str, structure: Structure) -> Project {
        let project = Project::bundled().expect("the bundled model reads");
        let rules = Rules::of(&project.files).expect("it has rules");
        as_of(&project, &rules, month(origin).unwrap(), structure, 1).expect("it compiles")
    }

    fn value(project: &Project, name: &str) -> (f64, bool) {
        let model = project.model().expect("it compiles");
        match &model.variable(model.find(name).expect("a parameter")).definition {
            Definition::Parameter(parameter) => (parameter.values[0], parameter.prior.is_some()),
            _ => panic!("`{name}` is a parameter"),
        }
    }

    #[test]
    fn nothing_that_came_later_is_left() {
        let then = then("2020-12", Structure::Dated);
        let end = month("2020-12").unwrap();
        for series in then.series.values() {
            let last = series.data.last().map_or(end, |datum| datum.period.first_month() + datum.period.months() - 1);
            assert!(last <= end, "{} goes on to {last}", series.key);
        }
        assert_eq!(value(&then, "shock_2023"), (0.0, false));
        assert!((value(&then, "data_end").0 - (2020.0 + 8.0 / 12.0)).abs() < 1e-9);
    }

    #[test]
    fn every_rule_names_a_parameter() {
        let project = Project::bundled().expect("the bundled model reads");
        let rules = Rules::of(&project.files).expect("it has rules");
        let mut model = project.model().expect("it compiles").clone();
        let mut names = rules.hindsight.iter().map(|known| known.parameter.as_str()).chain([rules.data_end.as_str()]);
        assert!(names.all(|name| fix(&mut model, name, 1.0)));
    }

    #[test]
    fn hindsight_is_kept_only_where_it_is_asked_for() {
        assert!(value(&then("2020-12", Structure::Hindsight), "shock_2023").1);
        assert!(value(&then("2025-06", Structure::Dated), "shock_2023").1);
    }

    #[test]
    fn only_the_newest_figures_are_off_by_much() {
        let project = Project::bundled().expect("the bundled model reads");
        let then = then("2020-12", Structure::Dated);
        let (now, then) = (&project.series["t404_deaths_month"].data, &then.series["t404_deaths_month"].data);
        let off: Vec<f64> = then.iter().zip(now).map(|(a, b)| ln(a.value / b.value)).collect();
        assert!(off.iter().all(|x| x.abs() < 0.3) && off.iter().any(|x| *x != 0.0));
        let common = off[0];
        assert!(off[..off.len() - 4].iter().all(|x| (x - common).abs() < 1e-9));
        assert!((off[off.len() - 1] - common).abs() > 1e-9);
    }
}
