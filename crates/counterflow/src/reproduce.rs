//! Natural experiments: what was observed elsewhere, by a rule that carries it to the model, beside what the model gives.
//!
//! An experiment is one Markdown file in a model's `experiments` folder: a head of TOML between lines `+++`, then the study
//! and the rule. The rule is written and committed before the row is run. Reading never fails and never panics; it returns
//! the experiments that read and everything that is wrong, each with its place.

mod ask;
mod draws;
mod head;
mod ledger;
mod measure;
mod run;
mod score;
mod text;
mod words;

use crate::names::Element;
use crate::policy::LeverMove;

pub use ask::Setting;
pub use ledger::{Experiments, all, find, read};
pub use measure::Measure;
pub use run::{Answer, Driver, Reproduction, Row, reproduce};
pub use score::Verdict;
pub use words::{answer_in_words, published_in_words};

/// How an experiment is written and judged, for the reference.
pub const GRAMMAR: &str = include_str!("reproduce/grammar.md");

/// One natural experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Short name.
    pub id: String,
    /// What was found, in a sentence.
    pub target: String,
    /// Keys of the bibliography.
    pub sources: Vec<String>,
    /// What sort of finding it is.
    pub kind: Kind,
    /// Whether the model's parameters were fitted to it.
    pub used_in_fit: bool,
    /// Whether it counts, and why not.
    pub standing: Standing,
    /// What was published.
    pub published: Published,
    /// How the model is asked; `None` where it has no channel.
    pub ask: Option<Ask>,
    /// What was found, where and when: paragraphs and points, one a line.
    pub study: String,
    /// How it is carried to the model, and why.
    pub rule: String,
    /// What a miss says, if anybody has written it.
    pub if_it_misses: Option<String>,
    /// Its file.
    pub path: String,
}

/// What sort of finding an experiment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A size.
    Size,
    /// A direction only.
    Direction,
    /// No effect that could be told from none.
    Null,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Kind] = &[Kind::Size, Kind::Direction, Kind::Null];

    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Size => "size",
            Kind::Direction => "direction",
            Kind::Null => "null",
        }
    }
}

/// Whether an experiment counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counted,
    /// The parameters were fitted to it.
    Fitted,
    /// A prior of the model was taken from the same study.
    Tautology,
    /// The model lacks what it needs.
    NoChannel,
}

impl Standing {
    /// Reasons not to count.
    pub const REASONS: &[Standing] = &[Standing::Fitted, Standing::Tautology, Standing::NoChannel];

    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Counted => "counted",
            Standing::Fitted => "fitted",
            Standing::Tautology => "tautology",
            Standing::NoChannel => "no_channel",
        }
    }
}

/// What was published, in the terms of the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Published {
    /// The size.
    pub value: Option<f64>,
    /// Lower end of the band.
    pub low: Option<f64>,
    /// Upper end of the band.
    pub high: Option<f64>,
}

/// How the model is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What the levers do in the run with the experiment.
    pub moves: Vec<LeverMove>,
    /// Parameters that differ in the run with the experiment.
    pub with: Vec<Setting>,
    /// Parameters that differ in the run without it.
    pub without: Vec<Setting>,
    /// What is measured.
    pub variable: Element,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// When, in years.
    pub span: (f64, f64),
    /// How.
    pub measure: Measure,
}
