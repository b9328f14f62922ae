//! The desk: slow questions about scenarios, over all draws, by the same code that answers `compare` and `brief`.

use counterflow_engine::Schedule;
use counterflow_explore::brief::{Ahead, BriefQuestion, Contest, reversals};
use counterflow_explore::comparison::Comparison;
use counterflow_explore::{Budget, NamedSchedule, Question, STATUS_QUO, Target};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bundle::Bundle;
use super::flows;
use super::scenario::{Known, Scenario, ahead, from_json};
use crate::comparison::json::{self as shapes, basis_word, break_even_of};
use crate::comparison::{CompareOptions, prior_sd};
use crate::error::Problem;
use crate::policy::{Policy, last_month_before};

/// Most scenarios of one question.
const MOST_SCENARIOS: usize = 8;
/// Most assumptions that are moved over their ranges in a contest, as many as `brief` moves.
const ASSUMPTIONS: usize = 12;

/// A model with all its draws, ready to be asked.
#[derive(Debug)]
pub struct Desk {
    bundle: Bundle,
    draws: Vec<Vec<f64>>,
    prior_sd: Vec<f64>,
    seed: u64,
}

/// Scenarios side by side. They share the assumptions of the first, because one world is assumed for all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareQuestion {
    /// The scenarios; the status quo is added.
    pub scenarios: Vec<Scenario>,
    /// The outcome whose break-even is sought; those of all if it is left out, which takes much longer.
    #[serde(default)]
    pub headline: Option<String>,
    /// Scale the doses of all scenarios to this public cost, in USD over the years counted.
    #[serde(default)]
    pub equal_budget: Option<f64>,
    /// Number of draws, the first of the posterior; all if it is left out.
    #[serde(default)]
    pub draws: Option<usize>,
}

/// Two scenarios on one outcome.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestQuestion {
    /// The first, whose assumptions hold for both.
    pub first: Scenario,
    /// The second.
    pub second: Scenario,
    /// The outcome, by its short name.
    pub outcome: String,
}

/// What flows where in one year of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowsQuestion {
    /// The scenario.
    pub scenario: Scenario,
    /// A calendar year of the horizon.
    pub year: i32,
}

/// What all policies of a question share.
struct Asked {
    schedules: Vec<NamedSchedule>,
    ahead: Vec<Vec<f64>>,
    draws: usize,
}

impl Desk {
    /// Makes the draws of all parameters.
    pub fn new(bundle: Bundle) -> Desk {
        let posterior = bundle.posterior();
        let draws = posterior.draws(&bundle.model);
        Desk { prior_sd: prior_sd(&bundle.model), seed: posterior.about.seed, draws, bundle }
    }

    /// The JSON of `counterflow compare --json` for scenarios. `question` is a [`CompareQuestion`] as JSON.
    ///
    /// # Errors
    /// Everything in the question that does not read.
    pub fn compare(&self, question: &str) -> Result<Value, Vec<Problem>> {
        let question: CompareQuestion = read(question)?;
        let comparison = self.comparison(&question)?;
        let data_through = last_month_before(self.bundle.compare.data_through).to_string();
        let equal_budget = question.equal_budget.is_some();
        Ok(shapes::of(&comparison, &self.bundle.version, &data_through, equal_budget))
    }

    /// Scenarios compared, the status quo first.
    ///
    /// # Errors
    /// Everything in the question that is not in the model.
    pub fn comparison(&self, asked: &CompareQuestion) -> Result<Comparison, Vec<Problem>> {
        let CompareQuestion { scenarios, headline, equal_budget, draws } = asked;
        let options = CompareOptions { draws: *draws, equal_budget: *equal_budget, ..CompareOptions::default() };
        let asked = self.asked(&scenarios.iter().collect::<Vec<_>>(), &options)?;
        let turns: Option<Vec<(String, String)>> = headline
            .as_ref()
            .map(|outcome| asked.schedules.iter().map(|policy| (policy.id.clone(), outcome.clone())).collect());
        let budget = match (options.equal_budget, self.bundle.cost) {
            (None, _) => None,
            (Some(amount), Some(outcome)) if amount.is_finite() && amount > 0.0 => {
                Some(Budget { outcome, target: Target::Amount(amount) })
            }
            (Some(amount), _) => {
                let message = format!("found {amount}; expected a positive amount in USD");
                return Err(Problem::new("equal_budget", message).into());
            }
        };
        let question = Question { equal_budget: budget, turns_of: turns.as_deref(), ..self.question(&asked) };
        Ok(counterflow_explore::compare(&question, &mut |_, _| {}))
    }

