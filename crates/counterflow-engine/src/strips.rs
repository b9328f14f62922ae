//! Strips: runs of like instructions over registers in a row, which one dispatch can serve.
//!
//! An array's elements lie in neighbouring registers, so an operation on all of them becomes one strip: elements times
//! members instead of members alone.

use crate::instruction::{Instruction, Register};

/// Like instructions in a row. The `k`th writes `to + k` and reads each operand `k` strides further on; none reads what
/// another one writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strip {
    /// The first of them.
    pub first: Instruction,
    /// How many there are.
    pub count: u32,
    /// Distance of each operand from one to the next.
    pub strides: [i32; 4],
}

/// Puts instructions into strips, as long as they get, in the same order.
pub fn strips(instructions: &[Instruction]) -> Vec<Strip> {
    let mut strips: Vec<Strip> = Vec::new();
    for instruction in instructions {
        match strips.last_mut() {
            Some(strip) if strip.takes(instruction) => {
                strip.strides = strip.strides_to(instruction);
                strip.count += 1;
            }
            _ => strips.push(Strip { first: *instruction, count: 1, strides: [0; 4] }),
        }
    }
    strips
}

impl Strip {
    /// Whether the strip can go on with an instruction.
    fn takes(&self, next: &Instruction) -> bool {
        let written = self.first.to()..self.first.to() + self.count;
        form(next) == form(&self.first)
            && next.to() == written.end
            && !next.operands().any(|operand| written.contains(&operand))
            && !self.reads(next.to())
            && (self.count == 1 || self.strides_to(next) == self.strides)
    }

    /// Whether any instruction of the strip reads a register.
    fn reads(&self, register: Register) -> bool {
        let mut operands = self.first.operands().zip(self.strides);
        operands.any(|(first, stride)| {
            (0..self.count as i32).any(|k| i64::from(first) + i64::from(stride * k) == i64::from(register))
        })
    }

    /// Strides that lead to the operands of a further instruction; those between are not looked at.
    fn strides_to(&self, next: &Instruction) -> [i32; 4] {
        let mut strides = [0; 4];
        for ((stride, first), operand) in strides.iter_mut().zip(self.first.operands()).zip(next.operands()) {
            let distance = operand as i32 - first as i32;
            // A distance that is no multiple gives a stride that no strip has.
            *stride = if distance % self.count as i32 == 0 { distance / self.count as i32 } else { i32::MAX };
        }
        strides
    }
}

/// The instruction without its registers.
fn form(instruction: &Instruction) -> Instruction {
    let mut form = *instruction;
    form.map_operands(|_| 0);
    form.set_to(0);
    form
}

#[cfg(test)]
mod tests {
    use counterflow_model::Binary;

    use super::*;

    fn add(to: Register, a: Register, b: Register) -> Instruction {
        Instruction::Binary { operator: Binary::Add, to, a, b }
    }

    fn counts(instructions: &[Instruction]) -> Vec<u32> {
        strips(instructions).iter().map(|strip| strip.count).collect()
    }

    #[test]
    fn rows_of_one_operation_become_one_strip() {
        let together = strips(&[add(10, 0, 9), add(11, 2, 9), add(12, 4, 9)]);
        assert_eq!(together, [Strip { first: add(10, 0, 9), count: 3, strides: [2, 0, 0, 0] }]);
    }

    #[test]
    fn a_strip_ends_where_the_pattern_or_independence_does() {
        assert_eq!(counts(&[add(10, 0, 9), add(11, 1, 9), add(12, 3, 9)]), [2, 1]);
        assert_eq!(counts(&[add(10, 0, 9), add(12, 1, 9)]), [1, 1]);
        // A sum reads what the one before it wrote.
        assert_eq!(counts(&[add(10, 0, 1), add(11, 10, 2), add(12, 11, 3)]), [1, 1, 1]);
        // The second writes what the first reads.
        assert_eq!(counts(&[add(10, 11, 1), add(11, 12, 2)]), [1, 1]);
        let other = Instruction::Binary { operator: Binary::Multiply, to: 11, a: 1, b: 9 };
        assert_eq!(counts(&[add(10, 0, 9), other]), [1, 1]);
    }
}
