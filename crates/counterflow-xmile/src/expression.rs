//! Equations to trees: XMILE's operators and their precedence, references with subscripts, calls.

mod parse;
mod token;

pub use parse::equations;

use counterflow_model::{Binary, Unary};

use crate::report::Span;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where.
    pub span: Span,
    /// Height of the tree below; bounded, so that walks may recurse.
    pub depth: usize,
}

/// Kinds of expression.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A number.
    Number(f64),
    /// A variable, perhaps of a module, perhaps an element of an array.
    Name(Reference),
    /// A function, a macro or a graphical function with its arguments.
    Call(Reference, Vec<Expr>),
    /// A sign or NOT.
    Unary(Unary, Box<Expr>),
    /// An operator between two expressions.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `IF a THEN b ELSE c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// A name as it is used.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Canonical names, outermost module first; the first is empty where the path starts at the root.
    pub path: Vec<String>,
    /// As written.
    pub shown: String,
    /// What stands between brackets.
    pub subscripts: Option<Vec<Subscript>>,
    /// Where.
    pub span: Span,
}

/// What stands between the brackets behind an array's name.
#[derive(Clone, Debug)]
pub enum Subscript {
    /// `*`, perhaps with the dimension whose elements are meant: `*:Subrange`.
    Star(Option<Reference>),
    /// `@2`: the running element of that dimension of the equation, from 1.
    Place(usize),
    /// `first:last`.
    Range(Box<Expr>, Box<Expr>),
    /// An element, a dimension, or a computed position.
    One(Box<Expr>),
}

impl Expr {
    /// Expressions directly below this one, subscripts left out.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Number(_) | Kind::Name(_) => Vec::new(),
            Kind::Call(_, arguments) => arguments.iter().collect(),
            Kind::Unary(_, a) => vec![a],
            Kind::Binary(_, a, b) => vec![a, b],
            Kind::If(a, b, c) => vec![a, b, c],
        }
    }
}

impl Reference {
    /// The canonical name, modules with dots.
    pub fn name(&self) -> String {
        self.path.join(".")
    }
}
