//! The loop over lanes backwards: from the slopes of a result by each register to those by what the register came from.
//!
//! A slope that is zero contributes nothing, even where the operator's own derivative is infinite, and a derivative that
//! is zero passes nothing on, even where the slope is infinite: neither the branch of a choice that was not taken nor
//! its condition may turn the sum into NaN.

use counterflow_model::ops::{
    BinaryOperator, BinaryVisitor, TernaryOperator, TernaryVisitor, UnaryOperator, UnaryVisitor,
};

use crate::instruction::{Arithmetic, Instruction, Register};
use crate::lanes::{LookupTable, Row};

/// Slopes of a result by every register, and which registers lead anywhere.
pub struct Adjoints<'a, const W: usize> {
    /// `[register][lane]`.
    pub rows: Vec<Row<W>>,
    /// Whether a register depends on parameters or state; slopes by all others are not kept.
    pub wanted: &'a [bool],
}

impl<const W: usize> Adjoints<'_, W> {
    /// Adds slopes to a register's row.
    #[inline(always)]
    fn add(&mut self, to: Register, value: impl Fn(usize) -> f64) {
        if self.wanted[to as usize] {
            let row = &mut self.rows[to as usize];
            for i in 0..W {
                row[i] += value(i);
            }
        }
    }
}

/// Marks the registers whose value depends on a register that is marked already.
pub fn spread_marks(instructions: &[Instruction], marks: &mut [bool]) {
    for instruction in instructions {
        let any = instruction.operands().any(|operand| marks[operand as usize]);
        marks[instruction.to() as usize] = any;
    }
}

/// Goes through instructions backwards. The adjoint of every register they set is used up and left at zero.
#[inline(always)]
pub fn sweep<const W: usize>(
    instructions: &[Instruction],
    lookups: &[LookupTable],
    values: &[Row<W>],
    adjoints: &mut Adjoints<'_, W>,
) {
    for instruction in instructions.iter().rev() {
        let g = take(adjoints, instruction.to());
        match *instruction {
            Instruction::Unary { operator, to, a } => {
                operator.dispatch(OnUnary { to, a, g: &g, values, adjoints });
            }
            Instruction::Binary { operator, to, a, b } => {
                operator.dispatch(OnBinary { to, a, b, g: &g, values, adjoints });
            }
            Instruction::Ternary { operator, to, a, b, c } => {
                operator.dispatch(OnTernary { to, operands: [a, b, c], g: &g, values, adjoints });
            }
            Instruction::Lookup { lookup, a, .. } => {
                if adjoints.wanted[a as usize] {
                    let mut slopes = [0.0; W];
                    lookups[lookup as usize].slopes(&values[a as usize], &mut slopes);
                    adjoints.add(a, |i| times(g[i], slopes[i]));
                }
            }
            Instruction::Chain { first, second, swapped, to, a, b, c } => {
                chain(first, second, swapped, &g, values, [to, a, b, c], adjoints);
            }
            Instruction::Pair { difference, a, b, c, d, .. } => {
                let row = |r: Register| &values[r as usize];
                let sign = if difference { -1.0 } else { 1.0 };
                adjoints.add(a, |i| times(g[i], row(b)[i]));
                adjoints.add(b, |i| times(g[i], row(a)[i]));
                adjoints.add(c, |i| times(sign * g[i], row(d)[i]));
                adjoints.add(d, |i| times(sign * g[i], row(c)[i]));
            }
        }
    }
}

#[inline(always)]
fn take<const W: usize>(adjoints: &mut Adjoints<'_, W>, register: Register) -> Row<W> {
    std::mem::replace(&mut adjoints.rows[register as usize], [0.0; W])
}

/// A product in which zero wins over infinity and NaN, on either side.
#[inline(always)]
fn times(g: f64, slope: f64) -> f64 {
    if g == 0.0 || slope == 0.0 { 0.0 } else { g * slope }
}

struct OnUnary<'a, 'b, const W: usize> {
    to: Register,
    a: Register,
    g: &'a Row<W>,
    values: &'a [Row<W>],
    adjoints: &'a mut Adjoints<'b, W>,
}

impl<const W: usize> UnaryVisitor for OnUnary<'_, '_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: UnaryOperator>(self) {
        let (x, value) = (&self.values[self.a as usize], &self.values[self.to as usize]);
        self.adjoints.add(self.a, |i| times(self.g[i], O::slopes(x[i], value[i])));
    }
}

