/** Maps byte offsets to lines of a source, routines, macros and Noir functions. */

import { statementCovering } from "../program/program.ts";
import { expansionsAround, frameOf, locateStatement, type Frame } from "../program/source-locations.ts";
import type { Assembly } from "../assembler/assemble.ts";
import type { Location, Related } from "../diagnostics/diagnostic.ts";
import type { Runnable } from "./runnable.ts";
import { partitionPoint } from "../program/search.ts";

/** The source position of an instruction. Lines and columns count from 1. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly location: Location;
  /** The macro calls and includes that the line is in, innermost first. */
  readonly around: readonly Related[];
}

/** One level of a profile or of a stack. */
export interface NamedFrame {
  readonly name: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** True if a routine is the one of a Noir function: it has the function's name without the type that it belongs to. */
function isNamed({ name }: NamedFrame, routine: string): boolean {
  return name === routine || name.endsWith(`::${routine}`);
}

function labelledRoutines({ symbols, program }: Assembly): { pc: number; name: string }[] {
  return symbols
    .flatMap((symbol) =>
      symbol.kind === "label" && !symbol.private && !symbol.name.includes(".")
        ? [{ pc: program.pcs[symbol.statement], name: symbol.name }]
        : [],
    )
    .sort((a, b) => a.pc - b.pc);
}

export class CodePlaces {
  readonly runnable: Runnable;
  private found: readonly { readonly pc: number; readonly name: string }[] | undefined;

  constructor(runnable: Runnable) {
    this.runnable = runnable;
  }

  /** The byte offset at which each routine begins, ascending. A routine of several parts has several entries. */
  private get routines(): readonly { readonly pc: number; readonly name: string }[] {
    const { assembly } = this.runnable;
    return (this.found ??= assembly ? labelledRoutines(assembly) : this.describedRoutines());
  }

  private describedRoutines(): { pc: number; name: string }[] {
    const contract = this.runnable.describe?.();
    if (!contract) return [];
    const { graph, unitOf, units, program } = contract;
    return Array.from(graph.starts.subarray(0, graph.count), (statement, block) => ({
      pc: program.pcs[statement],
      name: units[unitOf[block]].name,
    }));
  }

  /** The position of the statement that contains a byte; undefined for code without a source. */
  at(pc: number): CodePlace | undefined {
    const { assembly } = this.runnable;
    const origins = assembly?.program.origins;
    const statement = assembly ? statementCovering(assembly.program, pc) : -1;
    if (!origins || statement < 0) return this.noirPlace(pc);
    const location = locateStatement(origins, statement);
    return {
      file: location.source,
      line: location.span.line + 1,
      column: location.span.start + 1,
      location,
      around: expansionsAround(frameOf(origins, statement)),
    };
  }

  /** The routine that contains a byte: the global label above it. */
  routineAt(pc: number): string {
    const { routines } = this;
    const count = partitionPoint(routines.length, (index) => routines[index].pc <= pc);
    if (count > 0) return routines[count - 1].name;
    return this.runnable.assembly ? "start" : "code";
  }

  /** The routine, the macros and the functions of Noir around an instruction, outermost first. */
  framesAt(pc: number): readonly NamedFrame[] {
    const noir = this.noirFrames(pc);
    const place = this.at(pc);
    const routine = this.routineAt(pc);
    const frames: NamedFrame[] = [
      { name: routine, file: place?.file ?? this.runnable.name, line: place?.line ?? 1 },
    ];
    // The outermost Noir function often is the routine itself.
    if (noir.length > 0) return isNamed(noir[0], routine) ? noir : [{ ...noir[0], name: routine }, ...noir];
    const { assembly } = this.runnable;
    const statement = assembly ? statementCovering(assembly.program, pc) : -1;
    const origins = assembly?.program.origins;
    if (!origins || statement < 0) return frames;
    const macros: NamedFrame[] = [];
    for (let frame: Frame | undefined = frameOf(origins, statement); frame; frame = frame.parent?.frame) {
      if (frame.expansion === undefined || !frame.parent) continue;
      macros.unshift({ name: frame.expansion, file: frame.file.name, line: place?.line ?? 1 });
    }
    return [...frames, ...macros];
  }

  /** The Noir functions that were inlined at an instruction, innermost first. */
  stackAt(pc: number): { name: string; file: string | undefined; line: number | undefined }[] {
    const noir = this.noirFrames(pc);
    if (noir.length > 0) return noir.reverse();
    const place = this.at(pc);
    return [{ name: this.routineAt(pc), file: place?.file, line: place?.line }];
  }

  private noirFrames(pc: number): NamedFrame[] {
    const symbols = this.runnable.debugSymbols;
    const location = symbols?.locations.get(pc);
    if (!symbols || location === undefined) return [];
    return symbols.frames(location).map(({ function: name, path, line }) => ({
      // Code above the first label belongs to the first routine.
      name: name ?? (path.endsWith(".avm") ? "start" : path),
      file: path,
      line: line + 1,
    }));
  }

  private noirPlace(pc: number): CodePlace | undefined {
    const frame = this.noirFrames(pc).at(-1);
    if (!frame) return undefined;
    const { file, line } = frame;
    return {
      file,
      line,
      column: 1,
      location: { source: file, span: { line: line - 1, start: 0, end: 0 } },
      around: [],
    };
  }
}
