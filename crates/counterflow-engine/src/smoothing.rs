//! Smooth forms of formulas with kinks and jumps, for whoever climbs along slopes.
//!
//! A smooth formula is the mean of the exact one over a short stretch on both sides, with the weights 3/4 (1 - t²) for t
//! from -1 to 1. Further from a kink or jump than the width it is the exact formula, to the bit. What is the same for all
//! members stays as it is, since no slope leads there.
//!
//! The work is on nodes, after arrays are unrolled: kinks are found, their sizes are followed through a run of the exact
//! model with its own parameters, and all nodes are copied, those with kinks as small expressions of other nodes.

mod formula;
mod sites;
mod size;

use counterflow_model::{Definition, Horizon, Model};

use crate::elaborate::{Elements, StockNodes};
use crate::nodes::{Node, NodeId, Nodes};
use crate::plan::Plan;
use crate::runs::{Job, Sampling, Save, What, run};
use crate::schedule::Schedule;
use formula::Width;
use sites::Sites;

/// How widely a plan smooths kinks and jumps.
///
/// The width of a kink between two quantities is this part of their size: of the root of the sum of the squares of the
/// terms that are compared, and, if none of them is fixed, at least of a thousandth of the usual size in a run with the
/// model's own parameters. A single term compared with zero has its usual size in that run. Where time is compared the
/// size is one unit of time, and at the point of a lookup it is the shorter of the segments that meet there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothing {
    relative: f64,
}

impl Smoothing {
    /// Above this the smooth stretches of neighbouring points of a lookup would overlap.
    pub const WIDEST: f64 = 0.5;

    /// A width, relative to sizes; `None` unless it is above 0 and at most [`Smoothing::WIDEST`].
    pub fn new(relative: f64) -> Option<Smoothing> {
        (relative > 0.0 && relative <= Smoothing::WIDEST).then_some(Smoothing { relative })
    }

    /// The width, relative to sizes.
    pub fn relative(self) -> f64 {
        self.relative
    }
}

/// Part of its usual size that a size counts at least, so that no kink is left where all its terms are zero.
const LEAST_PART: f64 = 0.001;

/// The same elements with smooth formulas.
pub fn smoothed(model: &Model, elements: Elements, horizon: Horizon, smoothing: Smoothing) -> Elements {
    let sites = Sites::find(&elements.nodes);
    let usual = usual_sizes(model, &elements, horizon, &sites);
    let mut copy = Rewriting {
        model,
        from: &elements.nodes,
        to: Nodes::default(),
        places: Vec::with_capacity(elements.nodes.len()),
        sites: &sites,
        usual: &usual,
        relative: smoothing.relative,
    };
    for id in (0..elements.nodes.len() as u32).map(NodeId) {
        let place = copy.node(id);
        copy.places.push(place);
    }
    let Rewriting { to, places, .. } = copy;
    let all = |list: &[NodeId]| list.iter().map(|id| places[id.0 as usize]).collect::<Vec<NodeId>>();
    let one = |id: NodeId| places[id.0 as usize];
    Elements {
        value: all(&elements.value),
        stocks: elements.stocks.iter().map(|s| StockNodes { net: one(s.net), initial: one(s.initial) }).collect(),
        held: all(&elements.held),
        checks: all(&elements.checks),
        observations: all(&elements.observations),
        nodes: to,
        ..elements
    }
}

/// Size of each comparison in a run of the exact model with its own parameters and nothing moved: the middle one of all
/// saved points at which there is one. Zero where there is none at all.
fn usual_sizes(model: &Model, elements: &Elements, horizon: Horizon, sites: &Sites) -> Vec<f64> {
    let mut nodes = elements.nodes.clone();
    let roots: Vec<NodeId> = sites.sizes().map(|size| size.squared(&mut nodes, &|id| id)).collect();
    let with_sizes = Elements { nodes, ..elements.clone() };
    // A run keeps nodes; to which variable each belongs is of no matter here.
    let save = Save { what: What::Check(0), sampling: Sampling::Point };
    let plan = Plan::of_elements(model, &with_sizes, horizon, &vec![save; roots.len()], &roots);
    let draws = [own_parameters(model)];
    let runs = run(&Job::new(&plan, &draws, &[0], &Schedule::default()));
    let middle = |save: usize| {
        let mut squares: Vec<f64> = runs.path(save, 0).filter(|square| square.is_finite() && *square > 0.0).collect();
        squares.sort_by(f64::total_cmp);
        squares.get(squares.len() / 2).map_or(0.0, |square| square.sqrt())
    };
    (0..roots.len()).map(middle).collect()
}

