/**
 * What the editor shows of disassembled text: nothing in it is superfluous, since a compiler made it. `DISASSEMBLED=FOLDER` tries
 * every `.bin` file of a folder, for example a corpus.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "vscode-languageserver-types";
import { describe, it } from "mocha";
import { documentDiagnostics } from "../../../server/features/diagnostic.ts";
import { disassembleContract } from "../../../server/requests/disassemble.ts";
import { assemble } from "../../../assembler/assemble.ts";
import { parseSource } from "../../../grammar/source-file.ts";
import { encode } from "../../../program/codec.ts";
import { randomHeapProgram } from "../../conformance/fuzz-heap-programs.ts";
import { noirContract } from "../../support/noir-contract.ts";
import { readSettings } from "../../../server/documents/settings.ts";
import { Session } from "../../../server/session/session.ts";
import { MAIN, open, providerOf, uriOf } from "../fixture.ts";

/** A dead store, and code after the end. */
const SUPERFLUOUS = `        SET [1], u32, #0
        SET [2], u32, #7
        RETURN [1], [1]
        RETURN [1], [1]
`;

describe("disassembled text", () => {
  it("has no hints about dead stores and unreachable code", () => {
    const bytes = encode(assemble(parseSource("main.avm", SUPERFLUOUS)).program);
    assert.deepEqual(
      shown(SUPERFLUOUS)
        .map(({ code }) => code)
        .sort(),
      ["dead-store", "unreachable-code"],
    );
    assert.deepEqual(shown(disassembled(bytes)), []);
  });

  it("has these hints if a severity is set for them", () => {
    const bytes = encode(assemble(parseSource("main.avm", SUPERFLUOUS)).program);
    const settings = { severity: { "dead-store": "warning" } };
    assert.deepEqual(
      shown(disassembled(bytes), settings).map(({ code }) => code),
      ["dead-store"],
    );
  });

  it("of a contract and of random programs has no hint that greys code", () => {
    isQuiet(disassembled(noirContract()));
    for (let seed = 1; seed <= 10; seed++) isQuiet(disassembled(randomHeapProgram(seed, "v4")));
  });

  it("is published without these hints, also after an edit", async () => {
    const bytes = encode(assemble(parseSource("main.avm", SUPERFLUOUS)).program);
    const noise = ["dead-store", "unreachable-code"];
    const { session, sent } = pushing();
    session.openDocument(MAIN, 1, disassembled(bytes));
    session.openDocument(uriOf("own.avm"), 1, SUPERFLUOUS);
    assert.deepEqual(await sent("own.avm", 1), noise);
    assert.deepEqual(await sent("main.avm", 1), []);
    const start = { line: 0, character: 0 };
    for (const uri of [MAIN, uriOf("own.avm")])
      session.changeDocument(uri, 2, [{ range: { start, end: start }, text: "\n" }]);
    assert.deepEqual(await sent("own.avm", 2), noise);
    assert.deepEqual(await sent("main.avm", 2), []);
    session.changeSettings(readSettings({ severity: { "dead-store": "warning" } }));
    session.changeDocument(MAIN, 3, [{ range: { start, end: start }, text: "\n" }]);
    assert.deepEqual(await sent("main.avm", 3), ["dead-store"]);
    session.dispose();
  });

  const folder = process.env.DISASSEMBLED;
  if (folder !== undefined)
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".bin")))
      it(file, function () {
        this.timeout(60_000);
        isQuiet(disassembled(readFileSync(path.join(folder, file))));
      });
});

/** A session that sends diagnostics, and the codes that it sent last of a version of a file, once it has checked it. */
function pushing() {
  const last = new Map<string, Diagnostic[]>();
  const client = {
    publish: (uri: string, version: number | undefined, diagnostics: Diagnostic[]) =>
      void last.set(`${uri} ${version}`, diagnostics),
    logError: (message: string) => assert.fail(message),
    refresh: () => undefined,
  };
  const session = new Session(client, providerOf({}), { encoding: "utf-16", push: true });
  const sent = async (name: string, version: number): Promise<string[]> => {
    const key = `${uriOf(name)} ${version}`;
    while (!last.has(key)) await sleep(10);
    // What is found later replaces what is sent at once.
    await sleep(100);
    return last
      .get(key)!
      .map(({ code }) => String(code))
      .sort();
  };
  return { session, sent };
}

function isQuiet(text: string): void {
  assert.deepEqual(
    shown(text).filter(({ tags }) => tags),
    [],
  );
}

function disassembled(bytes: Uint8Array): string {
  const content = Buffer.from(bytes).toString("base64");
  let result = disassembleContract({ content });
  if ("functions" in result) result = disassembleContract({ content, function: result.functions[0].name });
  assert.ok("text" in result, JSON.stringify(result));
  return result.text;
}

function shown(text: string, settings: unknown = {}): Diagnostic[] {
  return documentDiagnostics(open(text, { settings }).snapshot).items;
}
