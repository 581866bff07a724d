/** Reserved names, which a program can't define. */

import type { InstructionSet } from "../../isa/instruction-set.ts";
import { parseTag } from "../../isa/tags.ts";

/** Names of the standard library that a program may define, to change its settings. */
const ASKED_FOR: readonly string[] = ["STD_SCRATCH", "STD_MAP_SEPARATOR"];

/** What a name is that can't be defined, for a message; undefined if it can be. */
export function reservedAs(name: string, set: InstructionSet): string | undefined {
  if (name.toLowerCase() === "sp") return "the base";
  if (parseTag(name)) return "a tag";
  const upper = name.toUpperCase();
  if (set.byMnemonic.has(upper)) return "a mnemonic";
  return set.byForm.has(upper) ? "a wire form" : undefined;
}

/** True for names that only the standard library defines. */
export function isLibraryName(name: string): boolean {
  return /^(?:std|STD)_/.test(name) && !ASKED_FOR.includes(name);
}

/** True for the standard library's own files, which an editor may open by themselves. */
export function isLibraryPath(file: string): boolean {
  return /(?:^|[\\/])lib[\\/]std[\\/][^\\/]+\.avm$/.test(file);
}
