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
  /** By address as it is written, whatever the addressing mode. */
  private readonly byNumber = new Map<number, CellsByName>();
  /** By {@link operandKey}. */
  private readonly byOperand = new Map<number, CellsByName>();
  /** By fixed address; undefined where its names don't agree. */
  private readonly byAddress = new Map<number, TaggedCell | undefined>();

  constructor(program: Program) {
    this.program = program;
    for (const cell of program.taggedCells ?? []) {
      addTo(this.byNumber, cell.address, cell);
      addTo(this.byOperand, operandKey(cell.mode, cell.address), cell);
      if (cell.mode !== 0) continue;
      const other = this.byAddress.has(cell.address) ? this.byAddress.get(cell.address) : cell;
      this.byAddress.set(cell.address, other?.tag === cell.tag ? other : undefined);
    }
  }

  get isEmpty(): boolean {
    return this.byNumber.size === 0;
  }

  /** True if a cell with a fixed address has a tag. */
  get hasFixed(): boolean {
    return this.byAddress.size > 0;
  }

  /** The declared cell that an operand is by its name. */
  named(op: Op, k: number): TaggedCell | undefined {
    const cells = this.byOperand.get(operandKey(op.modes[k], op.address(k)));
    return cells && named(cells, this.words(op, k));
  }

  /** The same for an operand of a statement, by its place in wire order. */
  namedBy(statement: number, position: number): TaggedCell | undefined {
    const { values, firsts } = this.program;
    const cells = this.byNumber.get(values[firsts[statement] + position]);
    return cells && named(cells, operandWords(this.program, statement, position));
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
    const mode = op.modes[k] & ~INDIRECT;
    const cells = this.byOperand.get(operandKey(mode, op.address(k)));
    return (
      this.trusted(cells && named(cells, pointerWords(this.words(op, k)))) ??
      (mode === 0 ? this.at(op.address(k)) : undefined)
    );
  }

  private trusted(cell: TaggedCell | undefined): TaggedCell | undefined {
    return cell?.mode === 0 ? this.at(cell.address) : cell;
  }

  private words(op: Op, k: number): string | undefined {
    return operandWords(this.program, op.index, op.plan.memory[k].position);
  }
}

type CellsByName = Map<string, TaggedCell>;

/** Addressing modes are below 8. */
function operandKey(mode: number, address: number): number {
  return address * 8 + mode;
}

/** Of cells with one name the first counts. */
function addTo(cells: Map<number, CellsByName>, key: number, cell: TaggedCell): void {
  const byName = cells.get(key);
  if (!byName) cells.set(key, new Map([[cell.name, cell]]));
  else if (!byName.has(cell.name)) byName.set(cell.name, cell);
}

/** An operand's name is only read if some declared cell has its address: to read it takes much longer than to find that out. */
function named(cells: CellsByName, name: string | undefined): TaggedCell | undefined {
  return name === undefined ? undefined : cells.get(name);
}
