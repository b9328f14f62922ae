//! What stands in the file: something with a tag of its own.

use counterflow_model::{DimensionId, LookupId, Position, VariableId};

/// Something with a tag of its own.
pub struct Item {
    /// With `_` between words.
    pub name: String,
    /// The model's variable; `None` if lowering made it.
    pub variable: Option<VariableId>,
    /// A sentence, for what lowering made.
    pub documentation: String,
    /// Dimensions, outermost first.
    pub dimensions: Vec<DimensionId>,
    /// What it is.
    pub kind: Kind,
    /// One text for all elements, or one for each position.
    pub text: Text,
    /// The curve through which the text's value goes.
    pub curve: Option<LookupId>,
    /// Unit of what lowering made, where it has one.
    pub unit: &'static str,
}

/// What an item is.
pub enum Kind {
    /// An auxiliary or constant.
    Auxiliary,
    /// A flow.
    Flow,
    /// A stock with the names of its flows; its text is the value at the start.
    Stock { inflows: Vec<String>, outflows: Vec<String> },
}

/// The equations of an item.
#[derive(Clone)]
pub enum Text {
    /// The same for all elements.
    Every(String),
    /// One for each position.
    Each(Vec<(Position, String)>),
}

impl Item {
    /// Something that lowering made.
    pub fn made(name: &str, documentation: String, dimensions: &[DimensionId], kind: Kind, text: Text) -> Item {
        let (name, dimensions) = (name.to_owned(), dimensions.to_vec());
        Item { name, variable: None, documentation, dimensions, kind, text, curve: None, unit: "" }
    }
}
