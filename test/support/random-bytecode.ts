import { instructionSet } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import type { RandomNumbers } from "./random.ts";

/**
 * At most `most` random bytes, usually few. Half of the results are uniformly random; the other half are mostly opcodes
 * with random operands, because uniformly random bytes seldom contain valid instructions.
 */
export function randomBytecode(random: RandomNumbers, target: TargetName, most: number): Uint8Array {
  const bytes = new Uint8Array(random.below((random.below(16) === 0 ? most : Math.min(most, 256)) + 1));
  const isCode = random.below(2) === 0;
  const opcodes = instructionSet(target).byOpcode;
  for (let at = 0; at < bytes.length;) {
    const form = isCode && random.below(50) > 0 ? opcodes[random.below(opcodes.length)] : undefined;
    if (!form) {
      bytes[at++] = random.below(256);
      continue;
    }
    const end = Math.min(bytes.length, at + form.size);
    const start = at;
    bytes[at++] = form.opcode;
    for (; at < end; at++) {
      const isTag = at - start === form.tagByte;
      const isTarget = form.definition.flow !== "next" && form.modeSize === 0 && at < end - 2;
      // A tag's byte is nearly always a valid tag, and a jump target is small, so that it often lies within the code.
      bytes[at] = isTag ? random.below(8) : isTarget ? 0 : random.below(256);
    }
  }
  return bytes;
}
