/** A mistake in the arguments of a library's macro is told at the call, in the caller's words, in every format. */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "mocha";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const MAIN = `.include <std/require.avm>
.include "../shared/math.avm"
.cell one = [1] : u32
.cell balance = [2] : u64
.cell total = [3] : u32
        SET one, u32, #1
        SET balance, u64, #1
        TWICE balance, total
        REQUIRE one, str("no")
        RETURN one, total
`;
const SHARED = `.macro ADD_ONE x, to
        SET to, u32, #1
        ADD x, to, to
.endm
.macro TWICE what, to
        ADD_ONE what, to
        ADD_ONE what, to
.endm
`;

describe("a mistake in the arguments of a macro", function () {
  this.timeout(60_000);
  let folder: Folder;
  const check = (format: string): string => {
    const { stdout, stderr, status } = avmasm(["check", "--format", format, "project/main.avm"], {
      cwd: folder.path,
    });
    assert.equal(stderr, "");
    assert.equal(status, 1);
    return stdout;
  };

  before(() => {
    folder = temporaryFolder();
    for (const name of ["project/.git", "shared"])
      mkdirSync(path.join(folder.path, name), { recursive: true });
    writeFileSync(path.join(folder.path, "project/main.avm"), MAIN);
    writeFileSync(path.join(folder.path, "shared/math.avm"), SHARED);
  });
  after(() => {
    folder.remove();
  });

  it("is reported at the call as text", () => {
    const heads = check("text")
      .split("\n")
      .filter((line) => /^\S+:\d+:\d+: /.test(line))
      .map((line) => line.replace(/^\S*\/lib\/std\//, "<std>/"));
    assert.deepEqual(heads, [
      "project/main.avm:8:15: error[tag-mismatch]: `balance` ([2]) holds a u64, and a u32 is wanted (in `TWICE`, as its `what`)",
      "shared/math.avm:3:13: note: here, in the macro: `balance` ([2]) is a u64 and `total` ([3]) is a u32, and ADD takes two of one tag",
      "project/main.avm:7:13: note: u64 is written here",
      "shared/math.avm:2:13: note: u32 is written here",
      "shared/math.avm:6:9: note: in the expansion of `ADD_ONE`",
      "project/main.avm:9:17: error[wrong-tag]: `one` ([1]) holds a u32, and JUMPI takes a u1 as `cond` (in `REQUIRE`, as its `condition`)",
      "<std>/require.avm:30:17: note: `one` ([1]) holds a u32, and JUMPI takes a u1 as `cond`",
      "project/main.avm:6:13: note: u32 is written here",
    ]);
  });

  it("is reported at the call as JSON", () => {
    const { files } = JSON.parse(check("json")) as {
      files: { path: string; diagnostics: { range: object; related: { path: string }[] }[] }[];
    };
    assert.deepEqual(
      files.map(({ path, diagnostics }) => [path, diagnostics.map(({ range }) => range)]),
      [
        [
          "project/main.avm",
          [
            { start: { line: 7, character: 14 }, end: { line: 7, character: 21 } },
            { start: { line: 8, character: 16 }, end: { line: 8, character: 19 } },
          ],
        ],
      ],
    );
    assert.deepEqual(
      files[0].diagnostics.map(({ related }) => path.basename(related[0].path)),
      ["math.avm", "require.avm"],
    );
  });

  it("is reported at the call as SARIF", () => {
    interface Place {
      physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
    }
    const [{ results }] = (
      JSON.parse(check("sarif")) as {
        runs: { results: { locations: Place[]; relatedLocations: Place[] }[] }[];
      }
    ).runs;
    const shown = ({ physicalLocation: { artifactLocation, region } }: Place): string =>
      `${path.basename(artifactLocation.uri)}:${region.startLine}`;
    assert.deepEqual(
      results.map(({ locations, relatedLocations }) =>
        [...locations, ...relatedLocations.slice(0, 1)].map(shown),
      ),
      [
        ["main.avm:8", "math.avm:3"],
        ["main.avm:9", "require.avm:30"],
      ],
    );
  });

  it("is reported at the call as annotations", () => {
    const lines = check("github").trimEnd().split("\n");
    assert.match(
      lines[0],
      /^::error file=project\/main\.avm,line=8,endLine=8,col=15,endColumn=21,.*%0Ashared\/math\.avm:3: /,
    );
    assert.match(lines[1], /^::error file=project\/main\.avm,line=9,endLine=9,col=17,.*require\.avm:30: /);
  });

  it("is reported in the macro if the macro is the project's own", () => {
    const own = temporaryFolder({ "main.avm": MAIN.replace("../shared/", ""), "math.avm": SHARED });
    try {
      const { stdout } = avmasm(["check", "main.avm"], { cwd: own.path });
      assert.match(stdout, /^math\.avm:3:13: error\[tag-mismatch\]/m);
    } finally {
      own.remove();
    }
  });

  it("is found through the calls that a source map has", () => {
    const map = path.join(folder.path, "main.map");
    const args = ["build", "project/main.avm", "--no-check", "-o", "-", "--map", map];
    assert.equal(avmasm(args, { cwd: folder.path }).status, 0);
    const { sourceMap } = JSON.parse(readFileSync(map, "utf8")) as {
      sourceMap: { file: string; line: number; calls?: { file: string; line: number; column: number }[] }[];
    };
    assert.equal(sourceMap[0].calls, undefined);
    const { calls } = sourceMap.find(({ file, line }) => file === "shared/math.avm" && line === 3)!;
    assert.deepEqual(calls, [
      { file: "shared/math.avm", line: 6, column: 9 },
      { file: "project/main.avm", line: 8, column: 9 },
    ]);
  });
});

describe("the reported argument of a macro", function () {
  this.timeout(60_000);
  const firstOf = (text: string): string => {
    const source = `.include <std/loop.avm>\n.include <std/require.avm>\n${text}        SET [9], u32, #1\n        RETURN [9], [1]\n`;
    const { stdout } = avmasm(["check", "--stdin-name", "main.avm", "-"], { input: source });
    const [first, ...others] = stdout.split("\n").filter((line) => /: (?:error|warning)/.test(line));
    assert.deepEqual(others, []);
    return first;
  };

  it("is the counter, if the macro writes its own cell with the tag of another argument", () => {
    assert.equal(
      firstOf(`        SET [1], u32, #0
next:   JUMP_UNLESS_LESS [1], 10, done
        NEXT [1], next, 1, u64
done:
`),
      "main.avm:5:14: error[tag-mismatch]: [1] holds a u32, and a u64 is wanted (in `NEXT`, as its `counter`)",
    );
  });

  it("is the condition that the macro inverts", () => {
    assert.equal(
      firstOf("        SET [1], u8, #1\n        JUMP_UNLESS [1], done\ndone:\n"),
      "main.avm:4:21: error[wrong-tag]: [1] holds a u8, and a u1 is wanted (in `JUMP_UNLESS`, as its `condition`)",
    );
    assert.equal(
      firstOf('        SET [1], u8, #1\n        REQUIRE_NOT [1], str("no")\n'),
      "main.avm:4:21: error[wrong-tag]: [1] holds a u8, and a u1 is wanted (in `REQUIRE_NOT`, as its `condition`)",
    );
  });
});
