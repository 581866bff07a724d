/**
 * The content of the memory view: each cell that is written or has a name, with its names, tag, value in several notations, and
 * the step that wrote it.
 */

import { textIn } from "./display.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import type { StackEntry } from "./stack.ts";
import { addTo } from "../diagnostics/lists.ts";

export interface ShownMemory {
  readonly step: number;
  readonly steps: number;
  /** The base in M[0], if it is tagged u32. */
  readonly base?: number;
  readonly cells: readonly ShownCell[];
  /** Number of further cells that aren't in the answer. */
  readonly more: number;
}

export interface ShownCell {
  readonly address: number;
  /** Names of the cell, those relative to the current base too. */
  readonly names: readonly string[];
  /** Undefined if the cell was never written. */
  readonly tag?: string;
  /** The declared tag of one of the names, if it differs. */
  readonly declared?: string;
  readonly decimal: string;
  readonly hex: string;
  /** Its text, if the bytes are printable. */
  readonly text?: string;
  /** The signature of the function whose selector it holds. */
  readonly selector?: string;
  /** The last step that wrote it, and the line of its instruction, counted from 1. */
  readonly writtenAt?: number;
  readonly line?: number;
  /** True if the step just before the current one wrote it. */
  readonly isNew: boolean;
}

/** Maximum number of cells in one answer. */
const MAX_CELLS = 5000;

/** The memory of a stack entry's contract call, at the current step. */
export function memoryOf(run: DebuggedRun, { call, view }: StackEntry): ShownMemory {
  const { timeline } = run;
  const base = timeline.cell(0, call);
  const hasBase = base.written && base.tag === "u32";
  const names = new Map<number, { name: string; tag: string | undefined }[]>();
  for (const { name, address, relative, tag } of view.cells) {
    if (relative && !hasBase) continue;
    const at = address + (relative ? Number(base.value) : 0);
    addTo(names, at, { name, tag });
  }
  const written = timeline.lastWrites(call);
  const addresses = [...new Set([...written.keys(), ...names.keys()])].sort((a, b) => a - b);
  const cells = addresses.slice(0, MAX_CELLS).map((address): ShownCell => {
    const { tag, value } = timeline.cell(address, call);
    const text = textIn(value);
    const selector = view.functionBySelector(value);
    const here = names.get(address) ?? [];
    const step = written.get(address);
    if (step === undefined)
      return { address, names: here.map(({ name }) => name), decimal: "0", hex: "0x0", isNew: false };
    const declared = here.find((named) => named.tag !== undefined && named.tag !== tag)?.tag;
    const place = view.placesOf(view.statementAt(timeline.pcAt(step))).at(0);
    return {
      address,
      names: here.map(({ name }) => name),
      tag,
      decimal: value.toString(),
      hex: `0x${value.toString(16)}`,
      writtenAt: step,
      isNew: step === timeline.step - 1,
      ...(declared !== undefined && { declared }),
      ...(text !== undefined && { text }),
      ...(selector !== undefined && { selector }),
      ...(place && { line: place.line + 1 }),
    };
  });
  return {
    step: timeline.step,
    steps: timeline.count,
    cells,
    more: addresses.length - cells.length,
    ...(hasBase && { base: Number(base.value) }),
  };
}
