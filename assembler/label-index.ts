/**
 * The labels of a text that is placed directly, by name, those that were only used so far among them. Global ones are told apart
 * by their bytes: to make a string of every name takes longer than to place the line that it is on.
 */

import { asciiText } from "../grammar/tree-cache.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { TAGS } from "../isa/tags.ts";
import { qualify } from "./expressions/evaluate.ts";
import { grow } from "../program/program.ts";
import type { LabelNames, PlacedLabel } from "./encode/encoding-plans.ts";
import { reservedAs } from "./expressions/reserved-names.ts";

/** The labels of a part of a text, of which each has a number: the global ones first. */
export interface PartLabels {
  /** By global label: where in the part its name stands for the first time. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** The hash of it. */
  readonly hashes: Int32Array;
  /** Names of the local ones, with their global label's. */
  readonly locals: readonly string[];
  /** By number: index of the statement that it stands before, -1 where the part doesn't define it. */
  readonly statements: Int32Array;
}

export interface Label extends PlacedLabel {
  /** -1 as long as it was only used. */
  statement: number;
  /** Which label of its part it is, once {@link LabelTable.number} was called. */
  number: number;
}

const DOT = 46;

/** True where a name begins as that of a local label. */
export function isLocalAt(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === DOT;
}

export class LabelTable implements LabelNames {
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
  count = 0;
  undefinedCount = 0;

  constructor(bytes: Uint8Array, set: InstructionSet) {
    this.bytes = bytes;
    this.set = set;
    this.reserved = reservedHashes(set);
  }

  /** The label of a name that is used; it may be defined later. */
  lookup(start: number, end: number): Label {
    if (this.hasDot(start, end)) return this.local(this.qualified(start, end));
    return this.global(start, end, hashOf(this.bytes, start, end));
  }

  /** False where the name is taken, or is a local one without a global label above it. */
  define(start: number, end: number, statement: number): boolean {
    let label: Label;
    if (isLocalAt(this.bytes, start)) {
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

  /** Gives each label its number. */
  number(): PartLabels {
    const { globals, locals } = this;
    const labels = [...globals, ...locals.values()];
    const statements = new Int32Array(labels.length);
    for (let number = 0; number < labels.length; number++) {
      labels[number].number = number;
      statements[number] = labels[number].statement;
    }
    const starts = this.starts.slice(0, globals.length);
    const ends = this.ends.slice(0, globals.length);
    return {
      starts,
      ends,
      hashes: Int32Array.from(starts, (start, number) => hashOf(this.bytes, start, ends[number])),
      locals: [...locals.keys()],
      statements,
    };
  }

  /**
   * Takes the labels of the last part over, which begins at a byte of the text, before a statement. Returns them by their
   * numbers; undefined where one of them was defined before.
   */
  append(part: PartLabels, at: number, before: number): Label[] | undefined {
    const { starts, ends, hashes, locals, statements } = part;
    const labels: Label[] = [];
    for (let number = 0; number < statements.length; number++) {
      let label: Label;
      if (number >= starts.length) label = this.local(locals[number - starts.length]);
      else {
        const place = this.findPlace(at + starts[number], at + ends[number], hashes[number]);
        // One that is new needs no place in the table: nobody looks anything up any more.
        label = this.table[place] > 0 ? this.globals[this.table[place] - 1] : this.newLabel();
      }
      labels.push(label);
      if (statements[number] < 0) continue;
      if (label.statement >= 0) return undefined;
      label.statement = before + statements[number];
      this.undefinedCount--;
    }
    return labels;
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
    const { table } = this;
    const place = this.findPlace(start, end, hash);
    if (table[place] > 0) return this.globals[table[place] - 1];
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

  /** Where in the table a global label is, or would be. */
  private findPlace(start: number, end: number, hash: number): number {
    const { bytes, table } = this;
    let place = hash & (table.length - 1);
    search: for (; table[place] !== 0; place = (place + 1) & (table.length - 1)) {
      const number = table[place] - 1;
      const first = this.starts[number];
      if (this.ends[number] - first !== end - start) continue;
      for (let at = start; at < end; at++) if (bytes[at] !== bytes[first + at - start]) continue search;
      break;
    }
    return place;
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
    this.count++;
    this.undefinedCount++;
    return { kind: "label", statement: -1, number: -1 };
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
