//! Register allocation: a program in which a register is used again once its value has served.
//!
//! Selection gives every value a register of its own, which the way back of a gradient needs. A run only goes forward,
//! and is faster the fewer rows it touches: packed, the rows under way stay in the nearest cache.

use crate::instruction::{Instruction, Register};
use crate::program::Program;

/// The same instructions in the same order over fewer registers. Registers below `from` are inputs and keep their
/// number; outputs keep their value to the end of the program; what a strip writes stays in a row.
pub fn pack(program: &Program, from: Register) -> Program {
    let last = last_uses(program, from);
    let mut place: Vec<Register> = (0..program.end).collect();
    let mut room = Room { free: Vec::new(), end: from };
    let mut instructions = Vec::with_capacity(program.instructions.len());
    for strip in &program.strips {
        let first = instructions.len();
        let own = &program.instructions[first..first + strip.count as usize];
        let operands: Vec<Register> = own.iter().flat_map(Instruction::operands).collect();
        // Results get their places before operands that end here give theirs away: what is written is never read.
        let to = room.take(strip.count);
        for (instruction, to) in own.iter().zip(to..) {
            let mut moved = *instruction;
            moved.map_operands(|operand| place[operand as usize]);
            moved.set_to(to);
            place[instruction.to() as usize] = to;
            instructions.push(moved);
        }
        let ends = first..instructions.len();
        let mut ended: Vec<Register> =
            operands.into_iter().filter(|o| *o >= from && ends.contains(&last[*o as usize])).collect();
        ended.sort_unstable();
        ended.dedup();
        room.free.extend(ended.iter().map(|o| place[*o as usize]));
    }
    let outputs = program.outputs.iter().map(|output| place[*output as usize]).collect();
    Program::new(instructions, outputs, room.end)
}

/// Registers that can be used again, the latest last, and where new ones begin.
struct Room {
    free: Vec<Register>,
    end: Register,
}

impl Room {
    /// The first of `count` registers in a row.
    fn take(&mut self, count: u32) -> Register {
        if count == 1
            && let Some(latest) = self.free.pop()
        {
            return latest;
        }
        let mut sorted = self.free.clone();
        sorted.sort_unstable();
        let row = sorted.windows(count as usize).find(|row| row[row.len() - 1] - row[0] == count - 1);
        match row.map(|row| row[0]) {
            Some(first) => {
                self.free.retain(|register| !(first..first + count).contains(register));
                first
            }
            None => {
                self.end += count;
                self.end - count
            }
        }
    }
}

/// For each register the position of the last instruction that reads it; beyond all positions for outputs.
fn last_uses(program: &Program, from: Register) -> Vec<usize> {
    let mut last = vec![0; program.end as usize];
    for (position, instruction) in program.instructions.iter().enumerate() {
        // A value that nobody reads ends where it is made, but its place is not given away by that.
        instruction.operands().filter(|o| *o >= from).for_each(|o| last[o as usize] = position);
    }
    program.outputs.iter().for_each(|output| last[*output as usize] = usize::MAX);
    last
}

#[cfg(test)]
mod tests {
    use counterflow_model::Binary;

    use super::*;

    #[test]
    fn places_are_used_again_and_outputs_kept() {
        let add = |to, a, b| Instruction::Binary { operator: Binary::Add, to, a, b };
        let instructions = vec![add(2, 0, 1), add(3, 2, 2), add(4, 3, 0), add(5, 4, 3)];
        let program = Program::new(instructions, vec![3, 5, 0], 6);
        let packed = pack(&program, 2);
        assert_eq!(packed.instructions, [add(2, 0, 1), add(3, 2, 2), add(2, 3, 0), add(4, 2, 3)]);
        assert_eq!((packed.outputs, packed.end), (vec![3, 4, 0], 5));
    }

    #[test]
    fn what_a_strip_writes_stays_in_a_row() {
        let add = |to, a, b| Instruction::Binary { operator: Binary::Add, to, a, b };
        let strip = |to: Register, a: Register| [add(to, a, 1), add(to + 1, a + 1, 1), add(to + 2, a + 2, 1)];
        let instructions = [strip(4, 0), strip(7, 4), strip(10, 7)].concat();
        let packed = pack(&Program::new(instructions, vec![10, 11, 12], 13), 4);
        assert_eq!(packed.strips.iter().map(|strip| strip.count).collect::<Vec<_>>(), [3, 3, 3]);
        assert_eq!((packed.outputs, packed.end), (vec![4, 5, 6], 10));
    }
}
