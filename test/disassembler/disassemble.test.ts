import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { describeCode } from "../../disassembler/contract.ts";
import { disassemble, type DisassembleOptions } from "../../disassembler/disassemble.ts";
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
      assert.deepEqual(textOf("1e 00 0001 01"), ["GETENVVAR [1], SENDER"]);
      assert.deepEqual(textOf("1e 00 0001 2a"), ["GETENVVAR [1], #42"]);
      assert.deepEqual(textOf("36 00 0001 0002 03"), ["GETCONTRACTINSTANCE [1], [2], IMMUTABLES_HASH"]);
      assert.deepEqual(textOf("36 00 0001 0002 03", { target: "v4" }), ["GETCONTRACTINSTANCE [1], [2], #3"]);
    });
    it("with the names of the target", () => {
      assert.deepEqual(textOf("1e 00 0001 07", { target: "v3" }), ["GETENVVAR [1], BASEFEEPERL2GAS"]);
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
        "SET_128 [1], u128, #0xffffffffffffffff",
      ]);
    });
  });

  describe("writes labels", () => {
    it("to targets of jumps and calls", () => {
      const source = `
        JUMPI [1], b
a:      JUMP a
b:      INTERNALCALL c
        RETURN [1], [2]
c:      INTERNALRETURN`;
      assert.deepEqual(textOf(bytesOf(source)), [
        "JUMPI  [1], L_000d",
        "L_0008:",
        "JUMP  L_0008",
        "L_000d:",
        "INTERNALCALL sub_0018",
        "RETURN  [1], [2]",
        "",
        "; sub_0018: 1 byte, 4.0% of the code; called once, by start",
        "sub_0018:",
        "INTERNALRETURN",
      ]);
    });
    it("with as many digits as the offset needs", () => {
      const far = bytesOf(`JUMP a\n${".byte 0xff\n".repeat(70_000)}a: INTERNALRETURN`);
      const text = textOf(far);
      assert.equal(text[0], "JUMP  L_11175");
      assert.deepEqual(text.slice(-2), ["L_11175:", "INTERNALRETURN"]);
    });
    it("not to targets inside a statement, or past the end", () => {
      assert.deepEqual(textOf("23 00000001"), ["JUMP  #1  ; inside the statement at 0x0"]);
      assert.deepEqual(textOf("23 00000005"), ["JUMP  #5  ; the end of the code"]);
      assert.deepEqual(textOf("23 ffffffff"), ["JUMP  #0xffffffff  ; past the end of the code"]);
    });
  });

  describe("keeps as .byte", () => {
    it("undefined opcodes, many on a line", () => {
      assert.deepEqual(textOf("ff"), [".byte  0xff  ; no instruction has this opcode"]);
      assert.deepEqual(textOf("50ff 26"), [
        ".byte  0x50, 0xff  ; no instruction has these opcodes",
        "INTERNALRETURN",
      ]);
      assert.equal(textOf("ff".repeat(40)).length, 3);
    });
    it("undefined tags", () => {
      assert.deepEqual(textOf("27 00 01 07 05"), [
        ".byte  0x27, 0x00, 0x01, 0x07, 0x05  ; SET_8 with a tag byte that isn't a tag",
      ]);
    });
    it("an instruction that the end cuts off", () => {
      assert.deepEqual(textOf("27 00 01"), [
        ".byte  0x27, 0x00, 0x01  ; SET_8 is cut off by the end of the code",
      ]);
    });
    it("mode bits that belong to no operand", () => {
      assert.deepEqual(textOf("27 44 01 04 05"), [
        ".byte  0x27, 0x44, 0x01, 0x04, 0x05  ; SET [1], u32, #5 with spare mode bits 0x44",
      ]);
      assert.deepEqual(textOf("24 10 0001 00000000"), [
        "L_0000:",
        ".byte  0x24, 0x10, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00  ; JUMPI [1], L_0000 with spare mode bits 0x10",
      ]);
      assert.match(textOf("42 8400 0001 0002 0003 0004 0005")[0], /; ECADD .* with spare mode bits 0x8400$/);
    });
    it("with a label where something jumps to it", () => {
      assert.deepEqual(textOf("ff ff 23 00000001"), [
        ".byte  0xff  ; no instruction has this opcode",
        "L_0001:",
        ".byte  0xff  ; no instruction has this opcode",
        "JUMP  L_0001",
      ]);
    });
  });

  it("writes offsets and bytes on demand", () => {
    const hex = "27 00 01 04 05 26 ff";
    assert.deepEqual(textOf(hex, { pc: true }), [
      "SET  [1], u32, #5  ; 0000",
      "INTERNALRETURN  ; 0005",
      ".byte  0xff  ; 0006  no instruction has this opcode",
    ]);
    assert.deepEqual(textOf(hex, { bytes: true }), [
      "SET  [1], u32, #5  ; 2700010405",
      "INTERNALRETURN  ; 26",
      ".byte  0xff  ; ff  no instruction has this opcode",
    ]);
    assert.deepEqual(textOf(hex, { pc: true, bytes: true })[0], "SET  [1], u32, #5  ; 0000  2700010405");
  });

  it("aligns labels, mnemonics and operands in columns", () => {
    const code = Uint8Array.from(
      Buffer.from(bytesOf("a: ADD [sp+1], [2], [[3]]\nJUMP a\n.byte 0xff"), "hex"),
    );
    const { text, lineOf } = disassemble(describeCode(code).model, { pc: true });
    assert.equal(
      text,
      `.target v6
; 11 bytes (2 of 3000 fields), 2 instructions

L_0000:
        ADD     [sp+1], [2], [[3]]              ; 0000
        JUMP    L_0000                          ; 0005
        .byte   0xff                            ; 000a  no instruction has this opcode
`,
    );
    assert.deepEqual([...lineOf], [4, 5, 6]);
  });

  it("writes an empty text for no bytes", () => {
    const text = assertRoundTrip(new Uint8Array(), describeCode(new Uint8Array()).model);
    assert.equal(text, ".target v6\n; 0 bytes (1 of 3000 fields), 0 instructions\n");
  });

  it("returns the line of each statement", () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 20; round++) {
      const { model, program } = describeCode(randomBytecode(random, "v6", 300));
      const { text, lineOf } = disassemble(model, { pc: true });
      const lines = text.split("\n");
      for (let index = 0; index < program.count; index++) {
        const pc = program.pcs[index].toString(16).padStart(4, "0");
        // A statement of several bytes that shares no line stands under its own offset.
        const shown = / ; ([0-9a-f]{4})(?: |$)/.exec(lines[lineOf[index]])?.[1];
        if (index === 0 || lineOf[index] !== lineOf[index - 1]) assert.equal(shown ?? pc, pc);
      }
    }
  });
});

