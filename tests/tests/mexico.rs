//! One text for all organisations and for ten of them, one for Mexico and for its states: parts add up to the whole.

use counterflow::Project;
use counterflow::variants::Choice;
use counterflow_engine::{Sampling, Save, What};
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
