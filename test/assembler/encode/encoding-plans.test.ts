import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parseSource } from "../../../grammar/source-file.ts";
import { instructionSet } from "../../../isa/instruction-set.ts";
import { assemble } from "../../../assembler/assemble.ts";
import { encode } from "../../../program/codec.ts";

const set = instructionSet("v6");
const names = [...set.byMnemonic.keys(), ...set.byForm.keys(), "set", "Add", "FROB", "M"];
const numbers = [
  "0",
  "1",
  "255",
  "256",
  "65535",
  "65536",
  "4294967296",
  "0xff",
  "0X1F",
  "0xfffffffffffff",
  "0b1",
];
const odd = [
  "999999999999999",
  "9999999999999999",
  "1_0",
  "0x",
  "1x",
  "00012",
  "'a'",
  "A",
  "(1)",
  "1+1",
  "-1",
  "a",
];
const number = fc.constantFrom(...numbers, ...odd);
const operand = fc.oneof(
  number.map((value) => `[${value}]`),
  number.map((value) => `[[${value}]]`),
  number.map((value) => `[sp+${value}]`),
  number.map((value) => `[[sp+${value}]]`),
  number.map((value) => `[sp-${value}]`),
  number.map((value) => `#${value}`),
  fc.constantFrom(
    "[sp]",
    "[[SP]]",
    "u32",
    "U8",
    "ff",
    "a",
    ".x",
    "a.x",
    "b",
    "SENDER",
    "sender",
    "DEPLOYER",
    "c",
    "[c]",
  ),
);
/** Mostly operands of the right number and kind, so that most lines assemble. */
const statement = fc.constantFrom(...names).chain((name) => {
  const definition = set.byMnemonic.get(name.toUpperCase()) ?? set.byForm.get(name.toUpperCase())?.definition;
  const wanted = definition?.operands ?? [];
  const fitting = fc.tuple(
    ...wanted.map(({ kind }) => {
      switch (kind) {
        case "memory":
          return fc
            .tuple(fc.constantFrom("[", "[[", "[sp+", "[[sp+"), number)
            .map(([open, value]) => open + value + (open.startsWith("[[") ? "]]" : "]"));
        case "immediate":
          return number.map((value) => `#${value}`);
        case "tag":
          return fc.constantFrom("u1", "u8", "u32", "u128", "ff", "FF");
        case "target":
          return fc.constantFrom("a", ".x", "a.x", "b", "#7", "$", "b+1");
        case "enum":
          return fc.constantFrom("SENDER", "deployer", "ADDRESS", "CLASS_ID", "#2");
      }
    }),
  );
  return fc
    .oneof({ weight: 6, arbitrary: fitting }, { weight: 1, arbitrary: fc.array(operand, { maxLength: 4 }) })
    .map((operands) => `  ${name} ${operands.join(", ")}`);
});

describe("encoding an instruction by plan", () => {
  it("gives the same result as the reference", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), (statements) => {
        const text = `.const A = 3\n.const D = A+1\n.cell c = [sp+4]\n.macro M x=#1\n.endm\na:\n.x:\n${statements.join("\n")}\nb:`;
        const file = parseSource("x", text);
        const quick = assemble(file);
        const plain = assemble(file, { reference: true });
        assert.deepEqual(quick.diagnostics, plain.diagnostics);
        assert.deepEqual([...quick.program.opcodes], [...plain.program.opcodes]);
        assert.deepEqual([...encode(quick.program)], [...encode(plain.program)]);
      }),
      { numRuns: 1500 },
    );
  });

  it("gives the same result as the reference for lines that are encoded in several calls and rounds", () => {
    const argument = fc.constantFrom("[7]", "[sp+300]", "[[9]]", "#70000", "c", "u32", "ff", "a", "A", "A+1");
    // Some numbers and names behind the mnemonic become the parameter `p`.
    const line = fc
      .tuple(statement, fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }))
      .map(([text, chosen]) => {
        const [mnemonic, ...rest] = text.trim().split(" ");
        let word = 0;
        const operands = rest.join(" ").replace(/[\w.]+/g, (old) => (chosen[word++ % 4] === 0 ? "p" : old));
        return `  ${mnemonic} ${operands}`;
      });
    let whole = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), argument, argument, (lines, one, other) => {
        const head = ".const A = 3\n.cell c = [sp+4]\na:\n.x:\nb:";
        const text = `${head}\n.macro M p\n${lines.join("\n")}\n.endm\nM ${one}\nM ${other}\nM ${one}\n.rept 3\n${lines[0]}\n.endr`;
        const file = parseSource("x", text);
        const quick = assemble(file);
        const plain = assemble(file, { reference: true });
        assert.deepEqual(quick.diagnostics, plain.diagnostics);
        assert.deepEqual([...encode(quick.program)], [...encode(plain.program)]);
        if (!quick.diagnostics.some(({ severity }) => severity === "error")) whole++;
      }),
      { numRuns: 1500 },
    );
    assert.ok(whole >= 30, `only ${whole} programs assemble`);
  });

  it("reads the operand after a tag that is a macro parameter from its own line", () => {
    // Where the tokens of the call are is where others of the instruction would be.
    const layout = fc.record({
      inCall: fc.nat(30),
      inBody: fc.nat(30),
      tag: fc.constantFrom("u8", "u32", "ff"),
      first: fc.nat(255),
      last: fc.nat(255),
      kind: fc.constantFrom("SET [@], t, #%", "CAST [@], [%], t"),
    });
    fc.assert(
      fc.property(layout, ({ inCall, inBody, tag, first, last, kind }) => {
        const instruction = kind.replace("@", String(first)).replace("%", String(last));
        const call = `M 1, ${" ".repeat(inCall)}${tag}, 2, [3], #4`;
        const macro = `.macro M z, t, a, b, c\n${" ".repeat(inBody)}${instruction}\n.endm`;
        const text = `${macro}\n${call}\n${call}\n`;
        const written = instruction.replace(/\bt\b/, tag);
        const [quick, direct] = [text, `${written}\n${written}\n`].map((one) =>
          assemble(parseSource("x", one)),
        );
        assert.deepEqual(quick.diagnostics, []);
        assert.deepEqual([...encode(quick.program)], [...encode(direct.program)]);
      }),
      { numRuns: 500 },
    );
  });
});
