//! One variable: its equation for each element, its flows, its graphical function.

use std::rc::Rc;

use counterflow_lang::Code;
use counterflow_model::standard::combined;
use counterflow_model::{Binary, Clock, Definition, Equation, Expr, Index, Stock, Unary, VariableId};

use super::{Context, Lower, Progress, element, has_value};
use crate::document::{Declared, Kind};
use crate::expression::{self, Reference, equations};
use crate::instances::{Entry, Instance};
use crate::markup::Text;
use crate::names::canonical;

impl<'d> Lower<'d, '_> {
    /// Finds for each flow the stock that must not go below zero by it.
    pub fn limits(&mut self) {
        let stocks = self.structure.instances.clone();
        for (k, stock) in stocks.iter().enumerate().filter(|(_, stock)| stock.declared.is_non_negative) {
            if stock.declared.kind != Kind::Stock {
                continue;
            }
            for flow in &stock.declared.outflows {
                if let Some(flow) = self.flow(flow, stock.scope) {
                    self.limited.insert(flow, VariableId(k));
                }
            }
        }
    }

    /// Defines a variable of the file, once.
    pub fn define(&mut self, id: VariableId) {
        if self.progress.get(id.0) != Some(&Progress::Waiting) {
            return;
        }
        let Some(instance) = self.instance(id).cloned() else { return };
        self.progress[id.0] = Progress::Underway;
        let definition = self.definition(id, &instance);
        self.made[id.0].definition = definition;
        self.progress[id.0] = Progress::Done;
    }

    fn definition(&mut self, id: VariableId, instance: &Instance<'d>) -> Definition {
        let declared = instance.declared;
        if let Some((scope, source)) = &instance.source {
            return Definition::Auxiliary(self.connected(id, instance, *scope, source));
        }
        if declared.kind == Kind::Stock {
            let initial = self.equation(id, instance);
            let net = self.each(id, instance, |lower, at| lower.net(declared, at));
            let ids = |lower: &Self, flows: &[Text]| {
                flows.iter().filter_map(|flow| lower.flow(flow, instance.scope)).collect::<Vec<VariableId>>()
            };
            let (inflows, outflows) = (ids(self, &declared.inflows), ids(self, &declared.outflows));
            return Definition::Stock(Stock { initial, net, inflows, outflows });
        }
        let equation = self.equation(id, instance);
        if declared.kind == Kind::Flow { Definition::Flow(equation) } else { Definition::Auxiliary(equation) }
    }

    /// One expression for each element.
    fn each(
        &mut self,
        id: VariableId,
        instance: &Instance<'d>,
        mut expression: impl FnMut(&mut Self, &Context<'_>) -> Expr,
    ) -> Equation {
        let size = self.size(&instance.dimensions);
        let mut made = Vec::with_capacity(size);
        for flat in 0..size {
            let positions = self.positions(&instance.dimensions, flat);
            let at = Context {
                scope: instance.scope,
                owner: &instance.name,
                span: instance.declared.span,
                positions: &positions,
                stars: None,
                myself: Some((id, flat)),
                depth: instance.depth,
            };
            made.push(expression(self, &at));
        }
        match made.pop() {
            Some(only) if instance.dimensions.is_empty() => Equation::Every(only),
            last => Equation::Each(made.into_iter().chain(last).collect()),
        }
    }

    fn connected(&mut self, id: VariableId, instance: &Instance<'d>, scope: usize, source: &Text) -> Equation {
        let parsed = equations(source, self.report).and_then(|mut list| list.pop());
        self.each(id, instance, |lower, at| match &parsed {
            Some(expr) => lower.expression(expr, &Context { scope, ..*at }),
            None => Expr::Number(f64::NAN),
        })
    }

    fn equation(&mut self, id: VariableId, instance: &Instance<'d>) -> Equation {
        let declared = instance.declared;
        let size = self.size(&instance.dimensions);
        let Some(written) = self.written(instance, size) else { return Equation::Every(Expr::Number(f64::NAN)) };
        let initial = declared.initial.as_ref().and_then(|text| equations(text, self.report));
        self.each(id, instance, |lower, at| {
            let flat = at.myself.map_or(0, |(_, flat)| flat);
            let (expr, curve) = &written[flat];
            let mut value = match expr {
                Some(expr) => lower.expression(expr, at),
                None => Expr::Number(0.0),
            };
            let common = instance.curves.first().copied().flatten();
            if let Some(curve) = curve.or(common) {
                value = Expr::Lookup(curve, Box::new(value));
            }
            value = lower.kept_in_bounds(id, declared, value, at);
            match initial.as_ref().and_then(|list| list.get(flat).or(list.first())) {
                Some(start) => {
                    let start = Box::new(lower.expression(start, at));
                    Expr::Phased { start, running: Box::new(value) }
                }
                None => value,
            }
        })
    }

    /// A flow that runs one way only, or out of a stock that never goes below zero.
    fn kept_in_bounds(&mut self, id: VariableId, declared: &Declared, value: Expr, at: &Context<'_>) -> Expr {
        if declared.kind != Kind::Flow {
            return value;
        }
        let zero = || Expr::Number(0.0);
        let value = if declared.is_non_negative { Expr::binary(Binary::Maximum, value, zero()) } else { value };
        let Some(stock) = self.limited.get(&id).copied() else { return value };
        let Some(instance) = self.instance(stock).cloned() else { return value };
        if instance.dimensions.len() != at.positions.len() {
            return value;
        }
        let positions: Vec<usize> = at.positions.iter().map(|(_, position)| *position).collect();
        let held = element(stock, &positions);
        let mut left = Expr::binary(Binary::Divide, held, Expr::Clock(Clock::Step));
        let inner = Context { scope: instance.scope, ..*at };
        let inflows = if self.at_once { self.flows(&instance.declared.inflows, &inner) } else { Vec::new() };
        if let Some(inflow) = combined(Binary::Add, inflows) {
            left = Expr::binary(Binary::Add, left, inflow);
        }
        let before: Vec<Text> = (instance.declared.outflows.iter())
            .take_while(|flow| self.flow(flow, instance.scope) != Some(id))
            .cloned()
            .collect();
        if let Some(taken) = combined(Binary::Add, self.flows(&before, &inner)) {
            left = Expr::binary(Binary::Subtract, left, taken);
        }
        Expr::binary(Binary::Minimum, value, Expr::binary(Binary::Maximum, left, zero()))
    }

    fn net(&mut self, declared: &Declared, at: &Context<'_>) -> Expr {
        let inflow = combined(Binary::Add, self.flows(&declared.inflows, at));
        let outflow = combined(Binary::Add, self.flows(&declared.outflows, at));
        match (inflow, outflow) {
            (Some(inflow), Some(outflow)) => Expr::binary(Binary::Subtract, inflow, outflow),
            (Some(inflow), None) => inflow,
            (None, Some(outflow)) => Expr::Unary(Unary::Negate, Box::new(outflow)),
            (None, None) => Expr::Number(0.0),
        }
    }

    fn flows(&mut self, flows: &[Text], at: &Context<'_>) -> Vec<Expr> {
        let mut found = Vec::new();
        for flow in flows {
            // A flow's name may hold anything, so it is tried as a whole before it is read as an equation.
            if let Some(id) = self.flow(flow, at.scope) {
                let whole = flow.whole();
                let reference =
                    Reference { path: Vec::new(), shown: flow.trimmed().into(), subscripts: None, span: whole };
                found.push(self.variable(id, &reference, at));
            } else if let Some(expr) = equations(flow, self.report).and_then(|mut list| list.pop()) {
                found.push(self.expression(&expr, at));
            }
        }
        found
    }

    fn flow(&self, flow: &Text, scope: usize) -> Option<VariableId> {
        match self.structure.find(&[canonical(&flow.value)], scope) {
            Some(Entry::Variable(id)) => Some(*id),
            _ => None,
        }
    }

    /// What is written for each element: expression and graphical function. `None` if something is missing or wrong.
    fn written(&mut self, instance: &Instance<'d>, size: usize) -> Option<Vec<Written>> {
        let declared = instance.declared;
        let mut written: Vec<Option<Written>> = vec![None; size];
        let mut sound = true;
        match self.listed(declared, size) {
            Ok(list) => {
                for (place, expr) in written.iter_mut().zip(list) {
                    *place = expr.map(|expr| (Some(expr), None));
                }
            }
            Err(()) => sound = false,
        }
        for one in &declared.elements {
            let expr = match &one.equation {
                Some(text) => match self.parsed(declared, text) {
                    Some(mut list) if list.len() == 1 => list.pop().map(Rc::new),
                    _ => {
                        sound = false;
                        continue;
                    }
                },
                None => None,
            };
            let curve = one.curve.as_ref().map(|curve| {
                self.structure.lookups.push(curve.clone());
                counterflow_model::LookupId(self.structure.lookups.len() - 1)
            });
            match self.named_elements(&one.subscript, instance) {
                Some(flats) => flats.into_iter().for_each(|flat| {
                    let known = written[flat].take().and_then(|(expr, _)| expr);
                    written[flat] = Some((expr.clone().or(known), curve));
                }),
                None => sound = false,
            }
        }
        self.remember_curves(instance, &written);
        let has_curve = declared.curve.is_some();
        let missing = written.iter().position(|one| match one {
            None => !has_curve,
            Some((expr, curve)) => expr.is_none() && curve.is_none() && !has_curve,
        });
        if let (Some(flat), true) = (missing, sound && has_value(declared.kind)) {
            let which = self.element_name(&instance.dimensions, flat);
            let message = format!("`{}{which}` has no equation", declared.name.trimmed());
            self.report.push(Code::E7004, declared.span, message);
            return None;
        }
        sound.then(|| written.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// The equations that are not of single elements, for each element.
    fn listed(&mut self, declared: &'d Declared, size: usize) -> Result<Vec<Option<Rc<expression::Expr>>>, ()> {
        let mut list = Vec::new();
        for text in &declared.equations {
            if text.trimmed().is_empty() && (!declared.elements.is_empty() || declared.curve.is_some()) {
                continue;
            }
            list.extend(self.parsed(declared, text).ok_or(())?);
        }
        match list.len() {
            0 => Ok(vec![None; size]),
            1 => Ok(vec![list.pop().map(Rc::new); size]),
            count if count == size => Ok(list.into_iter().map(|expr| Some(Rc::new(expr))).collect()),
            count => {
                let at = declared.equations.first().map_or(declared.span, Text::whole);
                let message = format!("`{}` has {count} equations for {size} elements", declared.name.trimmed());
                self.report.push(Code::E3005, at, message);
                Err(())
            }
        }
    }

    fn parsed(&mut self, declared: &Declared, text: &Text) -> Option<Vec<expression::Expr>> {
        let trimmed = text.trimmed();
        if trimmed.is_empty() || trimmed.chars().all(|c| c == '?') {
            let name = declared.name.trimmed();
            let message = match trimmed {
                "" => format!("`{name}` has no equation"),
                _ => format!(
                    "`{name}` has `{trimmed}` where its equation should be; the program that wrote the file lost it"
                ),
            };
            let at = if trimmed.is_empty() { declared.span } else { text.whole() };
            self.report.push(Code::E7004, at, message);
            return None;
        }
        equations(text, self.report)
    }

    /// Makes graphical functions of single elements known to those who call them.
    fn remember_curves(&mut self, instance: &Instance<'d>, written: &[Option<Written>]) {
        if written.iter().flatten().all(|(_, curve)| curve.is_none()) {
            return;
        }
        let common = instance.curves.first().copied().flatten();
        let curves = written.iter().map(|one| one.as_ref().and_then(|(_, curve)| *curve).or(common)).collect();
        let same = |known: &&mut Instance<'d>| {
            std::ptr::eq(known.declared, instance.declared) && known.scope == instance.scope
        };
        if let Some(known) = self.structure.instances.iter_mut().find(same) {
            known.curves = curves;
        }
    }

    fn element_name(&self, dimensions: &[usize], flat: usize) -> String {
        if dimensions.is_empty() {
            return String::new();
        }
        let name = |(d, i): (usize, usize)| self.structure.dimensions[d].elements[i].clone();
        let names: Vec<String> = self.positions(dimensions, flat).into_iter().map(name).collect();
        format!("[{}]", names.join(", "))
    }

    /// The element that is being defined, as an expression.
    pub fn myself(&self, at: &Context<'_>) -> Option<Expr> {
        let (id, _) = at.myself?;
        let indices = at.positions.iter().map(|(_, position)| Index::Element(*position)).collect();
        Some(Expr::Variable { variable: id, indices })
    }
}

/// What is written for an element.
type Written = (Option<Rc<expression::Expr>>, Option<counterflow_model::LookupId>);
