//! The program itself: exit codes, messages, shapes of JSON, and what it says about bad input.
//!
//! Golden files are in `tests/golden`; `cargo xtask bless` writes them again.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use counterflow::{Model, Project, listing};
use serde_json::Value;

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_counterflow")
}

/// A folder of this test's own, empty at the start.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    Command::new(program()).args(arguments).env("COLUMNS", "100").stdin(Stdio::null()).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Standard output of a run that must succeed.
fn answer(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&answer(arguments)).unwrap()
}

fn model_file(name: &str, statements: &str) -> String {
    let path = folder(name).join("model.md");
    std::fs::write(&path, format!("# Rabbits\n\nOne field.\n\n```counterflow\n{statements}```\n")).unwrap();
    path.display().to_string()
}

const RABBITS: &str = "\
horizon 0 to 4 steps 4 saves 4 method rk4
unit rabbit
dimension field = north, south
param growth : 1/year = 0.5   range 0 .. 1   prior Normal(0.5, 0.1)
param first : rabbit = 100
param few : rabbit = 300
stock rabbits[field] : rabbit
  initial first
  inflow births
flow births[field] : rabbit/year = growth * rabbits[field]
check \"few rabbits\" : rabbits[north] < few
";

fn bundled() -> &'static (Project, Model) {
    static BUNDLED: OnceLock<(Project, Model)> = OnceLock::new();
    BUNDLED.get_or_init(|| {
        let project = Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}"));
        let model = project.model().unwrap_or_else(|found| panic!("{found:?}")).clone();
        (project, model)
    })
}

/// Compares with a golden file, or writes it where `COUNTERFLOW_BLESS` is set.
fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(name);
    if std::env::var_os("COUNTERFLOW_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == found,
        "{name} differs; `cargo xtask bless` writes it again, then review the difference:\n{found}"
    );
}

#[test]
fn help_is_for_newcomers() {
    let help = answer(&["--help"]);
    for command in
        ["compare", "run", "check", "levers", "parameters", "sources", "claims", "data", "report", "bench", "explain"]
    {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in the help:\n{help}");
        assert!(answer(&[command, "--help"]).contains("Usage: counterflow"), "{command}");
    }
    golden("help.txt", &help);
    assert!(answer(&["--version"]).starts_with("counterflow "));
}

#[test]
fn usage_errors_are_bad_input() {
    for arguments in
        [&["fly"][..], &["run", "--no-such-option"], &["bench", "--members", "many"], &["run", "--format", "xml"]]
    {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}

#[test]
fn bad_policies_are_located_and_never_panic() {
    let folder = folder("bad_policies");
    let lever = "[[lever]]\nname = \"naloxone\"\n";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("unknown_lever.toml", b"[[lever]]\nname = \"naloxone_kitz\"\ndose = 2\nstart = \"2026-01\"\n".to_vec()),
        ("bad_date.toml", format!("{lever}dose = 2\nstart = \"2026-13\"\n").into()),
        ("not_toml.toml", b"[[lever\nname = naloxone".to_vec()),
        ("text_dose.toml", format!("{lever}dose = \"much\"\nstart = \"2026-01\"\n").into()),
        ("nan_dose.toml", format!("{lever}dose = nan\nstart = \"2026-01\"\n").into()),
        ("empty.toml", Vec::new()),
        ("binary.toml", vec![0, 1, 2, 0xff]),
        ("zeros.toml", vec![0; 1000]),
        ("deep.toml", format!("a = {}{}", "[".repeat(5000), "]".repeat(5000)).into()),
        ("deep_tables.toml", format!("a = {}", "{a=".repeat(100_000)).into()),
    ];
    for (name, bytes) in cases {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let output = run([OsStr::new("run"), OsStr::new("--policy"), path.as_os_str()]);
        let said = text(&output.stderr);
        assert_eq!(code(&output), 2, "{name}: {said}");
        assert!(said.contains(&format!("{name}:")) && !said.contains("panicked"), "{name}: {said}");
        let place = said.split_once(&format!("{name}:")).unwrap().1;
        assert!(place.starts_with(|c: char| c.is_ascii_digit()), "{name} has no place: {said}");
        assert!(output.stdout.is_empty(), "{name}");
    }
}

