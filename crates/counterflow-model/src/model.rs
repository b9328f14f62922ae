//! The compiled model: sectors, dimensions and variables.

use serde::{Deserialize, Serialize};

use crate::expr::Expr;
use crate::horizon::Horizon;
use crate::lookup::Lookup;
use crate::observe::{Check, Feedback, Observation, Outcome};
use crate::prior::Prior;
use crate::should::Should;
use crate::unit::Unit;

/// A compiled model. Every id below is a position in the list of that name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    /// Title for people.
    pub title: String,
    /// Span, step and solver.
    pub horizon: Horizon,
    /// Chapters, in reading order.
    pub sectors: Vec<Sector>,
    /// Dimensions of arrays.
    pub dimensions: Vec<Dimension>,
    /// Everything that has a value: stocks, flows, auxiliaries, parameters, levers.
    pub variables: Vec<Variable>,
    /// Graphical functions and data series used as drivers.
    pub lookups: Vec<Lookup>,
    /// Variables that meet data.
    pub observations: Vec<Observation>,
    /// Statements that must hold.
    pub checks: Vec<Check>,
    /// What comparisons report.
    pub outcomes: Vec<Outcome>,
    /// Loops that can be cut.
    pub feedbacks: Vec<Feedback>,
    /// What must come out if inputs are set.
    pub shoulds: Vec<Should>,
}

/// Position of a variable in [`Model::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VariableId(pub usize);
/// Position of a dimension in [`Model::dimensions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DimensionId(pub usize);
/// Position of a lookup in [`Model::lookups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LookupId(pub usize);
/// Position of a sector in [`Model::sectors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SectorId(pub usize);

/// One chapter of the model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sector {
    /// Short name: the file's stem without its ordering prefix.
    pub name: String,
    /// First heading of the file.
    pub title: String,
    /// First paragraph of the file.
    pub summary: String,
    /// Path of the file as given to the compiler.
    pub path: String,
}

/// A dimension of arrays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Dimension {
    /// Name in the text.
    pub name: String,
    /// Names of its elements, in order.
    pub elements: Vec<String>,
    /// What it stands for.
    pub documentation: String,
}

/// Which element along each of some dimensions, outermost first.
pub type Position = Vec<(DimensionId, usize)>;

/// Something that has a value, one for each element of its dimensions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variable {
    /// Name in the text.
    pub name: String,
    /// Where it is defined.
    pub sector: SectorId,
    /// Sentence of documentation.
    pub documentation: String,
    /// Unit of measure.
    pub unit: Unit,
    /// Dimensions, outermost first; elements are stored in row-major order.
    pub dimensions: Vec<DimensionId>,
    /// What it is.
    pub definition: Definition,
    /// Place in the text.
    pub place: Place,
    /// Made by the compiler (a delay's inner stock, a lever's cost), not by the modeller.
    pub hidden: bool,
}

/// What a variable is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Definition {
    /// An integral of flows.
    Stock(Stock),
    /// A memory that takes a new value at each whole step.
    Cell(Cell),
    /// A rate of change.
    Flow(Equation),
    /// Anything computed from the others.
    Auxiliary(Equation),
    /// A constant with a prior.
    Parameter(Parameter),
    /// A policy input.
    Lever(Box<Lever>),
}

/// An integral of flows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stock {
    /// Value at the start of a run.
    pub initial: Equation,
    /// Net rate of change: inflows minus outflows.
    pub net: Equation,
    /// Names of the flows in, as written, for diagrams.
    pub inflows: Vec<VariableId>,
    /// Names of the flows out.
    pub outflows: Vec<VariableId>,
}

/// A memory: what a variable was one step ago, a sampled value, a link of a fixed delay. It keeps its value within a
/// step, through all stages of a solver, and then takes the next one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// Value at the start of a run.
    pub initial: Equation,
    /// Value at the next step, from what holds at the start of this one.
    pub next: Equation,
}

/// One expression for all elements, or one for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Equation {
    /// The same expression for every element.
    Every(Expr),
    /// One expression per element, in row-major order.
    Each(Vec<Expr>),
}

impl Equation {
    /// The expression of one element.
    pub fn element(&self, position: usize) -> &Expr {
        match self {
            Equation::Every(expr) => expr,
            Equation::Each(exprs) => &exprs[position],
        }
    }

    /// All expressions.
    pub fn expressions(&self) -> &[Expr] {
        match self {
            Equation::Every(expr) => std::slice::from_ref(expr),
            Equation::Each(exprs) => exprs,
        }
    }
}

/// How well a number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Fixed by arithmetic or the calendar.
    Definition,
    /// Counted or measured directly.
    Measured,
    /// Estimated by a study or another model.
    Estimated,
    /// Judgement of people who know the field.
    Expert,
    /// Assumed by the authors; no usable evidence.
    Assumed,
}

impl Grade {
    /// Every grade with its word in the text.
    pub const ALL: &[(&str, Grade)] = &[
        ("definition", Grade::Definition),
        ("measured", Grade::Measured),
        ("estimated", Grade::Estimated),
        ("expert", Grade::Expert),
        ("assumed", Grade::Assumed),
    ];

