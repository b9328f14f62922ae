//! The smooth formulas, as expressions of nodes.
//!
//! Which side the exact operators take at a kink (see their `slopes`) is chosen here so that the slopes at the kink
//! itself come out as the mean of both sides, too.

use counterflow_model::{Beyond, Binary, Lookup, Ternary, Unary};

use crate::nodes::{Node, NodeId, Nodes};

/// Half the length of a smooth stretch.
#[derive(Clone, Copy, Debug)]
pub struct Width(pub NodeId);

/// `relative` times the root of a square and that of a least size.
pub fn local_width(nodes: &mut Nodes, square: NodeId, least: f64, relative: f64) -> NodeId {
    let least = nodes.number(least * least);
    let sum = nodes.binary(Binary::Add, square, least);
    let size = nodes.unary(Unary::Sqrt, sum);
    let relative = nodes.number(relative);
    nodes.binary(Binary::Multiply, relative, size)
}

/// The smaller, the larger or the absolute value; `None` for every other node.
pub fn kink(nodes: &mut Nodes, node: Node, operands: &[NodeId], width: Width) -> Option<NodeId> {
    match (node, operands) {
        (Node::Binary(Binary::Maximum, ..), [a, b]) => {
            let bump = bump_between(nodes, *a, *b, width);
            // Where both are equal the exact operator takes its second operand, and the bump falls with the first.
            let exact = nodes.binary(Binary::Maximum, *b, *a);
            Some(nodes.binary(Binary::Add, exact, bump))
        }
        (Node::Binary(Binary::Minimum, ..), [a, b]) => {
            let bump = bump_between(nodes, *a, *b, width);
            let exact = nodes.binary(Binary::Minimum, *a, *b);
            Some(nodes.binary(Binary::Subtract, exact, bump))
        }
        (Node::Unary(Unary::Abs, _), [a]) => {
            let exact = nodes.unary(Unary::Abs, *a);
            let bump = bump(nodes, exact, width);
            let both = nodes.binary(Binary::Add, bump, bump);
            Some(nodes.binary(Binary::Add, exact, both))
        }
        _ => None,
    }
}

fn bump_between(nodes: &mut Nodes, a: NodeId, b: NodeId, width: Width) -> NodeId {
    let difference = nodes.binary(Binary::Subtract, a, b);
    let distance = nodes.unary(Unary::Abs, difference);
    bump(nodes, distance, width)
}

/// What smoothing adds to a kink of slope 1 at a distance from it: with m = 1 - distance / width that is
/// width m³ (4 - m) / 16, and nothing outside.
fn bump(nodes: &mut Nodes, distance: NodeId, Width(width): Width) -> NodeId {
    let [zero, one, four, sixteenth] = [0.0, 1.0, 4.0, 1.0 / 16.0].map(|x| nodes.number(x));
    let part = nodes.binary(Binary::Divide, distance, width);
    let m = nodes.binary(Binary::Subtract, one, part);
    let square = nodes.binary(Binary::Multiply, m, m);
    let cube = nodes.binary(Binary::Multiply, square, m);
    let rest = nodes.binary(Binary::Subtract, four, m);
    let shape = nodes.binary(Binary::Multiply, cube, rest);
    let height = nodes.binary(Binary::Multiply, width, sixteenth);
    let inside = nodes.binary(Binary::Multiply, height, shape);
    let near = nodes.binary(Binary::Less, distance, width);
    nodes.ternary(Ternary::Select, near, inside, zero)
}

/// How much a comparison holds: with t the difference as a part of the width, 1/2 + 3/4 t - 1/4 t³, and what the exact
/// comparison says outside.
pub fn share_of_comparison(
    nodes: &mut Nodes,
    comparison: Node,
    operands: &[NodeId],
    Width(width): Width,
    exact: NodeId,
) -> NodeId {
    let rising = matches!(comparison, Node::Binary(Binary::Greater | Binary::GreaterOrEqual, ..));
    let (more, less) = if rising { (operands[0], operands[1]) } else { (operands[1], operands[0]) };
    let difference = nodes.binary(Binary::Subtract, more, less);
    let distance = nodes.unary(Unary::Abs, difference);
    let [half, three_quarters, quarter] = [0.5, 0.75, 0.25].map(|x| nodes.number(x));
    let t = nodes.binary(Binary::Divide, difference, width);
    let square = nodes.binary(Binary::Multiply, t, t);
    let bent = nodes.binary(Binary::Multiply, quarter, square);
    let slope = nodes.binary(Binary::Subtract, three_quarters, bent);
    let rise = nodes.binary(Binary::Multiply, t, slope);
    let inside = nodes.binary(Binary::Add, half, rise);
    let near = nodes.binary(Binary::Less, distance, width);
    nodes.ternary(Ternary::Select, near, inside, exact)
}

