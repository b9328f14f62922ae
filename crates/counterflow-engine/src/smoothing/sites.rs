//! Where formulas have kinks and jumps that slopes can reach.

use std::collections::{BTreeMap, BTreeSet};

use counterflow_model::{Binary, Ternary, Unary};

use crate::nodes::{Node, NodeId, Nodes, Reach};
use crate::smoothing::size::{Size, timely};

/// The nodes to smooth.
#[derive(Debug, Default)]
pub struct Sites {
    /// Nodes that compare: smaller, larger, absolute value, and comparisons that a smooth choice goes by.
    compared: BTreeMap<NodeId, usize>,
    sizes: Vec<Size>,
    choices: BTreeSet<NodeId>,
    varies: Vec<bool>,
}

impl Sites {
    /// Finds them.
    pub fn find(nodes: &Nodes) -> Sites {
        let timely = timely(nodes);
        let varies = |id: NodeId| matches!(nodes.reach(id), Reach::Member | Reach::Dynamic);
        let ids = || (0..nodes.len() as u32).map(NodeId);
        let mut sites = Sites { varies: ids().map(varies).collect(), ..Sites::default() };
        for id in ids().filter(|id| varies(*id)) {
            match nodes.get(id) {
                Node::Binary(Binary::Minimum | Binary::Maximum, a, b) => {
                    sites.add(id, Size::of_comparison(nodes, &timely, a, b));
                }
                Node::Unary(Unary::Abs, a) => sites.add(id, Size::against_zero(nodes, &timely, a)),
                Node::Ternary(Ternary::Select, condition, b, c) => {
                    let Some(comparisons) = comparisons(nodes, condition) else { continue };
                    let moving: Vec<NodeId> = comparisons.into_iter().filter(|id| varies(*id)).collect();
                    if moving.is_empty() || is_guard(nodes, &moving, [b, c]) {
                        continue;
                    }
                    sites.choices.insert(id);
                    for id in moving {
                        let [a, b] = operands(nodes, id);
                        sites.add(id, Size::of_comparison(nodes, &timely, a, b));
                    }
                }
                _ => {}
            }
        }
        sites
    }

    fn add(&mut self, id: NodeId, size: Size) {
        if !self.compared.contains_key(&id) {
            self.compared.insert(id, self.sizes.len());
            self.sizes.push(size);
        }
    }

    /// Sizes of all sites that compare, in their order.
    pub fn sizes(&self) -> impl Iterator<Item = &Size> {
        self.sizes.iter()
    }

    /// Number and size of a site that compares.
    pub fn size(&self, id: NodeId) -> Option<(usize, &Size)> {
        self.compared.get(&id).map(|site| (*site, &self.sizes[*site]))
    }

    /// Whether a choice goes by comparisons that can be smoothed.
    pub fn is_smooth_choice(&self, id: NodeId) -> bool {
        self.choices.contains(&id)
    }

    /// Whether a node depends on parameters or the state.
    pub fn varies(&self, id: NodeId) -> bool {
        self.varies[id.0 as usize]
    }

    /// Whether a condition is made of other conditions.
    pub fn is_compound(&self, node: Node) -> bool {
        matches!(node, Node::Unary(Unary::Not, _) | Node::Binary(Binary::And | Binary::Or, ..))
    }
}

fn operands(nodes: &Nodes, comparison: NodeId) -> [NodeId; 2] {
    match nodes.get(comparison) {
        Node::Binary(_, a, b) => [a, b],
        node => unreachable!("{node:?} compares nothing"),
    }
}

/// The comparisons that a condition is made of; `None` if there is anything else in it, such as an equality.
fn comparisons(nodes: &Nodes, condition: NodeId) -> Option<Vec<NodeId>> {
    let mut found = Vec::new();
    let mut pending = vec![condition];
    while let Some(id) = pending.pop() {
        match nodes.get(id) {
            Node::Binary(Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual, ..) => {
                found.push(id)
            }
            node @ (Node::Unary(Unary::Not, _) | Node::Binary(Binary::And | Binary::Or, ..)) => {
                pending.extend(Nodes::operands(node));
            }
            _ => return None,
        }
    }
    Some(found)
}

