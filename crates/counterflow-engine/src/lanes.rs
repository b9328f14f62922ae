//! The one loop over lanes: a register is a row of `W` members, an instruction works on whole rows.
//!
//! Everything here is `inline(always)` because it must be compiled inside the function that was chosen for the
//! machine's instruction set; see `dispatch.rs`.

use counterflow_model::ops::{
    BinaryOperator, BinaryVisitor, TernaryOperator, TernaryVisitor, UnaryOperator, UnaryVisitor,
};
use counterflow_model::{Beyond, Lookup};

use crate::instruction::{Arithmetic, Instruction, Register};

/// A row of lanes.
pub type Row<const W: usize> = [f64; W];

/// Runs instructions over registers.
#[inline(always)]
pub fn execute<const W: usize>(instructions: &[Instruction], lookups: &[LookupTable], registers: &mut [Row<W>]) {
    for instruction in instructions {
        match *instruction {
            Instruction::Unary { operator, to, a } => {
                let (out, others) = split(registers, to);
                operator.dispatch(OnUnary { out, a: others.row(a) });
            }
            Instruction::Binary { operator, to, a, b } => {
                let (out, others) = split(registers, to);
                operator.dispatch(OnBinary { out, a: others.row(a), b: others.row(b) });
            }
            Instruction::Ternary { operator, to, a, b, c } => {
                let (out, others) = split(registers, to);
                operator.dispatch(OnTernary { out, a: others.row(a), b: others.row(b), c: others.row(c) });
            }
            Instruction::Lookup { lookup, to, a } => {
                let (out, others) = split(registers, to);
                lookups[lookup as usize].values(others.row(a), out);
            }
            Instruction::Chain { first, second, swapped, to, a, b, c } => {
                let (out, others) = split(registers, to);
                chain(first, second, swapped, out, (others.row(a), others.row(b), others.row(c)));
            }
            Instruction::Pair { difference, to, a, b, c, d } => {
                let (out, others) = split(registers, to);
                let (a, b, c, d) = (others.row(a), others.row(b), others.row(c), others.row(d));
                if difference {
                    for i in 0..W {
                        out[i] = a[i] * b[i] - c[i] * d[i];
                    }
                } else {
                    for i in 0..W {
                        out[i] = a[i] * b[i] + c[i] * d[i];
                    }
                }
            }
        }
    }
}

/// All registers but the one that is written.
struct Others<'a, const W: usize> {
    below: &'a [Row<W>],
    above: &'a [Row<W>],
}

impl<'a, const W: usize> Others<'a, W> {
    #[inline(always)]
    fn row(&self, register: Register) -> &'a Row<W> {
        match self.below.get(register as usize) {
            Some(row) => row,
            None => &self.above[register as usize - self.below.len() - 1],
        }
    }
}

/// The register that is written, and the others: no instruction reads what it writes, so no two borrows overlap.
#[inline(always)]
fn split<const W: usize>(registers: &mut [Row<W>], to: Register) -> (&mut Row<W>, Others<'_, W>) {
    let (below, rest) = registers.split_at_mut(to as usize);
    let (out, above) = rest.split_first_mut().expect("programs stay within their registers");
    (out, Others { below, above })
}

struct OnUnary<'a, const W: usize> {
    out: &'a mut Row<W>,
    a: &'a Row<W>,
}

impl<const W: usize> UnaryVisitor for OnUnary<'_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: UnaryOperator>(self) {
        for i in 0..W {
            self.out[i] = O::value(self.a[i]);
        }
    }
}

struct OnBinary<'a, const W: usize> {
    out: &'a mut Row<W>,
    a: &'a Row<W>,
    b: &'a Row<W>,
}

impl<const W: usize> BinaryVisitor for OnBinary<'_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: BinaryOperator>(self) {
        for i in 0..W {
            self.out[i] = O::value(self.a[i], self.b[i]);
        }
    }
}

struct OnTernary<'a, const W: usize> {
    out: &'a mut Row<W>,
    a: &'a Row<W>,
    b: &'a Row<W>,
    c: &'a Row<W>,
}

impl<const W: usize> TernaryVisitor for OnTernary<'_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: TernaryOperator>(self) {
        for i in 0..W {
            self.out[i] = O::value(self.a[i], self.b[i], self.c[i]);
        }
    }
}

type Three<'a, const W: usize> = (&'a Row<W>, &'a Row<W>, &'a Row<W>);

#[inline(always)]
fn chain<const W: usize>(first: Arithmetic, second: Arithmetic, swapped: bool, out: &mut Row<W>, rows: Three<'_, W>) {
    match first {
        Arithmetic::Add => chain_second(|a, b| a + b, second, swapped, out, rows),
        Arithmetic::Subtract => chain_second(|a, b| a - b, second, swapped, out, rows),
        Arithmetic::Multiply => chain_second(|a, b| a * b, second, swapped, out, rows),
        Arithmetic::Divide => chain_second(|a, b| a / b, second, swapped, out, rows),
    }
}

