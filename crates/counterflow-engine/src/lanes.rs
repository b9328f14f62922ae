//! The one loop over lanes: a register is a row of `W` members, an instruction works on whole rows.
//!
//! With few members a row is short, and an array's rows lie side by side: then tiles of elements times members are
//! computed as one. Everything here is `inline(always)` because it must be compiled inside the function that was chosen
//! for the machine's instruction set; see `dispatch.rs`.

use counterflow_model::ops::{
    BinaryOperator, BinaryVisitor, TernaryOperator, TernaryVisitor, UnaryOperator, UnaryVisitor,
};
use counterflow_model::{Beyond, Lookup};

use crate::instruction::{Arithmetic, Instruction, Register};
use crate::strips::Strip;

/// A row of lanes.
pub type Row<const W: usize> = [f64; W];

/// Values that are computed together at most: rows that are shorter are put side by side into tiles of this size.
const TILE: usize = 64;

/// Runs instructions over registers.
#[inline(always)]
pub fn execute<const W: usize>(strips: &[Strip], lookups: &[LookupTable], registers: &mut [Row<W>]) {
    for strip in strips {
        let mut over = Over { registers: &mut *registers, strip };
        match strip.first {
            Instruction::Unary { operator, a, .. } => operator.dispatch(OnUnary(over, a)),
            Instruction::Binary { operator, a, b, .. } => operator.dispatch(OnBinary(over, [a, b])),
            Instruction::Ternary { operator, a, b, c, .. } => operator.dispatch(OnTernary(over, [a, b, c])),
            Instruction::Lookup { lookup, a, .. } => over.apply([a], &lookups[lookup as usize]),
            Instruction::Chain { first, second, swapped, a, b, c, .. } => {
                chain(first, second, swapped, over, [a, b, c]);
            }
            Instruction::Pair { difference: true, a, b, c, d, .. } => {
                over.each([a, b, c, d], |[a, b, c, d]| a * b - c * d);
            }
            Instruction::Pair { a, b, c, d, .. } => over.each([a, b, c, d], |[a, b, c, d]| a * b + c * d),
        }
    }
}

/// What is done to rows, of whatever length.
trait Kernel<const N: usize> {
    fn row<const K: usize>(&self, operands: [&Row<K>; N], out: &mut Row<K>);
}

/// A kernel that treats every lane by itself.
struct Each<F>(F);

impl<const N: usize, F: Fn([f64; N]) -> f64> Kernel<N> for Each<F> {
    #[inline(always)]
    fn row<const K: usize>(&self, operands: [&Row<K>; N], out: &mut Row<K>) {
        for i in 0..K {
            out[i] = (self.0)(std::array::from_fn(|n| operands[n][i]));
        }
    }
}

impl Kernel<1> for &LookupTable {
    #[inline(always)]
    fn row<const K: usize>(&self, [at]: [&Row<K>; 1], out: &mut Row<K>) {
        self.values(at, out);
    }
}

/// A strip and the registers it works on.
struct Over<'a, const W: usize> {
    registers: &'a mut [Row<W>],
    strip: &'a Strip,
}

