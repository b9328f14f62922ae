//! Values that are known before the model runs: numbers, and variables that are numbers.

use counterflow_model::{Clock, Definition, Expr, Index, Ternary};

use super::{Lower, Progress};

/// Longest chain of variables that is followed.
const DEEPEST: usize = 64;

impl Lower<'_, '_> {
    /// The value of an expression, if it does not change and is known.
    pub fn constant(&mut self, expr: &Expr) -> Option<f64> {
        self.constant_within(expr, DEEPEST)
    }

    fn constant_within(&mut self, expr: &Expr, depth: usize) -> Option<f64> {
        let mut of = |expr: &Expr| self.constant_within(expr, depth);
        match expr {
            Expr::Number(number) => Some(*number),
            Expr::Clock(Clock::Step) => Some(self.horizon.step.length()),
            Expr::Clock(Clock::Start) => Some(self.horizon.start),
            Expr::Clock(Clock::Stop) => Some(self.horizon.stop),
            Expr::Unary(operator, a) => Some(operator.value(of(a)?)),
            Expr::Binary(operator, a, b) => Some(operator.value(of(a)?, of(b)?)),
            Expr::Ternary(Ternary::Select, a, b, c) => {
                if of(a)? != 0.0 {
                    of(b)
                } else {
                    of(c)
                }
            }
            Expr::Ternary(operator, a, b, c) => Some(operator.value(of(a)?, of(b)?, of(c)?)),
            Expr::Initial(a) => of(a),
            Expr::Lookup(lookup, a) => {
                let place = of(a)?;
                self.structure.lookups.get(lookup.0).map(|lookup| lookup.value(place))
            }
            Expr::Variable { variable, indices } => {
                let depth = depth.checked_sub(1)?;
                self.define(*variable);
                if self.progress.get(variable.0) != Some(&Progress::Done) {
                    return None;
                }
                let flat = self.flat(*variable, indices)?;
                let Definition::Auxiliary(equation) = &self.made[variable.0].definition else { return None };
                let expr = equation.element(flat).clone();
                self.constant_within(&expr, depth)
            }
            Expr::Clock(Clock::Time) | Expr::Noise { .. } | Expr::Phased { .. } | Expr::Reduce { .. } => None,
        }
    }

    fn flat(&self, id: counterflow_model::VariableId, indices: &[Index]) -> Option<usize> {
        let dimensions = &self.made[id.0].dimensions;
        indices.iter().zip(dimensions).try_fold(0, |flat, (index, dimension)| match index {
            Index::Element(position) => Some(flat * self.structure.dimensions[dimension.0].elements.len() + position),
            Index::Along(_) => None,
        })
    }
}
