//! Arrays: the same text over one element and over fifty-one costs the same number of dispatches, and gives the same
//! bits however the lanes are filled.

use counterflow_engine::{Job, LaneWidth, Plan, PlanOptions, Runs, Sampling, Save, Schedule, What, run};
use counterflow_lang::{Project, SourceFile, compile};
use counterflow_model::Model;

/// A small epidemic in so many places that share one supply.
fn places(count: usize) -> Model {
    let names: Vec<String> = (0..count).map(|i| format!("place_{i}")).collect();
    let sizes: Vec<String> = (0..count).map(|i| format!("{}", 100 + 7 * i)).collect();
    let text = format!(
        "# Places\n\n```counterflow\n\
         horizon 0 to 5 steps 16 saves 4 method rk4\n\
         unit people\n\
         dimension place = {} \"Places\"\n\
         param first[place] : people = {}  \"People at the start\"\n\
         param rate : 1/year = 0.3  \"Growth\"\n\
         param crowd : people = 900  \"People that a place holds\"\n\
         lookup season : year -> 1 = (0, 1) (1, 0.7) (2, 1.2) (5, 1)  \"Season\"\n\
         aux room[place] : 1 = MAX(0, 1 - size / crowd) * season(TIME)  \"Room left\"\n\
         aux together : people = SUM(size[*])  \"All people\"\n\
         flow growth[place] : people/year = rate * size * room * EXP(-size / together)  \"Growth\"\n\
         stock size[place] : people\n  initial first\n  inflow growth\n  \"People\"\n```\n",
        names.join(", "),
        sizes.join(", "),
    );
    let file = SourceFile { path: "places.md".into(), text };
    let compiled = compile(&Project { title: "Places".into(), files: vec![file], ..Project::default() });
    compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn plan(model: &Model) -> Plan {
    let size = model.find("size").expect("the text has it");
    let save = |element| Save { what: What::Element(size, element), sampling: Sampling::Point };
    let saves = (0..model.size(size)).map(save).collect();
    Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() })
}

#[test]
fn dispatches_do_not_grow_with_elements_but_for_sums() {
    let (one, many) = (plan(&places(1)).size(), plan(&places(51)).size());
    assert!(many.instructions > 40 * one.instructions, "{one:?}, {many:?}");
    // A sum goes from element to element: fifty additions that wait for each other, and can not share a dispatch.
    assert!(many.dispatches <= one.dispatches + 51, "{one:?}, {many:?}");
}

#[test]
fn elements_and_members_in_lanes_give_the_same_bits() {
    let model = places(51);
    let plan = plan(&model);
    let value = |k: usize| 0.2 + 0.01 * k as f64;
    let own: Vec<f64> = model.parameters().flat_map(|(_, p)| p.values.clone()).collect();
    let draws: Vec<Vec<f64>> = (0..70)
        .map(|k| {
            let mut draw = own.clone();
            draw[51] = value(k);
            draw
        })
        .collect();
    let members: Vec<u64> = (0..draws.len() as u64).collect();
    let schedule = Schedule::default();
    let bits = |width: LaneWidth| {
        let runs: Runs = run(&Job { width, ..Job::new(&plan, &draws, &members, &schedule) });
        let last = runs.len(0) - 1;
        (0..51)
            .flat_map(|save| runs.at(save, last).iter().map(|x| x.to_bits()).collect::<Vec<u64>>())
            .collect::<Vec<_>>()
    };
    let wide = bits(LaneWidth::Wide);
    assert!(wide == bits(LaneWidth::Single) && wide == bits(LaneWidth::Narrow));
}
