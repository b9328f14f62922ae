//! Published models, written anew in our language, give what was published of them.
//!
//! Each folder of `FOLDERS` holds a model and `published.toml`: rows that ask a run for one number and say what it must
//! be. The words of a row are explained at the head of `models/cartels_2023/published.toml`. A table of all rows is shown
//! by `cargo test -p counterflow-tests --test anchor_models -- --nocapture`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use counterflow::simulate::named_member;
use counterflow::{Project, checks, export, policy};
use counterflow_engine::{Instructions, Job, LaneWidth, Plan, PlanOptions, Sampling, Save, Schedule, Start, What, run};
use counterflow_model::Model;
use serde::Deserialize;

/// Folders of models that are held to what was published of them.
const FOLDERS: [&str; 2] = ["cartels_2023", "source_2022"];

/// The file of targets of one model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    tolerance: f64,
    reference: f64,
    value_source: String,
    cut: Option<f64>,
    #[serde(default)]
    loops: BTreeMap<String, Vec<String>>,
    row: Vec<Row>,
}

/// One number that a run must give.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    what: String,
    variable: String,
    policy: Option<String>,
    without: Option<String>,
    since: Option<f64>,
    at: Option<f64>,
    #[serde(default)]
    a_week: bool,
    against: Option<String>,
    value: f64,
    published: Option<[f64; 2]>,
    differs: Option<String>,
    source: Option<String>,
}

impl Row {
    fn is_relative(&self) -> bool {
        self.against.is_some() || self.policy.is_some() || self.without.is_some()
    }
}

/// A model and what it must give.
struct Anchor {
    project: Project,
    published: Published,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name)
}

fn anchor(name: &str) -> Anchor {
    let project = Project::open(&folder(name)).unwrap_or_else(|problems| panic!("{problems:?}"));
    let text = project.files.get("published.toml").expect("the folder has published.toml");
    let published = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    Anchor { project, published }
}

/// Policy and loop that is cut.
type Case = (Option<String>, Option<String>);

/// Paths by name of the variable.
type Paths = BTreeMap<String, Vec<f64>>;

/// Runs of one model, each made once.
struct Runs<'a> {
    anchor: &'a Anchor,
    model: &'a Model,
    variables: BTreeSet<&'a str>,
    made: BTreeMap<Case, Paths>,
}

