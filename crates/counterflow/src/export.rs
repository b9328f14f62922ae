//! A model for other programs: one XMILE file that computes what a run of the named member computes.

use std::collections::BTreeMap;

use counterflow_engine::{Move, Plan, PlanOptions, Schedule};
use counterflow_model::{Binary, Clock, Definition, Expr, Model, Ternary, VariableId};
use counterflow_xmile_export::Options;
pub use counterflow_xmile_export::PAGE;

use crate::error::Problem;
use crate::policy::{Policy, STATUS_QUO};
use crate::project::Project;
use crate::simulate::named_member;

/// The text of the file: parameters at the values of the named member, levers as the policy moves them, no noise.
///
/// # Errors
/// If the model does not compile or its posterior does not read.
pub fn xmile(project: &Project, policy: &Policy) -> Result<String, Problem> {
    let model = project.model().map_err(|_| Problem::new("export", "the model does not compile; `check` says why"))?;
    let plan = Plan::new(model, &PlanOptions::default());
    let (words, draw) = named_member(project, &plan)?;
    let parameters = plan.parameters().iter().copied().zip(draw).collect();
    let levers = levers(model, &policy.schedule(model));
    let options = Options { levers, parameters, notes: notes(model, policy, &words) };
    Ok(counterflow_xmile_export::export(model, &options))
}

/// What a reader must know that equations do not say.
fn notes(model: &Model, policy: &Policy, member: &str) -> Vec<String> {
    let mut notes = vec![format!("Parameters: {member}.")];
    let policy = if policy.id == STATUS_QUO && policy.levers.is_empty() { "status quo" } else { &policy.name };
    notes.push(format!("Policy: {policy}."));
    let noisy: Vec<&str> =
        model.variables.iter().filter(|v| is_noisy(&v.definition)).map(|variable| variable.name.as_str()).collect();
    if !noisy.is_empty() {
        notes.push(format!("Random numbers are written as 0 in: {}.", noisy.join(", ")));
    }
    notes
}

fn is_noisy(definition: &Definition) -> bool {
    let equations = match definition {
        Definition::Stock(stock) => vec![&stock.initial, &stock.net],
        Definition::Cell(cell) => vec![&cell.initial, &cell.next],
        Definition::Flow(equation) | Definition::Auxiliary(equation) => vec![equation],
        Definition::Parameter(_) | Definition::Lever(_) => Vec::new(),
    };
    let mut found = false;
    for expr in equations.into_iter().flat_map(|equation| equation.expressions()) {
        expr.walk(&mut |e| found |= matches!(e, Expr::Noise { .. }));
    }
    found
}

/// Equations of the lever elements that a schedule moves.
fn levers(model: &Model, schedule: &Schedule) -> BTreeMap<(VariableId, usize), Expr> {
    let mut equations = BTreeMap::new();
    for one in &schedule.moves {
        if let Definition::Lever(lever) = &model.variable(one.lever).definition {
            let equation = equations.entry((one.lever, one.element)).or_insert_with(|| Expr::Number(lever.neutral));
            let moved = Expr::binary(Binary::Multiply, Expr::Number(one.change), share(one));
            *equation = Expr::binary(Binary::Add, equation.clone(), moved);
        }
    }
    equations
}

/// The share of the full dose over time, as [`Move::share`] has it.
fn share(one: &Move) -> Expr {
    let up = rise(one.start, one.ramp);
    match one.end {
        None => up,
        Some(end) => {
            let left = Expr::binary(Binary::Subtract, up, rise(end, one.ramp));
            Expr::binary(Binary::Maximum, Expr::Number(0.0), left)
        }
    }
}

fn rise(from: f64, length: f64) -> Expr {
    let [zero, one] = [0.0, 1.0].map(Expr::Number);
    let time = Expr::Clock(Clock::Time);
    if length <= 0.0 {
        // Early by as little as in a run, so that rounding of the time never moves the edge.
        let reached = Expr::binary(Binary::GreaterOrEqual, time, Expr::Number(from - 1e-6));
        return Expr::Ternary(Ternary::Select, Box::new(reached), Box::new(one), Box::new(zero));
    }
    let since = Expr::binary(Binary::Subtract, time, Expr::Number(from));
    let share = Expr::binary(Binary::Divide, since, Expr::Number(length));
    Expr::binary(Binary::Maximum, zero, Expr::binary(Binary::Minimum, one, share))
}