    /// Who of two scenarios is ahead on an outcome, and which values of which assumptions reverse it. `question` is a
    /// [`ContestQuestion`] as JSON.
    ///
    /// # Errors
    /// Everything in the question that does not read.
    pub fn contest(&self, question: &str) -> Result<Value, Vec<Problem>> {
        let ContestQuestion { first, second, outcome } = read(question)?;
        let model = &self.bundle.model;
        let Some(position) = model.outcomes.iter().position(|known| known.id == outcome) else {
            let known = model.outcomes.iter().map(|known| known.id.as_str());
            return Err(crate::names::unknown("outcome", "outcome", &outcome, known).into());
        };
        let asked = self.asked(&[&first, &second], &CompareOptions::default())?;
        let question = BriefQuestion {
            question: self.question(&asked),
            cost: None,
            planes: &[],
            discount: 0.0,
            factors: &[],
            budget: None,
            assumptions: ASSUMPTIONS,
        };
        let found = reversals(&question, &mut |_, _| {});
        let between =
            |contest: &&Contest| contest.outcome == position && contest.first == 0 && contest.second == Some(1);
        let contest = found.contests.iter().find(between);
        contest
            .map(|contest| contest_json(&outcome, contest))
            .ok_or_else(|| Problem::new("contest", "has no two policies that differ").into())
    }

    /// Yearly flows of people between states of use, and of kilograms, guns and dollars. `question` is a
    /// [`FlowsQuestion`] as JSON.
    ///
    /// # Errors
    /// Everything in the question that does not read.
    pub fn flows(&self, question: &str) -> Result<Value, Vec<Problem>> {
        let FlowsQuestion { scenario, year } = read(question)?;
        let known = self.known(&scenario, "scenario")?;
        flows::of(&self.bundle, &self.draws, self.seed, &known, year).map_err(Into::into)
    }

    fn known(&self, scenario: &Scenario, id: &str) -> Result<Known, Vec<Problem>> {
        scenario.known(&self.bundle.model, self.bundle.compare.data_through, id, id)
    }

    fn asked(&self, scenarios: &[&Scenario], options: &CompareOptions) -> Result<Asked, Vec<Problem>> {
        if scenarios.is_empty() || scenarios.len() > MOST_SCENARIOS {
            let message = format!("found {}; expected 1 to {MOST_SCENARIOS}", scenarios.len());
            return Err(Problem::new("scenarios", message).into());
        }
        let draws = options.draws.unwrap_or(self.draws.len()).min(self.draws.len());
        if draws == 0 {
            return Err(Problem::new("draws", "found 0; expected a number of draws, 1 or more").into());
        }
        let mut schedules = vec![NamedSchedule {
            id: STATUS_QUO.to_owned(),
            name: Policy::status_quo().name,
            sentence: Policy::status_quo().sentence,
            schedule: Schedule::default(),
        }];
        let mut assumed = Vec::new();
        for (k, scenario) in scenarios.iter().enumerate() {
            let known = self.known(scenario, &format!("scenario_{}", k + 1))?;
            schedules.push(NamedSchedule {
                id: known.policy.id,
                name: known.policy.name,
                sentence: known.policy.sentence,
                schedule: known.schedule,
            });
            if k == 0 {
                assumed = known.assumed;
            }
        }
        Ok(Asked { schedules, ahead: ahead(&self.draws[..draws], &assumed), draws })
    }

    fn question<'a>(&'a self, asked: &'a Asked) -> Question<'a> {
        Question {
            model: &self.bundle.model,
            draws: &self.draws[..asked.draws],
            ahead: &asked.ahead,
            prior_sd: &self.prior_sd,
            seed: self.seed,
            years: (self.bundle.compare.from, self.bundle.compare.to),
            data_through: self.bundle.compare.data_through,
            policies: &asked.schedules,
            equal_budget: None,
            turns_of: None,
        }
    }
}

fn read<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, Vec<Problem>> {
    serde_json::from_str(text).map_err(|error| from_json("question", &error).into())
}

/// A contest for a page.
fn contest_json(outcome: &str, contest: &Contest) -> Value {
    let ahead = match contest.ahead {
        Ahead::First => "first",
        Ahead::Second => "second",
        Ahead::Neither | Ahead::Undirected => "neither",
    };
    json!({
        "outcome": outcome,
        "ahead": ahead,
        "difference": Five::of(&contest.difference.band),
        "p_first": contest.difference.p_better,
        "basis": basis_word(contest.difference.basis),
        "reversals": contest.turns.iter().map(break_even_of).collect::<Vec<_>>(),
    })
}

/// A band as five numbers, 5 to 95 %.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Five([f64; 5]);

