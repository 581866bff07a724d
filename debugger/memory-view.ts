/** Every cell that was written so far, as a view of memory shows it: name, tag, value in each notation, who wrote it. */

import { textIn } from "./display.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import type { StackEntry } from "./stack.ts";

export interface ShownMemory {
  readonly step: number;
  readonly steps: number;
  /** M[0], if it is a base. */
  readonly base?: number;
  readonly cells: readonly ShownCell[];
  /** How many more cells there are than are told. */
  readonly more: number;
}

export interface ShownCell {
  readonly address: number;
  /** Names of the files that stand for it, through the base as it is now. */
  readonly names: readonly string[];
  readonly tag: string;
  /** Another tag that one of the names was declared with. */
  readonly declared?: string;
  readonly decimal: string;
  readonly hex: string;
  /** If its bytes are printable text. */
  readonly text?: string;
  /** The step that wrote it last, and the line of that instruction, from 1. */
  readonly writtenAt: number;
  readonly line?: number;
  /** The last step before this one wrote it. */
  readonly isNew: boolean;
}

/** Cells that are told at once; a view has no use for more. */
const MAX_CELLS = 5000;

/** The memory of a stack entry's contract call, at the step where the run stands. */
export function memoryOf(run: DebuggedRun, { call, view }: StackEntry): ShownMemory {
  const { timeline } = run;
  const base = timeline.cell(0, call);
  const hasBase = base.written && base.tag === "u32";
  const names = new Map<number, { name: string; tag: string | undefined }[]>();
  for (const { name, address, relative, tag } of view.cells) {
    if (relative && !hasBase) continue;
    const at = address + (relative ? Number(base.value) : 0);
    names.set(at, [...(names.get(at) ?? []), { name, tag }]);
  }
  const written = [...timeline.lastWrites(call)].sort(([a], [b]) => a - b);
  const cells = written.slice(0, MAX_CELLS).map(([address, step]): ShownCell => {
    const { tag, value } = timeline.cell(address, call);
    const text = textIn(value);
    const here = names.get(address) ?? [];
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
      ...(place && { line: place.line + 1 }),
    };
  });
  return {
    step: timeline.step,
    steps: timeline.count,
    cells,
    more: written.length - cells.length,
    ...(hasBase && { base: Number(base.value) }),
  };
}
