//! Macros: each call has a name space of its own, with the arguments and fresh variables in it.

use std::collections::BTreeMap;

use counterflow_lang::Code;
use counterflow_model::{Expr, VariableId};

use super::{Context, Lower, Progress};
use crate::document::MacroDeclared;
use crate::expression::{self, Reference};
use crate::instances::{Entry, Instance, MOST_ELEMENTS, Scope};
use crate::names::canonical;

/// Deepest nesting of macros at work: one that calls itself never ends.
const DEEPEST: usize = 8;
/// What a call costs, in terms: a name space and the reading of its equations.
const COST: usize = 200;

impl<'d> Lower<'d, '_> {
    /// The macro of this canonical name.
    pub fn macro_named(&self, name: &str) -> Option<usize> {
        self.document.macros.iter().position(|one| canonical(&one.name.value) == name)
    }

    /// The value of a macro at one place.
    pub fn macro_call(
        &mut self,
        position: usize,
        name: &Reference,
        arguments: &[expression::Expr],
        at: &Context<'_>,
    ) -> Expr {
        let document = self.document;
        let called = &document.macros[position];
        let fewest = called.parameters.iter().take_while(|(_, default)| default.is_none()).count();
        if !(fewest..=called.parameters.len()).contains(&arguments.len()) {
            let message = format!(
                "the macro `{}` takes {} arguments; found {}",
                name.shown,
                called.parameters.len(),
                arguments.len()
            );
            self.report.push(Code::E1009, name.span, message);
            return Expr::Number(f64::NAN);
        }
        if at.depth >= DEEPEST || self.made.len() > 2 * MOST_ELEMENTS {
            let message = format!("macros are nested more than {DEEPEST} deep, or `{}` calls itself", name.shown);
            self.report.push(Code::E1006, name.span, message);
            return Expr::Number(f64::NAN);
        }
        if !self.spend(COST, name.span) {
            return Expr::Number(f64::NAN);
        }
        let scope = self.macro_scope(called, arguments, at);
        let owner = format!("{}.{}.{scope}", at.owner, name.shown);
        self.macro_variables(called, scope, &owner, at.depth + 1);
        let Some(equation) = self.parsed_one(&called.equation) else { return Expr::Number(f64::NAN) };
        let inner =
            Context { scope, owner: &owner, positions: &[], stars: None, myself: None, depth: at.depth + 1, ..*at };
        let value = self.expression(&equation, &inner);
        self.hold(value, at)
    }

    fn macro_scope(&mut self, called: &'d MacroDeclared, arguments: &[expression::Expr], at: &Context<'_>) -> usize {
        let mut names = BTreeMap::new();
        for (argument, (parameter, _)) in arguments.iter().zip(&called.parameters) {
            let value = self.expression(argument, at);
            let value = self.hold(value, at);
            names.insert(canonical(&parameter.value), Entry::Value(value));
        }
        let scope = self.structure.scopes.len();
        self.structure.scopes.push(Scope { names, ..Scope::default() });
        for (parameter, default) in called.parameters.iter().skip(arguments.len()) {
            let Some(expr) = default.as_ref().and_then(|text| self.parsed_one(text)) else { continue };
            let value = self.expression(&expr, &Context { scope, ..*at });
            let value = self.hold(value, at);
            self.structure.scopes[scope].names.insert(canonical(&parameter.value), Entry::Value(value));
        }
        scope
    }

    fn macro_variables(&mut self, called: &'d MacroDeclared, scope: usize, owner: &str, depth: usize) {
        let mut waiting = Vec::new();
        for declared in &called.variables {
            if !declared.dimensions.is_empty() {
                let message = "found an array in a macro, which the importer does not support";
                self.report.push(Code::E7003, declared.span, message);
            }
            let mut curves = Vec::new();
            if let Some(curve) = &declared.curve {
                self.structure.lookups.push(curve.clone());
                curves.push(Some(counterflow_model::LookupId(self.structure.lookups.len() - 1)));
            }
            let id = VariableId(self.made.len());
            let name = format!("{owner}.{}", declared.name.trimmed());
            let instance = Instance { declared, scope, name, dimensions: Vec::new(), curves, source: None, depth };
            let variable = self.placeholder(&instance);
            self.made.push(variable);
            self.progress.push(Progress::Waiting);
            self.instances.insert(id, instance);
            self.structure.scopes[scope].names.insert(canonical(&declared.name.value), Entry::Variable(id));
            waiting.push(id);
        }
        for id in waiting {
            self.define(id);
        }
    }
}
