/**
 * Every program that was recorded on Aztec's AVM, disassembled and checked as text: where the AVM halted on a known path,
 * the checker says so at that very instruction, and of a program that returned it says nothing.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../project/check.ts";
import { describeCode } from "../../disassembler/contract.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { recordedPrograms, type RecordedProgram } from "../support/recorded-programs.ts";

/** Halts that depend on the program alone, not on gas, state or the caller. */
const FORESEEABLE = [
  "TagCheckError",
  "ArithmeticError",
  "RelativeAddressOutOfRangeError",
  "MemorySliceOutOfRangeError",
  "InvalidToRadixInputsError",
];

/** Halts at an offset without an instruction; the instruction that leads to it must be fixed. */
const UNDECODABLE = ["InvalidProgramCounterError", "InvalidOpcodeError", "InvalidTagValueError"];

/** The byte offsets and codes of the errors that the checker finds in a program's text. */
function errorsOf({ name, bytecodeHex }: RecordedProgram): { pc: number; code: string }[] {
  const { model } = describeCode(Buffer.from(bytecodeHex, "hex"), { target: "v4" });
  const { text, lineOf } = disassemble(model);
  const { diagnostics, assembly } = check(parseSource(name, text));
  assert.equal(assembly.program.count > 0, true);
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, span }) => ({ code, pc: model.program.pcs[lineOf.indexOf(span.line)] }));
}

describe("recorded programs as text", () => {
  for (const program of recordedPrograms()) {
    const { outcome, error } = program.expected;
    it(`${program.name}: ${outcome} ${error?.class ?? ""}`.trimEnd(), () => {
      const errors = errorsOf(program);
      if (error && FORESEEABLE.includes(error.class)) {
        assert.deepEqual([...new Set(errors.map(({ pc }) => pc))], [error.pc], JSON.stringify(errors));
      } else if (error && UNDECODABLE.includes(error.class)) {
        assert.equal(errors.length, 1);
      } else if (outcome !== "exceptional") assert.deepEqual(errors, []);
    });
  }
});
