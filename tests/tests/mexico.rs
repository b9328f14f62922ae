//! One text for all organisations and for ten of them, one for Mexico and for its states: parts add up to the whole.

use counterflow::Project;
use counterflow::places::{Atlas, PlaceRecord};
use counterflow::posterior::Posterior;
use counterflow::variants::Choice;
use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};
use counterflow_model::elementary::{exp, ln};
use counterflow_model::{Definition, Model};
use counterflow_random_models::agreement::paths;

/// Members and homicides of named organisations in 2022, relative to those of the aggregate: rivals who meet less let
/// some groups grow, by an eighth at most.
const NEAR: f64 = 0.125;

fn model(slot: &str, variant: &str) -> Model {
    let choice = Choice { slot: slot.to_owned(), variant: variant.to_owned() };
    let project = Project::choose(None, &[choice]).expect("the variant reads");
    project.model().expect("it compiles").clone()
}

/// Sets all elements of a parameter.
fn set(model: &mut Model, name: &str, value: f64) {
    let found = model.variables.iter_mut().find(|variable| variable.name == name);
    let variable = found.unwrap_or_else(|| panic!("there is a parameter `{name}`"));
    let Definition::Parameter(parameter) = &mut variable.definition else { panic!("`{name}` is a parameter") };
    parameter.values.iter_mut().for_each(|own| *own = value);
}

/// National outcomes over time, with the values of the text.
fn outcomes(model: &Model) -> Vec<Vec<f64>> {
    let names = ["members", "mexican_homicides", "missing", "displaced", "guns", "cash", "overdose_deaths"];
    let saves = names.map(|name| {
        let id = model.find(name).unwrap_or_else(|| panic!("there is a variable `{name}`"));
        Save { what: What::Element(id, 0), sampling: Sampling::Point }
    });
    paths(model, saves.to_vec())
}

fn agree(whole: &Model, parts: &Model) {
    for (of_whole, of_parts) in outcomes(whole).iter().zip(outcomes(parts)) {
        for (a, b) in of_whole.iter().zip(of_parts) {
            assert!((a - b).abs() <= 1e-9 * a.abs(), "{a} in the whole, {b} in all parts");
        }
    }
}

fn elements(model: &Model, dimension: &str) -> usize {
    model.dimensions.iter().find(|d| d.name == dimension).expect("there is one").elements.len()
}

#[test]
fn states_add_up_to_the_nation() {
    let states = model("mexico", "states");
    assert_eq!(elements(&states, "state"), 32);
    agree(&model("mexico", "nation"), &states);
}

/// Mean over a few draws of the log of each state's share of homicides in 2024.
fn shares_of_2024(model: &Model, posterior: &Posterior) -> Vec<f64> {
    let mut draws = posterior.draws(model);
    draws.truncate(16);
    let homicides = model.find("state_homicides").expect("states have homicides");
    let save = |k| Save { what: What::Element(homicides, k), sampling: Sampling::Mean };
    let count = model.size(homicides);
    let plan = Plan::new(model, &PlanOptions { saves: (0..count).map(save).collect(), ..PlanOptions::default() });
    let (members, schedule) = ((0..16).collect::<Vec<u64>>(), Schedule::default());
    let runs = run(&Job { until: 2025.0, ..Job::new(&plan, &draws, &members, &schedule) });
    let year = |state: usize, member: usize| {
        let months: Vec<f64> = runs.path(state, member).collect();
        months[months.len() - 12..].iter().sum::<f64>()
    };
    let all = |member: usize| (0..count).map(|state| year(state, member)).sum::<f64>();
    (0..count).map(|state| (0..16).map(|m| ln(year(state, m) / all(m))).sum::<f64>() / 16.0).collect()
}

