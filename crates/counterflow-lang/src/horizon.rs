//! The span of a run: from a `horizon` statement, or else from the project.

use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::syntax::{HorizonStatement, Span, Statement, StatementKind};
use counterflow_model::Horizon;

/// Most steps of a run.
const MOST_STEPS: f64 = 1_000_000.0;

/// The horizon, if there is exactly one and it is possible.
pub fn horizon(statements: &[Statement], project: Option<Horizon>, report: &mut Report) -> Option<Horizon> {
    let mut found = project.map(|horizon| (too_long(&horizon).map_or(Ok(horizon), Err), Span::PROJECT));
    let mut written = 0;
    for statement in statements {
        if let StatementKind::Horizon(horizon) = &statement.kind {
            written += 1;
            if written > 1 {
                let message = "the horizon is given a second time";
                report.push(Finding::new(Code::E1014, statement.span, message).help("keep one `horizon` statement"));
            }
            found = Some((possible(horizon), statement.span));
        }
    }
    match found {
        None => {
            let message = "no horizon is given: from when to when should the model run?";
            let help = "write for example `horizon 1999 to 2041 steps 48 saves 12 method euler`";
            report.push(Finding::new(Code::E1013, Span::PROJECT, message).help(help));
            None
        }
        Some((Err(message), span)) => {
            report.push(Finding::new(Code::E1015, span, message));
            None
        }
        Some((Ok(horizon), _)) => Some(horizon),
    }
}

fn possible(statement: &HorizonStatement) -> Result<Horizon, String> {
    let HorizonStatement { start, stop, steps, saves, method } = *statement;
    if steps == 0 || saves == 0 || steps % saves != 0 {
        return Err(format!("{steps} steps in a year are not a multiple of {saves} saved points"));
    }
    let horizon = Horizon::yearly(start, stop, steps, saves, method);
    too_long(&horizon).map_or(Ok(horizon), Err)
}

fn too_long(horizon: &Horizon) -> Option<String> {
    let Horizon { start, stop, .. } = *horizon;
    if !(start.is_finite() && stop.is_finite() && stop > start) {
        return Some(format!("the horizon ends at {stop}, not after its start at {start}"));
    }
    let steps = horizon.steps_per_time();
    let message = format!("{steps} steps in a year from {start} to {stop} are more than {MOST_STEPS} steps");
    (steps * (stop - start) > MOST_STEPS).then_some(message)
}
