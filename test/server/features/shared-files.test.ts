/** A file that others include is judged, and renamed in, as part of the programs that include it, open or not. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "vscode-languageserver-types";
import { codeLenses, codeLensResolve } from "../../../server/features/code-lens.ts";
import { incomingCalls, prepareCallHierarchy } from "../../../server/features/call-hierarchy.ts";
import { documentDiagnostics } from "../../../server/features/diagnostic.ts";
import { references } from "../../../server/features/references.ts";
import { rename } from "../../../server/features/rename.ts";
import { symbolsOf, workspaceSymbols } from "../../../server/features/workspace-symbol.ts";
import { Session } from "../../../server/session/session.ts";
import { avmasm, root } from "../../support/command.ts";
import { edited, providerOf, shownLocation, uriOf } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

function filesIn(name: string): Record<string, string> {
  const folder = path.join(root, "test/fixtures/edits/includes", name);
  return Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), "utf8")]),
  );
}

/** A workspace with these files, of which one is open; the others may be changed. */
async function start(files: Record<string, string>, opened: readonly string[], push = false) {
  const published = new Map<string, Diagnostic[]>();
  const session = new Session(
    {
      publish: (uri, _version, diagnostics) => void published.set(uri, diagnostics),
      logError: (message) => assert.fail(message),
      refresh: () => undefined,
    },
    {
      read: (uri, real) => providerOf(files).read(uri, real),
      stamp: (uri) => providerOf(files).stamp(uri),
      // The index isn't complete when the session first wants to publish.
      find: async () => {
        await sleep(10);
        return Object.keys(files)
          .filter((name) => name.endsWith(".avm"))
          .map(uriOf);
      },
    },
    { encoding: "utf-16", push, workspace: [uriOf("./")] },
  );
  for (const name of opened) session.openDocument(uriOf(name), 1, files[name]);
  await session.whenIndexed();
  return { session, published };
}

const positionOf = (text: string, word: string) => {
  const lines = text.split("\n");
  const line = lines.findIndex((one) => one.includes(word));
  return { line, character: lines[line].indexOf(word) };
};

/** Codes of what is wrong with a file, without hints. */
const codesOf = (session: Session, name: string) =>
  documentDiagnostics(session.snapshot(uriOf(name))!)
    .items.filter(({ severity }) => severity! <= 2)
    .map(({ code }) => code);

describe("a file that is included by a file that isn't open", () => {
  it("reports only the mistakes that it has in the program", async () => {
    for (const name of ["closed", "library"]) {
      const { session } = await start(filesIn(name), ["lib.avm"]);
      assert.deepEqual(codesOf(session, "lib.avm"), [], name);
    }
  });

  it("is renamed in, and referred to, with the closed one", async () => {
    const files = filesIn("closed");
    const { session } = await start(files, ["lib.avm"]);
    const snapshot = session.snapshot(uriOf("lib.avm"))!;
    const position = positionOf(files["lib.avm"], "LIMIT");
    const found = references(snapshot, position, { includeDeclaration: true })!.map(shownLocation);
    assert.deepEqual(found.sort(), ["a.avm 3:22-27", "lib.avm 0:7-12", "lib.avm 1:22-27"]);
    const edit = toItsEnd(rename(snapshot, position, "MOST"));
    assert.ok("changes" in edit, JSON.stringify(edit));
    for (const name of ["a.avm", "lib.avm"]) {
      assert.equal(edited(files[name], edit.changes![uriOf(name)]), files[name].replaceAll("LIMIT", "MOST"));
    }
  });

  it("says who calls its routines", async () => {
    const files = filesIn("library");
    const { session } = await start(files, ["lib.avm"]);
    const snapshot = session.snapshot(uriOf("lib.avm"))!;
    const options = { commands: false };
    const [first] = codeLenses(snapshot, options);
    const lens = codeLensResolve(snapshot, first, options).command!.title;
    assert.match(lens, /^1 call/);
    const [item] = prepareCallHierarchy(snapshot, positionOf(files["lib.avm"], "double"))!;
    assert.deepEqual(
      incomingCalls(snapshot, item).map(({ from }) => from.uri),
      [uriOf("main.avm")],
    );
    const names = workspaceSymbols(session.programs(), session.inClosedFiles(symbolsOf).flat(), "");
    assert.deepEqual(names.map(({ name }) => name).sort(), ["double", "n", "scratch"]);
  });

  it("is a library if nobody includes it", async () => {
    const files = { "lib.avm": filesIn("library")["lib.avm"] };
    const { session } = await start(files, ["lib.avm"]);
    assert.deepEqual(codesOf(session, "lib.avm"), []);
  });

  it("is checked again when the including file changes", async () => {
    const files = filesIn("closed");
    const { session } = await start(files, ["lib.avm"]);
    const codes = () => codesOf(session, "lib.avm");
    assert.deepEqual(codes(), []);
    files["a.avm"] = files["a.avm"].replace("LEVEL", "OTHER");
    session.changeFiles([uriOf("a.avm")]);
    await session.whenIndexed();
    assert.deepEqual(codes(), ["undefined-name"]);
    delete files["a.avm"];
    session.changeFiles([uriOf("a.avm")]);
    await session.whenIndexed();
    assert.deepEqual(codes(), ["undefined-name", "undefined-name"]);
  });
});

