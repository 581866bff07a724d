/** What the text of a program says besides its statements: names, and comments above and behind. */

import type { Program } from "../program/program.ts";
import { TextBuffer } from "./text-buffer.ts";

/** Why a statement has a label: what is told by the name where nothing better is known. */
export const NO_LABEL = 0;
export const JUMP_LABEL = 1;
export const CALL_LABEL = 2;
export const NAMED_LABEL = 3;

export interface TextModel {
  readonly program: Program;
  /** Comment lines behind `.target`. */
  readonly title: readonly string[];
  /** By statement: {@link NO_LABEL}, {@link JUMP_LABEL}, {@link CALL_LABEL} or {@link NAMED_LABEL}. */
  readonly labels: Uint8Array;
  /** The names of the statements with a {@link NAMED_LABEL}. */
  readonly names: ReadonlyMap<number, string>;
  /** Comment lines above a statement's label, by statement. */
  readonly headers: ReadonlyMap<number, readonly string[]>;
  /** Comments behind statements. */
  readonly notes: ReadonlyMap<number, string>;
  /** Comment lines between a statement and its label. */
  readonly sourceAt?: (index: number) => readonly string[];
}

/** Digits of a byte offset in a label's name, at least. */
const OFFSET_DIGITS = 4;

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
