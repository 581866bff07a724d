/** `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls` and `/outgoingCalls`: routines and their calls. */

import {
  SymbolKind,
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type Position,
  type Range,
} from "vscode-languageserver-types";
import { rangeOf, type Document } from "../documents/document.ts";
import { instructionOn, meaningOfUse } from "../language/name-resolution.ts";
import { occurrencesOf, symbolAt } from "../language/references.ts";
import { resolve, type Found, type Snapshot } from "../language/snapshot.ts";
import { structureOf, usesOn } from "../language/scopes.ts";

/** The name of the code in front of the first label. */
const START = "(start)";

interface ItemData {
  /** Of the routine's label; empty for the code in front of the first one. */
  readonly label: string;
}

export function prepareCallHierarchy(snapshot: Snapshot, position: Position): CallHierarchyItem[] | null {
  const named = symbolAt(snapshot, position);
  if (named?.found.definition.kind !== "label") return null;
  return [itemOf(named.found.document, routineOf(named.found))];
}

/** Who calls a routine, or a label in it. */
export function incomingCalls(snapshot: Snapshot, item: CallHierarchyItem): CallHierarchyIncomingCall[] {
  const { label } = item.data as ItemData;
  const found = label === "" ? undefined : resolve(snapshot, snapshot.document, 0, label);
  if (!found) return [];
  const calls = new Map<string, CallHierarchyIncomingCall>();
  for (const { document, line, columns, is } of occurrencesOf(snapshot, found)) {
    if (is === "definition" || !isCall(snapshot, document, line)) continue;
    const caller = structureOf(document.file).labelOf[line];
    const key = `${caller} ${document.uri}`;
    const call = calls.get(key) ?? { from: itemOf(document, caller), fromRanges: [] };
    call.fromRanges.push(rangeOf(document, { line, ...columns }));
    calls.set(key, call);
  }
  return [...calls.values()];
}

/** What a routine calls. */
export function outgoingCalls(snapshot: Snapshot, item: CallHierarchyItem): CallHierarchyOutgoingCall[] {
  const { label } = item.data as ItemData;
  const { document } = snapshot;
  const { labelOf } = structureOf(document.file);
  const calls = new Map<string, { to: CallHierarchyItem; fromRanges: Range[] }>();
  for (let line = 0; line < labelOf.length; line++) {
    if (labelOf[line] !== label || !isCall(snapshot, document, line)) continue;
    const use = usesOn(document.file, line).at(-1);
    if (!use) continue;
    const meaning = meaningOfUse(snapshot, document, use);
    if (meaning?.kind !== "symbol" || meaning.found.definition.kind !== "label") continue;
    const { found } = meaning;
    const name = routineOf(found);
    const call = calls.get(name) ?? { to: itemOf(found.document, name), fromRanges: [] };
    call.fromRanges.push(rangeOf(document, { line, ...use.columns }));
    calls.set(name, call);
  }
  return [...calls.values()];
}

function isCall(snapshot: Snapshot, document: Document, line: number): boolean {
  return instructionOn(snapshot.set, document.file.lines[line])?.definition.flow === "call";
}

function routineOf({ definition }: Found): string {
  return definition.name.split(".")[0];
}

function itemOf(document: Document, label: string): CallHierarchyItem {
  const { root } = structureOf(document.file);
  const definition = root.names.get(label);
  const selectionRange = rangeOf(
    document,
    definition ? { line: definition.line, ...definition.columns } : { line: 0, start: 0, end: 0 },
  );
  return {
    name: label === "" ? START : label,
    kind: SymbolKind.Function,
    uri: document.uri,
    range: selectionRange,
    selectionRange,
    data: { label } satisfies ItemData,
  };
}
