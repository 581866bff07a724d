import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { assemble } from "../../../assembler/assemble.ts";
import type { Assembly } from "../../../assembler/assembly.ts";
import { hasErrors } from "../../../diagnostics/diagnostic.ts";
import { parseSource } from "../../../grammar/source-file.ts";
import { assertSameAssembly } from "../../fuzz/same-assembly.ts";

/** Operands of cells: of the call, of the body alone, and of both. */
const cell = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "a+1", "b+200", "1+a", "d", "d+1") },
  { weight: 2, arbitrary: fc.constantFrom("[3]", "[sp+2]", "[[300]]", "cell", "cell+K", "[K]", "a+K") },
  { weight: 1, arbitrary: fc.constantFrom("[a]", "[sp+n]", "[n]", "a+n", "b+b", "a-1") },
);
const line = fc.oneof(
  fc.tuple(cell, cell, cell).map(([x, y, z]) => `ADD ${x}, ${y}, ${z}`),
  fc.tuple(cell, cell).map(([x, y]) => `MOV ${x}, ${y}`),
  fc
    .tuple(
      cell,
      fc.constantFrom("t", "u32"),
      fc.constantFrom("#n", "#n+1", "#K", "#300", "#n+n", "#(1)", "#5000000000"),
    )
    .map((parts) => `SET ${parts.join(", ")}`),
  cell.map((x) => `CAST ${x}, a, t`),
  cell.map((x) => `GETENVVAR ${x}, SENDER`),
  fc
    .constantFrom(".x", ".y", "g", "g.x", "out", "out.x", ".z", "$", "a", "a.x", "out+1")
    .map((to) => `JUMP ${to}`),
  fc.tuple(cell, fc.constantFrom(".x", "out", "g")).map(([x, to]) => `JUMPI ${x}, ${to}`),
  fc.constantFrom(".x:", ".y: NOT a, b", "g:", "g: .x: MOV a, b", "", "; nothing"),
  fc.constantFrom("LATER a", ".byte n", "NOT a,", "u8:", "std_a:", "a:", "ADD:", ".const C = n", "ADD a, b"),
);
/** Most lines fit; a body often has the labels that it uses. */
const body = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), fc.subarray([".x:", ".y:", "g:"]))
  .chain(([lines, labels]) => fc.shuffledSubarray([...lines, ...labels], { minLength: 1 }));
const place = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("[0]", "[54]", "[55]", "[254]", "[255]", "[256]", "[65535]", "[sp+1]"),
  },
  { weight: 2, arbitrary: fc.constantFrom("[[7]]", "[[sp+9]]", "cell", "cell+1", "[K]", "[sp]") },
  { weight: 1, arbitrary: fc.constantFrom("[65536]", "5", "#5", "K", "u8", "out", "nowhere", "[-1]") },
);
const count = fc.constantFrom(
  "0",
  "254",
  "255",
  "256",
  "65535",
  "65536",
  "0xffffffff",
  "K",
  "K+1",
  "'a'",
  "4294967296",
);
const tag = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom("", ", u8", ", u32", ", ff", ", U64", ", u8, [21]", ", u8, [256]"),
  },
  { weight: 1, arbitrary: fc.constantFrom(", bogus", ", [1]", ", 3") },
);
const call = fc.tuple(place, place, count, tag).map(([a, b, n, t]) => `  M ${a}, ${b}, ${n}${t}`);

const program = fc.record({
  body,
  // Most calls have the form of others.
  calls: fc
    .array(call, { minLength: 1, maxLength: 3 })
    .chain((few) => fc.array(fc.constantFrom(...few), { minLength: 3, maxLength: 8 })),
  later: fc.nat(9),
  fallback: fc.constantFrom("u32", "ff", "T"),
});

function textOf({
  body,
  calls,
  later,
  fallback,
}: typeof program extends fc.Arbitrary<infer Value> ? Value : never): string {
  const head = `.const K = 9\n.cell cell = [sp+4]\n.macro M a, b, n=K, t=${fallback}, d=[20]\n${body.join("\n")}\n.endm\nout:\n.x:`;
  const all: string[] = [...calls];
  all.splice(later, 0, ".macro LATER p\n  NOT p, p\n.endm");
  return `${head}\n${all.join("\n")}\n.x2:\n  RETURN [1], [2]`;
}

function assertSameSymbols(found: Assembly, wanted: Assembly): void {
  const list = ({ symbols }: Assembly): unknown[] =>
    symbols.map((symbol) => [
      symbol.kind,
      symbol.name,
      symbol.location,
      symbol.definedOn.line,
      symbol.kind === "label" && [symbol.statement, symbol.private],
    ]);
  assert.deepEqual(list(found), list(wanted));
}

describe("calls of a macro with a straight body", () => {
  it("give the same program as the reference", () => {
    let whole = 0;
    fc.assert(
      fc.property(program, (parts) => {
        const file = parseSource("x", textOf(parts));
        const [found, wanted] = [assemble(file), assemble(file, { reference: true })];
        assertSameAssembly(found, wanted);
        assertSameSymbols(found, wanted);
        if (!hasErrors(wanted.diagnostics)) whole++;
      }),
      { numRuns: 1500 },
    );
    assert.ok(whole >= 100, `only ${whole} programs assemble`);
  });

  it("take the last of two parameters with the same name", () => {
    const file = parseSource(
      "x",
      ".macro M a, a\n  MOV a, [3]\n.endm\n  M [1], [2]\n  M [3], [4]\n  M [5], [6]",
    );
    const wanted = assemble(file, { reference: true });
    assert.deepEqual([...wanted.program.values], [2, 3, 4, 3, 6, 3]);
    assertSameAssembly(assemble(file), wanted);
  });

  it("use the labels of their own arguments", () => {
    const calls = "  J one\n  J one\n  J two\n  J two";
    const file = parseSource("x", `.macro J a\n  JUMP a.x\n.endm\none:\n.x:\n${calls}\ntwo:\n.x:\n${calls}`);
    const found = assemble(file);
    assert.deepEqual(found.diagnostics, []);
    assertSameAssembly(found, assemble(file, { reference: true }));
  });

  for (const name of ["u8", "std_a"]) {
    it(`report a label that can't be called ${name} also if the first call is in a test`, () => {
      const text = `.macro M\n${name}:\n  NOT [1], [1]\n.endm\n.test "t"\n  M\n.endtest\n  M`;
      const file = parseSource("x", text);
      const [found, wanted] = [assemble(file), assemble(file, { reference: true })];
      assert.ok(wanted.diagnostics.some(({ code }) => code === "reserved-name"));
      assertSameAssembly(found, wanted);
    });
  }

  it("stop at the same line as the reference if there are too many", () => {
    const text = `.macro M\n  NOT [1], [1]\n.x:\n  NOT [2], [2]\n.endm\n${"  M\n".repeat(9)}`;
    const file = parseSource("x", text);
    for (let lines = 1; lines < 50; lines++) {
      const [found, wanted] = [assemble(file, { lines }), assemble(file, { lines, reference: true })];
      assertSameAssembly(found, wanted);
      assertSameSymbols(found, wanted);
    }
  });
});