/// Whether a choice seems to keep a branch from places where it has no value: where the branch divides by, or takes a
/// logarithm, root or power of, something that shares a parameter or stock with the condition.
fn is_guard(nodes: &Nodes, comparisons: &[NodeId], branches: [NodeId; 2]) -> bool {
    let inputs = inputs(nodes, comparisons.iter().copied());
    let delicate = cone(nodes, branches.into_iter()).into_iter().filter_map(|id| match nodes.get(id) {
        Node::Unary(Unary::Ln | Unary::Log10 | Unary::Sqrt | Unary::Tan | Unary::Arcsin | Unary::Arccos, a) => Some(a),
        Node::Binary(Binary::Divide | Binary::Modulo | Binary::SafeDivide, _, b)
        | Node::Ternary(Ternary::SafeDivideOr, _, b, _) => Some(b),
        Node::Binary(Binary::Power, a, _) => Some(a),
        _ => None,
    });
    let delicate: BTreeSet<NodeId> = delicate.collect();
    cone(nodes, delicate.into_iter()).iter().any(|id| inputs.contains(id))
}

/// Parameters, stocks and the like that nodes depend on; not the time.
fn inputs(nodes: &Nodes, of: impl Iterator<Item = NodeId>) -> BTreeSet<NodeId> {
    let is_input =
        |id: &NodeId| matches!(nodes.get(*id), Node::Parameter(_) | Node::Stock(_) | Node::Held(_) | Node::Noise(_));
    cone(nodes, of).into_iter().filter(is_input).collect()
}

/// These nodes and all they are computed from.
fn cone(nodes: &Nodes, of: impl Iterator<Item = NodeId>) -> BTreeSet<NodeId> {
    let mut seen = BTreeSet::new();
    let mut pending: Vec<NodeId> = of.collect();
    while let Some(id) = pending.pop() {
        if seen.insert(id) {
            pending.extend(Nodes::operands(nodes.get(id)));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `IF x > y THEN branch ELSE y`, with x and y parameters.
    fn is_smooth(comparison: Binary, branch: impl Fn(&mut Nodes, NodeId, NodeId) -> NodeId) -> bool {
        let mut nodes = Nodes::default();
        let [x, y] = [0, 1].map(|slot| nodes.add(Node::Parameter(slot)));
        let condition = nodes.binary(comparison, x, y);
        let branch = branch(&mut nodes, x, y);
        let choice = nodes.ternary(Ternary::Select, condition, branch, y);
        Sites::find(&nodes).is_smooth_choice(choice)
    }

    #[test]
    fn guards_and_equalities_stay_exact() {
        let double = |nodes: &mut Nodes, x, _| nodes.binary(Binary::Add, x, x);
        assert!(is_smooth(Binary::Greater, double));
        assert!(!is_smooth(Binary::Equal, double));
        assert!(!is_smooth(Binary::Greater, |nodes, x, y| nodes.binary(Binary::Divide, y, x)));
        assert!(!is_smooth(Binary::Greater, |nodes, x, _| nodes.unary(Unary::Ln, x)));
        let stock = |nodes: &mut Nodes, _, _| {
            let stock = nodes.add(Node::Stock(0));
            nodes.unary(Unary::Ln, stock)
        };
        assert!(is_smooth(Binary::Greater, stock), "a logarithm of something else");
    }

    #[test]
    fn what_is_the_same_for_all_members_is_no_site() {
        let mut nodes = Nodes::default();
        let time = nodes.add(Node::Time);
        let date = nodes.number(2020.0);
        let least = nodes.binary(Binary::Minimum, time, date);
        assert!(Sites::find(&nodes).size(least).is_none());
    }
}
