import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { FIELD_MODULUS } from "../../../isa/tags.ts";
import { parseNumber } from "../../../assembler/expressions/literals.ts";
import { valueOf } from "../../../program/program.ts";
import { assembleText, bytesOf } from "../../support/assemble.ts";

/** The value of an expression as SET_FF holds it, with these lines in front. */
function evaluate(expression: string, before = ""): bigint {
  const { program, diagnostics } = assembleText(`${before}\nSET_FF [0], ff, #${expression}`);
  assert.deepEqual(diagnostics, []);
  return valueOf(program, program.count - 1, 2);
}

describe("expressions", () => {
  const cases: [expression: string, value: bigint, before?: string][] = [
    ["1 + 2 * 3 - 4 / 2 % 3", 5n],
    ["(1 + 2) * 3", 9n],
    ["1 << 4 | 3 & 2 ^ 1", 19n],
    ["0x_1".replace("_", ""), 1n],
    ["1_000 + 0xff_ff + 0b1_0 + 0o1_7", 1000n + 65535n + 2n + 15n],
    ["'a' + '\\n' + '\\x41' + '\\u{1F600}' + '\\''", 97n + 10n + 65n + 0x1f600n + 39n],
    ["-7 / 2 + 10", 7n],
    ["~0 & 0xff", 255n],
    ["-1 >> 5000", FIELD_MODULUS - 1n],
    ["1 >> 5000", 0n],
    ["0 << 99999999", 0n],
    ["!0 + !5 + (1 < 2) + (2 <= 2) + (3 > 4) + (1 == 1) + (1 != 1) + (1 && 0) + (1 || 0)", 5n],
    ["-1", FIELD_MODULUS - 1n],
    ["A * A", 49n, ".const A = B + 1\n.const B = 6"],
    ["lo(0x1234, 8) + hi(0x1234, 8)", 0x46n],
    ["lo(-1, 16)", 65535n],
    ["inv(2) * 2 % 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001", 1n],
    ["fdiv(1, 2) - inv(2)", 0n],
    ['str("ab")', 0x6162n],
    ['selector("constructor((Field),str<31>,str<31>,u8)")', 0x5e134abfn],
    ["end - start", 5n, "start: JUMP end\nend:"],
    ["$", 5n, "start: JUMP start"],
    ["size(start)", 6n, "start: JUMP start\n.x: INTERNALRETURN\nend: INTERNALRETURN"],
    ["addr(cells) + 1", 8n, ".cell cells = [7]"],
  ];
  for (const [expression, value, before] of cases) {
    it(`${expression} is ${value}`, () => assert.equal(evaluate(expression, before), value));
  }

  it("have the values that JavaScript's integers have", () => {
    const operations: Record<string, (a: bigint, b: bigint) => bigint> = {
      "+": (a, b) => a + b,
      "-": (a, b) => a - b,
      "*": (a, b) => a * b,
      "&": (a, b) => a & b,
      "|": (a, b) => a | b,
      "^": (a, b) => a ^ b,
    };
    const leaf = fc.bigInt(0n, 1n << 64n).map((value) => ({ text: `${value}`, value }));
    const { tree } = fc.letrec<{ tree: { text: string; value: bigint } }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc
          .tuple(tie("tree"), fc.constantFrom(...Object.entries(operations)), tie("tree"))
          .map(([a, [operator, operate], b]) => ({
            text: `(${a.text} ${operator} ${b.text})`,
            value: operate(a.value, b.value),
          })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(value > -(1n << 512n) && value < 1n << 512n);
        assert.equal(evaluate(`lo(${text}, 250)`), value & ((1n << 250n) - 1n));
      }),
      { numRuns: 200 },
    );
  });
});

describe("numbers", () => {
  for (const text of ["", "_1", "1_", "1__0", "0x", "0x_1", "0xg", "0b2", "0o8", "1a", "0_x1"]) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(parseNumber(text), "malformed"));
  }
  it("aren't converted if they are too long", () => {
    assert.equal(parseNumber("9".repeat(1_000_000)), "too-large");
  });
});

describe("operand forms", () => {
  const cases: [text: string, hex: string][] = [
    ["SET [1], u8, #255", "27000102ff"],
    ["SET [1], u8, #256", "280000" + "01020100"],
    ["SET [256], u8, #1", "28000100020001"],
    ["SET [1], u64, #0x1_0000_0000", "2a000001050000000100000000"],
    ["SET [1], u8, #x\nx:", "290000010200000009"],
    ["ADD [255], [sp+0], [[7]]", "0018ff0007"],
    ["ADD [256], [sp], [[7]]", "0118010000000007"],
    ["MOV [x], [1]\nx:", "2e0000060001"],
    ["jumpi [1], #7", "24000001" + "00000007"],
    ["GetEnvVar [1], sender", "1e00000101"],
    ["GETENVVAR [1], #77", "1e0000014d"],
    [".byte 1, 'a', lo(x, 8), x >> 8\nx:", "01610400"],
  ];
  for (const [text, hex] of cases) it(JSON.stringify(text), () => assert.equal(bytesOf(text), hex));
});

describe("cells", () => {
  const declarations = ".cell p = [4]\n.cell q = [sp+5] : u32\n";
  const cases: [written: string, plain: string][] = [
    ["p", "[4]"],
    ["q", "[sp+5]"],
    ["[p]", "[[4]]"],
    ["[q]", "[[sp+5]]"],
    ["p+1", "[5]"],
    ["q-2", "[sp+3]"],
    ["[p+1]", "[[5]]"],
    ["[q+1]", "[[sp+6]]"],
  ];
  for (const [written, plain] of cases) {
    it(`${written} is ${plain}`, () => {
      assert.equal(bytesOf(`${declarations}MOV ${written}, [1]`), bytesOf(`MOV ${plain}, [1]`));
    });
  }
});
