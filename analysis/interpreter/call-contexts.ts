/**
 * The tags of operands by the call that led to them. The interpreter analyses a routine anew for every call of it, so it knows
 * them apart; {@link Facts} holds what they have in common.
 */

import type { TagSet } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { SITES_PER_CONTEXT } from "../domain/heap.ts";

/** The tags that an operand has if a call leads to it. */
export interface ContextTags {
  readonly call: Op;
  readonly tags: TagSet;
}

/** How many calls outwards are looked at: a routine may only pass on what the one that calls it was given. */
const LEVELS = 4;

/** Call strings, numbered: a call and the string that led to it. 0 is the empty one, outside of every routine. */
export class CallStrings {
  private readonly numbers = new Map<number, number>();
  private readonly callers: number[] = [0];
  private readonly calls: (Op | undefined)[] = [undefined];
  /** Strings that stand for many: those of calls within calls of a recursive routine. */
  private readonly joined = new Set<number>();

  /** The string that a call in another string leads to. */
  of(caller: number, call: Op): number {
    const key = caller * SITES_PER_CONTEXT + call.number;
    let string = this.numbers.get(key);
    if (string === undefined) {
      string = this.calls.length;
      this.numbers.set(key, string);
      this.callers.push(caller);
      this.calls.push(call);
    }
    return string;
  }

  /** Lets a string stand for all that other calls of its routine, which are nested in this one, lead to. */
  join(string: number): void {
    this.joined.add(string);
  }

  /** The last call of a string; undefined for the empty one, and for one that stands for many. */
  callOf(string: number): Op | undefined {
    return this.joined.has(string) ? undefined : this.calls[string];
  }

  /** The string without its last call. */
  callerOf(string: number): number {
    return this.callers[string];
  }
}

/** Recorded while the interpreter runs, if it is asked to. */
export class CallContexts {
  private readonly strings: CallStrings;
  /** By operand: the tags by call string. */
  private readonly seen = new Map<number, Map<number, TagSet>>();

  constructor(strings: CallStrings) {
    this.strings = strings;
  }

  note(slot: number, string: number, tags: TagSet): void {
    let byString = this.seen.get(slot);
    if (!byString) this.seen.set(slot, (byString = new Map<number, TagSet>()));
    byString.set(string, (byString.get(string) ?? 0) | tags);
  }

  /**
   * The tags of an operand by the nearest calls that tell them apart, by byte offset. Empty if none do, or if control also gets
   * there without such a call.
   */
  at(slot: number): ContextTags[] {
    const byString = this.seen.get(slot);
    if (!byString) return [];
    let strings = [...byString].map(([string, tags]) => ({ string, tags }));
    const all = strings.reduce((union, { tags }) => union | tags, 0);
    for (let level = 0; level < LEVELS; level++) {
      const byCall = new Map<Op, TagSet>();
      for (const { string, tags } of strings) {
        const call = this.strings.callOf(string);
        if (!call) return [];
        byCall.set(call, (byCall.get(call) ?? 0) | tags);
      }
      if ([...byCall.values()].some((tags) => tags !== all)) {
        return [...byCall]
          .map(([call, tags]) => ({ call, tags }))
          .sort((one, other) => one.call.pc - other.call.pc);
      }
      strings = strings.map(({ string, tags }) => ({ string: this.strings.callerOf(string), tags }));
    }
    return [];
  }
}