describe("text to bytes and back", function () {
  this.timeout(60_000);
  for (const target of TARGETS) {
    const set = instructionSet(target);
    it(`${target}: any instructions`, () => {
      fc.assert(
        fc.property(fc.array(statementOf(set), { minLength: 1, maxLength: 40 }), (statements) => {
          const bytes = encodeStatements(target, statements);
          assertRoundTrip(bytes, describeCode(bytes, { target }).model, { pc: true, bytes: true });
        }),
        { numRuns: 100 },
      );
    });
    it(`${target}: any bytes`, () => {
      const random = randomNumbers(Number(process.env.SEED ?? Date.now() % 1_000_000));
      for (let round = 0; round < 60; round++) {
        const bytes = randomBytecode(random, target, 4096);
        assertRoundTrip(bytes, describeCode(bytes, { target }).model);
      }
    });
  }
});

/** Half of the targets are those of statements, where they would hardly ever be by chance. */
function encodeStatements(target: TargetName, statements: readonly WireStatement[]): Uint8Array {
  const pcs = statements.map((_, index) =>
    statements.slice(0, index).reduce((sum, { form }) => sum + form.size, 0),
  );
  const builder = new ProgramBuilder(instructionSet(target));
  for (const { form, mode, values } of statements) {
    builder.startInstruction(form, mode);
    for (const [index, { operand, size }] of form.fields.entries()) {
      const value = values[index];
      if (size > 4) builder.addWide(value);
      else if (operand.kind === "target" && value % 2n === 0n)
        builder.addValue(pcs[Number(value) % pcs.length]);
      else builder.addValue(Number(value));
    }
  }
  return encode(builder.finish());
}
