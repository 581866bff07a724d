/**
 * A hole takes the place of a statement that couldn't be assembled. The checker assumes that it may write any value to any
 * cell, and that control may continue after it. So the rest of a program with an error can be checked. A program
 * with a hole is never encoded.
 */

import { layOut, type InstructionSet } from "./instruction-set.ts";
import { MEMORY_SIZE } from "./limits.ts";
import type { FormName, Mnemonic } from "./table.ts";
import { TAGS } from "./tags.ts";
import type { Instruction } from "./types.ts";

/** The opcode of a hole, above all opcodes of instructions. */
export const HOLE = 0xfe;

// The type assertion keeps the name of the hole out of the types of mnemonics and forms.
const NAME = "(unknown)" as FormName & Mnemonic;

const INSTRUCTION: Instruction = {
  category: "Misc",
  summary: "Represents a statement that couldn't be assembled.",
  expression: "",
  operands: [
    { kind: "memory", name: "memory", access: "write", length: MEMORY_SIZE, result: { oneOf: TAGS } },
  ],
  forms: { [NAME]: { opcode: HOLE, offset: 8 } },
  gas: { l2: 0 },
  flow: "next",
};

const definition = { ...INSTRUCTION, mnemonic: NAME, wireForms: [], memoryOperandCount: 1 };

/** The form of a hole. */
export const HOLE_FORM = layOut(NAME, definition);

/** Adds holes to an instruction set. */
export function withHoles(set: InstructionSet): InstructionSet {
  const byOpcode = set.byOpcode.slice();
  byOpcode[HOLE] = HOLE_FORM;
  return { ...set, byOpcode };
}
