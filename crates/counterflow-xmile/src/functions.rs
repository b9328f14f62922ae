//! The table of functions: names, numbers of arguments and what each stands for.

use counterflow_model::{Beyond, Binary, Clock, Reduction, Unary};

/// A function, by what the importer does with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    /// An operator on one value.
    Unary(Unary),
    /// An operator on two values.
    Binary(Binary),
    /// MIN or MAX: of one array, or of two or more values.
    Extreme(Reduction),
    /// MEAN: of one array, or of two or more values.
    Mean,
    /// A reduction of one array.
    Reduce(Reduction),
    /// Something else about one array.
    Array(Array),
    /// A value of the clock, with or without brackets.
    Clock(Clock),
    /// A number that has a name, with or without brackets.
    Constant(f64),
    /// A smooth or material delay; without a number of stages they are the third argument.
    Cascade {
        /// Whether what comes in must come out.
        is_delay: bool,
        /// Number of stages.
        stages: Option<usize>,
    },
    /// The same with the number of stages behind the initial value, as Vensim has it.
    CascadeLast {
        /// Whether what comes in must come out.
        is_delay: bool,
    },
    /// A graphical function at a value, read in this way outside and between its points.
    LookupAs(Beyond),
    /// A function of time.
    Timely(Timely),
    /// A function that remembers.
    Memory(Memory),
    /// A formula of its arguments.
    Formula(Formula),
    /// A random number; at its middle in a run without noise.
    Random(Random),
}

/// Questions about an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Array {
    /// Number of elements.
    Size,
    /// Standard deviation of the elements as a population.
    Deviation,
    /// Position of the element of a rank, from 1 for the smallest.
    Rank,
}

/// Functions of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timely {
    /// `STEP(height, from)`.
    Step,
    /// `RAMP(slope, from, until)`.
    Ramp,
    /// `PULSE(volume, at, every)`.
    Pulse,
    /// `PULSE TRAIN(from, width, every, until)`: 1 within, 0 outside.
    PulseTrain,
}

/// Functions that remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// The value at the start of the run.
    Initial,
    /// The second argument at the start, the first later.
    ActiveInitial,
    /// The value one step ago.
    Previous,
    /// The input when a condition last held.
    SampleIfTrue,
    /// The input a fixed time ago.
    FixedDelay,
    /// Relative change of a smoothed input in a unit of time.
    Trend,
    /// What a trend leads to.
    Forecast,
}

/// Formulas of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// A choice between two values.
    If,
    /// A quotient that does not fail at zero.
    SafeDivide,
    /// A graphical function at a value.
    Lookup,
    /// The argument itself.
    Same,
    /// The nearest whole number; halves away from zero.
    Round,
    /// The whole part, towards zero.
    Truncate,
    /// The whole multiple of the second argument, towards zero.
    Quantum,
    /// -1, 0 or 1.
    Sign,
    /// A hundred times the argument.
    Percent,
    /// Logarithm of the first argument to the base of the second; without one, to 10.
    Logarithm,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
}

/// Random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Random {
    /// `NORMAL(mean, deviation)`.
    Normal,
    /// `RANDOM NORMAL(low, high, mean, deviation, seed)`.
    TruncatedNormal,
    /// `LOGNORMAL(mean, deviation)`.
    LogNormal,
    /// `RANDOM(low, high)`.
    Uniform,
    /// `EXPRND(mean)`.
    Exponential,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name, as XMILE writes it.
    pub name: &'static str,
    /// Fewest and most arguments.
    pub arguments: (usize, usize),
    /// What it stands for.
    pub function: Function,
}

const fn entry(name: &'static str, fewest: usize, most: usize, function: Function) -> Entry {
    Entry { name, arguments: (fewest, most), function }
}

const fn cascade(name: &'static str, is_delay: bool, stages: usize) -> Entry {
    entry(name, 2, 3, Function::Cascade { is_delay, stages: Some(stages) })
}

