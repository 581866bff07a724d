/** `textDocument/codeLens` and `codeLens/resolve`: how often each routine is called and jumped to, its size, and its gas. */

import type { CodeLens } from "vscode-languageserver-types";
import { shownGas } from "../../analysis/reports/gas.ts";
import { rangeOf } from "../documents/document.ts";
import { assembledSymbol, gasOfRoutine, valueOfSymbol } from "../language/assembled-code.ts";
import { bytes } from "../language/markdown.ts";
import { instructionOn } from "../language/name-resolution.ts";
import { occurrencesOf } from "../language/references.ts";
import type { Found, Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";

interface LensData {
  readonly uri: string;
  readonly label: string;
}

export function codeLenses({ document }: Snapshot): CodeLens[] {
  const { root } = structureOf(document.file);
  return [...root.names.values()]
    .filter(({ kind, name }) => kind === "label" && !name.includes("."))
    .map(({ line, columns, name }) => ({
      range: rangeOf(document, { line, ...columns }),
      data: { uri: document.uri, label: name } satisfies LensData,
    }));
}

/** The document that a lens stands in. */
export function documentOfLens(lens: CodeLens): string | undefined {
  return (lens.data as LensData | undefined)?.uri;
}

export function codeLensResolve(snapshot: Snapshot, lens: CodeLens): CodeLens {
  const { label } = lens.data as LensData;
  const { document } = snapshot;
  const definition = structureOf(document.file).root.names.get(label);
  if (!definition) return lens;
  const found: Found = { document, definition };
  const title = [usesOf(snapshot, found), sizeOf(snapshot, found), costOf(snapshot, found)]
    .filter((text) => text !== "")
    .join(", ");
  // A lens without a command is only text.
  return { ...lens, command: { title, command: "" } };
}

function usesOf(snapshot: Snapshot, found: Found): string {
  let calls = 0;
  let others = 0;
  for (const { document, line: lineNumber, columns, is } of occurrencesOf(snapshot, found)) {
    const line = document.file.lines[lineNumber];
    // In front of a dot, the label only says whose local label is used.
    if (is === "definition" || line.text[columns.end] === ".") continue;
    const flow = instructionOn(snapshot.set, line)?.definition.flow;
    if (flow === "call") calls++;
    else others++;
  }
  const texts = [
    ...(calls > 0 ? [calls === 1 ? "1 call" : `${calls} calls`] : []),
    ...(others > 0 ? [others === 1 ? "1 other use" : `${others} other uses`] : []),
  ];
  return texts.length === 0 ? "never used" : texts.join(", ");
}

/** From the label to the next global one of the program, or to the end of the code. */
function sizeOf(snapshot: Snapshot, found: Found): string {
  const assembled = assembledSymbol(snapshot, found);
  if (!assembled) return "";
  const { symbol, assembly } = assembled;
  const start = valueOfSymbol(symbol, assembly);
  if (start === undefined) return "";
  const { program } = assembly;
  let end = BigInt(program.pcs[program.count]);
  for (const other of assembly.root.names.values()) {
    if (other.kind !== "label" || other.name.includes(".")) continue;
    const offset = valueOfSymbol(other, assembly)!;
    if (offset > start && offset < end) end = offset;
  }
  return bytes(Number(end - start));
}

/** Of a routine or a public function, with all that it calls; nothing for other labels. */
function costOf(snapshot: Snapshot, found: Found): string {
  const assembled = assembledSymbol(snapshot, found);
  const analysis = snapshot.analysis();
  if (assembled?.symbol.kind !== "label" || analysis?.program !== assembled.assembly.program) return "";
  const routine = gasOfRoutine(analysis, assembled.assembly, assembled.symbol.statement);
  return routine ? `${shownGas(routine.l2)} gas` : "";
}
