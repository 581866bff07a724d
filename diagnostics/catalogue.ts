/**
 * All diagnostic codes, each with its severity, the stage that reports it, and a sentence that explains it.
 * Each has a page in `docs/diagnostics/`.
 */

export interface CatalogueEntry {
  readonly severity: "error" | "warning" | "hint";
  /**
   * - `syntax`: the text can't be parsed.
   * - `assembly`: the text can be parsed but not encoded.
   * - `check`: the text can be encoded, but the AVM won't do what was meant. `--no-check` leaves these out.
   */
  readonly stage: "syntax" | "assembly" | "check";
  readonly summary: string;
}

export const CATALOGUE = {
  // Reading a line.
  "syntax-error": {
    severity: "error",
    stage: "syntax",
    summary: "The line has a token that doesn't fit there.",
  },
  "unexpected-character": {
    severity: "error",
    stage: "syntax",
    summary: "A character is not part of the language.",
  },
  "missing-comma": {
    severity: "error",
    stage: "syntax",
    summary: "Two operands have no comma between them.",
  },
  "missing-colon": {
    severity: "error",
    stage: "syntax",
    summary: "A label in front of a statement has no colon.",
  },
  "missing-operand": { severity: "error", stage: "syntax", summary: "A comma has no operand after it." },
  "unclosed-bracket": {
    severity: "error",
    stage: "syntax",
    summary: "A bracket or parenthesis is opened and not closed.",
  },
  "unclosed-string": {
    severity: "error",
    stage: "syntax",
    summary: "A string or character has no closing quote.",
  },
  "unclosed-comment": {
    severity: "error",
    stage: "syntax",
    summary: "A block comment is opened and never closed.",
  },
  "missing-expression": {
    severity: "error",
    stage: "syntax",
    summary: "A value is missing where one is needed.",
  },
  "malformed-number": {
    severity: "error",
    stage: "syntax",
    summary: "A word that begins with a digit is not a valid number.",
  },
  "malformed-character": {
    severity: "error",
    stage: "syntax",
    summary: "A character literal holds no character, several, or an unknown escape.",
  },
  "malformed-directive": {
    severity: "error",
    stage: "syntax",
    summary: "A directive's arguments are not what it takes.",
  },
  "misplaced-base": {
    severity: "error",
    stage: "syntax",
    summary: "`sp` is used somewhere other than at the start of an address.",
  },

  // Names.
  "unknown-mnemonic": {
    severity: "error",
    stage: "assembly",
    summary: "No instruction, wire form or macro has this name in the target.",
  },
  "unknown-directive": { severity: "error", stage: "assembly", summary: "No directive has this name." },
  "undefined-name": {
    severity: "error",
    stage: "assembly",
    summary: "A name is used that no label, constant or cell defines.",
  },
  "unknown-member": {
    severity: "error",
    stage: "assembly",
    summary: "An enum operand names no member of its enum.",
  },
  "unknown-tag": {
    severity: "error",
    stage: "assembly",
    summary: "A tag operand is not one of the seven tags.",
  },
  "unknown-target": {
    severity: "error",
    stage: "assembly",
    summary: "`.target` names no instruction set.",
  },
  "duplicate-definition": { severity: "error", stage: "assembly", summary: "A name is defined twice." },
  "reserved-name": {
    severity: "error",
    stage: "assembly",
    summary: "A definition takes a name of the language or of the standard library.",
  },
  "orphan-local-label": {
    severity: "error",
    stage: "assembly",
    summary: "A local label has no global label above it.",
  },
  "misplaced-target": {
    severity: "error",
    stage: "assembly",
    summary: "`.target` is not the first statement of the main file.",
  },
  "target-conflict": {
    severity: "error",
    stage: "assembly",
    summary: "The file's `.target` and the requested target differ.",
  },

  // Operands and values.
  "operand-count": {
    severity: "error",
    stage: "assembly",
    summary: "An instruction has too few or too many operands.",
  },
  "operand-kind": {
    severity: "error",
    stage: "assembly",
    summary: "An operand is of another kind than the instruction takes.",
  },
  "cell-as-number": {
    severity: "error",
    stage: "assembly",
    summary: "A cell is used as a number.",
  },
  "wrong-signature": {
    severity: "error",
    stage: "assembly",
    summary: "A signature isn't in the canonical form from which Aztec computes selectors.",
  },
  "out-of-range": {
    severity: "error",
    stage: "assembly",
    summary: "A value doesn't fit the field of the bytecode that holds it.",
  },
  "no-such-form": {
    severity: "error",
    stage: "assembly",
    summary: "An operand doesn't fit the wire form that the source names.",
  },
  "cyclic-constant": {
    severity: "error",
    stage: "assembly",
    summary: "A constant is defined through itself.",
  },
  "division-by-zero": {
    severity: "error",
    stage: "assembly",
    summary: "An expression divides by zero.",
  },
  "expression-too-large": {
    severity: "error",
    stage: "assembly",
    summary: "A value exceeds 512 bits while it is computed.",
  },
  "label-dependent": {
    severity: "error",
    stage: "assembly",
    summary: "A value that decides the layout depends on a label.",
  },
  "assertion-failed": { severity: "error", stage: "assembly", summary: "An `.assert` doesn't hold." },
  "user-error": { severity: "error", stage: "assembly", summary: "An `.error` was reached." },
  "bytecode-too-large": {
    severity: "warning",
    stage: "assembly",
    summary: "The bytecode exceeds what the protocol lets a contract publish.",
  },
  "empty-program": {
    severity: "warning",
    stage: "assembly",
    summary: "There is no code, and the AVM rejects empty bytecode.",
  },
  "limit-exceeded": {
    severity: "error",
    stage: "assembly",
    summary: "The input exceeds a stated bound of the assembler.",
  },

  // Includes, macros, repetition, conditions.
  "unclosed-block": {
    severity: "error",
    stage: "syntax",
    summary: "A macro, repetition or condition is started and not ended.",
  },
  "unmatched-end": {
    severity: "error",
    stage: "syntax",
    summary: "A directive ends or divides a block that was not started.",
  },
  "include-failed": { severity: "error", stage: "assembly", summary: "An included file can't be read." },
  "include-cycle": { severity: "error", stage: "assembly", summary: "A file includes itself." },
  "macro-recursion": { severity: "error", stage: "assembly", summary: "A macro calls itself." },
  "macro-arguments": {
    severity: "error",
    stage: "assembly",
    summary: "A macro is called with too few or too many arguments.",
  },

  // Contracts.
  "malformed-signature": {
    severity: "error",
    stage: "assembly",
    summary: "A signature, or a struct of one, can't be read.",
  },
  "unknown-type": {
    severity: "error",
    stage: "assembly",
    summary: "A signature names an unknown type.",
  },
  "function-without-label": {
    severity: "error",
    stage: "assembly",
    summary: "A function is declared without the label where its code begins.",
  },
  "unknown-attribute": {
    severity: "error",
    stage: "assembly",
    summary: "A function is declared with an unknown attribute.",
  },
  "duplicate-selector": {
    severity: "error",
    stage: "assembly",
    summary: "Two functions of a contract have the same selector.",
  },
  "duplicate-contract": {
    severity: "error",
    stage: "assembly",
    summary: "A contract is named twice, or a struct defined twice.",
  },
  "undeclared-function": {
    severity: "error",
    stage: "assembly",
    summary: "An expression names a function that isn't declared.",
  },

  // Tests.
  "outside-of-test": {
    severity: "error",
    stage: "assembly",
    summary: "A directive of tests is used outside of a test.",
  },
  "misplaced-test": {
    severity: "error",
    stage: "assembly",
    summary: "A test is in a macro, a repetition or another test.",
  },
  "misplaced-in-test": {
    severity: "error",
    stage: "assembly",
    summary: "A test or a test file contains a line that isn't allowed there.",
  },
  "unknown-halt": {
    severity: "error",
    stage: "assembly",
    summary: "A `.halts` names an unknown code of a halt.",
  },
  "test-without-call": {
    severity: "warning",
    stage: "assembly",
    summary: "A test makes no call, so it can't fail.",
  },

  // What the AVM would do.
  "non-u32-address": {
    severity: "error",
    stage: "check",
    summary: "A cell that isn't u32 is used as an address.",
  },
  "uninitialised-address": {
    severity: "error",
    stage: "check",
    summary: "A cell that was never written, and so is ff 0, is used as an address.",
  },
  "non-u32-base": {
    severity: "error",
    stage: "check",
    summary: "An operand is relative to M[0], and that isn't u32.",
  },
  "uninitialised-base": {
    severity: "error",
    stage: "check",
    summary: "An operand is relative to M[0], and that was never written.",
  },
  "wrong-tag": {
    severity: "error",
    stage: "check",
    summary: "A cell has another tag than the instruction takes.",
  },
  "non-integral-tag": {
    severity: "error",
    stage: "check",
    summary: "A field is used where the instruction takes an integer.",
  },
  "tag-mismatch": {
    severity: "error",
    stage: "check",
    summary: "Two operands that need one tag have different ones.",
  },
  "range-beyond-memory": {
    severity: "error",
    stage: "check",
    summary: "A range of cells, or a base with its offset, ends beyond the last cell.",
  },
  "zero-divisor": { severity: "error", stage: "check", summary: "A division by a cell that holds 0." },
  "bad-radix": {
    severity: "error",
    stage: "check",
    summary: "A radix is outside of 2 to 256, or bits are requested and the radix isn't 2.",
  },
  "too-few-limbs": {
    severity: "error",
    stage: "check",
    summary: "A value has more digits in its radix than there are limbs.",
  },
  "value-too-wide": {
    severity: "error",
    stage: "check",
    summary: "A value has more bits than the instruction accepts.",
  },
  "not-on-curve": {
    severity: "error",
    stage: "check",
    summary: "A point that `ECADD` takes isn't on the curve.",
  },
  "out-of-gas": {
    severity: "error",
    stage: "check",
    summary: "An instruction works on more cells than a transaction can have gas for.",
  },
  "duplicate-nullifier": {
    severity: "error",
    stage: "check",
    summary: "A call emits the same nullifier twice.",
  },
  "no-such-member": {
    severity: "error",
    stage: "check",
    summary: "The number names no member in this instruction set.",
  },
  "change-in-static-call": {
    severity: "warning",
    stage: "check",
    summary: "An instruction changes state on a path that is taken only in a static call.",
  },
  "change-in-view": {
    severity: "warning",
    stage: "check",
    summary: "A function that is declared `view` changes state.",
  },
  "calldata-beyond-arguments": {
    severity: "warning",
    stage: "check",
    summary: "Calldata is read beyond the arguments of a declared function.",
  },
  "return-without-call": {
    severity: "error",
    stage: "check",
    summary: "An internal return is reached outside of any subroutine.",
  },
  "fall-into-routine": {
    severity: "warning",
    stage: "check",
    summary: "Control enters a subroutine without a call, so the subroutine has no return address.",
  },
  "endless-loop": {
    severity: "warning",
    stage: "check",
    summary: "No path leads out of a loop, so it runs until all gas is used up.",
  },
  "never-written": {
    severity: "warning",
    stage: "check",
    summary: "A cell is read that nothing in the program writes, and so is ff 0.",
  },
  "overwritten-cells": {
    severity: "warning",
    stage: "check",
    summary: "A write to several cells overwrites cells that have another use.",
  },
  "jump-out-of-code": {
    severity: "error",
    stage: "check",
    summary: "A target is a byte offset beyond the code.",
  },
  "jump-into-instruction": {
    severity: "warning",
    stage: "check",
    summary: "A target is in the middle of an instruction, where the AVM decodes another one.",
  },
  "undecodable-code": {
    severity: "error",
    stage: "check",
    summary: "Control reaches a byte offset at which no instruction can be decoded.",
  },
  "end-of-code": {
    severity: "error",
    stage: "check",
    summary: "Control reaches the end of the code after the last instruction.",
  },
  "cell-tag": {
    severity: "error",
    stage: "check",
    summary: "A value of another tag is written to a cell declared with a tag.",
  },
  "unreached-expectation": {
    severity: "warning",
    stage: "check",
    summary: "No run reaches an `.expect`.",
  },
  "expectation-failed": {
    severity: "error",
    stage: "check",
    summary: "An `.expect` doesn't hold, or can't be proven.",
  },
  "assumption-refuted": {
    severity: "warning",
    stage: "check",
    summary: "An `.assume` contradicts what is known.",
  },
  "unreachable-code": { severity: "hint", stage: "check", summary: "No run reaches a statement." },
  "dead-store": {
    severity: "hint",
    stage: "check",
    summary: "Nothing reads the cell that an instruction writes.",
  },
  "literal-too-wide": {
    severity: "warning",
    stage: "check",
    summary: "A literal has more bits than its tag, and the AVM drops the upper ones silently.",
  },

  // Comments that let a diagnostic pass.
  "unknown-suppression": {
    severity: "warning",
    stage: "check",
    summary: "An `avm-ignore` comment names no diagnostic that can be ignored.",
  },
  "unused-suppression": {
    severity: "warning",
    stage: "check",
    summary: "An `avm-ignore` comment suppresses a diagnostic that isn't reported.",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type DiagnosticCode = keyof typeof CATALOGUE;

/** True if the text is one of the codes. */
export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(CATALOGUE, text);
}
