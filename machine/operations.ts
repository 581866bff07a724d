/**
 * The operation numbers of the interpreter's `switch`. Instructions that aren't listed have handlers: they take so much longer
 * than a step that calling a handler doesn't matter.
 */

import type { Mnemonic } from "../isa/table.ts";

/** The byte offset hasn't been decoded yet. */
export const UNDECODED = 0;

/** Mnemonics by operation number. The entry of {@link UNDECODED} is empty. */
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

/** An instruction with a handler outside of the loop. */
export const OUTSIDE = 22;