#[test]
fn other_bad_input_is_named() {
    let cases: &[(&[&str], &str)] = &[
        (&["run", "no_such_model.mdl"], "no_such_model.mdl"),
        (&["check", "no_such_folder"], "no_such_folder"),
        (&["run", "--policy", "no_such_file.toml"], "no_such_file.toml"),
        (&["run", "--policy", "naloxon"], "did you mean `naloxone`?"),
        (&["run", "--set", "naloxone=2"], "expected lever=value@YYYY-MM"),
        (&["run", "--set", "nalxone=x@2026-99"], "did you mean `naloxone`?"),
        (&["run", "--set", "naloxone=NaN@2026-01"], "found `NaN`"),
        (&["run", "--set", "naloxone=2@1999-01"], "before the data end"),
        (&["run", "--series", "overdose_death"], "did you mean `overdose_deaths`?"),
        (&["run", "--from", "yesterday"], "expected a year, a month as YYYY-MM"),
        (&["run", "--from", "2050"], "the model runs from 1999 to 2041"),
        (&["run", "--from", "NaN"], "expected a year"),
        (&["run", "--draws", "0"], "expected a number of draws from 1"),
        (&["bench", "--members", "0"], "expected a number of members from 1"),
        (&["compare", "--policy", "no_such_file.toml"], "no_such_file.toml"),
        (&["compare", "--policy", "naloxon"], "did you mean `naloxone`?"),
        (&["compare", "--draws", "0"], "--draws: found 0; expected a number of draws from 1 to the 512 of"),
        (&["compare", "--policy", "naloxone", "--policy", "naloxone"], "`naloxone`, and so has naloxone; each policy"),
        (&["compare", "--equal-budget", "--budget", "NaN"], "expected a positive amount"),
        (&["explain", "E20010"], "did you mean `E2001`?"),
    ];
    for (arguments, words) in cases {
        let output = run(*arguments);
        let said = text(&output.stderr);
        assert_eq!(code(&output), 2, "{arguments:?}: {said}");
        assert!(said.contains(words) && !said.contains("panicked"), "{arguments:?}: {said}");
    }
}

#[test]
fn check_tells_errors_by_its_exit_code() {
    let summary = answer(&["check"]);
    assert!(summary.contains("0 errors"), "{summary}");
    assert_eq!(json(&["check", "--json"]), Value::Array(Vec::new()));

    let broken = model_file("check_broken", &RABBITS.replace("growth * rabbits", "grwth * rabbits"));
    let output = run(["check", &broken]);
    let said = text(&output.stdout);
    assert_eq!(code(&output), 1, "{said}");
    assert!(said.contains("error[E2001]") && said.contains("model.md:15:") && said.contains("growth"), "{said}");
    assert_eq!(code(&run(["run", &broken])), 2);

    let output = run(["check", &broken, "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = found.as_array().unwrap().iter().find(|d| d["code"] == "E2001").unwrap();
    assert_eq!((error["severity"].as_str(), error["line"].as_u64()), (Some("error"), Some(15)));
}

#[test]
fn check_statements_that_fail_are_a_no() {
    let path = model_file("check_statements", RABBITS);
    let output = run(["check", &path]);
    let said = text(&output.stdout);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("\"few rabbits\" fails first at 2.25") && said.contains("0 of 1 check statements hold"),
        "{said}"
    );
    let many = model_file("check_statements", &RABBITS.replace("few : rabbit = 300", "few : rabbit = 3000"));
    assert!(answer(&["check", &many]).contains("1 of 1 check statements hold"));
}

#[test]
fn check_runs_what_should_come_out() {
    let statements = "\
should \"more growth, more rabbits\"
  with growth = 0.2, 0.4
  expect rabbits[north] at 4 rises
should \"rabbits die out\"
  with growth = 0
  expect rabbits[north] at 4 below 1
  known_miss \"nothing eats them\"
";
    let many = RABBITS.replace("few : rabbit = 300", "few : rabbit = 3000");
    let path = model_file("check_should", &format!("{many}{}", statements.replace("below 1", "below few / 3000")));
    let said = answer(&["check", &path, "--should"]);
    assert!(
        said.contains("1 of 2 statements hold; 0 fail, 1 are known misses") && said.contains("nothing eats"),
        "{said}"
    );
    let found = json(&["check", &path, "--should", "--draws", "3", "--json"]);
    assert_eq!((&found["should"][0]["standing"], &found["should"][0]["members"]), (&"holds".into(), &4.into()));
    assert_eq!(found["should"][1]["expectations"][0]["worst"]["value"].as_f64().map(f64::round), Some(100.0));

    let unknown = statements.replace("  known_miss \"nothing eats them\"\n", "").replace("below 1", "below few / 3000");
    let output = run(["check", &model_file("check_should", &format!("{many}{unknown}")), "--should"]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).contains("FAILS"));
    assert_eq!(code(&run(["check", &path, "--should", "--draws", "5000"])), 2);
}

