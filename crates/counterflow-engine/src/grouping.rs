//! The order of computation: elements of an array that take the same operation stand together, so that one instruction
//! can go over all of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::nodes::{Node, NodeId, Nodes, Reach};

/// For each node a number that it shares with all nodes of the same operations on inputs of the same kinds. Nodes that
/// share it are equally deep, so none needs another.
#[derive(Debug)]
pub struct Likeness(Vec<u32>);

impl Likeness {
    /// Compares all nodes.
    pub fn of(nodes: &Nodes) -> Likeness {
        let mut known: BTreeMap<Node, u32> = BTreeMap::new();
        let mut likeness: Vec<u32> = Vec::with_capacity(nodes.len());
        for id in (0..nodes.len() as u32).map(NodeId) {
            let like = |operand: NodeId| NodeId(likeness[operand.0 as usize]);
            let form = match nodes.get(id) {
                _ if nodes.reach(id) == Reach::Constant => Node::Number(0),
                _ if nodes.reach(id) == Reach::Uniform => Node::Time,
                Node::Parameter(_) => Node::Parameter(0),
                Node::Stock(_) => Node::Stock(0),
                Node::Held(_) => Node::Held(0),
                Node::Noise(_) => Node::Noise(0),
                Node::Unary(operator, a) => Node::Unary(operator, like(a)),
                Node::Binary(operator, a, b) => Node::Binary(operator, like(a), like(b)),
                Node::Ternary(operator, a, b, c) => Node::Ternary(operator, like(a), like(b), like(c)),
                Node::Lookup(lookup, a) => Node::Lookup(lookup, like(a)),
                node @ (Node::Number(_) | Node::Time | Node::Lever(_)) => node,
            };
            let next = known.len() as u32;
            likeness.push(*known.entry(form).or_insert(next));
        }
        Likeness(likeness)
    }

    fn get(&self, id: NodeId) -> u32 {
        self.0[id.0 as usize]
    }
}

/// Puts `computed`, which stands in an order that works, into another one: nodes alike that come from elements of one
/// variable follow each other, element by element. `absorbed` are computed inside their user, whom they are mapped to.
pub fn grouped(
    nodes: &Nodes,
    likeness: &Likeness,
    computed: &[NodeId],
    absorbed: &BTreeMap<NodeId, NodeId>,
) -> Vec<NodeId> {
    let groups = Groups::new(nodes, likeness, computed, absorbed);
    let mut waiting: Vec<usize> = groups.needs.iter().map(Vec::len).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); waiting.len()];
    for (group, needs) in groups.needs.iter().enumerate() {
        needs.iter().for_each(|need| users[*need].push(group));
    }
    // Groups are numbered by their first member in the old order, which keeps values near their users.
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..waiting.len()).filter(|group| waiting[*group] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(computed.len());
    while let Some(Reverse(group)) = ready.pop() {
        order.extend(&groups.members[group]);
        for user in &users[group] {
            waiting[*user] -= 1;
            if waiting[*user] == 0 {
                ready.push(Reverse(*user));
            }
        }
    }
    debug_assert_eq!(order.len(), computed.len());
    order
}

struct Groups {
    members: Vec<Vec<NodeId>>,
    /// Groups that must come before, each once.
    needs: Vec<Vec<usize>>,
}

impl Groups {
    fn new(nodes: &Nodes, likeness: &Likeness, computed: &[NodeId], absorbed: &BTreeMap<NodeId, NodeId>) -> Groups {
        let inside = |operand: &NodeId| absorbed.contains_key(operand);
        let mut known = BTreeMap::new();
        let mut group_of: BTreeMap<NodeId, usize> = BTreeMap::new();
        let mut members: Vec<Vec<NodeId>> = Vec::new();
        for id in computed {
            let fused: Vec<bool> = Nodes::operands(nodes.get(*id)).map(|operand| inside(&operand)).collect();
            let group = *known.entry((likeness.get(*id), nodes.origin(*id).variable, fused)).or_insert(members.len());
            if group == members.len() {
                members.push(Vec::new());
            }
            members[group].push(*id);
            group_of.insert(*id, group);
        }
        let needs = members.iter().map(|members| {
            let operands = |id: NodeId| Nodes::operands(nodes.get(id));
            let direct = members.iter().flat_map(|id| operands(*id));
            let all = direct.flat_map(|operand| {
                let within = absorbed.contains_key(&operand).then(|| operands(operand)).into_iter().flatten();
                std::iter::once(operand).chain(within)
            });
            let mut needs: Vec<usize> = all.filter_map(|operand| group_of.get(&operand).copied()).collect();
            needs.sort_unstable();
            needs.dedup();
            needs
        });
        let needs = needs.collect();
        members.iter_mut().for_each(|group| group.sort_by_key(|id| (nodes.origin(*id).element, *id)));
        Groups { members, needs }
    }
}

#[cfg(test)]
mod tests {
    use counterflow_model::{Binary, Unary};

    use super::*;
    use crate::nodes::Origin;

    #[test]
    fn elements_alike_stand_together_after_what_they_need() {
        let mut nodes = Nodes::default();
        let mut order = Vec::new();
        for element in 0..3 {
            nodes.set_origin(Origin { variable: 7, element });
            let stock = nodes.add(Node::Stock(element));
            let root = nodes.unary(Unary::Exp, stock);
            order.extend([root, nodes.binary(Binary::Multiply, root, stock)]);
        }
        let grouped = grouped(&nodes, &Likeness::of(&nodes), &order, &BTreeMap::new());
        assert_eq!(grouped, [order[0], order[2], order[4], order[1], order[3], order[5]]);
    }
}
