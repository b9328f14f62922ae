//! Scalar expression nodes, each stored once: equal expressions are the same node, constants are folded.

use std::collections::BTreeMap;

use counterflow_model::{Binary, Ternary, Unary};

/// Position in [`Nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// One scalar operation. Operands always have a smaller id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A number, by its bits, so that nodes can be ordered.
    Number(u64),
    /// The current time.
    Time,
    /// A parameter element, by slot.
    Parameter(u32),
    /// A lever element, by slot.
    Lever(u32),
    /// A stock or cell element, by slot.
    Stock(u32),
    /// A value held from the start of the run, by slot.
    Held(u32),
    /// A noise input, by slot.
    Noise(u32),
    /// Operator on one value.
    Unary(Unary, NodeId),
    /// Operator on two values.
    Binary(Binary, NodeId, NodeId),
    /// Operator on three values.
    Ternary(Ternary, NodeId, NodeId, NodeId),
    /// Lookup, by position, at a value.
    Lookup(u32, NodeId),
}

/// What a node's value depends on; `Dynamic` covers everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nothing: the same in every run.
    Constant,
    /// Time and levers: the same for every member.
    Uniform,
    /// Parameters: the same at every time.
    Member,
    /// Both, or the state.
    Dynamic,
}

impl Reach {
    fn join(self, other: Reach) -> Reach {
        match (self, other) {
            (Reach::Constant, x) | (x, Reach::Constant) => x,
            (a, b) if a == b => a,
            _ => Reach::Dynamic,
        }
    }
}

/// Element of a variable whose equation a node was first made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Position of the variable.
    pub variable: u32,
    /// Position of the element.
    pub element: u32,
}

/// All nodes of a plan.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    list: Vec<Node>,
    reach: Vec<Reach>,
    origins: Vec<Origin>,
    /// Origin of nodes that are made from now on.
    origin: Origin,
    known: BTreeMap<Node, NodeId>,
}

impl Nodes {
    /// Says whose equation the nodes made from now on belong to.
    pub fn set_origin(&mut self, origin: Origin) {
        self.origin = origin;
    }

    /// Whose equation a node was first made for.
    pub fn origin(&self, id: NodeId) -> Origin {
        self.origins[id.0 as usize]
    }

    /// The node's id, making it if it is new.
    pub fn add(&mut self, node: Node) -> NodeId {
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.list.len()).expect("the compiler bounds models far below 2^32 operations"));
        self.reach.push(self.reach_of(node));
        self.origins.push(self.origin);
        self.list.push(node);
        self.known.insert(node, id);
        id
    }

    /// A number.
    pub fn number(&mut self, value: f64) -> NodeId {
        self.add(Node::Number(value.to_bits()))
    }

    /// An operator on one value, folded where that is constant.
    pub fn unary(&mut self, operator: Unary, a: NodeId) -> NodeId {
        match self.constant(a) {
            Some(x) => self.number(operator.value(x)),
            None => self.add(Node::Unary(operator, a)),
        }
    }

    /// An operator on two values, folded where exact.
    pub fn binary(&mut self, operator: Binary, a: NodeId, b: NodeId) -> NodeId {
        match (operator, self.constant(a), self.constant(b)) {
            (_, Some(x), Some(y)) => self.number(operator.value(x, y)),
            (Binary::Multiply, Some(1.0), None) => b,
            (Binary::Multiply | Binary::Divide, None, Some(1.0)) => a,
            _ => self.add(Node::Binary(operator, a, b)),
        }
    }

    /// An operator on three values; a choice with a known condition is that branch.
    pub fn ternary(&mut self, operator: Ternary, a: NodeId, b: NodeId, c: NodeId) -> NodeId {
        match (operator, self.constant(a), self.constant(b), self.constant(c)) {
            (Ternary::Select, Some(condition), _, _) => {
                if condition != 0.0 {
                    b
                } else {
                    c
                }
            }
            (_, Some(x), Some(y), Some(z)) => self.number(operator.value(x, y, z)),
            _ => self.add(Node::Ternary(operator, a, b, c)),
        }
    }

    /// The node of an id.
    pub fn get(&self, id: NodeId) -> Node {
        self.list[id.0 as usize]
    }

    /// What the node depends on.
    pub fn reach(&self, id: NodeId) -> Reach {
        self.reach[id.0 as usize]
    }

    /// The value of a constant node.
    pub fn constant(&self, id: NodeId) -> Option<f64> {
        match self.get(id) {
            Node::Number(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Operands of a node, in order.
    pub fn operands(node: Node) -> impl Iterator<Item = NodeId> {
        let (count, list) = match node {
            Node::Unary(_, a) | Node::Lookup(_, a) => (1, [a, a, a]),
            Node::Binary(_, a, b) => (2, [a, b, b]),
            Node::Ternary(_, a, b, c) => (3, [a, b, c]),
            _ => (0, [NodeId(0); 3]),
        };
        list.into_iter().take(count)
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    fn reach_of(&self, node: Node) -> Reach {
        match node {
            Node::Number(_) => Reach::Constant,
            Node::Time | Node::Lever(_) => Reach::Uniform,
            Node::Parameter(_) | Node::Held(_) => Reach::Member,
            Node::Stock(_) | Node::Noise(_) => Reach::Dynamic,
            _ => Nodes::operands(node).map(|id| self.reach(id)).fold(Reach::Constant, Reach::join),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_expressions_are_one_node_and_constants_fold() {
        let mut nodes = Nodes::default();
        let (stock, time) = (nodes.add(Node::Stock(0)), nodes.add(Node::Time));
        let first = nodes.binary(Binary::Add, stock, time);
        assert_eq!(nodes.binary(Binary::Add, stock, time), first);
        assert_eq!(nodes.reach(first), Reach::Dynamic);
        let (two, three) = (nodes.number(2.0), nodes.number(3.0));
        let six = nodes.binary(Binary::Multiply, two, three);
        assert_eq!(nodes.constant(six), Some(6.0));
    }

    #[test]
    fn a_parameter_times_time_is_dynamic() {
        let mut nodes = Nodes::default();
        let (parameter, time) = (nodes.add(Node::Parameter(0)), nodes.add(Node::Time));
        let product = nodes.binary(Binary::Multiply, parameter, time);
        assert_eq!(nodes.reach(product), Reach::Dynamic);
    }
}
