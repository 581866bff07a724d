import assert from "node:assert/strict";
import { parseLine, parseLineByGrammar } from "../../grammar/source-file.ts";
import { rememberedShapes, rememberShapes } from "../../grammar/tree-cache.ts";
import { contentOf } from "../fuzz/line.ts";

// Shapes that no other test has met: this process doesn't know them yet.
const STATEMENTS = [
  "ADD [1], [[sp+1]], #1, u8, [a+2], [[3]], [sp], #0x10, b, .c, a.b, [a]",
  "ADD #1, #2, #(3+4), [[sp+(1+2)]], [1], [1], [1], [1]",
  ".byte 1, 2, a, (b), 3, c, 4, d, 5",
  '.const A = selector("f(a; b)") + \'"\' + "//" ; "a comment"',
  '.const A = selector("0x1\u2026 \u{1f600}\u0080") + B',
  "FOO a, b, c, d, e, f, g, h, i, j ; and a comment",
];

describe("shapes that another process remembers", () => {
  before(() => {
    for (const text of [...STATEMENTS, "a:", ".a:"]) parseLine(text);
    rememberShapes(new TextEncoder().encode(rememberedShapes()));
  });
  after(() => {
    rememberShapes(new Uint8Array());
  });

  for (const statement of STATEMENTS) {
    for (const label of ["a: ", "  .b:", "loop :", "a: .b: ", "a.b: "]) {
      const text = label + statement;
      it(text, () => {
        assert.deepEqual(contentOf(parseLine(text)), contentOf(parseLineByGrammar(text)));
      });
    }
  }
});
