/**
 * The tags that `.cell` directives declare. The tag of a cell with a fixed address holds for all writes to that address; the tag of
 * `[sp+n]` only for writes that use its name. Two names of one address with different tags are views: a write is checked against
 * the name that it uses, and reads trust neither tag.
 */

import { INDIRECT } from "../../isa/instruction-set.ts";
import { operandSourceText, pointerSourceText } from "../../program/operand-source-text.ts";
import type { Program, TaggedCell } from "../../program/program.ts";
import type { Op } from "../code/decoded-code.ts";

export class DeclaredTags {
  private readonly program: Program;
  /** By the address or offset in the directive, regardless of the addressing mode. */
  private readonly byNumber = new Map<number, CellsByName>();
  /** By {@link operandKey}. */
  private readonly byOperand = new Map<number, CellsByName>();
  /** By fixed address; undefined if the address has names with different tags. */
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

  /** True if some cell with a fixed address has a declared tag. */
  get hasFixed(): boolean {
    return this.byAddress.size > 0;
  }

  /** The declared cell that an operand names. */
  named(op: Op, k: number): TaggedCell | undefined {
    const cells = this.byOperand.get(operandKey(op.modes[k], op.address(k)));
    return cells && named(cells, this.words(op, k));
  }

  /** The same for an operand of a statement, by its position in wire order. */
  namedBy(statement: number, position: number): TaggedCell | undefined {
    const { values, firsts } = this.program;
    const cells = this.byNumber.get(values[firsts[statement] + position]);
    return cells && named(cells, operandSourceText(this.program, statement, position));
  }

  /** The declared cell at a fixed address, if all of its names declare the same tag. */
  at(address: number): TaggedCell | undefined {
    return this.byAddress.get(address);
  }

  /** As {@link DeclaredTags.at}, for each address of a range; `end` is exclusive. */
  *within(start: number, end: number): Iterable<TaggedCell> {
    for (const cell of this.byAddress.values())
      if (cell && cell.address >= start && cell.address < end) yield cell;
  }

  /** The declared cell that an operand reads, if the checker may trust its tag instead of an inferred one. */
  believed(op: Op, k: number): TaggedCell | undefined {
    return this.trusted(this.named(op, k)) ?? (op.modes[k] === 0 ? this.at(op.address(k)) : undefined);
  }

  /** The same for the pointer of an indirect operand: the cell `[x]` of `[[x]]`. */
  believedPointer(op: Op, k: number): TaggedCell | undefined {
    const mode = op.modes[k] & ~INDIRECT;
    const cells = this.byOperand.get(operandKey(mode, op.address(k)));
    return (
      this.trusted(cells && named(cells, pointerSourceText(this.words(op, k)))) ??
      (mode === 0 ? this.at(op.address(k)) : undefined)
    );
  }

  private trusted(cell: TaggedCell | undefined): TaggedCell | undefined {
    return cell?.mode === 0 ? this.at(cell.address) : cell;
  }

  private words(op: Op, k: number): string | undefined {
    return operandSourceText(this.program, op.index, op.plan.memory[k].position);
  }
}

type CellsByName = Map<string, TaggedCell>;

/** A key for an operand's addressing mode, which is below 8, and its address or offset. */
function operandKey(mode: number, address: number): number {
  return address * 8 + mode;
}

/** Adds a cell. If there are several cells with one name, the first one counts. */
function addTo(cells: Map<number, CellsByName>, key: number, cell: TaggedCell): void {
  const byName = cells.get(key);
  if (!byName) cells.set(key, new Map([[cell.name, cell]]));
  else if (!byName.has(cell.name)) byName.set(cell.name, cell);
}

/** Callers look an operand up by address first, and read its name only if that succeeds: to read a name takes much longer. */
function named(cells: CellsByName, name: string | undefined): TaggedCell | undefined {
  return name === undefined ? undefined : cells.get(name);
}
