//! Declarations to the model: arrays are unrolled, and each element gets an expression of its own, in which every
//! subscript is a position. What delays, smooths and macros need besides are hidden scalars.

mod array;
mod call;
mod constant;
mod expression;
mod formula;
mod macros;
mod memory;
mod range;
mod subscript;
mod variable;

use std::collections::BTreeMap;

use counterflow_lang::{Code, SourceFile};
use counterflow_model::standard::early;
use counterflow_model::{
    Definition, Dimension, DimensionId, Equation, Expr, Horizon, Index, Model, Place, Sector, SectorId, Unit, Variable,
    VariableId,
};

use crate::document::{self, Document, Kind};
use crate::functions::CLOCKS;
use crate::instances::{Entry, Instance, MOST_ELEMENTS, Structure};
use crate::names::shown;
use crate::report::{Report, Span};

/// Builds the model. With `at_once`, what flows into a stock that never goes below zero can leave it in the same step.
pub fn model(
    file: &SourceFile,
    document: &Document,
    structure: Structure<'_>,
    horizon: Horizon,
    at_once: bool,
    report: &mut Report,
) -> Option<Model> {
    let mut lower = Lower::new(file, document, structure, horizon, at_once, report);
    lower.limits();
    let visible = lower.structure.instances.len();
    for id in (0..visible).map(VariableId) {
        lower.define(id);
    }
    let horizon = Horizon { steps_per_save: lower.steps_per_save(), ..horizon };
    let title = if document.title.is_empty() { file.path.clone() } else { document.title.clone() };
    let dimensions = document.dimensions.iter().map(|dimension| Dimension {
        name: shown(&dimension.name.value),
        elements: dimension.elements.iter().map(|element| shown(element)).collect(),
        documentation: String::new(),
    });
    Some(Model {
        title,
        horizon,
        sectors: vec![sector(file, document)],
        dimensions: dimensions.collect(),
        variables: lower.made,
        lookups: lower.structure.lookups,
        observations: Vec::new(),
        checks: Vec::new(),
        outcomes: Vec::new(),
        feedbacks: Vec::new(),
        shoulds: Vec::new(),
    })
}

/// Most terms that all equations unroll to.
const MOST_TERMS: usize = 2_000_000;

struct Lower<'d, 'r> {
    document: &'d Document,
    structure: Structure<'d>,
    report: &'r mut Report,
    path: String,
    /// First byte of every line.
    lines: Vec<usize>,
    horizon: Horizon,
    /// Part of a step by which edges of time are early.
    early: f64,
    at_once: bool,
    /// All variables; hidden ones behind those of the file.
    made: Vec<Variable>,
    progress: Vec<Progress>,
    /// Declarations of the variables of macros at work, by their ids.
    instances: BTreeMap<VariableId, Instance<'d>>,
    /// The stock that limits a flow, by flow.
    limited: BTreeMap<VariableId, VariableId>,
    /// Terms made so far.
    spent: usize,
    /// Whether it has been said that there are too many.
    is_full: bool,
}

/// How far a variable's definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Waiting,
    Underway,
    Done,
}

/// Where an expression is evaluated.
#[derive(Clone, Copy, Debug)]
struct Context<'c> {
    /// Name space.
    scope: usize,
    /// Name of the definition; hidden variables are called after it.
    owner: &'c str,
    /// Where the definition stands.
    span: Span,
    /// The running element of each dimension of the definition.
    positions: &'c [(usize, usize)],
    /// Positions along the starred axes, within a function of arrays.
    stars: Option<Stars<'c>>,
    /// The element that is being defined.
    myself: Option<(VariableId, usize)>,
    /// How many macros are at work.
    depth: usize,
}

/// Positions along the starred axes of an array function's argument.
#[derive(Clone, Copy, Debug)]
struct Stars<'c> {
    /// Position along each axis.
    positions: &'c [usize],
    /// Whether arrays without subscripts are starred throughout, since no star is written.
    bare: bool,
}

impl<'d, 'r> Lower<'d, 'r> {
    fn new(
        file: &SourceFile,
        document: &'d Document,
        structure: Structure<'d>,
        horizon: Horizon,
        at_once: bool,
        report: &'r mut Report,
    ) -> Lower<'d, 'r> {
        let lines = [0].into_iter().chain(file.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut lower = Lower {
            document,
            report,
            path: file.path.clone(),
            lines,
            horizon,
            early: early(horizon.method),
            at_once,
            made: Vec::new(),
            progress: Vec::new(),
            instances: BTreeMap::new(),
            limited: BTreeMap::new(),
            spent: 0,
            is_full: false,
            structure,
        };
        for id in 0..lower.structure.instances.len() {
            let instance = &lower.structure.instances[id];
            let variable = lower.placeholder(instance);
            lower.made.push(variable);
            lower.progress.push(Progress::Waiting);
        }
        lower
    }

    /// A variable of the file that is still to be defined.
    fn placeholder(&self, instance: &Instance<'_>) -> Variable {
        let declared = instance.declared;
        Variable {
            name: instance.name.clone(),
            sector: SectorId(0),
            documentation: declared.documentation.split_whitespace().collect::<Vec<_>>().join(" "),
            unit: unit(&declared.units),
            dimensions: instance.dimensions.iter().map(|d| DimensionId(*d)).collect(),
            definition: Definition::Auxiliary(Equation::Every(Expr::Number(f64::NAN))),
            place: self.place(declared.span),
            hidden: instance.depth > 0,
        }
    }

    fn instance(&self, id: VariableId) -> Option<&Instance<'d>> {
        self.structure.instances.get(id.0).or_else(|| self.instances.get(&id))
    }

