/** Breakpoints on code: on lines, on labels, and on instructions of the disassembly view. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Code } from "../machine/code.ts";
import {
  conditionsOf,
  type RequestedConditions,
  type BreakpointPlace,
  type CodeBreakpoint,
} from "./breakpoints.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import type { Sources } from "./sources.ts";
import { addTo } from "../diagnostics/lists.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";

/** A breakpoint as the client requested it, and the id that it got. */
interface WithId<T> {
  readonly requested: T;
  readonly id: number;
}

interface SourceBreakpoints {
  readonly source: DebugProtocol.Source;
  /** With lines counted from 0. */
  readonly breakpoints: readonly WithId<DebugProtocol.SourceBreakpoint>[];
}

/** An instruction, and how many innermost expansions are inside of the line that a breakpoint is on. */
interface Place {
  readonly code: Code;
  readonly pc: number;
  readonly hidden: number;
}

export class CodeBreakpoints {
  /** By code and byte offset: the breakpoints that stop there, as {@link place} found them last. */
  byCode = new Map<Code, Map<number, BreakpointPlace[]>>();
  private readonly nextId: () => number;
  private readonly onLines = new Map<string, SourceBreakpoints>();
  private onLabels: readonly WithId<DebugProtocol.FunctionBreakpoint>[] = [];
  private onInstructions: readonly WithId<DebugProtocol.InstructionBreakpoint>[] = [];

  constructor(nextId: () => number) {
    this.nextId = nextId;
  }

  /** Replaces the breakpoints on the lines of a source, which count from 0. Returns their ids. */
  setOnLines(source: DebugProtocol.Source, requested: readonly DebugProtocol.SourceBreakpoint[]): number[] {
    const breakpoints = this.withIds(requested);
    this.onLines.set(keyOf(source), { source, breakpoints });
    return breakpoints.map(({ id }) => id);
  }

  /** Replaces the breakpoints on labels. Returns their ids. */
  setOnLabels(requested: readonly DebugProtocol.FunctionBreakpoint[]): number[] {
    this.onLabels = this.withIds(requested);
    return this.onLabels.map(({ id }) => id);
  }

  /** Replaces the breakpoints on instructions of the disassembly view. Returns their ids. */
  setOnInstructions(requested: readonly DebugProtocol.InstructionBreakpoint[]): number[] {
    this.onInstructions = this.withIds(requested);
    return this.onInstructions.map(({ id }) => id);
  }

  private withIds<T>(requested: readonly T[]): WithId<T>[] {
    return requested.map((one) => ({ requested: one, id: this.nextId() }));
  }

  /** Finds the instructions of every breakpoint in a run. Returns by id whether and where each was placed; lines count from 0. */
  place(run: DebuggedRun, sources: Sources): Map<number, DebugProtocol.Breakpoint> {
    const results = new Map<number, DebugProtocol.Breakpoint>();
    this.byCode = new Map();
    for (const { source, breakpoints } of this.onLines.values())
      for (const { requested, id } of breakpoints)
        results.set(id, this.placeOnLine(id, source, requested, sources));
    for (const { requested, id } of this.onLabels) {
      const places = [...run.allViews()].flatMap(([code, view]) => {
        const pc = view.pcOfLabel(requested.name);
        return pc === undefined ? [] : [{ code, pc, hidden: 0 }];
      });
      const whyNot = () => noLabel(requested.name, run);
      results.set(id, this.placeAt(places, { id, kind: "function breakpoint" }, requested, whyNot));
    }
    for (const { requested, id } of this.onInstructions) {
      const place = sources.placeOf(requested.instructionReference);
      const pc = (place?.pc ?? 0) + (requested.offset ?? 0);
      const places =
        place && run.viewOf(place.code).beginsAt(pc) ? [{ code: place.code, pc, hidden: 0 }] : [];
      const whyNot = () => "no instruction begins there";
      results.set(id, this.placeAt(places, { id, kind: "instruction breakpoint" }, requested, whyNot));
    }
    return results;
  }

  private placeOnLine(
    id: number,
    source: DebugProtocol.Source,
    requested: DebugProtocol.SourceBreakpoint,
    sources: Sources,
  ): DebugProtocol.Breakpoint {
    const places: Place[] = [];
    let line: number | undefined;
    for (const { view, code, name } of sources.viewsOf(source)) {
      const found = view.lineWithCode(name, requested.line);
      if (found === undefined) continue;
      line = found;
      for (const statement of view.statementsOn(name, found))
        places.push({ code, pc: view.pcOf(statement), hidden: view.depthOf(statement, name, found) });
    }
    const whyNot = () => "no instruction comes from this line or one below it";
    const result = this.placeAt(places, { id, kind: "breakpoint" }, requested, whyNot);
    return line === undefined ? result : { ...result, line };
  }

  private placeAt(
    places: readonly Place[],
    { id, kind }: Pick<CodeBreakpoint, "id" | "kind">,
    requested: RequestedConditions,
    whyNot: () => string,
  ): DebugProtocol.Breakpoint {
    if (places.length === 0) return { id, verified: false, message: whyNot() };
    const conditions = conditionsOf(requested);
    if (typeof conditions === "string") return { id, verified: false, message: conditions };
    const breakpoint: CodeBreakpoint = { id, kind, hitCount: 0, ...conditions };
    for (const { code, pc, hidden } of places) {
      let byOffset = this.byCode.get(code);
      if (!byOffset) this.byCode.set(code, (byOffset = new Map<number, BreakpointPlace[]>()));
      addTo(byOffset, pc, { breakpoint, hidden });
    }
    return { id, verified: true };
  }
}

/** Why there is no breakpoint on a label of this name. */
function noLabel(name: string, run: DebuggedRun): string {
  const views = [...run.allViews()].map(([, view]) => view);
  const message = `there is no label \`${name}\``;
  if (views.some((view) => view.macroNames().has(name)))
    return `${message}; it is a macro, so set the breakpoint on a line of it`;
  const labels = new Set(views.flatMap((view) => [...view.labelNames()]));
  return message + didYouMean(nearest(name, labels));
}

function keyOf({ path, sourceReference, name }: DebugProtocol.Source): string {
  return sourceReference ? `#${sourceReference}` : (path ?? name ?? "");
}
