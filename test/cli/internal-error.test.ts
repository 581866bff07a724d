/**
 * What a bug of the tool does: status 70, one message without a stack, and whole reports of everything else.
 *
 * The bug is put there: because of a file that Node loads in front of the command, a `Map` throws if it is asked for the name
 * of a macro that only one of the sources has.
 */

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import path from "node:path";
import { startProgram } from "../server/stdio-client.ts";
import { avmasm, command, environment, temporaryFolder, type Folder } from "../support/command.ts";

const BUG = `for (const method of ["get", "has", "set"]) {
  const real = Map.prototype[method];
  Map.prototype[method] = function (key, value) {
    if (key === "faulty") throw new RangeError("a bug of the test");
    return real.call(this, key, value);
  };
}
`;
const WRONG = "        SET [0], u8, #1\n        RETURN [0], [0]\n";
const FAULTY = `.macro faulty
        RETURN [0], [0]
.endm
        SET [0], u32, #0
        faulty
.test "faulty"
        .returns
.endtest
`;
const MESSAGE =
  /^avmasm: internal error: .*a bug of the test\nThis is a bug in avmasm; please report it\.\n$/;

describe("a bug of the tool", function () {
  this.timeout(120_000);
  let folder: Folder;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = temporaryFolder({ "bug.cjs": BUG, "wrong.avm": WRONG, "faulty.avm": FAULTY });
    env = { NODE_OPTIONS: `--require ${path.join(folder.path, "bug.cjs")}` };
  });
  afterEach(() => {
    folder.remove();
  });

  const commands = {
    build: ["faulty.avm"],
    run: ["faulty.avm"],
    test: ["faulty.avm"],
    diff: ["faulty.avm", "wrong.avm"],
    gas: ["faulty.avm"],
    size: ["faulty.avm"],
    inspect: ["faulty.avm"],
    tags: ["faulty.avm"],
  };
  for (const [name, args] of Object.entries(commands)) {
    it(`ends ${name} with status 70 and one message`, () => {
      const { status, stderr } = avmasm([name, ...args], { cwd: folder.path, env });
      assert.match(stderr, MESSAGE);
      assert.equal(status, 70);
    });
  }

  it("leaves the other files' reports of check whole", () => {
    const { status, stdout, stderr } = avmasm(["check", "faulty.avm", "wrong.avm", "--format", "json"], {
      cwd: folder.path,
      env,
    });
    assert.match(stderr, MESSAGE);
    assert.match(stderr, /faulty\.avm/);
    assert.equal(status, 70);
    const { files } = JSON.parse(stdout) as { files: { path: string; diagnostics: { code: string }[] }[] };
    const wrong = files.find(({ path: file }) => file.endsWith("wrong.avm"));
    assert.deepEqual(
      wrong?.diagnostics.map(({ code }) => code),
      ["wrong-tag"],
    );
  });

  it("shows its stack with AVMASM_TRACE", () => {
    const { stderr } = avmasm(["build", "faulty.avm"], {
      cwd: folder.path,
      env: { ...env, AVMASM_TRACE: "1" },
    });
    assert.match(stderr, /a bug of the test\n +at /);
  });

  it("leaves the other files' diagnostics in an editor whole, and the server alive", async () => {
    const server = startProgram(process.execPath, [command, "lsp", "--stdio"], {
      errors: "ignore",
      env: { ...environment, ...env },
    });
    try {
      const uriOf = (name: string): string => pathToFileURL(path.join(folder.path, name)).href;
      await server.request("initialize", {
        processId: null,
        rootUri: pathToFileURL(folder.path).href,
        workspaceFolders: [{ uri: pathToFileURL(folder.path).href, name: "folder" }],
        capabilities: {},
      });
      server.notify("initialized", {});
      const { diagnostics } = await server.waitFor(
        "textDocument/publishDiagnostics",
        ({ uri, diagnostics }) => uri === uriOf("wrong.avm") && diagnostics.length > 0,
      );
      assert.deepEqual(
        diagnostics.map(({ code }: { code: string }) => code),
        ["wrong-tag"],
      );
      // An open file that includes the one whose reading fails.
      server.notify("textDocument/didOpen", {
        textDocument: {
          uri: uriOf("open.avm"),
          languageId: "avm",
          version: 1,
          text: `.include "faulty.avm"\n${WRONG}`,
        },
      });
      const hover = await server.request("textDocument/hover", {
        textDocument: { uri: uriOf("open.avm") },
        position: { line: 1, character: 9 },
      });
      assert.ok(hover.result !== undefined || hover.error !== undefined);
      assert.equal((await server.request("shutdown", undefined)).result, null);
    } finally {
      server.process.kill();
    }
  });
});
