import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const WIDE = "        SET [0], u32, #1\n        SET [1], u8, #256\n        RETURN [0], [1]\n";

describe("avmasm.config.json", function () {
  this.timeout(60_000);
  let folder: Folder;
  const run = (...args: string[]): ReturnType<typeof avmasm> => avmasm(args, { cwd: folder.path });
  const configure = (text: object | string, where = "."): void => {
    const file = path.join(folder.path, where, "avmasm.config.json");
    writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
  };
  const put = (name: string, text: string): void => {
    mkdirSync(path.join(folder.path, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder.path, name), text);
  };
  /** What `check` prints of each diagnostic in its first line. */
  const told = (...args: string[]): string[] => {
    const { stdout } = run("check", ...args);
    return [...stdout.matchAll(/^\S+: ((?:error|warning|hint)\[.*?\])/gm)].map(([, text]) => text);
  };
  beforeEach(() => {
    folder = temporaryFolder({ "wide.avm": WIDE });
  });
  afterEach(() => {
    folder.remove();
  });

  it("gives codes another severity, in check and in build", () => {
    assert.deepEqual(told("wide.avm"), ["warning[literal-too-wide]"]);
    configure({ severity: { "literal-too-wide": "error" } });
    assert.deepEqual(told("wide.avm"), ["error[literal-too-wide]"]);
    assert.equal(run("check", "wide.avm").status, 1);
    assert.equal(run("build", "wide.avm").status, 1);
    configure({ severity: { "literal-too-wide": "off" } });
    assert.deepEqual(told("wide.avm"), []);
    const { status, stderr } = run("build", "wide.avm");
    assert.deepEqual([status, stderr], [0, ""]);
  });

  it("is the nearest one upwards, for each file its own", () => {
    configure({ severity: { "literal-too-wide": "error" } });
    put("a/b/in.avm", WIDE);
    assert.deepEqual(told("a/b/in.avm"), ["error[literal-too-wide]"]);
    configure({}, "a");
    assert.deepEqual(told("a/b/in.avm", "wide.avm"), [
      "warning[literal-too-wide]",
      "error[literal-too-wide]",
    ]);
    assert.deepEqual(told(path.join(folder.path, "a/b/in.avm")), ["warning[literal-too-wide]"]);
  });

  it("is the current folder's for standard input", () => {
    configure({ severity: { "literal-too-wide": "error" } });
    const { status, stdout } = avmasm(["check", "-"], { cwd: folder.path, input: WIDE });
    assert.match(stdout, /error\[literal-too-wide\]/);
    assert.equal(status, 1);
  });

  it("gives the target of files without .target", () => {
    const target = (...args: string[]): string => {
      const { stdout } = run("build", "--format", "json", ...args);
      return (JSON.parse(stdout) as { target: string }).target;
    };
    put("own.avm", `.target v6\n${WIDE}`);
    assert.equal(target("wide.avm"), "v6");
    configure({ target: "v2" });
    assert.equal(target("wide.avm"), "v2");
    assert.equal(target("wide.avm", "--target", "v5"), "v5");
    assert.equal(target("own.avm"), "v6");
  });

  it("can make the check strict", () => {
    put(
      "maybe.avm",
      `        SET [0], u32, #1
        SET [2], u32, #0
        CALLDATACOPY [0], [2], [3]
        CAST [3], [3], u1
        SET [1], u32, #0
        JUMPI [3], over
        SET [1], u8, #0
over:   RETURN [1], [1]
`,
    );
    assert.deepEqual(told("maybe.avm"), []);
    configure({ strict: true });
    assert.deepEqual(told("maybe.avm"), ["warning[wrong-tag]"]);
  });

  it("names folders to include from", () => {
    put("parts/return.avm", "        RETURN [0], [0]\n");
    put("src/main.avm", '        SET [0], u32, #0\n        .include "return.avm"\n');
    assert.deepEqual(told("src/main.avm"), ["error[include-failed]"]);
    configure({ include: ["nowhere", "parts"] });
    assert.deepEqual(told("src/main.avm"), []);
    assert.equal(run("build", "src/main.avm").status, 0);
    // What is beside the file comes first.
    put("src/return.avm", "        RETURN [0]\n");
    const { stdout } = run("check", "src/main.avm");
    assert.match(stdout, /^src\/return\.avm:1:9: error\[operand-count\]/);
    put("src/return.avm", "        FROB\n");
    put("src/main.avm", '.include "../parts/return.avm"\n');
    assert.doesNotMatch(run("check", "src/main.avm").stdout, /FROB/);
  });

  it("limits the instructions of tests", () => {
    put(
      "two.avm",
      `${WIDE.replace("#256", "#25")}.test "calls twice"\n        .call\n        .call\n.endtest\n`,
    );
    assert.equal(run("test", "two.avm").status, 0);
    configure({ maxSteps: 3 });
    const { stdout, status } = run("test", "two.avm");
    assert.match(stdout, /may run at most 3 instructions together/);
    assert.equal(status, 1);
    assert.equal(run("test", "two.avm", "--max-steps", "4").status, 0);
    assert.match(
      run("test", "two.avm", "--max-steps", "0").stderr,
      /takes a number of instructions, at least 1/,
    );
  });

  const mistakes: [text: object | string, message: RegExp][] = [
    ["{", /: it isn't JSON: /],
    [[], /: it must contain an object: `\{ "strict": true \}`$/],
    [{ targt: "v6" }, /: there is no key `targt`; did you mean `target`\?$/],
    [{ target: "v7" }, /: `target`: it is one of v6, v5, v4, v3, v2$/],
    [{ strict: 1 }, /: `strict`: it is true or false$/],
    [{ maxSteps: 0 }, /: `maxSteps`: it is a number of instructions from 1 on$/],
    [{ include: "lib" }, /: `include`: it is a list of folders/],
    [{ severity: [] }, /: `severity`: it gives codes a severity/],
    [
      { severity: { "dead-stores": "off" } },
      /`severity`: there is no diagnostic `dead-stores`; did you mean `dead-store`\?$/,
    ],
    [
      { severity: { "dead-store": "info" } },
      /`severity`: `dead-store` is one of `off`, `hint`, `warning`, `error`$/,
    ],
    [{ severity: { "undefined-name": "warning" } }, /`undefined-name` is always an error/],
    [{ strict: 1, target: 2 }, /`strict`: .*; `target`: /],
  ];
  it("is refused with the reason if it is wrong", () => {
    for (const [text, message] of mistakes) {
      configure(text);
      for (const command of ["check", "build"]) {
        const { status, stdout, stderr } = run(command, "wide.avm");
        assert.deepEqual([status, stdout], [2, ""]);
        const [line, ...rest] = stderr.trimEnd().split("\n");
        assert.deepEqual(rest, []);
        assert.match(line, /^avmasm: `.*avmasm\.config\.json`: /);
        assert.match(line, message);
      }
    }
  });
});

describe("avmasm check --fix", function () {
  this.timeout(60_000);
  let folder: Folder;
  const fix = (text: string): string => {
    folder.write("in.avm", text);
    const { status, stderr } = avmasm(["check", "--fix", "in.avm"], { cwd: folder.path });
    said = { status, stderr };
    return readFileSync(path.join(folder.path, "in.avm"), "utf8");
  };
  let said: { status: number | null; stderr: string };
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  it("applies the fixes that are certain", () => {
    const text = `        SET [0], u32 #1          ; one mistake here
        MOV [0] [1] [2]
        MOV [0] [1]
        RETURN [0], [1]
`;
    assert.equal(
      fix(text),
      `        SET [0], u32, #1          ; one mistake here
        MOV [0], [1], [2]
        MOV [0], [1]
        RETURN [0], [1]
`,
    );
    assert.deepEqual(said, { status: 1, stderr: "in.avm: 3 fixes made\n" });
  });
  it("doesn't apply fixes that are guesses", () => {
    const text = ".cnst N = 1\n        SETT [0], u32, #1\n        RETRUN [0], [0]\n";
    assert.equal(fix(text), text);
    assert.deepEqual(said, { status: 1, stderr: "" });
  });
  it("keeps line ends and everything else", () => {
    assert.equal(
      fix("SET [0], u32 #1\r\n\tRETURN [0] [0] ; é\r"),
      "SET [0], u32, #1\r\n\tRETURN [0], [0] ; é\r",
    );
  });
  it("doesn't apply fixes that need a decision", () => {
    const text = "        RETURN [0], [0]\n";
    assert.equal(fix(text), text);
    assert.deepEqual(said, { status: 1, stderr: "" });
  });
  it("doesn't change other files", () => {
    folder.write("part.avm", "        RETURN [0] [0]\n");
    assert.match(fix('        SET [0], u32 #1\n        .include "part.avm"\n'), /u32, #1/);
    assert.equal(readFileSync(path.join(folder.path, "part.avm"), "utf8"), "        RETURN [0] [0]\n");
    assert.equal(said.status, 1);
  });
  it("writes nothing if there is nothing to fix", () => {
    const text = "        SET [0], u32, #0\n        RETURN [0], [0]\n";
    assert.equal(fix(text), text);
    assert.deepEqual(said, { status: 0, stderr: "" });
    assert.deepEqual(folder.names(), ["in.avm"]);
  });
  it("only suggests another form for a value that depends on the layout: the value may be the mistake", () => {
    const text = `        SET [0], u32, #0
a:      SET [1], ff, #inv($+7)
        SET [2], ff, #-a-1
        SET [3], u64, #a<<40
        RETURN [0], [0]
`;
    assert.equal(fix(text), text);
    const { stdout } = avmasm(["check", "in.avm"], { cwd: folder.path });
    assert.match(stdout, /change to `SET_FF`[^]*change to `SET_FF`[^]*change to `SET_64`/);
    assert.equal(said.status, 1);
  });
});

describe("avmasm check --format github", function () {
  this.timeout(60_000);
  it("prints a command for each diagnostic", () => {
    const folder = temporaryFolder({
      "a,b.avm": "here:   JUMP here\nhere:   JUMP here\n        SET [1], u8, #256\n",
    });
    const { status, stdout } = avmasm(["check", "--format", "github", "a,b.avm"], { cwd: folder.path });
    folder.remove();
    assert.equal(status, 1);
    assert.deepEqual(stdout.split("\n"), [
      "::error file=a%2Cb.avm,line=2,endLine=2,col=1,endColumn=4,title=duplicate-definition::`here` is defined already%0Aa,b.avm:1: the first definition",
      "::warning file=a%2Cb.avm,line=3,endLine=3,col=22,endColumn=25,title=literal-too-wide::256 doesn't fit u8 (at most 255), and becomes 0",
      "",
    ]);
  });
});
