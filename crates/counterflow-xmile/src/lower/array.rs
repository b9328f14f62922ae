//! Functions of arrays: what is starred in an argument is unrolled into a list of expressions.

use counterflow_lang::Code;
use counterflow_model::standard::combined;
use counterflow_model::{Binary, Expr, Reduction, Unary};

use super::{Context, Lower, Stars};
use crate::expression::{self, Kind, Reference, Subscript};
use crate::functions::Array;
use crate::instances::Entry;

/// Most elements that a function of an array reaches.
const MOST_ELEMENTS: usize = 100_000;
/// Most elements that are ranked: each is compared with each.
const MOST_RANKED: usize = 200;

impl Lower<'_, '_> {
    /// Whether anything in an argument stands for several elements.
    pub fn has_axes(&mut self, argument: &expression::Expr, at: &Context<'_>) -> bool {
        self.axes(argument, at).is_some_and(|(axes, _)| !axes.is_empty())
    }

    /// A reduction of one array.
    pub fn reduced(&mut self, reduction: Reduction, argument: &expression::Expr, at: &Context<'_>) -> Expr {
        let Some(list) = self.unrolled(argument, at) else { return Expr::Number(f64::NAN) };
        let count = list.len();
        let operator = match reduction {
            Reduction::Sum | Reduction::Mean => Binary::Add,
            Reduction::Product => Binary::Multiply,
            Reduction::Minimum => Binary::Minimum,
            Reduction::Maximum => Binary::Maximum,
        };
        let total = combined(operator, list).unwrap_or(Expr::Number(0.0));
        match reduction {
            Reduction::Mean => Expr::binary(Binary::Divide, total, Expr::Number(count as f64)),
            _ => total,
        }
    }

    /// Another function of one array.
    pub fn array(&mut self, array: Array, arguments: &[expression::Expr], at: &Context<'_>) -> Expr {
        if let (Array::Size, Kind::Name(name)) = (array, &arguments[0].kind)
            && let Some(dimension) = self.structure.dimensions.iter().find(|known| known.name == name.name())
        {
            return Expr::Number(dimension.elements.len() as f64);
        }
        let Some(list) = self.unrolled(&arguments[0], at) else { return Expr::Number(f64::NAN) };
        match array {
            Array::Size => Expr::Number(list.len() as f64),
            Array::Deviation => self.deviation(list, at),
            Array::Rank => {
                let rank = self.expression(&arguments[1], at);
                self.ranked(list, rank, arguments[0].span, at)
            }
        }
    }

    fn deviation(&mut self, list: Vec<Expr>, at: &Context<'_>) -> Expr {
        let count = Expr::Number(list.len() as f64);
        let list: Vec<Expr> = list.into_iter().map(|one| self.hold(one, at)).collect();
        let total = combined(Binary::Add, list.clone()).unwrap_or(Expr::Number(0.0));
        let mean = self.hold(Expr::binary(Binary::Divide, total, count.clone()), at);
        let squares = list.into_iter().map(|one| {
            let gap = self.hold(Expr::binary(Binary::Subtract, one, mean.clone()), at);
            Expr::binary(Binary::Multiply, gap.clone(), gap)
        });
        let squares: Vec<Expr> = squares.collect();
        let total = combined(Binary::Add, squares).unwrap_or(Expr::Number(0.0));
        Expr::Unary(Unary::Sqrt, Box::new(Expr::binary(Binary::Divide, total, count)))
    }

    /// Position, from 1, of the element of a rank. An element's rank is one more than the number of those before it;
    /// of equal ones the first in the array is before.
    fn ranked(&mut self, list: Vec<Expr>, rank: Expr, span: crate::report::Span, at: &Context<'_>) -> Expr {
        if list.len() > MOST_RANKED {
            self.report.push(Code::E3007, span, format!("RANK of more than {MOST_RANKED} elements"));
            return Expr::Number(f64::NAN);
        }
        if !self.spend(list.len() * list.len(), span) {
            return Expr::Number(f64::NAN);
        }
        let list: Vec<Expr> = list.into_iter().map(|one| self.hold(one, at)).collect();
        let rank = self.hold(rank, at);
        let mut terms = Vec::new();
        for (i, one) in list.iter().enumerate() {
            let before = |(k, other): (usize, &Expr)| {
                let operator = if k < i { Binary::LessOrEqual } else { Binary::Less };
                (k != i).then(|| Expr::binary(operator, other.clone(), one.clone()))
            };
            let before: Vec<Expr> = list.iter().enumerate().filter_map(before).collect();
            let count = combined(Binary::Add, before).unwrap_or(Expr::Number(0.0));
            let own = Expr::binary(Binary::Add, count, Expr::Number(1.0));
            let is_it = Expr::binary(Binary::Equal, own, rank.clone());
            terms.push(Expr::binary(Binary::Multiply, is_it, Expr::Number((i + 1) as f64)));
        }
        combined(Binary::Add, terms).unwrap_or(Expr::Number(0.0))
    }

    /// The argument once for each combination of starred elements, the last axis fastest; just once without any.
    fn unrolled(&mut self, argument: &expression::Expr, at: &Context<'_>) -> Option<Vec<Expr>> {
        let (axes, bare) = self.axes(argument, at)?;
        let count = axes.iter().fold(1_usize, |count, axis| count.saturating_mul(*axis));
        if count > MOST_ELEMENTS {
            self.report.push(Code::E3007, argument.span, format!("{count} elements are more than {MOST_ELEMENTS}"));
            return None;
        }
        if !self.spend(count, argument.span) {
            return None;
        }
        let mut list = Vec::with_capacity(count);
        for flat in 0..count {
            let mut rest = flat;
            let mut positions = vec![0; axes.len()];
            for (position, axis) in positions.iter_mut().zip(&axes).rev() {
                *position = rest % axis;
                rest /= axis;
            }
            let stars = Some(Stars { positions: &positions, bare });
            list.push(self.expression(argument, &Context { stars, ..*at }));
        }
        Some(list)
    }

    /// Sizes of the starred axes of an argument, the same for every array in it, and whether no star is written.
    fn axes(&mut self, argument: &expression::Expr, at: &Context<'_>) -> Option<(Vec<usize>, bool)> {
        let mut references = Vec::new();
        collect(argument, &mut references);
        let bare = !references.iter().any(|reference| is_starred(reference));
        let at = Context { stars: Some(Stars { positions: &[], bare }), ..*at };
        let mut axes: Vec<usize> = Vec::new();
        for reference in references {
            let Some(Entry::Variable(id)) = self.structure.find(&reference.path, at.scope).cloned() else { continue };
            let dimensions = self.instance(id)?.dimensions.clone();
            let own: Vec<usize> =
                self.ranges(&dimensions, reference, &at)?.into_iter().flatten().map(|range| range.len()).collect();
            if axes.is_empty() {
                axes = own;
            } else if !own.is_empty() && own != axes {
                let message = format!("`{}` has other elements than the arrays beside it", reference.shown);
                self.report.push(Code::E3006, reference.span, message);
                return None;
            }
        }
        Some((axes, bare))
    }
}

/// All references of an argument, those between brackets left out.
fn collect<'e>(expr: &'e expression::Expr, found: &mut Vec<&'e Reference>) {
    if let Kind::Name(reference) = &expr.kind {
        found.push(reference);
    }
    for child in expr.children() {
        collect(child, found);
    }
}

fn is_starred(reference: &Reference) -> bool {
    let starred = |one: &Subscript| matches!(one, Subscript::Star(_) | Subscript::Range(..));
    reference.subscripts.as_ref().is_some_and(|list| list.iter().any(starred))
}
