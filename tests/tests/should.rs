//! Extremes and sense: every statement of what should come out, with every text of every part in dispute.

use std::collections::BTreeSet;

use counterflow::should::{Found, Standing, shoulds};
use counterflow::variants::Choice;
use counterflow::{Project, checks};

/// Draws of each statement in the model as it is, beside the posterior medians.
const DRAWS: usize = 15;
/// The same in a variant: there are a dozen of them.
const DRAWS_OF_VARIANTS: usize = 7;
/// The same where every state runs apart, which takes many times as long.
const DRAWS_OF_STATES: usize = 1;

/// The model with no variant chosen.
const AS_IT_IS: &str = "as it is";

/// The bundled model with its checks: as it is, and with each variant in turn that it does not take by itself.
fn all() -> Vec<(String, Project)> {
    let project = Project::bundled().expect("the bundled model reads");
    let mut all = vec![(AS_IT_IS.to_owned(), project.clone())];
    for slot in &project.slots {
        for variant in slot.variants.iter().enumerate().filter(|(k, _)| *k != slot.default).map(|(_, variant)| variant)
        {
            let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
            all.push((choice.to_string(), Project::choose(None, &[choice]).expect("the variant reads")));
        }
    }
    all.into_iter().map(|(name, project)| (name, project.with_checks().expect("the checks read"))).collect()
}

fn run(name: &str, project: &Project) -> Found {
    let draws = match name {
        AS_IT_IS => DRAWS,
        "geography=states" => DRAWS_OF_STATES,
        _ => DRAWS_OF_VARIANTS,
    };
    shoulds(project, draws, &|_, _| {}).unwrap_or_else(|problem| panic!("{problem}"))
}

#[test]
fn every_statement_holds_with_every_text() {
    let (mut failing, mut missed, mut marked) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (name, project) in all() {
        for row in run(&name, &project).rows {
            let statement = row.should.statement.clone();
            match row.standing() {
                Standing::Holds => {}
                Standing::Fails => failing.push(format!("{name}: {statement}: {}/{}", row.holding, row.members)),
                Standing::KnownMiss => _ = missed.insert(statement),
                Standing::NoLongerMissed => _ = marked.insert(statement),
            }
        }
    }
    assert!(failing.is_empty(), "{failing:#?}");
    let mended: Vec<&String> = marked.difference(&missed).collect();
    assert!(mended.is_empty(), "these hold with every text and are no misses any more: {mended:#?}");
}

#[test]
fn balances_hold_at_every_step_with_every_text() {
    for (name, project) in all() {
        let model = project.model().unwrap_or_else(|found| panic!("{name}: {found:?}"));
        let (count, broken) = checks::statements(&project).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert!(broken.is_empty() && count == model.checks.len(), "{name}: {broken:?}");
        for kind in ["people:", "kilograms:", "guns:", "dollars:"] {
            assert!(model.checks.iter().any(|check| check.statement.starts_with(kind)), "{name}: {kind}");
        }
    }
}

#[test]
fn there_are_statements_about_every_lever_and_few_are_known_misses() {
    let project = Project::bundled().expect("the bundled model reads").with_checks().expect("the checks read");
    let model = project.model().expect("it compiles");
    let words: BTreeSet<&str> = model.shoulds.iter().map(|should| should.statement.as_str()).collect();
    assert_eq!(words.len(), model.shoulds.len(), "each statement has words of its own");
    let misses = model.shoulds.iter().filter(|should| should.known_miss.is_some()).count();
    assert!(words.len() - misses >= 60, "{} statements, {misses} of them known misses", words.len());
    let set = |name: &str| model.shoulds.iter().any(|should| sets(model, should, name));
    let never: Vec<&str> = model.levers().map(|(id, _)| model.variable(id).name.as_str()).filter(|l| !set(l)).collect();
    assert!(never.is_empty(), "no statement is about {never:?}");
}

fn sets(model: &counterflow_model::Model, should: &counterflow_model::Should, lever: &str) -> bool {
    should.settings.iter().any(|setting| match &setting.target {
        counterflow_model::Target::Elements(id, _) => model.variable(*id).name == lever,
        _ => false,
    })
}

#[test]
fn runs_without_checks_do_not_pay_for_them() {
    let project = Project::bundled().expect("the bundled model reads");
    let model = project.model().expect("it compiles");
    let checked = project.with_checks().expect("the checks read");
    let with = checked.model().expect("it compiles");
    assert!(model.shoulds.is_empty() && with.variables.len() > model.variables.len());
    assert!(model.variables.iter().all(|variable| !variable.place.path.starts_with("checks/")));
}
