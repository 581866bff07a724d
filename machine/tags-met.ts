/**
 * Collects the tags that the memory operands of a run had: before an instruction for operands that it reads, after it for those
 * that it writes. They are compared with the inferred tags. Instructions that halt are left out.
 */

import type { TagSet } from "../isa/tags.ts";
import type { Code } from "./code.ts";
import type { FrameView, Observer } from "./observer.ts";
import { resolveOperands, type ResolvedOperand } from "./operands.ts";

/** Sets of tags by byte offset, then by index of the operand. */
type Met = Map<number, TagSet[]>;

/** An observer that collects tags. It may observe several runs. */
export class TagsMet implements Observer {
  readonly #byCode = new Map<Code, Met>();
  readonly #pending = new Map<FrameView, { operands: ResolvedOperand[]; tags: TagSet[] }>();

  /** The collected sets of one code, by byte offset, then by index of the operand; 0 or absent if there is none. */
  of(code: Code): ReadonlyMap<number, readonly TagSet[]> {
    return this.#byCode.get(code) ?? new Map<number, TagSet[]>();
  }

  /** The operands of the current instruction, for observers that come behind this one: resolving them again takes time. */
  operandsOf(frame: FrameView): readonly ResolvedOperand[] {
    return this.#pending.get(frame)?.operands ?? [];
  }

  before(frame: FrameView): void {
    const operands = resolveOperands(frame);
    this.#pending.set(frame, {
      operands,
      tags: operands.map(({ address }) => 1 << frame.memory.tagAt(address)),
    });
  }

  after(frame: FrameView): void {
    const { operands, tags } = this.#pending.get(frame)!;
    let met = this.#byCode.get(frame.code);
    if (!met) this.#byCode.set(frame.code, (met = new Map<number, TagSet[]>()));
    let sets = met.get(frame.pc);
    if (!sets) met.set(frame.pc, (sets = []));
    for (const [k, { operand, index, address, length }] of operands.entries()) {
      if (length === 0 || operand.lazy || operand.unchecked) continue;
      const tag = operand.access === "write" ? 1 << frame.memory.tagAt(address) : tags[k];
      sets[index] = (sets[index] ?? 0) | tag;
    }
  }

  left(frame: FrameView): void {
    this.#pending.delete(frame);
  }
}
