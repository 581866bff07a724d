/** Converts the names of a foreign text to valid and unique names. */

import type { InstructionSet } from "../isa/instruction-set.ts";
import { parseTag } from "../isa/tags.ts";

/** Converts names; the same name of the same kind always gives the same result. */
export interface Names {
  /** The name itself if it is valid and free, else a similar one that is free. */
  readonly of: (kind: string, name: string) => string;
}

export function newNames(set: InstructionSet): Names {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  return {
    of(kind, name) {
      const key = `${kind} ${name}`;
      let found = given.get(key);
      if (found === undefined) {
        found = freeName(name, kind, (candidate) => !taken.has(candidate) && isFree(candidate, set));
        given.set(key, found);
        taken.add(found);
      }
      return found;
    },
  };
}

function isFree(name: string, set: InstructionSet): boolean {
  const upper = name.toUpperCase();
  return upper !== "SP" && !parseTag(name) && !set.byMnemonic.has(upper) && !set.byForm.has(upper);
}

function freeName(name: string, kind: string, isFreeName: (candidate: string) => boolean): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");
  if (isFreeName(plain)) return plain;
  for (let number = 1; ; number++) {
    const candidate = `${plain}_${kind}${number > 1 ? number : ""}`;
    if (isFreeName(candidate)) return candidate;
  }
}
