/** Observes runs of a source, and reports writes that break the tag that a `.cell` declares. */

import { DeclaredTags } from "../analysis/checks/declared-tags.ts";
import { statementAt, type Program, type TaggedCell } from "../program/program.ts";
import { expansionsAround, frameOf, locateOperand } from "../program/source-locations.ts";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { tagCode } from "../isa/tags.ts";
import type { Code } from "../machine/code.ts";
import { tagWithArticle } from "../machine/halted.ts";
import type { FrameView, Observer } from "../machine/observer.ts";
import type { Runnable } from "./runnable.ts";
import { memoryFields, resolveFields, type MemoryField, type ResolvedOperand } from "../machine/operands.ts";

/** The operands of an instruction whose writes may change a declared cell. */
interface Watched {
  readonly statement: number;
  readonly fields: readonly MemoryField[];
  /** The declared cell that an operand names, by index of the operand. */
  readonly named: readonly (TaggedCell | undefined)[];
}

const NOTHING: Watched = { statement: -1, fields: [], named: [] };

/**
 * Observes the runs of a source that declares tags; undefined for other programs.
 *
 * @param isOwn whether a code is that of the program: other contracts have cells of their own
 */
export function watchDeclaredTags(
  { assembly }: Runnable,
  isOwn: (code: Code) => boolean,
): DeclaredTagsObserver | undefined {
  if (!assembly?.program.taggedCells?.length) return undefined;
  return new DeclaredTagsObserver(assembly.program, isOwn);
}

class DeclaredTagsObserver implements Observer {
  private readonly program: Program;
  private readonly isOwn: (code: Code) => boolean;
  private readonly declared: DeclaredTags;
  /** By byte offset. */
  private readonly watched: (Watched | undefined)[] = [];
  private readonly pending = new Map<FrameView, readonly ResolvedOperand[]>();
  private readonly reported = new Set<string>();
  private found: Diagnostic[] = [];

  constructor(program: Program, isOwn: (code: Code) => boolean) {
    this.program = program;
    this.isOwn = isOwn;
    this.declared = new DeclaredTags(program);
  }

  before(frame: FrameView): void {
    if (!this.isOwn(frame.code)) return;
    const { fields } = (this.watched[frame.pc] ??= this.watch(frame));
    if (fields.length === 0) return;
    this.pending.set(frame, resolveFields(frame.memory, frame.code.at(frame.pc), fields));
  }

  after(frame: FrameView): void {
    const operands = this.pending.get(frame);
    if (!operands) return;
    for (const operand of operands) this.check(frame, operand);
    this.pending.delete(frame);
  }

  left(frame: FrameView): void {
    this.pending.delete(frame);
  }

  /** The reports of the runs since the last call. Each operand is reported once. */
  take(): Diagnostic[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  /** Works out what is to be watched of an instruction: most write to no declared cell in any run. */
  private watch({ code, pc }: FrameView): Watched {
    const statement = statementAt(this.program, pc);
    if (statement < 0) return NOTHING;
    const { form, mode, values } = code.at(pc);
    const named: (TaggedCell | undefined)[] = [];
    const fields = memoryFields(form).written.filter(({ index, pair, length }) => {
      named[index] = this.declared.namedBy(statement, index);
      if (named[index]) return true;
      const isFixed = ((mode >>> (2 * pair)) & 3) === 0 && length === 1;
      return isFixed ? this.declared.at(values[index]) !== undefined : this.declared.hasFixed;
    });
    return { statement, fields, named };
  }

  private check(frame: FrameView, { index, address, length }: ResolvedOperand): void {
    if (length === 0) return;
    const { statement, named } = this.watched[frame.pc]!;
    const cellByName = named[index];
    if (cellByName) this.hold(frame, statement, index, address, cellByName);
    if (length === 1) {
      const cell = this.declared.at(address);
      if (cell && cell !== cellByName) this.hold(frame, statement, index, address, cell);
      return;
    }
    for (const cell of this.declared.within(address, address + length))
      this.hold(frame, statement, index, cell.address, cell);
  }

  private hold(frame: FrameView, statement: number, index: number, address: number, cell: TaggedCell): void {
    const tag = frame.memory.tagAt(address);
    if (tag === tagCode(cell.tag)) return;
    const key = `${statement} ${index}`;
    const { origins } = this.program;
    if (!origins || this.reported.has(key)) return;
    this.reported.add(key);
    const message = `\`${cell.name}\` is declared ${cell.tag}, and this run writes ${tagWithArticle(tag)} to it`;
    const related = [
      { ...cell.location, message: "it is declared here" },
      ...expansionsAround(frameOf(origins, statement)),
    ];
    const location = locateOperand(origins, statement, index);
    this.found.push(diagnostic("cell-tag", location, message, { severity: "warning", related }));
  }
}
