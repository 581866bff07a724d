/**
 * Collects the tags that the memory operands of a run had: before an instruction for operands that it reads, after it for those
 * that it writes. They are compared with the inferred tags. Instructions that halt are left out.
 */

import type { TagSet } from "../isa/tags.ts";
import type { Code } from "./code.ts";
import type { FrameView, Observer } from "./observer.ts";
import { resolveOperands, type ResolvedOperand } from "./operands.ts";

/** The tags that were observed in one code. */
interface Observed {
  /** Sets of tags by byte offset, then by index of the operand. */
  readonly sets: Map<number, TagSet[]>;
  /** The byte offsets whose sets grew since they were last asked for. */
  grown: Set<number>;
}

interface Pending {
  operands: readonly ResolvedOperand[];
  /** The wire values of the tags before the instruction, by operand. */
  readonly tags: number[];
}

/** An observer that collects tags. It may observe several runs. */
export class ObservedTags implements Observer {
  readonly #byCode = new Map<Code, Observed>();
  readonly #pending = new Map<FrameView, Pending>();

  /** The collected sets of one code, by byte offset, then by index of the operand; 0 or absent if there is none. */
  of(code: Code): ReadonlyMap<number, readonly TagSet[]> {
    return this.#observedBy(code).sets;
  }

  /** The byte offsets of one code whose sets grew since the last call. */
  takeGrown(code: Code): ReadonlySet<number> {
    const observed = this.#observedBy(code);
    const { grown } = observed;
    observed.grown = new Set();
    return grown;
  }

  before(frame: FrameView): void {
    let pending = this.#pending.get(frame);
    if (!pending) this.#pending.set(frame, (pending = { operands: [], tags: [] }));
    const operands = resolveOperands(frame);
    pending.operands = operands;
    for (let k = 0; k < operands.length; k++) pending.tags[k] = frame.memory.tagAt(operands[k].address);
  }

  after(frame: FrameView): void {
    const { operands, tags } = this.#pending.get(frame)!;
    const { sets, grown } = this.#observedBy(frame.code);
    let found = sets.get(frame.pc);
    if (!found) sets.set(frame.pc, (found = []));
    for (let k = 0; k < operands.length; k++) {
      const { operand, index, address, length } = operands[k];
      if (length === 0 || operand.lazy || operand.unchecked) continue;
      const tag = 1 << (operand.access === "write" ? frame.memory.tagAt(address) : tags[k]);
      const before = found[index] ?? 0;
      if (before & tag) continue;
      found[index] = before | tag;
      grown.add(frame.pc);
    }
  }

  left(frame: FrameView): void {
    this.#pending.delete(frame);
  }

  #observedBy(code: Code): Observed {
    let observed = this.#byCode.get(code);
    if (!observed) this.#byCode.set(code, (observed = { sets: new Map(), grown: new Set() }));
    return observed;
  }
}
