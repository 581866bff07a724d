/**
 * The direct way from a text to a program, for texts that are nothing but instructions and labels, as compilers and the
 * disassembler write them. Each line is placed as soon as it is scanned: there is no object for any of them, and none is
 * needed as long as nobody asks for one. Whatever else a text holds, and whatever is wrong with it, is left to the way that
 * knows everything, which then starts from the beginning. A test holds the two against each other.
 */

import { LineCursor } from "../grammar/tree-cache.ts";
import { parseLinePlainly } from "../grammar/source-file.ts";
import { LINE_FEED } from "../grammar/utf8.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import type { TargetName } from "../isa/table.ts";
import { isLocalAt, LabelTable, type Label, type PartLabels } from "./label-index.ts";
import { MAX_EXPANDED_STATEMENTS } from "./limits.ts";
import { grow, ProgramBuilder, type Statements } from "../program/program.ts";
import { QuickPlacer } from "./encode/encoding-plans.ts";

/** A text that was placed. */
export interface DirectlyPlaced {
  /** With every label filled in. */
  readonly builder: ProgramBuilder;
  /** By statement: the line that it is on, from 0. */
  readonly lineOf: Uint32Array;
  readonly hasLabels: boolean;
}

/** What the rear part of a text became: numbers and names alone, so that it can come from another thread. */
export interface PlacedPart {
  /** Placed from byte 0 on, without the labels' offsets. */
  readonly statements: Statements;
  /** By statement: its line, of which the part's first is 0. */
  readonly lineOf: Uint32Array;
  readonly labels: PartLabels;
  /** Numbers of the labels whose offsets are wanted, and the indices of the values that hold them. */
  readonly waitingLabels: Uint32Array;
  readonly waitingValues: Uint32Array;
}

/** Somebody who places the rear part of a text while the front part is placed here. */
export interface Helper {
  /**
   * Begins with the part that starts at a byte. What it returns waits for the part: undefined where that takes another way than
   * {@link placeRear}.
   */
  place(bytes: Uint8Array, start: number, target: TargetName): () => PlacedPart | undefined;
}

/** A guess at the characters of a line, from which there is room for one statement each. */
const CHARACTERS_PER_LINE = 24;

/** Places a text in UTF-8; undefined where that takes the other way. */
export function placeDirectly(
  bytes: Uint8Array,
  set: InstructionSet,
  helper?: Helper,
): DirectlyPlaced | undefined {
  const middle = helper && startOfRear(bytes);
  const finish = middle === undefined ? undefined : helper?.place(bytes, middle, set.target);
  const placer = new PartPlacer(bytes, set);
  if (!placer.place(middle ?? bytes.length, true)) return undefined;
  if (finish) {
    const part = finish();
    if (!part || !placer.append(part, middle!)) return undefined;
  }
  return placer.finish();
}

/** Places a text's lines from one that begins at `start` on; undefined where that takes another way. */
export function placeRear(bytes: Uint8Array, start: number, set: InstructionSet): PlacedPart | undefined {
  const rear = bytes.subarray(start);
  const placer = new PartPlacer(rear, set);
  return placer.place(rear.length, false) ? placer.part() : undefined;
}

/** Bytes among which a label is looked for where a text is parted. */
const NEAR = 1 << 20;
/** How much of a text is the front part: who places it has the two to put together, and the rest to do. */
const FRONT = 0.5;

/**
 * Where the rear part of a text begins: with a global label, since local ones belong to the one above them. Undefined where
 * there is none about the middle.
 */
function startOfRear(bytes: Uint8Array): number | undefined {
  const end = bytes.indexOf(LINE_FEED, Math.floor(bytes.length * FRONT));
  if (end < 0) return undefined;
  const cursor = new LineCursor(bytes.subarray(end + 1), parseLinePlainly);
  while (cursor.hasNext && cursor.start < NEAR && cursor.advance()) {
    const { tree, starts } = cursor;
    const label = tree.labels.at(0);
    if (label && !isLocalAt(cursor.bytes, starts[label.name])) return end + 1 + cursor.start;
  }
  return undefined;
}

/** Places the lines of a text, or of a part of one. */
class PartPlacer {
  private readonly bytes: Uint8Array;
  private readonly builder: ProgramBuilder;
  private readonly quick: QuickPlacer;
  private readonly labels: LabelTable;
  private lineOf: Uint32Array;
  private lineBreaks = 0;

  constructor(bytes: Uint8Array, set: InstructionSet) {
    this.bytes = bytes;
    this.builder = new ProgramBuilder(set, Math.ceil(bytes.length / CHARACTERS_PER_LINE) + 1);
    this.quick = new QuickPlacer(set, this.builder);
    this.labels = new LabelTable(bytes, set);
    this.lineOf = new Uint32Array(this.builder.capacity);
  }

  /** Places the lines in front of a byte. False where one of them takes another way. */
  place(end: number, isWhole: boolean): boolean {
    const { builder, quick, labels } = this;
    const bytes = this.bytes.subarray(0, end);
    const cursor = new LineCursor(bytes, parseLinePlainly);
    let isFirst = isWhole;
    let line = 0;
    for (; cursor.hasNext; line++) {
      if (!cursor.advance()) return false;
      const { tree, starts, ends } = cursor;
      const { statement } = tree;
      for (const { name } of tree.labels) {
        isFirst = false;
        if (!labels.define(starts[name], ends[name], builder.count)) return false;
      }
      if (!statement) continue;
      if (statement.kind === "directive") {
        // It was taken before anything else.
        if (!isFirst || statement.body.kind !== "target") return false;
        isFirst = false;
        continue;
      }
      isFirst = false;
      const { count } = builder;
      if (count >= MAX_EXPANDED_STATEMENTS || !quick.placeLine(cursor, labels)) return false;
      if (count >= this.lineOf.length) this.lineOf = grow(this.lineOf, builder.capacity);
      this.lineOf[count] = line;
    }
    this.lineBreaks = line - 1;
    return true;
  }

  /** What was placed as the rear part of a text. */
  part(): PlacedPart {
    const { builder, quick } = this;
    const labels = this.labels.number();
    return {
      statements: builder.statements(),
      lineOf: this.lineOf.subarray(0, builder.count),
      labels,
      waitingLabels: Uint32Array.from(quick.waitingLabels, (label) => (label as Label).number),
      waitingValues: Uint32Array.from(quick.waitingValues),
    };
  }

  /** Appends the rear part, which begins at a byte. False where it doesn't fit. */
  append({ statements, lineOf, labels, waitingLabels, waitingValues }: PlacedPart, start: number): boolean {
    const { builder, quick } = this;
    const before = builder.count;
    if (before + statements.count > MAX_EXPANDED_STATEMENTS) return false;
    const all = this.labels.append(labels, start, before);
    if (!all) return false;
    const values = builder.append(statements);
    for (let index = 0; index < waitingLabels.length; index++) {
      quick.waitingLabels.push(all[waitingLabels[index]]);
      quick.waitingValues.push(values + waitingValues[index]);
    }
    if (builder.count > this.lineOf.length) this.lineOf = grow(this.lineOf, builder.count);
    for (let index = 0; index < lineOf.length; index++)
      this.lineOf[before + index] = this.lineBreaks + lineOf[index];
    return true;
  }

  /** Puts the labels' offsets in. Undefined where one has no definition. */
  finish(): DirectlyPlaced | undefined {
    const { builder, labels } = this;
    if (labels.undefinedCount > 0) return undefined;
    this.quick.fillLabels();
    return { builder, lineOf: this.lineOf.subarray(0, builder.count), hasLabels: labels.count > 0 };
  }
}
