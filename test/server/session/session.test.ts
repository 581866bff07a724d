import assert from "node:assert/strict";
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver-types";
import { hover } from "../../../server/features/hover.ts";
import type { FileProvider } from "../../../server/session/file-provider.ts";
import { Session } from "../../../server/session/session.ts";
import { readSettings, DEFAULT_SETTINGS } from "../../../server/documents/settings.ts";
import { MAIN, providerOf, uriOf } from "../fixture.ts";

interface Publication {
  readonly name: string;
  readonly version: number | undefined;
  readonly codes: string[];
}

/** A session that pushes, and what it pushed. */
function start(files: Record<string, string> = {}, provider: FileProvider = providerOf(files)) {
  const publications: Publication[] = [];
  const waiting: { fits: (publication: Publication) => boolean; found: (one: Publication) => void }[] = [];
  const errors: string[] = [];
  const session = new Session(
    {
      publish: (uri, version, diagnostics: Diagnostic[]) => {
        const name = uri.slice(uri.lastIndexOf("/") + 1);
        const publication = { name, version, codes: diagnostics.map(({ code }) => String(code)).sort() };
        publications.push(publication);
        for (const wait of waiting.filter(({ fits }) => fits(publication))) wait.found(publication);
      },
      logError: (message) => errors.push(message),
      refresh: () => undefined,
    },
    provider,
    { encoding: "utf-16", push: true },
  );
  after(() => session.dispose());
  /** The next publication for a file, of this version where one is given. */
  const next = (name: string, version?: number): Promise<Publication> =>
    new Promise((found) => {
      const fits = (one: Publication): boolean =>
        one.name === name && (version === undefined || one.version === version);
      waiting.push({ fits, found });
    });
  return { session, publications, errors, next };
}

const GOOD = "SET [1], u32, #0\nRETURN [1], [1]\n";
const insert = (line: number, text: string) => ({
  range: { start: { line, character: 0 }, end: { line, character: 0 } },
  text,
});

/** On one of the two ways [5] isn't written, and no address. */
const MAY_HALT = `SET [7], u8, #1
GETENVVAR [3], ISSTATICCALL
JUMPI [3], skip
SET [5], u32, #7
skip: MOV [[5]], [6]
SET [1], u32, #1
RETURN [1], [6]
`;

/** So many lines that the checker waits for a pause. */
const LARGE = `${"ADD [1], [1], [1]\n".repeat(3000)}${GOOD}`;

