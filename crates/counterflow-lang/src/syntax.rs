//! What stands in the text: statements and expressions, each with its place.

mod should;

pub use should::{ExpectClause, ReferenceText, SettingClause, ShouldStatement, TargetText};

use counterflow_model::{Better, Binary, Family, Grade, Method, Period, Prior, Summary, Unary, Unit};

/// A stretch of text in one file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Position of the file in the project.
    pub file: usize,
    /// First byte.
    pub start: usize,
    /// One beyond the last byte.
    pub end: usize,
}

impl Span {
    /// What concerns the project and no file.
    pub const PROJECT: Span = Span { file: usize::MAX, start: 0, end: 0 };

    /// From the start of this to the end of that.
    pub fn to(self, end: Span) -> Span {
        Span { end: end.end.max(self.end), ..self }
    }
}

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A number and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// Its value, with its sign.
    pub number: f64,
    /// Where.
    pub span: Span,
}

/// A unit and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitText {
    /// The unit.
    pub unit: Unit,
    /// Its base names, in the order of the text.
    pub bases: Vec<Name>,
    /// Where.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where.
    pub span: Span,
    /// Height of the tree below; bounded, so that walks may recurse.
    pub depth: usize,
}

/// Kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A literal number.
    Number(f64),
    /// A literal text, the name of a random stream.
    Text(String),
    /// A name, with subscripts if any are written.
    Name(Name, Option<Vec<Subscript>>),
    /// A function or a lookup with its arguments.
    Call(Name, Vec<Expr>),
    /// A sign or NOT.
    Unary(Unary, Box<Expr>),
    /// An operator between two expressions.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `IF a THEN b ELSE c`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

impl Expr {
    /// Expressions directly below this one.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Name(..) => Vec::new(),
            Kind::Call(_, arguments) => arguments.iter().collect(),
            Kind::Unary(_, a) => vec![a],
            Kind::Binary(_, a, b) => vec![a, b],
            Kind::If(a, b, c) => vec![a, b, c],
        }
    }

    /// The value of a literal, with its sign.
    pub fn literal(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(number) => Some(*number),
            Kind::Unary(Unary::Negate, inner) => inner.literal().map(|number| -number),
            _ => None,
        }
    }

    /// Calls `visit` on this and everything below, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }
}

/// What stands between the brackets after an array's name.
#[derive(Clone, Debug, PartialEq)]
pub enum Subscript {
    /// An element, or the dimension's own name.
    Name(Name),
    /// `*`: reduced by the function around it.
    All(Span),
}

/// The right side of a definition.
#[derive(Clone, Debug, PartialEq)]
pub enum Equation {
    /// One expression for all elements.
    Every(Expr),
    /// `{ element: expression, ... }`, and where the braces stand.
    Each(Vec<(Vec<Name>, Expr)>, Span),
}

impl Equation {
    /// All expressions.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Equation::Every(expr) => vec![expr],
            Equation::Each(arms, _) => arms.iter().map(|(_, expr)| expr).collect(),
        }
    }
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// Its first word.
    pub span: Span,
}

/// Kinds of statement.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// Span and step of a run.
    Horizon(HorizonStatement),
    /// Base units.
    Units(Vec<Name>),
    /// A dimension of arrays.
    Dimension(DimensionStatement),
    /// Something that has a value.
    Variable(Box<VariableStatement>),
    /// A graphical function.
    Lookup(LookupStatement),
    /// A comparison with data.
    Observe(Box<ObserveStatement>),
    /// A statement that must hold.
    Check(CheckStatement),
    /// A reported result.
    Outcome(OutcomeStatement),
    /// A loop that can be cut.
    Feedback(FeedbackStatement),
    /// What must come out if inputs are set.
    Should(Box<ShouldStatement>),
    /// A statement that could not be read; its name still counts as declared, so that no error follows from the first.
    Broken(Name),
}

/// `horizon 1999 to 2041 steps 48 saves 12 method euler`.
#[derive(Clone, Copy, Debug)]
pub struct HorizonStatement {
    /// First time, in years.
    pub start: f64,
    /// Last time, in years.
    pub stop: f64,
    /// Steps in a year.
    pub steps: u32,
    /// Saved points in a year.
    pub saves: u32,
    /// Solver.
    pub method: Method,
}

/// `dimension mode = ports, mail "Ways across"`.
#[derive(Clone, Debug)]
pub struct DimensionStatement {
    /// Its name.
    pub name: Name,
    /// Its elements.
    pub elements: Vec<Name>,
    /// Its sentence.
    pub documentation: String,
}

