//! A model small enough that every answer is known.

use counterflow_engine::{Job, LaneWidth, Move, Plan, PlanOptions, Save, Schedule, run};
use counterflow_lang::{Project, SourceFile, compile};
use counterflow_model::{Definition, Model, random};

use crate::compare::compare_in_blocks;
use crate::comparison::{Answer, Basis, Comparison, PolicyAnswer, Reference};
use crate::{Budget, NamedSchedule, Question, STATUS_QUO, Target, compare};

mod brief;

/// Deaths are a base that rises, a random walk, and what a dose takes away; each part has a parameter of its own.
const TEXT: &str = r#"
# Small

```counterflow
horizon 2010 to 2030 steps 24 saves 12 method euler
unit people, USD

param base : people/year = 1000
  range 500 .. 2000   prior Normal(1000, 200)   grade assumed   "Known from data: its draws are narrow"
param rise : people/year^2 = 8
  range 8 .. 8   grade measured   "Yearly rise"
param saved : people/year = 4
  range -6 .. 10   prior Normal(4, 3)   grade assumed   "What a full dose saves; both signs are possible"
param harm : people/year = 1.5
  range 1.5 .. 1.5   grade assumed   "What a full dose does besides"
param studied : people/year = 20
  range 0 .. 40   prior Normal(20, 4)   grade estimated   "What a full dose of the other lever saves"
param crowd : people = 50
  range 1 .. 100   prior Normal(50, 10)   grade assumed   "Acts on the start only"
param walk_sd : people/year = 30
  range 0 .. 100   grade assumed   "Size of the walk"
param price : USD/year = 10
  range 10 .. 10   grade measured   "Price of a dose"
param since : year = 2010
  range 2010 .. 2010   grade definition   "Start"
param one_year : year = 1
  range 1 .. 1   grade definition   "A year"

lever dose : 1 = 0
  range -1 .. 2   cost dose * price   payer us_federal   "Dose"
lever other : 1 = 0
  range 0 .. 4   cost other * other * price   payer us_federal   "Its cost rises with the square"
lever free : 1 = 0
  range 0 .. 1   "Does nothing and costs nothing"

flow steps : people/year^2 = walk_sd * NORMAL("walk") / SQRT(DT * one_year)
  "Steps of the walk"
stock walk : people/year
  initial 0 * walk_sd
  inflow steps
  "Walk"
stock attendance : people
  initial crowd
  "Never changes"
aux deaths : people/year = base + rise * (TIME - since) + walk - dose * (saved - harm) - other * studied
  "Deaths"
aux moved : people = attendance * dose
  "Crowd that a dose moves"
aux public_cost : USD/year = lever_costs
  "Cost"

outcome deaths "Deaths" = deaths
  total   better lower   concerns both
outcome moved "Moved" = moved
  mean   better higher   concerns both
outcome end "Deaths in the last month" = deaths
  end   better neither   concerns both
outcome public_cost "Cost" = public_cost
  total   better lower   concerns both
```
"#;

const DRAWS: usize = 200;
const PRIOR_SD: [f64; 10] = [200.0, 0.0, 3.0, 0.0, 4.0, 10.0, 0.0, 0.0, 0.0, 0.0];

