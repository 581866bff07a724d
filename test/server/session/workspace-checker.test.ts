/** What is wrong with files of the workspace that are not open. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver-types";
import { WorkspaceReports } from "../../../server/features/diagnostic.ts";
import { Session } from "../../../server/session/session.ts";
import { DEFAULT_SETTINGS } from "../../../server/documents/settings.ts";
import { MAIN, providerOf, uriOf } from "../fixture.ts";

const GOOD = "SET [1], u32, #0\nRETURN [1], [1]\n";
const BAD = `NOPE [1]\n${GOOD}`;
const WRONG_TAG = `SET [2], u8, #0\nMOV [[2]], [2]\n${GOOD}`;

function start(files: Record<string, string>, { push = true } = {}) {
  /** By name: the codes that were published last. */
  const shown = new Map<string, string[]>();
  const finder = (folder: string): Promise<string[]> =>
    Promise.resolve(
      Object.keys(files)
        .map(uriOf)
        .filter((uri) => uri.startsWith(folder)),
    );
  const session = new Session(
    {
      publish: (uri, _version, diagnostics: Diagnostic[]) => {
        const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
        shown.set(uri.slice(uri.lastIndexOf("/") + 1), errors.map(({ code }) => String(code)).sort());
      },
      logError: (message) => assert.fail(message),
      refresh: () => undefined,
    },
    { ...providerOf(files), find: finder },
    { encoding: "utf-16", push, workspace: [uriOf("./")] },
  );
  after(() => session.dispose());
  session.changeFiles();
  const becomes = async (expected: Record<string, string[]>): Promise<void> => {
    const current = (): Record<string, string[]> =>
      Object.fromEntries([...shown].filter(([, codes]) => codes.length > 0).sort());
    for (let tries = 0; tries < 200; tries++) {
      await sleep(20);
      if (JSON.stringify(current()) === JSON.stringify(expected)) return;
    }
    assert.deepEqual(current(), expected);
  };
  return { session, becomes, shown };
}

describe("files of the workspace that are not open", () => {
  it("are reported, with what the checker finds, and those that are fine aren't mentioned", async () => {
    const { becomes, shown } = start({ "bad.avm": BAD, "good.avm": GOOD, "tag.avm": WRONG_TAG });
    await becomes({ "bad.avm": ["unknown-mnemonic"], "tag.avm": ["non-u32-address"] });
    assert.ok(!shown.has("good.avm"));
  });

  it("are checked again when they change, appear or are removed", async () => {
    const files: Record<string, string> = { "a.avm": BAD, "b.avm": BAD };
    const { session, becomes } = start(files);
    await becomes({ "a.avm": ["unknown-mnemonic"], "b.avm": ["unknown-mnemonic"] });
    files["a.avm"] = GOOD;
    delete files["b.avm"];
    files["c.avm"] = BAD;
    session.changeFiles([uriOf("a.avm"), uriOf("b.avm"), uriOf("c.avm")]);
    await becomes({ "c.avm": ["unknown-mnemonic"] });
  });

  it("are part of what includes them", async () => {
    const files: Record<string, string> = {
      "lib.avm": ".const ONE = 1\n.macro HALF\n MOV [9], MISSING\n.endm\n",
      "main.avm": `.const MISSING = 2\n.include "lib.avm"\n${GOOD}`,
      "other.avm": `.include "late.avm"\n${GOOD}`,
    };
    const { session, becomes } = start(files);
    await becomes({ "other.avm": ["include-failed"] });
    files["late.avm"] = "";
    session.changeFiles([uriOf("late.avm")]);
    await becomes({});
    files["lib.avm"] = ".const ONE = \n";
    session.changeFiles([uriOf("lib.avm")]);
    await becomes({ "lib.avm": ["malformed-directive"] });
  });

  it("that include each other are reported once", async () => {
    const { becomes } = start({ "a.avm": '.include "b.avm"\n', "b.avm": '.include "a.avm"\n' });
    await becomes({ "b.avm": ["include-cycle"] });
  });

  it("are no longer reported here once they are open", async () => {
    const files = { "main.avm": BAD, "other.avm": BAD };
    const { session, becomes } = start(files);
    await becomes({ "main.avm": ["unknown-mnemonic"], "other.avm": ["unknown-mnemonic"] });
    session.openDocument(MAIN, 1, GOOD);
    await becomes({ "other.avm": ["unknown-mnemonic"] });
    session.closeDocument(MAIN);
    await becomes({ "main.avm": ["unknown-mnemonic"], "other.avm": ["unknown-mnemonic"] });
  });

  it("include the open documents instead of the files", async () => {
    const { session, becomes } = start({
      "part.avm": ".const PART = 1\n",
      "whole.avm": `.include "part.avm"\nSET [1], u32, #PART\nRETURN [1], [1]\n`,
    });
    session.openDocument(uriOf("part.avm"), 1, ".const OTHER = 1\n");
    await becomes({ "whole.avm": ["undefined-name"] });
    session.changeDocument(uriOf("part.avm"), 2, [{ text: ".const PART = 1\n" }]);
    await becomes({});
  });

  it("aren't checked if the setting says so", async () => {
    const { session, becomes } = start({ "bad.avm": BAD });
    await becomes({ "bad.avm": ["unknown-mnemonic"] });
    session.changeSettings({ ...DEFAULT_SETTINGS, workspaceDiagnostics: false });
    await becomes({});
    session.changeSettings(DEFAULT_SETTINGS);
    await becomes({ "bad.avm": ["unknown-mnemonic"] });
  });

  it("are returned to a client that pulls, only with new results", async () => {
    const files: Record<string, string> = { "bad.avm": BAD, "good.avm": GOOD };
    const { session } = start(files, { push: false });
    session.openDocument(MAIN, 7, WRONG_TAG);
    const reports = new WorkspaceReports();
    const ask = async (previous: { uri: string; value: string }[] = []) =>
      reports.reports(await session.workspaceDiagnostics(), previous);
    const first = await ask();
    const shown = first.map((report) => [
      report.uri.slice(report.uri.lastIndexOf("/") + 1),
      report.version,
      report.kind === "full" && report.items.map(({ code }) => code),
    ]);
    assert.deepEqual(shown, [
      ["bad.avm", null, ["unknown-mnemonic"]],
      ["good.avm", null, []],
      ["main.avm", 7, ["non-u32-address"]],
    ]);
    delete files["good.avm"];
    files["bad.avm"] = GOOD;
    const second = await ask(first.map(({ uri, resultId }) => ({ uri, value: resultId })));
    const kinds = second.map((report) => [report.kind, report.kind === "full" && report.items.length]);
    assert.deepEqual(kinds, [
      ["full", 0],
      ["unchanged", false],
      ["unchanged", false],
    ]);
  });
});
