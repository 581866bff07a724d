/**
 * What stands in a program for a statement that couldn't be assembled: an instruction that no target has, of which only
 * the worst can be said. It may have written anything anywhere, and control may have gone on. No bytecode is made of it;
 * it is there so that the checker can go on around a mistake without assuming anything.
 */

import { layOut, type InstructionSet } from "./instruction-set.ts";
import { MEMORY_SIZE } from "./limits.ts";
import type { FormName, Mnemonic } from "./table.ts";
import { TAGS } from "./tags.ts";
import type { Instruction } from "./types.ts";

/** Above every opcode that there is. */
export const HOLE = 0xfe;

// Outside of this module it never goes by its name, so that the names of the table needn't know it.
const NAME = "(unknown)" as FormName & Mnemonic;

const INSTRUCTION: Instruction = {
  category: "Misc",
  summary: "Stands for a statement that couldn't be assembled.",
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

/** An instruction set in whose code there may be holes. */
export function withHoles(set: InstructionSet): InstructionSet {
  const byOpcode = set.byOpcode.slice();
  byOpcode[HOLE] = HOLE_FORM;
  return { ...set, byOpcode };
}
