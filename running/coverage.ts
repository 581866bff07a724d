/** Line coverage of sources, with macros and included files, as an lcov tracefile. */

import type { Code } from "../machine/code.ts";
import type { Profile } from "../machine/profile.ts";
import { DATA } from "../program/program.ts";
import type { Frame } from "../program/source-locations.ts";
import type { Runnable } from "./runnable.ts";

interface FileCoverage {
  /** Number of executions by line, counted from 0. */
  readonly lines: Map<number, number>;
  /** By name of the routine: its line, and how often it was entered. */
  readonly routines: Map<string, { readonly line: number; hits: number }>;
}

/** The coverage of a file; lines count from 0. */
export interface CoveredFile {
  readonly name: string;
  readonly lines: readonly (readonly [line: number, hits: number])[];
  readonly routines: readonly (readonly [
    name: string,
    routine: { readonly line: number; readonly hits: number },
  ])[];
}

/** Collects the coverage of several programs. */
export class Coverage {
  private readonly files = new Map<string, FileCoverage>();

  add({ assembly }: Runnable, code: Code | undefined, profile: Profile): void {
    const program = assembly?.program;
    const { origins } = program ?? {};
    if (!assembly || !program || !origins) return;
    const executions = (code && profile.of(code)?.executions) ?? new Uint32Array(0);
    const hitsOf = (statement: number): number => executions[program.pcs[statement]] ?? 0;
    /** For each frame: number of executions by line, with the lines that call macros. */
    const frames = new Map<Frame, Map<number, number>>();
    const count = (frame: Frame, line: number, hits: number): void => {
      let lines = frames.get(frame);
      if (!lines) frames.set(frame, (lines = new Map<number, number>()));
      lines.set(line, Math.max(hits, lines.get(line) ?? 0));
    };
    for (let statement = 0; statement < program.count; statement++) {
      if (program.opcodes[statement] === DATA) continue;
      const hits = hitsOf(statement);
      let frame: Frame | undefined = origins.frames[origins.frameOf[statement]];
      count(frame, origins.lineOf[statement], hits);
      for (; frame?.parent; frame = frame.parent.frame) {
        if (frame.expansion !== undefined) count(frame.parent.frame, frame.parent.line, hits);
      }
    }
    for (const [frame, lines] of frames) {
      const file = this.fileOf(frame.file.name);
      for (const [line, hits] of lines) file.lines.set(line, (file.lines.get(line) ?? 0) + hits);
    }
    for (const symbol of assembly.symbols) {
      if (symbol.kind !== "label" || symbol.private || symbol.name.includes(".")) continue;
      if (symbol.statement >= program.count) continue;
      const { source, span } = symbol.location;
      const { routines } = this.fileOf(source);
      const hits = hitsOf(symbol.statement) + (routines.get(symbol.name)?.hits ?? 0);
      routines.set(symbol.name, { line: span.line, hits });
    }
  }

  private fileOf(name: string): FileCoverage {
    let file = this.files.get(name);
    if (!file) this.files.set(name, (file = { lines: new Map(), routines: new Map() }));
    return file;
  }

  /** The lines and routines of each file, sorted by line. */
  report(): CoveredFile[] {
    return [...this.files].map(([name, { lines, routines }]) => ({
      name,
      lines: [...lines].sort(([a], [b]) => a - b),
      routines: [...routines].sort(([, a], [, b]) => a.line - b.line),
    }));
  }

  lcov(): string {
    const records = this.report().map(({ name, lines: found, routines: functions }) => {
      return [
        "TN:",
        `SF:${name}`,
        ...functions.map(([routine, { line }]) => `FN:${line + 1},${routine}`),
        ...functions.map(([routine, { hits }]) => `FNDA:${hits},${routine}`),
        `FNF:${functions.length}`,
        `FNH:${functions.filter(([, { hits }]) => hits > 0).length}`,
        ...found.map(([line, hits]) => `DA:${line + 1},${hits}`),
        `LF:${found.length}`,
        `LH:${found.filter(([, hits]) => hits > 0).length}`,
        "end_of_record",
      ].join("\n");
    });
    return records.length === 0 ? "" : `${records.join("\n")}\n`;
  }
}