#[test]
fn the_posterior_of_the_states_answers_and_meets_their_record() {
    let choice = |slot: &str| Choice { slot: slot.to_owned(), variant: "states".to_owned() };
    let project = Project::choose(None, &[choice("mexico")]).expect("the variant reads");
    let model = project.model().expect("it compiles");
    let fitted = Posterior::of(&project).expect("it is bundled");
    let national = Posterior::load(&project.files, "main").expect("it is bundled");
    assert!(fitted.names.contains(&"state_start[sinaloa]".to_owned()));
    let atlas = Atlas::named(&project, "mexico").expect("it reads");
    let record = PlaceRecord::load(&project.files, &atlas).expect("it reads");
    let known = |state: usize| -> f64 { (0..12).filter_map(|month| record.month(state, 2024 * 12 + month)).sum() };
    let all: f64 = (0..atlas.places.len()).map(known).sum();
    let off = |posterior: &Posterior| -> f64 {
        let runs = shares_of_2024(model, posterior);
        let total: f64 = runs.iter().enumerate().map(|(state, run)| (run - ln(known(state) / all)).abs()).sum();
        total / runs.len() as f64
    };
    let mut at_the_text = fitted.clone();
    at_the_text.values.iter_mut().for_each(|row| {
        let names = fitted.names.iter().zip(row);
        let tells_apart = |name: &str| name.starts_with("state_") && name.ends_with(']');
        names.filter(|(name, _)| tells_apart(name)).for_each(|(_, value)| *value = 0.0);
    });
    let (with, without) = (off(&fitted), off(&at_the_text));
    assert!(with < 0.1 && with < without / 2.0, "log shares are off by {with}, and by {without} at the text's values");
    let prior = off(&national);
    assert!(without < prior, "{without} at the text's values, {prior} at the priors");
    let sum: f64 = shares_of_2024(model, &fitted).iter().map(|share| exp(*share)).sum();
    assert!((sum - 1.0).abs() < 0.05, "{sum}");
}

#[test]
fn states_of_both_countries_are_fitted_at_once() {
    let choice = |slot: &str| Choice { slot: slot.to_owned(), variant: "states".to_owned() };
    let project = Project::choose(None, &[choice("geography"), choice("mexico")]).expect("the variants read");
    let joined = Posterior::of(&project).expect("it is bundled");
    for name in ["local_start[ohio]", "local_drift[ohio]", "state_start[sinaloa]", "state_change[sinaloa,s2024]"] {
        assert_eq!(joined.names.iter().filter(|known| *known == name).count(), 1, "{name}");
    }
    assert!(joined.values.iter().all(|row| row.len() == joined.names.len()));
}

#[test]
fn what_is_fitted_of_states_changes_no_total() {
    let mut states = model("mexico", "states");
    let choice = |variant: &str| Choice { slot: "mexico".to_owned(), variant: variant.to_owned() };
    let starts = states.variables.iter_mut().find(|variable| variable.name == "state_start").expect("a parameter");
    let Definition::Parameter(parameter) = &mut starts.definition else { panic!("`state_start` is a parameter") };
    parameter.values.iter_mut().enumerate().for_each(|(k, value)| *value = (k % 5) as f64 - 2.0);
    let nation = Project::choose(None, &[choice("nation")]).expect("the variant reads");
    agree(nation.model().expect("it compiles"), &states);
}

#[test]
fn organisations_that_are_alike_add_up_to_one() {
    let mut groups = model("organisations", "groups");
    let count = elements(&groups, "group") as f64;
    set(&mut groups, "initial_share", 1.0 / count);
    set(&mut groups, "own_crowding", count);
    set(&mut groups, "alliance", 0.0);
    for weight in ["rivalry", "frailty", "drug_weight", "crime_weight"] {
        set(&mut groups, weight, 1.0);
    }
    agree(&model("organisations", "aggregate"), &groups);
}

#[test]
fn organisations_of_the_record_stay_near_the_aggregate() {
    let (aggregate, groups) = (model("organisations", "aggregate"), model("organisations", "groups"));
    assert!((9..=13).contains(&elements(&groups, "group")));
    let months = ((2022.0 - 1999.0) * 12.0) as usize;
    for (of_one, of_many) in outcomes(&aggregate).iter().zip(outcomes(&groups)) {
        assert!((of_many[0] / of_one[0] - 1.0).abs() < 1e-9, "{} and {} at the start", of_one[0], of_many[0]);
        let ratio = of_many[months] / of_one[months];
        assert!((ratio - 1.0).abs() < NEAR, "{ratio} times the aggregate in 2022");
    }
}
