//! Names in the file: ours, made plain where they are the compiler's, and never two alike.

use std::collections::BTreeSet;

use counterflow_model::{DimensionId, Model, VariableId};

/// Names of everything that is written.
#[derive(Debug)]
pub struct Names {
    variables: Vec<String>,
    /// Each dimension with its elements.
    dimensions: Vec<(String, Vec<String>)>,
    taken: BTreeSet<String>,
}

/// Words that mean something else in an equation.
const RESERVED: &[&str] = &[
    "time",
    "dt",
    "starttime",
    "stoptime",
    "initial_time",
    "final_time",
    "time_step",
    "saveper",
    "and",
    "or",
    "not",
    "mod",
    "if",
    "then",
    "else",
    "pi",
    "inf",
    "nan",
];

impl Names {
    /// Names for all variables of a model.
    pub fn new(model: &Model) -> Names {
        let taken = RESERVED.iter().map(|word| (*word).to_owned()).collect();
        let mut names = Names { variables: Vec::new(), dimensions: Vec::new(), taken };
        let mut dimensions = BTreeSet::new();
        for dimension in &model.dimensions {
            let mut elements = BTreeSet::new();
            let within = dimension.elements.iter().map(|element| unused(&mut elements, &plain(element))).collect();
            names.dimensions.push((unused(&mut dimensions, &plain(&dimension.name)), within));
        }
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

    /// The name of a dimension.
    pub fn dimension(&self, id: DimensionId) -> &str {
        &self.dimensions[id.0].0
    }

    /// The name of a dimension's element.
    pub fn element(&self, id: DimensionId, position: usize) -> &str {
        &self.dimensions[id.0].1[position]
    }

    /// A name that nothing else has: the one wanted, or that with a number.
    pub fn fresh(&mut self, wanted: &str) -> String {
        unused(&mut self.taken, wanted)
    }
}

fn unused(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let numbered = |n: usize| if n == 1 { wanted.to_owned() } else { format!("{wanted}_{n}") };
    let name = (1..).map(numbered).find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(name.clone());
    name
}

/// `deaths.smth3_1.2` is `deaths_smth3_1_stage_2`. Everything that is not a letter or digit is `_`, once and only
/// between others: readers take several for one, and leave those at the ends out.
fn plain(name: &str) -> String {
    let name = match name.rsplit_once('.') {
        Some((before, stage)) if stage.parse::<u32>().is_ok() => format!("{before}_stage_{stage}"),
        _ => name.to_owned(),
    };
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "unnamed".to_owned() } else { words.join("_") }
}

/// How a name is declared: XMILE treats blanks and `_` alike, and one of the readers only finds elements with blanks.
pub fn declared(name: &str) -> String {
    name.replace('_', " ")
}

/// How a name stands in an equation. One reader takes the start of `not_rescued` for the operator, unless it is quoted;
/// most take that of `10_year_mean` for a number.
pub fn quoted(name: &str) -> String {
    let is_quoted = name.starts_with("not") || name.starts_with(|c: char| c.is_ascii_digit());
    if is_quoted { format!("\"{name}\"") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_never_two_alike() {
        let words = ["deaths.smth3_1.2", "Room__\u{e9} size", "-", "module.level"];
        let expected = ["deaths_smth3_1_stage_2", "room_size", "unnamed", "module_level"];
        assert_eq!(words.map(plain), expected);
        let mut taken = BTreeSet::new();
        assert_eq!(["a", "b", "a", "a"].map(|word| unused(&mut taken, word)), ["a", "b", "a_2", "a_3"]);
        assert_eq!(["not_here", "10_years", "nine"].map(quoted), ["\"not_here\"", "\"10_years\"", "nine"]);
    }
}
