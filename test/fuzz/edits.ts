/**
 * Fuzzes edits of an open document: afterwards the server must know the same as if it had opened the final text. The
 * text itself is compared with the protocol library's result of the same edits. The first step is the text to open.
 */

import { TextDocument } from "vscode-languageserver-textdocument";
import { changeDocument, openDocument, textOf, type ContentChange } from "../../server/documents/document.ts";
import type { FileProvider } from "../../server/session/file-provider.ts";
import { Session, type Client } from "../../server/session/session.ts";
import {
  carryStructure,
  includesOf,
  structureOf,
  usesOf,
  usesOn,
  type Region,
} from "../../server/language/scopes.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { contentOf } from "./line.ts";
import { FRAGMENTS, randomSource } from "./random-source.ts";
import type { RandomNumbers } from "../support/random.ts";
import { assertSame, many, once, pick, type FuzzTarget } from "./target.ts";

type Step = string | readonly ContentChange[];
const URI = "file:///fuzz/self.avm";
const NOTHING: FileProvider = { read: () => ({ error: "there is no such file" }), stamp: () => undefined };
const NOBODY: Client = { publish: () => undefined, refresh: () => undefined, logError: fail };

export const edits: FuzzTarget<readonly unknown[]> = {
  name: "edits",
  // Each check does the work twice: in the edited session and in a fresh one.
  times: 2,
  make: (random) => {
    const text = randomSource(random, 12);
    return [
      text,
      ...many(random, 6, () => Array.from({ length: 1 + random.below(2) }, () => change(random, text))),
    ];
  },
  check: (input) => {
    const [first, ...rest] = input as readonly Step[];
    if (typeof first !== "string") return;
    const session = newSession();
    session.openDocument(URI, 0, first);
    let document = openDocument(URI, 0, first, "utf-16");
    let reference = TextDocument.create(URI, "avm", 0, first);
    try {
      for (const [index, step] of (rest as (readonly ContentChange[])[]).entries()) {
        const before = document.file;
        // The session only updates a structure that was computed before the edit.
        structureOf(before);
        document = changeDocument(document, index + 1, step);
        carryStructure(before, document.file);
        for (const change of step) reference = changed(reference, change);
        session.changeDocument(URI, index + 1, step);
        assertSame("the text and the protocol library's", textOf(document), reference.getText());
        const fresh = openDocument(URI, index + 1, reference.getText(), "utf-16");
        assertSame("the lines", document.file.lines.map(contentOf), fresh.file.lines.map(contentOf));
        assertSame("the line breaks", document.breaks, fresh.breaks);
        assertSame("the structure", structureFor(document.file), structureFor(fresh.file));
      }
      const opened = newSession();
      opened.openDocument(URI, 0, reference.getText());
      assertSame("the diagnostics", diagnosticsIn(session), diagnosticsIn(opened));
      opened.dispose();
    } finally {
      session.dispose();
    }
  },
};

/**
 * The library's incremental line index breaks if an edit separates a carriage return from its line feed, so this makes
 * a fresh document after each change.
 */
function changed(document: TextDocument, change: ContentChange): TextDocument {
  const text = TextDocument.update(document, [change], document.version).getText();
  return TextDocument.create(URI, "avm", document.version + 1, text);
}

function newSession(): Session {
  return new Session(NOBODY, NOTHING, { encoding: "utf-16", push: true });
}

function diagnosticsIn(session: Session): unknown {
  return session.snapshot(URI)!.allDiagnostics();
}

function fail(message: string): never {
  throw new Error(message);
}

function structureFor(file: SourceFile): unknown {
  const { regionOf, labelOf, definitions, regions } = structureOf(file);
  const uses = file.lines.flatMap((_, line) => usesOn(file, line));
  const place = ({ kind, start, end, parent }: Region): unknown => ({
    kind,
    start,
    end,
    parent: parent?.start,
  });
  return {
    regionOf: regionOf.map(place),
    labelOf,
    definitions: definitions.map(({ region, ...rest }) => ({ ...rest, region: place(region) })),
    regions: [...regions].map(([line, region]) => [line, place(region), [...region.names.keys()]]),
    uses: uses.map(({ name, line, columns }) => [name, line, columns]),
    usesByName: [...new Set(uses.map(({ name }) => name))].map((name) => [
      name,
      usesOf(file, name).map(({ line, columns }) => [line, columns]),
    ]),
    includes: includesOf(file),
  };
}

/** A random change of a text, which need not be exactly this one. */
export function change(random: RandomNumbers, text: string): ContentChange {
  if (once(random, 20)) return { text: randomSource(random, 5) };
  const lines = text.split("\n");
  const line = random.below(lines.length + 1);
  const character = random.below((lines[line]?.length ?? 0) + 3);
  const longer = once(random, 4);
  const end = {
    line: line + (longer ? random.below(4) : 0),
    character: longer ? random.below(30) : character + random.below(4),
  };
  const inserted = pick(random, [
    () => pick(random, FRAGMENTS),
    () => "",
    () => "\n",
    () => randomSource(random, 2),
    () => pick(random, lines),
  ])();
  return { range: { start: { line, character }, end }, text: inserted };
}