impl<const W: usize> Over<'_, W> {
    #[inline(always)]
    fn each<const N: usize>(&mut self, operands: [Register; N], value: impl Fn([f64; N]) -> f64) {
        self.apply(operands, Each(value));
    }

    #[inline(always)]
    fn apply<const N: usize>(&mut self, operands: [Register; N], kernel: impl Kernel<N>) {
        if W < TILE && self.strip.count > 1 { self.tiles(operands, kernel) } else { self.rows(operands, kernel) }
    }

    /// Register of an operand of the strip's `k`th instruction.
    #[inline(always)]
    fn place(&self, operand: Register, n: usize, k: usize) -> usize {
        (operand as isize + self.strip.strides[n] as isize * k as isize) as usize
    }

    #[inline(always)]
    fn rows<const N: usize>(&mut self, operands: [Register; N], kernel: impl Kernel<N>) {
        for k in 0..self.strip.count as usize {
            let places: [usize; N] = std::array::from_fn(|n| self.place(operands[n], n, k));
            let (out, others) = split(self.registers, self.strip.first.to() as usize + k);
            kernel.row(places.map(|place| others.row(place)), out);
        }
    }

    #[inline(always)]
    fn tiles<const N: usize>(&mut self, operands: [Register; N], kernel: impl Kernel<N>) {
        let count = self.strip.count as usize;
        let together = TILE / W;
        let mut tiles = [[0.0; TILE]; N];
        let mut result = [0.0; TILE];
        for first in (0..count).step_by(together) {
            let elements = together.min(count - first);
            for n in 0..N {
                self.gather(self.place(operands[n], n, first), self.strip.strides[n], elements, &mut tiles[n]);
            }
            // Lanes beyond the last element hold what was there before; their results are left out.
            kernel.row(tiles.each_ref(), &mut result);
            let to = self.strip.first.to() as usize + first;
            self.registers[to..to + elements].as_flattened_mut().copy_from_slice(&result[..elements * W]);
        }
    }

    /// Copies rows side by side.
    #[inline(always)]
    fn gather(&self, first: usize, stride: i32, elements: usize, tile: &mut Row<TILE>) {
        if stride == 1 {
            tile[..elements * W].copy_from_slice(self.registers[first..first + elements].as_flattened());
        } else {
            for (k, part) in tile[..elements * W].chunks_exact_mut(W).enumerate() {
                part.copy_from_slice(&self.registers[(first as isize + stride as isize * k as isize) as usize]);
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
    fn row(&self, register: usize) -> &'a Row<W> {
        match self.below.get(register) {
            Some(row) => row,
            None => &self.above[register - self.below.len() - 1],
        }
    }
}

/// The register that is written, and the others: no instruction reads what it writes, so no two borrows overlap.
#[inline(always)]
fn split<const W: usize>(registers: &mut [Row<W>], to: usize) -> (&mut Row<W>, Others<'_, W>) {
    let (below, rest) = registers.split_at_mut(to);
    let (out, above) = rest.split_first_mut().expect("programs stay within their registers");
    (out, Others { below, above })
}

struct OnUnary<'a, const W: usize>(Over<'a, W>, Register);

impl<const W: usize> UnaryVisitor for OnUnary<'_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: UnaryOperator>(mut self) {
        self.0.each([self.1], |[a]| O::value(a));
    }
}

struct OnBinary<'a, const W: usize>(Over<'a, W>, [Register; 2]);

impl<const W: usize> BinaryVisitor for OnBinary<'_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: BinaryOperator>(mut self) {
        self.0.each(self.1, |[a, b]| O::value(a, b));
    }
}

struct OnTernary<'a, const W: usize>(Over<'a, W>, [Register; 3]);

impl<const W: usize> TernaryVisitor for OnTernary<'_, W> {
    type Output = ();
    #[inline(always)]
    fn visit<O: TernaryOperator>(mut self) {
        self.0.each(self.1, |[a, b, c]| O::value(a, b, c));
    }
}

#[inline(always)]
fn chain<const W: usize>(
    first: Arithmetic,
    second: Arithmetic,
    swapped: bool,
    over: Over<'_, W>,
    operands: [Register; 3],
) {
    match first {
        Arithmetic::Add => chain_second(|a, b| a + b, second, swapped, over, operands),
        Arithmetic::Subtract => chain_second(|a, b| a - b, second, swapped, over, operands),
        Arithmetic::Multiply => chain_second(|a, b| a * b, second, swapped, over, operands),
        Arithmetic::Divide => chain_second(|a, b| a / b, second, swapped, over, operands),
    }
}

#[inline(always)]
fn chain_second<const W: usize>(
    first: impl Fn(f64, f64) -> f64,
    second: Arithmetic,
    swapped: bool,
    mut over: Over<'_, W>,
    operands: [Register; 3],
) {
    match (second, swapped) {
        (Arithmetic::Add, _) => over.each(operands, |[a, b, c]| first(a, b) + c),
        (Arithmetic::Multiply, _) => over.each(operands, |[a, b, c]| first(a, b) * c),
        (Arithmetic::Subtract, false) => over.each(operands, |[a, b, c]| first(a, b) - c),
        (Arithmetic::Subtract, true) => over.each(operands, |[a, b, c]| c - first(a, b)),
        (Arithmetic::Divide, false) => over.each(operands, |[a, b, c]| first(a, b) / c),
        (Arithmetic::Divide, true) => over.each(operands, |[a, b, c]| c / first(a, b)),
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
