/**
 * Remembers what the analysis of each arm has found, for the next analysis of the program after an edit: an arm is analysed again
 * only if its code, the code that it calls, or the state in which it begins has changed.
 */

import type { Block, Graph, Routine } from "../code/control-flow.ts";
import type { Code, Op } from "../code/decoded-code.ts";
import type { Content } from "../domain/cell.ts";
import { ASSUMED, UNWRITTEN } from "../domain/provenance.ts";
import type { Paused } from "../../program/cooperative.ts";
import { lowerBound } from "../../program/search.ts";
import type { State } from "../domain/state.ts";
import type { Origin, Tables } from "../domain/tables.ts";
import type { TranscriptReader } from "../domain/transcript.ts";
import type { Values } from "../domain/value.ts";
import { equalsEntry, renumberEntry, samePath } from "./arm-entry.ts";
import type { CallStrings } from "./call-contexts.ts";
import type { Effects } from "./effects.ts";
import { UntouchedCells, type CellUse } from "./untouched-cells.ts";

/** How many records are kept for one arm: later passes of an analysis need records of their own. */
const MAX_RECORDS = 4;
/** For how many edits the records are kept that an edit has invalidated, in case that it is undone. */
const MAX_INVALIDATED = 2;

/** The circumstances in which an arm is analysed. */
export interface ArmStart {
  /** The number of its first instruction. */
  readonly head: number;
  readonly depth: number;
  /** See `Activation.choices`. */
  readonly choices: number;
  readonly isLeaf: boolean;
  /** Whether it is known of its blocks that no path leads from them to a return. */
  readonly isHalting: boolean;
  /** How many cells operands name by address. */
  readonly namedCells: number;
  /** With trace partitioning, how many cells of the frame operands name; otherwise -1. */
  readonly frameCells: number;
  /** The call instructions that led to it, the innermost first. */
  readonly calls: readonly number[];
}

/** Comparisons of the analysis's work with shares of its bound on steps, and how they came out. */
export class ShareComparisons {
  /** By share: the largest work that didn't exceed it, and the smallest that did. */
  private readonly limits = new Map<number, { within: number; beyond: number }>();

  note(work: number, share: number, exceeds: boolean): void {
    let limits = this.limits.get(share);
    if (!limits) this.limits.set(share, (limits = { within: 0, beyond: Infinity }));
    if (exceeds) limits.beyond = Math.min(limits.beyond, work);
    else limits.within = Math.max(limits.within, work);
  }

  /** Whether all of them come out in the same way for this bound. */
  hold(steps: number): boolean {
    for (const [share, { within, beyond }] of this.limits)
      if (within > steps * share || beyond <= steps * share) return false;
    return true;
  }
}

/** The result of the analysis of an arm. Instructions have the numbers of the last analysis; values and origins are in the transcript. */
export interface ArmRecord extends CellUse {
  readonly start: ArmStart;
  /** The blocks of the arm, and of all routines that it calls. */
  readonly blocks: Int32Array;
  /** By first instruction of each called routine: how many calls of it were in progress when the arm began. */
  readonly running: readonly (readonly [first: number, calls: number])[];
  readonly comparisons: ShareComparisons;
  readonly steps: number;
  /** How many regions and names were made. */
  readonly regions: number;
  /** Computed on demand. */
  readonly cache: {
    untouched: UntouchedCells | undefined;
    /** All writes that origins in the record stand for, in ascending order. */
    writes: Int32Array | undefined;
  };
}

/** What decides whether a record still holds. */
export interface ArmConditions {
  readonly code: Code;
  readonly start: ArmStart;
  readonly state: State;
  readonly strings: CallStrings;
  readonly tables: Tables;
  /** The number of steps so far, and their bound. */
  readonly steps: number;
  readonly limit: number;
  readonly repairs: (op: Op) => boolean;
  /** How many calls of the routine that begins with an instruction are in progress. */
  readonly running: (first: number) => number;
  /** Returns true if an `.expect` or `.assume` is in one of the blocks. Records don't contain facts about annotations. */
  readonly isAnnotated: (blocks: Int32Array) => boolean;
}

