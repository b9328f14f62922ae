//! Modules to variables: every instance of a model has variables of its own, named after the module.

use std::collections::BTreeMap;

use counterflow_lang::Code;
use counterflow_model::{Expr, Lookup, LookupId, VariableId};

use crate::document::{Declared, Document, Kind, ModelDeclared};
use crate::markup::Text;
use crate::names::{canonical, shown};
use crate::report::Report;

/// Everything that has a name, before any equation is looked at.
#[derive(Debug, Default)]
pub struct Structure<'d> {
    /// Dimensions, in the order of the file.
    pub dimensions: Vec<Names>,
    /// Name spaces; the root is the first.
    pub scopes: Vec<Scope>,
    /// Variables, in the order of the file.
    pub instances: Vec<Instance<'d>>,
    /// Graphical functions.
    pub lookups: Vec<Lookup>,
}

/// A dimension and its elements, in canonical names.
#[derive(Clone, Debug)]
pub struct Names {
    /// Its name.
    pub name: String,
    /// Its elements.
    pub elements: Vec<String>,
}

/// A name space: the root, a module or a macro at work.
#[derive(Debug, Default)]
pub struct Scope {
    /// What stands before its variables' names.
    pub prefix: String,
    /// What its names stand for.
    pub names: BTreeMap<String, Entry>,
    /// Modules in it.
    pub modules: BTreeMap<String, usize>,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A variable.
    Variable(VariableId),
    /// A graphical function that stands alone.
    Curve(LookupId),
    /// An argument of a macro.
    Value(Expr),
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Instance<'d> {
    /// Its declaration.
    pub declared: &'d Declared,
    /// Its name space.
    pub scope: usize,
    /// Its name as shown, modules included.
    pub name: String,
    /// Positions of its dimensions.
    pub dimensions: Vec<usize>,
    /// Graphical function of each element; one for all, or none.
    pub curves: Vec<Option<LookupId>>,
    /// Where its value comes from, if it is the input of a module: name space and name.
    pub source: Option<(usize, Text)>,
    /// How many macros are at work around it; those are hidden.
    pub depth: usize,
}

/// Most variables of a file, elements of arrays counted.
pub const MOST_ELEMENTS: usize = 200_000;
/// Deepest nesting of modules.
const DEEPEST: usize = 16;

/// Collects all names.
pub fn structure<'d>(document: &'d Document, report: &mut Report) -> Structure<'d> {
    let mut found = Structure::default();
    for dimension in &document.dimensions {
        let name = canonical(&dimension.name.value);
        if found.dimensions.iter().any(|known| known.name == name) {
            let message = format!("the dimension `{}` is declared a second time", dimension.name.trimmed());
            report.push(Code::E2002, dimension.span, message);
        }
        found.dimensions.push(Names { name, elements: dimension.elements.iter().map(|e| canonical(e)).collect() });
    }
    let root = document.models.iter().find(|model| model.name.is_none()).or(document.models.first());
    if let Some(root) = root {
        let mut work = Work { document, found, report, elements: 0 };
        work.model(root, String::new(), &BTreeMap::new(), 0);
        return work.found;
    }
    found
}

struct Work<'d, 'r> {
    document: &'d Document,
    found: Structure<'d>,
    report: &'r mut Report,
    elements: usize,
}

/// What a module's inputs are set to: name space and name, by input.
type Sources = BTreeMap<String, (usize, Text)>;

