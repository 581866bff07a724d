/**
 * The tags of operands separately for each call. The interpreter analyses a routine again for each call, so it can record the tags
 * by call string; {@link Facts} has only their join.
 */

import type { TagSet } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { SITES_PER_CONTEXT } from "../domain/heap.ts";

/** The tags of an operand in the runs that reach it through one call. */
export interface ContextTags {
  readonly call: Op;
  readonly tags: TagSet;
}

/** How many enclosing calls are examined. The innermost call may only pass on what its caller was called with. */
const LEVELS = 4;

/** A table of numbered call strings. A call string is a call and the call string of its caller; 0 is the empty one. */
export class CallStrings {
  private readonly numbers = new Map<number, number>();
  private readonly callers: number[] = [0];
  private readonly calls: (Op | undefined)[] = [undefined];
  /** Call strings that stand for several others, because the calls of a recursive routine at all depths are analysed together. */
  private readonly joined = new Set<number>();

  /** The call string of a call in another call string. */
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

  /** Makes a call string also stand for those of all recursive calls of its routine inside this one. */
  join(string: number): void {
    this.joined.add(string);
  }

  /** The last call of a call string; undefined for the empty one, and for one that stands for several. */
  callOf(string: number): Op | undefined {
    return this.joined.has(string) ? undefined : this.calls[string];
  }

  /** The numbers of the call instructions of a call string, the innermost first. */
  pathOf(string: number): number[] {
    const path: number[] = [];
    for (let rest = string; rest !== 0; rest = this.callers[rest]) path.push(this.calls[rest]!.number);
    return path;
  }

  /** The call string without its last call. */
  callerOf(string: number): number {
    return this.callers[string];
  }
}

/** Recorded while the interpreter runs, if the option `byCall` is given. */
export class CallContexts {
  private readonly strings: CallStrings;
  /** By operand: the first call string in which it was seen, or -1, and the tags there. Most operands have no other. */
  private readonly firstString: Int32Array;
  private readonly firstTags: Uint16Array;
  /** By operand with several call strings: the tags by call string. */
  private readonly seen = new Map<number, Map<number, TagSet>>();

  constructor(strings: CallStrings, slots: number) {
    this.strings = strings;
    this.firstString = new Int32Array(slots).fill(-1);
    this.firstTags = new Uint16Array(slots);
  }

  note(slot: number, string: number, tags: TagSet): void {
    const { firstString, firstTags } = this;
    let byString = this.seen.get(slot);
    if (!byString) {
      if (firstString[slot] < 0) firstString[slot] = string;
      if (firstString[slot] === string) {
        firstTags[slot] |= tags;
        return;
      }
      byString = new Map([[firstString[slot], firstTags[slot]]]);
      this.seen.set(slot, byString);
    }
    byString.set(string, (byString.get(string) ?? 0) | tags);
  }

  /**
   * The tags of an operand for each of the nearest calls for which they differ, sorted by byte offset. Empty if they differ for no
   * call, or if control also reaches the operand without such a call.
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