impl<'a> Runs<'a> {
    fn new(anchor: &'a Anchor) -> Runs<'a> {
        let model = anchor.project.model().expect("the model compiles");
        let variables = anchor.published.row.iter().map(|row| row.variable.as_str()).collect();
        Runs { anchor, model, variables, made: BTreeMap::new() }
    }

    fn paths(&mut self, case: Case) -> &Paths {
        if !self.made.contains_key(&case) {
            let paths = self.make(&case);
            self.made.insert(case.clone(), paths);
        }
        &self.made[&case]
    }

    /// Runs the model under a policy, with the parameters of a loop at the value that cuts it.
    fn make(&self, (policy, without): &Case) -> Paths {
        let (Anchor { project, published }, model) = (self.anchor, self.model);
        let schedule = policy.as_ref().map_or_else(Schedule::default, |id| {
            let policy = policy::find(project, id).unwrap_or_else(|problems| panic!("{problems:?}"));
            assert!(policy.warnings.is_empty(), "{:?}", policy.warnings);
            policy.schedule(model)
        });
        let cut: &[String] = without.as_ref().map_or(&[], |name| &published.loops[name]);
        let names: Vec<&str> = self.variables.iter().copied().collect();
        let mut cut_so_far = 0;
        let paths = paths_of(project, &names, &schedule, |name| {
            let is_cut = cut.iter().any(|one| one == name);
            cut_so_far += usize::from(is_cut);
            is_cut.then(|| published.cut.expect("a file with loops has `cut`"))
        });
        assert_eq!(cut_so_far, cut.len(), "parameters of the loop {without:?}");
        paths
    }

    /// What the runs give for a row.
    fn ours(&mut self, row: &Row) -> f64 {
        let (horizon, reference) = (self.model.horizon, self.anchor.published.reference);
        let at = row.at.unwrap_or(reference);
        let read = |paths: &Paths, at: f64| {
            let path = &paths[&row.variable];
            let value = |time: f64| {
                let position = (0..path.len()).find(|k| (horizon.save_time(*k as u64) - time).abs() < 1e-9);
                path[position.unwrap_or_else(|| panic!("{}: {time} is not a saved time", row.id))]
            };
            let change = value(at) - row.since.map_or(0.0, value);
            // The paper's year has 52 weeks.
            if row.a_week { change / ((at - row.since.expect("`a_week` goes with `since`")) * 52.0) } else { change }
        };
        let found = read(self.paths((row.policy.clone(), row.without.clone())), at);
        let status_quo = self.paths((None, None));
        match row.against.as_deref() {
            Some("reference") => found / read(status_quo, reference) - 1.0,
            Some(other) => panic!("{}: against `{other}`", row.id),
            None if row.is_relative() => found / read(status_quo, at) - 1.0,
            None => found,
        }
    }
}

/// Paths of variables of a model; `change` may give parameters another value than the text does.
fn paths_of(
    project: &Project,
    names: &[&str],
    schedule: &Schedule,
    mut change: impl FnMut(&str) -> Option<f64>,
) -> Paths {
    let model = project.model().expect("the model compiles");
    let save = |name: &&str| {
        let (id, position) = element(model, name);
        Save { what: What::Element(id, position), sampling: Sampling::Point }
    };
    let plan = Plan::new(model, &PlanOptions { saves: names.iter().map(save).collect(), ..PlanOptions::default() });
    let (_, mut draw) = named_member(project, &plan).expect("there is no posterior to fail");
    for (value, (id, _)) in draw.iter_mut().zip(plan.parameters()) {
        *value = change(&model.variable(*id).name).unwrap_or(*value);
    }
    let runs = run(&Job {
        plan: &plan,
        draws: &[draw],
        members: &[0],
        seed: 1,
        noise: false,
        schedule,
        from: Start::Beginning,
        until: model.horizon.stop,
        width: LaneWidth::Narrow,
        instructions: Instructions::Best,
    });
    names.iter().enumerate().map(|(k, name)| ((*name).to_owned(), runs.path(k, 0).collect())).collect()
}

/// The element that a name like `share[g001]` stands for.
fn element(model: &Model, name: &str) -> (counterflow_model::VariableId, usize) {
    let id = model.find(name.split('[').next().expect("a name")).unwrap_or_else(|| panic!("no variable {name}"));
    let position = (0..model.size(id)).find(|k| model.element_name(id, *k) == name);
    (id, position.unwrap_or_else(|| panic!("no element {name}")))
}

/// Departure from a row's value: of levels relative to them, of relative changes as a ratio.
fn departure(row: &Row, ours: f64) -> f64 {
    if row.is_relative() { ((1.0 + ours) / (1.0 + row.value) - 1.0).abs() } else { (ours / row.value - 1.0).abs() }
}

/// What is wrong with our value of a row.
fn faults(published: &Published, row: &Row, ours: f64) -> Vec<String> {
    let mut faults = Vec::new();
    let off = departure(row, ours);
    if off.is_nan() || off > published.tolerance {
        faults.push(format!("off by {off:.2e}, more than {:.0e}", published.tolerance));
    }
    if row.is_relative() && ours.signum() != row.value.signum() {
        faults.push("has the other sign".to_owned());
    }
    let Some([low, high]) = row.published else {
        if row.differs.is_some() {
            faults.push("says `differs` of nothing published".to_owned());
        }
        return faults;
    };
    match (&row.differs, (low..=high).contains(&ours)) {
        (None, false) => faults.push(format!("is not within {low} .. {high}, as published")),
        (Some(_), true) => faults.push(format!("is within {low} .. {high}: `differs` is out of date")),
        _ => {}
    }
    faults
}

#[test]
fn models_give_what_was_published() {
    let mut wrong = String::new();
    for name in FOLDERS {
        let anchor = anchor(name);
        let mut runs = Runs::new(&anchor);
        println!("\n{name}\n{:42} {:>16} {:>16} {:>10}  published", "row", "value", "ours", "off by");
        for row in &anchor.published.row {
            let ours = runs.ours(row);
            let figures = row.published.map_or_else(String::new, |[low, high]| format!("{low} .. {high}"));
            let note = row.differs.as_deref().unwrap_or_default();
            let off = departure(row, ours);
            println!("{:42} {:>16.6} {ours:>16.6} {off:>10.1e}  {figures}  {note}", row.id, row.value);
            for fault in faults(&anchor.published, row, ours) {
                let _ = writeln!(wrong, "{name}: {} ({}): {ours} {fault}", row.id, row.what);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// A test of targets must be able to fail: a value that is moved by three tolerances, or turned around, is missed.
#[test]
fn moved_targets_are_missed() {
    for name in FOLDERS {
        let Anchor { published, .. } = anchor(name);
        for row in &published.row {
            let moved = if row.is_relative() {
                (1.0 + row.value) * (1.0 + 3.0 * published.tolerance) - 1.0
            } else {
                row.value * (1.0 + 3.0 * published.tolerance)
            };
            assert!(!faults(&published, row, moved).is_empty(), "{name}: {} lets {moved} pass", row.id);
            let around = row.is_relative() && faults(&published, row, -row.value).is_empty();
            assert!(!around, "{name}: {} lets the other sign pass", row.id);
            assert!(!faults(&published, row, f64::NAN).is_empty(), "{name}: {} lets what is no number pass", row.id);
        }
    }
}

#[test]
fn rows_name_sources_and_policies_that_are_there() {
    for name in FOLDERS {
        let Anchor { project, published } = anchor(name);
        let mut ids: Vec<&str> = published.row.iter().map(|row| row.id.as_str()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{name}: an id stands twice");
        let sources = published.row.iter().filter_map(|row| row.source.as_ref()).chain([&published.value_source]);
        for source in sources {
            assert!(project.bibliography.contains_key(source), "{name}: sources.toml has no {source}");
        }
        assert!(published.row.iter().all(|row| row.published.is_none() || row.source.is_some()), "{name}");
        for policy in policy::all(&project).unwrap_or_else(|problems| panic!("{problems:?}")).iter().skip(1) {
            let used = published.row.iter().any(|row| row.policy.as_deref() == Some(&policy.id));
            assert!(used, "{name}: no row reads the policy {}", policy.id);
        }
    }
}

/// The claim of the cartel paper turns on the reference: more arrests raise members against 2022, and lower them against
/// the same year without more arrests.
#[test]
fn the_two_references_have_opposite_signs() {
    let anchor = anchor("cartels_2023");
    let mut runs = Runs::new(&anchor);
    let mut row = |id: &str| runs.ours(anchor.published.row.iter().find(|row| row.id == id).expect(id));
    for what in ["members", "killed"] {
        assert!(row(&format!("incapacitation_doubled_{what}_against_2022")) > 0.0, "{what}");
        assert!(row(&format!("incapacitation_doubled_{what}_against_no_change")) < 0.0, "{what}");
    }
}

#[test]
fn models_pass_their_own_checks_without_a_warning() {
    for name in FOLDERS {
        let Anchor { project, .. } = anchor(name);
        assert!(project.compiled.diagnostics.is_empty(), "{name}: {:?}", project.compiled.diagnostics);
        let (statements, broken) = checks::statements(&project).expect("there is no posterior to fail");
        assert!(statements > 0 && broken.is_empty(), "{name}: {broken:?}");
    }
}

/// The exported file, read again, gives the same paths.
#[test]
fn exported_models_run_alike() {
    for name in FOLDERS {
        let anchor = anchor(name);
        let text = export::xmile(&anchor.project, &policy::Policy::status_quo()).expect(name);
        let path = std::env::temp_dir().join(format!("counterflow_anchor_{name}_{}.xmile", std::process::id()));
        std::fs::write(&path, text).expect("the folder for temporary files can be written to");
        let again = Project::open(&path);
        std::fs::remove_file(&path).expect("it was just written");
        let again = again.unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut runs = Runs::new(&anchor);
        let variables: Vec<&str> = runs.variables.iter().copied().filter(|variable| !variable.contains('[')).collect();
        // XMILE writes names with blanks.
        let with_blanks: Vec<String> = variables.iter().map(|variable| variable.replace('_', " ")).collect();
        let names: Vec<&str> = with_blanks.iter().map(String::as_str).collect();
        let theirs = paths_of(&again, &names, &Schedule::default(), |_| None);
        let ours = runs.paths((None, None));
        for variable in variables {
            let (ours, theirs) = (&ours[variable], &theirs[&variable.replace('_', " ")]);
            // The file saves every step, our model fewer.
            let steps = (theirs.len() - 1) / (ours.len() - 1);
            assert_eq!((ours.len() - 1) * steps, theirs.len() - 1, "{name}: {variable}");
            for (a, b) in ours.iter().zip(theirs.iter().step_by(steps)) {
                assert!((a - b).abs() <= 1e-9 * a.abs(), "{name}: {variable} is {a} and {b}");
            }
        }
    }
}