struct OnBinary<'a, 'b, const W: usize> {
    to: Register,
    a: Register,
    b: Register,
    g: &'a Row<W>,
    values: &'a [Row<W>],
    adjoints: &'a mut Adjoints<'b, W>,
}

impl<const W: usize> BinaryVisitor for OnBinary<'_, '_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: BinaryOperator>(self) {
        let row = |r: Register| &self.values[r as usize];
        let (x, y, value) = (row(self.a), row(self.b), row(self.to));
        self.adjoints.add(self.a, |i| times(self.g[i], O::slopes(x[i], y[i], value[i]).0));
        self.adjoints.add(self.b, |i| times(self.g[i], O::slopes(x[i], y[i], value[i]).1));
    }
}

struct OnTernary<'a, 'b, const W: usize> {
    to: Register,
    operands: [Register; 3],
    g: &'a Row<W>,
    values: &'a [Row<W>],
    adjoints: &'a mut Adjoints<'b, W>,
}

impl<const W: usize> TernaryVisitor for OnTernary<'_, '_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: TernaryOperator>(self) {
        let row = |r: Register| &self.values[r as usize];
        let [a, b, c] = self.operands;
        let (x, y, z, value) = (row(a), row(b), row(c), row(self.to));
        self.adjoints.add(a, |i| times(self.g[i], O::slopes(x[i], y[i], z[i], value[i]).0));
        self.adjoints.add(b, |i| times(self.g[i], O::slopes(x[i], y[i], z[i], value[i]).1));
        self.adjoints.add(c, |i| times(self.g[i], O::slopes(x[i], y[i], z[i], value[i]).2));
    }
}

/// Backwards through `second(first(a, b), c)`: the inner value is computed again, then each of the two as by itself.
#[inline(always)]
fn chain<const W: usize>(
    first: Arithmetic,
    second: Arithmetic,
    swapped: bool,
    g: &Row<W>,
    values: &[Row<W>],
    [to, a, b, c]: [Register; 4],
    adjoints: &mut Adjoints<'_, W>,
) {
    let row = |r: Register| &values[r as usize];
    let (x, y, z, value) = (row(a), row(b), row(c), row(to));
    let mut inner = [0.0; W];
    match first {
        Arithmetic::Add => fill(&mut inner, |i| x[i] + y[i]),
        Arithmetic::Subtract => fill(&mut inner, |i| x[i] - y[i]),
        Arithmetic::Multiply => fill(&mut inner, |i| x[i] * y[i]),
        Arithmetic::Divide => fill(&mut inner, |i| x[i] / y[i]),
    }
    // The slope by the inner value.
    let mut h = [0.0; W];
    match (second, swapped) {
        (Arithmetic::Add, _) => {
            h = *g;
            adjoints.add(c, |i| g[i]);
        }
        (Arithmetic::Subtract, false) => {
            h = *g;
            adjoints.add(c, |i| -g[i]);
        }
        (Arithmetic::Subtract, true) => {
            fill(&mut h, |i| -g[i]);
            adjoints.add(c, |i| g[i]);
        }
        (Arithmetic::Multiply, _) => {
            fill(&mut h, |i| times(g[i], z[i]));
            adjoints.add(c, |i| times(g[i], inner[i]));
        }
        (Arithmetic::Divide, false) => {
            fill(&mut h, |i| times(g[i], 1.0 / z[i]));
            adjoints.add(c, |i| times(g[i], -value[i] / z[i]));
        }
        (Arithmetic::Divide, true) => {
            fill(&mut h, |i| times(g[i], -value[i] / inner[i]));
            adjoints.add(c, |i| times(g[i], 1.0 / inner[i]));
        }
    }
    match first {
        Arithmetic::Add => {
            adjoints.add(a, |i| h[i]);
            adjoints.add(b, |i| h[i]);
        }
        Arithmetic::Subtract => {
            adjoints.add(a, |i| h[i]);
            adjoints.add(b, |i| -h[i]);
        }
        Arithmetic::Multiply => {
            adjoints.add(a, |i| times(h[i], y[i]));
            adjoints.add(b, |i| times(h[i], x[i]));
        }
        Arithmetic::Divide => {
            adjoints.add(a, |i| times(h[i], 1.0 / y[i]));
            adjoints.add(b, |i| times(h[i], -inner[i] / y[i]));
        }
    }
}

#[inline(always)]
fn fill<const W: usize>(row: &mut Row<W>, value: impl Fn(usize) -> f64) {
    for i in 0..W {
        row[i] = value(i);
    }
}