impl Five {
    /// The numbers of a band.
    pub(super) fn of(band: &counterflow_explore::comparison::Band) -> Five {
        Five([band.lo90, band.lo50, band.median, band.hi50, band.hi90])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::compare;
    use crate::page::engine::Engine;
    use crate::page::link;
    use crate::project::Project;

    const LINK: &str = "#/explore?v=1&p=naloxone:2;port_scanning:0.4:2027-01:6:2031-12&a=kit_cost:40";

    fn bundle() -> Bundle {
        let project = Project::bundled().expect("the bundled model reads");
        let bytes = crate::page::bundle::engine_bytes(&project).expect("it has a posterior and a page");
        Bundle::read(&bytes).expect("what is written is read")
    }

    #[test]
    fn portions_of_a_page_and_the_program_give_the_same_bits() {
        let project = Project::bundled().expect("the bundled model reads");
        let scenario = link::read(LINK).unwrap().remove(0);
        let bundle = bundle();
        let desk = Desk::new(bundle.clone());
        let asked = CompareQuestion {
            scenarios: vec![scenario.clone()],
            headline: Some("us_deaths_all".to_owned()),
            equal_budget: None,
            draws: None,
        };
        let here = desk.comparison(&asked).unwrap();

        let model = project.model().unwrap();
        let known = scenario.known(model, project.compare.data_through, "scenario_1", "link").unwrap();
        let turns_of = Some(vec![("scenario_1".to_owned(), "us_deaths_all".to_owned())]);
        let options = CompareOptions { assumed: known.assumed, turns_of, ..CompareOptions::default() };
        let policies = [Policy::status_quo(), known.policy];
        let there = compare(&project, &policies, &options, &mut |_, _| {}).unwrap();
        assert_eq!(format!("{:?}", here.policies[1].answers), format!("{:?}", there.policies[1].answers));

        // Two portions, the second in two parts: their levels are those of the comparison.
        let draws = there.draws;
        let mut levels = vec![f64::NAN; draws];
        for number in 0..2 {
            let engine = Engine::new(bundle.clone(), number, 2).unwrap();
            let known = engine.known(&scenario).unwrap();
            let (members, rows) = (engine.members(), engine.rows().len());
            for (first, count) in [(0, 16), (16, draws)] {
                let world = engine.world(&known, first, count);
                let part: Vec<u64> = members.iter().skip(first).take(count).copied().collect();
                assert_eq!(world.len() % (rows * part.len()), 0);
                part.iter().zip(&world).for_each(|(member, value)| levels[*member as usize] = *value);
            }
        }
        let first = &there.policies[1].answers[0];
        assert_eq!(counterflow_explore::comparison::Band::of(levels), first.band);
        assert_eq!((first.outcome, first.reference), (0, counterflow_explore::comparison::Reference::Level));
    }

    #[test]
    fn flows_balance_and_questions_that_do_not_read_are_told() {
        let desk = Desk::new(bundle());
        let scenario = serde_json::to_value(link::read(LINK).unwrap().remove(0)).unwrap();
        let flows = desk.flows(&json!({ "scenario": scenario, "year": 2030 }).to_string()).unwrap();
        let value = |diagram: &str, from: &str, to: &str| {
            let links = flows["diagrams"][diagram]["links"].as_array().unwrap();
            let link = links.iter().find(|link| link["from"] == from && link["to"] == to).unwrap();
            link["band"][2].as_f64().unwrap()
        };
        assert!(value("kilograms", "sent", "arrived") > value("kilograms", "sent", "seized_ports"));
        assert!(value("guns", "bought", "arrived") > 0.0 && value("people", "illicit_oud", "treatment") > 0.0);
        for (question, part) in [
            ("{", "question"),
            (r#"{"scenario":{},"year":1900}"#, "expected a year of the model, 1999 to 2040"),
            (
                r#"{"scenario":{"moves":[{"lever":"naloxon","dose":2,"start":"2026-01"}]},"year":2030}"#,
                "did you mean `naloxone`",
            ),
            (r#"{"scenario":{"assumptions":{"kit_cos":2}},"year":2030}"#, "did you mean `kit_cost`"),
            (r#"{"scenario":{"more":1},"year":2030}"#, "unknown field `more`"),
        ] {
            let problems = desk.flows(question).unwrap_err();
            assert!(problems.iter().any(|problem| problem.to_string().contains(part)), "{question}: {problems:?}");
        }
        assert!(
            desk.compare(r#"{"scenarios":[]}"#).is_err() && desk.compare(r#"{"scenarios":[{}],"draws":0}"#).is_err()
        );
        assert!(desk.contest(r#"{"first":{},"second":{},"outcome":"none"}"#).is_err());
    }
}
