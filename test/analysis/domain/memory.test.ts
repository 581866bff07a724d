import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Memory } from "../../../analysis/domain/memory.ts";
import { setSlot, uniformPage, weakenSlots } from "../../../analysis/domain/pages.ts";
import { emptyTables } from "../../../analysis/domain/tables.ts";
import { TOP } from "../../../analysis/domain/value.ts";

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

  it("writes again to a page that was written, and reports each write of a cell that too many may have written", () => {
    const { pages, tables } = memory();
    const overflown = new Set<number>();
    tables.origins.onOverflow = (origin) => overflown.add(origin);
    const write = (origin: number): void => {
      weakenSlots(pages, 0, 0, PAGE - 1, { tags: U8, value: TOP, origin }, tables);
    };
    pages.insert(0, 0, uniformPage(pages, { tags: U8, value: TOP, origin: 30 }));
    for (let origin = 1; origin <= 20; origin++) write(origin);
    for (let origin = 1; origin <= 20; origin++) assert.ok(overflown.has(origin), `${origin}`);
    overflown.clear();
    write(20);
    assert.ok(overflown.has(20));
    setSlot(pages.writableAt(0), 5, U16, TOP, 1);
    write(20);
    assert.equal(pages.pages[0].tags[5], U8 | U16);
  });
});
