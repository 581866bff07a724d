import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "mocha";
import { instructionSet, type WireForm } from "../../isa/instruction-set.ts";
import { TARGETS } from "../../isa/table.ts";
import { TAGS } from "../../isa/tags.ts";
import { decode, encode } from "../../program/codec.ts";
import { assembleText, bytesOf } from "../support/assemble.ts";
import { statementOf } from "../support/statements.ts";

/** One of the recorded examples: bytes as Aztec's own encoder makes them, and what went in. */
interface WireExample {
  readonly name: string;
  readonly size: number;
  readonly exampleHex: string;
  readonly addressingMode?: number;
  readonly operands: Readonly<Record<string, number | string>>;
}

const examples = JSON.parse(
  readFileSync(new URL("../fixtures/wire-v4.json", import.meta.url), "utf8"),
) as WireExample[];

/** A memory operand with these mode bits. */
function memory(address: bigint | number, mode: number): string {
  const inner = mode & 2 ? `[sp+${address}]` : `[${address}]`;
  return mode & 1 ? `[${inner}]` : inner;
}

/** The statement that has these operands in this form. */
function statement(form: WireForm, mode: number, values: readonly bigint[]): string {
  const operands = form.fields.map(({ operand, pair }, index) => {
    if (operand.kind === "memory") return memory(values[index], (mode >> (2 * pair)) & 3);
    if (operand.kind === "tag") return TAGS[Number(values[index])];
    return `#${values[index]}`;
  });
  return `${form.name} ${operands.join(", ")}`;
}

describe("the wire", () => {
  it("has 68 recorded forms", () => assert.equal(examples.length, 68));

  const v4 = instructionSet("v4");
  for (const { name, exampleHex, addressingMode, operands } of examples) {
    it(`${name} is written as Aztec's encoder writes it`, () => {
      const form = v4.byForm.get(name)!;
      const values = form.fields.map(({ operand }) => BigInt(operands[operand.name]));
      // The examples set spare mode bits too, which no statement can.
      const used = (1 << (2 * form.definition.memoryOperandCount)) - 1;
      const mode = (addressingMode ?? 0) & used;
      const bytes = Buffer.from(exampleHex, "hex");
      if (form.modeSize === 1) bytes[1] = mode;
      if (form.modeSize === 2) bytes.writeUInt16BE(mode, 1);
      assert.equal(bytesOf(statement(form, mode, values), "v4"), bytes.toString("hex"));
    });
    it(`${name} is read as it was written, spare mode bits included`, () => {
      const bytes = Buffer.from(exampleHex, "hex");
      const program = decode(v4, bytes);
      assert.equal(program.count, 1);
      assert.equal(v4.byOpcode[program.opcodes[0]]?.name, name);
      assert.equal(program.modes[0], addressingMode ?? 0);
      assert.equal(Buffer.from(encode(program)).toString("hex"), exampleHex);
    });
  }

  it("has v6's ECADD with five operands", () => {
    assert.equal(bytesOf("ECADD [1], [2], [3], [4], [5]"), "4200000001000200030004" + "0005");
    assert.equal(bytesOf("ECADD [[1]], [sp+2], [3], [4], [[sp+5]]"), "420309" + "00010002000300040005");
  });
  it("has v6's member 3 of GETCONTRACTINSTANCE", () => {
    assert.equal(bytesOf("GETCONTRACTINSTANCE [1], [2], IMMUTABLES_HASH"), "36000001000203");
    assert.deepEqual(
      assembleText("GETCONTRACTINSTANCE [1], [2], IMMUTABLES_HASH", { target: "v4" }).diagnostics.map(
        ({ code }) => code,
      ),
      ["unknown-member"],
    );
  });
});

describe("every instruction of every target", () => {
  for (const target of TARGETS) {
    const set = instructionSet(target);
    it(`${target}: text to bytes to program is the identity`, () => {
      fc.assert(
        fc.property(fc.array(statementOf(set), { minLength: 1, maxLength: 8 }), (statements) => {
          const text = statements.map(({ form, mode, values }) => statement(form, mode, values)).join("\n");
          const assembly = assembleText(text, { target });
          assert.deepEqual(assembly.diagnostics, []);
          const program = decode(set, encode(assembly.program));
          assert.deepEqual(
            [...program.opcodes],
            statements.map(({ form }) => form.opcode),
          );
          assert.deepEqual(
            [...program.modes],
            statements.map(({ mode }) => mode),
          );
          const values = statements.flatMap(({ values }) => values);
          const decoded = [...program.opcodes].flatMap((opcode, index) =>
            set.byOpcode[opcode]!.fields.map(({ size }, position) => {
              const value = program.values[program.firsts[index] + position];
              return size > 4 ? program.wide[value] : BigInt(value);
            }),
          );
          assert.deepEqual(decoded, values);
        }),
        { numRuns: 300 },
      );
    });
    it(`${target}: a plain mnemonic takes the narrowest form that holds every operand`, () => {
      fc.assert(
        fc.property(statementOf(set), ({ form, mode, values }) => {
          const text = statement(form, mode, values).replace(form.name, form.definition.mnemonic);
          const { program, diagnostics } = assembleText(text, { target });
          assert.deepEqual(diagnostics, []);
          const narrowest = form.definition.wireForms.find((candidate) =>
            candidate.fields.every(({ size }, index) => values[index] < 1n << BigInt(8 * size)),
          );
          assert.equal(set.byOpcode[program.opcodes[0]]?.name, narrowest?.name);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe("any bytes", () => {
  it("decode to a program that encodes to the same bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TARGETS), fc.uint8Array({ maxLength: 400 }), (target, bytes) => {
        const again = encode(decode(instructionSet(target), bytes));
        assert.deepEqual([...again], [...bytes]);
      }),
      { numRuns: 500 },
    );
  });
});
