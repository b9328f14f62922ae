//! Arrays: subscripts, dimensions left out, reductions, and how large it all becomes.

use crate::codes::Code;
use crate::functions::{self, Function};
use crate::report::{Finding, Report};
use crate::resolve::{Names, Origin, equation};
use crate::syntax::{Body, Equation, Expr, Kind, Name, Span, Subscript, VariableStatement};
use counterflow_model::DimensionId;
use std::collections::BTreeSet;

/// Most elements that all variables may have together.
const MOST_ELEMENTS: usize = 100_000;

/// What one subscript of an array selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// One element, by position.
    Element(usize),
    /// The element that is being computed along this dimension.
    Running(DimensionId),
    /// `*`: all elements in turn, reduced by the function around it.
    Starred(DimensionId),
}

/// Dimensions along which an expression runs.
#[derive(Default)]
struct Running {
    /// Those that run along with something outside.
    free: Vec<DimensionId>,
    /// Those marked `*`, which the nearest reduction consumes.
    stars: Vec<DimensionId>,
}

/// Checks the arrays of every expression and declaration.
pub fn check(names: &Names, report: &mut Report) {
    sizes(names, report);
    for entry in &names.variables {
        if let (Origin::Statement(statement), Some(dimensions)) = (entry.origin, &entry.dimensions) {
            declaration(names, statement, dimensions, report);
        }
    }
    for one in &names.uses {
        if let Some(dimensions) = &one.dimensions {
            let mut check = Check { names, definition: dimensions, bound: Vec::new(), reductions: 0, report };
            check.expr(one.expr);
        }
    }
    for outcome in &names.outcomes {
        let variable = names.variable(&outcome.variable.text).map(|id| names.entry(id));
        if let Some(entry) = variable.filter(|entry| entry.dimensions.as_ref().is_some_and(|d| !d.is_empty())) {
            not_single(&outcome.variable, &format!("`{}` is an array", entry.name), report);
        }
    }
}

/// What each subscript of a name selects; `None` where that has been reported.
pub fn selected(names: &Names, name: &Name, subscripts: Option<&[Subscript]>) -> Option<Vec<Selected>> {
    let dimensions = names.entry(names.variable(&name.text)?).dimensions.as_ref()?;
    let Some(subscripts) = subscripts else {
        return Some(dimensions.iter().map(|d| Selected::Running(*d)).collect());
    };
    if subscripts.len() != dimensions.len() {
        return None;
    }
    subscripts.iter().zip(dimensions).map(|(subscript, dimension)| select(names, subscript, *dimension)).collect()
}

fn select(names: &Names, subscript: &Subscript, dimension: DimensionId) -> Option<Selected> {
    let Subscript::Name(name) = subscript else { return Some(Selected::Starred(dimension)) };
    let declared = names.dimensions[dimension.0];
    if name.text == declared.name.text {
        return Some(Selected::Running(dimension));
    }
    names.element(dimension, &name.text).map(Selected::Element)
}

/// The dimensions that a reduction of `body` consumes in a definition with these dimensions:
/// those marked `*`, or else all that the definition does not have.
pub fn reduced(names: &Names, body: &Expr, definition: &[DimensionId]) -> Vec<DimensionId> {
    consumed(&running(names, body, definition), definition)
}

fn consumed(body: &Running, definition: &[DimensionId]) -> Vec<DimensionId> {
    if body.stars.is_empty() {
        body.free.iter().copied().filter(|d| !definition.contains(d)).collect()
    } else {
        body.stars.clone()
    }
}

fn running(names: &Names, expr: &Expr, definition: &[DimensionId]) -> Running {
    let mut found = Running::default();
    if let Kind::Name(name, subscripts) = &expr.kind {
        for one in selected(names, name, subscripts.as_deref()).unwrap_or_default() {
            match one {
                Selected::Element(_) => {}
                Selected::Running(d) => add(&mut found.free, d),
                Selected::Starred(d) => add(&mut found.stars, d),
            }
        }
        return found;
    }
    for child in expr.children() {
        let below = running(names, child, definition);
        below.free.into_iter().for_each(|d| add(&mut found.free, d));
        below.stars.into_iter().for_each(|d| add(&mut found.stars, d));
    }
    if is_reduction(expr) {
        let over = consumed(&found, definition);
        found.free.retain(|d| !over.contains(d));
        found.stars.clear();
    }
    found
}

fn add(found: &mut Vec<DimensionId>, dimension: DimensionId) {
    if !found.contains(&dimension) {
        found.push(dimension);
    }
}

fn is_reduction(expr: &Expr) -> bool {
    matches!(&expr.kind, Kind::Call(name, arguments)
        if matches!(functions::of_call(&name.text, arguments.len()), Some(Function::Reduce(_))))
}

