//! Where a model meets data and people: observations, checks and outcomes.

use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::model::{Place, SectorId, VariableId};

/// A variable that is compared with a data series.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Observation {
    /// Name of the observation; by convention that of the series.
    pub name: String,
    /// Key of the data series.
    pub series: String,
    /// Sector that declares it.
    pub sector: SectorId,
    /// What the series should show: usually a variable, perhaps times a reporting factor.
    pub expression: Expr,
    /// Length of the series' periods.
    pub period: Period,
    /// How the model's values within a period become one.
    pub summary: Summary,
    /// How data scatter about the model.
    pub likelihood: Likelihood,
    /// First and last time (in years) that is used; the rest of the series is only shown.
    pub window: Option<(f64, f64)>,
    /// A sentence: what it is and what it leaves out.
    pub documentation: String,
    /// Place in the text.
    pub place: Place,
}

/// Length of a data period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// Calendar month.
    Month,
    /// Calendar year.
    Year,
    /// United States fiscal year: October to September.
    FiscalYear,
}

/// How the values within a period become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Summary {
    /// Mean rate times the length of the period in days / 365.25: the count in the period.
    Total,
    /// Mean over the period.
    Mean,
    /// Value at the period's end.
    End,
}

/// A family of distributions and its scale.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Likelihood {
    /// Which family.
    pub family: Family,
    /// The scale argument: a number or a scalar parameter; its meaning is given by the family.
    pub scale: Expr,
}

/// Families of likelihood. `mu` is the model's value, `s` the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    /// Negative binomial with mean `mu` and variance `mu + s * mu^2`.
    NegativeBinomial,
    /// Normal with standard deviation `s`, in the series' unit.
    Normal,
    /// Normal on the logarithm with standard deviation `s`, widened by the series' own `sd` where given.
    LogNormal,
    /// Student's t with 4 degrees of freedom on the logarithm with scale `s`, widened likewise.
    LogStudent,
    /// Normal on the logit with standard deviation `s`, for shares.
    LogitNormal,
}

impl Family {
    /// Every family with its word in the text.
    pub const ALL: &[(&str, Family)] = &[
        ("NegativeBinomial", Family::NegativeBinomial),
        ("Normal", Family::Normal),
        ("LogNormal", Family::LogNormal),
        ("LogStudent", Family::LogStudent),
        ("LogitNormal", Family::LogitNormal),
    ];
}

/// A statement that must hold at every saved time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Check {
    /// The statement in words.
    pub statement: String,
    /// Holds where this is not zero.
    pub condition: Expr,
    /// Sector that declares it.
    pub sector: SectorId,
    /// Place in the text.
    pub place: Place,
}

/// A result that comparisons report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// The scalar variable it is made of.
    pub variable: VariableId,
    /// How values over the horizon become one.
    pub summary: Summary,
    /// Which direction is better, if one is.
    pub better: Better,
    /// Whom it concerns, as written (a country, or `both`).
    pub concerns: String,
    /// Sector that declares it.
    pub sector: SectorId,
}

/// A loop that can be cut to see what it does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Feedback {
    /// Short name.
    pub id: String,
    /// What goes round in it.
    pub sentence: String,
    /// The auxiliary or flow through which it goes. Cut, that keeps its value from the start of the run.
    pub variable: VariableId,
    /// Sector that declares it.
    pub sector: SectorId,
}

/// Which direction of an outcome is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither is said to be better.
    Neither,
}
