//! One text for the nation and for the states: the dimension is collapsed, nothing is copied.

use counterflow::Project;
use counterflow::bench::measure;
use counterflow::places::{Atlas, PlaceRecord, UNITED_STATES};
use counterflow::posterior::Posterior;
use counterflow::variants::Choice;
use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};
use counterflow_model::elementary::{exp, ln};
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

/// Mean over a few draws of the log of each state's deaths with a synthetic opioid in 2024.
fn deaths_of_2024(model: &Model, posterior: &Posterior) -> Vec<f64> {
    let mut draws = posterior.draws(model);
    draws.truncate(16);
    let deaths = model.find("local_synthetic_deaths").expect("states have deaths");
    let save = |k| Save { what: What::Element(deaths, k), sampling: Sampling::Mean };
    let saves: Vec<Save> = (0..model.size(deaths)).map(save).collect();
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let (members, schedule) = ((0..16).collect::<Vec<u64>>(), Schedule::default());
    let runs = run(&Job { until: 2025.0, ..Job::new(&plan, &draws, &members, &schedule) });
    let log = |place: usize, member: usize| {
        let months: Vec<f64> = runs.path(place, member).collect();
        ln(months[months.len() - 12..].iter().sum::<f64>() / 12.0)
    };
    (0..model.size(deaths)).map(|place| (0..16).map(|m| log(place, m)).sum::<f64>() / 16.0).collect()
}

#[test]
fn the_posterior_of_the_states_answers_and_meets_their_record() {
    let project = Project::choose(None, &[choice("states")]).expect("the variant reads");
    let model = project.model().expect("it compiles");
    let fitted = Posterior::of(&project).expect("it is bundled");
    let national = Posterior::load(&project.files, "main").expect("it is bundled");
    assert!(fitted.names.contains(&"local_start[ohio]".to_owned()));
    let atlas = Atlas::named(&project, UNITED_STATES).expect("it reads");
    let record = PlaceRecord::load(&project.files, &atlas).expect("it reads");
    let known = |place: usize| -> Option<f64> { (0..12).map(|month| record.month(place, 2024 * 12 + month)).sum() };
    let off = |posterior: &Posterior| -> f64 {
        let runs = deaths_of_2024(model, posterior);
        let of = |(place, run): (usize, &f64)| Some((run - ln(known(place)?)).abs());
        let all: Vec<f64> = runs.iter().enumerate().filter_map(of).collect();
        assert!(all.len() > 30, "{} states are known", all.len());
        all.iter().sum::<f64>() / all.len() as f64
    };
    let (with, without) = (off(&fitted), off(&national));
    assert!(with < 0.15 && with < without / 2.0, "log deaths are off by {with}, and by {without} at their priors");
    let sum: f64 = deaths_of_2024(model, &fitted).iter().map(|x| exp(*x)).sum();
    let months = &project.series["t404_deaths_month"].data;
    let nation: f64 = months.iter().filter(|d| d.period.first_month() / 12 == 2024).map(|d| d.value).sum();
    assert!((sum / nation - 1.0).abs() < 0.1, "{sum} deaths in all states, {nation} in the record of 2024");
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