    /// The grade's word.
    pub fn name(self) -> &'static str {
        Grade::ALL.iter().find(|(_, grade)| *grade == self).map_or("", |(name, _)| name)
    }
}

/// Where a number comes from. In a user's own model parts may be missing; in a bundled one they are not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Grade of the number (parameters).
    pub grade: Option<Grade>,
    /// Keys of the bibliography.
    pub sources: Vec<String>,
    /// Date or span of the number, as written.
    pub date: String,
}

/// A constant with a prior.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parameter {
    /// Value of each element in a run that draws nothing.
    pub values: Vec<f64>,
    /// Lowest and highest value anybody defends.
    pub range: Option<(f64, f64)>,
    /// Prior, the same for each element; `None` is a fixed number.
    pub prior: Option<Prior>,
    /// Where the number comes from.
    pub evidence: Evidence,
}

/// A policy input. Its value is `neutral` in the status quo; a policy moves it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lever {
    /// Value that changes nothing.
    pub neutral: f64,
    /// Documented range.
    pub range: Option<(f64, f64)>,
    /// Letter of the evidence for its effect, A (trials) to E (nothing usable).
    pub evidence_letter: Option<char>,
    /// Where the effect is documented.
    pub evidence: Evidence,
    /// What it costs the public, if anything is known.
    pub cost: Option<Cost>,
    /// Uses force; barred from every optimiser.
    pub kinetic: bool,
    /// How it acts, in a sentence.
    pub mechanism: String,
    /// How it is known to fail, in a sentence.
    pub failure: String,
}

/// Public cost of a lever.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// The auxiliary that holds the cost per year, made from the lever's `cost` clause.
    pub variable: VariableId,
    /// Who pays, as written (`us_federal`, `abroad`, ...).
    pub payer: String,
}

/// A place in the text, for messages and links.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Path as given to the compiler.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
}

impl Model {
    /// The variable of this name.
    pub fn find(&self, name: &str) -> Option<VariableId> {
        self.variables.iter().position(|v| v.name == name).map(VariableId)
    }

    /// The variable of this id.
    pub fn variable(&self, id: VariableId) -> &Variable {
        &self.variables[id.0]
    }

    /// Number of elements of a variable: the product of the sizes of its dimensions, 1 for a scalar.
    pub fn size(&self, id: VariableId) -> usize {
        self.shape(id).iter().product()
    }

    /// Sizes of a variable's dimensions.
    pub fn shape(&self, id: VariableId) -> Vec<usize> {
        self.variable(id).dimensions.iter().map(|d| self.dimensions[d.0].elements.len()).collect()
    }

    /// The model with a loop cut: the variable through which it goes keeps its value from the start of the run.
    pub fn without(&self, feedback: &Feedback) -> Model {
        let mut model = self.clone();
        let held = |expr: &Expr| Expr::Initial(Box::new(expr.clone()));
        if let Definition::Auxiliary(equation) | Definition::Flow(equation) =
            &mut model.variables[feedback.variable.0].definition
        {
            *equation = match equation {
                Equation::Every(expr) => Equation::Every(held(expr)),
                Equation::Each(exprs) => Equation::Each(exprs.iter().map(held).collect()),
            };
        }
        model
    }

    /// All positions along dimensions, the last dimension running fastest: row-major order.
    pub fn positions(&self, dimensions: &[DimensionId]) -> Vec<Position> {
        let mut found: Vec<Position> = vec![Vec::new()];
        for dimension in dimensions {
            let size = self.dimensions[dimension.0].elements.len();
            let longer = |position: &Position| {
                let position = position.clone();
                (0..size).map(move |i| position.iter().copied().chain([(*dimension, i)]).collect())
            };
            found = found.iter().flat_map(longer).collect();
        }
        found
    }

    /// Name of one element: `share[ports]`, or the plain name for a scalar.
    pub fn element_name(&self, id: VariableId, position: usize) -> String {
        let variable = self.variable(id);
        if variable.dimensions.is_empty() {
            return variable.name.clone();
        }
        let mut rest = position;
        let mut parts: Vec<&str> = Vec::new();
        for dimension in variable.dimensions.iter().rev() {
            let elements = &self.dimensions[dimension.0].elements;
            parts.push(&elements[rest % elements.len()]);
            rest /= elements.len();
        }
        parts.reverse();
        format!("{}[{}]", variable.name, parts.join(","))
    }

    /// Ids of all variables, in order of definition.
    pub fn ids(&self) -> impl Iterator<Item = VariableId> + use<> {
        (0..self.variables.len()).map(VariableId)
    }

    /// Every parameter with its id.
    pub fn parameters(&self) -> impl Iterator<Item = (VariableId, &Parameter)> {
        self.variables.iter().enumerate().filter_map(|(i, v)| match &v.definition {
            Definition::Parameter(p) => Some((VariableId(i), p)),
            _ => None,
        })
    }

    /// Every lever with its id.
    pub fn levers(&self) -> impl Iterator<Item = (VariableId, &Lever)> {
        self.variables.iter().enumerate().filter_map(|(i, v)| match &v.definition {
            Definition::Lever(l) => Some((VariableId(i), l.as_ref())),
            _ => None,
        })
    }
}
