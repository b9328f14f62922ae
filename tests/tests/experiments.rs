//! Natural experiments: every bundled text reads under every variant, what is wrong is told at its place, and rows are
//! judged by what was published.

use std::sync::OnceLock;

use counterflow::citations::Citing;
use counterflow::reproduce::{Experiment, Experiments, Kind, Published, Standing, all, find, read, reproduce};
use counterflow::variants::Choice;
use counterflow::{Code, Project, listing};

fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| Project::bundled().unwrap_or_else(|problems| panic!("{problems:?}")))
}

fn experiments() -> Vec<Experiment> {
    all(project()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn the_texts_read_and_enough_rows_count() {
    let experiments = experiments();
    let counted = experiments.iter().filter(|one| one.standing == Standing::Counted).count();
    assert!(counted >= 12, "{counted}");
    for reason in Standing::REASONS {
        assert!(experiments.iter().any(|one| one.standing == *reason), "none is {}", reason.word());
    }
    let sources = listing::sources(project());
    for one in &experiments {
        assert!(one.target.ends_with('.') && one.path.ends_with(&format!("_{}.md", one.id)), "{}", one.path);
        assert_eq!(one.ask.is_none(), one.standing == Standing::NoChannel, "{}", one.id);
        for key in &one.sources {
            let entry = sources.iter().find(|entry| entry.key == *key).expect("a known key");
            assert!(entry.cited_by.contains(&Citing::Experiment(one.id.clone())), "{key}");
        }
    }
}

#[test]
fn the_texts_read_under_every_variant() {
    for slot in &project().slots {
        for variant in &slot.variants {
            let choice = Choice { slot: slot.name.clone(), variant: variant.name.clone() };
            let project = Project::choose(None, std::slice::from_ref(&choice)).unwrap();
            let found = Experiments::of(&project).unwrap().diagnostics;
            assert!(found.is_empty(), "{choice}: {found:?}");
        }
    }
}

/// Every row has an answer; one alone gives what it gives among all; published values moved far away are misses.
#[test]
fn rows_are_judged_by_what_was_published() {
    let experiments = experiments();
    let chosen: Vec<&Experiment> = experiments.iter().collect();
    let found = reproduce(project(), &chosen, 16, &mut |_, _| {}).unwrap();
    assert_eq!((found.draws, found.rows.len()), (16, experiments.len()));
    for row in &found.rows {
        let Some(answer) = &row.answer else { continue };
        assert!(answer.model.median.is_finite(), "{} gives no number", row.experiment.id);
        // Only what never departs, in no draw or in all, may give no number.
        assert!(answer.not_a_number < found.draws, "{}", row.experiment.id);
    }
    let guns = found.rows.iter().find(|row| row.experiment.id == "dube_guns").unwrap();
    let median = guns.answer.as_ref().unwrap().model.median;
    let judged = |value: f64| {
        let mut moved = guns.experiment.clone();
        (moved.kind, moved.published) = (Kind::Size, Published { value: Some(value), low: None, high: None });
        let alone = reproduce(project(), &[&moved], 16, &mut |_, _| {}).unwrap();
        let answer = alone.rows[0].answer.clone().unwrap();
        assert_eq!(answer.model.median, median);
        answer.verdict
    };
    assert!(judged(median).holds() && judged(1.9 * median).holds());
    let far = judged(100.0 * median);
    assert!(far.sign_right && !far.within_factor_two && !far.bands_overlap && !far.holds());
    let opposite = judged(-median);
    assert!(!opposite.sign_right && !opposite.holds());
    assert!(reproduce(project(), &chosen[..1], 0, &mut |_, _| {}).is_err());
}

fn bundled(id: &str) -> String {
    let path = find(&experiments(), id).unwrap().path.clone();
    project().files.get(&path).expect("it is bundled").to_owned()
}

#[test]
fn what_is_wrong_is_told_at_its_place() {
    let text = bundled("sinaloa_2024");
    let cases = [
        ("variable = \"mexican_homicides\"", "variable = \"mexican_homicide\"", "17:12 E2001 no variable is called"),
        ("\"leader_removal=24@2024-07..", "\"leader_removals=24@2024-07..", "15:11 E2001 no lever is called"),
        ("removals_per_force=1e9", "removals_per_forces=1e9", "16:15 E2001 no parameter is called"),
        ("24@2024-07..2024-07", "24@2024-07..2024-06", "15:11 E9003 found"),
        ("span = \"2024-09..2024-11\"", "span = \"2024-09..2044-11\"", "19:8 E9003 found 2044-11"),
        ("measure = \"change\"", "measure = \"chance\"", "18:11 E1010 measure"),
        ("\"sesnsp\", ", "\"sesnps\", ", "4:33 E2010 no source is called"),
        ("variable = \"mexican_homicides\"", "variable = \"share\"", "17:12 E3008 `share` has several elements"),
        ("lo = 0.037", "lo = 0.37", "9:1 E9001 published: expected lo <= value <= hi"),
        ("used_in_fit = false", "used_in_fit = true", "6:15 E9001 used_in_fit"),
    ];
    for (right, wrong, expected) in cases {
        assert!(text.contains(right), "{right}");
        let (experiment, found) = read(project(), "broken.md", &text.replacen(right, wrong, 1)).unwrap();
        let shown: Vec<String> =
            found.iter().map(|d| format!("{}:{} {} {}", d.place.line, d.place.column, d.code, d.message)).collect();
        assert!(experiment.is_none() && shown.iter().any(|one| one.starts_with(expected)), "{expected}: {shown:#?}");
    }
    let mut twice = project().clone();
    twice.files.insert("experiments/99_again.md", &text);
    let found = Experiments::of(&twice).unwrap().diagnostics;
    assert!(found.len() == 1 && found[0].code == Code::E2002, "{found:?}");
}

#[test]
fn every_page_about_experiments_raises_its_code_and_mends_it() {
    let ours: Vec<Code> = Code::ALL.iter().copied().filter(|code| code.text().starts_with("E9")).collect();
    assert!(ours.len() >= 4);
    for code in ours {
        assert!(code.page().starts_with(&format!("# {code}: {}\n", code.title())), "{code}");
        let fences = code.page().split("```markdown\n").skip(1).filter_map(|rest| rest.split("```").next());
        let examples: Vec<&str> = fences.collect();
        let [wrong, right] = examples[..] else { panic!("{code} has {} examples", examples.len()) };
        let (_, found) = read(project(), "example.md", wrong).unwrap();
        assert!(!found.is_empty() && found.iter().all(|d| d.code == code), "{code}: {found:?}");
        let (experiment, found) = read(project(), "example.md", right).unwrap();
        assert!(experiment.is_some() && found.is_empty(), "{code}: {found:?}");
    }
}

/// Whatever is cut out of a text, reading it ends with an experiment or with words, never with a panic.
#[test]
fn texts_cut_short_never_panic() {
    let text = bundled("healing_trial");
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (experiment, found) = read(project(), "cut.md", &text[..end]).unwrap();
        assert_eq!(experiment.is_some(), found.is_empty(), "cut at {end}");
    }
}
