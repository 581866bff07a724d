/** Explains the inferred tags of a cell by the writes that may have produced its content, and by where their paths join. */

import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import { writeAt, type Code, type Op } from "../code/decoded-code.ts";
import type { Facts } from "./facts.ts";
import { successors, type Block, type Graph } from "../code/control-flow.ts";
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

/**
 * The first instruction of a block at which paths from several starts to the end are joined: the end's own block, if it is one of
 * these, or else the first one.
 */
function meeting(code: Code, graph: Graph, starts: readonly Op[], end: Op): Op | undefined {
  const edges = graph.blocks.map((block) => onward(code.ops[block.last], block));
  const before = graph.blocks.map((): number[] => []);
  for (const [from, targets] of edges.entries()) for (const to of targets) before[to].push(from);
  const target = graph.blockOf[end.number];
  const leadingToEnd = reachedFrom(target, before).add(target);
  /** By block: the number of starts from which a path leads to its beginning; in `leaving`, to its end. */
  const reaching = new Map<number, number>();
  const leaving = new Map<number, number>();
  const count = (counts: Map<number, number>, block: number): unknown =>
    counts.set(block, (counts.get(block) ?? 0) + 1);
  for (const first of new Set(starts.map(({ number }) => graph.blockOf[number]))) {
    const seen = reachedFrom(first, edges);
    for (const block of seen) count(reaching, block);
    for (const block of seen.add(first)) count(leaving, block);
  }
  const most = Math.max(0, ...reaching.values());
  if (most < 2) return undefined;
  const meetings = [...reaching]
    .filter(([block, starts]) => starts === most && leadingToEnd.has(block))
    .map(([block]) => block)
    .filter((block) => before[block].some((from) => (leaving.get(from) ?? 0) < most));
  if (meetings.length === 0) return undefined;
  return code.ops[graph.blocks[meetings.includes(target) ? target : Math.min(...meetings)].first];
}

/** The blocks that control reaches from the end of a block, including the one after a call. */
function onward(op: Op, block: Block): readonly number[] {
  const found = successors(op, block);
  return op.plan.flow === "call" && block.target >= 0 ? [...found, block.target] : found;
}

/** The blocks that are reachable from a block over one edge or more. The block itself is one of them if it is in a cycle. */
function reachedFrom(start: number, edges: readonly (readonly number[])[]): Set<number> {
  const seen = new Set<number>();
  const pending = [start];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    for (const next of edges[block]) {
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  return seen;
}
