/** Arithmetic on sets of values: whatever the operands are, the result has bounds, and holds what each member gives. */

import assert from "node:assert/strict";
import { compute } from "../../../analysis/domain/arithmetic.ts";
import { U32 } from "../../../analysis/domain/cell.ts";
import { TOP, Values } from "../../../analysis/domain/value.ts";
import { TAGS, tagLimit, truncate, type Tag } from "../../../isa/tags.ts";

const OPERATIONS = {
  add: (x: bigint, y: bigint) => x + y,
  sub: (x: bigint, y: bigint) => x - y,
  mul: (x: bigint, y: bigint) => x * y,
  div: (x: bigint, y: bigint) => (y === 0n ? undefined : x / y),
  and: (x: bigint, y: bigint) => x & y,
  or: (x: bigint, y: bigint) => x | y,
  xor: (x: bigint, y: bigint) => x ^ y,
  lt: (x: bigint, y: bigint) => (x < y ? 1n : 0n),
  eq: (x: bigint, y: bigint) => (x === y ? 1n : 0n),
} as const;

describe("joins of values", () => {
  it("terminate by widening for an address in one of several objects", () => {
    const values = new Values();
    const place = values.newRegion([values.constant(2000n)]);
    let value = values.set([3000, place]);
    for (let round = 1; ; round++) {
      const wider = values.widen(value, compute("add", values, U32, value, 1));
      if (wider === value) break;
      value = wider;
      assert.ok(round < 10, `round ${round}`);
    }
    assert.ok(values.admits(value, 3500) && values.admits(value, place + 500));
  });

  it("raise the bounds of different counters to one by widening far", () => {
    const values = new Values();
    const far = (from: number, to: number): number =>
      values.joinContents(U32, from, U32, values.set([from, to]), "far");
    const counter = far(1, 2);
    assert.equal(far(1, 30), counter);
    assert.equal(
      values.joinContents(U32, counter, U32, compute("add", values, U32, counter, 1), "far"),
      counter,
    );
    assert.ok(values.high(counter) < 2 ** 32);
  });

  for (const name of ["join", "cover", "widen", "widenFar"] as const) {
    it(`${name} covers both values`, () => {
      const values = new Values();
      const place = values.newRegion([values.constant(2000n)]);
      const all = [
        ...[0, 2, 4, 100, 2 ** 32 - 2].flatMap((a, k, list) => list.slice(k).map((b) => values.set([a, b]))),
        ...[values.range(3, 9), values.range(0, 2 ** 32 - 1), values.range(1, 2, 8), TOP],
        ...[values.constant(1n << 100n), values.constant(1n << 40n)],
        ...[place, place + 4, values.set([place, 4]), values.range(place, place + 9)],
        values.union([values.range(0, 9), place]),
        ...[values.set([2000, place + 1]), values.set([2000, 2001, place + 1, place + 2])],
      ];
      for (const a of all) {
        for (const b of all) {
          const either = name === "widenFar" ? values.widen(a, b, true) : values[name](a, b);
          for (const member of [...(values.members(a) ?? []), ...(values.members(b) ?? [])])
            assert.ok(values.admits(either, member), `${member} in ${name} of ${a} and ${b}`);
          for (const one of [a, b]) {
            assert.ok(values.low(either) <= values.low(one));
            assert.ok(values.high(either) >= values.high(one));
          }
        }
      }
    });
  }
});

describe("arithmetic on sets of values", () => {
  for (const [name, exact] of Object.entries(OPERATIONS) as [
    keyof typeof OPERATIONS,
    (x: bigint, y: bigint) => bigint | undefined,
  ][]) {
    it(`${name} has bounds, and covers the result for each member`, () => {
      for (const tag of TAGS.filter((one) => name === "add" || name === "mul" || one !== "ff")) {
        const values = new Values();
        const operands: readonly [value: number, members: readonly bigint[]][] = [
          [0, [0n]],
          [1, [1n]],
          [7, [7n]],
          [255, [255n]],
          [values.set([0, 5]), [0n, 5n]],
          [values.range(0, 0), [0n]],
          [values.range(0, 100), [0n, 1n, 50n, 100n]],
          [values.range(3, 9), [3n, 6n, 9n]],
          [values.constant(1n << 100n), [1n << 100n]],
          [TOP, [0n, 1n, 200n, (1n << 127n) + 3n]],
        ];
        for (const [a, lefts] of operands)
          for (const [b, rights] of operands) {
            // If it isn't known which of two tags the operands have, the result covers those of both.
            for (const other of TAGS) check(values, [tag, other], name, exact, [a, lefts], [b, rights]);
          }
      }
    });
  }

  it("is known for two tags if the result wraps under neither", () => {
    const values = new Values();
    const tags = U32 | (1 << TAGS.indexOf("u8"));
    assert.deepEqual(
      [
        compute("add", values, tags, 200, 55),
        compute("sub", values, tags, 9, 4),
        compute("mul", values, tags, 5, 51),
      ],
      [255, 5, 255],
    );
    assert.deepEqual(
      [
        compute("add", values, tags, 200, 56),
        compute("sub", values, tags, 4, 9),
        compute("mul", values, tags, 5, 52),
      ],
      [TOP, TOP, TOP],
    );
  });
});

function check(
  values: Values,
  [tag, other]: readonly [Tag, Tag],
  name: keyof typeof OPERATIONS,
  exact: (x: bigint, y: bigint) => bigint | undefined,
  [a, lefts]: readonly [number, readonly bigint[]],
  [b, rights]: readonly [number, readonly bigint[]],
): void {
  const fits = (value: bigint): boolean => value < tagLimit(tag);
  if (!lefts.some(fits) || !rights.some(fits)) return;
  const result = compute(name, values, (1 << TAGS.indexOf(tag)) | (1 << TAGS.indexOf(other)), a, b);
  const where = `${name} of ${String(lefts)} and ${String(rights)} as ${tag} or ${other}`;
  assert.ok(!Number.isNaN(values.low(result)) && !Number.isNaN(values.high(result)), where);
  for (const x of lefts.filter(fits))
    for (const y of rights.filter(fits)) {
      const value = exact(x, y);
      if (value === undefined) continue;
      const wrapped = name === "lt" || name === "eq" ? value : truncate(value, tag);
      const low = BigInt(values.low(result));
      const high = values.high(result);
      assert.ok(low <= wrapped || values.exact(result) === wrapped, `${where}: ${wrapped} is below ${low}`);
      assert.ok(high === Infinity || wrapped <= BigInt(high), `${where}: ${wrapped} is above ${high}`);
    }
}