impl<'d> Work<'d, '_> {
    fn model(&mut self, model: &'d ModelDeclared, prefix: String, sources: &Sources, depth: usize) -> usize {
        let scope = self.found.scopes.len();
        self.found.scopes.push(Scope { prefix, ..Scope::default() });
        for declared in model.variables.iter().filter(|declared| declared.kind != Kind::Module) {
            self.variable(declared, scope, sources);
        }
        for module in model.variables.iter().filter(|declared| declared.kind == Kind::Module) {
            self.module(module, scope, depth);
        }
        scope
    }

    fn module(&mut self, module: &'d Declared, scope: usize, depth: usize) {
        let name = canonical(&module.name.value);
        let of = module.model.as_ref().map_or_else(|| name.clone(), |model| canonical(&model.value));
        let is_it = |model: &&ModelDeclared| model.name.as_ref().is_some_and(|known| canonical(&known.value) == of);
        let Some(model) = self.document.models.iter().find(is_it) else {
            let message = format!("the module `{}` has no model of its name in this file", module.name.trimmed());
            self.report.push(Code::E2001, module.span, message);
            return;
        };
        if depth >= DEEPEST || self.elements > MOST_ELEMENTS {
            let message = format!("modules are nested more than {DEEPEST} deep");
            self.report.push(Code::E1006, module.span, message);
            return;
        }
        let mut sources = Sources::new();
        for (to, from) in &module.connections {
            let target = canonical(to.value.rsplit('.').next().unwrap_or(&to.value));
            sources.insert(target, (scope, from.clone()));
        }
        let prefix = format!("{}{}.", self.found.scopes[scope].prefix, shown(&module.name.value));
        let inner = self.model(model, prefix, &sources, depth + 1);
        self.found.scopes[scope].modules.insert(name, inner);
    }

    fn variable(&mut self, declared: &'d Declared, scope: usize, sources: &Sources) {
        let name = canonical(&declared.name.value);
        if self.found.scopes[scope].names.contains_key(&name) {
            let message = format!("`{}` is declared a second time", declared.name.trimmed());
            self.report.push(Code::E2002, declared.span, message);
            return;
        }
        if declared.kind == Kind::Curve {
            if let Some(curve) = &declared.curve {
                let id = self.curve(curve);
                self.found.scopes[scope].names.insert(name, Entry::Curve(id));
            }
            return;
        }
        let Some(dimensions) = self.dimensions(declared) else { return };
        let sizes = dimensions.iter().map(|d| self.found.dimensions[*d].elements.len());
        let size = sizes.fold(1_usize, |size, one| size.saturating_mul(one));
        self.elements = self.elements.saturating_add(size);
        if self.elements > MOST_ELEMENTS {
            let message = format!("with this variable the file has more than {MOST_ELEMENTS} elements of arrays");
            self.report.push(Code::E3007, declared.span, message);
            return;
        }
        let id = VariableId(self.found.instances.len());
        let curves = declared.curve.as_ref().map(|curve| Some(self.curve(curve))).into_iter().collect();
        let shown = format!("{}{}", self.found.scopes[scope].prefix, shown(&declared.name.value));
        let source = sources.get(&name).cloned();
        self.found.instances.push(Instance { declared, scope, name: shown, dimensions, curves, source, depth: 0 });
        self.found.scopes[scope].names.insert(name, Entry::Variable(id));
    }

    fn dimensions(&mut self, declared: &Declared) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        for dimension in &declared.dimensions {
            let name = canonical(&dimension.value);
            match self.found.dimensions.iter().position(|known| known.name == name) {
                Some(position) => found.push(position),
                None => {
                    let message = format!("no dimension is called `{}`", dimension.trimmed());
                    self.report.push(Code::E2009, dimension.whole(), message);
                    return None;
                }
            }
        }
        Some(found)
    }

    fn curve(&mut self, curve: &Lookup) -> LookupId {
        self.found.lookups.push(curve.clone());
        LookupId(self.found.lookups.len() - 1)
    }
}

impl Structure<'_> {
    /// What a path of names stands for, seen from a name space: through modules, from the root if it begins with a dot.
    pub fn find(&self, path: &[String], scope: usize) -> Option<&Entry> {
        let (last, modules) = path.split_last()?;
        let through = |scope: usize, modules: &[String]| {
            modules.iter().try_fold(scope, |at, module| self.scopes[at].modules.get(module).copied())
        };
        let scope = match modules.split_first() {
            Some((first, rest)) if first.is_empty() => through(0, rest),
            _ => through(scope, modules).or_else(|| through(0, modules)),
        };
        self.scopes.get(scope?)?.names.get(last)
    }
}
