/**
 * What holds for every feature: it answers alike whatever ends the lines and however the client counts columns, it has an
 * answer or none in a file that is empty or broken around the cursor, and its ranges lie in the text.
 */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import type { Position } from "vscode-languageserver-types";
import {
  incomingCalls,
  outgoingCalls,
  prepareCallHierarchy,
} from "../../../server/features/call-hierarchy.ts";
import { codeActions } from "../../../server/features/code-action.ts";
import { codeLenses, codeLensResolve } from "../../../server/features/code-lens.ts";
import { completionResolve } from "../../../server/features/completion-resolve.ts";
import { completion } from "../../../server/features/completion.ts";
import { definition } from "../../../server/features/definition.ts";
import { documentDiagnostics } from "../../../server/features/diagnostic.ts";
import { documentHighlight } from "../../../server/features/document-highlight.ts";
import { documentLinks } from "../../../server/features/document-link.ts";
import { documentSymbols } from "../../../server/features/document-symbol.ts";
import { foldingRanges } from "../../../server/features/folding-range.ts";
import { formatting } from "../../../server/features/formatting.ts";
import { hover } from "../../../server/features/hover.ts";
import { pathCompletion, writtenPathAt } from "../../../server/features/include-path.ts";
import { inlayHints } from "../../../server/features/inlay-hint.ts";
import { linkedEditingRange } from "../../../server/features/linked-editing-range.ts";
import { onTypeFormatting } from "../../../server/features/on-type-formatting.ts";
import { prepareRename } from "../../../server/features/prepare-rename.ts";
import { rangeFormatting } from "../../../server/features/range-formatting.ts";
import { references } from "../../../server/features/references.ts";
import { rename } from "../../../server/features/rename.ts";
import { selectionRanges } from "../../../server/features/selection-range.ts";
import { semanticTokens } from "../../../server/features/semantic-tokens.ts";
import { signatureHelp } from "../../../server/features/signature-help.ts";
import { workspaceSymbols } from "../../../server/features/workspace-symbol.ts";
import { encodeColumn, type PositionEncoding } from "../../../server/documents/positions.ts";
import type { Snapshot } from "../../../server/language/snapshot.ts";
import { MAIN, open } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const end = { line: 1000, character: 0 };
const whole = { start: { line: 0, character: 0 }, end };
const options = { snippets: true, typed: undefined };

/** What each feature answers, in a form that JSON has; by the name of its file. */
const FEATURES: Readonly<Record<string, (snapshot: Snapshot, position: Position) => unknown>> = {
  "call-hierarchy": (snapshot, position) =>
    prepareCallHierarchy(snapshot, position)?.map((item) => [
      item,
      incomingCalls(snapshot, item),
      outgoingCalls(snapshot, item),
    ]),
  "code-action": (snapshot, position) =>
    codeActions(snapshot, { start: position, end: position }, { only: undefined }),
  "code-lens": (snapshot) =>
    codeLenses(snapshot, { commands: true }).map((lens) =>
      codeLensResolve(snapshot, lens, { commands: true }),
    ),
  completion: (snapshot, position) => completion(snapshot, position, options),
  "completion-resolve": (snapshot, position) =>
    completion(snapshot, position, options).items.map((item) => completionResolve(snapshot, item)),
  definition,
  diagnostic: (snapshot) => documentDiagnostics(snapshot).items,
  "document-highlight": documentHighlight,
  "document-link": documentLinks,
  "document-symbol": (snapshot) => toItsEnd(documentSymbols(snapshot)),
  "folding-range": (snapshot) => toItsEnd(foldingRanges(snapshot)),
  formatting: (snapshot) => toItsEnd(formatting(snapshot)),
  hover,
  "include-path": ({ document }, position) => {
    const written = writtenPathAt(document, position);
    return written && pathCompletion(document, written, [{ name: "lib.avm", isFolder: false }]);
  },
  "inlay-hint": (snapshot) => toItsEnd(inlayHints(snapshot, whole)),
  "linked-editing-range": linkedEditingRange,
  "on-type-formatting": (snapshot, position) => toItsEnd(onTypeFormatting(snapshot, position, "\n")),
  "prepare-rename": prepareRename,
  "range-formatting": (snapshot, position) => toItsEnd(rangeFormatting(snapshot, { start: position, end })),
  references: (snapshot, position) => references(snapshot, position, { includeDeclaration: true }),
  rename: (snapshot, position) => toItsEnd(rename(snapshot, position, "renamed")),
  "selection-range": (snapshot, position) => toItsEnd(selectionRanges(snapshot, [position])),
  "semantic-tokens": (snapshot) => decodedTokens(toItsEnd(semanticTokens(snapshot)).data),
  "signature-help": signatureHelp,
  "workspace-symbol": (snapshot) =>
    workspaceSymbols([snapshot], [], "").filter(({ location }) => location.uri === MAIN),
};

/** A token has the form of a range, as everything else that depends on how columns are counted. */
function decodedTokens(data: readonly number[]): unknown[] {
  const tokens: unknown[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    character = data[at] > 0 ? data[at + 1] : character + data[at + 1];
    line += data[at];
    const range = { start: { line, character }, end: { line, character: character + data[at + 2] } };
    tokens.push([range, data[at + 3], data[at + 4]]);
  }
  return tokens;
}