fn is_known_call(names: &Names, name: &Name, arguments: &[Expr]) -> bool {
    functions::of_call(&name.text, arguments.len()).is_some() || names.lookup(&name.text).is_some()
}

struct Check<'c, 'a> {
    names: &'c Names<'a>,
    /// Dimensions of the definition.
    definition: &'c [DimensionId],
    /// Dimensions consumed by the reductions around.
    bound: Vec<DimensionId>,
    /// Number of reductions around.
    reductions: usize,
    report: &'c mut Report,
}

impl Check<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Name(name, subscripts) => self.name(name, subscripts.as_deref(), expr.span),
            Kind::Call(name, arguments) if is_reduction(expr) => self.reduction(name, &arguments[0], expr.span),
            // What an unknown function would do with an array is unknown.
            Kind::Call(name, arguments) if !is_known_call(self.names, name, arguments) => {}
            _ => expr.children().into_iter().for_each(|child| self.expr(child)),
        }
    }

    fn name(&mut self, name: &Name, subscripts: Option<&[Subscript]>, span: Span) {
        let Some(id) = self.names.variable(&name.text) else { return };
        let Some(dimensions) = &self.names.entry(id).dimensions else { return };
        if let Some(subscripts) = subscripts
            && !self.subscripts(name, subscripts, dimensions, span)
        {
            return;
        }
        for one in selected(self.names, name, subscripts).unwrap_or_default() {
            match one {
                Selected::Running(d) if !self.definition.contains(&d) && !self.bound.contains(&d) => {
                    return self.open(name, d, span);
                }
                Selected::Starred(_) if self.reductions == 0 => {
                    let message = "`*` stands outside of a function that reduces";
                    let help = "write for example SUM(x[*]), MEAN, PROD, MIN or MAX";
                    return self.report.push(Finding::new(Code::E3011, span, message).help(help));
                }
                _ => {}
            }
        }
    }

    fn open(&mut self, name: &Name, dimension: DimensionId, span: Span) {
        let dimension = &self.names.dimensions[dimension.0].name.text;
        let message = format!("`{}` has a value for each element of `{dimension}`; one value was expected", name.text);
        let help =
            format!("declare the definition along [{dimension}], name an element, or reduce it: SUM({})", name.text);
        self.report
            .push(Finding::new(Code::E3003, span, message).label(format!("runs along `{dimension}`")).help(help));
    }

    /// Whether number and names of the subscripts are right.
    fn subscripts(&mut self, name: &Name, subscripts: &[Subscript], dimensions: &[DimensionId], span: Span) -> bool {
        if subscripts.len() != dimensions.len() {
            let list: Vec<&str> = dimensions.iter().map(|d| self.names.dimensions[d.0].name.text.as_str()).collect();
            let wanted = if list.is_empty() { "none".into() } else { format!("[{}]", list.join(", ")) };
            let message = format!("`{}` takes {} subscripts, found {}", name.text, list.len(), subscripts.len());
            self.report.push(Finding::new(Code::E3002, span, message).label(format!("subscripts: {wanted}")));
            return false;
        }
        let mut right = true;
        for (subscript, dimension) in subscripts.iter().zip(dimensions) {
            if select(self.names, subscript, *dimension).is_none()
                && let Subscript::Name(found) = subscript
            {
                unknown_element(self.names, found, *dimension, self.report);
                right = false;
            }
        }
        right
    }

    fn reduction(&mut self, function: &Name, body: &Expr, span: Span) {
        let below = running(self.names, body, self.definition);
        let over = consumed(&below, self.definition);
        if over.is_empty() && below.stars.is_empty() {
            // A body with errors of its own has no dimensions; those errors are reported below.
            if is_known(self.names, body) {
                let message = format!("`{}` has no dimension to reduce here", function.text);
                let help =
                    "it reduces what the definition does not run along; mark another dimension with `*`: SUM(x[*])";
                self.report.push(Finding::new(Code::E3004, span, message).label("nothing to reduce").help(help));
                return;
            }
        } else if !below.stars.is_empty() {
            self.clash(&over, &below.free, span);
        }
        let before = self.bound.len();
        self.bound.extend(over);
        self.reductions += 1;
        self.expr(body);
        self.reductions -= 1;
        self.bound.truncate(before);
    }

    /// Within a reduction a dimension has one running element: it can not be the definition's own as well.
    fn clash(&mut self, over: &[DimensionId], free: &[DimensionId], span: Span) {
        let outside = |d: &DimensionId| self.definition.contains(d) || self.bound.contains(d);
        if let Some(both) = over.iter().find(|d| outside(d) && free.contains(d)) {
            let dimension = &self.names.dimensions[both.0].name.text;
            let message = format!("`{dimension}` is reduced here and runs along with the definition at once");
            let help = "compute the reduction, or the other factor, in an `aux` of its own";
            self.report.push(Finding::new(Code::E3012, span, message).help(help));
        }
    }
}