fn model() -> Model {
    let files = vec![SourceFile { path: "small.md".into(), text: TEXT.into() }];
    let compiled = compile(&Project { title: "Small".into(), files, ..Project::default() });
    compiled.model.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

/// Draws in the order of the parameters: `base` far narrower than its prior, the others as wide as theirs.
fn draws(model: &Model) -> Vec<Vec<f64>> {
    let spread = |name: &str| match name {
        "base" => 20.0,
        "saved" => 3.0,
        "studied" => 4.0,
        "crowd" => 10.0,
        _ => 0.0,
    };
    let value =
        |member: u64, (slot, (id, p)): (usize, (counterflow_model::VariableId, &counterflow_model::Parameter))| {
            let z = random::normal(7, random::stream("draws"), member, slot as u64);
            p.values[0] + spread(&model.variable(id).name) * z
        };
    (0..DRAWS as u64).map(|member| model.parameters().enumerate().map(|p| value(member, p)).collect()).collect()
}

fn policy(model: &Model, id: &str, moves: &[(&str, f64)]) -> NamedSchedule {
    let moves = moves.iter().map(|(lever, change)| {
        let lever = model.find(lever).unwrap();
        Move { lever, element: 0, change: *change, start: 2021.0, ramp: 0.0, end: None }
    });
    let schedule = Schedule { moves: moves.collect() };
    NamedSchedule { id: id.into(), name: id.to_uppercase(), sentence: String::new(), schedule }
}

fn policies(model: &Model) -> Vec<NamedSchedule> {
    vec![
        policy(model, STATUS_QUO, &[]),
        policy(model, "dose", &[("dose", 1.0)]),
        policy(model, "other", &[("other", 1.0)]),
        policy(model, "free", &[("free", 1.0)]),
        policy(model, "ends", &[("dose", -1.0)]),
    ]
}

fn question<'a>(model: &'a Model, draws: &'a [Vec<f64>], policies: &'a [NamedSchedule]) -> Question<'a> {
    let years = (2021.0, 2026.0);
    Question {
        model,
        draws,
        ahead: draws,
        prior_sd: &PRIOR_SD,
        seed: 5,
        years,
        data_through: 2020.5,
        policies,
        equal_budget: None,
        turns_of: None,
    }
}

/// A comparison of all policies, at a budget if one is given.
fn compared(equal_budget: Option<Target>) -> Comparison {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    let equal_budget = equal_budget.map(|target| Budget { outcome: 3, target });
    compare(&Question { equal_budget, ..question(&model, &draws, &policies) }, &mut |_, _| {})
}

fn answer<'a>(comparison: &'a Comparison, policy: &str, outcome: &str, reference: Reference) -> &'a Answer {
    let outcome = comparison.outcomes.iter().position(|o| o.id == outcome).unwrap();
    let policy = comparison.policies.iter().find(|p| p.id == policy).unwrap();
    policy.answers.iter().find(|a| a.outcome == outcome && a.reference == reference).unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-8 * expected.abs().max(1.0), "found {found}, expected {expected}");
}

/// Type-7 quantile of one parameter's draws.
fn quantile_of(name: &str, probability: f64) -> f64 {
    let model = model();
    let slot = model.parameters().position(|(id, _)| model.variable(id).name == name).unwrap();
    let mut values: Vec<f64> = draws(&model).iter().map(|d| d[slot]).collect();
    values.sort_by(f64::total_cmp);
    crate::band::quantile(&values, probability)
}

#[test]
fn differences_are_paired_and_free_of_noise() {
    let comparison = compared(None);
    let found = answer(&comparison, "dose", "deaths", Reference::StatusQuo);
    // Five years of -(saved - 1.5): the walk and the base cancel in every draw.
    near(found.band.median, -5.0 * (quantile_of("saved", 0.5) - 1.5));
    near(found.band.lo90, -5.0 * (quantile_of("saved", 0.95) - 1.5));
    near(found.band.hi50, -5.0 * (quantile_of("saved", 0.25) - 1.5));
    let end = answer(&comparison, "dose", "end", Reference::StatusQuo);
    near(end.band.median, 1.5 - quantile_of("saved", 0.5));
    let level = answer(&comparison, "dose", "deaths", Reference::Level);
    assert!(level.band.hi90 - level.band.lo90 > 300.0, "the level keeps its noise");
}

#[test]
fn facts_and_shape() {
    let comparison = compared(None);
    let units: Vec<&str> = comparison.outcomes.iter().map(|o| o.unit.as_str()).collect();
    assert_eq!(units, ["people", "people", "people/year", "USD"]);
    assert_eq!((comparison.draws, comparison.years), (DRAWS, (2021.0, 2026.0)));
    let counts: Vec<usize> = comparison.policies.iter().map(|p| p.answers.len()).collect();
    assert_eq!(counts, [8, 12, 12, 12, 12]);
    let path = &comparison.policies[1].paths[0];
    assert_eq!((path.years.len(), path.years[0], path.years[19]), (20, 2010.0, 2029.0));
    let all: f64 = path.bands[11..16].iter().map(|b| b.median).sum();
    assert!((all / answer(&comparison, "dose", "deaths", Reference::Level).band.median - 1.0).abs() < 0.01);
}

