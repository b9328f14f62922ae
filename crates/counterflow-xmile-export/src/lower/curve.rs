//! Graphical functions: curves stand in auxiliaries, stairs are choices.

use counterflow_model::{Beyond, Binary, DimensionId, Expr, Lookup, LookupId, Ternary, VariableId};

use super::Lower;
use crate::made::Need;

/// Most stairs in one equation; more are several.
const MOST_STAIRS: usize = 64;

impl Lower<'_> {
    /// A graphical function at an argument. Readers hold the ends, so lines that go on are added.
    pub fn curve(&mut self, owner: VariableId, id: LookupId, at: &Expr, scope: &[DimensionId], starts: bool) -> Expr {
        let lookup = &self.model.lookups[id.0];
        if lookup.beyond == Beyond::Hold {
            let argument = self.lowered(owner, at, scope, starts);
            return self.make(owner, Need::Curve(id, argument), scope);
        }
        let argument = self.named(owner, at, scope, starts);
        if lookup.beyond == Beyond::Steps {
            return self.stairs(owner, lookup, &argument, scope);
        }
        let within = self.make(owner, Need::Curve(id, argument.clone()), scope);
        let last = lookup.x.len() - 1;
        let beyond = |operator: Binary, end: f64, slope: f64| {
            let past = Expr::binary(Binary::Subtract, argument.clone(), Expr::Number(end));
            let past = Expr::binary(operator, past, Expr::Number(0.0));
            Expr::binary(Binary::Multiply, Expr::Number(slope), past)
        };
        let before = beyond(Binary::Minimum, lookup.x[0], lookup.slope(0));
        let after = beyond(Binary::Maximum, lookup.x[last], lookup.slope(last - 1));
        Expr::binary(Binary::Add, Expr::binary(Binary::Add, within, before), after)
    }

    /// Stairs at a name. Readers draw lines between the points of a discrete graphical function, so each point is a
    /// choice, halving what is left. What is not a number is on neither side of the first.
    fn stairs(&mut self, owner: VariableId, lookup: &Lookup, at: &Expr, scope: &[DimensionId]) -> Expr {
        let (last, middle) = (lookup.x.len() - 1, lookup.x.len() / 2);
        let lower = self.stairs_between(owner, lookup, at, scope, (0, middle - 1));
        let upper = self.stairs_between(owner, lookup, at, scope, (middle, last));
        let reached = Expr::binary(Binary::GreaterOrEqual, at.clone(), Expr::Number(lookup.x[middle]));
        let upper = Expr::Ternary(Ternary::Select, Box::new(reached), Box::new(upper), Box::new(at.clone()));
        let all = below(at, lookup.x[middle], lower, upper);
        self.make(owner, Need::Part(all), scope)
    }

    /// The stairs whose heights are those of the first to the last of these points.
    fn stairs_between(
        &mut self,
        owner: VariableId,
        lookup: &Lookup,
        at: &Expr,
        scope: &[DimensionId],
        (first, last): (usize, usize),
    ) -> Expr {
        if first == last {
            return Expr::Number(lookup.y[first]);
        }
        let middle = (first + last).div_ceil(2);
        let lower = self.stairs_between(owner, lookup, at, scope, (first, middle - 1));
        let upper = self.stairs_between(owner, lookup, at, scope, (middle, last));
        let choice = below(at, lookup.x[middle], lower, upper);
        if last - first >= MOST_STAIRS { self.make(owner, Need::Part(choice), scope) } else { choice }
    }
}

fn below(at: &Expr, edge: f64, lower: Expr, upper: Expr) -> Expr {
    let is_below = Expr::binary(Binary::Less, at.clone(), Expr::Number(edge));
    Expr::Ternary(Ternary::Select, Box::new(is_below), Box::new(lower), Box::new(upper))
}