/// More arguments than this are a slip.
const MANY: usize = 100;

/// Every function, in the order of the XMILE standard, with names that only other programs use behind it.
pub const FUNCTIONS: &[Entry] = &[
    entry("ABS", 1, 1, Function::Unary(Unary::Abs)),
    entry("ARCCOS", 1, 1, Function::Unary(Unary::Arccos)),
    entry("ARCSIN", 1, 1, Function::Unary(Unary::Arcsin)),
    entry("ARCTAN", 1, 1, Function::Unary(Unary::Arctan)),
    entry("COS", 1, 1, Function::Unary(Unary::Cos)),
    entry("EXP", 1, 1, Function::Unary(Unary::Exp)),
    entry("INF", 0, 0, Function::Constant(f64::INFINITY)),
    entry("INT", 1, 1, Function::Unary(Unary::Int)),
    entry("LN", 1, 1, Function::Unary(Unary::Ln)),
    entry("LOG10", 1, 1, Function::Unary(Unary::Log10)),
    entry("MAX", 1, MANY, Function::Extreme(Reduction::Maximum)),
    entry("MIN", 1, MANY, Function::Extreme(Reduction::Minimum)),
    entry("PI", 0, 0, Function::Constant(std::f64::consts::PI)),
    entry("SIN", 1, 1, Function::Unary(Unary::Sin)),
    entry("SQRT", 1, 1, Function::Unary(Unary::Sqrt)),
    entry("TAN", 1, 1, Function::Unary(Unary::Tan)),
    entry("EXPRND", 1, 2, Function::Random(Random::Exponential)),
    entry("LOGNORMAL", 2, 3, Function::Random(Random::LogNormal)),
    entry("NORMAL", 2, 5, Function::Random(Random::Normal)),
    entry("RANDOM", 2, 3, Function::Random(Random::Uniform)),
    entry("DELAY", 2, 3, Function::Memory(Memory::FixedDelay)),
    cascade("DELAY1", true, 1),
    cascade("DELAY3", true, 3),
    entry("DELAYN", 3, 4, Function::Cascade { is_delay: true, stages: None }),
    entry("FORCST", 3, 4, Function::Memory(Memory::Forecast)),
    cascade("SMTH1", false, 1),
    cascade("SMTH3", false, 3),
    entry("SMTHN", 3, 4, Function::Cascade { is_delay: false, stages: None }),
    entry("TREND", 2, 3, Function::Memory(Memory::Trend)),
    entry("PULSE", 1, 3, Function::Timely(Timely::Pulse)),
    entry("RAMP", 2, 3, Function::Timely(Timely::Ramp)),
    entry("STEP", 2, 2, Function::Timely(Timely::Step)),
    entry("DT", 0, 0, Function::Clock(Clock::Step)),
    entry("STARTTIME", 0, 0, Function::Clock(Clock::Start)),
    entry("STOPTIME", 0, 0, Function::Clock(Clock::Stop)),
    entry("TIME", 0, 0, Function::Clock(Clock::Time)),
    entry("INIT", 1, 1, Function::Memory(Memory::Initial)),
    entry("PREVIOUS", 2, 2, Function::Memory(Memory::Previous)),
    entry("LOOKUP", 2, 2, Function::Formula(Formula::Lookup)),
    entry("SAFEDIV", 2, 3, Function::Formula(Formula::SafeDivide)),
    entry("MEAN", 1, MANY, Function::Mean),
    entry("PROD", 1, 1, Function::Reduce(Reduction::Product)),
    entry("RANK", 2, 2, Function::Array(Array::Rank)),
    entry("SIZE", 1, 1, Function::Array(Array::Size)),
    entry("STDDEV", 1, 1, Function::Array(Array::Deviation)),
    entry("SUM", 1, 1, Function::Reduce(Reduction::Sum)),
    entry("ROUND", 1, 1, Function::Formula(Formula::Round)),
    entry("SIGN", 1, 1, Function::Formula(Formula::Sign)),
    entry("PERCENT", 1, 1, Function::Formula(Formula::Percent)),
    entry("SINH", 1, 1, Function::Formula(Formula::Sinh)),
    entry("COSH", 1, 1, Function::Formula(Formula::Cosh)),
    entry("TANH", 1, 1, Function::Formula(Formula::Tanh)),
    entry("MOD", 2, 2, Function::Binary(Binary::Modulo)),
    entry("NAN", 0, 0, Function::Constant(f64::NAN)),
    entry("IF THEN ELSE", 3, 3, Function::Formula(Formula::If)),
    entry("ZIDZ", 2, 2, Function::Formula(Formula::SafeDivide)),
    entry("XIDZ", 3, 3, Function::Formula(Formula::SafeDivide)),
    entry("INTEGER", 1, 1, Function::Formula(Formula::Truncate)),
    entry("MODULO", 2, 2, Function::Binary(Binary::Modulo)),
    entry("QUANTUM", 2, 2, Function::Formula(Formula::Quantum)),
    entry("POWER", 2, 2, Function::Binary(Binary::Power)),
    entry("LOG", 1, 2, Function::Formula(Formula::Logarithm)),
    entry("VMIN", 1, 1, Function::Reduce(Reduction::Minimum)),
    entry("VMAX", 1, 1, Function::Reduce(Reduction::Maximum)),
    entry("ELMCOUNT", 1, 1, Function::Array(Array::Size)),
    entry("INITIAL", 1, 1, Function::Memory(Memory::Initial)),
    entry("ACTIVE INITIAL", 2, 2, Function::Memory(Memory::ActiveInitial)),
    entry("SAMPLE IF TRUE", 3, 3, Function::Memory(Memory::SampleIfTrue)),
    entry("DELAY FIXED", 3, 3, Function::Memory(Memory::FixedDelay)),
    entry("FORECAST", 3, 4, Function::Memory(Memory::Forecast)),
    entry("PULSE TRAIN", 4, 4, Function::Timely(Timely::PulseTrain)),
    entry("LOOKUP EXTRAPOLATE", 2, 2, Function::LookupAs(Beyond::Extrapolate)),
    entry("LOOKUP BACKWARD", 2, 2, Function::LookupAs(Beyond::Steps)),
    entry("SMOOTH N", 4, 4, Function::CascadeLast { is_delay: false }),
    entry("DELAY N", 4, 4, Function::CascadeLast { is_delay: true }),
    entry("GAME", 1, 1, Function::Formula(Formula::Same)),
    cascade("SMOOTH", false, 1),
    cascade("SMOOTHI", false, 1),
    cascade("SMOOTH3", false, 3),
    cascade("SMOOTH3I", false, 3),
    cascade("DELAY1I", true, 1),
    cascade("DELAY3I", true, 3),
    entry("RANDOM NORMAL", 5, 5, Function::Random(Random::TruncatedNormal)),
    entry("RANDOM UNIFORM", 2, 3, Function::Random(Random::Uniform)),
    entry("UNIFORM", 2, 3, Function::Random(Random::Uniform)),
];

/// Names that stand for values of the clock in files which another program wrote.
pub const CLOCKS: &[(&str, &str)] = &[("time_step", "DT"), ("initial_time", "STARTTIME"), ("final_time", "STOPTIME")];

/// A function by its canonical name.
pub fn named(canonical: &str) -> Option<&'static Entry> {
    let same = |entry: &&Entry| {
        let letters =
            |text: &str| text.bytes().map(|b| if b == b' ' { b'_' } else { b.to_ascii_lowercase() }).collect();
        let name: Vec<u8> = letters(entry.name);
        name == canonical.as_bytes()
    };
    FUNCTIONS.iter().find(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for entry in FUNCTIONS {
            let alike = FUNCTIONS.iter().filter(|other| other.name == entry.name).count();
            assert_eq!(alike, 1, "{}", entry.name);
        }
        assert!(named("sample_if_true").is_some());
    }
}
