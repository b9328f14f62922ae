//! The tree of elements to what an XMILE file declares. What is not supported is reported here, all of it.

mod curve;
mod specs;

pub use curve::KINDS as CURVES;
pub use specs::{METHODS, SAVES, ends_at_a_save, rounded, steps_per_save};

use counterflow_lang::Code;
use counterflow_model::{Horizon, Lookup};

use crate::markup::{Element, Text};
use crate::report::{Report, Span};

/// A file.
#[derive(Debug)]
pub struct Document {
    /// Title for people; empty if the file gives none.
    pub title: String,
    /// Span of a run, if it is possible.
    pub horizon: Option<Horizon>,
    /// Whether the file itself says how often values are saved.
    pub says_saves: bool,
    /// Dimensions of arrays.
    pub dimensions: Vec<DimensionDeclared>,
    /// Models; the root comes first.
    pub models: Vec<ModelDeclared>,
    /// Macros.
    pub macros: Vec<MacroDeclared>,
}

/// A dimension: its name and the names of its elements.
#[derive(Debug)]
pub struct DimensionDeclared {
    /// Its name.
    pub name: Text,
    /// Names of its elements; numbers from 1 where only a size is given.
    pub elements: Vec<String>,
    /// Where.
    pub span: Span,
}

/// A model: the root, or one that modules are made of.
#[derive(Debug)]
pub struct ModelDeclared {
    /// Its name; `None` for the root.
    pub name: Option<Text>,
    /// Its variables and modules.
    pub variables: Vec<Declared>,
}

/// A macro.
#[derive(Debug)]
pub struct MacroDeclared {
    /// Its name.
    pub name: Text,
    /// Its parameters, with what they are when left out.
    pub parameters: Vec<(Text, Option<Text>)>,
    /// Its value.
    pub equation: Text,
    /// Its variables.
    pub variables: Vec<Declared>,
}

/// What a declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An integral of flows.
    Stock,
    /// A rate of change.
    Flow,
    /// Anything else that is computed.
    Auxiliary,
    /// A graphical function that stands alone.
    Curve,
    /// An instance of another model.
    Module,
}

/// A declaration in a model. Which parts it has depends on its kind.
#[derive(Debug)]
pub struct Declared {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: Text,
    /// Dimensions, outermost first.
    pub dimensions: Vec<Text>,
    /// Equations: one for all elements, or one for each.
    pub equations: Vec<Text>,
    /// What initial values see instead, if anything.
    pub initial: Option<Text>,
    /// Equations of single elements.
    pub elements: Vec<ElementDeclared>,
    /// Flows in.
    pub inflows: Vec<Text>,
    /// Flows out, in the order in which they are served.
    pub outflows: Vec<Text>,
    /// Graphical function of the equation.
    pub curve: Option<Lookup>,
    /// Never below zero.
    pub is_non_negative: bool,
    /// Unit as written.
    pub units: String,
    /// Its sentences.
    pub documentation: String,
    /// Name of a module's model, where it is not the module's own.
    pub model: Option<Text>,
    /// What a module's inputs are: input and source.
    pub connections: Vec<(Text, Text)>,
    /// Where.
    pub span: Span,
}

/// The equation of one element, or of a part of an array.
#[derive(Debug)]
pub struct ElementDeclared {
    /// Subscripts, with commas.
    pub subscript: Text,
    /// Its equation.
    pub equation: Option<Text>,
    /// Its graphical function.
    pub curve: Option<Lookup>,
}

/// Constructs that are reported as not supported: element, and what it is.
pub const UNSUPPORTED: &[(&str, &str)] = &[
    ("conveyor", "a conveyor"),
    ("queue", "a queue"),
    ("overflow", "a queue's overflow"),
    ("leak", "a conveyor's leakage"),
    ("leak_integers", "a conveyor's leakage"),
    ("delay_aux", "a delay converter of another program"),
    ("array_initial", "initial values in a list of another program"),
];

/// Reads the tree. Everything wrong in it is reported.
pub fn document(root: &Element, report: &mut Report) -> Document {
    if root.name != "xmile" {
        let message = format!("found the element `{}`; expected `xmile`", root.name);
        report.push(Code::E7002, root.span, message);
    }
    let models: Vec<ModelDeclared> = root.all("model").map(|model| self::model(model, report)).collect();
    if models.is_empty() {
        report.push(Code::E7002, root.span, "this file holds no `model`");
    }
    let specs = specs::specs(root, report);
    let title = root.child("header").and_then(|header| header.child("name")).map(|name| name.text.trimmed().to_owned());
    Document {
        title: title.unwrap_or_default(),
        says_saves: specs.as_ref().is_some_and(|(_, says)| *says),
        horizon: specs.map(|(horizon, _)| horizon),
        dimensions: dimensions(root, report),
        models,
        macros: root.all("macro").filter_map(|one| macro_of(one, report)).collect(),
    }
}

/// Elements of a dimension that is only given by its size are numbers; this many at most.
const LARGEST_DIMENSION: usize = 100_000;

