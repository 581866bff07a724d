import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { FileProvider } from "../../../server/session/file-provider.ts";
import { Session } from "../../../server/session/session.ts";
import { DEFAULT_SETTINGS, readSettings, type Settings } from "../../../server/documents/settings.ts";
import { MAIN, providerOf, uriOf } from "../fixture.ts";

const WIDE = "SET [0], u32, #1\nSET [1], u8, #256\nRETURN [0], [1]\n";
const CONFIG = "avmasm.config.json";

interface Started {
  readonly session: Session;
  readonly errors: string[];
  /** `severity code` of all that a program is told. */
  readonly told: () => string[];
}

/** A session with a main file; the other files may be changed while it runs. */
function start(text: string, files: Record<string, string>, library?: string): Started {
  const errors: string[] = [];
  // Looks into the files anew each time, so that they can be changed.
  const provider: FileProvider = {
    read: (uri, real) => providerOf(files).read(uri, real),
    stamp: (uri) => providerOf(files).stamp(uri),
    ...(library !== undefined && { library }),
  };
  const session = new Session(
    { publish: () => undefined, logError: (message) => errors.push(message), refresh: () => undefined },
    provider,
    { encoding: "utf-16", push: false },
  );
  session.openDocument(MAIN, 1, text);
  const told = (): string[] => {
    const found = session.snapshot(MAIN)!.allDiagnostics();
    return found.map(({ severity, code }) => `${severity} ${code}`);
  };
  return { session, errors, told };
}

const settings = (changed: Partial<Settings>): Settings => ({ ...DEFAULT_SETTINGS, ...changed });

describe("the project of a document", () => {
  it("gives codes other severities, and is looked at again when its file changes", () => {
    const files: Record<string, string> = {};
    const { told } = start(WIDE, files);
    assert.deepEqual(told(), ["warning literal-too-wide"]);
    files[CONFIG] = '{ "severity": { "literal-too-wide": "error" } }';
    assert.deepEqual(told(), ["error literal-too-wide"]);
    files[CONFIG] = '{ "severity": { "literal-too-wide": "off" } }';
    assert.deepEqual(told(), []);
    delete files[CONFIG];
    assert.deepEqual(told(), ["warning literal-too-wide"]);
  });
  it("lets edits change the files in its folder, but no others", () => {
    const { session } = start('.include "sub/own.avm"\n.include "shared.avm"\n', {
      [CONFIG]: '{ "include": ["../lib"] }',
      "sub/own.avm": ".const A = 1\n",
      "../lib/shared.avm": ".const B = 1\n",
    });
    session.changeSettings(settings({ foldersOutside: true }));
    const snapshot = session.snapshot(MAIN)!;
    const reasons = snapshot.files.map((file) => [file.uri, snapshot.whyReadOnly(file)]);
    assert.deepEqual(reasons, [
      [MAIN, undefined],
      [uriOf("sub/own.avm"), undefined],
      [uriOf("../lib/shared.avm"), "it is outside of the project"],
    ]);
  });
  it("has precedence over the severities in the editor's settings", () => {
    const files: Record<string, string> = {};
    const { told, session } = start(WIDE, files);
    session.changeSettings(
      readSettings({ severity: { "literal-too-wide": "error", "no-such-code": "off" } }),
    );
    assert.deepEqual(told(), ["error literal-too-wide"]);
    files[CONFIG] = '{ "severity": { "literal-too-wide": "off" } }';
    assert.deepEqual(told(), []);
  });
  it("is the nearest one in the folders above", () => {
    const files: Record<string, string> = {
      [`../${CONFIG}`]: '{ "severity": { "literal-too-wide": "error" } }',
    };
    const { told } = start(WIDE, files);
    assert.deepEqual(told(), ["error literal-too-wide"]);
    files[CONFIG] = "{}";
    assert.deepEqual(told(), ["warning literal-too-wide"]);
  });
  it("says the target, which then isn't the editor's", () => {
    const files: Record<string, string> = {};
    const { session } = start(WIDE, files);
    const target = (): string => session.snapshot(MAIN)!.set.target;
    session.changeSettings(settings({ target: "v4" }));
    assert.equal(target(), "v4");
    files[CONFIG] = '{ "target": "v3" }';
    assert.equal(target(), "v3");
    assert.equal(session.snapshot(MAIN)!.assembly()!.program.set.target, "v3");
    session.changeDocument(MAIN, 2, [{ text: `.target v2\n${WIDE}` }]);
    assert.equal(target(), "v2");
  });
  it("is strict if it or the editor's settings say so", () => {
    const files: Record<string, string> = {};
    const text = `SET [7], u8, #1\nGETENVVAR [3], ISSTATICCALL\nJUMPI [3], skip\nSET [5], u32, #7
skip: MOV [[5]], [6]\nSET [1], u32, #1\nRETURN [1], [6]\n`;
    const { told, session } = start(text, files);
    const [code] = told().map((line) => line.split(" ")[1]);
    assert.deepEqual(told(), [`hint ${code}`]);
    files[CONFIG] = '{ "strict": true }';
    assert.deepEqual(told(), [`warning ${code}`]);
    files[CONFIG] = '{ "strict": false }';
    assert.deepEqual(told(), [`hint ${code}`]);
    session.changeSettings(settings({ strict: true }));
    assert.deepEqual(told(), [`warning ${code}`]);
  });
  it("names folders that are searched for includes, after the including file's own folder", () => {
    const files: Record<string, string> = { "parts/end.avm": "SET [0], u32, #0\nRETURN [0], [0]\n" };
    const { told, session } = start('.include "end.avm"\n', files);
    assert.deepEqual(told(), ["error include-failed"]);
    files[CONFIG] = '{ "include": ["nowhere", "parts"] }';
    assert.deepEqual(told(), []);
    const names = (): string[] => session.snapshot(MAIN)!.files.map(({ uri }) => uri);
    assert.deepEqual(names(), [MAIN, uriOf("parts/end.avm")]);
    files["end.avm"] = files["parts/end.avm"];
    assert.deepEqual(names(), [MAIN, uriOf("end.avm")]);
  });
  it("reports mistakes in its file once", () => {
    const files: Record<string, string> = { [CONFIG]: '{ "strictt": true }' };
    const { told, errors } = start(WIDE, files);
    assert.deepEqual(told(), ["warning literal-too-wide"]);
    told();
    assert.deepEqual(errors, [`${uriOf(CONFIG)}: there is no key \`strictt\`; did you mean \`strict\`?`]);
  });
  it("isn't searched for if the document has no folder", () => {
    const { session } = start(WIDE, { [CONFIG]: "{" });
    session.openDocument("untitled:Untitled-1", 1, WIDE);
    assert.equal(session.snapshot("untitled:Untitled-1")!.allDiagnostics().length, 1);
  });
});

