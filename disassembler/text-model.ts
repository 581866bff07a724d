/** Names and comments for the text of a program. */

import type { Program } from "../program/program.ts";
import { TextBuffer } from "./text-buffer.ts";

// Whether a statement has a label, and how it is named: by its byte offset after `L_` or, if a call leads there, `sub_`; or by `names`.
export const NO_LABEL = 0;
export const JUMP_LABEL = 1;
export const CALL_LABEL = 2;
export const NAMED_LABEL = 3;

export interface TextModel {
  readonly program: Program;
  /** Comment lines after `.target`. */
  readonly title: readonly string[];
  /** By statement: {@link NO_LABEL}, {@link JUMP_LABEL}, {@link CALL_LABEL} or {@link NAMED_LABEL}. */
  readonly labels: Uint8Array;
  /** The names of the statements with a {@link NAMED_LABEL}. */
  readonly names: ReadonlyMap<number, string>;
  /** Comment lines above a statement's label, by statement. */
  readonly headers: ReadonlyMap<number, readonly string[]>;
  /** Comments at the end of a statement's line, by statement. */
  readonly notes: ReadonlyMap<number, string>;
  /** Comment lines between a statement and its label. */
  readonly sourceAt?: (index: number) => readonly string[];
}

/** Minimum number of hexadecimal digits of a byte offset. */
export const OFFSET_DIGITS = 4;

/** Writes the label of a statement. */
export function writeLabel(out: TextBuffer, { program, labels, names }: TextModel, index: number): void {
  if (labels[index] === NAMED_LABEL) return out.ascii(names.get(index)!);
  out.ascii(labels[index] === CALL_LABEL ? "sub_" : "L_");
  out.hexadecimal(program.pcs[index], OFFSET_DIGITS);
}

/** The label of a statement. */
export function labelName(model: TextModel, index: number): string {
  const out = new TextBuffer();
  writeLabel(out, model, index);
  return out.take();
}
