//! Priors of parameters. Their mathematics lives in `counterflow-calibrate`; here they are data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A prior. Every prior is cut off at the parameter's documented range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Prior {
    /// Mean and standard deviation.
    Normal(f64, f64),
    /// Median, and standard deviation of the logarithm.
    LogNormal(f64, f64),
    /// Lower and upper end.
    Uniform(f64, f64),
    /// Lower and upper end; the logarithm is uniform.
    LogUniform(f64, f64),
    /// The two shapes.
    Beta(f64, f64),
    /// Shape and rate.
    Gamma(f64, f64),
    /// Scale of the normal whose absolute value is taken.
    HalfNormal(f64),
}

impl Prior {
    /// Names and numbers of arguments, for the parser and for messages.
    pub const FAMILIES: &[(&str, usize)] = &[
        ("Normal", 2),
        ("LogNormal", 2),
        ("Uniform", 2),
        ("LogUniform", 2),
        ("Beta", 2),
        ("Gamma", 2),
        ("HalfNormal", 1),
    ];

    /// The prior of this name with these arguments, if the name is known, the count fits and the values make sense.
    pub fn new(name: &str, arguments: &[f64]) -> Option<Prior> {
        let finite = arguments.iter().all(|x| x.is_finite());
        let prior = match (name, arguments) {
            ("Normal", &[mean, sd]) if sd > 0.0 => Prior::Normal(mean, sd),
            ("LogNormal", &[median, sd]) if median > 0.0 && sd > 0.0 => Prior::LogNormal(median, sd),
            ("Uniform", &[low, high]) if low < high => Prior::Uniform(low, high),
            ("LogUniform", &[low, high]) if 0.0 < low && low < high => Prior::LogUniform(low, high),
            ("Beta", &[a, b]) if a > 0.0 && b > 0.0 => Prior::Beta(a, b),
            ("Gamma", &[shape, rate]) if shape > 0.0 && rate > 0.0 => Prior::Gamma(shape, rate),
            ("HalfNormal", &[scale]) if scale > 0.0 => Prior::HalfNormal(scale),
            _ => return None,
        };
        finite.then_some(prior)
    }
}

impl fmt::Display for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Prior::Normal(a, b) => write!(f, "Normal({a}, {b})"),
            Prior::LogNormal(a, b) => write!(f, "LogNormal({a}, {b})"),
            Prior::Uniform(a, b) => write!(f, "Uniform({a}, {b})"),
            Prior::LogUniform(a, b) => write!(f, "LogUniform({a}, {b})"),
            Prior::Beta(a, b) => write!(f, "Beta({a}, {b})"),
            Prior::Gamma(a, b) => write!(f, "Gamma({a}, {b})"),
            Prior::HalfNormal(a) => write!(f, "HalfNormal({a})"),
        }
    }
}
