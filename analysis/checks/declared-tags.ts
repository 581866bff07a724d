/**
 * The tags that `.cell` gives to cells. A tag on a cell with a fixed address holds for all writes to that address; one on `[sp+n]`
 * for writes by that name. Two names of one address with different tags are views: a write is held against the name that it
 * uses, and neither is believed.
 */

import { INDIRECT } from "../../isa/instruction-set.ts";
import { operandWords, pointerWords } from "../../program/authors-words.ts";
import type { Program, TaggedCell } from "../../program/program.ts";
import type { Op } from "../code/decoded-code.ts";

export class DeclaredTags {
  private readonly program: Program;
  private readonly byNames = new Map<string, TaggedCell[]>();
  /** By fixed address; undefined where its names don't agree. */
  private readonly byAddress = new Map<number, TaggedCell | undefined>();

  constructor(program: Program) {
    this.program = program;
    for (const cell of program.taggedCells ?? []) {
      this.byNames.set(cell.name, [...(this.byNames.get(cell.name) ?? []), cell]);
      if (cell.mode !== 0) continue;
      const other = this.byAddress.has(cell.address) ? this.byAddress.get(cell.address) : cell;
      this.byAddress.set(cell.address, other?.tag === cell.tag ? other : undefined);
    }
  }

  get isEmpty(): boolean {
    return this.byNames.size === 0;
  }

  /** The declared cell that an operand is by its name. */
  named(op: Op, k: number): TaggedCell | undefined {
    return this.find(this.words(op, k), op.modes[k], op.address(k));
  }

  /** The same for an operand of a statement, by its place in wire order. */
  namedBy(statement: number, position: number): TaggedCell | undefined {
    const { values, firsts, taggedCells } = this.program;
    const address = values[firsts[statement] + position];
    const name = operandWords(this.program, statement, position);
    return taggedCells?.find((cell) => cell.name === name && cell.address === address);
  }

  /** The declared cell at a fixed address, if all of its names agree. */
  at(address: number): TaggedCell | undefined {
    return this.byAddress.get(address);
  }

  /** The declared cells in a range of addresses on whose tag all of their names agree; `end` is exclusive. */
  *within(start: number, end: number): Iterable<TaggedCell> {
    for (const cell of this.byAddress.values())
      if (cell && cell.address >= start && cell.address < end) yield cell;
  }

  /** The declared cell that an operand reads, if its tag is to be believed where the checker infers none. */
  believed(op: Op, k: number): TaggedCell | undefined {
    return this.trusted(this.named(op, k)) ?? (op.modes[k] === 0 ? this.at(op.address(k)) : undefined);
  }

  /** The same for the cell that `[[x]]` takes its address from. */
  believedPointer(op: Op, k: number): TaggedCell | undefined {
    const inner = pointerWords(this.words(op, k));
    const mode = op.modes[k] & ~INDIRECT;
    return (
      this.trusted(this.find(inner, mode, op.address(k))) ?? (mode === 0 ? this.at(op.address(k)) : undefined)
    );
  }

  private trusted(cell: TaggedCell | undefined): TaggedCell | undefined {
    return cell?.mode === 0 ? this.at(cell.address) : cell;
  }

  private words(op: Op, k: number): string | undefined {
    if (this.isEmpty) return undefined;
    return operandWords(this.program, op.index, op.plan.memory[k].position);
  }

  private find(name: string | undefined, mode: number, address: number): TaggedCell | undefined {
    if (name === undefined) return undefined;
    return this.byNames.get(name)?.find((cell) => cell.mode === mode && cell.address === address);
  }
}