/// Every parameter element at the model's own value, in the order of a draw.
fn own_parameters(model: &Model) -> Vec<f64> {
    let values = |definition: &Definition| match definition {
        Definition::Parameter(parameter) => parameter.values.clone(),
        _ => Vec::new(),
    };
    model.variables.iter().flat_map(|variable| values(&variable.definition)).collect()
}

/// Nodes on their way from one list to another.
struct Rewriting<'a> {
    model: &'a Model,
    from: &'a Nodes,
    to: Nodes,
    /// Where each node copied so far went.
    places: Vec<NodeId>,
    sites: &'a Sites,
    /// Of each site.
    usual: &'a [f64],
    relative: f64,
}

impl Rewriting<'_> {
    fn place(&self, id: NodeId) -> NodeId {
        self.places[id.0 as usize]
    }

    fn node(&mut self, id: NodeId) -> NodeId {
        let node = self.from.get(id);
        self.smooth(id, node).unwrap_or_else(|| self.exact(node))
    }

    fn exact(&mut self, node: Node) -> NodeId {
        let at = |id: NodeId| self.places[id.0 as usize];
        let node = match node {
            Node::Unary(operator, a) => Node::Unary(operator, at(a)),
            Node::Binary(operator, a, b) => Node::Binary(operator, at(a), at(b)),
            Node::Ternary(operator, a, b, c) => Node::Ternary(operator, at(a), at(b), at(c)),
            Node::Lookup(lookup, a) => Node::Lookup(lookup, at(a)),
            input => input,
        };
        self.to.add(node)
    }

    /// The smooth form of a node, if it has one.
    fn smooth(&mut self, id: NodeId, node: Node) -> Option<NodeId> {
        match node {
            Node::Ternary(_, condition, b, c) if self.sites.is_smooth_choice(id) => {
                let share = self.share(condition);
                let [condition, b, c] = [condition, b, c].map(|id| self.place(id));
                Some(formula::choice(&mut self.to, share, condition, b, c))
            }
            Node::Lookup(lookup, a) if self.sites.varies(a) => {
                let (exact, a) = (self.exact(node), self.place(a));
                let table = &self.model.lookups[lookup as usize];
                Some(formula::lookup(&mut self.to, table, exact, a, self.relative))
            }
            _ => {
                let width = self.width(id)?;
                let operands: Vec<NodeId> = Nodes::operands(node).map(|id| self.place(id)).collect();
                formula::kink(&mut self.to, node, &operands, width)
            }
        }
    }

    /// How much a condition holds, from 0 to 1.
    fn share(&mut self, condition: NodeId) -> NodeId {
        let node = self.from.get(condition);
        if let Some(width) = self.width(condition) {
            let operands: Vec<NodeId> = Nodes::operands(node).map(|id| self.place(id)).collect();
            let hard = self.place(condition);
            return formula::share_of_comparison(&mut self.to, node, &operands, width, hard);
        }
        let hard = self.place(condition);
        let parts: Vec<NodeId> = Nodes::operands(node).collect();
        match node {
            Node::Unary(..) | Node::Binary(..) if self.sites.is_compound(node) => {
                let shares: Vec<NodeId> = parts.into_iter().map(|part| self.share(part)).collect();
                formula::share_of_compound(&mut self.to, node, &shares)
            }
            _ => hard,
        }
    }

    /// Half the length of the smooth stretch of a site; `None` for what is none, or has no size in the run it was
    /// followed through.
    fn width(&mut self, id: NodeId) -> Option<Width> {
        let (site, size) = self.sites.size(id)?;
        let usual = self.usual[site];
        if usual == 0.0 {
            return None;
        }
        let width = if size.has_scale() {
            let least = if size.has_fixed_part(self.from) { 0.0 } else { LEAST_PART * usual };
            let square = size.squared(&mut self.to, &|id| self.places[id.0 as usize]);
            formula::local_width(&mut self.to, square, least, self.relative)
        } else {
            self.to.number(self.relative * usual)
        };
        Some(Width(width))
    }
}
