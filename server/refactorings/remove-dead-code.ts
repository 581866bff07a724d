/**
 * A fix for code that no run reaches: removes it, with everything else on its lines. Offered only if every program with
 * the file runs as before.
 */

import { CodeActionKind } from "vscode-languageserver-types";
import type { Paused } from "../../program/cooperative.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { columnsOf } from "../../grammar/line.ts";
import { toLspDiagnostic } from "../documents/lsp-diagnostics.ts";
import { placedOn } from "../language/assembled-code.ts";
import { fileNamed, type Snapshot } from "../language/snapshot.ts";
import { Edits } from "./edits.ts";
import type { OfferedEdit } from "./offered-edit.ts";
import { hasSameReachableCode } from "./unchanged-reachable-code.ts";
import { programsOfEdit, whyNotEdit } from "./unchanged-program.ts";

/**
 * @param here the diagnostics at the cursor
 * @param all the diagnostics of the document
 */
export function removeDeadCode(
  snapshot: Snapshot,
  here: readonly Diagnostic[],
  all: readonly Diagnostic[],
): OfferedEdit[] {
  const asked = here.filter(({ code }) => code === "unreachable-code");
  if (asked.length === 0) return [];
  const dead = new Set(
    all
      .filter(({ code }) => code === "unreachable-code")
      .flatMap(({ span: { line, endLine = line } }) =>
        Array.from({ length: endLine - line + 1 }, (_, index) => line + index),
      ),
  );
  const offers: OfferedEdit[] = [];
  let done = -1;
  for (const diagnostic of asked.sort((a, b) => a.span.line - b.span.line)) {
    // Every line of unreachable code is reported; one fix removes a whole run of lines.
    if (diagnostic.span.line <= done) continue;
    const [first, last] = runAround(snapshot, diagnostic.span.line, dead);
    done = last;
    const changes = removal(snapshot, first, last);
    if (Object.keys(changes).length === 0) continue;
    offers.push({
      action: {
        title: "Remove the code that no run reaches",
        kind: CodeActionKind.QuickFix,
        diagnostics: [toLspDiagnostic(diagnostic, snapshot.document, snapshot.files)],
        edit: { changes },
      },
      whyNot: () => whyNotRemove(snapshot, changes),
    });
  }
  return offers;
}

/** The first and the last of the unreachable lines around a line, including lines without code between them. */
function runAround({ document }: Snapshot, line: number, dead: ReadonlySet<number>): [number, number] {
  const { lines } = document.file;
  const goOn = (step: number): number => {
    let end = line;
    for (let next = line + step; next >= 0 && next < lines.length; next += step) {
      if (dead.has(next)) end = next;
      else if (lines[next].tokenCount > 0) break;
    }
    return end;
  };
  return [goOn(-1), goOn(1)];
}

/** Why some program would run differently without the lines; undefined if all run as before. */
function whyNotRemove(snapshot: Snapshot, changes: Edits["changes"]): Paused<string | undefined> {
  const removed = new Set(changes[snapshot.document.uri].map(({ range }) => range.start.line));
  const isSame = (before: Assembly, after: Assembly, program: Snapshot): boolean => {
    const analysis = program.fullAnalysis();
    const { origins } = before.program;
    if (analysis?.program !== before.program || !origins) return false;
    if (errorsOf(before) !== errorsOf(after)) return false;
    const { frames, frameOf, lineOf } = origins;
    const file = fileNamed(program, snapshot.document.uri)?.file;
    return hasSameReachableCode(
      analysis,
      after,
      (index) => frames[frameOf[index]].file === file && removed.has(lineOf[index]),
    );
  };
  return whyNotEdit(snapshot, programsOfEdit(snapshot, changes), changes, isSame);
}

function errorsOf({ diagnostics }: Assembly): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ code }) => code).join();
}

function removal(snapshot: Snapshot, first: number, last: number): Edits["changes"] {
  const { document } = snapshot;
  const edits = new Edits();
  for (let number = first; number <= last; number++) {
    const line = document.file.lines[number];
    // If a line has several statements, only some of them may be unreachable.
    if (line.tokenCount === 0 || !placedOn(snapshot, document.file, number)) continue;
    if (line.tree.labels.length === 0 && !line.startsInComment && !line.endsInComment)
      edits.removeLine(document, number);
    else edits.replace(document, number, columnsOf(line, line.tree.statement!), "");
  }
  return edits.changes;
}
