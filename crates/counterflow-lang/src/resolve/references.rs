//! Whatever an expression names must exist and be of the right kind.

use super::{Entry, Meaning, Names, Origin, Role, Use};
use crate::codes::Code;
use crate::functions::{self, Function};
use crate::report::{Finding, Report};
use crate::syntax::{Body, Expr, Kind, Name, Span};
use counterflow_model::VariableId;
use std::collections::BTreeMap;

/// Checks every name in every expression, and those that outcomes are made of.
pub fn check(names: &mut Names, report: &mut Report) {
    let mut streams = BTreeMap::new();
    for (i, one) in names.uses.iter().enumerate() {
        let mut check =
            Check { names, report, streams: &mut streams, definition: one.variable.map_or(usize::MAX - i, |v| v.0) };
        one.expr.walk(&mut |expr| check.expr(expr));
        role(names, one, report);
    }
    for outcome in &names.outcomes {
        reference(names, &outcome.variable, report);
    }
    for feedback in &names.feedbacks {
        reference(names, &feedback.variable, report);
        computed(names, &feedback.variable, report);
    }
}

/// A loop can only be cut at something that is computed at every moment.
fn computed(names: &Names, name: &Name, report: &mut Report) {
    let Some(entry) = names.variable(&name.text).map(|id| names.entry(id)) else { return };
    let Origin::Statement(statement) = entry.origin else { return };
    if !matches!(statement.body, Body::Auxiliary(_) | Body::Flow(_)) {
        let message = format!("`{}` is neither an `aux` nor a `flow`", name.text);
        let help = "name the auxiliary or flow through which the loop acts; cut, it keeps its value from the start";
        report.push(Finding::new(Code::E2012, name.span, message).label("expected an aux or a flow").help(help));
    }
}

struct Check<'c, 'a> {
    names: &'c Names<'a>,
    report: &'c mut Report,
    /// Which definition uses a stream of random numbers.
    streams: &'c mut BTreeMap<String, (usize, Span)>,
    definition: usize,
}

impl Check<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Name(name, subscripts) => {
                if functions::clock(&name.text).is_none() || subscripts.is_some() {
                    reference(self.names, name, self.report);
                }
            }
            Kind::Call(name, arguments) => self.call(name, arguments, expr.span),
            Kind::Text(_) | Kind::Number(_) | Kind::Unary(..) | Kind::Binary(..) | Kind::If(..) => {}
        }
    }

    fn call(&mut self, name: &Name, arguments: &[Expr], span: Span) {
        let Some((function, low, high)) = functions::named(&name.text, arguments.len()) else {
            return self.lookup_call(name, arguments, span);
        };
        if !(low..=high).contains(&arguments.len()) {
            return self.count(name, arguments.len(), low, high, span);
        }
        match (function, &arguments[0].kind) {
            (Function::Normal, Kind::Text(stream)) => self.stream(stream, arguments[0].span),
            (Function::Normal, _) => {
                let message = "`NORMAL` takes the name of a stream in quotes";
                let help = "write for example NORMAL(\"weather\")";
                self.report.push(Finding::new(Code::E1001, arguments[0].span, message).help(help));
            }
            _ => {}
        }
    }

    fn lookup_call(&mut self, name: &Name, arguments: &[Expr], span: Span) {
        match self.names.meaning(&name.text) {
            Some(Meaning::Lookup(_)) if arguments.len() == 1 => {}
            Some(Meaning::Lookup(_)) => self.count(name, arguments.len(), 1, 1, span),
            Some(Meaning::Broken) => {}
            Some(_) => {
                let message = format!("`{}` is not a function or lookup", name.text);
                let help = "a product is written with `*`, an array's element in square brackets";
                self.report.push(Finding::new(Code::E2004, name.span, message).help(help));
            }
            None => {
                let mut known: Vec<&str> = functions::all().collect();
                known.extend(self.names.lookups.iter().map(|lookup| lookup.name.text.as_str()));
                let hint = self.report.did_you_mean(&name.text, known);
                let message = format!("no function or lookup is called `{}`{hint}", name.text);
                self.report.push(Finding::new(Code::E2004, name.span, message).label("unknown function"));
            }
        }
    }

    fn count(&mut self, name: &Name, found: usize, low: usize, high: usize, span: Span) {
        let wanted = match (low, high) {
            (1, 1) => "one argument".to_owned(),
            _ if low == high => format!("{low} arguments"),
            _ => format!("{low} to {high} arguments"),
        };
        let message = format!("`{}` takes {wanted}, found {found}", name.text);
        self.report.push(Finding::new(Code::E1009, span, message).label(format!("expected {wanted}")));
    }

    /// Streams have names so that adding one leaves the others as they are; two uses would be one and the same noise.
    fn stream(&mut self, stream: &str, span: Span) {
        let (first, place) = *self.streams.entry(stream.to_owned()).or_insert((self.definition, span));
        if first != self.definition {
            let message = format!("the random stream \"{stream}\" is used by another definition too");
            let help = "give this one a name of its own, or put the noise in an `aux` that both use";
            self.report.push(Finding::new(Code::E2008, span, message).first(place).help(help));
        }
    }
}

/// A name in the place of a value.
fn reference(names: &Names, name: &Name, report: &mut Report) {
    let finding = match names.meaning(&name.text) {
        Some(Meaning::Variable(_) | Meaning::Broken) => return,
        Some(Meaning::Lookup(_)) => {
            let message = format!("`{}` is a lookup, not a value", name.text);
            Finding::new(Code::E2005, name.span, message).help(format!("give it an argument: `{}(x)`", name.text))
        }
        Some(Meaning::Dimension(_)) => {
            let message = format!("`{}` is a dimension, not a value", name.text);
            Finding::new(Code::E2005, name.span, message).label("not a value")
        }
        None => {
            let hint = report.did_you_mean(&name.text, names.values());
            let message = format!("no variable is called `{}`{hint}", name.text);
            Finding::new(Code::E2001, name.span, message).label("unknown name")
        }
    };
    report.push(finding);
}

/// Some places take only certain kinds of variable.
fn role(names: &Names, one: &Use, report: &mut Report) {
    match one.role {
        Role::Flow => {
            let Kind::Name(name, _) = &one.expr.kind else { return };
            let Some(id) = names.variable(&name.text) else { return };
            if !is_flow(names.entry(id)) {
                let message = format!("`{}` is not a flow", name.text);
                let help = "stocks change only by flows; declare it with `flow`";
                report.push(Finding::new(Code::E2007, one.expr.span, message).label("expected a flow").help(help));
            }
        }
        Role::Scale(_) if !is_scale(names, one.expr) => {
            let message = "the scale of a likelihood is a number or a single parameter";
            report.push(Finding::new(Code::E2011, one.expr.span, message).label("expected a number or a parameter"));
        }
        _ => {}
    }
}

fn is_flow(entry: &Entry) -> bool {
    matches!(entry.origin, Origin::Statement(statement) if matches!(statement.body, Body::Flow(_)))
}

fn is_scale(names: &Names, expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Number(_) => true,
        Kind::Name(name, None) => names.variable(&name.text).is_none_or(|id| is_scalar_parameter(names, id)),
        _ => false,
    }
}

fn is_scalar_parameter(names: &Names, id: VariableId) -> bool {
    let entry = names.entry(id);
    let is_parameter = matches!(entry.origin, Origin::Statement(s) if matches!(s.body, Body::Parameter(_)));
    is_parameter && entry.dimensions.as_ref().is_none_or(Vec::is_empty)
}