describe("the standard library", () => {
  const files = { "../lib/std/end.avm": ".macro END\nSET [0], u32, #0\nRETURN [0], [0]\n.endm\n" };
  it("is in the folder that the server is given", () => {
    const { told, session } = start(".include <std/end.avm>\nEND\n", files, "file:///lib/");
    assert.deepEqual(told(), []);
    assert.deepEqual(
      session.snapshot(MAIN)!.files.map(({ uri }) => uri),
      [MAIN, "file:///lib/std/end.avm"],
    );
  });
  it("can be missing, which is reported at includes", () => {
    assert.deepEqual(start(".include <std/end.avm>\n", files).told(), ["error include-failed"]);
  });
});

describe("a mistake in the arguments of a macro from outside of the project", () => {
  const text = '.include "../shared/one.avm"\nSET [2], u64, #1\nADD_ONE [2], [3]\nRETURN [3], [3]\n';
  const shared = ".macro ADD_ONE x, to\n SET to, u32, #1\n ADD x, to, to\n.endm\n";
  const URI = uriOf("project/main.avm");

  /** `file:line message` of the errors with their first notes. */
  function told(files: Record<string, string>, workspace: readonly string[], library?: string): string[] {
    const provider: FileProvider = { ...providerOf(files), ...(library !== undefined && { library }) };
    const session = new Session(
      { publish: () => undefined, logError: (message) => assert.fail(message), refresh: () => undefined },
      { ...provider, real: (uri) => uri },
      { encoding: "utf-16", push: false, workspace },
    );
    session.changeSettings(settings({ foldersOutside: true }));
    session.openDocument(URI, 1, text);
    const shown = ({ source, span }: { source: string; span: { line: number } }): string =>
      `${source.slice(uriOf("./").length)}:${span.line + 1}`;
    const found = session.snapshot(URI)!.allDiagnostics();
    session.dispose();
    return found.map((one) => [one, ...(one.related ?? [])].slice(0, 2).map(shown).join(" "));
  }
  const config = '{ "include": ["../shared"] }';
  const files = { "shared/one.avm": shared, [`project/${CONFIG}`]: config };
  const atCall = ["project/main.avm:3 shared/one.avm:3"];

  it("is told at the call if the file isn't in the folders that are open", () => {
    assert.deepEqual(told(files, [uriOf("project/")]), atCall);
    assert.deepEqual(told(files, [uriOf("./")]), ["shared/one.avm:3 project/main.avm:2"]);
  });
  it("is told at the call if the file isn't in the repository, where no folder is open", () => {
    assert.deepEqual(told({ ...files, "project/.git": "" }, []), atCall);
    assert.deepEqual(told({ ...files, ".git": "" }, []), ["shared/one.avm:3 project/main.avm:2"]);
  });
  it("is told at the call if the file isn't below the project's file, where there is no repository", () => {
    assert.deepEqual(told(files, []), atCall);
  });
  it("is told at the call of the library's macros, wherever the library is", () => {
    assert.deepEqual(told(files, [uriOf("./")], uriOf("shared/")), atCall);
  });
});
