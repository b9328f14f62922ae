//! Names: what each one means, that each is declared once, and that whatever is used exists.

mod references;

use crate::codes::Code;
use crate::functions;
use crate::parse::WORDS;
use crate::report::{Finding, Report};
use crate::syntax::{
    Body, CheckStatement, DimensionStatement, Equation, Expr, FeedbackStatement, LeverBody, LookupStatement, Name,
    ObserveStatement, OutcomeStatement, ShouldStatement, Span, Statement, StatementKind, VariableStatement,
};
use counterflow_model::{DimensionId, LookupId, Unit, VariableId};
use std::collections::{BTreeMap, BTreeSet};

/// The reserved name of the sum of all levers' costs.
pub const ALL_COSTS: &str = "lever_costs";

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something that has a value.
    Variable(VariableId),
    /// A graphical function.
    Lookup(LookupId),
    /// A dimension of arrays.
    Dimension(DimensionId),
    /// A statement that could not be read.
    Broken,
}

/// A variable as declared.
pub struct Entry<'a> {
    /// Its name.
    pub name: String,
    /// Where the name is declared.
    pub span: Span,
    /// Its dimensions; `None` if one of them is unknown.
    pub dimensions: Option<Vec<DimensionId>>,
    /// Its unit; `None` if it has none or it is unknown.
    pub unit: Option<Unit>,
    /// Where its definition is.
    pub origin: Origin<'a>,
}

/// Where a variable's definition is.
#[derive(Clone, Copy)]
pub enum Origin<'a> {
    /// A statement of its own.
    Statement(&'a VariableStatement),
    /// The cost clause of a lever.
    Cost(&'a Expr),
    /// The sum of all levers' costs.
    AllCosts,
}

/// An expression of the text, with what the later phases ask about it.
pub struct Use<'a> {
    /// Variable that it defines, if it does.
    pub variable: Option<VariableId>,
    /// Dimensions along which it runs; `None` if unknown.
    pub dimensions: Option<Vec<DimensionId>>,
    /// The expression.
    pub expr: &'a Expr,
    /// Its part in the model.
    pub role: Role<'a>,
}

/// The part of an expression in the model.
#[derive(Clone, Copy)]
pub enum Role<'a> {
    /// A flow's or auxiliary's equation, or a lever's cost.
    Value,
    /// A stock's value at the start.
    Initial,
    /// An entry of a stock's list of flows.
    Flow,
    /// What a series should show.
    Observed,
    /// The scale of a likelihood.
    Scale(&'a ObserveStatement),
    /// The condition of a check, or a comparison that a `should` expects.
    Condition,
    /// What a `should` measures or sets.
    Measured,
}

/// All names of a project.
pub struct Names<'a> {
    /// Dimensions, in order.
    pub dimensions: Vec<&'a DimensionStatement>,
    /// Variables, in order; those made from levers' costs come last.
    pub variables: Vec<Entry<'a>>,
    /// Lookups, in order.
    pub lookups: Vec<&'a LookupStatement>,
    /// Observations, in order.
    pub observations: Vec<&'a ObserveStatement>,
    /// Checks, in order, with their places.
    pub checks: Vec<(&'a CheckStatement, Span)>,
    /// Outcomes, in order.
    pub outcomes: Vec<&'a OutcomeStatement>,
    /// Feedbacks, in order.
    pub feedbacks: Vec<&'a FeedbackStatement>,
    /// Statements of what must come out, in order, with their places.
    pub shoulds: Vec<(&'a ShouldStatement, Span)>,
    /// Base units, with `year`.
    pub units: BTreeSet<&'a str>,
    /// Every expression, in the order of the text.
    pub uses: Vec<Use<'a>>,
    room: BTreeMap<String, (Meaning, Span)>,
    /// Positions of the elements of each dimension.
    elements: Vec<BTreeMap<&'a str, usize>>,
    /// Names of observations and outcomes, which have rooms of their own.
    reported: BTreeMap<(&'static str, &'a str), Span>,
}

/// Finds out what every name means.
pub fn names<'a>(statements: &'a [Statement], report: &mut Report) -> Names<'a> {
    let mut names = Names {
        dimensions: Vec::new(),
        variables: Vec::new(),
        lookups: Vec::new(),
        observations: Vec::new(),
        checks: Vec::new(),
        outcomes: Vec::new(),
        feedbacks: Vec::new(),
        shoulds: Vec::new(),
        units: BTreeSet::from(["year"]),
        uses: Vec::new(),
        room: BTreeMap::new(),
        elements: Vec::new(),
        reported: BTreeMap::new(),
    };
    // Dimensions first: variables name them, in whatever order the chapters stand.
    for statement in statements {
        names.gather_dimension(statement, report);
    }
    for statement in statements {
        names.gather(statement, report);
    }
    names.gather_costs(report);
    names.gather_uses();
    references::check(&mut names, report);
    names
}

