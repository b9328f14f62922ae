//! A brief as JSON; `docs/reference/brief.md` says what stands where. Nothing in it depends on the machine.

use counterflow::Project;
use counterflow::answers::{Answer, Band, BreakEven, Reference};
use counterflow::brief::{
    Ahead, Assumption, Brief, Burden, CLEAR, Contest, Course, EqualBudget, First, Plane, Point, Rung, Standing,
    VISIBLE, World, answer_of,
};
use serde_json::{Value, json};

use super::super::compare::data_through;
use counterflow::comparison::json::{basis_word, break_even_of};

/// The whole document.
pub fn of(brief: &Brief, project: &Project) -> Value {
    let names = Names { brief };
    let taken: serde_json::Map<String, Value> =
        project.slots.iter().map(|slot| (slot.name.clone(), slot.taken().name.clone().into())).collect();
    json!({
        "policies": brief.policies.iter().map(|p| json!({ "id": p.id, "name": p.name, "kinetic_levers": p.kinetic })).collect::<Vec<_>>(),
        "outcomes": brief.taken.outcomes.iter().map(|o| json!({
            "id": o.id, "title": o.title, "unit": o.unit, "summary": o.summary, "better": o.better, "concerns": o.concerns,
        })).collect::<Vec<_>>(),
        "variants_taken": taken,
        "reversals": brief.worlds.iter().map(|world| names.world(world)).collect::<Vec<_>>(),
        "burdens": brief.taken.burdens.iter().enumerate().map(|(k, b)| names.burden(k, b)).collect::<Vec<_>>(),
        "planes": brief.taken.planes.iter().map(|plane| names.plane(plane)).collect::<Vec<_>>(),
        "doses": brief.taken.doses.iter().enumerate().map(|(k, rungs)| json!({
            "policy": names.policy(Some(k)),
            "factors": rungs.iter().map(|rung| names.rung(rung)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "equal_budget": brief.taken.equal_budget.as_ref().map(|equal| names.equal_budget(equal)),
        "first_effect": { "clear_share": CLEAR, "visible_share": VISIBLE },
        "discount": brief.discount,
        "years": [brief.taken.years.0, brief.taken.years.1],
        "untested_from": brief.untested_from,
        "draws": brief.draws,
        "seed": brief.seed,
        "data_through": data_through(project),
        "model_version": project.version,
    })
}

/// Positions to short names.
struct Names<'a> {
    brief: &'a Brief,
}

impl Names<'_> {
    fn policy(&self, position: Option<usize>) -> &str {
        position.map_or("status_quo", |k| &self.brief.policies[k].id)
    }

    fn outcome(&self, position: usize) -> &str {
        &self.brief.taken.outcomes[position].id
    }

    fn world(&self, world: &World) -> Value {
        json!({
            "variant": world.choice.as_ref().map(ToString::to_string),
            "posterior": world.posterior,
            "fitted": world.fitted,
            "from_priors": world.from_priors,
            "assumptions_moved": world.reversals.assumptions.iter().map(assumption).collect::<Vec<_>>(),
            "contests": world.reversals.contests.iter().map(|c| self.contest(c)).collect::<Vec<_>>(),
        })
    }

    fn contest(&self, contest: &Contest) -> Value {
        let ahead = match contest.ahead {
            Ahead::First => Some(self.policy(Some(contest.first))),
            Ahead::Second => Some(self.policy(contest.second)),
            Ahead::Neither | Ahead::Undirected => None,
        };
        json!({
            "outcome": self.outcome(contest.outcome),
            "first": self.policy(Some(contest.first)),
            "second": self.policy(contest.second),
            "ahead": ahead,
            "difference": band(&contest.difference.band),
            "against_today": contest.today.as_ref().map(|today| band(&today.band)),
            "basis": basis_word(contest.difference.basis),
            "p_first_better": contest.difference.p_better,
            "break_evens": contest.turns.iter().map(turn).collect::<Vec<_>>(),
        })
    }

    fn burden(&self, policy: usize, burden: &Burden) -> Value {
        let effect = |c: &Course| {
            json!({
                "outcome": self.outcome(c.outcome),
                "first_clear": c.onset.clear.map(first),
                "first_visible": c.onset.visible.map(first),
                "years": self.years(&c.years),
            })
        };
        let payers = burden.payers.iter().map(|p| {
            json!({
                "payer": p.payer, "total": band(&p.total), "discounted": band(&p.discounted), "years": self.years(&p.years),
            })
        });
        json!({
            "policy": self.policy(Some(policy)),
            "effects": burden.courses.iter().map(effect).collect::<Vec<_>>(),
            "payers": payers.collect::<Vec<_>>(),
            "levers_without_cost": burden.without_cost,
        })
    }

    fn years(&self, years: &[(f64, Band)]) -> Vec<Value> {
        let one = |(year, found): &(f64, Band)| {
            let mut value = band(found);
            value["year"] = json!(year);
            value["tested"] = json!(year + 1.0 <= self.brief.untested_from);
            value
        };
        years.iter().map(one).collect()
    }

    fn plane(&self, plane: &Plane) -> Value {
        let point = |(k, point): (usize, &Point)| {
            json!({
                "policy": self.policy(Some(k)),
                "cost_discounted": band(&point.cost),
                "averted": band(&point.averted),
                "averted_discounted": band(&point.averted_discounted),
                "standing": self.standing(&point.standing),
                "usd_per_averted": point.ratio,
                "usd_per_averted_discounted": point.ratio_discounted,
            })
        };
        json!({
            "outcome": self.outcome(plane.outcome),
            "points": plane.points.iter().enumerate().map(point).collect::<Vec<_>>(),
        })
    }

    fn standing(&self, standing: &Standing) -> Value {
        match standing {
            Standing::Efficient { from, ratio } => {
                json!({ "is": "efficient", "from": ratio.map(|_| self.policy(*from)), "incremental_ratio": ratio })
            }
            Standing::Dominated { by } => json!({ "is": "dominated", "by": [self.policy(*by)] }),
            Standing::MixDominated { by } => {
                json!({ "is": "dominated_by_mix", "by": [self.policy(by.0), self.policy(by.1)] })
            }
            Standing::Unknown => json!({ "is": "unknown" }),
        }
    }

    fn rung(&self, rung: &Rung) -> Value {
        let stopped = rung
            .stopped
            .as_ref()
            .map(|stop| json!({ "lever": stop.lever, "range_ends_at": stop.end, "factor": stop.factor }));
        json!({ "factor": rung.factor, "stopped": stopped, "effects": self.effects(&rung.answers) })
    }

    fn equal_budget(&self, equal: &EqualBudget) -> Value {
        let policies = equal.policies.iter().enumerate().map(|(k, brought)| {
            json!({
                "policy": self.policy(Some(k)),
                "factor": brought.factor,
                "note": brought.note,
                "effects": self.effects(&brought.answers),
            })
        });
        json!({
            "amount": equal.amount,
            "cost_of": equal.of.map(|k| self.policy(Some(k))),
            "policies": policies.collect::<Vec<_>>(),
        })
    }

    /// Both references for each outcome.
    fn effects(&self, answers: &[Answer]) -> Vec<Value> {
        let effects = answers.iter().filter(|a| a.reference == Reference::StatusQuo);
        let one = |effect: &Answer| {
            let today = answer_of(answers, effect.outcome, Reference::Today);
            json!({
                "outcome": self.outcome(effect.outcome),
                "against_status_quo": band(&effect.band),
                "against_today": today.map(|a| band(&a.band)),
                "basis": basis_word(effect.basis),
            })
        };
        effects.map(one).collect()
    }
}

fn first(first: First) -> Value {
    json!({ "month": first.month, "sign": first.sign })
}

fn assumption(assumption: &Assumption) -> Value {
    json!({
        "parameter": assumption.parameter,
        "unit": assumption.unit,
        "grade": assumption.grade,
        "basis": basis_word(assumption.basis),
    })
}

fn band(band: &Band) -> Value {
    json!({ "median": band.median, "lo90": band.lo90, "lo50": band.lo50, "hi50": band.hi50, "hi90": band.hi90 })
}

fn turn(turn: &BreakEven) -> Value {
    break_even_of(turn)
}
