/** Files that the client reads for the server, as in a browser. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver-types";
import { remoteFiles, type ReadAnswer } from "../../../server/session/remote-files.ts";
import { Session } from "../../../server/session/session.ts";
import { MAIN, uriOf } from "../fixture.ts";

function begin(files: Record<string, string>) {
  const asked: string[] = [];
  const listed: string[] = [];
  const provider = remoteFiles(
    async (uri): Promise<ReadAnswer> => {
      asked.push(uri);
      await sleep(1);
      if (uri.includes("throws")) throw new Error("the client is gone");
      const text = Object.entries(files).find(([name]) => uriOf(name) === uri)?.[1];
      return text === undefined ? { error: "there is no such file" } : { text };
    },
    () => Promise.resolve([]),
    (folder) => {
      listed.push(folder);
      return Promise.resolve(["sub/", ...Object.keys(files)]);
    },
    uriOf("lib/"),
  );
  const published: Diagnostic[][] = [];
  const session = new Session(
    {
      publish: (uri, _version, diagnostics) => {
        if (uri === MAIN) published.push(diagnostics);
      },
      logError: (message) => assert.fail(message),
      refresh: () => undefined,
    },
    provider,
    { encoding: "utf-16", push: true },
  );
  provider.onRead?.(() => session.changeFiles());
  const settled = async (): Promise<string[]> => {
    const count = published.length;
    for (let tries = 0; tries < 400 && published.length === count; tries++) await sleep(5);
    return published
      .at(-1)!
      .filter(({ severity }) => severity === DiagnosticSeverity.Error)
      .map(({ message }) => String(message));
  };
  return { session, asked, listed, settled, published };
}

describe("files that only the client can read", () => {
  it("are suggested where one is misspelt, and their folder is listed once", async () => {
    const { session, listed, settled } = begin({ "frame.avm": ".const A = 1\n" });
    session.openDocument(MAIN, 1, '.include "fraem.avm"\nSET [1], u8, #1\nJUMP #0\n');
    assert.match((await settled())[0], /did you mean `frame\.avm`\?$/);
    await sleep(50);
    assert.equal(listed.length, 1);
    session.dispose();
  });

  it("are read once, those of the library too, and nothing is said before they are there", async () => {
    const files = {
      "a.avm": '.include "b.avm"\n',
      "b.avm": ".const B = 1\n",
      "lib/std/c.avm": ".const C = 2\n",
    };
    const { session, asked, settled, published } = begin(files);
    session.openDocument(MAIN, 1, '.include "a.avm"\n.include <std/c.avm>\nSET [1], u8, #B+C\nJUMP #0\n');
    assert.deepEqual(await settled(), []);
    assert.equal(published.length, 1);
    assert.equal(new Set(asked).size, asked.length, asked.join());
    session.dispose();
  });

  it("are read again when they changed", async () => {
    const files: Record<string, string> = { "a.avm": ".const A = 1\n" };
    const { session, settled } = begin(files);
    session.openDocument(MAIN, 1, '.include "a.avm"\nSET [1], u8, #B\nJUMP #0\n');
    assert.deepEqual((await settled()).length, 1);
    files["a.avm"] = ".const B = 1\n";
    session.changeFiles([uriOf("a.avm")]);
    assert.deepEqual(await settled(), []);
    session.dispose();
  });

  it("may be missing, or the client may fail", async () => {
    const { session, settled } = begin({});
    session.openDocument(MAIN, 1, '.include "a.avm"\n.include "throws.avm"\n');
    const messages = await settled();
    assert.equal(messages.length, 2);
    assert.match(messages[0], /there is no such file/);
    assert.match(messages[1], /the client is gone/);
    session.dispose();
  });
});