impl<'a> Names<'a> {
    /// What a name means.
    pub fn meaning(&self, name: &str) -> Option<Meaning> {
        self.room.get(name).map(|(meaning, _)| *meaning)
    }

    /// The variable of this name.
    pub fn variable(&self, name: &str) -> Option<VariableId> {
        match self.meaning(name) {
            Some(Meaning::Variable(id)) => Some(id),
            _ => None,
        }
    }

    /// The lookup of this name.
    pub fn lookup(&self, name: &str) -> Option<LookupId> {
        match self.meaning(name) {
            Some(Meaning::Lookup(id)) => Some(id),
            _ => None,
        }
    }

    /// The entry of a variable.
    pub fn entry(&self, id: VariableId) -> &Entry<'a> {
        &self.variables[id.0]
    }

    /// The number of elements of an array with these dimensions.
    pub fn size(&self, dimensions: &[DimensionId]) -> usize {
        dimensions.iter().fold(1, |size: usize, d| size.saturating_mul(self.dimensions[d.0].elements.len()))
    }

    /// The position of an element in its dimension.
    pub fn element(&self, dimension: DimensionId, name: &str) -> Option<usize> {
        self.elements[dimension.0].get(name).copied()
    }

    /// Names of variables and lookups, for suggestions.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        let is_value = |meaning: &Meaning| matches!(meaning, Meaning::Variable(_) | Meaning::Lookup(_));
        self.room.iter().filter(move |(_, (meaning, _))| is_value(meaning)).map(|(name, _)| name.as_str())
    }

    fn gather_dimension(&mut self, statement: &'a Statement, report: &mut Report) {
        let StatementKind::Dimension(dimension) = &statement.kind else { return };
        let id = DimensionId(self.dimensions.len());
        self.dimensions.push(dimension);
        self.declare(&dimension.name, Meaning::Dimension(id), report);
        let mut positions = BTreeMap::new();
        for (i, element) in dimension.elements.iter().enumerate() {
            if element.text == dimension.name.text || positions.insert(element.text.as_str(), i).is_some() {
                let message = format!("another element of this dimension, or itself, is called `{}` too", element.text);
                let help = "elements differ from each other and from the dimension's own name";
                report.push(Finding::new(Code::E3010, element.span, message).help(help));
            }
        }
        self.elements.push(positions);
    }

    fn gather(&mut self, statement: &'a Statement, report: &mut Report) {
        match &statement.kind {
            StatementKind::Units(units) => self.units.extend(units.iter().map(|unit| unit.text.as_str())),
            StatementKind::Variable(variable) => {
                let id = VariableId(self.variables.len());
                self.declare(&variable.name, Meaning::Variable(id), report);
                let dimensions = self.declared_dimensions(variable, report);
                let unit = variable.unit.as_ref().map(|unit| unit.unit.clone());
                let origin = Origin::Statement(variable);
                let (name, span) = (variable.name.text.clone(), variable.name.span);
                self.variables.push(Entry { name, span, dimensions, unit, origin });
            }
            StatementKind::Lookup(lookup) => {
                let id = LookupId(self.lookups.len());
                self.lookups.push(lookup);
                self.declare(&lookup.name, Meaning::Lookup(id), report);
            }
            StatementKind::Observe(observe) => {
                let first = *self.reported.entry(("observe", &observe.name.text)).or_insert(observe.name.span);
                twice(&observe.name, first, report);
                self.observations.push(observe);
            }
            StatementKind::Outcome(outcome) => {
                let first = *self.reported.entry(("outcome", &outcome.name.text)).or_insert(outcome.name.span);
                twice(&outcome.name, first, report);
                self.outcomes.push(outcome);
            }
            StatementKind::Feedback(feedback) => {
                let first = *self.reported.entry(("feedback", &feedback.name.text)).or_insert(feedback.name.span);
                twice(&feedback.name, first, report);
                self.feedbacks.push(feedback);
            }
            StatementKind::Check(check) => self.checks.push((check, statement.span)),
            StatementKind::Should(should) => self.shoulds.push((should, statement.span)),
            StatementKind::Broken(name) => {
                self.room.entry(name.text.clone()).or_insert((Meaning::Broken, name.span));
            }
            StatementKind::Horizon(_) | StatementKind::Dimension(_) => {}
        }
    }

    fn declare(&mut self, name: &Name, meaning: Meaning, report: &mut Report) {
        let word = name.text.as_str();
        if functions::is_reserved(word) || WORDS.contains(&word) || word == ALL_COSTS {
            let message = format!("`{word}` is a word of the language and can not be declared");
            report.push(Finding::new(Code::E2003, name.span, message).help("choose another name"));
        }
        let (_, first) = *self.room.entry(name.text.clone()).or_insert((meaning, name.span));
        twice(name, first, report);
    }

    fn declared_dimensions(&self, variable: &VariableStatement, report: &mut Report) -> Option<Vec<DimensionId>> {
        let mut found = Vec::new();
        let mut known = true;
        for name in &variable.dimensions {
            match self.meaning(&name.text) {
                Some(Meaning::Dimension(id)) if found.contains(&id) => {
                    let message = format!("dimension `{}` is given twice", name.text);
                    report.push(Finding::new(Code::E3009, name.span, message).label("a second time"));
                    known = false;
                }
                Some(Meaning::Dimension(id)) => found.push(id),
                Some(Meaning::Broken) => known = false,
                _ => {
                    let all = self.dimensions.iter().map(|d| d.name.text.as_str());
                    let message =
                        format!("no dimension is called `{}`{}", name.text, report.did_you_mean(&name.text, all));
                    report.push(Finding::new(Code::E2009, name.span, message).label("unknown dimension"));
                    known = false;
                }
            }
        }
        known.then_some(found)
    }

    /// Every lever with a cost has a hidden variable that holds it.
    fn gather_costs(&mut self, report: &mut Report) {
        let per_year = Some(Unit::base("USD").per(&Unit::base("year")));
        for i in 0..self.variables.len() {
            let Origin::Statement(statement) = self.variables[i].origin else { continue };
            let Some((cost, _)) = lever(statement).and_then(|lever| lever.cost.as_ref()) else { continue };
            let name = Name { text: cost_name(&statement.name.text), span: cost.span };
            let id = VariableId(self.variables.len());
            if let Some((_, earlier)) = self.room.get(&name.text) {
                let message = format!("`{}` is the name of what lever `{}` costs", name.text, statement.name.text);
                report.push(Finding::new(Code::E2002, *earlier, message).first(cost.span).help("rename this variable"));
            }
            self.room.entry(name.text.clone()).or_insert((Meaning::Variable(id), cost.span));
            self.variables.push(Entry {
                name: name.text,
                span: cost.span,
                dimensions: Some(Vec::new()),
                unit: per_year.clone(),
                origin: Origin::Cost(cost),
            });
        }
        let id = VariableId(self.variables.len());
        self.room.insert(ALL_COSTS.into(), (Meaning::Variable(id), Span::PROJECT));
        self.variables.push(Entry {
            name: ALL_COSTS.into(),
            span: Span::PROJECT,
            dimensions: Some(Vec::new()),
            unit: per_year,
            origin: Origin::AllCosts,
        });
    }

    fn gather_uses(&mut self) {
        let mut uses = Vec::new();
        for (i, entry) in self.variables.iter().enumerate() {
            let mut add = |expr: &'a Expr, role| {
                uses.push(Use { variable: Some(VariableId(i)), dimensions: entry.dimensions.clone(), expr, role });
            };
            match entry.origin {
                Origin::AllCosts => {}
                Origin::Cost(cost) => add(cost, Role::Value),
                Origin::Statement(statement) => match &statement.body {
                    Body::Flow(equation) | Body::Auxiliary(equation) => {
                        equation.expressions().into_iter().for_each(|expr| add(expr, Role::Value));
                    }
                    Body::Stock(stock) => {
                        stock.initial.expressions().into_iter().for_each(|expr| add(expr, Role::Initial));
                        stock.inflows.iter().chain(&stock.outflows).for_each(|expr| add(expr, Role::Flow));
                    }
                    Body::Parameter(_) | Body::Lever(_) | Body::Series(_) => {}
                },
            }
        }
        let mut add = |expr, role| uses.push(Use { variable: None, dimensions: Some(Vec::new()), expr, role });
        for observe in &self.observations {
            add(&observe.expression, Role::Observed);
            add(&observe.scale, Role::Scale(observe));
        }
        for (check, _) in &self.checks {
            add(&check.condition, Role::Condition);
        }
        for (should, _) in &self.shoulds {
            should.expectations.iter().for_each(|clause| add(&clause.expression, clause.role()));
            should.subscripted().for_each(|target| add(target, Role::Measured));
        }
        self.uses = uses;
    }
}

/// An error if a name was declared first by another statement.
fn twice(name: &Name, first: Span, report: &mut Report) {
    if first != name.span {
        let message = format!("`{}` is declared twice", name.text);
        let help = "all chapters share one room of names; rename one of them";
        report.push(Finding::new(Code::E2002, name.span, message).first(first).label("declared again here").help(help));
    }
}

/// The lever that a statement declares, if it declares one.
pub fn lever(statement: &VariableStatement) -> Option<&LeverBody> {
    match &statement.body {
        Body::Lever(lever) => Some(lever),
        _ => None,
    }
}

/// Equations of a variable's statement that are written as such.
pub fn equation(statement: &VariableStatement) -> Option<&Equation> {
    match &statement.body {
        Body::Flow(equation) | Body::Auxiliary(equation) => Some(equation),
        Body::Stock(stock) => Some(&stock.initial),
        Body::Parameter(_) | Body::Lever(_) | Body::Series(_) => None,
    }
}

/// Name of the variable that holds a lever's cost.
pub fn cost_name(lever: &str) -> String {
    format!("{lever}_cost")
}