#[test]
fn a_model_without_outcomes_prints_all_its_variables() {
    let path = model_file("own_model", RABBITS);
    let csv = answer(&["run", &path, "--format", "csv"]);
    let mut lines = csv.lines();
    let head = "time,growth,first,few,rabbits[north],rabbits[south],births[north],births[south],\
                INITIAL TIME,FINAL TIME,TIME STEP,SAVEPER";
    assert_eq!(lines.next(), Some(head));
    assert_eq!(lines.next(), Some("0,0.5,100,300,100,100,50,50,0,4,0.25,0.25"));
    let last: Vec<f64> = lines.next_back().unwrap().split(',').map(|x| x.parse().unwrap()).collect();
    // Runge-Kutta of order four at a quarter year is that close to the exponential.
    assert!((last[4] - 738.905_609_893_065).abs() < 0.05, "{last:?}");
    assert_eq!(last[0], 4.0);
}

#[test]
fn a_model_with_outcomes_prints_them_and_all_if_asked() {
    let own = "\
aux herd : rabbit = rabbits[north] + rabbits[south]
outcome herd_end \"Rabbits\" = herd
  end   better higher   concerns both
";
    let source = format!("{RABBITS}{own}");
    let path = model_file("with_outcomes", &source);
    let head = |arguments: &[&str]| answer(arguments).lines().next().unwrap_or_default().to_owned();
    assert_eq!(head(&["run", &path, "--format", "csv"]), "time,herd");
    let all = head(&["run", &path, "--format", "csv", "--series", "all"]);
    assert!(all.starts_with("time,growth,first,few,rabbits[north]"), "{all}");
}

#[test]
fn parquet_reads_back_as_the_csv() {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    let asked = ["run", "--draws", "20", "--series", "naloxone,overdose_deaths", "--from", "2030", "--format"];
    let csv = answer(&[&asked[..], &["csv"]].concat());
    let file = folder("parquet").join("run.parquet");
    let output = run([&asked[..], &["parquet"]].concat());
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    std::fs::write(&file, output.stdout).unwrap();

    let reader = SerializedFileReader::new(std::fs::File::open(&file).unwrap()).unwrap();
    let about = reader.metadata().file_metadata();
    let names: Vec<&str> = about.schema().get_fields().iter().map(|field| field.name()).collect();
    let mut lines = csv.lines();
    assert_eq!(lines.next().unwrap().split(',').collect::<Vec<_>>(), names);
    let rows = reader.get_row_iter(None).unwrap();
    let rows: Vec<String> = rows
        .map(|row| {
            let values = row.unwrap().into_columns().into_iter().map(|(_, value)| match value {
                parquet::record::Field::Double(value) => value.to_string(),
                other => panic!("{other}"),
            });
            values.collect::<Vec<_>>().join(",")
        })
        .collect();
    assert_eq!(lines.collect::<Vec<_>>(), rows);
    let known = about.key_value_metadata().unwrap();
    let units = known.iter().find(|entry| entry.key == "counterflow.units").unwrap();
    assert!(units.value.as_ref().unwrap().contains("\"overdose_deaths median\":\"people/year\""), "{units:?}");
}

