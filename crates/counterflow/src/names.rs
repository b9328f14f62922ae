//! Finds variables and their elements by the names people type: `share`, `share[ports]`.

use counterflow_model::{Model, VariableId};

use crate::error::{Problem, nearest};

/// One element of a variable: the whole of a scalar.
pub type Element = (VariableId, usize);

/// The variable of this name. `allowed` narrows what may be meant, for example to levers, and `kind` says so; the nearest
/// allowed name is offered where nothing fits. `origin` is the file or option in which the name stood.
///
/// # Errors
/// If no allowed variable has that name.
pub fn variable(
    model: &Model,
    origin: &str,
    kind: &str,
    name: &str,
    allowed: impl Fn(VariableId) -> bool,
) -> Result<VariableId, Problem> {
    let known = model.ids().filter(|id| allowed(*id)).map(|id| model.variable(id).name.as_str());
    model.find(name).filter(|id| allowed(*id)).ok_or_else(|| unknown(origin, kind, name, known))
}

/// The elements that a name stands for: one, or all elements of an array.
///
/// # Errors
/// If no variable or element that the modeller declared has that name.
pub fn elements(model: &Model, origin: &str, name: &str) -> Result<Vec<Element>, Problem> {
    let base = name.split('[').next().unwrap_or(name).trim();
    let id = variable(model, origin, "variable", base, |id| !model.variable(id).hidden)?;
    if base == name.trim() {
        return Ok((0..model.size(id)).map(|position| (id, position)).collect());
    }
    let without_blanks = |text: &str| text.replace(' ', "");
    let wanted = without_blanks(name);
    let names: Vec<String> = (0..model.size(id)).map(|position| model.element_name(id, position)).collect();
    match names.iter().position(|known| without_blanks(known) == wanted) {
        Some(position) => Ok(vec![(id, position)]),
        None => Err(unknown(origin, &format!("element of `{base}`"), &wanted, names.iter().map(String::as_str))),
    }
}

/// The problem of a name that is not among the known ones.
pub fn unknown<'a>(origin: &str, kind: &str, found: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let article = if kind.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    let problem = Problem::new(origin, format!("found `{}`; expected the name of {article} {kind}", clipped(found)));
    match nearest(found, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// Text from outside, short enough for a message, on one line.
pub fn clipped(text: &str) -> String {
    const LONGEST: usize = 48;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if text.chars().count() > LONGEST { format!("{line}...") } else { line }
}
