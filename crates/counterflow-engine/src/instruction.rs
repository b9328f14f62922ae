//! Instructions on registers: plain operators and the fused shapes that save a trip through memory.

use counterflow_model::{Binary, Ternary, Unary};

/// Position of a register.
pub type Register = u32;

/// One instruction. `to` is none of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Instruction {
    /// `to = operator(a)`.
    Unary { operator: Unary, to: Register, a: Register },
    /// `to = operator(a, b)`.
    Binary { operator: Binary, to: Register, a: Register, b: Register },
    /// `to = operator(a, b, c)`.
    Ternary { operator: Ternary, to: Register, a: Register, b: Register, c: Register },
    /// `to = lookup(a)`.
    Lookup { lookup: u32, to: Register, a: Register },
    /// `to = second(first(a, b), c)`, or `second(c, first(a, b))` where `swapped`.
    Chain { first: Arithmetic, second: Arithmetic, swapped: bool, to: Register, a: Register, b: Register, c: Register },
    /// `to = a * b + c * d`, or the difference.
    Pair { difference: bool, to: Register, a: Register, b: Register, c: Register, d: Register },
}

impl Instruction {
    /// The register that is written.
    pub fn to(&self) -> Register {
        match *self {
            Instruction::Unary { to, .. }
            | Instruction::Binary { to, .. }
            | Instruction::Ternary { to, .. }
            | Instruction::Lookup { to, .. }
            | Instruction::Chain { to, .. }
            | Instruction::Pair { to, .. } => to,
        }
    }

    /// Changes the register that is written.
    pub fn set_to(&mut self, new: Register) {
        match self {
            Instruction::Unary { to, .. }
            | Instruction::Binary { to, .. }
            | Instruction::Ternary { to, .. }
            | Instruction::Lookup { to, .. }
            | Instruction::Chain { to, .. }
            | Instruction::Pair { to, .. } => *to = new,
        }
    }

    /// Registers that are read.
    pub fn operands(&self) -> impl Iterator<Item = Register> + use<> {
        let mut copy = *self;
        let mut list = Vec::with_capacity(4);
        copy.map_operands(|operand| {
            list.push(operand);
            operand
        });
        list.into_iter()
    }

    /// Changes each register that is read.
    pub fn map_operands(&mut self, mut new: impl FnMut(Register) -> Register) {
        let operands: &mut [&mut Register] = match self {
            Instruction::Unary { a, .. } | Instruction::Lookup { a, .. } => &mut [a],
            Instruction::Binary { a, b, .. } => &mut [a, b],
            Instruction::Ternary { a, b, c, .. } | Instruction::Chain { a, b, c, .. } => &mut [a, b, c],
            Instruction::Pair { a, b, c, d, .. } => &mut [a, b, c, d],
        };
        operands.iter_mut().for_each(|operand| **operand = new(**operand));
    }
}

/// The four operators that are fused. Fusing never changes rounding: products are rounded before they are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient.
    Divide,
}

impl Arithmetic {
    /// The fusable form of an operator.
    pub fn of(operator: Binary) -> Option<Arithmetic> {
        match operator {
            Binary::Add => Some(Arithmetic::Add),
            Binary::Subtract => Some(Arithmetic::Subtract),
            Binary::Multiply => Some(Arithmetic::Multiply),
            Binary::Divide => Some(Arithmetic::Divide),
            _ => None,
        }
    }

    /// Whether the operands may change places without changing a bit.
    pub fn commutes(self) -> bool {
        matches!(self, Arithmetic::Add | Arithmetic::Multiply)
    }
}