describe("a session", () => {
  it("answers a hover at once while a program is checked for longer than a hover waits, and then with tags", () => {
    const { session } = start();
    session.openDocument(MAIN, 1, `${"SET [1], u32, #0\n".repeat(1000)}${GOOD}`);
    const shown = (): string => JSON.stringify(hover(session.snapshot(MAIN)!, { line: 1001, character: 8 }));
    assert.doesNotMatch(shown(), /Here:/);
    assert.ok(session.snapshot(MAIN)!.fullAnalysis());
    assert.match(shown(), /Here: `u32`, holds `0`/);
  });

  it("publishes mistakes, and their removal", async () => {
    const { session, next } = start();
    const first = next("main.avm");
    session.openDocument(MAIN, 1, `NOPE [1]\n${GOOD}`);
    assert.deepEqual(await first, { name: "main.avm", version: 1, codes: ["unknown-mnemonic"] });
    const second = next("main.avm");
    session.changeDocument(MAIN, 2, [
      { range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }, text: "" },
    ]);
    assert.deepEqual(await second, { name: "main.avm", version: 2, codes: [] });
  });

  it("publishes only the newest of several versions", async () => {
    const { session, publications, next } = start();
    const last = next("main.avm", 4);
    session.openDocument(MAIN, 1, GOOD);
    session.changeDocument(MAIN, 2, [insert(0, "NOPE\n")]);
    session.changeDocument(MAIN, 3, [insert(0, "NOPE\n")]);
    session.changeDocument(MAIN, 4, [insert(0, "NOPE\n")]);
    assert.equal((await last).codes.length, 3);
    assert.deepEqual(
      publications.map(({ version }) => version),
      [4],
    );
  });

  it("answers mistakes of syntax at once, and those of a large file's tags after a pause", async () => {
    const { session, publications, next } = start();
    const opened = next("main.avm");
    session.openDocument(MAIN, 1, `SET [0], u8, #300\n${LARGE}`);
    await opened;
    publications.length = 0;
    const quick = next("main.avm", 3);
    session.changeDocument(MAIN, 2, [insert(0, "ADD [1\n")]);
    session.changeDocument(MAIN, 3, [insert(0, "ADD [1\n")]);
    assert.deepEqual((await quick).codes, ["unclosed-bracket", "unclosed-bracket"]);
    const full = next("main.avm", 4);
    session.changeDocument(MAIN, 4, [
      { range: { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } }, text: "" },
    ]);
    await full;
    // What is said of the fourth version is never what was found in the third.
    for (const { version, codes } of publications.filter((one) => one.version === 4)) {
      assert.ok(!codes.includes("unclosed-bracket"), `version ${version ?? "?"}`);
    }
  });

  it("checks an edited program of some thousand instructions without waiting for a timer", async () => {
    const { session, publications, next } = start();
    const lines = "SET [1], u32, #0\n".repeat(1500);
    session.openDocument(MAIN, 1, `SET [0], u8, #300\n${lines}${GOOD}`);
    const isWrong = ({ codes }: Publication): boolean => codes.includes("literal-too-wide");
    while (!publications.some(isWrong)) await next("main.avm");
    const original = globalThis.setTimeout;
    globalThis.setTimeout = (() => assert.fail("a timer")) as unknown as typeof setTimeout;
    try {
      const checked = next("main.avm", 2);
      session.changeDocument(MAIN, 2, [
        { range: { start: { line: 0, character: 13 }, end: { line: 0, character: 17 } }, text: "#200" },
      ]);
      assert.ok(!isWrong(await checked));
    } finally {
      globalThis.setTimeout = original;
    }
  });

  it("checks a large file bit by bit: others have their turn in between", async () => {
    const { session, next, publications } = start();
    const cells = Array.from(
      { length: 40_000 },
      (_, line) => `ADD [${1 + (line % 90)}], [${1 + (line % 89)}], [1]\n`,
    );
    const isChecked = (codes: readonly string[]): boolean => codes.includes("literal-too-wide");
    const original = globalThis.setImmediate;
    let slices = 0;
    globalThis.setImmediate = ((work: () => void) => {
      slices++;
      return original(work);
    }) as typeof setImmediate;
    try {
      session.openDocument(MAIN, 1, `SET [0], u8, #300\n${cells.join("")}`);
      while (!publications.some(({ version, codes }) => version === 1 && isChecked(codes))) {
        await next("main.avm", 1);
      }
    } finally {
      globalThis.setImmediate = original;
    }
    assert.ok(slices > 4, `${slices} slices`);
    assert.ok(session.snapshot(MAIN)!.analysis(), "it is known now");
  });

  it("drops the work for an older text", async () => {
    const { session, publications, next } = start();
    let found = next("main.avm", 1);
    session.openDocument(MAIN, 1, LARGE);
    await found;
    found = next("main.avm", 2);
    session.changeDocument(MAIN, 2, [insert(0, "ADD [1\n")]);
    await found;
    // The pause is over now, but the text is a newer one.
    const begin = performance.now();
    while (performance.now() - begin < 200);
    publications.length = 0;
    found = next("main.avm", 3);
    session.changeDocument(MAIN, 3, [insert(0, "ADD [1\n")]);
    await found;
    assert.ok(publications.every(({ version }) => version === 3));
  });

  it("publishes nothing while the new diagnostics are incomplete", async () => {
    const { session, publications, next } = start();
    let complete = next("main.avm", 1);
    session.openDocument(MAIN, 1, `SET [0], u8, #300\n${LARGE}`);
    while (!(await complete).codes.includes("literal-too-wide")) complete = next("main.avm", 1);
    publications.length = 0;
    const second = next("main.avm", 2);
    session.changeDocument(MAIN, 2, [insert(0, "; a comment changes nothing\n")]);
    await second;
    assert.deepEqual(
      publications.map(({ codes }) => codes.includes("literal-too-wide")),
      [true],
    );
  });

  it("takes a file's own target before the setting", async () => {
    const { session, next } = start();
    const set = (target: string) => session.changeSettings(readSettings({ target }));
    set("v2");
    let found = next("main.avm");
    session.openDocument(MAIN, 1, `${GOOD}EMITUNENCRYPTEDLOG [1], [1]\n`);
    assert.ok(!(await found).codes.includes("unknown-mnemonic"));
    found = next("main.avm");
    set("v6");
    assert.ok((await found).codes.includes("unknown-mnemonic"));
    found = next("main.avm", 2);
    session.changeDocument(MAIN, 2, [insert(0, ".target v2\n")]);
    const { codes } = await found;
    assert.ok(!codes.includes("unknown-mnemonic") && !codes.includes("target-conflict"), codes.join());
  });

  it("reports possible halts according to the setting, or doesn't run the checker", async () => {
    const severities = (settings: object): Promise<(number | undefined)[]> =>
      new Promise((resolve) => {
        const session = new Session(
          {
            publish: (_, __, diagnostics) => {
              session.dispose();
              resolve(diagnostics.map(({ severity }) => severity));
            },
            logError: assert.fail,
            refresh: () => undefined,
          },
          providerOf({}),
          { encoding: "utf-16", push: true },
        );
        session.changeSettings(readSettings(settings));
        session.openDocument(MAIN, 1, MAY_HALT);
      });
    assert.deepEqual(await severities({}), [DiagnosticSeverity.Hint]);
    assert.deepEqual(await severities({ strict: true }), [DiagnosticSeverity.Warning]);
    assert.deepEqual(await severities({ strict: true, check: false }), []);
  });

  it("reports mistakes of an included file there, and removes them with the include", async () => {
    const { session, next } = start({ "lib.avm": "NOPE" });
    let found = next("lib.avm");
    session.openDocument(MAIN, 1, `.include "lib.avm"\n${GOOD}`);
    assert.deepEqual(await found, { name: "lib.avm", version: undefined, codes: ["unknown-mnemonic"] });
    found = next("lib.avm");
    session.changeDocument(MAIN, 2, [insert(0, "; ")]);
    assert.deepEqual((await found).codes, []);
  });

  it("prefers an open document to the file, and reads that again once it is closed", async () => {
    const { session, next } = start({ "lib.avm": "helper:\n" });
    const main = `.include "lib.avm"\n${GOOD} JUMP helper\n`;
    let found = next("main.avm");
    session.openDocument(MAIN, 1, main);
    assert.ok(!(await found).codes.includes("undefined-name"));
    found = next("main.avm");
    session.openDocument(uriOf("lib.avm"), 1, "renamed:\n");
    assert.ok((await found).codes.includes("undefined-name"));
    found = next("main.avm");
    session.closeDocument(uriOf("lib.avm"));
    assert.ok(!(await found).codes.includes("undefined-name"));
  });

  it("reads an included file again when it has changed", async () => {
    const files = { "lib.avm": "" };
    const { session, next } = start(files);
    let found = next("main.avm");
    session.openDocument(MAIN, 1, `.include "lib.avm"\n${GOOD} JUMP helper\n`);
    assert.ok((await found).codes.includes("undefined-name"));
    files["lib.avm"] = "helper:\n";
    found = next("main.avm");
    session.changeFiles();
    assert.ok(!(await found).codes.includes("undefined-name"));
  });

  it("judges an included file as part of the open file that includes it", async () => {
    const { session, publications, next } = start({ "lib.avm": "JUMP start\n" });
    const found = next("lib.avm", 1);
    session.openDocument(MAIN, 1, '.include "lib.avm"\nstart:\nSET [1], u32, #0\nRETURN [1], [1]\n');
    session.openDocument(uriOf("lib.avm"), 1, "JUMP start\n");
    assert.deepEqual((await found).codes, []);
    assert.ok(publications.every(({ codes }) => !codes.includes("undefined-name")));
  });

  it("includes nothing from outside of the main file's folder, the project and what is open", () => {
    const files = { "../lib.avm": ".const A = 1\n", "sub/lib.avm": ".const B = 1\n" };
    const problems = (text: string, workspace?: string[]): string[] => {
      const session = new Session(
        { publish: () => undefined, logError: (message) => assert.fail(message), refresh: () => undefined },
        providerOf(files),
        { encoding: "utf-16", push: false, ...(workspace && { workspace }) },
      );
      session.openDocument(MAIN, 1, text);
      return session
        .snapshot(MAIN)!
        .allDiagnostics()
        .map(({ message }) => message);
    };
    const text = '.include "../lib.avm"\n.include "sub/lib.avm"\nSET [1], u32, #0\nRETURN [1], [1]\n';
    const [refused, ...others] = problems(text);
    assert.match(refused, /it is outside of the project/);
    assert.deepEqual(others, []);
    assert.deepEqual(problems(text, [new URL("..", MAIN).href]), []);
    assert.deepEqual(problems(text, [new URL("..", MAIN).href.slice(0, -1)]), []);
  });

  it("handles files that include each other or can't be read", async () => {
    const { session, next } = start();
    const other = uriOf("other.avm");
    session.openDocument(MAIN, 1, '.include "other.avm"\n.include "gone.avm"\n');
    const found = Promise.all([next("main.avm"), next("other.avm")]);
    session.openDocument(other, 1, '.include "main.avm"\n');
    const [main, second] = await found;
    assert.deepEqual(main.codes, ["include-failed"]);
    assert.deepEqual(second.codes, ["include-cycle"]);
  });

  it("clears what it published when a document is closed", async () => {
    const { session, next } = start();
    let found = next("main.avm");
    session.openDocument(MAIN, 1, "NOPE");
    await found;
    found = next("main.avm");
    session.closeDocument(MAIN);
    assert.deepEqual((await found).codes, []);
    assert.equal(session.snapshot(MAIN), undefined);
  });

  it("finds a document by any spelling of its URI", () => {
    const { session } = start();
    session.openDocument("file:///c%3A/a%20b.avm", 1, "");
    assert.ok(session.snapshot("file:///c:/a b.avm"));
    assert.equal(session.snapshot("file:///c:/other.avm"), undefined);
  });

  it("ignores changes to what isn't open", () => {
    const { session } = start();
    session.changeDocument(MAIN, 2, [{ text: "" }]);
    session.closeDocument(MAIN);
    assert.equal(session.snapshot(MAIN), undefined);
  });

  it("logs its internal errors, and continues", async () => {
    const files = providerOf({});
    const stamp = (uri: string) => (uri.endsWith("lib.avm") ? assert.fail("on purpose") : undefined);
    const { session, errors, next } = start({}, { ...files, stamp });
    session.openDocument(MAIN, 1, '.include "lib.avm"');
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(errors.join(), /on purpose/);
    const found = next("main.avm", 2);
    session.changeDocument(MAIN, 2, [{ text: "NOPE" }]);
    assert.deepEqual((await found).codes, ["unknown-mnemonic"]);
  });
});

describe("settings", () => {
  it("have defaults for whatever is missing or of the wrong type", () => {
    for (const value of [
      undefined,
      null,
      7,
      "x",
      [],
      {},
      { target: 4, strict: "yes", inlayHints: 1 },
      { target: "v99" },
    ]) {
      assert.deepEqual(readSettings(value), DEFAULT_SETTINGS);
    }
    assert.equal(readSettings({ target: "V4" }).target, "v4");
    assert.equal(readSettings({ inlayHints: { gas: true } }).inlayHints.gas, true);
  });
});
