//! The bibliography: every source is cited, every key that is cited is a source, and the list of sources says by what.

use std::path::Path;

use counterflow::citations::{Bibliography, Citing};
use counterflow::files::FileSet;
use counterflow::variants::Choice;
use counterflow::{Code, Diagnostic, Project, Severity, listing};

const HEAD: &str = "\
title = \"Example\"
[horizon]
start = 2000
stop = 2010
steps_per_year = 12
saves_per_year = 12
method = \"euler\"
";

const CHAPTER: &str = "\
# Example

```counterflow
unit people
param people_number : people = 331e6
  range 300e6 .. 350e6   grade measured   source census2020   date 2020
  \"People counted\"
aux population : people = people_number
  \"People in the country\"
```
";

fn bundled() -> Project {
    Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A small project with this bibliography and further files, bundled or not.
fn example(bundled_too: bool, sources: &str, files: &[(&str, &str)]) -> Project {
    let mut project = bundled();
    project.bundled = bundled_too;
    project.files = FileSet::default();
    let own = [("model.toml", HEAD), ("sectors/01_example.md", CHAPTER), ("sources.toml", sources)];
    own.iter().chain(files).for_each(|(path, text)| project.files.insert(path, text));
    let project = project.with_choices(&[]).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(project.compiled.diagnostics.is_empty(), "{:?}", project.compiled.diagnostics);
    project
}

fn entry(key: &str) -> String {
    format!("[{key}]\ntitle = \"\"\nauthors = \"\"\nyear = \"\"\nwhere = \"\"\nkind = \"\"\naccessed = \"\"\n")
}

/// `PATH:LINE:COLUMN CODE MESSAGE`.
fn shown(found: &Diagnostic) -> String {
    format!("{}:{}:{} {} {}", found.place.path, found.place.line, found.place.column, found.code, found.message)
}

fn told(project: &Project) -> Vec<String> {
    Bibliography::of(project).diagnostics.iter().map(shown).collect()
}

#[test]
fn every_source_of_the_bundled_model_is_cited() {
    let project = bundled();
    assert_eq!(told(&project), [""; 0]);
    let uncited: Vec<String> =
        listing::sources(&project).into_iter().filter(|one| one.cited_by.is_empty()).map(|one| one.key).collect();
    assert_eq!(uncited, [""; 0]);
}

#[test]
fn citations_do_not_hang_on_the_variants_taken() {
    let project = bundled();
    for slot in &project.slots {
        for variant in &slot.variants {
            let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
            let chosen = project.with_choices(&[choice]).unwrap_or_else(|problems| panic!("{problems:?}"));
            assert_eq!(told(&chosen), [""; 0], "{}={}", slot.name, variant.name);
        }
    }
}

#[test]
fn published_models_cite_all_their_sources() {
    for name in ["cartels_2023", "source_2022"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name);
        let project = Project::open(&folder).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(told(&project), [""; 0], "{name}");
    }
}

#[test]
fn sources_list_all_that_cites_them() {
    let sources = listing::sources(&bundled());
    let cites = |key: &str, by: &Citing| {
        let found = sources.iter().find(|one| one.key == key).unwrap_or_else(|| panic!("{key}"));
        assert!(found.cited_by.contains(by), "{key}: {:?}", found.cited_by);
    };
    cites("kilmer2022", &Citing::Statement("use_per_person".into()));
    cites("sumano_reyes2025", &Citing::Statement("recruitment_prevention".into()));
    cites("cdc_wisqars", &Citing::Series("all_drug_deaths_month".into()));
    let title = "Crossing".into();
    cites("cbp_seizures", &Citing::Chapter { title, path: "sectors/04_crossing.md".into() });
    let series = Citing::Series("all_drug_deaths_month".into());
    assert_eq!(series.to_string(), "series all_drug_deaths_month");
}

/// The fences of a page: its example and the mended one.
fn examples(page: &str) -> Vec<&str> {
    page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn pages_raise_their_codes_and_mend_them() {
    for (code, in_bundled) in [(Code::E6007, true), (Code::W6007, false)] {
        assert!(code.page().starts_with(&format!("# {code}: {}\n", code.title())), "{code}");
        let examples = examples(code.page());
        let [wrong, right] = &examples[..] else { panic!("{code} has {} examples", examples.len()) };
        let found = Bibliography::of(&example(in_bundled, wrong, &[]));
        let [one] = &found.diagnostics[..] else { panic!("{code}: {:?}", found.diagnostics) };
        assert_eq!(shown(one), format!("sources.toml:9:2 {code} the source `census2010` is cited by nothing"));
        let severity = if in_bundled { Severity::Error } else { Severity::Warning };
        assert!(one.severity == severity && one.help.is_some() && found.files[0].path == "sources.toml", "{one:?}");
        assert_eq!(told(&example(in_bundled, right, &[])), [""; 0]);
    }
}

/// Each place that can cite does, and a key that is no source is told where it stands.
#[test]
fn prose_data_and_published_figures_cite() {
    let known = ["census2020", "prose", "variant", "data", "figure", "value", "claim", "experiment"];
    let sources: String = known.iter().map(|key| entry(key)).collect();
    let files = [
        ("sectors/02_prose.md", "# Prose\n\nSo it is [@prose; @prosa].\n\n```counterflow\n```\n"),
        ("checks/01_check.md", "# Checks\n\n[@chekc]\n"),
        ("data/births_year.csv", "period,value\n2000,4\n"),
        (
            "data/births_year.toml",
            "title = \"\"\npublisher = \"\"\nwhat = \"\"\nunit = \"people\"\nperiod = \"year\"\nkind = \"count\"\nspan = \"\"\n\
             vintage = \"\"\nfound_in = \"\"\nlicence = \"\"\nhow_made = \"\"\nrole = \"shown\"\nsources = [\"data\", \"dato\"]\n",
        ),
        ("published.toml", "value_source = \"value\"\n[[row]]\nsource = \"figure\"\n[[row]]\nsource = \"figger\"\n"),
        ("claims/01_a.md", "+++\nid = \"a\"\n+++\n\nIt is so [@claim].\n"),
        ("experiments/01_b.md", "no head [@experiment]\n"),
        (
            "variants/part/one.md",
            "# One\n\n```counterflow\nparam share : 1 = 0.2\n  range 0 .. 1   grade assumed   source variant   date 2020\n  \
             \"Part\"\naux part : 1 = share\n  \"Part\"\n```\n",
        ),
        ("variants/part/two.md", "# Two\n\n```counterflow\naux part : 1 = 1\n  \"Part\"\n```\n"),
    ];
    let head = format!("{HEAD}[variants]\npart = \"two\"\n");
    let project = example(false, &sources, &[&files[..], &[("model.toml", &head)]].concat());
    let expected = [
        "checks/01_check.md:3:3 E2010 no source is called `chekc`",
        "data/births_year.toml:13:21 E2010 no source is called `dato`; did you mean `data`?",
        "published.toml:5:11 E2010 no source is called `figger`; did you mean `figure`?",
        "sectors/02_prose.md:3:20 E2010 no source is called `prosa`; did you mean `prose`?",
    ];
    assert_eq!(told(&project), expected);
    let by: Vec<String> = listing::sources(&project).iter().map(|one| one.cited_by[0].to_string()).collect();
    let expected = [
        "people_number",
        "claim a",
        "series births_year",
        "experiment experiments/01_b.md",
        "published.toml",
        "chapter Prose",
        "published.toml",
        "variant part=one",
    ];
    assert_eq!(by, expected);
    let none = example(false, "", &[]);
    assert_eq!(told(&none), [""; 0]);
}