#[test]
fn today_is_the_year_before_the_end_of_the_data() {
    let mut model = model();
    let walk = model.find("walk_sd").unwrap();
    if let Definition::Parameter(p) = &mut model.variables[walk.0].definition {
        p.values[0] = 0.0;
    }
    let (draws, policies) = (draws(&model), policies(&model));
    let comparison = compare(&question(&model, &draws, &policies), &mut |_, _| {});
    // From the middle of the year to 2020.5 to that of 2021..2026 are 3.5 years of a rise of 8 a year, for five years.
    near(answer(&comparison, STATUS_QUO, "deaths", Reference::Today).band.median, 5.0 * 3.5 * 8.0);
    // From the last month before 2020.5 to the last month before 2026.
    near(answer(&comparison, STATUS_QUO, "end", Reference::Today).band.median, 5.5 * 8.0);
}

#[test]
fn basis_follows_what_drives_the_spread() {
    let comparison = compared(None);
    let assumed = answer(&comparison, "dose", "deaths", Reference::StatusQuo);
    assert_eq!((assumed.basis, assumed.p_better), (Basis::Assumption, None));
    assert_eq!((assumed.drivers.len(), assumed.drivers[0].parameter.as_str()), (1, "saved"));
    near(assumed.drivers[0].share, 1.0);
    // As a part of the status quo, whose base and walk differ a little between draws.
    assert!(assumed.drivers[0].correlation < -0.98);
    let studied = answer(&comparison, "other", "deaths", Reference::StatusQuo);
    assert_eq!((studied.basis, studied.p_better), (Basis::Analogy, Some(1.0)));
    assert!(studied.break_even.is_none(), "{:?}", studied.break_even);
    assert!(studied.explained > 0.7, "{}", studied.explained);
    // The walk's spread over the level is three times that of the base, and nobody knows it.
    assert_eq!(answer(&comparison, "dose", "deaths", Reference::Level).basis, Basis::Assumption);
    let none = answer(&comparison, "free", "deaths", Reference::StatusQuo);
    assert_eq!((none.basis, none.p_better, none.band.median), (Basis::Assumption, None, 0.0));
    assert!(none.break_even.is_none() && none.drivers.is_empty());
}

#[test]
fn data_are_a_basis_where_the_posterior_is_narrow() {
    let model = model();
    let mut draws = draws(&model);
    let walk = model.parameters().position(|(id, _)| model.variable(id).name == "walk_sd").unwrap();
    draws.iter_mut().for_each(|d| d[walk] = 0.5);
    let policies = policies(&model);
    let comparison = compare(&question(&model, &draws, &policies), &mut |_, _| {});
    let level = answer(&comparison, "dose", "deaths", Reference::Level);
    assert_eq!((level.basis, level.p_better), (Basis::Data, None));
    assert_eq!(level.drivers[0].parameter, "base");
    assert!(level.drivers[0].contraction > 0.98);
}

#[test]
fn break_even_is_where_the_effect_vanishes() {
    let comparison = compared(None);
    let found = answer(&comparison, "dose", "deaths", Reference::StatusQuo).break_even.clone().unwrap();
    assert_eq!((found.parameter.as_str(), found.unit.as_str()), ("saved", "people/year"));
    assert_eq!((found.range, found.signs), ((-6.0, 10.0), (1, -1)));
    near(found.value.unwrap(), 1.5);
    // The crowd acts on the start only, and the record stays what it is.
    let moved = answer(&comparison, "dose", "moved", Reference::StatusQuo);
    assert_eq!((moved.basis, moved.drivers[0].parameter.as_str()), (Basis::Assumption, "crowd"));
    assert!(moved.break_even.is_none());
}

#[test]
fn equal_budgets() {
    let scales = |target| -> Vec<Option<f64>> { compared(Some(target)).policies.iter().map(|p| p.scale).collect() };
    // A dose of 1 costs 10 USD a year; that of the other lever rises with its square.
    let found = scales(Target::Amount(100.0));
    assert_eq!((found[0], found[3], found[4]), (Some(1.0), None, None));
    assert!((found[1].unwrap() - 2.0).abs() < 1e-3 && (found[2].unwrap() - 2.0_f64.sqrt()).abs() < 1e-3);
    let found = scales(Target::Policy(1));
    assert_eq!(found[1], Some(1.0));
    assert!((found[2].unwrap() - 1.0).abs() < 1e-3);
    let beyond = compared(Some(Target::Amount(400.0)));
    assert_eq!(beyond.policies[1].scale, None, "a dose of 8 is out of range");
    assert!(beyond.policies[1].note.as_deref().unwrap().contains("ranges"));
    near(answer(&beyond, "dose", "public_cost", Reference::Level).band.median, 50.0);
    let notes: Vec<bool> = beyond.policies.iter().map(|p| p.note.is_some()).collect();
    assert_eq!(notes, [false, true, false, true, true]);
}

