//! The table of functions: names, numbers of arguments and what each is lowered to.

use counterflow_model::standard::Cascade;
use counterflow_model::{Binary, Clock, Reduction, Unary};

/// A function of the language, by what the compiler does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// An operator on one value.
    Unary(Unary),
    /// MIN or MAX of two or more values.
    Extreme(Binary),
    /// SAFEDIV with two or three arguments.
    SafeDivide,
    /// A reduction of one array.
    Reduce(Reduction),
    /// A function of time.
    Timely(Timely),
    /// A function that makes stocks.
    Stateful(Cascade),
    /// The value at the start.
    Initial,
    /// A standard normal number from a named stream.
    Normal,
}

/// Functions of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timely {
    /// `STEP(height, from)`.
    Step,
    /// `RAMP(slope, from)` or `RAMP(slope, from, until)`.
    Ramp,
    /// `PULSE(volume, at)`.
    Pulse,
}

/// Functions with a fixed meaning: name, fewest and most arguments.
const FUNCTIONS: &[(&str, usize, usize, Function)] = &[
    ("SAFEDIV", 2, 3, Function::SafeDivide),
    ("STEP", 2, 2, Function::Timely(Timely::Step)),
    ("RAMP", 2, 3, Function::Timely(Timely::Ramp)),
    ("PULSE", 2, 2, Function::Timely(Timely::Pulse)),
    ("SMTH1", 2, 3, Function::Stateful(Cascade { is_delay: false, stages: 1 })),
    ("SMTH3", 2, 3, Function::Stateful(Cascade { is_delay: false, stages: 3 })),
    ("DELAY1", 2, 3, Function::Stateful(Cascade { is_delay: true, stages: 1 })),
    ("DELAY3", 2, 3, Function::Stateful(Cascade { is_delay: true, stages: 3 })),
    ("INIT", 1, 1, Function::Initial),
    ("NORMAL", 1, 1, Function::Normal),
];

/// Values of the clock, which are written without brackets.
const CLOCKS: &[(&str, Clock)] =
    &[("TIME", Clock::Time), ("DT", Clock::Step), ("STARTTIME", Clock::Start), ("STOPTIME", Clock::Stop)];

/// More arguments than this are a slip.
const MOST: usize = 100;

/// A function by its name in any case and the number of its arguments; with what numbers it takes.
pub fn named(name: &str, arguments: usize) -> Option<(Function, usize, usize)> {
    let upper = name.to_ascii_uppercase();
    let reduction = Reduction::ALL.iter().find(|(text, _)| *text == upper).map(|(_, reduction)| *reduction);
    let extreme = match upper.as_str() {
        "MIN" => Some(Binary::Minimum),
        "MAX" => Some(Binary::Maximum),
        _ => None,
    };
    match (reduction, extreme) {
        (Some(reduction), Some(_)) if arguments <= 1 => return Some((Function::Reduce(reduction), 1, MOST)),
        (_, Some(extreme)) => return Some((Function::Extreme(extreme), 1, MOST)),
        (Some(reduction), None) => return Some((Function::Reduce(reduction), 1, 1)),
        (None, None) => {}
    }
    if let Some((_, low, high, function)) = FUNCTIONS.iter().find(|(text, ..)| *text == upper) {
        return Some((*function, *low, *high));
    }
    let is_word = upper.chars().all(char::is_alphanumeric);
    let unary = Unary::named(&upper).filter(|operator| is_word && *operator != Unary::Not)?;
    Some((Function::Unary(unary), 1, 1))
}

/// The function of a call whose name and arguments have been checked.
pub fn of_call(name: &str, arguments: usize) -> Option<Function> {
    named(name, arguments).filter(|(_, low, high)| (*low..=*high).contains(&arguments)).map(|(function, ..)| function)
}

/// A value of the clock, in any case.
pub fn clock(name: &str) -> Option<Clock> {
    CLOCKS.iter().find(|(text, _)| text.eq_ignore_ascii_case(name)).map(|(_, clock)| *clock)
}

/// Whether this is the name of a function or of a value of the clock.
pub fn is_reserved(name: &str) -> bool {
    clock(name).is_some() || named(name, 1).is_some()
}

/// Names of all functions, for suggestions and the reference.
pub fn all() -> impl Iterator<Item = &'static str> {
    let unary = Unary::ALL.iter().filter(|u| !matches!(u, Unary::Negate | Unary::Not)).map(|u| u.name());
    let reductions = Reduction::ALL.iter().map(|(name, _)| *name);
    unary.chain(reductions).chain(FUNCTIONS.iter().map(|(name, ..)| *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_lists_every_function() {
        let reference = include_str!("../../../docs/reference/language.md");
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let words: Vec<&str> = reference.split(|c| !is_word(c)).collect();
        let missing: Vec<&str> =
            all().chain(CLOCKS.iter().map(|(name, _)| *name)).filter(|name| !words.contains(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
