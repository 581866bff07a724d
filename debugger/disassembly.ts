/** Disassembles instructions around a byte offset, for the disassembly view. */

import { describeCode } from "../disassembler/contract.ts";
import { statementPrinter } from "../disassembler/disassemble.ts";
import type { Code } from "../machine/code.ts";
import { statementCovering } from "../program/program.ts";

export interface DisassembledInstruction {
  /** Negative in front of the code. */
  readonly pc: number;
  readonly text: string;
  /** The bytes in hexadecimal; undefined outside of the code. */
  readonly bytes: string | undefined;
  /** The index of the statement; -1 outside of the code. */
  readonly statement: number;
}

/** Maximum number of instructions in one answer. */
const MAX_INSTRUCTIONS = 5000;

/**
 * Returns `count` instructions, starting `offset` instructions from the one at `pc`. The protocol demands exactly that
 * number, so entries outside of the code are marked as such.
 */
export function disassembledAround(
  code: Code,
  pc: number,
  offset: number,
  count: number,
): DisassembledInstruction[] {
  const { model } = describeCode(code.bytes, { target: code.set.target });
  const { program } = model;
  const print = statementPrinter(model);
  const size = code.bytes.length;
  const first = (pc >= size ? program.count : Math.max(0, statementCovering(program, pc))) + offset;
  return Array.from({ length: Math.max(0, Math.min(count, MAX_INSTRUCTIONS)) }, (_, index) => {
    const statement = first + index;
    if (statement < 0 || statement >= program.count) {
      // Clients search for an instruction by its address, so that no two have the same, and the order is theirs.
      const away = statement < 0 ? statement : size + statement - program.count;
      return { pc: away, text: "not part of the code", bytes: undefined, statement: -1 };
    }
    const from = program.pcs[statement];
    const bytes = Array.from(code.bytes.subarray(from, program.pcs[statement + 1]), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join(" ");
    return { pc: from, text: print(statement).trim().replaceAll(/ {2,}/g, " "), bytes, statement };
  });
}
