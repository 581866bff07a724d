/**
 * The direct way from a text to a program, for texts that are nothing but instructions and labels, as compilers and the
 * disassembler write them. Each line is placed as soon as it is scanned: there is no object for any of them, and none is
 * needed as long as nobody asks for one. Whatever else a text holds, and whatever is wrong with it, is left to the way that
 * knows everything, which then starts from the beginning. A test holds the two against each other.
 */

import { asciiText, LineCursor } from "../grammar/shapes.ts";
import { parseLinePlainly } from "../grammar/parse.ts";
import { CARRIAGE_RETURN, LINE_FEED } from "../grammar/utf8.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { TAGS } from "../isa/tags.ts";
import { qualify } from "./expressions.ts";
import { MAX_EXPANDED_STATEMENTS } from "./limits.ts";
import { grow, ProgramBuilder } from "./program.ts";
import { QuickPlacer, type LabelNames, type PlacedLabel } from "./quick.ts";
import { reservedAs } from "./reserved.ts";

/** A text that was placed. */
export interface DirectlyPlaced {
  /** With every label filled in. */
  readonly builder: ProgramBuilder;
  /** By statement: the line that it is on, from 0. */
  readonly lineOf: Uint32Array;
  readonly hasLabels: boolean;
}

/** A guess at the characters of a line, from which there is room for one statement each. */
const CHARACTERS_PER_LINE = 24;

/** True where a carriage return stands alone, which ends a line too; nobody writes it. */
function hasLoneReturn(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(CARRIAGE_RETURN); at >= 0; at = bytes.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (bytes[at + 1] !== LINE_FEED) return true;
  }
  return false;
}

/** Places a text in UTF-8; undefined where that takes the other way. */
export function placeDirectly(bytes: Uint8Array, set: InstructionSet): DirectlyPlaced | undefined {
  if (hasLoneReturn(bytes)) return undefined;
  const builder = new ProgramBuilder(set, Math.ceil(bytes.length / CHARACTERS_PER_LINE) + 1);
  const placer = new QuickPlacer(set, builder);
  const labels = new LabelTable(bytes, set);
  const cursor = new LineCursor(bytes, parseLinePlainly);
  let lineOf: Uint32Array = new Uint32Array(builder.capacity);
  let isFirst = true;
  for (let line = 0; cursor.hasNext; line++) {
    if (!cursor.advance()) return undefined;
    const { tree, starts, ends } = cursor;
    const { statement } = tree;
    for (const { name } of tree.labels) {
      isFirst = false;
      if (!labels.define(starts[name], ends[name], builder.count)) return undefined;
    }
    if (!statement) continue;
    if (statement.kind === "directive") {
      // It was taken before anything else.
      if (!isFirst || statement.body.kind !== "target") return undefined;
      isFirst = false;
      continue;
    }
    isFirst = false;
    const { count } = builder;
    if (count >= MAX_EXPANDED_STATEMENTS || !placer.placeLine(cursor, labels)) return undefined;
    if (count >= lineOf.length) lineOf = grow(lineOf, builder.capacity);
    lineOf[count] = line;
  }
  if (labels.undefinedCount > 0) return undefined;
  placer.fillLabels();
  return { builder, lineOf: lineOf.subarray(0, builder.count), hasLabels: labels.count > 0 };
}

interface Label extends PlacedLabel {
  /** -1 as long as it was only used. */
  statement: number;
}

const DOT = 46;

/**
 * Labels by name, those that were only used so far among them. Global ones are told apart by their bytes: to make a string of
 * every name takes longer than to place the line that it is on.
 */
