/** Watch expressions: what they are worth in a state, and what is said of those that are worth nothing. */

import assert from "node:assert/strict";
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
  pc: { kind: "number", value: 12n },
};

const state: WatchState = {
  cell: (address) => CELLS[address] ?? { tag: "ff", value: 0n, written: false },
  lookUp: (name) => (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined),
  field: (region, index) => (region === "calldata" ? BigInt(index) + 1000n : index < 4 ? 0n : undefined),
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

  it("says which cell it names, with its tag", () => {
    const found = parseWatchExpression("[sp+2]").evaluate(state);
    assert.deepEqual(found, { value: 1n, tag: "u1", address: 102, written: true });
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
