/**
 * The labels of a straight-line text by name, including those that have been used but not defined yet. Global labels are compared
 * by their bytes, because to make a string of each name would take longer than to encode its line.
 */

import { asciiText } from "../grammar/scanner.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { TAGS } from "../isa/tags.ts";
import type { Frame } from "../program/source-locations.ts";
import { grow } from "../program/program.ts";
import type { SymbolTable } from "./assembly.ts";
import type { LabelResolver } from "./encode/encoding-plans.ts";
import type { EncodedLabel } from "./encode/plan.ts";
import { qualify } from "./expressions/lookup.ts";
import { reservedAs } from "./expressions/reserved-names.ts";
import { Scope, type LabelSymbol } from "./expressions/symbols.ts";

/** The place of a label's definition. */
interface Definition {
  /** Index of the statement that follows the label. */
  readonly statement: number;
  readonly line: number;
  /** The position in the text at which the line begins. */
  readonly lineStart: number;
}

interface Label extends EncodedLabel {
  /** -1 if it has been used but not defined yet. */
  statement: number;
  // The place of its definition; `start` and `end` are positions in the text.
  line: number;
  lineStart: number;
  start: number;
  end: number;
  /** For a local label, its name qualified by its global label. */
  readonly qualified: string | undefined;
}

const DOT = 46;
/** The prefix of names that may be reserved for the standard library. */
const LIBRARY_PREFIX = "std_";

export class LabelIndex implements LabelResolver {
  private readonly bytes: Uint8Array;
  private readonly set: InstructionSet;
  /** Hashes of reserved names. Other names can have the same hash. */
  private readonly reserved: ReadonlySet<number>;
  /** Hash table of global labels, with open addressing and linear probing: one plus a label's number; 0 if the entry is free. */
  private table = new Int32Array(2048);
  private readonly globals: Label[] = [];
  /** By number of a global label: the position in the text of its first use or definition. */
  private starts = new Uint32Array(1024);
  private ends = new Uint32Array(1024);
  /** Labels with a dot in their names, which are few in generated code, by qualified name. */
  private readonly locals = new Map<string, Label>();
  /** In the order of definition. */
  private readonly defined: Label[] = [];
  /** The last global label. */
  private above: Label | undefined;
  undefinedCount = 0;

  constructor(bytes: Uint8Array, set: InstructionSet) {
    this.bytes = bytes;
    this.set = set;
    this.reserved = reservedHashes(set);
  }

  get count(): number {
    return this.defined.length;
  }

  /** The label of a name in an operand; it may be defined later. */
  lookup(start: number, end: number): EncodedLabel {
    if (this.hasDot(start, end)) return this.local(this.qualified(start, end));
    return this.global(start, end, hashOf(this.bytes, start, end));
  }

  /** Defines a label. Returns false if the name is defined or reserved, or is local without a global label above it. */
  define(start: number, end: number, { statement, line, lineStart }: Definition): boolean {
    let label: Label;
    if (this.bytes[start] === DOT) {
      if (!this.above) return false;
      label = this.local(this.qualified(start, end));
    } else {
      const hash = hashOf(this.bytes, start, end);
      if (this.startsAsLibraryName(start)) return false;
      if (this.reserved.has(hash) && reservedAs(asciiText(this.bytes, start, end), this.set)) return false;
      label = this.above = this.global(start, end, hash);
    }
    if (label.statement >= 0) return false;
    label.statement = statement;
    label.line = line;
    label.lineStart = lineStart;
    label.start = start;
    label.end = end;
    this.defined.push(label);
    this.undefinedCount--;
    return true;
  }

  /** The labels as symbols of a file. */
  symbolTable(frame: Frame): SymbolTable {
    const { file } = frame;
    const root = new Scope(frame);
    const symbols = this.defined.map(({ statement, line, lineStart, start, end, qualified }): LabelSymbol => {
      const name = qualified ?? asciiText(this.bytes, start, end);
      const span = { line, start: start - lineStart, end: end - lineStart };
      const location = { source: file.name, span };
      const symbol: LabelSymbol = {
        kind: "label",
        name,
        location,
        definedOn: { file, line },
        statement,
        private: false,
      };
      root.names.set(name, symbol);
      return symbol;
    });
    return { symbols, root };
  }

  private startsAsLibraryName(start: number): boolean {
    for (let at = 0; at < LIBRARY_PREFIX.length; at++) {
      if ((this.bytes[start + at] | 32) !== (LIBRARY_PREFIX.charCodeAt(at) | 32)) return false;
    }
    return true;
  }

  private hasDot(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.bytes[at] === DOT) return true;
    return false;
  }

  private qualified(start: number, end: number): string {
    const { above } = this;
    const label = above ? asciiText(this.bytes, above.start, above.end) : "";
    return qualify(asciiText(this.bytes, start, end), label);
  }

  private local(name: string): Label {
    let label = this.locals.get(name);
    if (!label) this.locals.set(name, (label = this.newLabel(name)));
    return label;
  }

  private global(start: number, end: number, hash: number): Label {
    const { table } = this;
    const place = this.findPlace(start, end, hash);
    if (table[place] > 0) return this.globals[table[place] - 1];
    const label = this.newLabel(undefined);
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

  /** The index in the table of a global label, or of the entry at which to insert it. */
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

  private newLabel(qualified: string | undefined): Label {
    this.undefinedCount++;
    return { kind: "label", statement: -1, line: 0, lineStart: 0, start: 0, end: 0, qualified };
  }
}

function reservedHashes(set: InstructionSet): Set<number> {
  const hashes = new Set<number>();
  // One array is reused, because an array for each name would take most of the time for a short text.
  const scratch = new Uint8Array(256);
  for (const names of [["sp"], TAGS, set.byMnemonic.keys(), set.byForm.keys()]) {
    for (const name of names) {
      for (let at = 0; at < name.length; at++) scratch[at] = name.charCodeAt(at);
      hashes.add(hashOf(scratch, 0, name.length));
    }
  }
  return hashes;
}

/** A hash that ignores the case of letters. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] | 32), 0x01000193);
  return hash ^ (hash >>> 15);
}
