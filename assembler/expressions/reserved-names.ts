/** Reserved names, which a program can't define. */

import type { InstructionSet } from "../../isa/instruction-set.ts";
import { parseTag } from "../../isa/tags.ts";

/** Names with the library's prefix that a program may define, to change the library's settings. */
const LIBRARY_SETTINGS: readonly string[] = ["STD_SCRATCH", "STD_MAP_SEPARATOR"];

/** Why a name is reserved, for a message: `a tag`, `a mnemonic`; undefined if it may be defined. */
export function reservedAs(name: string, set: InstructionSet): string | undefined {
  if (name.toLowerCase() === "sp") return "the base";
  if (parseTag(name)) return "a tag";
  const upper = name.toUpperCase();
  if (set.byMnemonic.has(upper)) return "a mnemonic";
  return set.byForm.has(upper) ? "a wire form" : undefined;
}

/** True for names that only the standard library may define. */
export function isLibraryName(name: string): boolean {
  return /^(?:std|STD)_/.test(name) && !LIBRARY_SETTINGS.includes(name);
}

/** True for the path of a file of the standard library, which may be opened as a main file in an editor. */
export function isLibraryPath(file: string): boolean {
  return /(?:^|[\\/])lib[\\/]std[\\/][^\\/]+\.avm$/.test(file);
}