fn dimensions(root: &Element, report: &mut Report) -> Vec<DimensionDeclared> {
    let mut found = Vec::new();
    for dimension in root.all("dimensions").flat_map(|list| list.all("dim")) {
        let Some(name) = name_of(dimension, report) else { continue };
        let named: Vec<String> =
            dimension.all("elem").filter_map(|e| e.attribute("name")).map(|name| name.value.clone()).collect();
        let size = dimension.attribute("size").and_then(|size| size.trimmed().parse::<usize>().ok());
        let elements = match size {
            _ if !named.is_empty() => named,
            Some(size @ 1..=LARGEST_DIMENSION) => (1..=size).map(|i| i.to_string()).collect(),
            _ => {
                report.push(Code::E7002, dimension.span, format!("the dimension `{}` has no elements", name.trimmed()));
                continue;
            }
        };
        found.push(DimensionDeclared { name, elements, span: dimension.span });
    }
    found
}

fn model(element: &Element, report: &mut Report) -> ModelDeclared {
    if let Some(file) = element.attribute("resource") {
        unsupported("a model in another file", file.whole(), report);
    }
    ModelDeclared { name: element.attribute("name").cloned(), variables: variables(element, report) }
}

/// Variables stand in `variables`, in older files in the model itself.
fn variables(model: &Element, report: &mut Report) -> Vec<Declared> {
    let inside = model.all("variables").flat_map(|list| &list.children);
    let mut found = Vec::new();
    for element in
        model.children.iter().chain(inside).filter(|element| !element.is_vendors || element.name == "delay_aux")
    {
        let kind = match element.name.as_str() {
            "stock" => Kind::Stock,
            "flow" => Kind::Flow,
            "aux" => Kind::Auxiliary,
            "gf" => Kind::Curve,
            "module" => Kind::Module,
            other => {
                if let Some((_, what)) = UNSUPPORTED.iter().find(|(name, _)| *name == other) {
                    unsupported(what, element.span, report);
                }
                continue;
            }
        };
        found.extend(declared(kind, element, report));
    }
    found
}

fn declared(kind: Kind, element: &Element, report: &mut Report) -> Option<Declared> {
    let name = name_of(element, report)?;
    for child in &element.children {
        if let Some((_, what)) = UNSUPPORTED.iter().find(|(name, _)| *name == child.name) {
            unsupported(what, child.span, report);
        }
    }
    let texts = |name: &str| element.all(name).map(|child| child.text.clone()).collect::<Vec<Text>>();
    let text_of = |name: &str| element.child(name).map(|child| child.text.trimmed().to_owned()).unwrap_or_default();
    let dimensions = element.all("dimensions").flat_map(|list| list.all("dim"));
    let dimensions = dimensions.filter_map(|dimension| dimension.attribute("name").cloned()).collect();
    let curve = match kind {
        Kind::Curve => curve::curve(element, name.trimmed(), report),
        _ => element.child("gf").and_then(|gf| curve::curve(gf, name.trimmed(), report)),
    };
    Some(Declared {
        kind,
        dimensions,
        equations: texts("eqn"),
        initial: element.child("init_eqn").map(|child| child.text.clone()),
        elements: element.all("element").filter_map(|one| element_of(one, name.trimmed(), report)).collect(),
        inflows: texts("inflow"),
        outflows: texts("outflow"),
        curve,
        is_non_negative: is_set(element, "non_negative"),
        units: text_of("units"),
        documentation: text_of("doc"),
        model: element.attribute("model").or(element.attribute("model_name")).cloned(),
        connections: connections(element),
        span: name.whole(),
        name,
    })
}

fn element_of(element: &Element, owner: &str, report: &mut Report) -> Option<ElementDeclared> {
    let Some(subscript) = element.attribute("subscript").cloned() else {
        report.push(Code::E7002, element.span, format!("an `element` of `{owner}` has no `subscript`"));
        return None;
    };
    let curve = element.child("gf").and_then(|gf| curve::curve(gf, owner, report));
    Some(ElementDeclared { subscript, equation: element.child("eqn").map(|child| child.text.clone()), curve })
}

fn connections(module: &Element) -> Vec<(Text, Text)> {
    let both = |connect: &Element| Some((connect.attribute("to")?.clone(), connect.attribute("from")?.clone()));
    module.all("connect").filter(|connect| !connect.is_vendors).filter_map(both).collect()
}

fn macro_of(element: &Element, report: &mut Report) -> Option<MacroDeclared> {
    let name = name_of(element, report)?;
    let Some(equation) = element.child("eqn").map(|eqn| eqn.text.clone()) else {
        report.push(Code::E7004, name.whole(), format!("the macro `{}` has no equation", name.trimmed()));
        return None;
    };
    let parameter = |one: &Element| (one.text.clone(), one.attribute("default").cloned());
    Some(MacroDeclared {
        parameters: element.all("parm").map(parameter).collect(),
        variables: variables(element, report),
        equation,
        name,
    })
}

fn name_of(element: &Element, report: &mut Report) -> Option<Text> {
    let name = element.attribute("name").filter(|name| !name.trimmed().is_empty());
    if name.is_none() {
        report.push(Code::E7002, element.span, format!("this `{}` has no name", element.name));
    }
    name.cloned()
}

/// Whether an element has a child of this name that does not say `false`.
fn is_set(element: &Element, name: &str) -> bool {
    element.child(name).is_some_and(|child| !child.text.trimmed().eq_ignore_ascii_case("false"))
}

fn unsupported(what: &str, at: Span, report: &mut Report) {
    let help = "docs/reference/xmile.md lists what the importer carries over";
    report.advise(Code::E7003, at, format!("found {what}, which the importer does not support"), help);
}
