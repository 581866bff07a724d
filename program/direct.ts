/**
 * The direct way from a text to a program, for texts that are nothing but instructions and labels, as compilers and the
 * disassembler write them. Each line is placed as soon as it is scanned: there is no object for any of them, and none is
 * needed as long as nobody asks for one. Whatever else a text holds, and whatever is wrong with it, is left to the way that
 * knows everything, which then starts from the beginning. A test holds the two against each other.
 */

import { LineCursor } from "../grammar/shapes.ts";
import { parseLinePlainly } from "../grammar/parse.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
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

/** A carriage return alone ends a line too; nobody writes it. */
const LONE_RETURN = /\r(?!\n)/;

/** Places a text; undefined where that takes the other way. */
export function placeDirectly(text: string, set: InstructionSet): DirectlyPlaced | undefined {
  if (text.includes("\r") && LONE_RETURN.test(text)) return undefined;
  const builder = new ProgramBuilder(set, Math.ceil(text.length / CHARACTERS_PER_LINE) + 1);
  const placer = new QuickPlacer(set, builder);
  const labels = new LabelTable(set);
  const cursor = new LineCursor(text, parseLinePlainly);
  let lineOf: Uint32Array = new Uint32Array(builder.capacity);
  let label = "";
  let isFirst = true;
  for (let line = 0; cursor.hasNext; line++) {
    if (!cursor.advance()) return undefined;
    const { tree, starts, ends } = cursor;
    const { statement } = tree;
    for (const { name } of tree.labels) {
      isFirst = false;
      const written = text.slice(starts[name], ends[name]);
      const isLocal = written.startsWith(".");
      if (isLocal && label === "") return undefined;
      if (!labels.define(qualify(written, label), builder.count)) return undefined;
      if (!isLocal) label = written;
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
    if (count >= MAX_EXPANDED_STATEMENTS || !placer.placeLine(cursor, labels, label)) return undefined;
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

/** Labels by name, those that were only used so far among them. */
class LabelTable implements LabelNames {
  private readonly set: InstructionSet;
  private readonly labels = new Map<string, Label>();
  undefinedCount = 0;

  constructor(set: InstructionSet) {
    this.set = set;
  }

  get count(): number {
    return this.labels.size;
  }

  lookup(name: string): Label {
    let label = this.labels.get(name);
    if (!label) {
      label = { kind: "label", statement: -1 };
      this.labels.set(name, label);
      this.undefinedCount++;
    }
    return label;
  }

  /** False where the name is taken. */
  define(name: string, statement: number): boolean {
    const known = this.labels.get(name);
    if (known) {
      if (known.statement >= 0) return false;
      known.statement = statement;
      this.undefinedCount--;
    } else this.labels.set(name, { kind: "label", statement });
    return reservedAs(name, this.set) === undefined;
  }
}
