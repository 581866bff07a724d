/** Byte offsets as an author knows them: lines of a source, routines, macros, functions of Noir. */

import { statementCovering } from "../program/program.ts";
import { expansionsAround, frameOf, locateStatement, type Frame } from "../program/source-locations.ts";
import type { Location, Related } from "../diagnostics/diagnostic.ts";
import type { Runnable } from "./runnable.ts";

/** Where an instruction stands. Lines and columns count from 1. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly location: Location;
  /** The macro calls and includes that led there, innermost first. */
  readonly around: readonly Related[];
}

/** One level of a profile or stack, from the outermost on. */
export interface NamedFrame {
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export class Places {
  readonly runnable: Runnable;
  /** Offsets of global labels, ascending, and their names. */
  private readonly routines: readonly { readonly pc: number; readonly name: string }[];

  constructor(runnable: Runnable) {
    this.runnable = runnable;
    const { assembly } = runnable;
    this.routines = assembly
      ? assembly.symbols
          .flatMap((symbol) =>
            symbol.kind === "label" && !symbol.private && !symbol.name.includes(".")
              ? [{ pc: assembly.program.pcs[symbol.statement], name: symbol.name }]
              : [],
          )
          .sort((a, b) => a.pc - b.pc)
      : [];
  }

  /** Of the statement that the byte belongs to; undefined for code that has no source. */
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

  /** The routine that a byte is in: the global label above it. */
  routineAt(pc: number): string {
    const { routines } = this;
    let low = 0;
    let high = routines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (routines[middle].pc <= pc) low = middle + 1;
      else high = middle;
    }
    if (low > 0) return routines[low - 1].name;
    const noir = this.runnable.debugSymbols ? this.noirFrames(pc) : [];
    return noir.at(-1)?.name ?? (this.runnable.assembly ? "start" : "code");
  }

  /** The routine, the macros and the functions of Noir around an instruction, outermost first. */
  framesAt(pc: number): readonly NamedFrame[] {
    const noir = this.runnable.debugSymbols ? this.noirFrames(pc) : [];
    if (noir.length > 0) return noir;
    const place = this.at(pc);
    const frames: NamedFrame[] = [
      { name: this.routineAt(pc), file: place?.file ?? this.runnable.name, line: place?.line ?? 1 },
    ];
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

  private noirFrames(pc: number): NamedFrame[] {
    const symbols = this.runnable.debugSymbols;
    const location = symbols?.locations.get(pc);
    if (!symbols || location === undefined) return [];
    return symbols.frames(location).map(({ function: name, path, line }) => ({
      name: name ?? path,
      file: path,
      line: line + 1,
    }));
  }

  private noirPlace(pc: number): CodePlace | undefined {
    const frame = this.runnable.debugSymbols ? this.noirFrames(pc).at(-1) : undefined;
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
