//! Statements that hold and statements that do not, on a model whose values are known.

use super::{Found, Standing, shoulds};
use crate::files::FileSet;
use crate::project::Project;

const MODEL: &str = "\
unit bird
param hatching : 1/year = 0.5
  range 0 .. 1   prior Uniform(0.4, 0.6)
param first[place] : bird = 10, 20
dimension place = wood, field
lever food : 1 = 1
  range 0 .. 3
stock birds[place] : bird
  initial first
  inflow hatched
flow hatched[place] : bird/year = birds * hatching * food
aux all_birds : bird = SUM(birds[*])
aux grown : 1 = all_birds / INIT(all_birds)
outcome flock \"All birds\" = all_birds   end   better higher   concerns both
";

/// Runs statements on a model of birds that grows by `hatching * food` a year, from 2000 to 2010.
fn found(statements: &str) -> Found {
    let text = format!("# Birds\n\nBirds grow.\n\n```counterflow\n{MODEL}```\n");
    let checks = format!("# Checks\n\nOf birds.\n\n```counterflow\n{statements}```\n");
    let head = "title = \"Birds\"\n[horizon]\nstart = 2000\nstop = 2010\nsteps_per_year = 4\nsaves_per_year = 4\nmethod = \"euler\"\n";
    let files = FileSet::of([("model.toml", head), ("sectors/birds.md", &text), ("checks/birds.md", &checks)]);
    let project = Project::from_files(files, false, &[]).and_then(|project| project.with_checks()).unwrap();
    assert!(project.model().is_ok(), "{:?}", project.compiled.diagnostics);
    shoulds(&project, 8, &|_, _| {}).unwrap()
}

fn standings(statements: &str) -> Vec<Standing> {
    found(statements).rows.iter().map(|row| row.standing()).collect()
}

#[test]
fn statements_hold_or_fail() {
    let statements = "\
should \"food feeds\"
  with food = 0, 1, 3
  from 2005
  expect flock at 2010 rises
should \"food starves\"
  with food = 0, 1, 3
  from 2005
  expect flock at 2010 falls
should \"nobody hatches without food\"
  with food = low
  from 2005
  expect SUM(hatched[*]) always equals 0
  expect flock at 2010 below 0.5 * status_quo
  expect all_birds at 2005 equals status_quo
should \"the field is empty\"
  with first[field] = 0
  expect birds[field] always equals 0
  expect birds[wood] always equals status_quo
should \"nothing changes\"
  with every lever = neutral
  expect flock always equals status_quo
";
    use Standing::{Fails, Holds};
    assert_eq!(standings(statements), [Holds, Fails, Holds, Holds, Holds]);
}

#[test]
fn what_is_given_holds_in_both_runs_and_the_past_is_kept() {
    let statements = "\
should \"given\"
  given hatching = 0
  with food = 3
  from 2005
  expect flock always equals status_quo
should \"not given\"
  with hatching = 0
  with food = 3
  from 2005
  expect flock at 2006 below status_quo
  expect grown at 2005 equals status_quo
  expect grown at 2005 above 2
";
    assert_eq!(standings(statements), [Standing::Holds; 2]);
}

#[test]
fn figures_are_those_of_the_run() {
    let found =
        found("should \"twice\"\n  with hatching * 2\n  expect flock mean 2000 to 2000.5 below 1000 * status_quo\n");
    let figure = &found.rows[0].parts[0].named;
    // Two steps of a quarter of a year: 30, then 30 grown by a quarter of 2 * 0.5.
    assert!((figure.value - 0.5 * (30.0 + 30.0 * 1.25)).abs() < 1e-9, "{figure:?}");
    assert!((figure.reference - 1000.0 * 0.5 * (30.0 + 30.0 * 1.125)).abs() < 1e-6, "{figure:?}");
    assert_eq!(found.members, 9);
}

#[test]
fn shares_of_draws_and_known_misses() {
    let statements = "\
should \"most\"
  with hatching = 0.45
  expect flock at 2010 below status_quo
  in 30 percent of draws
should \"all\"
  with hatching = 0.45
  expect flock at 2010 below status_quo
should \"known\"
  with food = 0
  expect flock at 2010 above status_quo
  known_miss \"birds need food\"
should \"no miss\"
  with food = 0
  expect flock at 2010 below status_quo
  known_miss \"birds need food\"
";
    use Standing::{Fails, Holds, KnownMiss, NoLongerMissed};
    assert_eq!(standings(statements), [Holds, Fails, KnownMiss, NoLongerMissed]);
}

#[test]
fn what_is_not_a_number_satisfies_nothing() {
    let statements = "\
should \"zero by zero\"
  with first = 0
  expect grown always not above 1
should \"or its contrary\"
  with first = 0
  expect grown always not below 1
";
    assert_eq!(standings(statements), [Standing::Fails; 2]);
}