/// How much a condition made of others holds: as if they were independent chances.
pub fn share_of_compound(nodes: &mut Nodes, condition: Node, shares: &[NodeId]) -> NodeId {
    match (condition, shares) {
        (Node::Unary(..), [a]) => {
            let one = nodes.number(1.0);
            nodes.binary(Binary::Subtract, one, *a)
        }
        (Node::Binary(Binary::And, ..), [a, b]) => nodes.binary(Binary::Multiply, *a, *b),
        (Node::Binary(Binary::Or, ..), [a, b]) => {
            let sum = nodes.binary(Binary::Add, *a, *b);
            let both = nodes.binary(Binary::Multiply, *a, *b);
            nodes.binary(Binary::Subtract, sum, both)
        }
        (node, _) => unreachable!("{node:?} is not made of conditions"),
    }
}

/// A mix of both branches where the condition holds in part and both have a value; the exact choice elsewhere.
pub fn choice(nodes: &mut Nodes, share: NodeId, condition: NodeId, b: NodeId, c: NodeId) -> NodeId {
    let [zero, one] = [0.0, 1.0].map(|x| nodes.number(x));
    let above = nodes.binary(Binary::Greater, share, zero);
    let below = nodes.binary(Binary::Less, share, one);
    let mut mixes = nodes.binary(Binary::And, above, below);
    for branch in [b, c].into_iter().filter(|branch| nodes.constant(*branch).is_none()).collect::<Vec<_>>() {
        // Infinity less infinity is not a number, and so is not zero.
        let nothing = nodes.binary(Binary::Subtract, branch, branch);
        let finite = nodes.binary(Binary::Equal, nothing, zero);
        mixes = nodes.binary(Binary::And, mixes, finite);
    }
    let difference = nodes.binary(Binary::Subtract, b, c);
    let part = nodes.binary(Binary::Multiply, share, difference);
    let mix = nodes.binary(Binary::Add, c, part);
    let exact = nodes.ternary(Ternary::Select, condition, b, c);
    nodes.ternary(Ternary::Select, mixes, mix, exact)
}

/// A lookup with a bump at each of its kinks, as high as the slope changes there. Stairs stay as they are.
pub fn lookup(nodes: &mut Nodes, table: &Lookup, exact: NodeId, a: NodeId, relative: f64) -> NodeId {
    let mut total = exact;
    for kink in kinks(table) {
        let (at, width, change) =
            (nodes.number(kink.at), nodes.number(relative * kink.segment), nodes.number(kink.change));
        // At its first point a held curve has the slope before it, at all others that behind.
        let (more, less) = if kink.first { (at, a) } else { (a, at) };
        let difference = nodes.binary(Binary::Subtract, more, less);
        let distance = nodes.unary(Unary::Abs, difference);
        let bump = bump(nodes, distance, Width(width));
        let part = nodes.binary(Binary::Multiply, change, bump);
        total = nodes.binary(Binary::Add, total, part);
    }
    total
}

struct Kink {
    at: f64,
    /// Length of the shorter segment beside it.
    segment: f64,
    /// Slope behind less slope before.
    change: f64,
    /// Whether it is the beginning of a held curve.
    first: bool,
}

fn kinks(table: &Lookup) -> Vec<Kink> {
    if table.beyond == Beyond::Steps {
        return Vec::new();
    }
    let last = table.x.len() - 1;
    let length = |i: usize| table.x[i + 1] - table.x[i];
    let end = |i: usize| i == 0 || i == last;
    let kink = |i: usize| {
        let (before, behind) = (i.checked_sub(1), (i < last).then_some(i));
        let slope = |segment: Option<usize>| segment.map_or(0.0, |i| table.slope(i));
        let segments = before.into_iter().chain(behind);
        Kink {
            at: table.x[i],
            segment: segments.map(length).fold(f64::INFINITY, f64::min),
            change: slope(behind) - slope(before),
            first: i == 0,
        }
    };
    let inner = |i: &usize| table.beyond == Beyond::Hold || !end(*i);
    (0..=last).filter(inner).map(kink).filter(|kink| kink.change != 0.0).collect()
}
