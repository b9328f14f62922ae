//! What a comparison of policies answers: plain data that front ends translate.

/// A comparison of policies over the same draws.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Outcomes, in the model's order.
    pub outcomes: Vec<OutcomeFacts>,
    /// Policies, in the order asked for.
    pub policies: Vec<PolicyAnswer>,
    /// Number of draws.
    pub draws: usize,
    /// Seed of the noise.
    pub seed: u64,
    /// First time counted and end of what is counted, in years.
    pub years: (f64, f64),
}

/// What an outcome is.
#[derive(Clone, Debug)]
pub struct OutcomeFacts {
    /// Short name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Unit of levels and differences; a total has lost its `/year`.
    pub unit: String,
    /// How values over the years become one: `total`, `mean` or `end`.
    pub summary: &'static str,
    /// `lower`, `higher` or `neither` is better.
    pub better: &'static str,
    /// Whom it concerns.
    pub concerns: String,
}

/// What is said of one policy.
#[derive(Clone, Debug)]
pub struct PolicyAnswer {
    /// Short name; that of the status quo is `status_quo`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// A sentence.
    pub sentence: String,
    /// Factor by which an equal-budget comparison scaled its doses; 1 otherwise, `None` if no scale reaches the budget.
    pub scale: Option<f64>,
    /// Why an equal-budget comparison left its doses as they are.
    pub note: Option<String>,
    /// Answers: for each outcome the level, the difference from status quo (except for the status quo itself) and the
    /// change from today.
    pub answers: Vec<Answer>,
    /// Bands over time, one for each outcome.
    pub paths: Vec<Path>,
}

/// One answer: an outcome against a reference.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Position in [`Comparison::outcomes`].
    pub outcome: usize,
    /// Against what.
    pub reference: Reference,
    /// Median and bands.
    pub band: Band,
    /// What the answer rests on.
    pub basis: Basis,
    /// Chance of being better than the status quo (for `today`: than today); only where the basis is data or analogy.
    pub p_better: Option<f64>,
    /// Where the sign would turn; only where the basis is an assumption.
    pub break_even: Option<BreakEven>,
    /// Parameters that drive the spread that the basis is read from, most important first, at most five.
    pub drivers: Vec<Driver>,
    /// Share of the spread (variance of ranks) that parameters explain, 0 to 1; the rest is drawn noise and interplay.
    pub explained: f64,
}

/// Against what a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// The number itself.
    Level,
    /// Minus the same world without the policy, draw by draw.
    StatusQuo,
    /// Minus today: the last twelve months of data, in the model, draw by draw; a total is compared with as many years of today.
    Today,
}

/// Median and central intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// 5 % quantile.
    pub lo90: f64,
    /// 25 % quantile.
    pub lo50: f64,
    /// Median.
    pub median: f64,
    /// 75 % quantile.
    pub hi50: f64,
    /// 95 % quantile.
    pub hi90: f64,
}

/// What an answer rests on, by the parameters that drive it: half of its spread (variance of ranks) or more must be
/// theirs. Spread that no parameter explains, such as drawn noise, counts as an assumption.
///
/// The spread of a difference between policies is that of the difference as a part of the status quo, draw by draw, and
/// discrepancy is partialled out of it: what the record says of a level is no evidence on what a policy does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Mostly parameters that the data moved well away from their priors' width.
    Data,
    /// Mostly parameters that studies of other places, times or drugs inform.
    Analogy,
    /// Mostly parameters that nothing informs.
    Assumption,
}

/// A parameter's part in the spread of an answer.
#[derive(Clone, Debug)]
pub struct Driver {
    /// Name of the parameter element.
    pub parameter: String,
    /// Share of the explained spread, 0 to 1.
    pub share: f64,
    /// Spearman correlation with the answer, -1 to 1.
    pub correlation: f64,
    /// 1 - posterior variance / prior variance, cut at 0.
    pub contraction: f64,
    /// Grade of its evidence.
    pub grade: String,
}

/// Where the sign of an effect turns as an assumption moves over its range. It moves from the date on at which policies
/// begin, in the status quo too; the past stays that of the draws.
#[derive(Clone, Debug)]
pub struct BreakEven {
    /// The assumption that matters most.
    pub parameter: String,
    /// Its unit.
    pub unit: String,
    /// Its documented range.
    pub range: (f64, f64),
    /// Value at which the median effect is zero; `None` if the sign holds over the whole range.
    pub value: Option<f64>,
    /// Sign of the median effect at the low and at the high end of the range.
    pub signs: (i8, i8),
}

/// Bands of an outcome over time.
#[derive(Clone, Debug)]
pub struct Path {
    /// Position in [`Comparison::outcomes`].
    pub outcome: usize,
    /// Start of each year.
    pub years: Vec<f64>,
    /// Band of each year's mean rate or level.
    pub bands: Vec<Band>,
}
