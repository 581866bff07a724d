/** Names that mean something already, so that nothing else can be called so. */

import type { InstructionSet } from "../../isa/instruction-set.ts";
import { parseTag } from "../../isa/tags.ts";

/** What a name is that can't be defined, for a message; undefined where it can be. */
export function reservedAs(name: string, set: InstructionSet): string | undefined {
  if (name.toLowerCase() === "sp") return "the base";
  if (parseTag(name)) return "a tag";
  const upper = name.toUpperCase();
  if (set.byMnemonic.has(upper)) return "a mnemonic";
  return set.byForm.has(upper) ? "a wire form" : undefined;
}
