/** The code that a macro call expanded to. */

import { statementPrinter } from "../../disassembler/disassemble.ts";
import { NAMED_LABEL, NO_LABEL, labelName, type TextModel } from "../../disassembler/text-model.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { HOLE } from "../../isa/hole.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Frame } from "../../program/source-locations.ts";

/** Maximum number of lines to show. */
const MAX_LINES = 20;

export interface MacroExpansion {
  /** Labels and instructions, one a line, and a comment in place of the lines beyond the limit. */
  readonly lines: readonly string[];
  readonly statements: number;
  /** The statements of the program that it consists of, ascending. */
  readonly indexes: readonly number[];
  readonly bytes: number;
  /** Number of expansions of the line: more than one if it is part of a macro or a repetition. */
  readonly times: number;
}

/** The first expansion of the call on a line; undefined if there is none. */
export function expansionOf(assembly: Assembly, file: SourceFile, line: number): MacroExpansion | undefined {
  const { program } = assembly;
  const { origins } = program;
  if (!origins) return undefined;
  const calls = new Map<Frame, number>();
  /** By frame: the number of the call that it belongs to, from 1; 0 if it belongs to none. */
  const callOf = origins.frames.map((frame) => {
    for (let inner: Frame | undefined = frame; inner; inner = inner.parent?.frame) {
      const { expansion, parent } = inner;
      if (expansion === undefined || parent?.line !== line || parent.frame.file !== file) continue;
      const call = calls.get(inner) ?? calls.size + 1;
      calls.set(inner, call);
      return call;
    }
    return 0;
  });
  if (calls.size === 0) return undefined;
  const found: number[] = [];
  for (let index = 0; index < program.count; index++) {
    if (callOf[origins.frameOf[index]] !== 1) continue;
    if (program.opcodes[index] === HOLE) return undefined;
    found.push(index);
  }
  const bytes = found.reduce((sum, index) => sum + program.pcs[index + 1] - program.pcs[index], 0);
  return {
    lines: shown(assembly, found),
    statements: found.length,
    indexes: found,
    bytes,
    times: calls.size,
  };
}

function shown(assembly: Assembly, found: readonly number[]): string[] {
  const model = modelOf(assembly);
  const print = statementPrinter(model);
  const lines: string[] = [];
  for (const [at, index] of found.entries()) {
    if (lines.length >= MAX_LINES) {
      lines.push(`; and ${found.length - at} more`);
      break;
    }
    if (model.labels[index] !== NO_LABEL) lines.push(`${labelName(model, index)}:`);
    lines.push(`        ${print(index)}`);
  }
  return lines;
}

/** The program with the labels of its source. */
function modelOf({ program, symbols }: Assembly): TextModel {
  const labels = new Uint8Array(program.count);
  const names = new Map<number, string>();
  for (const symbol of symbols) {
    // A label at the end of the file has no statement after it.
    if (symbol.kind !== "label" || symbol.statement >= program.count) continue;
    labels[symbol.statement] = NAMED_LABEL;
    names.set(symbol.statement, symbol.name);
  }
  return { program, title: [], labels, names, headers: new Map(), notes: new Map() };
}