#[test]
fn one_member_says_that_it_is_one() {
    let run = json(&["run", "--json", "--from", "2024", "--to", "2025-12"]);
    assert_eq!(run["draws"], Value::Null);
    assert!(run["member"].as_str().unwrap().contains("member") || run["member"].as_str().unwrap().contains("median"));
    assert_eq!(run["times"].as_array().unwrap().len(), 24);
    let outcomes = &bundled().1.outcomes;
    let names: Vec<&str> = run["series"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    for outcome in outcomes {
        assert!(names.contains(&bundled().1.variable(outcome.variable).name.as_str()), "{names:?}");
    }
    assert!(answer(&["run"]).contains("not a forecast"));
}

#[test]
fn bands_are_in_order_and_the_same_for_any_number_of_threads() {
    let arguments = ["run", "--json", "--draws", "40", "--series", "overdose_deaths,share[ports]", "--from", "2030"];
    let run = json(&arguments);
    let series = &run["series"][0];
    for t in 0..run["times"].as_array().unwrap().len() {
        let at = |name: &str| series[name][t].as_f64().unwrap();
        let band = ["lo90", "lo50", "median", "hi50", "hi90"].map(at);
        assert!(band.is_sorted(), "{band:?}");
    }
    let threads =
        |n: &str| Command::new(program()).args(arguments).env("RAYON_NUM_THREADS", n).output().unwrap().stdout;
    assert!(threads("1") == threads("2"));
}

#[test]
fn a_policy_changes_what_it_moves_and_a_far_dose_warns() {
    let value = |arguments: &[&str]| {
        let mut all = vec!["run", "--json", "--series", "naloxone", "--from", "2030", "--to", "2030"];
        all.extend(arguments);
        json(&all)["series"][0]["values"][0].as_f64().unwrap()
    };
    assert_eq!(value(&[]), 1.0);
    assert_eq!(value(&["--policy", "naloxone"]), 2.0);
    assert_eq!(value(&["--policy", "naloxone", "--set", "naloxone=1.5@2029-01"]), 2.5);
    let output = run(["run", "--json", "--set", "naloxone=50@2026-01"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output.stderr).contains("warning:") && text(&output.stderr).contains("outside its documented range"));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(result["warnings"][0].as_str().unwrap().contains("outside its documented range"));
}

#[test]
fn levers_and_parameters_are_complete() {
    let (project, model) = bundled();
    let listed = |command: &str| -> Vec<Value> { json(&[command, "--json"]).as_array().unwrap().clone() };
    let names =
        |list: &[Value]| list.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();

    let levers = listed("levers");
    assert_eq!(names(&levers), listing::levers(model).into_iter().map(|lever| lever.name).collect::<Vec<_>>());
    assert_eq!(levers.len(), model.levers().count());
    let parameters = listed("parameters");
    let elements: usize = model.parameters().map(|(_, parameter)| parameter.values.len()).sum();
    assert_eq!(parameters.len(), elements);
    assert_eq!(parameters.len(), listing::parameters(project, model).unwrap().len());
    for (entries, keys) in [
        (&levers, &["unit", "range", "grade", "source"][..]),
        (&parameters, &["unit", "range", "grade", "source", "date"]),
    ] {
        for entry in entries {
            for key in keys {
                let value = &entry[*key];
                let empty = value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
                assert!(!empty, "{} has no {key}", entry["name"]);
            }
            let (low, high) = (entry["range"][0].as_f64().unwrap(), entry["range"][1].as_f64().unwrap());
            assert!(low <= high, "{entry}");
        }
    }
}

#[test]
fn every_list_prints_json_and_text() {
    for command in ["levers", "policies", "parameters", "sources", "data", "explain"] {
        assert!(answer(&[command]).lines().count() > 10, "{command}");
        json(&[command, "--json"]);
    }
    let data = json(&["data", "--json"]);
    for figure in data["snapshot"].as_array().unwrap() {
        assert!(
            !figure["source"].as_str().unwrap().is_empty() && !figure["period"].as_str().unwrap().is_empty(),
            "{figure}"
        );
    }
    let series = data["series"].as_array().unwrap();
    assert!(
        series
            .iter()
            .all(|s| !s["publisher"].as_str().unwrap().is_empty() && !s["data"].as_array().unwrap().is_empty())
    );
    assert!(answer(&["explain", "e2001"]).starts_with("# E2001: "));
}

#[test]
fn compare_answers_for_every_policy_against_both_references() {
    let arguments = ["compare", "--json", "--draws", "32", "--policy", "naloxone", "--policy", "article_offensive"];
    if bundled().0.files.get("posterior/main.csv").is_none() {
        // Without a posterior there is nothing to compare, and the program says what makes one.
        let output = run(arguments);
        assert_eq!(code(&output), 2);
        assert!(text(&output.stderr).contains("`calibrate` makes it"), "{}", text(&output.stderr));
        return;
    }
    let found = json(&arguments);
    assert_eq!((found["draws"].as_u64(), found["data_through"].as_str()), (Some(32), Some("2025-06")));
    for policy in found["policies"].as_array().unwrap() {
        let outcomes = policy["outcomes"].as_array().unwrap();
        let references: BTreeSet<&str> = outcomes.iter().map(|o| o["reference"].as_str().unwrap()).collect();
        let expected =
            if policy["id"] == "status_quo" { &["level", "today"][..] } else { &["level", "status_quo", "today"] };
        assert!(expected.iter().all(|reference| references.contains(reference)), "{}: {references:?}", policy["id"]);
        for outcome in outcomes {
            let band = ["lo90", "lo50", "median", "hi50", "hi90"].map(|name| outcome[name].as_f64().unwrap());
            assert!(band.is_sorted(), "{outcome}");
            assert!(outcome["basis"] != "assumption" || outcome["p_better"].is_null(), "{outcome}");
        }
    }
    let page = folder("compare").join("page.html");
    let words = answer(&["compare", "--draws", "32", "--policy", "naloxone", "--out", page.to_str().unwrap()]);
    assert!(words.contains("UNITED STATES") && words.contains("MEXICO") && words.contains("page.html"), "{words}");
    assert!(std::fs::read_to_string(&page).unwrap().contains("</html>"));
}

#[test]
fn a_file_named_like_a_bundled_policy_takes_its_place_but_not_its_row() {
    let file = folder("same_name").join("naloxone.toml");
    let own = "title = \"Own\"\n[[lever]]\nname = \"naloxone\"\ndose = 3\nstart = \"2026-01\"\n";
    std::fs::write(&file, own).unwrap();
    let file = file.to_str().unwrap();
    let both = run(["compare", "--json", "--draws", "32", "--policy", "naloxone", "--policy", file]);
    let said = text(&both.stderr);
    assert_eq!(code(&both), 2, "{said}");
    assert!(said.contains(&format!("--policy {file}: has the short name `naloxone`, and so has naloxone")), "{said}");
    let alone = json(&["compare", "--json", "--draws", "32", "--policy", file]);
    assert_eq!(alone["policies"][1]["name"], "Own");
}

#[test]
fn draws_beyond_the_posterior_are_noted() {
    let known = bundled().0.files.get("posterior/main.csv").unwrap().lines().count() - 1;
    let asked = (known + 1).to_string();
    let output = run(["compare", "--json", "--policy", "naloxone", "--draws", &asked]);
    let note = format!("note: --draws: found {asked}; the posterior has {known}, all are used");
    assert!(text(&output.stderr).contains(&note), "{}", text(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["draws"].as_u64(), Some(known as u64));
    let output = run(["run", "--json", "--series", "naloxone", "--from", "2040", "--draws", &asked]);
    let said = text(&output.stderr);
    assert!(said.contains(&format!("{asked} draws from the posterior, its {known} draws over and over")), "{said}");
}

#[test]
fn bench_reports_its_figures() {
    let report = json(&["bench", "--members", "8", "--json"]);
    for key in ["ms_per_run", "ns_per_equation_member", "threads", "members", "equations", "load_ms", "first_run_ms"] {
        assert!(report[key].as_f64().unwrap() > 0.0, "{key}: {report}");
    }
    assert!(report["instruction_set"].is_string());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(program())
        .args(["run", "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0);
    assert!(!text(&output.stderr).contains("panicked"));
}

/// The bundled model's named member, year by year: a review shows how a change of the model moved it.
#[test]
fn headline_outcomes_move_only_on_purpose() {
    golden("fentanyl.csv", &answer(&["run", "--format", "csv", "--every", "year"]));
}

#[test]
fn export_writes_one_file() {
    let path = folder("export").join("model.xmile");
    let output = run([OsStr::new("export"), OsStr::new("--out"), path.as_os_str()]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("<?xml"));
    let nowhere = path.join("below_a_file.xmile");
    assert_eq!(code(&run([OsStr::new("export"), OsStr::new("--out"), nowhere.as_os_str()])), 2);
    assert_eq!(code(&run(["export", "--set", "naloxone=much@2026-01", "--out", "x.xmile"])), 2);
}
