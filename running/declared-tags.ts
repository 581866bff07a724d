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
import { resolveOperands, type ResolvedOperand } from "../machine/operands.ts";

type OperandsOf = (frame: FrameView) => readonly ResolvedOperand[];

/**
 * Observes the runs of a source that declares tags; undefined for other programs.
 *
 * @param isOwn whether a code is that of the program: other contracts have cells of their own
 * @param operandsOf resolves the operands of the next instruction; another observer may know them already
 */
export function watchDeclaredTags(
  { assembly }: Runnable,
  isOwn: (code: Code) => boolean,
  operandsOf: OperandsOf = resolveOperands,
): DeclaredTagsObserver | undefined {
  if (!assembly?.program.taggedCells?.length) return undefined;
  return new DeclaredTagsObserver(assembly.program, isOwn, operandsOf);
}

/** A report as lines for a console. */
export function brokenTagText({ source, span, message }: Diagnostic): string {
  return `${source}:${span.line + 1}: ${message}`;
}

class DeclaredTagsObserver implements Observer {
  private readonly program: Program;
  private readonly isOwn: (code: Code) => boolean;
  private readonly operandsOf: OperandsOf;
  private readonly declared: DeclaredTags;
  private readonly pending = new Map<FrameView, readonly ResolvedOperand[]>();
  /** The declared cells that the operands of each statement name, by statement. */
  private readonly named = new Map<number, (TaggedCell | undefined)[]>();
  private readonly reported = new Set<string>();
  private found: Diagnostic[] = [];

  constructor(program: Program, isOwn: (code: Code) => boolean, operandsOf: OperandsOf) {
    this.program = program;
    this.isOwn = isOwn;
    this.operandsOf = operandsOf;
    this.declared = new DeclaredTags(program);
  }

  before(frame: FrameView): void {
    if (!this.isOwn(frame.code)) return;
    this.pending.set(
      frame,
      this.operandsOf(frame).filter(({ operand, length }) => operand.access === "write" && length > 0),
    );
  }

  after(frame: FrameView): void {
    for (const operand of this.pending.get(frame) ?? []) this.check(frame, operand);
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

  private check(frame: FrameView, { index, address, length }: ResolvedOperand): void {
    const statement = statementAt(this.program, frame.pc);
    if (statement < 0) return;
    const named = this.cellNamedBy(statement, index);
    if (named) this.hold(frame, statement, index, address, named);
    if (length === 1) {
      const cell = this.declared.at(address);
      if (cell && cell !== named) this.hold(frame, statement, index, address, cell);
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

  /** The declared cell that an operand names. */
  private cellNamedBy(statement: number, index: number): TaggedCell | undefined {
    let cells = this.named.get(statement);
    if (!cells) this.named.set(statement, (cells = []));
    if (!(index in cells)) cells[index] = this.declared.namedBy(statement, index);
    return cells[index];
  }
}
