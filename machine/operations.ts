/**
 * The numbers that the interpreter's `switch` goes by. What isn't here happens outside of the loop: it costs so much
 * more than a step that the way there doesn't matter.
 */

import type { Mnemonic } from "../isa/table.ts";

/** Whatever stands at a byte offset hasn't been decoded yet. */
export const UNDECODED = 0;

/** By number; the place of {@link UNDECODED} is taken by nothing that there is. */
export const OPERATIONS: readonly (Mnemonic | "")[] = [
  "",
  "ADD", // 1
  "SUB", // 2
  "MUL", // 3
  "DIV", // 4
  "FDIV", // 5
  "EQ", // 6
  "LT", // 7
  "LTE", // 8
  "AND", // 9
  "OR", // 10
  "XOR", // 11
  "NOT", // 12
  "SHL", // 13
  "SHR", // 14
  "CAST", // 15
  "SET", // 16
  "MOV", // 17
  "JUMP", // 18
  "JUMPI", // 19
  "INTERNALCALL", // 20
  "INTERNALRETURN", // 21
];

/** An instruction that happens outside of the loop. */
export const OUTSIDE = 22;
