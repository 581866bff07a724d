/** `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `/outgoingCalls`: routines, macros and their calls. */

import {
  SymbolKind,
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Position,
  type Range,
} from "vscode-languageserver-types";
import { rangeOf } from "../documents/document.ts";
import { callsIn, isSameRoutine, routineOf, type Call, type Routine } from "../language/calls.ts";
import { shortDescription } from "../language/describe-symbol.ts";
import { programsOf, symbolAt } from "../language/references.ts";
import { structureOf } from "../language/scopes.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** The name of the code before the first label. */
const START = "(start)";

interface ItemData {
  /** The name of the label or macro; empty for the code before the first label. */
  readonly name: string;
  /** The first line of the macro, repetition or test that defines it; -1 for the file. */
  readonly scope: number;
}

export function prepareCallHierarchy(snapshot: Snapshot, position: Position): CallHierarchyItem[] | null {
  const named = symbolAt(snapshot, position);
  const routine = named && routineOf(named.found);
  return routine ? [itemOf(routine)] : null;
}

/** The callers of a routine, of a label in it, or of a macro. */
export function incomingCalls(snapshot: Snapshot, item: CallHierarchyItem): CallHierarchyIncomingCall[] {
  const routine = routineOfItem(snapshot, item);
  if (!routine?.definition) return [];
  const programs = programsOf(snapshot, { ...routine, definition: routine.definition });
  return grouped(programs, ({ callee }) => isSameRoutine(callee, routine), "caller").map(
    ({ routine: from, ranges }) => ({ from, fromRanges: ranges }),
  );
}

/** The routines and macros that a routine or a macro calls. */
export function outgoingCalls(snapshot: Snapshot, item: CallHierarchyItem): CallHierarchyOutgoingCall[] {
  const routine = routineOfItem(snapshot, item);
  if (!routine) return [];
  const programs = snapshot.programs(snapshot.document);
  return grouped(programs, ({ caller }) => isSameRoutine(caller, routine), "callee").map(
    ({ routine: to, ranges }) => ({ to, fromRanges: ranges }),
  );
}

interface Group {
  readonly routine: CallHierarchyItem;
  readonly ranges: Range[];
}

/** The calls that count, by the routine at one of their ends, each in the order of the text. */
function grouped(
  programs: readonly Snapshot[],
  counts: (call: Call) => boolean,
  by: "caller" | "callee",
): Group[] {
  const groups = new Map<string, Group>();
  const seen = new Set<string>();
  for (const call of programs.flatMap(callsIn).filter(counts)) {
    const { caller, line, columns } = call;
    const routine = itemOf(call[by]);
    const key = JSON.stringify([routine.uri, routine.data]);
    const range = rangeOf(caller.document, { line, ...columns });
    const place = JSON.stringify([key, caller.document.uri, range]);
    // Programs share files.
    if (seen.has(place)) continue;
    seen.add(place);
    const group = groups.get(key) ?? { routine, ranges: [] };
    group.ranges.push(range);
    groups.set(key, group);
  }
  for (const { ranges } of groups.values()) {
    ranges.sort((a, b) => a.start.line - b.start.line || a.start.character - b.start.character);
  }
  return [...groups.values()];
}

function routineOfItem({ document }: Snapshot, { data }: CallHierarchyItem): Routine | undefined {
  const { name, scope } = data as ItemData;
  if (name === "") return { document, definition: undefined };
  const { root, regions } = structureOf(document.file);
  const definition = (scope < 0 ? root : regions.get(scope))?.names.get(name);
  return definition && { document, definition };
}

function itemOf({ document, definition }: Routine): CallHierarchyItem {
  const selectionRange = rangeOf(
    document,
    definition ? { line: definition.line, ...definition.columns } : { line: 0, start: 0, end: 0 },
  );
  const detail = definition && shortDescription({ document, definition });
  const scope = definition && definition.region.kind !== "file" ? definition.region.start : -1;
  return {
    name: definition?.name ?? START,
    kind: definition?.kind === "macro" ? SymbolKind.Module : SymbolKind.Function,
    ...(detail && { detail }),
    uri: document.uri,
    range: selectionRange,
    selectionRange,
    data: { name: definition?.name ?? "", scope } satisfies ItemData,
  };
}
