import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const GOOD = "        SET [0], u32, #1\n        RETURN [0], [1]\n";
const TWICE = "here:   JUMP here\nhere:   JUMP here\n";

interface Report {
  files: { path: string; library?: true; diagnostics: { code: string }[] }[];
}

interface Sarif {
  version: string;
  runs: {
    tool: { driver: { name: string; rules: { id: string; help: { text: string } }[] } };
    invocations: {
      executionSuccessful: boolean;
      toolExecutionNotifications?: { message: { text: string } }[];
    }[];
    results: Record<string, unknown>[];
  }[];
}

describe("avmasm check", function () {
  this.timeout(60_000);
  let folder: Folder;
  const check = (...args: string[]): ReturnType<typeof avmasm> =>
    avmasm(["check", ...args], { cwd: folder.path });
  const codes = (text: string): [string, string[]][] =>
    (JSON.parse(text) as Report).files.map(({ path, diagnostics }) => [
      path,
      diagnostics.map(({ code }) => code),
    ]);
  beforeEach(() => {
    folder = temporaryFolder({ "good.avm": GOOD, "twice.avm": TWICE });
  });
  afterEach(() => {
    folder.remove();
  });

  it("prints and writes nothing if there is no mistake", () => {
    const { status, stdout, stderr } = check("good.avm");
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
    assert.deepEqual(folder.names(), ["good.avm", "twice.avm"]);
  });

  it("shows each mistake with its place, and the places that explain it", () => {
    const { status, stdout, stderr } = check("good.avm", "twice.avm");
    assert.deepEqual([status, stderr], [1, ""]);
    assert.equal(
      stdout,
      `twice.avm:2:1: error[duplicate-definition]: \`here\` is defined already
    2 | here:   JUMP here
      | ^^^^
twice.avm:1:1: note: the first definition
    1 | here:   JUMP here
      | ^^^^

1 error
`,
    );
  });

  it("names a file that was taken for a library, which isn't checked for halts", () => {
    const routine = "double: ADD [1], [1], [1]\n        INTERNALRETURN\n";
    folder.write("lib.avm", routine);
    const { status, stdout, stderr } = check("lib.avm");
    assert.deepEqual([status, stdout], [0, ""]);
    assert.equal(
      stderr,
      "lib.avm: treated as a library, because it begins with a routine or with data; " +
        "it is checked for halts together with a program that includes it\n",
    );
    folder.write(
      "main.avm",
      `        SET [1], u8, #2\n        INTERNALCALL double\n${GOOD}.include "lib.avm"\n`,
    );
    assert.equal(check("lib.avm", "main.avm").stderr, "");
  });

  it("says so in the other formats, too", () => {
    folder.write("lib.avm", "double: ADD [1], [1], [1]\n        INTERNALRETURN\n");
    const json = JSON.parse(check("--format", "json", "lib.avm", "good.avm").stdout) as Report;
    assert.deepEqual(
      json.files.map(({ library }) => library),
      [true, undefined],
    );
    const sarif = JSON.parse(check("--format", "sarif", "lib.avm").stdout) as Sarif;
    assert.match(
      sarif.runs[0].invocations[0].toolExecutionNotifications![0].message.text,
      /^treated as a library/,
    );
    assert.match(
      check("--format", "github", "./lib.avm").stdout,
      /^::notice file=lib\.avm::treated as a library, .*\n$/,
    );
  });

  it("checks all sources in a folder", () => {
    mkdirSync(path.join(folder.path, "inner/node_modules"), { recursive: true });
    folder.write("inner/twice.avm", TWICE);
    folder.write("inner/node_modules/other.avm", TWICE);
    folder.write("inner/notes.txt", TWICE);
    const { status, stdout } = check("--format", "json", ".");
    assert.equal(status, 1);
    assert.deepEqual(codes(stdout), [
      ["good.avm", []],
      [path.join("inner", "twice.avm"), ["duplicate-definition"]],
      ["twice.avm", ["duplicate-definition"]],
    ]);
  });

  it("says that a folder has no sources", () => {
    mkdirSync(path.join(folder.path, "empty"));
    const { status, stderr } = check("empty");
    assert.deepEqual([status, stderr], [2, "avmasm: there are no `.avm` files in `empty`\n"]);
  });

  it("takes neither a file with tests nor one of a contract for a library", () => {
    const program =
      "start:  SET [1], u32, #1\n        SET [2], u8, #1\n        ADD [1], [2], [3]\n        INTERNALRETURN\n";
    folder.write("tests.avm", `${program}.test "it runs"\n        .call\n.endtest\n`);
    folder.write("contract.avm", `.contract A\n${program}`);
    for (const name of ["tests.avm", "contract.avm"]) {
      assert.deepEqual(codes(check(name, "--format", "json").stdout), [
        [name, ["tag-mismatch", "return-without-call"]],
      ]);
    }
  });

  it("gives the same as JSON", () => {
    const { status, stdout } = check("good.avm", "twice.avm", "--format", "json");
    assert.equal(status, 1);
    assert.deepEqual(JSON.parse(stdout), {
      files: [
        { path: "good.avm", diagnostics: [] },
        {
          path: "twice.avm",
          diagnostics: [
            {
              code: "duplicate-definition",
              severity: "error",
              message: "`here` is defined already",
              range: { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } },
              related: [
                {
                  path: "twice.avm",
                  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } },
                  message: "the first definition",
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it("gives the same as SARIF", () => {
    folder.write("a b.avm", "        ADDD [1], [2], [3]\n");
    const { status, stdout } = check("a b.avm", "--format=sarif");
    assert.equal(status, 1);
    const { version, runs } = JSON.parse(stdout) as Sarif;
    assert.equal(version, "2.1.0");
    const [{ tool, invocations, results }] = runs;
    assert.equal(tool.driver.name, "avmasm");
    assert.deepEqual(
      tool.driver.rules.map(({ id }) => id),
      ["unknown-mnemonic"],
    );
    assert.match(tool.driver.rules[0].help.text, /^# unknown-mnemonic\n/);
    assert.deepEqual(invocations, [{ executionSuccessful: true }]);
    const region = { startLine: 1, startColumn: 9, endLine: 1, endColumn: 13 };
    const artifactLocation = { uri: "a%20b.avm" };
    assert.deepEqual(results, [
      {
        ruleId: "unknown-mnemonic",
        ruleIndex: 0,
        level: "error",
        message: { text: "there is no instruction or macro `ADDD`; did you mean `ADD`?" },
        locations: [{ physicalLocation: { artifactLocation, region } }],
        fixes: [
          {
            description: { text: "Change to `ADD`" },
            artifactChanges: [
              {
                artifactLocation,
                replacements: [{ deletedRegion: region, insertedContent: { text: "ADD" } }],
              },
            ],
          },
        ],
      },
    ]);
  });

  it("reports what two files include once, under the name of the included one", () => {
    folder.write("one.avm", `.include "twice.avm"\n${GOOD}`);
    folder.write("two.avm", `.include "twice.avm"\n${GOOD}`);
    assert.deepEqual(codes(check("one.avm", "two.avm", "--format", "json").stdout), [
      ["one.avm", []],
      ["two.avm", []],
      ["twice.avm", ["duplicate-definition"]],
    ]);
  });

  it("goes on behind a file that can't be read, and ends with status 2", () => {
    const { status, stdout, stderr } = check("none.avm", "twice.avm", "--format", "json");
    assert.deepEqual([status, stderr], [2, "avmasm: `none.avm` can't be read: there is no such file\n"]);
    assert.deepEqual(codes(stdout), [["twice.avm", ["duplicate-definition"]]]);
  });

  it("reads standard input", () => {
    const { status, stdout } = avmasm(["check", "-"], { input: "ADDD\n" });
    assert.equal(status, 1);
    assert.match(stdout, /^<stdin>:1:1: error\[unknown-mnemonic\]/);
  });

  it("keeps hints to the editor", () => {
    folder.write("hint.avm", `${GOOD}        SET [5], u8, #1\n        RETURN [0], [1]\n`);
    assert.equal(check("hint.avm").stdout, "");
    assert.deepEqual(codes(check("hint.avm", "--format", "json").stdout), [["hint.avm", []]]);
  });

  it("reports what only may halt where it is asked to", () => {
    folder.write(
      "may.avm",
      `        SET [1], u32, #0
        SET [2], u32, #1
        CALLDATACOPY [2], [1], [3]
        CAST [3], [4], u1
        JUMPI [4], other
        SET [5], u32, #9
        JUMP join
other:  SET [5], u64, #9
join:   ADD [5], [2], [6]
        RETURN [2], [6]
`,
    );
    assert.deepEqual([check("may.avm").status, check("may.avm").stdout], [0, ""]);
    const { status, stdout } = check("may.avm", "--strict");
    assert.equal(status, 0);
    assert.match(stdout, /^may\.avm:9:\d+: warning\[tag-mismatch\][^]*\n1 warning\n$/);
  });

  it("assembles for the target that is asked for", () => {
    folder.write(
      "old.avm",
      "        GETENVVAR [1], BASEFEEPERL2GAS\n        SET [0], u32, #1\n        RETURN [0], [1]\n",
    );
    assert.equal(check("old.avm", "--target", "v2").status, 0);
    assert.equal(check("old.avm", "--target", "v6").status, 1);
  });

  it("prints at most 50, errors before warnings, and says how many more there are", () => {
    folder.write("many.avm", "        SET [1], u8, #300\n".repeat(60) + GOOD);
    const warnings = check("many.avm").stdout;
    assert.equal([...warnings.matchAll(/warning\[/g)].length, 50);
    assert.match(warnings, /\n… and 10 more\n\n60 warnings\n$/);
    assert.equal(
      (JSON.parse(check("many.avm", "--format", "json").stdout) as Report).files[0].diagnostics.length,
      60,
    );
  });
});
