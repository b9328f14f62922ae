//! The claims ledger: what is said about the crisis and its remedies, beside what the record and the model say.
//!
//! A claim is one Markdown file in a model's `claims` folder: a head of TOML between lines `+++`, then three sections. Figures
//! are never typed twice: placeholders take them from the data series, the parameters and the runs of policies.
//! Reading never fails and never panics; it returns the claims that read and everything that is wrong, each with its place.

mod filled;
pub(crate) mod finding;
pub(crate) mod gather;
pub(crate) mod head;
mod known;
mod ledger;
mod placeholder;
mod run;
pub(crate) mod sections;
mod series;
mod words;

pub use filled::{Entry, Filled, fill};
pub use known::Known;
pub use ledger::{Ledger, all, find, read};
pub use run::{Measure, Run};
pub use words::{Kind, Side, Status};

/// How a claim is written, for the reference.
pub const GRAMMAR: &str = include_str!("claims/grammar.md");

/// One claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Short name.
    pub id: String,
    /// The claim in our words.
    pub claim: String,
    /// Who makes it.
    pub side: Side,
    /// What sort of sentence it is.
    pub kind: Kind,
    /// How it stands against the public record.
    pub status: Status,
    /// Variables of the model that it is about.
    pub variables: Vec<String>,
    /// Keys of the bibliography that its text cites.
    pub sources: Vec<String>,
    /// What the public record says.
    pub record: Text,
    /// What the model says, and under which assumptions.
    pub model: Text,
    /// What would have to be true for the claim to hold.
    pub would_have_to_be_true: Text,
    /// Its file.
    pub path: String,
}

impl Claim {
    /// Its sections in the order of the file.
    pub fn sections(&self) -> [&Text; 3] {
        [&self.record, &self.model, &self.would_have_to_be_true]
    }

    /// The runs that its text asks for.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        let parts = self.sections().into_iter().flat_map(|section| &section.items).flat_map(|item| &item.parts);
        parts.filter_map(|part| match part {
            Part::Run(run) => Some(run),
            Part::Words(_) => None,
        })
    }
}

/// A section: paragraphs and points.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// In the order of the file.
    pub items: Vec<Item>,
}

/// A paragraph, or a point of a list.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Whether it is a point of a list.
    pub point: bool,
    /// Words, and figures that wait for a run.
    pub parts: Vec<Part>,
}

/// A stretch of text.
#[derive(Clone, Debug)]
pub enum Part {
    /// Words, with figures of data and parameters in place.
    Words(String),
    /// A figure that a run gives.
    Run(Run),
}