export class ArmMemo {
  private known: Analysed | undefined;
  /** How many results have been used again so far. */
  used = 0;
  /** By first instruction of an arm. */
  private records = new Map<number, ArmRecord[]>();
  /** Records whose code was in an earlier version of the program and isn't in the last one; the latest edit comes first. */
  private invalidated: readonly Invalidated[] = [];

  /**
   * Called before each analysis: keeps the records whose code is in the program, and renumbers their instructions. If it isn't run to its
   * end, nothing changes.
   */
  *updating(code: Code, graph: Graph, values: Values): Paused<void> {
    const next = { code, graph, values };
    const records = new Map<number, ArmRecord[]>();
    const invalidated: Invalidated[] = [];
    const earlier = this.known && { version: this.known, records: [...this.records.values()].flat() };
    for (const { version, records: old } of earlier ? [earlier, ...this.invalidated] : []) {
      const edit = new Edit(version, next);
      yield;
      const invalid: ArmRecord[] = [];
      for (const record of old) {
        const moved = edit.moved(record);
        if (moved) addTo(records, moved);
        else invalid.push(record);
        yield;
      }
      if (invalid.length > 0) invalidated.push({ version, records: invalid });
    }
    this.known = next;
    this.records = records;
    this.invalidated = invalidated.slice(0, MAX_INVALIDATED);
  }

  /** Adds the result of an analysis, unless another version of the program has been analysed since it began. */
  add(record: ArmRecord, code: Code): void {
    if (code !== this.known?.code) return;
    const { head } = record.start;
    this.records.set(head, [record, ...(this.records.get(head) ?? [])].slice(0, MAX_RECORDS));
  }

  /** A record of an analysis that would go exactly like one that begins now, and a reader of its transcript. */
  find(now: ArmConditions): { readonly record: ArmRecord; readonly reader: TranscriptReader } | undefined {
    const { code, start, steps, limit } = now;
    if (code !== this.known?.code) return undefined;
    for (const record of this.records.get(start.head) ?? []) {
      if (!sameStart(record.start, start) || steps + record.steps > limit) continue;
      if (!record.comparisons.hold(limit) || now.isAnnotated(record.blocks)) continue;
      if (!record.running.every(([first, calls]) => now.running(first) === calls)) continue;
      if (!record.repairs.every(([op, repaired]) => now.repairs(code.ops[op]) === repaired)) continue;
      const reader = record.transcript.reader(now.tables);
      const ignores = (cell: number, old: Content, found: Content): boolean =>
        untouchedBy(record, code).ignores(cell, old, found, now.tables);
      if (!equalsEntry(now.state, record.entry, now.strings, reader, ignores)) continue;
      this.used++;
      return { record, reader };
    }
    return undefined;
  }
}

/** @param code the program in which instructions have the numbers that the record has for them */
function untouchedBy(record: ArmRecord, code: Code): UntouchedCells {
  return (record.cache.untouched ??= new UntouchedCells(record, code, record.start.namedCells));
}

/** Adds a record after those of the same arm. */
function addTo(records: Map<number, ArmRecord[]>, record: ArmRecord): void {
  const list = records.get(record.start.head) ?? [];
  if (list.length < MAX_RECORDS) records.set(record.start.head, [...list, record]);
}

function sameStart(a: ArmStart, b: ArmStart): boolean {
  return (
    a.depth === b.depth &&
    a.choices === b.choices &&
    a.isLeaf === b.isLeaf &&
    a.isHalting === b.isHalting &&
    a.namedCells === b.namedCells &&
    a.frameCells === b.frameCells &&
    samePath(a.calls, b.calls)
  );
}

/** The numbers of the blocks on which the analysis of an arm depends. */
export function blocksOf(arm: Routine, called: Iterable<Routine>): Int32Array {
  const blocks = new Set(arm.order);
  for (const { order } of called) for (const block of order) blocks.add(block);
  return Int32Array.from(blocks);
}

