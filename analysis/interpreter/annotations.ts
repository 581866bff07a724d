/** The `.expect` and `.assume` annotations of a program: what is known about their cells, and what assumptions make of a state. */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { ALL_TAGS, tagCode, type TagSet } from "../../isa/tags.ts";
import type { Annotation } from "../../program/program.ts";
import type { Graph } from "../code/control-flow.ts";
import type { Code, Op } from "../code/decoded-code.ts";
import type { State } from "../domain/state.ts";
import type { Tables } from "../domain/tables.ts";
import type { Value } from "../domain/value.ts";
import type { Transfer } from "./transfer.ts";

/** Facts about one `.expect` or `.assume` and the cell that it names, joined over all paths that reach it. */
export interface AnnotationFacts {
  tags: TagSet;
  /** The tags of the cells that the operand's address depends on, which must be u32: base and pointer. */
  pointers: TagSet;
  reached: boolean;
  /** True if an `.assume` has no effect, because the analysis knows neither its cell nor the cell of its pointer. */
  unplaced: boolean;
}

export class Annotations {
  private readonly facts = new Map<Annotation, AnnotationFacts>();
  /** By number of the statement that follows them. */
  private readonly before = new Map<number, Annotation[]>();
  private readonly blocks = new Set<number>();
  private readonly tables: Tables;

  constructor({ program, opOf }: Code, { blockOf }: Graph, tables: Tables) {
    this.tables = tables;
    for (const annotation of program.annotations ?? []) {
      this.facts.set(annotation, { tags: 0, pointers: 0, reached: false, unplaced: false });
      const list = this.before.get(annotation.before);
      if (list) list.push(annotation);
      else this.before.set(annotation.before, [annotation]);
      const op = opOf[annotation.before];
      if (op) this.blocks.add(blockOf[op.number]);
    }
  }

  get isEmpty(): boolean {
    return this.facts.size === 0;
  }

  get all(): ReadonlyMap<Annotation, AnnotationFacts> {
    return this.facts;
  }

  isBefore({ index }: Op): boolean {
    return this.before.has(index);
  }

  /** Whether one of the blocks contains an annotation. */
  areIn(blocks: Int32Array): boolean {
    return this.blocks.size > 0 && blocks.some((block) => this.blocks.has(block));
  }

  /** Notes what is known about the cells of the annotations before an instruction, and applies assumptions to the state. */
  reach(op: Op, state: State, transfer: Transfer): void {
    for (const annotation of this.before.get(op.index) ?? []) {
      const facts = this.facts.get(annotation)!;
      facts.reached = true;
      facts.pointers |= pointerTags(annotation, state, transfer);
      const address = transfer.locate(state, annotation.mode, annotation.address);
      if (address === undefined) {
        if (annotation.kind === "expect") facts.tags |= ALL_TAGS;
        continue;
      }
      const pointer = transfer.pointerOf(state, annotation.mode, annotation.address);
      transfer.readPointee(state, pointer, address);
      // Content that depends on a repaired mistake isn't checked.
      if (this.tables.origins.isAssumed(state.memory.origin)) continue;
      facts.tags |= state.memory.tags & ALL_TAGS;
      if (annotation.kind === "expect") continue;
      const tags = 1 << tagCode(annotation.tag);
      if (address >= 0) transfer.require(state, address, tags);
      else if (pointer < 0) facts.unplaced = true;
      else if (state.memory.tags & tags) transfer.assumePointee(state, pointer, address, tags);
    }
  }
}

/** The tags of the cells that an operand's address depends on: of the base and the pointer. */
function pointerTags({ mode, address }: Annotation, state: State, transfer: Transfer): TagSet {
  let tags = 0;
  const note = (cell: Value | undefined): void => {
    if (cell === undefined) tags |= ALL_TAGS;
    else {
      transfer.readPointee(state, -1, cell);
      tags |= state.memory.tags & ALL_TAGS;
    }
  };
  if (mode & RELATIVE) note(transfer.locate(state, 0, 0));
  if (mode & INDIRECT) note(transfer.locate(state, mode & RELATIVE, address));
  return tags;
}
