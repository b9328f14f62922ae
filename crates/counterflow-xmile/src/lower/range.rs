//! Starred dimensions: which elements a function of arrays runs over.

use counterflow_lang::Code;

use super::{Context, Lower};
use crate::expression::{self, Kind, Reference, Subscript};

/// The elements that a starred dimension runs over.
pub enum Range {
    /// All from the first on, so many.
    Run(usize, usize),
    /// These.
    List(Vec<usize>),
}

impl Range {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Range::Run(_, count) => *count,
            Range::List(list) => list.len(),
        }
    }

    /// The element at a position; the first beyond the end.
    pub fn at(&self, position: usize) -> usize {
        match self {
            Range::Run(first, count) => first + if position < *count { position } else { 0 },
            Range::List(list) => list.get(position).or(list.first()).copied().unwrap_or(0),
        }
    }
}

impl Lower<'_, '_> {
    /// The elements that each dimension runs over where it is starred; `None` where one element is meant.
    pub fn ranges(
        &mut self,
        dimensions: &[usize],
        reference: &Reference,
        at: &Context<'_>,
    ) -> Option<Vec<Option<Range>>> {
        let all = |lower: &Self, d: usize| Range::Run(0, lower.structure.dimensions[d].elements.len());
        let Some(subscripts) = &reference.subscripts else {
            let is_bare = at.stars.is_some_and(|stars| stars.bare);
            let range = |d: &usize| (is_bare || self.running(*d, *d, at).is_none()).then(|| all(self, *d));
            return Some(dimensions.iter().map(range).collect());
        };
        if subscripts.len() != dimensions.len() {
            let message = format!(
                "`{}` has {} subscripts and {} dimensions",
                reference.shown,
                subscripts.len(),
                dimensions.len()
            );
            self.report.push(Code::E3002, reference.span, message);
            return None;
        }
        let mut found = Vec::new();
        for (dimension, subscript) in dimensions.iter().zip(subscripts) {
            found.push(match subscript {
                Subscript::Star(None) => Some(all(self, *dimension)),
                Subscript::Star(Some(of)) => Some(self.subrange(*dimension, of)?),
                Subscript::Range(first, last) => Some(self.range(*dimension, first, last, at)?),
                Subscript::One(expr) => match &expr.kind {
                    Kind::Name(name) if self.is_open(*dimension, name, at) => Some(self.subrange(*dimension, name)?),
                    _ => None,
                },
                Subscript::Place(_) => None,
            });
        }
        Some(found)
    }

    /// Whether a name between brackets is a dimension along which nothing runs.
    fn is_open(&self, dimension: usize, name: &Reference, at: &Context<'_>) -> bool {
        let canonical = name.name();
        let is_element = self.structure.dimensions[dimension].elements.contains(&canonical);
        match self.structure.dimensions.iter().position(|known| known.name == canonical) {
            Some(of) => !is_element && self.running(of, dimension, at).is_none(),
            None => false,
        }
    }

    /// Elements of a dimension that another one names.
    fn subrange(&mut self, dimension: usize, of: &Reference) -> Option<Range> {
        let canonical = of.name();
        let Some(range) = self.structure.dimensions.iter().position(|known| known.name == canonical) else {
            self.report.push(Code::E2009, of.span, format!("no dimension is called `{}`", of.shown));
            return None;
        };
        let count = self.structure.dimensions[range].elements.len();
        if !self.spend(count, of.span) {
            return None;
        }
        let found: Option<Vec<usize>> = (0..count).map(|i| self.mapped(range, i, dimension)).collect();
        if found.is_none() {
            let message =
                format!("elements of `{}` are not in `{}`", of.shown, self.structure.dimensions[dimension].name);
            self.report.push(Code::E3006, of.span, message);
        }
        found.map(Range::List)
    }

    fn range(
        &mut self,
        dimension: usize,
        first: &expression::Expr,
        last: &expression::Expr,
        at: &Context<'_>,
    ) -> Option<Range> {
        let end = |lower: &mut Self, expr: &expression::Expr| {
            let Kind::Name(name) = &expr.kind else { return lower.constant_position(dimension, expr, at) };
            match lower.structure.dimensions[dimension].elements.iter().position(|e| *e == name.name()) {
                Some(position) => Some(position),
                None => lower.constant_position(dimension, expr, at),
            }
        };
        let (first, last) = (end(self, first)?, end(self, last)?);
        Some(Range::Run(first, (last + 1).saturating_sub(first)))
    }

    fn constant_position(&mut self, dimension: usize, expr: &expression::Expr, at: &Context<'_>) -> Option<usize> {
        let lowered = self.expression(expr, at);
        let size = self.structure.dimensions[dimension].elements.len();
        match self.constant(&lowered) {
            Some(position) if position >= 1.0 && position <= size as f64 => Some(position as usize - 1),
            Some(position) => {
                self.report.push(Code::E3001, expr.span, format!("there is no element {position} of {size}"));
                None
            }
            None => {
                self.report.push(Code::E7005, expr.span, "the end of a range must be known before the model runs");
                None
            }
        }
    }
}