/// Something that has a value.
#[derive(Clone, Debug)]
pub struct VariableStatement {
    /// Its name.
    pub name: Name,
    /// Dimensions as written.
    pub dimensions: Vec<Name>,
    /// Unit, if one is written.
    pub unit: Option<UnitText>,
    /// Its sentence.
    pub documentation: String,
    /// What it is.
    pub body: Body,
}

/// What a variable is.
#[derive(Clone, Debug)]
pub enum Body {
    /// A constant.
    Parameter(ParameterBody),
    /// A policy input.
    Lever(Box<LeverBody>),
    /// A data series.
    Series(Name),
    /// An integral of flows.
    Stock(StockBody),
    /// A rate of change.
    Flow(Equation),
    /// Anything else that is computed.
    Auxiliary(Equation),
}

/// Where a number comes from.
#[derive(Clone, Debug, Default)]
pub struct EvidenceClauses {
    /// Grade of the number.
    pub grade: Option<Grade>,
    /// Keys of the bibliography.
    pub sources: Vec<Name>,
    /// Date as written.
    pub date: String,
}

/// A span of numbers and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Where.
    pub span: Span,
}

/// The constant of a `param`.
#[derive(Clone, Debug)]
pub struct ParameterBody {
    /// One value, or one for each element.
    pub values: Vec<Value>,
    /// Defended range.
    pub range: Option<Range>,
    /// Prior and where it stands.
    pub prior: Option<(Prior, Span)>,
    /// Evidence.
    pub evidence: EvidenceClauses,
}

/// The policy input of a `lever`.
#[derive(Clone, Debug)]
pub struct LeverBody {
    /// The value that changes nothing.
    pub neutral: Value,
    /// Documented range.
    pub range: Option<Range>,
    /// Letter of the evidence for its effect.
    pub letter: Option<char>,
    /// Evidence.
    pub evidence: EvidenceClauses,
    /// Public cost and who pays.
    pub cost: Option<(Expr, String)>,
    /// Uses force.
    pub kinetic: bool,
    /// How it acts.
    pub mechanism: String,
    /// How it fails.
    pub failure: String,
}

/// The integral of a `stock`.
#[derive(Clone, Debug)]
pub struct StockBody {
    /// Value at the start.
    pub initial: Equation,
    /// Flows in: names, perhaps with subscripts.
    pub inflows: Vec<Expr>,
    /// Flows out.
    pub outflows: Vec<Expr>,
}

/// `lookup crowding : 1 -> 1 = (0, 1) (1, 0.4)`.
#[derive(Clone, Debug)]
pub struct LookupStatement {
    /// Its name.
    pub name: Name,
    /// Units of argument and result, if written.
    pub units: Option<(UnitText, UnitText)>,
    /// Its points.
    pub points: Vec<(Value, Value)>,
    /// Whether it goes on in a line beyond its ends.
    pub extrapolate: bool,
    /// Its sentence.
    pub documentation: String,
    /// Keys of the bibliography.
    pub sources: Vec<Name>,
}

/// A comparison with data.
#[derive(Clone, Debug)]
pub struct ObserveStatement {
    /// Its name.
    pub name: Name,
    /// What the series should show.
    pub expression: Expr,
    /// Key of the series.
    pub series: Name,
    /// Length of a period.
    pub period: Period,
    /// How values within a period become one.
    pub summary: Summary,
    /// Family of the scatter.
    pub family: Family,
    /// Its scale.
    pub scale: Expr,
    /// Times that are used.
    pub window: Option<Range>,
    /// Its sentence.
    pub documentation: String,
}

/// A statement that must hold.
#[derive(Clone, Debug)]
pub struct CheckStatement {
    /// In words.
    pub statement: String,
    /// As a condition.
    pub condition: Expr,
}

/// A reported result.
#[derive(Clone, Debug)]
pub struct OutcomeStatement {
    /// Its name.
    pub name: Name,
    /// Name for people.
    pub title: String,
    /// The variable it is made of.
    pub variable: Name,
    /// How values over the horizon become one.
    pub summary: Summary,
    /// Which direction is better.
    pub better: Better,
    /// Whom it concerns.
    pub concerns: String,
}

/// A loop that can be cut.
#[derive(Clone, Debug)]
pub struct FeedbackStatement {
    /// Its name.
    pub name: Name,
    /// What goes round in it.
    pub sentence: String,
    /// The variable through which it goes.
    pub variable: Name,
}

/// Solvers with their words in the text.
pub const METHODS: &[(&str, Method)] = &[("euler", Method::Euler), ("rk4", Method::RungeKutta4)];
