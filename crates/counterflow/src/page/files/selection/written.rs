//! `page.toml` as it is written.

use std::collections::BTreeMap;

use counterflow_model::{Better, Summary};
use serde::Deserialize;
use toml::Spanned;

/// A name and where it stands.
pub type Name = Spanned<String>;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub headline: Name,
    pub first_levers: Vec<Name>,
    pub examples: Vec<Name>,
    pub series: Vec<WrittenSeries>,
    pub view: Vec<WrittenView>,
    pub theme: Vec<WrittenTheme>,
    #[serde(default)]
    pub slots: BTreeMap<Name, String>,
}

/// A series beyond the outcomes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenSeries {
    pub id: Name,
    pub title: String,
    #[serde(default)]
    pub of: Vec<Name>,
    pub documentation: Option<String>,
    pub summary: SummaryWord,
    pub better: BetterWord,
    pub concerns: ConcernsWord,
    #[serde(default)]
    pub record: Vec<Name>,
    #[serde(default)]
    pub record_is_sum: bool,
}

/// A view and its series.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenView {
    pub id: String,
    pub series: Vec<Name>,
}

/// A theme and its levers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenTheme {
    pub id: String,
    pub levers: Vec<Name>,
}

/// How values over years become one, as in the model's text.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SummaryWord {
    Total,
    Mean,
    End,
}

impl From<SummaryWord> for Summary {
    fn from(word: SummaryWord) -> Summary {
        match word {
            SummaryWord::Total => Summary::Total,
            SummaryWord::Mean => Summary::Mean,
            SummaryWord::End => Summary::End,
        }
    }
}

/// Which direction is better, as in the model's text.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetterWord {
    Lower,
    Higher,
    Neither,
}

impl From<BetterWord> for Better {
    fn from(word: BetterWord) -> Better {
        match word {
            BetterWord::Lower => Better::Lower,
            BetterWord::Higher => Better::Higher,
            BetterWord::Neither => Better::Neither,
        }
    }
}

/// Whom a series concerns.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConcernsWord {
    UnitedStates,
    Mexico,
    Both,
}

impl ConcernsWord {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            ConcernsWord::UnitedStates => "united_states",
            ConcernsWord::Mexico => "mexico",
            ConcernsWord::Both => "both",
        }
    }
}
