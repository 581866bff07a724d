/**
 * The driver for texts that consist of instructions and labels, such as the output of compilers and of the disassembler. It encodes
 * each line as soon as it is scanned, without an object for the line. If the text has anything else or a mistake, it falls back to
 * the general driver, which starts from the beginning. A property test compares the two.
 */

import type { SourceText } from "../grammar/source-file.ts";
import { LineCursor } from "../grammar/tree-cache.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { grow, ProgramBuilder, sizeOf } from "../program/program.ts";
import { Assembly } from "./assembly.ts";
import { PlanEncoder } from "./encode/encoding-plans.ts";
import { LabelIndex } from "./label-index.ts";
import { MAX_EXPANDED_STATEMENTS } from "./limits.ts";
import { sizeDiagnostics } from "./encode/size-diagnostics.ts";

/** An estimate of a line's length, for the initial capacity of the arrays. */
const CHARACTERS_PER_LINE = 24;

/** Assembles a text; undefined if it needs the general driver. */
export function assembleStraightLine(file: SourceText, set: InstructionSet): Assembly | undefined {
  const { bytes } = file;
  const builder = new ProgramBuilder(set, Math.ceil(bytes.length / CHARACTERS_PER_LINE) + 1);
  const encoder = new PlanEncoder(set, builder);
  const labels = new LabelIndex(bytes, set);
  let lineOf = new Uint32Array(builder.capacity);
  const cursor = new LineCursor(bytes);
  let isFirst = true;
  for (let line = 0; cursor.hasNext; line++) {
    if (!cursor.advance()) return undefined;
    const { tree, starts, ends } = cursor;
    const { statement, labels: named } = tree;
    for (let index = 0; index < named.length; index++) {
      const { name } = named[index];
      isFirst = false;
      const place = { statement: builder.count, line, lineStart: cursor.start };
      if (!labels.define(starts[name], ends[name], place)) return undefined;
    }
    if (!statement) continue;
    if (statement.kind === "directive") {
      // The target in the first statement was read before; elsewhere it is a mistake.
      if (!isFirst || statement.body.kind !== "target") return undefined;
      isFirst = false;
      continue;
    }
    isFirst = false;
    const { count } = builder;
    if (count >= MAX_EXPANDED_STATEMENTS || !encoder.encodeTokens(cursor, labels)) return undefined;
    if (count >= lineOf.length) lineOf = grow(lineOf, builder.capacity);
    lineOf[count] = line;
  }
  if (labels.undefinedCount > 0) return undefined;
  encoder.fillLabels();
  const frame = { file };
  const program = builder.finish({
    origins: {
      frameOf: new Uint8Array(builder.count),
      lineOf: lineOf.subarray(0, builder.count),
      frames: [frame],
      isStraightLine: true,
    },
    annotations: [],
    taggedCells: [],
  });
  const diagnostics = sizeDiagnostics([], sizeOf(program), file, labels.count > 0);
  return new Assembly(program, diagnostics, [file], () => labels.symbolTable(frame));
}
