//! References to variables: which element is meant.

use counterflow_lang::{Code, nearest};
use counterflow_model::standard::combined;
use counterflow_model::{Binary, Expr, Ternary, Unary, VariableId};

use super::{Context, Lower, element};
use crate::expression::{self, Kind, Reference, Subscript, equations};
use crate::instances::{Entry, Instance};
use crate::markup::Text;
use crate::names::canonical;

/// Which element of one dimension is meant.
enum Selected {
    /// This one.
    Fixed(usize),
    /// The one at a computed position, from 1.
    Computed(Expr),
}

impl<'d> Lower<'d, '_> {
    /// A variable, or the element of it that is meant.
    pub fn variable(&mut self, id: VariableId, reference: &Reference, at: &Context<'_>) -> Expr {
        let Some(selected) = self.selected(id, reference, at) else { return Expr::Number(f64::NAN) };
        let mut variants = vec![(Vec::new(), None::<Expr>)];
        let dimensions = self.instance(id).map(|instance| instance.dimensions.clone()).unwrap_or_default();
        for (one, dimension) in selected.into_iter().zip(dimensions) {
            match one {
                Selected::Fixed(position) => variants.iter_mut().for_each(|(positions, _)| positions.push(position)),
                Selected::Computed(expr) => {
                    let position = self.position_of(expr, at);
                    let size = self.structure.dimensions[dimension].elements.len();
                    let count = variants.len().saturating_mul(size);
                    if count > MOST_COMPUTED || !self.spend(count, reference.span) {
                        let message = format!("computed subscripts of `{}` reach too many elements", reference.shown);
                        self.report.push(Code::E3007, reference.span, message);
                        return Expr::Number(f64::NAN);
                    }
                    variants = variants.iter().flat_map(|variant| chosen(variant, &position, size)).collect();
                }
            }
        }
        // Where a position is computed, every element is a term that counts when it is chosen; beyond the ends it is 0.
        let term = |(positions, condition): (Vec<usize>, Option<Expr>)| match condition {
            None => element(id, &positions),
            Some(condition) => Expr::Ternary(
                Ternary::Select,
                Box::new(condition),
                Box::new(element(id, &positions)),
                Box::new(Expr::Number(0.0)),
            ),
        };
        combined(Binary::Add, variants.into_iter().map(term).collect()).unwrap_or(Expr::Number(f64::NAN))
    }

    /// The whole number nearest to a computed position, under a name.
    fn position_of(&mut self, expr: Expr, at: &Context<'_>) -> Expr {
        let nearest = Expr::Unary(Unary::Int, Box::new(Expr::binary(Binary::Add, expr, Expr::Number(0.5))));
        self.hold(nearest, at)
    }

    /// The one element that a reference with fixed subscripts means, in row-major order.
    pub fn fixed_element(&mut self, id: VariableId, reference: &Reference, at: &Context<'_>) -> Option<usize> {
        let dimensions = self.instance(id)?.dimensions.clone();
        let selected = self.selected(id, reference, at)?;
        let mut flat = 0;
        for (one, dimension) in selected.into_iter().zip(dimensions) {
            let Selected::Fixed(position) = one else { return None };
            flat = flat * self.structure.dimensions[dimension].elements.len() + position;
        }
        Some(flat)
    }

    fn selected(&mut self, id: VariableId, reference: &Reference, at: &Context<'_>) -> Option<Vec<Selected>> {
        let dimensions = self.instance(id)?.dimensions.clone();
        let ranges = self.ranges(&dimensions, reference, at)?;
        let mut axis = 0;
        let mut found = Vec::with_capacity(dimensions.len());
        for (k, (dimension, range)) in dimensions.iter().zip(ranges).enumerate() {
            if let Some(range) = range {
                let Some(stars) = at.stars else {
                    let message = format!("`{}` stands for several elements where one is needed", reference.shown);
                    self.report.advise(Code::E3003, reference.span, message, "name an element, or use SUM, MEAN, ...");
                    return None;
                };
                let position = stars.positions.get(axis).copied().unwrap_or(0);
                found.push(Selected::Fixed(range.at(position)));
                axis += 1;
                continue;
            }
            let one = match reference.subscripts.as_ref().and_then(|list| list.get(k)) {
                Some(subscript) => self.one(*dimension, subscript, reference, at)?,
                None => Selected::Fixed(self.running(*dimension, *dimension, at)?),
            };
            found.push(one);
        }
        Some(found)
    }

    fn one(
        &mut self,
        dimension: usize,
        subscript: &Subscript,
        reference: &Reference,
        at: &Context<'_>,
    ) -> Option<Selected> {
        let size = self.structure.dimensions[dimension].elements.len();
        match subscript {
            Subscript::Place(place) => {
                let found = place.checked_sub(1).and_then(|k| at.positions.get(k)).copied();
                let mapped = found.and_then(|(of, position)| self.mapped(of, position, dimension));
                if mapped.is_none() {
                    let message = format!("`@{place}` of `{}` stands for no element", reference.shown);
                    self.report.push(Code::E3001, reference.span, message);
                }
                mapped.map(Selected::Fixed)
            }
            Subscript::One(expr) => match &expr.kind {
                Kind::Number(number) if *number >= 1.0 && *number <= size as f64 => {
                    Some(Selected::Fixed(*number as usize - 1))
                }
                Kind::Number(number) => {
                    let message = format!("`{}` has {size} elements there and no element {number}", reference.shown);
                    self.report.push(Code::E3001, expr.span, message);
                    None
                }
                Kind::Name(name) => self.named(dimension, name, expr, at),
                _ => self.computed(expr, at),
            },
            Subscript::Star(_) | Subscript::Range(..) => None,
        }
    }

    /// An element by its name, the running element of a dimension, or a position that a variable holds.
    fn named(
        &mut self,
        dimension: usize,
        name: &Reference,
        expr: &expression::Expr,
        at: &Context<'_>,
    ) -> Option<Selected> {
        let canonical = name.name();
        if name.subscripts.is_none() {
            if let Some(of) = self.structure.dimensions.iter().position(|known| known.name == canonical)
                && let Some(position) = self.running(of, dimension, at)
            {
                return Some(Selected::Fixed(position));
            }
            let elements = &self.structure.dimensions[dimension].elements;
            let last = name.path.last().cloned().unwrap_or_default();
            if let Some(position) = elements.iter().position(|known| *known == canonical || *known == last) {
                return Some(Selected::Fixed(position));
            }
        }
        if self.structure.find(&name.path, at.scope).is_some() {
            return self.computed(expr, at);
        }
        if self.report.has(Code::E3001, name.span) {
            return None;
        }
        let of = &self.structure.dimensions[dimension];
        let message = format!("`{}` has no element `{}`", of.name, name.shown);
        let help =
            nearest(&canonical, of.elements.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
        match help {
            Some(help) => self.report.advise(Code::E3001, name.span, message, help),
            None => self.report.push(Code::E3001, name.span, message),
        }
        None
    }

    fn computed(&mut self, expr: &expression::Expr, at: &Context<'_>) -> Option<Selected> {
        let lowered = self.expression(expr, &Context { stars: None, ..*at });
        Some(Selected::Computed(lowered))
    }

    /// The element of a dimension that stands for the running one of another.
    pub fn running(&self, of: usize, dimension: usize, at: &Context<'_>) -> Option<usize> {
        let running = at.positions.iter().find(|(known, _)| *known == of)?;
        self.mapped(of, running.1, dimension)
    }

    /// The element of a dimension that stands for an element of another: of the same name, or else in the same place
    /// where both have the same number.
    pub fn mapped(&self, of: usize, position: usize, dimension: usize) -> Option<usize> {
        if of == dimension {
            return Some(position);
        }
        let (from, to) = (&self.structure.dimensions[of].elements, &self.structure.dimensions[dimension].elements);
        let by_name = to.iter().position(|name| *name == from[position]);
        by_name.or_else(|| (from.len() == to.len()).then_some(position))
    }

    /// The elements that the `subscript` of an `element` names, in row-major order; a dimension's name means all of it.
    pub fn named_elements(&mut self, subscript: &Text, instance: &Instance<'d>) -> Option<Vec<usize>> {
        let names: Vec<&str> = subscript.value.split(',').collect();
        if names.len() != instance.dimensions.len() {
            let message = format!("found {} subscripts for {} dimensions", names.len(), instance.dimensions.len());
            self.report.push(Code::E3002, subscript.whole(), message);
            return None;
        }
        let mut flats = vec![0];
        for (name, dimension) in names.iter().zip(&instance.dimensions) {
            let name = canonical(name);
            let of = &self.structure.dimensions[*dimension];
            let found = match of.elements.iter().position(|known| *known == name) {
                Some(position) => vec![position],
                None => match self.structure.dimensions.iter().position(|known| known.name == name) {
                    Some(range) => {
                        let count = self.structure.dimensions[range].elements.len();
                        (0..count).filter_map(|i| self.mapped(range, i, *dimension)).collect()
                    }
                    None => {
                        let message = format!("`{}` has no element `{name}`", of.name);
                        self.report.push(Code::E3001, subscript.whole(), message);
                        return None;
                    }
                },
            };
            let size = of.elements.len();
            flats = flats.iter().flat_map(|flat| found.iter().map(move |position| flat * size + position)).collect();
        }
        Some(flats)
    }

    /// A name that stands where a value is wanted.
    pub fn name(&mut self, reference: &Reference, at: &Context<'_>) -> Expr {
        match self.structure.find(&reference.path, at.scope).cloned() {
            Some(Entry::Variable(id)) => return self.variable(id, reference, at),
            Some(Entry::Value(expr)) => return expr,
            Some(Entry::Curve(_)) => {
                let message = format!("`{}` is a graphical function and has a value only at a place", reference.shown);
                let help = format!("write `{}(TIME)`, for example", reference.shown);
                self.report.advise(Code::E2005, reference.span, message, help);
                return Expr::Number(f64::NAN);
            }
            None => {}
        }
        if let Some(value) = self.named_number(reference, at) {
            return value;
        }
        if self.report.has(Code::E2001, reference.span) {
            return Expr::Number(f64::NAN);
        }
        let names = self.structure.scopes[at.scope].names.keys().map(String::as_str);
        let near = nearest(&reference.name(), names).map(|near| format!("did you mean `{near}`?"));
        let message = format!("no variable is called `{}`", reference.shown);
        match near {
            Some(help) => self.report.advise(Code::E2001, reference.span, message, help),
            None => self.report.push(Code::E2001, reference.span, message),
        }
        Expr::Number(f64::NAN)
    }

    /// Values of the clock, numbers with names, and positions of elements.
    fn named_number(&mut self, reference: &Reference, at: &Context<'_>) -> Option<Expr> {
        let name = reference.name();
        if name == "saveper" {
            return Some(Expr::Number(self.horizon.save_interval()));
        }
        if name == "self" {
            return self.myself(at);
        }
        if let Some(value) = self.valued(super::is_clock(&name).unwrap_or(&name)) {
            return Some(value);
        }
        let first = reference.path.first()?;
        let of = self.structure.dimensions.iter().position(|known| known.name == *first)?;
        let position = match reference.path.get(1) {
            Some(element) => self.structure.dimensions[of].elements.iter().position(|known| known == element)?,
            None => at.positions.iter().find(|(known, _)| *known == of)?.1,
        };
        Some(Expr::Number((position + 1) as f64))
    }

    /// Parses a text that was written as a default.
    pub fn parsed_one(&mut self, text: &Text) -> Option<expression::Expr> {
        equations(text, self.report).and_then(|mut list| list.pop())
    }
}

/// Most elements that computed subscripts of one reference may reach.
const MOST_COMPUTED: usize = 10_000;

/// A reference so far, and the condition under which it is meant.
type Variant = (Vec<usize>, Option<Expr>);

/// A reference with each element of one more dimension, on the condition that it is the computed one.
fn chosen<'v>(
    (positions, condition): &'v Variant,
    position: &'v Expr,
    size: usize,
) -> impl Iterator<Item = Variant> + 'v {
    (0..size).map(move |i| {
        let positions = positions.iter().copied().chain([i]).collect();
        let here = Expr::binary(Binary::Equal, position.clone(), Expr::Number((i + 1) as f64));
        let both = match condition {
            Some(condition) => Expr::binary(Binary::And, condition.clone(), here),
            None => here,
        };
        (positions, Some(both))
    })
}
