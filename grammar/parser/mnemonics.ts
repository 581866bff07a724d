/** Recognises the mnemonics of all targets. */

import { instructionSet } from "../../isa/instruction-set.ts";
import { TARGETS } from "../../isa/table.ts";

/** True for a mnemonic or wire form of any target. */
export function isMnemonic(word: string): boolean {
  const upper = word.toUpperCase();
  return TARGETS.some((target) => {
    const { byMnemonic, byForm } = instructionSet(target);
    return byMnemonic.has(upper) || byForm.has(upper);
  });
}
