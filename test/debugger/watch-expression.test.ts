/** Watch expressions: what they are worth in a state, and what is said of those that are worth nothing. */

import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { BUILTINS } from "../../assembler/expressions/builtins.ts";
import { CodeView } from "../../debugger/code-view.ts";
import { parseSource } from "../../grammar/source-file.ts";
import {
  parseWatchExpression,
  WatchError,
  type CellState,
  type Named,
  type WatchState,
} from "../../debugger/watch-expression.ts";

const CELLS: Readonly<Record<number, CellState>> = {
  0: { tag: "u32", value: 100n, written: true },
  1: { tag: "u32", value: 7n, written: true },
  2: { tag: "u64", value: 30n, written: true },
  7: { tag: "u8", value: 200n, written: true },
  100: { tag: "ff", value: 5n, written: true },
  101: { tag: "u32", value: 2n, written: true },
  102: { tag: "u1", value: 1n, written: true },
};

const NAMES: Readonly<Record<string, Named>> = {
  n: { kind: "cell", address: 2, relative: false },
  p: { kind: "cell", address: 1, relative: false },
  local: { kind: "cell", address: 1, relative: true },
  SIZE: { kind: "number", value: 3n },
  ".loop": { kind: "number", value: 40n },
  "main.end": { kind: "number", value: 50n },
  pc: { kind: "register", value: 12n },
};

/** A program that the expressions belong to: they call functions at its last statement. */
const view = new CodeView(
  assemble(
    parseSource(
      "program.avm",
      `.contract Echo
.function "echo(value: Field, more: [u8; 4]) -> Field", echo
.const SIZE = 3
.const COUNT = function_count()
.const ECHO_SIZE = size(echo)
.const HERE = $
.cell n = [2]
echo:   SET     [1], u32, #1
.loop:  JUMP    .loop
end:    RETURN  [1], [3]
`,
    ),
  ),
);

const state: WatchState = {
  cell: (address) => CELLS[address] ?? { tag: "ff", value: 0n, written: false },
  lookUp: (name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined),
  field: (region, index) => (region === "calldata" ? BigInt(index) + 1000n : index < 4 ? 0n : undefined),
  compute: (text) => view.evaluate(text, 2),
};

const valueOf = (text: string): bigint => parseWatchExpression(text).evaluate(state).value;