fn is_known(names: &Names, expr: &Expr) -> bool {
    let mut known = true;
    expr.walk(&mut |e| {
        if let Kind::Name(name, subscripts) = &e.kind {
            let clock = functions::clock(&name.text).is_some();
            known &= clock || selected(names, name, subscripts.as_deref()).is_some();
        }
    });
    known
}

fn unknown_element(names: &Names, found: &Name, dimension: DimensionId, report: &mut Report) {
    let declared = names.dimensions[dimension.0];
    let elements = declared.elements.iter().map(|e| e.text.as_str());
    let hint = report.did_you_mean(&found.text, elements.chain([declared.name.text.as_str()]));
    let message = format!("`{}` is not an element of `{}`{hint}", found.text, declared.name.text);
    report.push(
        Finding::new(Code::E3001, found.span, message)
            .label(format!("expected an element of `{}`", declared.name.text)),
    );
}

fn not_single(name: &Name, message: &str, report: &mut Report) {
    let help = "a single value is needed here; define an `aux` that reduces or selects";
    report.push(Finding::new(Code::E3008, name.span, message).label("expected a single value").help(help));
}

fn sizes(names: &Names, report: &mut Report) {
    let mut total: usize = 0;
    for entry in &names.variables {
        let before = total;
        total = total.saturating_add(entry.dimensions.as_ref().map_or(1, |d| names.size(d)));
        if before <= MOST_ELEMENTS && total > MOST_ELEMENTS {
            let message =
                format!("with `{}` the model has {total} elements; at most {MOST_ELEMENTS} are possible", entry.name);
            report.push(Finding::new(Code::E3007, entry.span, message).help("use smaller dimensions or fewer arrays"));
        }
    }
}

fn declaration(names: &Names, statement: &VariableStatement, dimensions: &[DimensionId], report: &mut Report) {
    let size = names.size(dimensions);
    match &statement.body {
        Body::Parameter(body) if body.values.len() != 1 && body.values.len() != size => {
            let message = format!("`{}` has {size} elements, found {} values", statement.name.text, body.values.len());
            let help = "give one value for all elements, or one for each";
            report.push(Finding::new(Code::E3005, statement.name.span, message).help(help));
        }
        Body::Lever(_) | Body::Series(_) if !dimensions.is_empty() => {
            not_single(&statement.name, "levers and series have no dimensions", report);
        }
        _ => {}
    }
    if let Some(Equation::Each(arms, span)) = equation(statement) {
        each(names, arms, *span, dimensions, report);
    }
}

/// `{ element: expression, ... }` must name every element once.
fn each(names: &Names, arms: &[(Vec<Name>, Expr)], span: Span, dimensions: &[DimensionId], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (elements, expr) in arms {
        let at = elements.first().map_or(expr.span, |e| e.span);
        if elements.len() != dimensions.len() {
            let message = format!("expected {} elements before the colon, found {}", dimensions.len(), elements.len());
            return report.push(Finding::new(Code::E3006, at, message).help("name one element per dimension"));
        }
        match position(names, elements, dimensions) {
            Ok(position) if !seen.insert(position) => {
                report.push(Finding::new(Code::E3006, at, "this element is given twice").label("a second time"));
            }
            Ok(_) => {}
            Err((name, dimension)) => return unknown_element(names, name, dimension, report),
        }
    }
    if let Some(missing) = (0..names.size(dimensions)).find(|i| !seen.contains(i)) {
        let message = format!("no expression is given for `{}`", element_name(names, dimensions, missing));
        report.push(Finding::new(Code::E3006, span, message).help("give every element an expression"));
    }
}

/// The position of an element in row-major order, or the name that is no element.
pub fn position<'n>(
    names: &Names,
    elements: &'n [Name],
    dimensions: &[DimensionId],
) -> Result<usize, (&'n Name, DimensionId)> {
    let mut position: usize = 0;
    for (element, dimension) in elements.iter().zip(dimensions) {
        let index = names.element(*dimension, &element.text).ok_or((element, *dimension))?;
        position = position.saturating_mul(names.size(&[*dimension])).saturating_add(index);
    }
    Ok(position)
}

fn element_name(names: &Names, dimensions: &[DimensionId], position: usize) -> String {
    let mut rest = position;
    let mut parts: Vec<&str> = Vec::new();
    for dimension in dimensions.iter().rev() {
        let elements = &names.dimensions[dimension.0].elements;
        parts.push(&elements[rest % elements.len()].text);
        rest /= elements.len();
    }
    parts.reverse();
    parts.join(", ")
}
