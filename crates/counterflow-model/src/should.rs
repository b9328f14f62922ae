//! What must come out if inputs are set: statements about extremes and directions.

use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::model::{Place, SectorId, VariableId};

/// A statement that sets inputs and says what must come out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Should {
    /// The statement in words.
    pub statement: String,
    /// Settings of both runs: of the one that is judged and of the one that it is compared with.
    pub given: Vec<Setting>,
    /// Settings of the run that is judged.
    pub settings: Vec<Setting>,
    /// Time from which all settings hold; `None` from the start of the run.
    pub from: Option<f64>,
    /// What must come out.
    pub expectations: Vec<Expectation>,
    /// Share of the draws in which all of it must come out.
    pub share: f64,
    /// Why, or why an exception is one; may be empty.
    pub because: String,
    /// Why the model is known to miss it, if it does.
    pub known_miss: Option<String>,
    /// Sector that declares it.
    pub sector: SectorId,
    /// Place in the text.
    pub place: Place,
}

/// An input and what it is set to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The input.
    pub target: Target,
    /// What it is set to; several amounts are runs of their own, in order.
    pub amounts: Vec<Amount>,
}

/// An input, or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// Elements of a lever or parameter, by position.
    Elements(VariableId, Vec<usize>),
    /// Every lever in turn, one in each run.
    EachLever,
    /// All levers together.
    EveryLever,
}

/// What an input is set to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Amount {
    /// This value, in the input's unit; it may lie outside the range.
    Value(f64),
    /// So many times what it would be; parameters only.
    Times(f64),
    /// The lower end of the range.
    Low,
    /// The upper end of the range.
    High,
    /// The value that changes nothing; levers only.
    Neutral,
}

/// A part of what must come out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expectation {
    /// As written.
    pub text: String,
    /// What is measured.
    pub measured: Expr,
    /// When.
    pub when: When,
    /// How it must lie.
    pub relation: Relation,
    /// To what.
    pub reference: Reference,
}

/// The times of a run that count.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum When {
    /// The value at a time.
    At(f64),
    /// The mean over the save intervals of a span.
    Mean(f64, f64),
    /// The value at every saved time of a span.
    Always(f64, f64),
}

impl When {
    /// The last time that counts.
    pub fn end(self) -> f64 {
        match self {
            When::At(time) => time,
            When::Mean(_, to) | When::Always(_, to) => to,
        }
    }
}

/// How a value must lie to its reference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Relation {
    /// Above.
    Above,
    /// Below.
    Below,
    /// Below or equal.
    NotAbove,
    /// Above or equal.
    NotBelow,
    /// Equal but for rounding.
    Equals,
    /// Off by this share of the reference at most.
    Within(f64),
    /// Above the value of the amount before.
    Rises,
    /// Below the value of the amount before.
    Falls,
}

/// With what a value is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reference {
    /// The value of the amount before: see [`Relation::Rises`].
    Before,
    /// So many times its value in the run without the settings, of the same member.
    StatusQuo(f64),
    /// A value of the same run.
    Value(Expr),
}

impl Relation {
    /// By how much a value satisfies the relation, as a share of the reference (of the value, where that is nought); below
    /// zero it does not, and what is not finite never does.
    pub fn margin(self, value: f64, reference: f64) -> f64 {
        /// Relative difference that counts as rounding.
        const ROUNDING: f64 = 1e-9;
        let scale = if reference == 0.0 { value.abs() } else { reference.abs() };
        let above = if value == reference { 0.0 } else { (value - reference) / scale };
        let strict = |margin: f64| if margin == 0.0 { -f64::MIN_POSITIVE } else { margin };
        let margin = match self {
            Relation::Above | Relation::Rises => strict(above),
            Relation::Below | Relation::Falls => strict(-above),
            Relation::NotAbove => ROUNDING - above,
            Relation::NotBelow => ROUNDING + above,
            Relation::Equals => ROUNDING - above.abs(),
            Relation::Within(share) => share - above.abs(),
        };
        if value.is_finite() && !margin.is_nan() { margin } else { f64::NEG_INFINITY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_say_whether_a_relation_holds() {
        let holds = |relation: Relation, value, reference| relation.margin(value, reference) >= 0.0;
        assert!(holds(Relation::Above, 2.0, 1.0) && !holds(Relation::Above, 1.0, 1.0));
        assert!(holds(Relation::Falls, -2.0, -1.0) && !holds(Relation::Below, 0.0, 0.0));
        assert!(holds(Relation::NotBelow, 0.0, 0.0) && !holds(Relation::NotBelow, -1e-3, 0.0));
        assert!(holds(Relation::Equals, 1.0 + 1e-12, 1.0) && !holds(Relation::Equals, 1e-12, 0.0));
        assert!(holds(Relation::Within(0.1), 1.05, 1.0) && !holds(Relation::Within(0.1), 0.85, 1.0));
        assert!(!holds(Relation::Above, f64::INFINITY, 1.0) && !holds(Relation::NotAbove, f64::NAN, 1.0));
        assert!(!holds(Relation::Above, 1.0, f64::NAN));
        assert_eq!(Relation::Above.margin(3.0, 2.0), 0.5);
    }
}