interface Analysed {
  readonly code: Code;
  readonly graph: Graph;
  readonly values: Values;
}

/** Records whose code is in one version of a program and not in the next. */
interface Invalidated {
  readonly version: Analysed;
  readonly records: readonly ArmRecord[];
}

/** The difference between two versions of a program: all instructions from one to another one are replaced by others. */
class Edit {
  private readonly old: Analysed;
  private readonly next: Analysed;
  /** The replaced instructions and slots: the first, and one past the last. */
  private readonly first: number;
  private readonly end: number;
  private readonly firstSlot: number;
  private readonly endSlot: number;
  private readonly movedBy: number;
  private readonly slotsMovedBy: number;
  /** By block of the old version: 1 if the new version has the same block. */
  private readonly kept: Uint8Array;

  constructor(old: Analysed, next: Analysed) {
    this.old = old;
    this.next = next;
    const { ops } = old.code;
    const newOps = next.code.ops;
    const shorter = Math.min(ops.length, newOps.length);
    const same = (a: Op, b: Op): boolean => sameOp(a, b, old.values, next.values);
    let first = 0;
    while (first < shorter && same(ops[first], newOps[first])) first++;
    let after = 0;
    while (after < shorter - first && same(ops[ops.length - 1 - after], newOps[newOps.length - 1 - after]))
      after++;
    this.first = first;
    this.end = ops.length - after;
    this.movedBy = newOps.length - ops.length;
    this.firstSlot = first < ops.length ? ops[first].firstSlot : old.code.slotCount;
    this.endSlot = this.end < ops.length ? ops[this.end].firstSlot : old.code.slotCount;
    this.slotsMovedBy = next.code.slotCount - old.code.slotCount;
    this.kept = Uint8Array.from(old.graph.blocks, (block) => (this.keeps(block) ? 1 : 0));
  }

  /** A record with the numbers of the new version; undefined if its code has changed. */
  moved(record: ArmRecord): ArmRecord | undefined {
    if (!record.blocks.every((block) => this.kept[block] === 1)) return undefined;
    return this.leavesNumbers(record) ? record : this.renumbered(record);
  }

  /** True if the edit changes no number of an instruction, block or write in the record. Most edits change only a part of one line. */
  private leavesNumbers(record: ArmRecord): boolean {
    const isSame = (number: number): boolean => this.instruction(number) === number;
    const { blocks } = this.old.graph;
    if (
      !record.blocks.every((block) => isSame(blocks[block].first) && this.newBlock(blocks[block]) === block)
    )
      return false;
    const paths = record.entry.objects.map(({ path }) => path);
    if (![record.start.calls, ...paths].every((path) => path.every(isSame))) return false;
    const writes = (record.cache.writes ??= writesIn(record));
    const next = lowerBound(writes, writes.length, this.firstSlot + 1);
    return next === writes.length || (writes[next] > this.endSlot && this.slotsMovedBy === 0);
  }

  private renumbered(record: ArmRecord): ArmRecord | undefined {
    const { start, running, repairs, effects } = record;
    const transcript = record.transcript.renumbered(this.write);
    if (!transcript) return undefined;
    const ignores = (cell: number): boolean => untouchedBy(record, this.old.code).has(cell);
    const entry = renumberEntry(record.entry, this.instruction, this.origin, ignores);
    const calls = start.calls.map(this.instruction);
    const used = mapped(effects.used, this.write);
    const origins = mapped(effects.origins, this.origin);
    if (!entry || !used || !origins || !calls.every((call) => call !== undefined)) return undefined;
    if (!effects.failures.flatMap(originsOf).every((origin) => this.origin(origin) !== undefined))
      return undefined;
    const instruction = (number: number): number => this.instruction(number)!;
    const origin = (number: Origin): Origin => this.origin(number)!;
    return {
      ...record,
      cache: { ...record.cache, writes: undefined },
      transcript,
      start: { ...start, head: instruction(start.head), calls },
      entry,
      blocks: record.blocks.map((block) => this.newBlock(this.old.graph.blocks[block])),
      running: running.map(([first, count]) => [instruction(first), count]),
      repairs: repairs.map(([op, repaired]) => [instruction(op), repaired]),
      effects: {
        ...effects,
        ops: effects.ops.map(instruction),
        origins,
        used,
        failures: effects.failures.map((failure) => ({
          ...failure,
          op: instruction(failure.op),
          origin: origin(failure.origin),
          otherOrigin: failure.otherOrigin === undefined ? undefined : origin(failure.otherOrigin),
        })),
      },
    };
  }

