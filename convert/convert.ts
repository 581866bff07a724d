/** Converts other assembly notations to our language. */

import { instructionSet } from "../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../isa/table.ts";
import { avmAsmReader, type IndirectMode } from "./avm-asm.ts";
import { write, type Conversion, type Reader } from "./conversion.ts";
import { transpilerReader } from "./transpiler.ts";

/** The notations that can be read. */
export const DIALECTS = ["transpiler", "avm-asm"] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface ConvertOptions {
  /** The target; by default the newest one in which the most statements can be expressed. */
  readonly target?: TargetName | undefined;
  /** For `transpiler`: the first cell of the scratch space. */
  readonly scratch?: number | undefined;
  /** For `avm-asm`: which operands a `!` makes indirect. */
  readonly indirect?: IndirectMode | undefined;
}

/** Converts a text. The result assembles: what can't be expressed is reported and becomes a comment. */
export function convert(
  dialect: Dialect,
  name: string,
  text: string,
  { target, scratch, indirect }: ConvertOptions = {},
): Conversion {
  const readers: Record<Dialect, () => Reader> = {
    transpiler: () => transpilerReader(scratch),
    "avm-asm": () => avmAsmReader(indirect),
  };
  const read = readers[dialect]();
  const convertFor = (one: TargetName): Conversion =>
    write(name, read(text, instructionSet(one)), one, target !== undefined);
  if (target) return convertFor(target);
  let best: Conversion | undefined;
  for (const one of TARGETS) {
    const found = convertFor(one);
    if (!best || errorsOf(found) < errorsOf(best)) best = found;
    if (errorsOf(best) === 0) break;
  }
  return best!;
}

function errorsOf({ diagnostics }: Conversion): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}
