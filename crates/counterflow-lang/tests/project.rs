//! Projects of several files: chapters, data series, horizons, places and suggestions.

use counterflow_lang::{Code, Compiled, Project, SeriesFacts, SourceFile, compile};
use counterflow_model::{Definition, Horizon, Method, Unit};
use std::collections::BTreeMap;

fn project(files: &[(&str, &str)]) -> Project {
    let file = |(path, text): &(&str, &str)| SourceFile { path: (*path).into(), text: (*text).into() };
    Project {
        horizon: Some(Horizon::yearly(0.0, 1.0, 4, 4, Method::Euler)),
        files: files.iter().map(file).collect(),
        ..Project::default()
    }
}

fn messages(compiled: &Compiled) -> Vec<String> {
    compiled.diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn chapters_have_names_titles_and_summaries() {
    let text = "<!-- a comment -->\r\n# The people ##\r\n\r\nWho lives\r\nhere.\r\n\r\nMore.\r\n\r\n```counterflow\r\naux x : 1 = 1\r\n```\r\n";
    let model = compile(&project(&[("sectors/05_people.md", text), ("odd.md", "Only prose.")])).model.unwrap();
    let [people, odd] = &model.sectors[..] else { panic!("two chapters") };
    assert_eq!((&people.name[..], &people.title[..]), ("people", "The people"));
    assert_eq!((&people.summary[..], &people.path[..]), ("Who lives here.", "sectors/05_people.md"));
    assert_eq!((&odd.name[..], &odd.title[..], &odd.summary[..]), ("odd", "odd", "Only prose."));
    assert_eq!(model.variables[0].place.line, 10);
}

#[test]
fn chapters_share_names_whatever_their_order() {
    let first = "```counterflow\nflow births[region] : people/year = rate * people\n```\n";
    let second = "Text.\n\n~~~~ counterflow\nunit people\ndimension region = north, south\nparam rate : 1/year = 0.1\nstock people[region] : people\n  initial ten\n  inflow births\nparam ten : people = 10\n~~~~\n";
    let compiled = compile(&project(&[("a.md", first), ("b.md", second)]));
    assert!(compiled.model.is_some(), "{:?}", messages(&compiled));
}

#[test]
fn places_count_characters_and_name_the_first_declaration() {
    let first = "```counterflow\naux price : 1 = 1\n```\n";
    let second = "Ünïcödé\n\n```counterflow\naux x : 1 = 1 \"naïve\" # ä\n  \"é\" aux\naux price : 1 = 2\n```\n";
    let compiled = compile(&project(&[("a.md", first), ("b.md", second)]));
    let found: Vec<(Code, usize, usize)> =
        compiled.diagnostics.iter().map(|d| (d.code, d.place.line, d.place.column)).collect();
    assert_eq!(found, [(Code::E1004, 5, 3), (Code::E2002, 6, 5)]);
    assert!(compiled.diagnostics[1].message.contains("the first is at a.md:2"), "{:?}", messages(&compiled));
    let span = compiled.diagnostics[1].place.span.clone();
    assert_eq!(&second[span], "price");
}

#[test]
fn series_become_lookups_of_time() {
    let text = "```counterflow\nunit people\nseries population : people = people_year,\n  \"People\"\nseries one : 1 = single\n```\n";
    let facts =
        |unit: &str, points: &[(f64, f64)]| SeriesFacts { unit: Unit::parse(unit).unwrap(), points: points.into() };
    let mut project = project(&[("a.md", text)]);
    project.series = BTreeMap::from([
        ("people_year".into(), facts("people", &[(2001.5, 3.0), (2000.5, 1.0)])),
        ("single".into(), facts("1", &[(2000.5, 7.0)])),
    ]);
    let model = compile(&project).model.unwrap();
    assert_eq!(model.lookups[0].value(2001.0), 2.0);
    assert_eq!((model.lookups[0].value(1990.0), model.lookups[1].value(2030.0)), (1.0, 7.0));
    assert!(matches!(model.variables[0].definition, Definition::Auxiliary(_)));
}

#[test]
fn a_statement_replaces_the_horizon_of_the_project() {
    let text = "```counterflow\nhorizon 5 to 6 steps 8\n```\n";
    let horizon = compile(&project(&[("a.md", text)])).model.unwrap().horizon;
    assert_eq!((horizon.start, horizon.steps_per_time(), horizon.saves_per_time()), (5.0, 8.0, 8.0));
    let nothing = compile(&Project::default());
    assert_eq!(nothing.diagnostics[0].code, Code::E1013);
    assert_eq!(nothing.diagnostics[0].place.path, "model.toml");
}

#[test]
fn messages_name_the_nearest_right_thing() {
    let cases = [
        ("aux x : 1 = deahts\naux deaths : 1 = 1", "no variable is called `deahts`; did you mean `deaths`?"),
        ("aux x : 1 = Deaths\naux deaths : 1 = 1", "no variable is called `Deaths`; did you mean `deaths`?"),
        ("stok x : 1\n  initial 0", "`stok` begins no statement; did you mean `stock`?"),
        ("stock x : 1\n  initail 0", "`initail` begins no clause of a `stock`; did you mean `initial`?"),
        ("param x : 1 = 1\n  grade Measured", "`Measured` is not a grade; did you mean `measured`?"),
        ("param x : 1 = 1 / 12", "found `/`, but a parameter's value is a literal number"),
        ("unit people\naux x : peple = 0", "no base unit is called `peple`; did you mean `people`?"),
        ("aux x : 1 = EXPP(1)", "no function or lookup is called `EXPP`; did you mean `EXP`?"),
    ];
    for (text, message) in cases {
        let compiled = compile(&project(&[("a.md", &format!("```counterflow\n{text}\n```\n"))]));
        assert_eq!(compiled.diagnostics[0].message, message);
    }
}
