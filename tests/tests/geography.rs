//! One text for the nation and for the states: the dimension is collapsed, nothing is copied.

use counterflow::Project;
use counterflow::bench::measure;
use counterflow::variants::Choice;
use counterflow_engine::{Sampling, Save, What};
use counterflow_model::{Definition, Model};
use counterflow_random_models::agreement::paths;

/// Most that a year of the states may cost, in years of the nation.
const DEAREST: f64 = 60.0;

fn choice(variant: &str) -> Choice {
    Choice { slot: "geography".to_owned(), variant: variant.to_owned() }
}

fn model(variant: &str) -> Model {
    let project = Project::choose(None, &[choice(variant)]).expect("the variant reads");
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
    let names =
        ["overdose_deaths", "synthetic_deaths", "people_with_oud", "price_index", "adulteration", "life_years_lost"];
    let saves = names.map(|name| {
        let id = model.find(name).unwrap_or_else(|| panic!("there is a variable `{name}`"));
        Save { what: What::Element(id, 0), sampling: Sampling::Point }
    });
    paths(model, saves.to_vec())
}

#[test]
fn states_that_are_alike_add_up_to_the_nation() {
    let mut nation = model("nation");
    set(&mut nation, "tar_barrier", 1.0);
    let mut states = model("states");
    let count = states.dimensions.iter().find(|d| d.name == "place").expect("there are places").elements.len();
    assert_eq!(count, 51);
    for share in ["people_share", "use_share", "room_share", "kit_share", "region_weight"] {
        set(&mut states, share, 1.0 / count as f64);
    }
    set(&mut states, "west", 0.0);
    set(&mut states, "arrival_lag", 0.0);
    for (of_nation, of_states) in outcomes(&nation).iter().zip(outcomes(&states)) {
        for (a, b) in of_nation.iter().zip(of_states) {
            assert!((a - b).abs() <= 1e-9 * a.abs(), "{a} in the nation, {b} in all states");
        }
    }
}

#[test]
fn fentanyl_comes_to_the_east_first() {
    let model = model("states");
    let place = model.dimensions.iter().find(|d| d.name == "place").expect("there are places");
    let share = model.find("local_fentanyl").expect("there is a share for each place");
    let of = |state: &str| {
        let position = place.elements.iter().position(|element| element == state).expect("a state");
        paths(&model, vec![Save { what: What::Element(share, position), sampling: Sampling::Point }]).swap_remove(0)
    };
    let (first, last) = (of("new_hampshire"), of("california"));
    let reached = |path: &[f64]| path.iter().position(|share| *share > 0.25).expect("it gets there");
    // Saved by month: the record has some four years between them.
    let months = reached(&last) - reached(&first);
    assert!((24..96).contains(&months), "{months} months");
}

#[test]
fn a_year_of_the_states_costs_at_most_sixty_of_the_nation() {
    let cost = |variant| measure(None, &[choice(variant)], 8).expect("it runs").ms_per_run;
    let (nation, states) = (cost("nation"), cost("states"));
    assert!(states <= DEAREST * nation, "{states} ms for the states, {nation} ms for the nation");
}
