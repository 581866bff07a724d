/** Which files are programs of their own, and which files belong to each: found by following `.include`. */

import { programUnderTest } from "../../assembler/expand/tests.ts";
import type { Document } from "../documents/document.ts";
import { keyOf } from "../documents/uris.ts";
import { includesOf } from "../language/scopes.ts";
import type { IncludeLookup } from "./include-lookup.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { ProgramSettings } from "./projects.ts";

export class ProgramGraph {
  private readonly documents: OpenDocuments;
  private readonly includes: IncludeLookup;
  private readonly settingsOf: (uri: string) => ProgramSettings;

  constructor(
    documents: OpenDocuments,
    includes: IncludeLookup,
    settingsOf: (uri: string) => ProgramSettings,
  ) {
    this.documents = documents;
    this.includes = includes;
    this.settingsOf = settingsOf;
  }

  /** A file and all that it includes. Files that can't be read are left out. */
  filesFrom(main: Document): Document[] {
    const settings = this.settingsOf(main.uri);
    const files = new Set<Document>();
    const keys = new Set<string>();
    const pending = [main];
    while (pending.length > 0) {
      const document = pending.pop()!;
      if (keys.has(keyOf(document.uri))) continue;
      keys.add(keyOf(document.uri));
      files.add(document);
      for (const { path, standard } of includesOf(document.file).toReversed()) {
        if (path === undefined) continue;
        const found = this.includes.find({ from: document.uri, path, standard }, settings);
        if (!("error" in found)) pending.push(found);
      }
    }
    return [...files];
  }

  /** The program that a file of tests is about, which is a main file itself; undefined of another file. */
  programUnderTest(document: Document): Document | undefined {
    const settings = this.settingsOf(document.uri);
    let found: Document | undefined;
    programUnderTest(document.file, (path) => {
      const program = this.includes.find({ from: document.uri, path, standard: false }, settings);
      if ("error" in program) return undefined;
      found = program;
      return program.file;
    });
    return found;
  }

  /** The open files that no other open file includes; of those that include each other, the one opened first. */
  mains(): Set<Document> {
    const open = [...this.documents.all()];
    const reach = new Map(open.map((main) => [main, new Set(this.filesFrom(main))]));
    const mains = new Set<Document>();
    for (const document of open) {
      const including = [...reach].filter(
        ([other, files]) =>
          other !== document && files.has(document) && this.programUnderTest(other) !== document,
      );
      const above = including.filter(([other]) => !reach.get(document)!.has(other) || mains.has(other));
      if (above.length === 0) mains.add(document);
    }
    return mains;
  }

  /** The main file of the program that a document belongs to: itself, or an open one that includes it. */
  mainOf(document: Document): Document {
    const mains = this.mains();
    if (mains.has(document)) return document;
    for (const main of mains) {
      if (this.filesFrom(main).includes(document)) return main;
    }
    return document;
  }
}
