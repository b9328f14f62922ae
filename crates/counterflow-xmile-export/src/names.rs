//! Names in the file: ours, made plain where they are the compiler's, and never two alike.

use std::collections::BTreeSet;

use counterflow_model::{Model, VariableId};

/// Names of everything that is written.
#[derive(Debug)]
pub struct Names {
    variables: Vec<String>,
    taken: BTreeSet<String>,
}

/// Words that mean something else in an equation.
const RESERVED: &[&str] =
    &["time", "dt", "starttime", "stoptime", "initial_time", "final_time", "time_step", "saveper"];

impl Names {
    /// Names for all variables of a model.
    pub fn new(model: &Model) -> Names {
        let mut names =
            Names { variables: Vec::new(), taken: RESERVED.iter().map(|word| (*word).to_owned()).collect() };
        for variable in &model.variables {
            let name = names.fresh(&plain(&variable.name));
            names.variables.push(name);
        }
        names
    }

    /// The name of a variable, with `_` between words.
    pub fn of(&self, id: VariableId) -> &str {
        &self.variables[id.0]
    }

    /// A name that nothing else has: the one wanted, or that with a number.
    pub fn fresh(&mut self, wanted: &str) -> String {
        let numbered = |n: usize| if n == 1 { wanted.to_owned() } else { format!("{wanted}_{n}") };
        let name = (1..).map(numbered).find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}

/// `deaths.smth3_1.2` is `deaths_smth3_1_stage_2`; everything that is not a letter or digit is `_`.
fn plain(name: &str) -> String {
    let name = match name.rsplit_once('.') {
        Some((before, stage)) if stage.parse::<u32>().is_ok() => format!("{before}_stage_{stage}"),
        _ => name.to_owned(),
    };
    name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// How a name is declared: XMILE treats blanks and `_` alike, and one of the readers only finds elements with blanks.
pub fn declared(name: &str) -> String {
    name.replace('_', " ")
}

/// How a name stands in an equation. One reader takes the start of `not_rescued` for the operator, unless it is quoted.
pub fn quoted(name: &str) -> String {
    if name.starts_with("not") { format!("\"{name}\"") } else { name.to_owned() }
}
