//! The brief of the small model, where every answer is known.

use super::*;
use crate::brief::{Ahead, Brief, BriefQuestion, Contest, First, Standing, brief, reversals};

const FACTORS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

fn asked<'a>(question: Question<'a>) -> BriefQuestion<'a> {
    BriefQuestion {
        question,
        cost: Some(3),
        planes: &[0],
        discount: 0.03,
        factors: &FACTORS,
        budget: None,
        assumptions: 4,
    }
}

fn briefed(budget: Option<f64>) -> Brief {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    brief(&BriefQuestion { budget, ..asked(question(&model, &draws, &policies)) }, &mut |_, _| {})
}

/// Proposals are dose, other, free and ends.
fn contest(brief: &Brief, outcome: usize, first: usize, second: Option<usize>) -> &Contest {
    let found = |c: &&Contest| c.outcome == outcome && c.first == first && c.second == second;
    brief.reversals.contests.iter().find(found).unwrap()
}

#[test]
fn contests_tell_who_is_ahead_and_what_reverses_it() {
    let brief = briefed(None);
    assert_eq!(brief.reversals.contests.len(), 4 * (4 + 6));
    let dose = contest(&brief, 0, 0, None);
    assert_eq!((dose.ahead, dose.difference.basis), (Ahead::First, Basis::Assumption));
    let turn = dose.flips().next().unwrap();
    assert_eq!(turn.parameter, "saved");
    near(turn.value.unwrap(), 1.5);
    assert!(dose.today.is_some() && dose.difference.p_better.is_none());
    // A dose saves saved - 1.5, the other studied: 20. Within saved's range, up to 10, it never catches up.
    let between = contest(&brief, 0, 0, Some(1));
    assert_eq!(between.ahead, Ahead::Second);
    assert!(between.turns.iter().any(|t| t.parameter == "saved" && t.value.is_none()));
    // The other's own effect is uncertain down to zero: below what a dose saves, the order turns.
    let studied = between.flips().find(|t| t.parameter == "studied").unwrap();
    let saved = studied.value.unwrap();
    assert!((0.5..5.0).contains(&saved), "{saved}");
    assert_eq!(contest(&brief, 0, 2, None).ahead, Ahead::Neither);
    assert_eq!(contest(&brief, 2, 0, None).ahead, Ahead::Undirected);
    assert!(brief.reversals.assumptions.iter().any(|a| a.parameter == "studied" && a.basis == Basis::Analogy));
}

#[test]
fn the_order_alone_is_the_same_order() {
    let model = model();
    let (draws, policies) = (draws(&model), policies(&model));
    let question = question(&model, &draws, &policies);
    let alone = reversals(&asked(question), &mut |_, _| {});
    assert_eq!(format!("{alone:?}"), format!("{:?}", briefed(None).reversals));
}

#[test]
fn who_pays_what_and_when_it_shows() {
    let brief = briefed(None);
    let [dose, other, free, _] = &brief.burdens[..] else { panic!("four proposals") };
    // 10 USD a year, for the five years from 2021.
    let payer = &dose.payers[0];
    assert_eq!((payer.payer.as_str(), dose.payers.len(), payer.years.len()), ("us_federal", 1, 5));
    near(payer.total.median, 50.0);
    let discounted: f64 = (0..60).map(|m| 10.0 / 12.0 * libm::pow(1.03, -(f64::from(m) + 0.5) / 12.0)).sum();
    near(payer.discounted.median, discounted);
    assert!(dose.without_cost.is_empty());
    assert_eq!(free.without_cost, ["free"]);
    // About 20 of 1,090 deaths a year from the first month: above both thresholds; a dose takes away about 2.5.
    let deaths = &other.courses[0];
    let at_once = Some(First { month: 1, sign: -1 });
    assert_eq!((deaths.onset.clear, deaths.onset.visible, deaths.years.len()), (at_once, at_once, 5));
    near(deaths.years[0].1.median, -quantile_of("studied", 0.5));
    assert_eq!((dose.courses[0].onset.visible, free.courses[0].onset.clear), (None, None));
}

#[test]
fn cost_against_deaths() {
    let brief = briefed(None);
    let points = &brief.planes[0].points;
    // The same cost: the other averts 100 deaths in five years, a dose about 12.
    assert!(matches!(points[0].standing, Standing::Dominated { by: Some(1) }));
    let Standing::Efficient { from, ratio: Some(ratio) } = points[1].standing else { panic!("{:?}", points[1]) };
    near(points[1].averted.median, 5.0 * quantile_of("studied", 0.5));
    near(
        ratio,
        (points[1].cost.median - points[3].cost.median) / (points[1].averted.median - points[3].averted.median),
    );
    assert_eq!(from, Some(3), "ending doses saves money, and some deaths are the price");
    assert_eq!(points[2].standing, Standing::Unknown, "nothing is known of its cost");
    near(points[1].ratio.unwrap(), points[1].cost.median / points[1].averted.median);
    assert!(points[1].averted_discounted.median < points[1].averted.median && points[3].ratio.is_none());
}

#[test]
fn doses_stop_at_the_end_of_a_range() {
    let brief = briefed(None);
    let factors: Vec<f64> = brief.doses[0].iter().map(|rung| rung.factor).collect();
    assert_eq!(factors, FACTORS);
    let stopped: Vec<bool> = brief.doses[0].iter().map(|rung| rung.stopped.is_some()).collect();
    assert_eq!(stopped, [false, false, false, true]);
    let stop = brief.doses[0][3].stopped.clone().unwrap();
    assert_eq!((stop.lever.as_str(), stop.end, stop.factor), ("dose", 2.0, 2.0));
    assert!(brief.doses[0][3].answers.is_empty());
    let effect = |rung: usize| {
        crate::brief::answer_of(&brief.doses[0][rung].answers, 0, Reference::StatusQuo).unwrap().band.median
    };
    near(effect(0), 0.5 * effect(1));
    near(effect(2), 2.0 * effect(1));
    // Ending goes down to -1 and no further.
    assert_eq!(brief.doses[3][2].stopped.clone().unwrap().end, -1.0);
}

#[test]
fn the_cheapest_sets_the_budget_if_none_is_given() {
    let equal = briefed(None).equal_budget.unwrap();
    assert!(equal.of == Some(0) || equal.of == Some(1), "{:?}", equal.of);
    near(equal.amount, 50.0);
    let equal = briefed(Some(100.0)).equal_budget.unwrap();
    assert_eq!((equal.amount, equal.of), (100.0, None));
    assert!((equal.policies[0].factor.unwrap() - 2.0).abs() < 1e-3);
    assert!(equal.policies[3].note.as_deref().unwrap().contains("saves money"));
}
