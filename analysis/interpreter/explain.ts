/** Explains the inferred tags of a cell by the writes that may have produced its content, and by where their paths join. */

import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import { writeAt, type Code, type Op } from "../code/decoded-code.ts";
import type { Facts } from "./facts.ts";
import { successors, type Graph } from "../code/control-flow.ts";
import type { Tables } from "../domain/tables.ts";

export interface WhyWrite {
  /** The number of the statement, or of a hidden instruction. */
  readonly index: number;
  /** The position of the write operand in wire order. */
  readonly position: number;
  readonly pc: number;
  /** The tags that it writes, over all paths to it. */
  readonly tags: TagSet;
}

export interface Why {
  readonly tags: TagSet;
  /** The number in the cell, if it is known. */
  readonly value?: bigint;
  /** The writes that can have produced the content. */
  readonly writes: readonly WhyWrite[];
  /** Whether the cell may never have been written, and so be `ff 0`. */
  readonly unwritten: boolean;
  /** False if there may be other writes than those listed. */
  readonly complete: boolean;
  /** The first instruction at which paths from writes of different tags join; absent if there is only one tag. */
  readonly meets?: { readonly index: number; readonly pc: number };
}

export function explain(code: Code, graph: Graph, tables: Tables, facts: Facts, slot: number): Why {
  const origin = facts.origins[slot];
  const tags = facts.tags[slot] & ALL_TAGS;
  const members = tables.origins.members(origin);
  const found: { op: Op; write: WhyWrite }[] = [];
  for (const member of members) {
    const place = member === 0 ? undefined : writeAt(code, member);
    if (!place) continue;
    const { op, position } = place;
    found.push({
      op,
      write: { index: op.index, position, pc: op.pc, tags: facts.tags[member - 1] & ALL_TAGS },
    });
  }
  const value = tables.values.exact(facts.values[slot]);
  const unwritten = facts.unwritten[slot] !== 0;
  const sources = found.filter(({ write }) => write.tags !== tags);
  const starts = [...sources.map(({ op }) => op), ...(unwritten ? [code.ops[0]] : [])];
  const meets =
    starts.length > 1 && (tags & (tags - 1)) !== 0
      ? meeting(code, graph, starts, opAtSlot(code, slot))
      : undefined;
  return {
    tags,
    ...(value !== undefined && { value }),
    writes: found.map(({ write }) => write),
    unwritten,
    complete: tables.origins.complete(origin) && (members.some((member) => member > 0) || unwritten),
    ...(meets && { meets: { index: meets.index, pc: meets.pc } }),
  };
}

function opAtSlot(code: Code, slot: number): Op {
  return writeAt(code, slot + 1)!.op;
}

/** The first instruction before `end` that control reaches from the largest number of starts, at least two. */
function meeting(code: Code, graph: Graph, starts: readonly Op[], end: Op): Op | undefined {
  const reaching = new Map<number, number>();
  for (const start of new Set(starts)) {
    const seen = new Set<number>();
    const first = graph.blockOf[start.number];
    const pending = [first];
    while (pending.length > 0) {
      const block = graph.blocks[pending.pop()!];
      for (const next of successors(code.ops[block.last], block)) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
    }
    for (const block of seen) reaching.set(block, (reaching.get(block) ?? 0) + 1);
  }
  // Of the blocks that the most starts reach: that of `end`, or else the first one before it.
  const most = Math.max(0, ...reaching.values());
  if (most < 2) return undefined;
  const target = graph.blockOf[end.number];
  let best: number | undefined;
  for (const [block, count] of reaching) {
    if (count !== most || graph.blocks[block].first > end.number) continue;
    if (best === undefined || graph.blocks[block].first < graph.blocks[best].first || block === target)
      best = block;
    if (block === target) break;
  }
  return best === undefined ? undefined : code.ops[graph.blocks[best].first];
}
