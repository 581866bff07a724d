/** Answers the requests about breakpoints, and holds those that are set. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { conditionsOf, type DataBreakpoint } from "./breakpoints.ts";
import { CodeBreakpoints } from "./code-breakpoints.ts";
import type { Stops } from "./debugged-run.ts";
import { checkedFilter, stopsAt } from "./exception-filters.ts";
import type { Inspection } from "./inspection.ts";
import { memoryReference } from "./memory-references.ts";
import type { SessionHost } from "./session-host.ts";

/** What follows the reference of a cell in the `dataId` of its tag. */
const TAG_SUFFIX = ":tag";

export class BreakpointRequests {
  private readonly host: SessionHost;
  private readonly inspection: Inspection;
  private nextId = 1;
  private readonly code = new CodeBreakpoints(() => this.nextId++);
  private data: DataBreakpoint[] = [];
  private filters: readonly string[] = ["halt"];
  private readonly complained = new Set<number>();

  constructor(host: SessionHost, inspection: Inspection) {
    this.host = host;
    this.inspection = inspection;
  }

  /** Finds the instructions of the breakpoints on code in the recorded run. */
  place(): Map<number, DebugProtocol.Breakpoint> | undefined {
    const recorded = this.host.recorded();
    return recorded && this.code.place(recorded.run, recorded.sources);
  }

  /** All that stops the run. It may be changed while the run continues. */
  stops(print: (text: string, category: "console" | "stderr") => void): Stops {
    const breakpoints = {
      code: () => this.code.byCode,
      data: () => this.data,
      isTagChangeOn: () => this.filters.includes("tag-change"),
    };
    return {
      get code() {
        return breakpoints.code();
      },
      get data() {
        return breakpoints.data();
      },
      get tagChanges() {
        return breakpoints.isTagChangeOn();
      },
      failures: (failure) => stopsAt(this.filters, failure),
      print: (text) => print(`${text}\n`, "console"),
      complain: (id, message) => {
        if (this.complained.has(id)) return;
        this.complained.add(id);
        print(`breakpoint: ${message}\n`, "stderr");
      },
    };
  }

  setOnLines({
    source,
    breakpoints = [],
  }: DebugProtocol.SetBreakpointsArguments): DebugProtocol.SetBreakpointsResponse["body"] {
    const { line } = this.host.fromClient;
    const requested = breakpoints.map((one) => ({ ...one, line: line(one.line) }));
    return { breakpoints: this.placed(this.code.setOnLines(source, requested)) };
  }

  setOnLabels({
    breakpoints,
  }: DebugProtocol.SetFunctionBreakpointsArguments): DebugProtocol.SetFunctionBreakpointsResponse["body"] {
    return { breakpoints: this.placed(this.code.setOnLabels(breakpoints)) };
  }

  setOnInstructions({
    breakpoints,
  }: DebugProtocol.SetInstructionBreakpointsArguments): DebugProtocol.SetInstructionBreakpointsResponse["body"] {
    return { breakpoints: this.placed(this.code.setOnInstructions(breakpoints)) };
  }

  /** The answer to a client that has set breakpoints: whether each was placed, and on which line. */
  private placed(ids: readonly number[]): DebugProtocol.Breakpoint[] {
    const placed = this.place();
    return ids.map((id) => {
      const breakpoint: DebugProtocol.Breakpoint = placed?.get(id) ?? { id, verified: false };
      const { line } = breakpoint;
      return line === undefined ? breakpoint : { ...breakpoint, line: this.host.toClient.line(line) };
    });
  }

  setOnFailures({
    filters,
  }: DebugProtocol.SetExceptionBreakpointsArguments): DebugProtocol.SetExceptionBreakpointsResponse["body"] {
    this.filters = filters;
    return { breakpoints: filters.map(checkedFilter) };
  }

  locations({
    source,
    line,
    endLine = line,
  }: DebugProtocol.BreakpointLocationsArguments): DebugProtocol.BreakpointLocationsResponse["body"] {
    const { fromClient, toClient } = this.host;
    const locations = new Set<number>();
    for (const { view, name } of this.host.recorded()?.sources.viewsOf(source) ?? [])
      for (const at of view.linesWithCode(name, fromClient.line(line), fromClient.line(endLine)))
        locations.add(at);
    return {
      breakpoints: [...locations].sort((a, b) => a - b).map((at) => ({ line: toClient.line(at) })),
    };
  }

  dataInfo({
    variablesReference,
    name,
    frameId,
  }: DebugProtocol.DataBreakpointInfoArguments): DebugProtocol.DataBreakpointInfoResponse["body"] {
    const found = this.inspection.watchable(variablesReference, name, frameId);
    if (!found) return { dataId: null, description: "only cells of memory and their tags can be watched" };
    const { address, isTag } = found;
    return {
      dataId: memoryReference(found) + (isTag ? TAG_SUFFIX : ""),
      description: `${isTag ? "tag of " : ""}cell [${address}]`,
      accessTypes: isTag ? ["write"] : ["write", "read", "readWrite"],
      canPersist: false,
    };
  }

  setOnCells({
    breakpoints,
  }: DebugProtocol.SetDataBreakpointsArguments): DebugProtocol.SetDataBreakpointsResponse["body"] {
    this.data = [];
    return { breakpoints: breakpoints.map((requested) => this.setOnCell(requested)) };
  }

  private setOnCell(requested: DebugProtocol.DataBreakpoint): DebugProtocol.Breakpoint {
    const id = this.nextId++;
    const isTag = requested.dataId.endsWith(TAG_SUFFIX);
    const place = this.inspection.cellAt(
      isTag ? requested.dataId.slice(0, -TAG_SUFFIX.length) : requested.dataId,
    );
    const conditions = conditionsOf(requested);
    if (!place) return { id, verified: false, message: "there is no such cell" };
    if (typeof conditions === "string") return { id, verified: false, message: conditions };
    const access = isTag ? "tag change" : (requested.accessType ?? "write");
    this.data.push({ id, ...place, access, hitCount: 0, ...conditions });
    return { id, verified: true };
  }
}
