//! Instruction selection: nodes in order become instructions, short chains become one.

use std::collections::BTreeMap;

use counterflow_model::Binary;

use crate::grouping::{Likeness, grouped};
use crate::instruction::{Arithmetic, Instruction, Register};
use crate::nodes::{Node, NodeId, Nodes};
use crate::strips::{Strip, strips};

/// Instructions and where the values asked for end up.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// In order of execution.
    pub instructions: Vec<Instruction>,
    /// The same, put together where they are alike.
    pub strips: Vec<Strip>,
    /// Register of each root, in the order of the roots.
    pub outputs: Vec<Register>,
    /// First register that is free after this program.
    pub end: Register,
}

impl Program {
    /// A program of these instructions.
    pub fn new(instructions: Vec<Instruction>, outputs: Vec<Register>, end: Register) -> Program {
        Program { strips: strips(&instructions), instructions, outputs, end }
    }
}

/// Builds the program that computes `roots` from the nodes that already have a register in `inputs`.
/// New registers start at `from`, which must be above all inputs.
pub fn select(
    nodes: &Nodes,
    likeness: &Likeness,
    roots: &[NodeId],
    inputs: &BTreeMap<NodeId, Register>,
    from: Register,
) -> (Program, BTreeMap<NodeId, Register>) {
    let needed = needed(nodes, roots, inputs);
    let uses = count_uses(nodes, &needed, roots);
    let absorbed = absorb(nodes, &needed, &uses);
    let mut registers = inputs.clone();
    let computed: Vec<NodeId> = needed.iter().copied().filter(|id| !absorbed.contains_key(id)).collect();
    let mut instructions = Vec::with_capacity(computed.len());
    for (id, to) in grouped(nodes, likeness, &computed, &absorbed).into_iter().zip(from..) {
        instructions.push(instruction(nodes, id, to, &registers, &absorbed));
        registers.insert(id, to);
    }
    let end = from + instructions.len() as Register;
    let outputs = roots.iter().map(|root| registers[root]).collect();
    (Program::new(instructions, outputs, end), registers)
}

/// Nodes to compute, operands before users.
fn needed(nodes: &Nodes, roots: &[NodeId], inputs: &BTreeMap<NodeId, Register>) -> Vec<NodeId> {
    let mut marked = vec![false; nodes.len()];
    let mut pending: Vec<NodeId> = roots.to_vec();
    while let Some(id) = pending.pop() {
        if marked[id.0 as usize] || inputs.contains_key(&id) {
            continue;
        }
        marked[id.0 as usize] = true;
        pending.extend(Nodes::operands(nodes.get(id)));
    }
    (0..nodes.len() as u32).map(NodeId).filter(|id| marked[id.0 as usize]).collect()
}

fn count_uses(nodes: &Nodes, needed: &[NodeId], roots: &[NodeId]) -> BTreeMap<NodeId, usize> {
    let mut uses = BTreeMap::new();
    for id in needed.iter().flat_map(|id| Nodes::operands(nodes.get(*id))).chain(roots.iter().copied()) {
        *uses.entry(id).or_insert(0) += 1;
    }
    // A root is kept in a register of its own even if only one other node uses it.
    for root in roots {
        *uses.entry(*root).or_insert(0) += 1;
    }
    uses
}

/// Which single-use operations are computed inside their user, and by which user.
fn absorb(nodes: &Nodes, needed: &[NodeId], uses: &BTreeMap<NodeId, usize>) -> BTreeMap<NodeId, NodeId> {
    let mut absorbed = BTreeMap::new();
    let computed = |id: NodeId| needed.binary_search(&id).is_ok();
    let free = |id: NodeId| computed(id) && uses.get(&id) == Some(&1) && arithmetic(nodes, id).is_some();
    for id in needed.iter().rev() {
        let Some((operator, a, b)) = arithmetic(nodes, *id) else { continue };
        if absorbed.contains_key(id) {
            continue;
        }
        let product = |x: NodeId| free(x) && matches!(arithmetic(nodes, x), Some((Arithmetic::Multiply, ..)));
        if matches!(operator, Arithmetic::Add | Arithmetic::Subtract) && a != b && product(a) && product(b) {
            absorbed.insert(a, *id);
            absorbed.insert(b, *id);
        } else if a != b && free(a) {
            absorbed.insert(a, *id);
        } else if a != b && free(b) {
            absorbed.insert(b, *id);
        }
    }
    absorbed
}

fn arithmetic(nodes: &Nodes, id: NodeId) -> Option<(Arithmetic, NodeId, NodeId)> {
    match nodes.get(id) {
        Node::Binary(operator, a, b) => Arithmetic::of(operator).map(|o| (o, a, b)),
        _ => None,
    }
}

fn instruction(
    nodes: &Nodes,
    id: NodeId,
    to: Register,
    registers: &BTreeMap<NodeId, Register>,
    absorbed: &BTreeMap<NodeId, NodeId>,
) -> Instruction {
    let at = |id: NodeId| registers[&id];
    let inside = |id: NodeId| absorbed.contains_key(&id).then(|| arithmetic(nodes, id)).flatten();
    match nodes.get(id) {
        Node::Unary(operator, a) => Instruction::Unary { operator, to, a: at(a) },
        Node::Ternary(operator, a, b, c) => Instruction::Ternary { operator, to, a: at(a), b: at(b), c: at(c) },
        Node::Lookup(lookup, a) => Instruction::Lookup { lookup, to, a: at(a) },
        Node::Binary(operator, a, b) => match (inside(a), inside(b)) {
            (Some((_, p, q)), Some((_, r, s))) => {
                let difference = operator == Binary::Subtract;
                Instruction::Pair { difference, to, a: at(p), b: at(q), c: at(r), d: at(s) }
            }
            (Some((first, p, q)), None) => {
                let second = Arithmetic::of(operator).expect("only arithmetic absorbs");
                Instruction::Chain { first, second, swapped: false, to, a: at(p), b: at(q), c: at(b) }
            }
            (None, Some((first, p, q))) => {
                let second = Arithmetic::of(operator).expect("only arithmetic absorbs");
                Instruction::Chain { first, second, swapped: !second.commutes(), to, a: at(p), b: at(q), c: at(a) }
            }
            (None, None) => Instruction::Binary { operator, to, a: at(a), b: at(b) },
        },
        node => unreachable!("{node:?} is an input and has a register already"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (x * y + z) - x, with x, y, z in registers 0, 1, 2.
    #[test]
    fn single_use_products_are_fused() {
        let mut nodes = Nodes::default();
        let [x, y, z] = [0, 1, 2].map(|i| nodes.add(Node::Stock(i)));
        let product = nodes.binary(Binary::Multiply, x, y);
        let sum = nodes.binary(Binary::Add, z, product);
        let inputs = BTreeMap::from([(x, 0), (y, 1), (z, 2)]);
        let (program, _) = select(&nodes, &Likeness::of(&nodes), &[sum], &inputs, 3);
        let chain = Instruction::Chain {
            first: Arithmetic::Multiply,
            second: Arithmetic::Add,
            swapped: false,
            to: 3,
            a: 0,
            b: 1,
            c: 2,
        };
        assert_eq!(program.instructions, [chain]);
        // Asked for by itself as well, the product keeps a register.
        let (program, _) = select(&nodes, &Likeness::of(&nodes), &[sum, product], &inputs, 3);
        assert_eq!(program.instructions.len(), 2);
    }
}