  private readonly instruction = (number: number): number | undefined => {
    if (number < this.first) return number;
    return number < this.end ? undefined : number + this.movedBy;
  };

  /** Maps a single write, or no write. */
  private readonly write = (origin: Origin): Origin | undefined => {
    const slot = origin - 1;
    if (origin === UNWRITTEN || origin === ASSUMED || slot < this.firstSlot) return origin;
    return slot < this.endSlot ? undefined : origin + this.slotsMovedBy;
  };

  private readonly origin = (origin: Origin): Origin | undefined =>
    origin < 0 ? origin : this.write(origin);

  /** The number of the new block that contains the block's first instruction, which must exist. */
  private newBlock({ first }: Block): number {
    return this.next.graph.blockOf[this.instruction(first)!];
  }

  private keeps(block: Block): boolean {
    if (block.first < this.end && block.last >= this.first) return false;
    const at = this.newBlock(block);
    const other = this.next.graph.blocks[at];
    return (
      other.first === this.instruction(block.first) &&
      other.last === this.instruction(block.last) &&
      other.last - other.first === block.last - block.first &&
      this.leadsAlike(block.target, other.target) &&
      this.leadsAlike(block.next, other.next)
    );
  }

  private leadsAlike(block: number, other: number): boolean {
    if (block < 0 || other < 0) return block < 0 && other < 0;
    return this.instruction(this.old.graph.blocks[block].first) === this.next.graph.blocks[other].first;
  }
}

/** The writes that all origins in a record stand for, in ascending order. */
function writesIn({ entry, effects, transcript }: ArmRecord): Int32Array {
  const writes = new Set<Origin>(transcript.writes());
  const add = (origins: Iterable<Origin>): void => {
    for (const origin of origins) if (origin > UNWRITTEN) writes.add(origin);
  };
  for (const { origins } of entry.pages) add(origins);
  for (const { origin } of entry.background) add([origin]);
  add(effects.used);
  add(effects.origins);
  for (const failure of effects.failures) add(originsOf(failure));
  writes.delete(UNWRITTEN);
  writes.delete(ASSUMED);
  return Int32Array.from(writes).sort();
}

/** The mapped numbers; undefined if one of them has no counterpart. */
function mapped(numbers: Int32Array, map: (one: number) => number | undefined): Int32Array | undefined {
  const found = new Int32Array(numbers.length);
  for (let k = 0; k < numbers.length; k++) {
    const one = map(numbers[k]);
    if (one === undefined) return undefined;
    found[k] = one;
  }
  return found;
}

function originsOf({ origin, otherOrigin }: Effects["failures"][number]): Origin[] {
  return otherOrigin === undefined ? [origin] : [origin, otherOrigin];
}

/** Whether two instructions are the same, apart from their places in the program and the place that they jump to. */
function sameOp(a: Op, b: Op, values: Values, otherValues: Values): boolean {
  // The objects are shared by all instructions to which the same applies.
  if (a.plan !== b.plan || a.modes !== b.modes || a.member !== b.member || a.results !== b.results)
    return false;
  const { length } = a.plan.memory;
  for (let k = 0; k < length; k++)
    if (a.address(k) !== b.address(k) || a.lengths[k] !== b.lengths[k]) return false;
  if (a.immediate >= 0 || b.immediate >= 0) return a.immediate === b.immediate;
  return values.exact(a.immediate) === otherValues.exact(b.immediate);
}
