//! What the writer has no form for that all readers share, found before anything is written.

use counterflow_model::{Beyond, Definition, Equation, Expr, Model};

/// A sentence for each variable that can not be written, in order of definition.
pub fn unwritten(model: &Model) -> Vec<String> {
    model
        .variables
        .iter()
        .filter_map(|v| reason(model, &v.definition).map(|why| format!("`{}` {why}", v.name)))
        .collect()
}

fn reason(model: &Model, definition: &Definition) -> Option<&'static str> {
    let equations: Vec<&Equation> = match definition {
        Definition::Cell(_) => return Some("keeps a value from step to step"),
        Definition::Stock(stock) => vec![&stock.initial, &stock.net],
        Definition::Flow(equation) | Definition::Auxiliary(equation) => vec![equation],
        Definition::Parameter(_) | Definition::Lever(_) => Vec::new(),
    };
    let mut why = None;
    for expr in equations.into_iter().flat_map(Equation::expressions) {
        expr.walk(&mut |e| match e {
            Expr::Phased { .. } => why = Some("has one equation for the start and another for the run"),
            Expr::Lookup(id, _) if model.lookups[id.0].beyond == Beyond::Steps => {
                why = Some("reads a discrete graphical function")
            }
            _ => {}
        });
    }
    why
}
