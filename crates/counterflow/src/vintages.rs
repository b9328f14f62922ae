//! What the record said before: each time an update replaces a series, the old table stays under `data/vintages/KEY`,
//! named by its own vintage, with the day on which it was replaced. A back-test takes the series as it was on a day.

use crate::data::{self, About, Series, from_toml};
use crate::error::Problem;
use crate::files::FileSet;
use crate::project::Project;

/// Folder of the vintages.
pub const FOLDER: &str = "data/vintages";
/// Name of a vintage without a date.
const UNDATED: &str = "undated";

/// All replaced vintages of a series, the earliest replaced first.
///
/// # Errors
/// The first file that does not read.
pub fn of(project: &Project, key: &str) -> Result<Vec<Series>, Problem> {
    let folder = format!("{FOLDER}/{key}");
    let mut all = Vec::new();
    for (path, text) in project.files.under(&folder, ".csv") {
        let about_path = format!("{}.toml", path.trim_end_matches(".csv"));
        let about = project.files.get(&about_path);
        let about =
            about.ok_or_else(|| Problem::new(about_path.clone(), "is missing; every vintage has its metadata"))?;
        let read: About = toml::from_str(about).map_err(|e| from_toml(&about_path, about, &e))?;
        if read.replaced.is_empty() {
            return Err(Problem::new(about_path, "has no day on which it was replaced (`replaced`); expected one"));
        }
        let order = (read.replaced.clone(), order_of(&path[folder.len() + 1..path.len() - ".csv".len()]));
        all.push((order, Series { key: key.to_owned(), about: read, data: data::read(path, text)? }));
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(all.into_iter().map(|(_, series)| series).collect())
}

/// The series as the record had it at the end of a day (`2026-11-23`): the first vintage that was replaced later, or the
/// series as it is. None if there is no such series.
///
/// # Errors
/// As [`of`].
pub fn as_of(project: &Project, key: &str, day: &str) -> Result<Option<Series>, Problem> {
    let then = of(project, key)?.into_iter().find(|vintage| vintage.about.replaced.as_str() > day);
    Ok(then.or_else(|| project.series.get(key).cloned()))
}

/// What tells vintages that were replaced on one day apart: the date in the name, none before any, then the number.
fn order_of(name: &str) -> (String, u32) {
    let (date, number) = name.split_once('_').unwrap_or((name, "1"));
    (if date == UNDATED { String::new() } else { date.to_owned() }, number.parse().unwrap_or(u32::MAX))
}

/// Where a series goes when it is replaced, without the ending: a place that is free, or that already holds the same rows.
pub(crate) fn free_place(files: &FileSet, series: &Series, csv: &str) -> String {
    let stem = format!("{FOLDER}/{}/{}", series.key, date_of(&series.about.vintage));
    let usable = |place: &String| files.get(&format!("{place}.csv")).is_none_or(|held| held == csv);
    let numbered = (2..).map(|number| format!("{stem}_{number}"));
    std::iter::once(stem.clone()).chain(numbered).find(usable).unwrap_or(stem)
}

/// The metadata of a series that is replaced on a day; the text of before stays as it is.
///
/// # Errors
/// If the text already says that it was replaced.
pub(crate) fn replaced(about: &str, series: &Series, day: &str) -> Result<String, Problem> {
    if !series.about.replaced.is_empty() {
        let message = "found a day on which it was replaced; expected none in a series that counts";
        return Err(Problem::new(format!("data/{}.toml", series.key), message));
    }
    // Before any table, so that it is a key of the page itself.
    Ok(format!("replaced = \"{day}\"\n{about}"))
}

/// The date that a vintage begins with, as far as it is given in digits (`2026-08-13`, `2025-07`); else `undated`. Only
/// digits and hyphens get into the name of a file.
fn date_of(vintage: &str) -> &str {
    let end = vintage.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(vintage.len());
    let date = &vintage[..end];
    let parts: Vec<usize> = date.split('-').map(str::len).collect();
    if matches!(parts[..], [4] | [4, 2] | [4, 2, 2]) { date } else { UNDATED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_given_as_it_was_on_a_day() {
        let mut project = Project::bundled().expect("the bundled model reads");
        let key = "t404_deaths_month";
        let now = project.series[key].clone();
        let page = project.files.get(&format!("data/{key}.toml")).expect("every series has a page").to_owned();
        assert!(of(&project, key).unwrap().is_empty());
        for (name, day, value) in
            [("undated", "2020-05-01", 1), ("2019-12", "2021-05-01", 2), ("2019-12_2", "2021-05-01", 3)]
        {
            project.files.insert(&format!("{FOLDER}/{key}/{name}.csv"), &format!("period,value\n2015-01,{value}\n"));
            let about = replaced(&page, &now, day).unwrap();
            project.files.insert(&format!("{FOLDER}/{key}/{name}.toml"), &about);
        }
        let first = |day: &str| as_of(&project, key, day).unwrap().expect("there is such a series").data[0].value;
        assert_eq!([first("2020-04-30"), first("2020-05-01"), first("2021-04-30")], [1.0, 2.0, 2.0]);
        assert_eq!(first("2021-05-01"), now.data[0].value);
        assert!(as_of(&project, "nothing", "2020-01-01").unwrap().is_none());
        let held = "period,value\n2015-01,2\n";
        let mut series = now;
        series.about.vintage = "2019-12".to_owned();
        assert_eq!(free_place(&project.files, &series, held), format!("{FOLDER}/{key}/2019-12"));
        assert_eq!(free_place(&project.files, &series, "other"), format!("{FOLDER}/{key}/2019-12_3"));
        // Replaced tables are no series of their own.
        assert!(data::load(&project.files).unwrap().keys().eq(project.series.keys()));
    }

    #[test]
    fn names_of_files_are_made_of_digits_only() {
        for (vintage, date) in [
            ("2026-08-13", "2026-08-13"),
            ("2025-07", "2025-07"),
            ("2017-2026 (several tables)", "undated"),
            ("CBP files of January 2026", "undated"),
            ("2025 (v25.1)", "2025"),
            ("../../x", "undated"),
            ("", "undated"),
        ] {
            assert_eq!(date_of(vintage), date, "{vintage}");
        }
    }
}