    fn place(&self, span: Span) -> Place {
        Place { path: self.path.clone(), line: self.lines.partition_point(|start| *start <= span.start) }
    }

    fn size(&self, dimensions: &[usize]) -> usize {
        dimensions.iter().map(|d| self.structure.dimensions[*d].elements.len()).product()
    }

    /// Positions along dimensions of an element in row-major order.
    fn positions(&self, dimensions: &[usize], element: usize) -> Vec<(usize, usize)> {
        let mut rest = element;
        let mut positions: Vec<(usize, usize)> = Vec::new();
        for dimension in dimensions.iter().rev() {
            let size = self.structure.dimensions[*dimension].elements.len();
            positions.push((*dimension, rest % size));
            rest /= size;
        }
        positions.reverse();
        positions
    }

    /// A hidden scalar with this definition.
    fn hide(&mut self, what: &str, definition: Definition, at: &Context<'_>) -> Expr {
        if self.made.len() >= 2 * MOST_ELEMENTS {
            self.spend(MOST_TERMS, at.span);
            return Expr::Number(f64::NAN);
        }
        let id = VariableId(self.made.len());
        self.made.push(Variable {
            name: format!("{}.{what}.{}", at.owner, id.0),
            sector: SectorId(0),
            documentation: format!("Inner value of `{}`", at.owner),
            unit: Unit::one(),
            dimensions: Vec::new(),
            definition,
            place: self.place(at.span),
            hidden: true,
        });
        self.progress.push(Progress::Done);
        Expr::variable(id)
    }

    /// Whether there is room for so many more terms; a file may be short and its arrays and macros endless.
    fn spend(&mut self, count: usize, at: Span) -> bool {
        self.spent = self.spent.saturating_add(count);
        if self.spent <= MOST_TERMS {
            return true;
        }
        if !self.is_full {
            self.is_full = true;
            let message = format!("the arrays, delays and macros of this file unroll to more than {MOST_TERMS} terms");
            self.report.push(Code::E3007, at, message);
        }
        false
    }

    /// The expression under a name of its own, if it is more than one: whoever repeats it repeats a name.
    fn hold(&mut self, expr: Expr, at: &Context<'_>) -> Expr {
        match expr {
            Expr::Number(_) | Expr::Variable { .. } | Expr::Clock(_) => expr,
            expr => self.hide("part", Definition::Auxiliary(Equation::Every(expr)), at),
        }
    }

    /// Steps from one saved point to the next: as the file says, or as its variable SAVEPER does.
    fn steps_per_save(&mut self) -> u32 {
        if self.document.says_saves {
            return self.horizon.steps_per_save;
        }
        let saveper = self.structure.find(&["saveper".to_owned()], 0).cloned();
        let Some(Entry::Variable(id)) = saveper else { return self.horizon.steps_per_save };
        let interval = self.constant(&Expr::variable(id)).filter(|interval| *interval > 0.0);
        let Some(interval) = interval else { return self.horizon.steps_per_save };
        let at = self.instance(id).map(|instance| instance.declared.span).unwrap_or_default();
        let steps_per_save = document::steps_per_save(interval, self.horizon.step, at, self.report);
        document::ends_at_a_save(&Horizon { steps_per_save, ..self.horizon }, at, self.report);
        steps_per_save
    }
}

/// An element of a variable.
fn element(id: VariableId, positions: &[usize]) -> Expr {
    Expr::Variable { variable: id, indices: positions.iter().map(|i| Index::Element(*i)).collect() }
}

fn sector(file: &SourceFile, document: &Document) -> Sector {
    let name = file.path.rsplit(['/', '\\']).next().unwrap_or(&file.path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let title = if document.title.is_empty() { name.clone() } else { document.title.clone() };
    Sector { name, title, summary: String::new(), path: file.path.clone() }
}

/// A unit as far as it reads; units of imported files are shown and not checked.
fn unit(text: &str) -> Unit {
    let text = text.split('[').next().unwrap_or_default().trim();
    if ["", "1", "dmnl", "dimensionless", "unitless", "none"].iter().any(|one| text.eq_ignore_ascii_case(one)) {
        return Unit::one();
    }
    let word = |c: char| if c.is_whitespace() { '_' } else { c };
    let joined: String = text.replace(" /", "/").replace("/ ", "/").replace(" *", "*").replace("* ", "*");
    let joined: String = joined.chars().map(word).collect();
    Unit::parse(&joined).unwrap_or_else(|_| Unit::base(&joined))
}

/// Whether a name is a value of the clock, under any program's name.
fn is_clock(name: &str) -> Option<&'static str> {
    CLOCKS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
}

/// Kinds whose value is computed.
fn has_value(kind: Kind) -> bool {
    matches!(kind, Kind::Stock | Kind::Flow | Kind::Auxiliary)
}
