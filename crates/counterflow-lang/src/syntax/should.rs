//! What stands in a `should` statement.

use counterflow_model::{Amount, Relation, When};

use super::{Expr, Kind, Span, Value};
use crate::resolve::Role;

/// A statement that sets inputs and says what must come out.
#[derive(Clone, Debug)]
pub struct ShouldStatement {
    /// In words.
    pub statement: String,
    /// Settings of both runs.
    pub given: Vec<SettingClause>,
    /// Settings of the run that is judged.
    pub settings: Vec<SettingClause>,
    /// From when on settings hold.
    pub from: Option<Value>,
    /// What must come out.
    pub expectations: Vec<ExpectClause>,
    /// Share of the draws in which it must.
    pub share: f64,
    /// Why.
    pub because: String,
    /// Why the model misses it.
    pub known_miss: Option<String>,
}

impl ShouldStatement {
    /// Targets that name one element of an array.
    pub fn subscripted(&self) -> impl Iterator<Item = &Expr> {
        self.given.iter().chain(&self.settings).filter_map(|setting| match &setting.target {
            TargetText::Named(name) if matches!(name.kind, Kind::Name(_, Some(_))) => Some(name),
            _ => None,
        })
    }
}

/// `with naloxone = 0, 1, 5`.
#[derive(Clone, Debug)]
pub struct SettingClause {
    /// The input.
    pub target: TargetText,
    /// What it is set to.
    pub amounts: Vec<Amount>,
    /// Where.
    pub span: Span,
}

/// The input that a setting names.
#[derive(Clone, Debug)]
pub enum TargetText {
    /// A name, perhaps with subscripts.
    Named(Expr),
    /// `each lever`.
    Each,
    /// `every lever`.
    Every,
}

/// `expect deaths at 2036 below status_quo`.
#[derive(Clone, Debug)]
pub struct ExpectClause {
    /// What is measured; where it is compared with a value of the same run, the comparison of the two.
    pub expression: Expr,
    /// When; spans that are left open are not finite.
    pub when: When,
    /// How it must lie.
    pub relation: Relation,
    /// To what.
    pub reference: ReferenceText,
    /// Where.
    pub span: Span,
}

impl ExpectClause {
    /// Part of its expression in the model.
    pub fn role<'a>(&self) -> Role<'a> {
        if self.reference == ReferenceText::Value { Role::Condition } else { Role::Measured }
    }

    /// What is measured and the value of the same run with which it is compared, if it is.
    pub fn sides(&self) -> (&Expr, Option<&Expr>) {
        match (&self.reference, &self.expression.kind) {
            (ReferenceText::Value, Kind::Binary(_, left, right)) => (left, Some(right)),
            _ => (&self.expression, None),
        }
    }
}

/// With what a value is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReferenceText {
    /// The amount before.
    Before,
    /// So many times the status quo.
    StatusQuo(f64),
    /// A value of the same run: the right side of the expression.
    Value,
}
