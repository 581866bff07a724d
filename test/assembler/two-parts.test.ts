import assert from "node:assert/strict";
import { parseSource } from "../../grammar/source-file.ts";
import { assemble, assemblePlainly, type Assembly } from "../../assembler/assemble.ts";
import type { Helper } from "../../assembler/straight-line.ts";
import { assertSameAssembly } from "../fuzz/same-assembly.ts";
import { randomNumbers } from "../support/random.ts";
import { straightSource } from "../fuzz/random-source.ts";
import { InTwoParts } from "../support/two-parts.ts";

describe("a text that is placed in two parts", () => {
  /** Fails unless it gives what the plain way gives. Returns that, and whether the rear part was placed by itself. */
  const assembleBoth = (text: string): { assembly: Assembly; parts: number } => {
    const helper = new InTwoParts();
    const assembly = assemble(parseSource("self.avm", text), { helper });
    assertSameAssembly(assembly, assemblePlainly(parseSource("self.avm", text)));
    return { assembly, parts: helper.parts };
  };
  const codes = ({ diagnostics }: Assembly): string[] => diagnostics.map(({ code }) => code);
  const lines = (count: number): string => "\tADD [1], [2], [3] ; a line\n".repeat(count);

  for (const [name, text] of Object.entries({
    "labels of the other part": `a:\n  JUMP b\n${lines(20)}b:\n  JUMP a\n${lines(15)}`,
    "wide values in both": `a:\n  SET [1], ff, #1\n${lines(20)}b:\n  SET [2], u64, #2\n  SET [3], ff, #3\n${lines(9)}`,
    "local labels": `a:\n.x:\n  JUMP .x\n  JUMP b.x\n${lines(20)}b:\n  JUMP .x\n.x:\n  JUMP a.x\n${lines(9)}`,
    "line breaks of two characters": `a:\n${lines(20)}b:\n  JUMP a\n${lines(15)}`.replaceAll("\n", "\r\n"),
    "a target, and a label at the end": `.target v4\na:\n${lines(20)}b:\n${lines(15)}  JUMP c\nc:`,
  })) {
    it(name, () => {
      const { assembly, parts } = assembleBoth(text);
      assert.deepEqual(codes(assembly), []);
      assert.equal(parts, 1);
    });
  }

  for (const [name, text, code] of [
    ["a label in both", `a:\n${lines(20)}a:\n${lines(15)}`, "duplicate-definition"],
    ["a local label in both", `a:\n.x:\n${lines(20)}a:\n.x:\n${lines(15)}`, "duplicate-definition"],
    ["a label in neither", `a:\n JUMP c\n${lines(20)}b:\n JUMP c\n${lines(15)}`, "undefined-name"],
    ["a mistake in the rear part", `a:\n${lines(20)}b:\n${lines(15)} FROB\n`, "unknown-mnemonic"],
    ["a target in the rear part", `a:\n${lines(20)}b:\n.target v6\n${lines(15)}`, "misplaced-target"],
  ] as const) {
    it(`${name}: reported as ever`, () => {
      assert.ok(codes(assembleBoth(text).assembly).includes(code), codes(assembleBoth(text).assembly).join());
    });
  }

  it("whatever it is", () => {
    const random = randomNumbers(5);
    let parts = 0;
    for (let round = 0; round < 1000; round++) parts += assembleBoth(straightSource(random, 120)).parts;
    assert.ok(parts > 100, `${parts}`);
  });

  it("or in one where nobody helps in the end", () => {
    const helper: Helper = { place: () => () => undefined };
    const text = `a:\n  JUMP b\n${lines(20)}b:\n  JUMP a\n${lines(15)}`;
    const found = assemble(parseSource("self.avm", text), { helper });
    assertSameAssembly(found, assemblePlainly(parseSource("self.avm", text)));
  });
});
