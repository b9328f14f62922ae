//! Every variant of the bundled model: it compiles in place of the default, offers the same outputs, and answers.

use std::collections::BTreeSet;

use counterflow::comparison::{CompareOptions, compare};
use counterflow::policy::find;
use counterflow::posterior::Posterior;
use counterflow::variants::Choice;
use counterflow::{Project, checks};

/// The bundled model with each variant in turn that it does not take by itself.
fn others() -> Vec<(Choice, Project)> {
    let project = Project::bundled().expect("the bundled model reads");
    let mut others = Vec::new();
    for slot in &project.slots {
        for (position, variant) in slot.variants.iter().enumerate() {
            if position != slot.default {
                let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
                let with = Project::choose(None, std::slice::from_ref(&choice)).expect("the variant reads");
                others.push((choice, with));
            }
        }
    }
    others
}

#[test]
fn every_part_in_dispute_has_at_least_two_variants() {
    let project = Project::bundled().expect("the bundled model reads");
    let names: BTreeSet<&str> = project.slots.iter().map(|slot| slot.name.as_str()).collect();
    assert!(names.is_superset(&BTreeSet::from(["cooperation", "fall_2023", "money", "removal"])), "{names:?}");
    for slot in &project.slots {
        assert!(slot.variants.len() >= 2, "{}", slot.name);
        assert!(
            slot.variants.iter().all(|variant| variant.sentence.len() > 40),
            "{}: each says what it assumes",
            slot.name
        );
    }
}

#[test]
fn every_variant_compiles_and_keeps_the_checks() {
    for (choice, project) in others() {
        let model = project.model().unwrap_or_else(|found| panic!("{choice}: {found:?}"));
        let (held, broken) = checks::statements(&project).unwrap_or_else(|problem| panic!("{choice}: {problem}"));
        assert!(broken.is_empty() && held == model.checks.len(), "{choice}: {broken:?}");
    }
}

#[test]
fn every_variant_answers_with_its_own_priors() {
    let options = CompareOptions { draws: Some(16), ..CompareOptions::default() };
    for (choice, project) in others() {
        let policy = find(&project, "article_offensive").expect("it is bundled");
        let comparison = compare(&project, &[policy], &options, &mut |_, _| {}).expect("it compares");
        let bands = comparison.policies.iter().flat_map(|policy| &policy.answers);
        assert!(
            bands.clone().count() > 8 && bands.into_iter().all(|answer| answer.band.median.is_finite()),
            "{choice}"
        );
    }
}

/// A parameter of the same name may have another prior in a variant: the main posterior must not speak for it.
#[test]
fn the_main_posterior_does_not_speak_for_parameters_of_other_variants() {
    let choice = "removal=disruption".parse().unwrap();
    let project = Project::choose(None, &[choice]).expect("the variant reads");
    if project.posterior_name() == project.own_posterior_name() {
        return;
    }
    let model = project.model().expect("it compiles");
    let position = model
        .parameters()
        .flat_map(|(id, p)| (0..p.values.len()).map(move |k| model.element_name(id, k)))
        .position(|name| name == "removal_capacity_loss")
        .expect("the variant declares it");
    let draws = Posterior::of(&project).expect("there is one").draws(model);
    let mean = draws.iter().map(|draw| draw[position]).sum::<f64>() / draws.len() as f64;
    assert!((0.03..0.06).contains(&mean), "the variant's prior has its middle at 0.04: {mean}");
}
