import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Memory } from "../../../analysis/domain/memory.ts";
import { emptyTables } from "../../../analysis/domain/tables.ts";

const PAGE = 32;
const [U8, U16, U32] = [2, 4, 8];

function memory(): Memory {
  const tables = emptyTables();
  return Memory.fresh(tables);
}

describe("the memory of the analysis", () => {
  for (const pages of [300, 700])
    it(`covers the contents of ${pages} pages after a write to any of them`, () => {
      const known = memory();
      const { values } = known.tables;
      const low = 40;
      const high = low + pages * PAGE;
      for (let cell = low; cell < high; cell += PAGE)
        known.write(cell, cell % 3 === 0 ? U8 : U16, values.constant(BigInt(cell % 200)), 0);
      known.write(1, U8, values.constant(7n), 0);
      known.weakWriteRange(low, high, U32, values.constant(5n), 0);
      for (let cell = low; cell < high; cell += PAGE) {
        known.read(cell);
        const before = cell % 3 === 0 ? U8 : U16;
        assert.equal(known.tags & (before | U32), before | U32, `[${cell}]`);
        assert.ok(values.low(known.value) <= Math.min(5, cell % 200), `[${cell}]`);
        assert.ok(values.high(known.value) >= Math.max(5, cell % 200), `[${cell}]`);
      }
      known.read(1);
      assert.equal(known.tags, U8);
    });
});