describe("a mistake in a file that two programs include", () => {
  it("is published once, with the programs that it concerns", async () => {
    const files = filesIn("twice");
    const { session, published } = await start(files, ["lib.avm"], true);
    // One program is checked before the other.
    const isTold = (): boolean =>
      /main\.avm.*other\.avm/.test(JSON.stringify(published.get(uriOf("lib.avm"))));
    for (let tries = 0; tries < 500 && !isTold(); tries++) await sleep(20);
    const found = published.get(uriOf("lib.avm"))!;
    const keys = found.map(({ code, range }) => `${String(code)} ${range.start.line}`);
    assert.equal(new Set(keys).size, keys.length, keys.join());
    assert.ok(found.length > 0);
    const programs = found.map(({ relatedInformation = [] }) =>
      relatedInformation
        .map(({ message }) => message)
        .filter((message) => message.startsWith("in the program"))
        .join(", "),
    );
    assert.ok(
      programs.includes("in the program `main.avm`, in the program `other.avm`"),
      programs.join("; "),
    );
    session.dispose();
  });

  it("is listed once by `avmasm check`, which judges the file in the programs", function () {
    this.timeout(60_000);
    const cwd = path.join(root, "test/fixtures/edits/includes");
    for (const [folder, files] of [
      ["closed", ["lib.avm", "a.avm"]],
      ["library", ["lib.avm", "main.avm"]],
    ] as const) {
      const { status, stdout } = avmasm(["check", ...files, "--format", "json"], {
        cwd: path.join(cwd, folder),
      });
      const shown = JSON.parse(stdout) as { files: { diagnostics: { code: string }[] }[] };
      const codes = shown.files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code));
      // That program jumps to itself for ever.
      assert.deepEqual([status, codes], [0, folder === "closed" ? ["endless-loop"] : []], folder);
    }
    const { stdout } = avmasm(["check", "lib.avm", "main.avm", "other.avm", "--format", "json"], {
      cwd: path.join(cwd, "twice"),
    });
    const { files } = JSON.parse(stdout) as {
      files: { path: string; diagnostics: { code: string; related?: { message: string }[] }[] }[];
    };
    const found = files.find((one) => one.path === "lib.avm")!.diagnostics;
    assert.equal(found.length, 1, stdout);
    assert.deepEqual(
      found[0]
        .related!.map(({ message }) => message)
        .filter((message) => message.startsWith("in the program")),
      ["in the program `main.avm`", "in the program `other.avm`"],
    );
  });
});

describe("a file that is moved", () => {
  it("is still included, and still includes", async () => {
    const files = {
      "main.avm": '.include "parts/a.avm"\n',
      "parts/a.avm": '.include "b.avm"\n.byte B\n',
      "parts/b.avm": ".const B = 1\n",
    };
    const { session } = await start(files, ["main.avm"]);
    const { changes } = session.moveFiles([{ oldUri: uriOf("parts/a.avm"), newUri: uriOf("lib/x/a.avm") }]);
    assert.equal(edited(files["main.avm"], changes[uriOf("main.avm")]), '.include "lib/x/a.avm"\n');
    assert.equal(
      edited(files["parts/a.avm"], changes[uriOf("parts/a.avm")]),
      '.include "../../parts/b.avm"\n.byte B\n',
    );
    const folder = session.moveFiles([{ oldUri: uriOf("parts"), newUri: uriOf("moved") }]).changes;
    assert.deepEqual(Object.keys(folder), [uriOf("main.avm")]);
    assert.equal(edited(files["main.avm"], folder[uriOf("main.avm")]), '.include "moved/a.avm"\n');
  });
});