const PROGRAM = `.target v6
/* é𝄞 */ .const COUNT = 3 * 100 ; é how many
.include "other.avm"
.cell items = [sp+2] : u32
/* 𝄞𝄞 */ .macro INC cell, by=[2]
again: ADD cell, by, cell
        JUMPI [5], again
.endm
/* é */ start: SET [0], u32, #COUNT
        SET [4], u64, #1 /* 𝄞 */ ; kept
/*é*/ ADD [4], [4], [7]
        MOV items, [[4]]
/* 𝄞 */ INC [4]
.rept 2, round
.again: MOV [4], [sp+round]
        JUMPI [5], .again
.endr
        INTERNALCALL sub
        JUMP start.again
/* é */ sub: SUB [4], [1 , items
        INTERNALRETURN
        GETENVVAR [9], sender
        RETURN [1], [2]
`;

const FILES = { "other.avm": "; elsewhere\n.const OTHER = 1\n" };

const snapshots = new Map<string, Snapshot>();

/** A snapshot of a text; the same for all features, which mustn't be seen by the next one. */
function opened(text: string, encoding: PositionEncoding = "utf-16"): Snapshot {
  const key = `${encoding} ${text}`;
  let snapshot = snapshots.get(key);
  if (!snapshot) snapshots.set(key, (snapshot = open(text, { files: FILES, encoding }).snapshot));
  return snapshot;
}

/** Every place in a text, and those that are a little outside. Columns count UTF-16 units. */
function* places(text: string): Generator<Position> {
  for (const [line, content] of text.split("\n").entries()) {
    // The halves of a character of two units are no places.
    for (let character = 0; character <= content.length; character++) {
      if (!/[\udc00-\udfff]/.test(content.charAt(character))) yield { line, character };
    }
  }
}

/** Answers of a client that counts in UTF-16, as one that counts otherwise would have them. */
function recounted(answer: unknown, lines: readonly string[], encoding: PositionEncoding): unknown {
  return JSON.parse(JSON.stringify(answer ?? null), (_, value: unknown): unknown => {
    if (!isPosition(value)) return value;
    const { line, character } = value;
    return { line, character: encodeColumn(lines[line] ?? "", character, encoding) };
  });
}

function isPosition(value: unknown): value is Position {
  return value !== null && typeof value === "object" && "line" in value && "character" in value;
}

function positionsIn(answer: unknown): Position[] {
  const found: Position[] = [];
  JSON.stringify(answer ?? null, (_, value: unknown) => {
    if (isPosition(value)) found.push(value);
    return value;
  });
  return found;
}

function shown({ line, character }: Position): string {
  return `at ${line}:${character}`;
}

describe("every feature", () => {
  it("is in the list of this test", () => {
    const folder = path.resolve(import.meta.dirname, "../../../server/features");
    const files = readdirSync(folder).map((file) => path.basename(file, ".ts"));
    assert.deepEqual(Object.keys(FEATURES).sort(), files.sort());
  });

  for (const [name, feature] of Object.entries(FEATURES)) {
    describe(name, () => {
      it("has an answer somewhere", () => {
        const snapshot = opened(PROGRAM);
        const answers = [...places(PROGRAM)].map((position) => JSON.stringify(feature(snapshot, position)));
        assert.ok(answers.some((answer) => answer !== undefined && answer.length > 4));
      });

      for (const lineBreak of ["\r\n", "\r"]) {
        it(`answers alike where ${JSON.stringify(lineBreak)} ends lines`, () => {
          const plain = opened(PROGRAM);
          const other = opened(PROGRAM.replaceAll("\n", lineBreak));
          const broken = (answer: unknown): string =>
            JSON.stringify(answer ?? null)
              .replaceAll("\\r\\n", "\\n")
              .replaceAll("\\r", "\\n");
          for (const position of places(PROGRAM)) {
            const found = broken(feature(other, position));
            assert.equal(found, broken(feature(plain, position)), shown(position));
          }
        });
      }

      for (const encoding of ["utf-8", "utf-32"] as const) {
        it(`counts in ${encoding} where the client does`, () => {
          const lines = PROGRAM.split("\n");
          const plain = opened(PROGRAM);
          const other = opened(PROGRAM, encoding);
          for (const position of places(PROGRAM)) {
            const there = recounted(position, lines, encoding) as Position;
            const found: unknown = JSON.parse(JSON.stringify(feature(other, there) ?? null));
            assert.deepEqual(found, recounted(feature(plain, position), lines, encoding), shown(position));
          }
        });
      }

      it("doesn't fail in an empty file", () => {
        for (const text of ["", "\n", " ", "\r\n\r\n"]) {
          const snapshot = opened(text);
          for (const position of [
            { line: 0, character: 0 },
            { line: 1, character: 0 },
            { line: 99, character: 99 },
          ]) {
            checkRanges(text, feature(snapshot, position));
          }
        }
      });

      it("doesn't fail while a line is being written", () => {
        const lines = PROGRAM.split("\n");
        for (const [line, content] of lines.entries()) {
          for (let character = 0; character <= content.length; character++) {
            const text = lines.with(line, content.slice(0, character)).join("\n");
            checkRanges(text, feature(opened(text), { line, character }));
          }
        }
      });
    });
  }
});

/** Fails where an answer is about what isn't in the text. */
function checkRanges(text: string, answer: unknown): void {
  const lines = text.split(/\r\n|\n|\r/);
  for (const { line, character } of positionsIn(answer)) {
    // The end of a file may be said as the start of a line that isn't there.
    const length = line < lines.length ? lines[line].length : 0;
    assert.ok(
      line <= lines.length && character <= length,
      `${line}:${character} isn't in ${JSON.stringify(text)}`,
    );
  }
}
