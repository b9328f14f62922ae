//! Register allocation: a program in which a register is used again once its value has served.
//!
//! Selection gives every value a register of its own, which the way back of a gradient needs. A run only goes forward,
//! and is faster the fewer rows it touches: packed, the rows under way stay in the nearest cache.

use crate::instruction::Register;
use crate::program::Program;

/// The same instructions in the same order over fewer registers. Registers below `from` are inputs and keep their
/// number; outputs keep their value to the end of the program.
pub fn pack(program: &Program, from: Register) -> Program {
    let last = last_uses(program, from);
    let mut place: Vec<Register> = (0..program.end).collect();
    let mut free: Vec<Register> = Vec::new();
    let mut end = from;
    let mut instructions = Vec::with_capacity(program.instructions.len());
    for (position, instruction) in program.instructions.iter().enumerate() {
        let mut moved = *instruction;
        moved.map_operands(|operand| place[operand as usize]);
        // The result gets its place before operands that end here give theirs away: what is written is never read.
        let to = free.pop().unwrap_or_else(|| {
            end += 1;
            end - 1
        });
        let mut ended: Vec<Register> =
            instruction.operands().filter(|o| *o >= from && last[*o as usize] == position).collect();
        ended.sort_unstable();
        ended.dedup();
        free.extend(ended.iter().map(|o| place[*o as usize]));
        place[instruction.to() as usize] = to;
        moved.set_to(to);
        instructions.push(moved);
    }
    let outputs = program.outputs.iter().map(|output| place[*output as usize]).collect();
    Program { instructions, outputs, end }
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
    use crate::instruction::Instruction;

    #[test]
    fn places_are_used_again_and_outputs_kept() {
        let add = |to, a, b| Instruction::Binary { operator: Binary::Add, to, a, b };
        let program = Program {
            instructions: vec![add(2, 0, 1), add(3, 2, 2), add(4, 3, 0), add(5, 4, 3)],
            outputs: vec![3, 5, 0],
            end: 6,
        };
        let packed = pack(&program, 2);
        assert_eq!(packed.instructions, [add(2, 0, 1), add(3, 2, 2), add(2, 3, 0), add(4, 2, 3)]);
        assert_eq!((packed.outputs, packed.end), (vec![3, 4, 0], 5));
    }
}
