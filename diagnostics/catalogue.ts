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
  "syntax-error": { severity: "error", stage: "syntax", summary: "The line has a token where none fits." },
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
  "malformed-number": { severity: "error", stage: "syntax", summary: "A number is not written as one." },
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
    summary: "`sp` stands anywhere but at the start of an address.",
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
    summary: "The file's `.target` and the one asked for differ.",
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
    summary: "An operand is of another kind than the instruction takes there.",
  },
  "cell-as-number": {
    severity: "error",
    stage: "assembly",
    summary: "A cell is used as a number.",
  },
  "wrong-signature": {
    severity: "error",
    stage: "assembly",
    summary: "A signature isn't written as selectors are computed from it.",
  },
  "out-of-range": {
    severity: "error",
    stage: "assembly",
    summary: "A value doesn't fit the field that has to hold it.",
  },
  "no-such-form": {
    severity: "error",
    stage: "assembly",
    summary: "An operand doesn't fit the wire form that was asked for.",
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
    summary: "A signature names a type that isn't there.",
  },
  "function-without-label": {
    severity: "error",
    stage: "assembly",
    summary: "A function is declared without the label where its code begins.",
  },
  "unknown-attribute": {
    severity: "error",
    stage: "assembly",
    summary: "A function is declared with an attribute that isn't there.",
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
    summary: "A function of the contract is asked for that isn't declared.",
  },

  // Tests.
  "outside-of-test": {
    severity: "error",
    stage: "assembly",
    summary: "A directive of tests stands outside of any test.",
  },
  "misplaced-test": {
    severity: "error",
    stage: "assembly",
    summary: "A test stands in a macro, a repetition or another test.",
  },
  "misplaced-in-test": {
    severity: "error",
    stage: "assembly",
    summary: "A test, or a file of tests, holds what has no place in it.",
  },
  "unknown-halt": {
    severity: "error",
    stage: "assembly",
    summary: "A `.halts` names no error that the AVM halts with.",
  },
  "test-without-call": {
    severity: "warning",
    stage: "assembly",
    summary: "A test calls nothing, so there is nothing that it could find.",
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
    summary: "A radix is outside of 2 to 256, or bits are asked for with another radix than 2.",
  },
  "too-few-limbs": {
    severity: "error",
    stage: "check",
    summary: "A value has more digits in its radix than there are limbs.",
  },
  "value-too-wide": {
    severity: "error",
    stage: "check",
    summary: "A value doesn't fit the bits that the instruction has for it.",
  },
  "not-on-curve": {
    severity: "error",
    stage: "check",
    summary: "A point that `ECADD` takes isn't on the curve.",
  },
  "out-of-gas": {
    severity: "error",
    stage: "check",
    summary: "No transaction has the gas for the cells that an instruction works on.",
  },
  "duplicate-nullifier": {
    severity: "error",
    stage: "check",
    summary: "A nullifier is emitted that the same call has emitted before.",
  },
  "no-such-member": {
    severity: "error",
    stage: "check",
    summary: "The number names no member in this instruction set.",
  },
  "change-in-static-call": {
    severity: "warning",
    stage: "check",
    summary: "State is changed where the program runs inside a static call only.",
  },
  "change-in-view": {
    severity: "warning",
    stage: "check",
    summary: "A function that is declared `view` changes state.",
  },
  "calldata-beyond-arguments": {
    severity: "warning",
    stage: "check",
    summary: "Calldata is read behind the arguments of a declared function.",
  },
  "return-without-call": {
    severity: "error",
    stage: "check",
    summary: "An internal return is reached outside of any subroutine.",
  },
  "fall-into-routine": {
    severity: "warning",
    stage: "check",
    summary: "Control gets into a subroutine other than by a call, so that it has nothing to return to.",
  },
  "endless-loop": {
    severity: "warning",
    stage: "check",
    summary: "Nothing leads out of a loop, so it goes on until all gas is used up.",
  },
  "never-written": {
    severity: "warning",
    stage: "check",
    summary: "A cell is read that nothing in the program writes, and so is ff 0.",
  },
  "overwritten-cells": {
    severity: "warning",
    stage: "check",
    summary: "Cells that have another use are run over.",
  },
  "jump-out-of-code": {
    severity: "error",
    stage: "check",
    summary: "A target is a byte offset beyond the code.",
  },
  "jump-into-instruction": {
    severity: "warning",
    stage: "check",
    summary: "A target is inside of an instruction, so that its bytes are decoded as another one.",
  },
  "undecodable-code": {
    severity: "error",
    stage: "check",
    summary: "Control goes where no instruction can be decoded.",
  },
  "end-of-code": {
    severity: "error",
    stage: "check",
    summary: "Control runs on beyond the last instruction.",
  },
  "cell-tag": {
    severity: "error",
    stage: "check",
    summary: "A value of another tag is written to a cell declared with a tag.",
  },
  "unreached-expectation": {
    severity: "warning",
    stage: "check",
    summary: "An `.expect` stands where nothing gets.",
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
  "unreachable-code": { severity: "hint", stage: "check", summary: "No run gets there." },
  "dead-store": { severity: "hint", stage: "check", summary: "Nothing reads what is written." },
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
    summary: "An `avm-ignore` comment ignores what isn't there.",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type DiagnosticCode = keyof typeof CATALOGUE;

/** True if the text is one of the codes. */
export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(CATALOGUE, text);
}