#[test]
fn break_evens_are_sought_only_where_asked() {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    let with_turn = |comparison: &Comparison| -> Vec<(String, String)> {
        let all = comparison.policies.iter().flat_map(|policy| policy.answers.iter().map(move |a| (policy, a)));
        let turning = all.filter(|(_, answer)| answer.break_even.is_some());
        turning.map(|(policy, a)| (policy.id.clone(), comparison.outcomes[a.outcome].id.clone())).collect()
    };
    let all = compare(&question(&model, &draws, &policies), &mut |_, _| {});
    let sought = with_turn(&all);
    assert!(sought.len() > 1, "{sought:?}");
    let some =
        compare(&Question { turns_of: Some(&sought[..1]), ..question(&model, &draws, &policies) }, &mut |_, _| {});
    assert_eq!(with_turn(&some), sought[..1]);
    for (one, other) in all.policies.iter().zip(&some.policies) {
        let bands = |policy: &PolicyAnswer| policy.answers.iter().map(|a| a.band).collect::<Vec<_>>();
        assert_eq!(bands(one), bands(other));
    }
}

#[test]
fn same_bits_for_threads_and_lanes() {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    let asked = Question {
        equal_budget: Some(Budget { outcome: 3, target: Target::Amount(40.0) }),
        ..question(&model, &draws, &policies)
    };
    let text = |threads: usize, width: LaneWidth| {
        let pool = pool_of(threads);
        pool.install(|| format!("{:?}", compare_in_blocks(&asked, Some(width), &mut |_, _| {})))
    };
    let first = text(1, LaneWidth::Wide);
    assert!(first == text(2, LaneWidth::Wide) && first == text(2, LaneWidth::Narrow));
    assert!(first == format!("{:?}", compare(&asked, &mut |_, _| {})));
}

fn pool_of(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

#[test]
fn branching_changes_nothing() {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    let comparison = compare(&question(&model, &draws, &policies), &mut |_, _| {});
    let saves = vec![Save::mean(model.find("deaths").unwrap())];
    let plan = Plan::new(&model, &PlanOptions { saves, ..PlanOptions::default() });
    let members: Vec<u64> = (0..DRAWS as u64).collect();
    let runs = run(&Job {
        seed: 5,
        noise: true,
        until: 2026.0,
        width: LaneWidth::Wide,
        ..Job::new(&plan, &draws, &members, &policies[1].schedule)
    });
    let total = |m: usize| runs.path(0, m).skip(11 * 12).sum::<f64>() / 12.0;
    let expected = crate::band::median((0..DRAWS).map(total).collect());
    near(answer(&comparison, "dose", "deaths", Reference::Level).band.median, expected);
}

#[test]
fn progress_ends_at_its_total() {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    let mut heard = Vec::new();
    compare(&question(&model, &draws, &policies), &mut |done, of| heard.push((done, of)));
    assert_eq!((heard.len(), heard.first(), heard.last()), (11, Some(&(1, 11)), Some(&(11, 11))));
}

#[test]
fn few_draws_and_a_policy_of_the_past() {
    let model = model();
    let draws = draws(&model)[..5].to_vec();
    let mut policies = policies(&model);
    policies[1].schedule.moves[0].start = 1990.0;
    let comparison = compare(&question(&model, &draws, &policies), &mut |_, _| {});
    let found = answer(&comparison, "dose", "deaths", Reference::StatusQuo);
    assert_eq!((found.basis, found.drivers.len()), (Basis::Assumption, 0));
    assert!(found.band.median.is_finite());
    let none = compare(&question(&model, &[], &policies), &mut |_, _| {});
    assert!(answer(&none, "dose", "deaths", Reference::Level).band.median.is_nan());
}