describe("a watch expression", () => {
  const cases: readonly [text: string, value: bigint][] = [
    ["42", 42n],
    ["#0xff", 255n],
    ["'a'", 97n],
    ["[2]", 30n],
    ["[SIZE-1]", 30n],
    ["n", 30n],
    ["[[1]]", 200n],
    ["[p]", 200n],
    ["[sp]", 5n],
    ["[sp+2]", 1n],
    ["[2+sp]", 1n],
    ["sp", 100n],
    ["[[sp+1]]", 30n],
    ["local", 2n],
    ["[local]", 30n],
    ["local+1", 1n],
    ["1+local", 1n],
    ["local-1", 5n],
    ["(n)+1", 31n],
    ["n*2 + 1", 61n],
    ["n + p", 37n],
    ["SIZE + 1", 4n],
    ["n == 30 && [sp+2]", 1n],
    ["n < 5 || p >= 7", 1n],
    ["0 && nothing", 0n],
    ["1 || nothing", 1n],
    ["!n", 0n],
    ["-SIZE", -3n],
    ["2 + 3 * 4 << 1", 28n],
    ["calldata[2]", 1002n],
    ["returndata[SIZE]", 0n],
    ["addr(local)", 101n],
    ["tag(n) == u64", 1n],
    ["tag([sp]) == ff", 1n],
    ["$", 12n],
    [".loop", 40n],
    ["main.end - .loop", 10n],
  ];
  for (const [text, value] of cases) {
    it(`${text} is ${value}`, () => assert.equal(valueOf(text), value));
  }

  // Each function of the language, with cells in its arguments where it takes values.
  const calls: readonly (readonly [text: string, sameAs: string])[] = [
    ["lo(n, 4)", "14"],
    ["hi([2], 4)", "1"],
    ["fdiv(n, [2])", "1"],
    ["inv([0]) * 100 % 21888242871839275222246405745257275088548364400416034343698204186575808495617", "1"],
    ['selector("transfer(Field,u128)")', 'selector(  "transfer(Field,u128)" )'],
    ["selector(echo) == function_selector(0)", "1"],
    ['error_selector("no") != 0', "1"],
    ["function_count()", "1"],
    ["function_label(SIZE - 3)", "0"],
    ['argument_at(echo, "more[2]")', "4"],
    ['argument_size(echo, "more")', "4"],
    ["poseidon2(n, calldata[2])", "poseidon2(30, 1002)"],
    ["poseidon2(n - 1, (n) - 1)", "poseidon2(7, 29)"],
    ["map_slot(SIZE, n)", "map_slot(3, 30)"],
    ["map_slot(-1, pc)", "map_slot(-1, 12)"],
    ["size(echo)", "size(end) + size(echo) - size(end)"],
    ["defined(n) + defined(nothing)", "1"],
    ["is_cell(n)", "1"],
    ["has_addr(n)", "1"],
    ['str("a")', "97"],
    ["n + size(end) - size(end)", "[2]"],
  ];
  for (const [text, sameAs] of calls)
    it(`${text} is ${sameAs}`, () => assert.equal(valueOf(text), valueOf(sameAs)));

  it("can call every function of the language", () => {
    const all = [...calls.map(([text]) => text), "addr(local)"].join();
    for (const name of Object.keys(BUILTINS)) assert.ok(all.includes(`${name}(`), name);
  });

  it("says which cell it names, with its tag", () => {
    const found = parseWatchExpression("[sp+2]").evaluate(state);
    assert.deepEqual(found, { value: 1n, tag: "u1", address: 102, written: true });
  });

  it("has the values that constants have in the program", () => {
    const end = BigInt(view.pcOf(2));
    assert.deepEqual(
      ["COUNT", "ECHO_SIZE", "HERE", "end"].map((name) => view.lookUp(name, 2)),
      [1n, end, end, end].map((value) => ({ kind: "number", value })),
    );
  });

  it("says that a cell was never written", () => {
    const found = parseWatchExpression("[3]").evaluate(state);
    assert.deepEqual(found, { value: 0n, tag: "ff", address: 3, written: false });
  });

  const mistakes: readonly [text: string, message: RegExp][] = [
    ["", /no expression/],
    ["1 +", /ends too early/],
    ["[1", /`\]` is missing/],
    ["(1", /`\)` is missing/],
    ["1 2", /`2` isn't expected/],
    ["nothing", /`nothing` is not defined here/],
    ["12ab", /not a number/],
    ["1 / 0", /division by zero/],
    ["1 << 1000", /more than 512 bits/],
    ["1 << -1", /shifted by -1/],
    ["(1 << 400) * (1 << 400)", /more than 512 bits/],
    ["[0-1]", /no cell -1/],
    ["[1 << 32]", /no cell 4294967296/],
    ["addr(1)", /takes a cell/],
    ["returndata[4]", /returndata has no field 4/],
    ["€", /can't be read/],
    ["map_slots(1, 2)", /there is no function `map_slots`; did you mean `map_slot`\?/],
    ["map_slot(1)", /`map_slot\(slot, key\)` takes 2 arguments; 1 given/],
    ["map_slot(1, 2", /`\)` is missing/],
    ["inv(n - n)", /0 has no inverse/],
    ["selector(n)", /a string in double quotes was expected/],
    ['selector("transfer(field)")', /Field/],
    ["size(nothing)", /`nothing` is not defined/],
    ['"text"', /a text isn't a number; `str\("text"\)`/],
    ["(".repeat(200), /nests too deep/],
    ["1+".repeat(600), /too long/],
  ];
  for (const [text, message] of mistakes) {
    it(`${text.slice(0, 30) || "an empty text"} is refused: ${String(message)}`, () => {
      assert.throws(
        () => valueOf(text),
        (error) => error instanceof WatchError && message.test(error.message),
      );
    });
  }
});