class LabelTable implements LabelNames {
  private readonly bytes: Uint8Array;
  private readonly set: InstructionSet;
  /** Hashes of names that can't be defined, and of a few others. */
  private readonly reserved: ReadonlySet<number>;
  /** Open addressing: one plus the number of a label at the first place that is free from its hash on. */
  private table = new Int32Array(2048);
  private readonly globals: Label[] = [];
  /** By global label: where its name stands for the first time. */
  private starts = new Uint32Array(1024);
  private ends = new Uint32Array(1024);
  /** Those with a dot in their names, which are few in generated code. */
  private readonly locals = new Map<string, Label>();
  /** Where the name of the global label stands that is in force. */
  private above: readonly [start: number, end: number] | undefined;
  undefinedCount = 0;

  constructor(bytes: Uint8Array, set: InstructionSet) {
    this.bytes = bytes;
    this.set = set;
    this.reserved = reservedHashes(set);
  }

  get count(): number {
    return this.globals.length + this.locals.size;
  }

  /** The label of a name that is used; it may be defined later. */
  lookup(start: number, end: number): Label {
    if (this.hasDot(start, end)) return this.local(this.qualified(start, end));
    return this.global(start, end, hashOf(this.bytes, start, end));
  }

  /** False where the name is taken, or is a local one without a global label above it. */
  define(start: number, end: number, statement: number): boolean {
    let label: Label;
    if (this.bytes[start] === DOT) {
      if (!this.above) return false;
      label = this.local(this.qualified(start, end));
    } else {
      const hash = hashOf(this.bytes, start, end);
      if (this.reserved.has(hash) && reservedAs(asciiText(this.bytes, start, end), this.set)) return false;
      label = this.global(start, end, hash);
      this.above = [start, end];
    }
    if (label.statement >= 0) return false;
    label.statement = statement;
    this.undefinedCount--;
    return true;
  }

  private hasDot(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.bytes[at] === DOT) return true;
    return false;
  }

  private qualified(start: number, end: number): string {
    const label = this.above ? asciiText(this.bytes, ...this.above) : "";
    return qualify(asciiText(this.bytes, start, end), label);
  }

  private local(name: string): Label {
    let label = this.locals.get(name);
    if (!label) this.locals.set(name, (label = this.newLabel()));
    return label;
  }

  private global(start: number, end: number, hash: number): Label {
    const { bytes, table } = this;
    let place = hash & (table.length - 1);
    search: for (; table[place] !== 0; place = (place + 1) & (table.length - 1)) {
      const number = table[place] - 1;
      const first = this.starts[number];
      if (this.ends[number] - first !== end - start) continue;
      for (let at = start; at < end; at++) if (bytes[at] !== bytes[first + at - start]) continue search;
      return this.globals[number];
    }
    const label = this.newLabel();
    const number = this.globals.push(label) - 1;
    table[place] = number + 1;
    if (number >= this.starts.length) {
      this.starts = grow(this.starts, 2 * number);
      this.ends = grow(this.ends, 2 * number);
    }
    this.starts[number] = start;
    this.ends[number] = end;
    if (2 * number >= table.length) this.growTable();
    return label;
  }

  private growTable(): void {
    const table = (this.table = new Int32Array(2 * this.table.length));
    for (let number = 0; number < this.globals.length; number++) {
      let place = hashOf(this.bytes, this.starts[number], this.ends[number]) & (table.length - 1);
      while (table[place] !== 0) place = (place + 1) & (table.length - 1);
      table[place] = number + 1;
    }
  }

  private newLabel(): Label {
    this.undefinedCount++;
    return { kind: "label", statement: -1 };
  }
}

function reservedHashes(set: InstructionSet): Set<number> {
  const hashes = new Set<number>();
  // An array for each name would be most of what a short text takes.
  const scratch = new Uint8Array(256);
  for (const names of [["sp"], TAGS, set.byMnemonic.keys(), set.byForm.keys()]) {
    for (const name of names) {
      for (let at = 0; at < name.length; at++) scratch[at] = name.charCodeAt(at);
      hashes.add(hashOf(scratch, 0, name.length));
    }
  }
  return hashes;
}

/** The same for names that differ in nothing but the case of their letters. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] | 32), 0x01000193);
  return hash ^ (hash >>> 15);
}
