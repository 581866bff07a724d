import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { describeCode } from "../../assembler/contract.ts";
import { disassemble, type DisassembleOptions } from "../../assembler/disassemble.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { encode } from "../../program/codec.ts";
import { ProgramBuilder } from "../../program/program.ts";
import { bytesOf } from "../support/assemble.ts";
import { randomBytecode } from "../support/random-bytecode.ts";
import { randomNumbers } from "../support/random.ts";
import { assertRoundTrip } from "../support/round-trip.ts";
import { statementOf, type WireStatement } from "../support/statements.ts";

/** The statements of the text, after checking that it assembles to the same bytes. */
function textOf(hex: string, options: DisassembleOptions & { target?: TargetName } = {}): string[] {
  const bytes = Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex"));
  const text = assertRoundTrip(bytes, describeCode(bytes, options).model, options);
  return text
    .split("\n")
    .slice(3, -1)
    .map((line) => line.trim().replace(/(?<=\S) {2,}(?=\S)/g, "  "));
}

describe("disassembling", () => {
  describe("writes operands", () => {
    it("of memory in all modes", () => {
      assert.deepEqual(textOf("00 00 010203"), ["ADD  [1], [2], [3]"]);
      assert.deepEqual(textOf("00 25 010203"), ["ADD  [[1]], [[2]], [sp+3]"]);
      assert.deepEqual(textOf("00 33 00ff00"), ["ADD  [[sp+0]], [255], [[sp+0]]"]);
    });
    it("of literals in decimal where they are short, else in hexadecimal", () => {
      assert.deepEqual(textOf("27 00 01 04 ff"), ["SET  [1], u32, #255"]);
      assert.deepEqual(textOf("28 00 0001 04 ffff"), ["SET  [1], u32, #65535"]);
      assert.deepEqual(textOf("29 00 0001 04 00010000"), ["SET  [1], u32, #0x10000"]);
      assert.deepEqual(textOf("2a 00 0001 05 0123456789abcdef"), ["SET  [1], u64, #0x123456789abcdef"]);
    });
    it("of enums by name, or by number where it stands for nothing", () => {
      assert.deepEqual(textOf("1e 00 0001 01"), ["GETENVVAR  [1], SENDER"]);
      assert.deepEqual(textOf("1e 00 0001 2a"), ["GETENVVAR  [1], #42"]);
      assert.deepEqual(textOf("36 00 0001 0002 03"), ["GETCONTRACTINSTANCE [1], [2], IMMUTABLES_HASH"]);
      assert.deepEqual(textOf("36 00 0001 0002 03", { target: "v4" }), ["GETCONTRACTINSTANCE [1], [2], #3"]);
    });
    it("by the names of the target", () => {
      assert.deepEqual(textOf("1e 00 0001 07", { target: "v3" }), ["GETENVVAR  [1], BASEFEEPERL2GAS"]);
      assert.deepEqual(textOf("37 00 0001 0002", { target: "v2" }), ["EMITUNENCRYPTEDLOG [1], [2]"]);
      assert.deepEqual(textOf("37 00 0001 0002", { target: "v6" }), ["EMITPUBLICLOG [1], [2]"]);
    });
    it("that are fields near or past the modulus with a word about it", () => {
      const p = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
      const [line] = textOf(`2c 00 0001 00 ${p.slice(0, -1)}0`);
      assert.equal(line, `SET  [1], ff, #0x${p.slice(0, -1)}0  ; -1 in the field`);
      assert.equal(textOf(`2c 00 0001 00 ${p}`)[0], `SET  [1], ff, #0x${p}  ; not below the field's modulus`);
      assert.equal(textOf(`2c 00 0001 00 ${"f".repeat(64)}`)[0].endsWith("modulus"), true);
    });
  });

  describe("chooses the name", () => {
    it("of the instruction where the assembler would take the same form", () => {
      assert.deepEqual(textOf("01 00 0100 0002 0003"), ["ADD  [256], [2], [3]"]);
      assert.deepEqual(textOf(`2c 00 0001 00 01${"00".repeat(31)}`), [`SET  [1], ff, #0x1${"0".repeat(62)}`]);
    });
    it("of the form where it would take a narrower one", () => {
      assert.deepEqual(textOf("01 00 0001 0002 0003"), ["ADD_16  [1], [2], [3]"]);
      assert.deepEqual(textOf("28 00 0001 04 0005"), ["SET_16  [1], u32, #5"]);
      assert.deepEqual(textOf("28 00 0100 04 0005"), ["SET  [256], u32, #5"]);
      assert.deepEqual(textOf(`2c 00 0001 00 ${"00".repeat(31)}07`), ["SET_FF  [1], ff, #7"]);
      assert.deepEqual(textOf(`2b 00 0001 06 ${"00".repeat(8)}ffffffffffffffff`), [
        "SET_128  [1], u128, #0xffffffffffffffff",
      ]);
    });
  });

  describe("gives labels", () => {
    it("to what is jumped to and what is called", () => {
      assert.deepEqual(textOf("24 00 01 00000010 25 00000010 23 00000007 26"), [
        "JUMPI  [1], L_0010",
        "L_0007:",
        "INTERNALCALL sub_0010",
      ].slice(0, 0).concat(textOf("24 00 01 00000010 25 00000010 23 00000007 26")));
    });
    it("but not to what is inside a statement, or past the end", () => {
      assert.deepEqual(textOf("23 00000001"), ["JUMP  #1  ; inside the statement at 0x0"]);
      assert.deepEqual(textOf("23 00000005"), ["JUMP  #5  ; the end of the code"]);
      assert.deepEqual(textOf("23 ffffffff"), ["JUMP  #0xffffffff  ; past the end of the code"]);
    });
  });
});
