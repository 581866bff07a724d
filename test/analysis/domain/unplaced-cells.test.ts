/**
 * Cells at or above the frontier are known by place only. A read of their address must find what they hold, whatever has become of
 * the regions: random allocations, writes, joins and drops of regions, beside concrete memories that the abstract one must cover.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { U32, UNKNOWN_TAGS } from "../../../analysis/domain/cell.ts";
import { allocate, reconcile } from "../../../analysis/domain/heap.ts";
import { Memory } from "../../../analysis/domain/memory.ts";
import { emptyTables } from "../../../analysis/domain/tables.ts";
import { TOP } from "../../../analysis/domain/value.ts";
import { randomNumbers, type RandomNumbers } from "../../support/random.ts";

const POINTER = 1;
const FIRST = 2000;
/** Cells that hold addresses: from this one on, so many. */
const KEPT = 2;
const KEPT_CELLS = 3;
const FF = 1;
/** The tags that are written. */
const TAGS = [2, 4, 8, 16, 32, 64];
/** How many random histories are tried: `UNPLACED_HISTORIES=20000` tries that many. */
const HISTORIES = Number(process.env.UNPLACED_HISTORIES ?? 2000);
/** How far above the first address cells are compared. */
const CHECKED = 40;

/** One run: the address of the next free cell, and the tags of the written cells. */
interface Run {
  free: number;
  /** The addresses in the cells from {@link KEPT} on. */
  readonly kept: number[];
  readonly tags: Map<number, number>;
}

/** An abstract memory, and runs that it must cover. */
interface Covered {
  readonly memory: Memory;
  readonly runs: Run[];
}

function start(): Covered {
  const tables = emptyTables();
  const memory = Memory.fresh(tables);
  memory.write(POINTER, U32, FIRST, 1);
  return { memory, runs: [{ free: FIRST, kept: [], tags: new Map() }] };
}

function pointerOf(memory: Memory): number {
  memory.read(POINTER);
  return memory.value;
}

function copyOf({ memory, runs }: Covered): Covered {
  return {
    memory: memory.fork(),
    runs: runs.map(({ free, kept, tags }) => ({ free, kept: [...kept], tags: new Map(tags) })),
  };
}

function change(random: RandomNumbers, { memory, runs }: Covered): void {
  const pointer = pointerOf(memory);
  const tag = TAGS[random.below(TAGS.length)];
  const by = random.below(4);
  const action = random.below(9);
  if (action === 0 || action > 6) {
    // To one of some addresses.
    const ranges = Array.from({ length: 1 + random.below(3) }, () => {
      const low = FIRST + random.below(12);
      return { low, high: low + random.below(6) };
    });
    memory.weakWriteEach(ranges, tag, TOP, 1);
    for (const { tags } of runs) {
      const { low, high } = ranges[random.below(ranges.length)];
      tags.set(low + random.below(high - low + 1), tag);
    }
    return;
  }
  if (pointer < 0) return;
  if (action <= 2) {
    memory.write(pointer + by, tag, TOP, 1);
    for (const { free, tags } of runs) tags.set(free + by, tag);
  } else if (action === 3) {
    memory.write(POINTER, U32, pointer + by, 1);
    for (const run of runs) run.free += by;
  } else if (action === 4) {
    const { values } = memory.tables;
    const least = random.below(2);
    const next = values.range(pointer + least, pointer + least + 5);
    memory.write(POINTER, U32, allocate(memory, pointer + least, next), 1);
    for (const run of runs) run.free += least + random.below(6);
  } else if (action === 5) {
    const k = random.below(KEPT_CELLS);
    memory.write(KEPT + k, U32, pointer, 1);
    for (const { free, kept } of runs) kept[k] = free;
  } else {
    // Regions that no instruction uses any more are dropped.
    const used = new Set<number>();
    for (let cell = POINTER; cell < KEPT + KEPT_CELLS; cell++) {
      memory.read(cell);
      for (const id of memory.tables.values.regionsIn(memory.value)) used.add(id);
    }
    memory.keepRegions(memory.regions.filter(({ id }) => used.has(id) || random.below(2) === 0));
  }
}

function check({ memory, runs }: Covered, seed: number): void {
  for (const { kept, tags } of runs) {
    for (let k = 0; k < KEPT_CELLS; k++) {
      memory.read(KEPT + k);
      const address = memory.value;
      if (memory.tags !== U32 || address < 0) continue;
      for (let by = 0; by < 6; by++) {
        memory.read(address + by);
        const tag = tags.get(kept[k] + by) ?? FF;
        assert.ok(
          memory.tags & tag,
          `seed ${seed}: ${by} cells behind [${kept[k]}] is ${tag}, not among ${memory.tags}`,
        );
        memory.readRange(address + by, address + by + 3);
        assert.ok(memory.tags & tag, `seed ${seed}: a range from ${by} cells behind [${kept[k]}] on`);
      }
    }
    for (let cell = FIRST; cell < FIRST + CHECKED; cell++) {
      const tag = tags.get(cell) ?? FF;
      memory.read(cell);
      assert.ok(memory.tags & tag, `seed ${seed}: [${cell}] has ${tag}, not among ${memory.tags}`);
      memory.readRange(cell - 2, cell + 1);
      assert.ok(memory.tags & tag, `seed ${seed}: a range around [${cell}]`);
    }
  }
}

/** Paths that part and meet, nested a few times. */
function walk(random: RandomNumbers, covered: Covered, depth: number): Covered {
  for (let k = random.below(5); k > 0; k--) change(random, covered);
  if (depth === 0) return covered;
  const mark = pointerOf(covered.memory);
  const ways = [walk(random, copyOf(covered), depth - 1), walk(random, covered, random.below(depth))];
  const [first, second] = ways;
  if (random.below(3) > 0)
    reconcile(
      ways.map(({ memory }) => memory),
      POINTER,
      mark,
    );
  first.memory.join(second.memory, "none");
  const met = { memory: first.memory, runs: [...first.runs, ...second.runs] };
  for (let k = random.below(4); k > 0; k--) change(random, met);
  return met;
}

describe("cells at or above the frontier", () => {
  it("are unknown if they are places in a region that doesn't exist, and there is no frontier", () => {
    const { memory } = start();
    const place = memory.tables.values.newRegion([FIRST]);
    memory.readRange(place, place + 3);
    assert.equal(memory.tags, UNKNOWN_TAGS);
    memory.read(place);
    assert.equal(memory.tags, UNKNOWN_TAGS);
  });

  it("are covered by what their address reads", () => {
    let known = 0;
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const random = randomNumbers(seed);
      const covered = walk(random, start(), 1 + random.below(3));
      check(covered, seed);
      const { memory } = covered;
      if (memory.frontier === Infinity) continue;
      memory.read(memory.frontier);
      if ((memory.tags & 0x7f) !== 0x7f) known++;
    }
    assert.ok(known > HISTORIES / 8, `${known}`);
  });
});
