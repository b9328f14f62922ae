//! How large the quantities are that a kink compares: what its width is relative to.

use counterflow_model::{Binary, Ternary, Unary};

use crate::nodes::{Node, NodeId, Nodes, Reach};

/// Differences within differences that are looked into.
const DEPTH: usize = 8;

/// The square of a size, as an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Size {
    /// A number that is a size by itself.
    Number(f64),
    /// The value of a node, squared.
    Value(NodeId),
    /// Terms of a difference: the sum of their squares.
    Terms(Box<Size>, Box<Size>),
    /// A product.
    Product(Box<Size>, Box<Size>),
    /// Divided by a node's value.
    Quotient(Box<Size>, NodeId),
}

impl Size {
    /// The size of what is compared where `a` is compared with `b`.
    pub fn of_comparison(nodes: &Nodes, timely: &[bool], a: NodeId, b: NodeId) -> Size {
        if timely[a.0 as usize] || timely[b.0 as usize] {
            return Size::Number(1.0);
        }
        terms(Size::of(nodes, timely, a, DEPTH), Size::of(nodes, timely, b, DEPTH))
    }

    /// The size of what is compared where a node is compared with zero.
    pub fn against_zero(nodes: &Nodes, timely: &[bool], a: NodeId) -> Size {
        Size::of(nodes, timely, a, DEPTH)
    }

    /// The size of a node. A difference is as large as its terms, however little is left of them; what is limited by a
    /// number is as large as that; a date is one unit of time.
    fn of(nodes: &Nodes, timely: &[bool], id: NodeId, depth: usize) -> Size {
        if timely[id.0 as usize] {
            return Size::Number(1.0);
        }
        if depth == 0 {
            return Size::Value(id);
        }
        let inner = |id: NodeId| Size::of(nodes, timely, id, depth - 1);
        match nodes.get(id) {
            Node::Number(bits) => Size::Number(f64::from_bits(bits)),
            Node::Unary(Unary::Negate, a) => inner(a),
            Node::Binary(Binary::Subtract, a, b) => terms(inner(a), inner(b)),
            Node::Binary(Binary::Multiply, a, b) => match (inner(a), inner(b)) {
                (a, b) if a.has_scale() || b.has_scale() => Size::Product(Box::new(a), Box::new(b)),
                _ => Size::Value(id),
            },
            Node::Binary(Binary::Divide, a, b) => match inner(a) {
                a if a.has_scale() => Size::Quotient(Box::new(a), b),
                _ => Size::Value(id),
            },
            Node::Binary(Binary::Minimum | Binary::Maximum, a, b) => {
                let limit = [a, b].into_iter().filter_map(|id| nodes.constant(id)).find(|limit| *limit != 0.0);
                limit.map_or(Size::Value(id), Size::Number)
            }
            _ => Size::Value(id),
        }
    }

    /// Whether the size has something beside the compared value itself to go by, so that it is not zero where that is.
    pub fn has_scale(&self) -> bool {
        match self {
            Size::Number(x) => *x != 0.0,
            Size::Value(_) => false,
            Size::Terms(..) => true,
            Size::Product(a, b) => a.has_scale() || b.has_scale(),
            Size::Quotient(a, _) => a.has_scale(),
        }
    }

    /// Whether the size is above zero at all times, because a term of it that is not zero does not change.
    pub fn has_fixed_part(&self, nodes: &Nodes) -> bool {
        match self {
            Size::Number(x) => *x != 0.0,
            Size::Value(id) => nodes.reach(*id) == Reach::Member,
            Size::Terms(a, b) => a.has_fixed_part(nodes) || b.has_fixed_part(nodes),
            Size::Product(a, b) => a.has_fixed_part(nodes) && b.has_fixed_part(nodes),
            Size::Quotient(a, _) => a.has_fixed_part(nodes),
        }
    }

    /// The node of the square, in a list of nodes where `place` says each node of the size stands.
    pub fn squared(&self, nodes: &mut Nodes, place: &dyn Fn(NodeId) -> NodeId) -> NodeId {
        match self {
            Size::Number(x) => nodes.number(x * x),
            Size::Value(id) => nodes.binary(Binary::Multiply, place(*id), place(*id)),
            Size::Terms(a, b) => {
                let (a, b) = (a.squared(nodes, place), b.squared(nodes, place));
                nodes.binary(Binary::Add, a, b)
            }
            Size::Product(a, b) => {
                let (a, b) = (a.squared(nodes, place), b.squared(nodes, place));
                nodes.binary(Binary::Multiply, a, b)
            }
            Size::Quotient(a, b) => {
                let divisor = nodes.binary(Binary::Multiply, place(*b), place(*b));
                let a = a.squared(nodes, place);
                nodes.binary(Binary::Divide, a, divisor)
            }
        }
    }
}

fn terms(a: Size, b: Size) -> Size {
    match (a, b) {
        (Size::Number(0.0), size) | (size, Size::Number(0.0)) => size,
        (a, b) => Size::Terms(Box::new(a), Box::new(b)),
    }
}

/// Which nodes are the time, or the time moved or limited: their size says nothing, since years count from no natural
/// beginning.
pub fn timely(nodes: &Nodes) -> Vec<bool> {
    let mut timely: Vec<bool> = Vec::with_capacity(nodes.len());
    for id in (0..nodes.len() as u32).map(NodeId) {
        let at = |id: NodeId| timely[id.0 as usize];
        let is_timely = match nodes.get(id) {
            Node::Time => true,
            Node::Binary(Binary::Add | Binary::Minimum | Binary::Maximum, a, b) => at(a) || at(b),
            Node::Binary(Binary::Subtract, a, b) => at(a) != at(b),
            Node::Ternary(Ternary::Select, _, b, c) => at(b) || at(c),
            _ => false,
        };
        timely.push(is_timely);
    }
    timely
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_as_large_as_its_terms() {
        let mut nodes = Nodes::default();
        let [x, y] = [0, 1].map(|slot| nodes.add(Node::Stock(slot)));
        let zero = nodes.number(0.0);
        let difference = nodes.binary(Binary::Subtract, x, y);
        let timely = timely(&nodes);
        let found = Size::of_comparison(&nodes, &timely, difference, zero);
        assert_eq!(found, Size::Terms(Box::new(Size::Value(x)), Box::new(Size::Value(y))));
        assert!(found.has_scale() && !Size::of_comparison(&nodes, &timely, x, zero).has_scale());
    }

    #[test]
    fn dates_are_one_unit_of_time_and_limits_are_sizes() {
        let mut nodes = Nodes::default();
        let (time, date, length) =
            (nodes.add(Node::Time), nodes.add(Node::Parameter(0)), nodes.add(Node::Parameter(1)));
        let since = nodes.binary(Binary::Subtract, time, date);
        let part = nodes.binary(Binary::Divide, since, length);
        let (one, zero) = (nodes.number(1.0), nodes.number(0.0));
        let limited = nodes.binary(Binary::Minimum, one, part);
        let timely = timely(&nodes);
        let of = |a, b| Size::of_comparison(&nodes, &timely, a, b);
        assert_eq!(of(time, date), Size::Number(1.0));
        assert_eq!(of(since, zero), Size::Number(1.0));
        assert_eq!(of(part, zero), Size::Quotient(Box::new(Size::Number(1.0)), length));
        assert_eq!(of(limited, zero), Size::Number(1.0));
    }
}
