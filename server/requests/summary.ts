/** `avm/summary`: the size of a program and the gas of a run. */

import { withLabels } from "../../assembler/output/labels.ts";
import { shownGas } from "../../analysis/reports/gas.ts";
import { measureProgram } from "../../disassembler/sizes.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { isLibrary } from "../../project/library-file.ts";
import { gasOf } from "../language/assembled-code.ts";
import type { Snapshot } from "../language/snapshot.ts";

export interface Summary {
  readonly bytes: number;
  /** Number of field elements of the published program, and the maximum number. */
  readonly fields: number;
  readonly maxFields: number;
  /** True if the file is treated as a library: it is checked for halts together with a program that includes it. */
  readonly isLibrary?: true;
  /** Gas from the first byte to the end of a run; absent if the checker is switched off. */
  readonly gas?: { readonly l2: string; readonly da: string };
  /** The parts of the program between global labels, the largest first. */
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly l2?: string }[];
}

/** Null if the results aren't known yet or the program has an error; never computes them. */
export function summary(snapshot: Snapshot): Summary | null {
  const assembly = snapshot.assembly();
  if (!assembly || hasErrors(assembly.diagnostics)) return null;
  const { bytes, fields, limit, parts } = measureProgram(withLabels(assembly));
  const analysis = snapshot.analysis();
  const routines = analysis?.program === assembly.program ? gasOf(analysis, assembly).routines : [];
  const costs = new Map(routines.map(({ pc, l2 }) => [pc, shownGas(l2)]));
  const whole = routines.find(({ pc }) => pc === 0);
  return {
    bytes,
    fields,
    maxFields: limit.fields,
    ...(isLibrary(assembly) && { isLibrary: true }),
    ...(whole && { gas: { l2: shownGas(whole.l2), da: shownGas(whole.da) } }),
    parts: parts.map(({ name, bytes, pc }) => {
      const l2 = costs.get(pc);
      return { name, bytes, ...(l2 !== undefined && { l2 }) };
    }),
  };
}
