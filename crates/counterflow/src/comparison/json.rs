//! A comparison as JSON. Nothing in it depends on the machine or the time it took.

use counterflow_explore::comparison::{Answer, Basis, BreakEven, Comparison, Driver, PolicyAnswer, Reference};
use serde_json::{Value, json};

/// The whole document.
pub fn of(comparison: &Comparison, version: &str, data_through: &str, equal_budget: bool) -> Value {
    let policies = comparison.policies.iter().map(|policy| policy_of(comparison, policy, equal_budget));
    json!({
        "policies": policies.collect::<Vec<_>>(),
        "draws": comparison.draws,
        "seed": comparison.seed,
        "data_through": data_through,
        "model_version": version,
    })
}

fn policy_of(comparison: &Comparison, policy: &PolicyAnswer, equal_budget: bool) -> Value {
    let outcomes: Vec<Value> = policy.answers.iter().map(|answer| answer_of(comparison, answer)).collect();
    let mut value = json!({ "id": policy.id, "name": policy.name });
    if equal_budget {
        value["scale"] = json!(policy.scale);
        value["note"] = json!(policy.note);
    }
    value["outcomes"] = json!(outcomes);
    value
}

fn answer_of(comparison: &Comparison, answer: &Answer) -> Value {
    let outcome = &comparison.outcomes[answer.outcome];
    let band = &answer.band;
    json!({
        "id": outcome.id,
        "unit": outcome.unit,
        "reference": reference_word(answer.reference),
        "median": band.median,
        "lo90": band.lo90,
        "lo50": band.lo50,
        "hi50": band.hi50,
        "hi90": band.hi90,
        "basis": basis_word(answer.basis),
        "p_better": answer.p_better,
        "break_even": answer.break_even.as_ref().map(break_even_of),
        "drivers": answer.drivers.iter().map(driver_of).collect::<Vec<_>>(),
    })
}

/// Where the sign of an effect turns.
pub fn break_even_of(turn: &BreakEven) -> Value {
    json!({
        "parameter": turn.parameter,
        "unit": turn.unit,
        "range": [turn.range.0, turn.range.1],
        "value": turn.value,
        "signs": [turn.signs.0, turn.signs.1],
    })
}

/// The word for a basis in every kind of result.
pub fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Data => "data",
        Basis::Analogy => "analogy",
        Basis::Assumption => "assumption",
    }
}

/// The word for a reference.
fn reference_word(reference: Reference) -> &'static str {
    match reference {
        Reference::Level => "level",
        Reference::StatusQuo => "status_quo",
        Reference::Today => "today",
    }
}

fn driver_of(driver: &Driver) -> Value {
    json!({
        "parameter": driver.parameter,
        "share": driver.share,
        "correlation": driver.correlation,
        "contraction": driver.contraction,
        "grade": driver.grade,
    })
}