#[inline(always)]
fn chain_second<const W: usize>(
    first: impl Fn(f64, f64) -> f64 + Copy,
    second: Arithmetic,
    swapped: bool,
    out: &mut Row<W>,
    rows: Three<'_, W>,
) {
    match (second, swapped) {
        (Arithmetic::Add, _) => three(out, rows, |a, b, c| first(a, b) + c),
        (Arithmetic::Multiply, _) => three(out, rows, |a, b, c| first(a, b) * c),
        (Arithmetic::Subtract, false) => three(out, rows, |a, b, c| first(a, b) - c),
        (Arithmetic::Subtract, true) => three(out, rows, |a, b, c| c - first(a, b)),
        (Arithmetic::Divide, false) => three(out, rows, |a, b, c| first(a, b) / c),
        (Arithmetic::Divide, true) => three(out, rows, |a, b, c| c / first(a, b)),
    }
}

#[inline(always)]
fn three<const W: usize>(out: &mut Row<W>, (a, b, c): Three<'_, W>, value: impl Fn(f64, f64, f64) -> f64) {
    for i in 0..W {
        out[i] = value(a[i], b[i], c[i]);
    }
}

/// A lookup prepared for rows.
#[derive(Clone, Debug)]
pub struct LookupTable {
    lookup: Lookup,
    slopes: Vec<f64>,
}

/// Tables up to this length are walked branch-free for all lanes at once; longer ones are searched lane by lane.
const SHORT: usize = 16;

impl LookupTable {
    /// Prepares a lookup.
    pub fn new(lookup: &Lookup) -> LookupTable {
        let slopes = (0..lookup.x.len() - 1).map(|i| lookup.slope(i)).collect();
        LookupTable { lookup: lookup.clone(), slopes }
    }

    /// The value at one place.
    pub fn value(&self, at: f64) -> f64 {
        self.lookup.value(at)
    }

    /// Values of a row; the same formula and so the same bits as [`Lookup::value`].
    #[inline(always)]
    fn values<const W: usize>(&self, at: &Row<W>, out: &mut Row<W>) {
        let (x, y) = (&self.lookup.x, &self.lookup.y);
        if x.len() > SHORT {
            for i in 0..W {
                out[i] = self.lookup.value(at[i]);
            }
            return;
        }
        let (mut base, mut slope, mut origin) = ([y[0]; W], [self.slopes[0]; W], [x[0]; W]);
        for segment in 1..self.slopes.len() {
            let (start, height, rise) = (x[segment], y[segment], self.slopes[segment]);
            for i in 0..W {
                let inside = at[i] >= start;
                base[i] = if inside { height } else { base[i] };
                slope[i] = if inside { rise } else { slope[i] };
                origin[i] = if inside { start } else { origin[i] };
            }
        }
        for i in 0..W {
            out[i] = base[i] + slope[i] * (at[i] - origin[i]);
        }
        if self.lookup.beyond != Beyond::Extrapolate {
            let last = x.len() - 1;
            for i in 0..W {
                out[i] = if at[i] <= x[0] { y[0] } else { out[i] };
                out[i] = if at[i] >= x[last] { y[last] } else { out[i] };
            }
        }
    }
}

impl LookupTable {
    /// Slopes of the curve over a row: that of the segment in force, zero where an end is held and on stairs.
    #[inline(always)]
    pub fn slopes<const W: usize>(&self, at: &Row<W>, out: &mut Row<W>) {
        let (x, last) = (&self.lookup.x, self.lookup.x.len() - 1);
        if self.lookup.beyond == Beyond::Steps {
            *out = [0.0; W];
            return;
        }
        let hold = self.lookup.beyond == Beyond::Hold;
        for i in 0..W {
            let segment = x[1..last].partition_point(|&start| start <= at[i]);
            let beyond = hold && (at[i] <= x[0] || at[i] >= x[last]);
            out[i] = if beyond { 0.0 } else { self.slopes[segment] };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_lookups_equal_single_values() {
        for beyond in [Beyond::Hold, Beyond::Extrapolate, Beyond::Steps] {
            let lookup =
                Lookup { name: "curve".into(), x: vec![0.0, 0.3, 1.0, 2.5], y: vec![1.0, 7.0, 0.1, 0.2], beyond };
            let at: Row<64> = std::array::from_fn(|i| i as f64 * 0.07 - 0.5);
            let mut out = [0.0; 64];
            LookupTable::new(&lookup).values(&at, &mut out);
            for i in 0..64 {
                assert_eq!(out[i].to_bits(), lookup.value(at[i]).to_bits(), "at {}", at[i]);
            }
        }
    }
}
