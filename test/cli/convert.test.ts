import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

describe("avmasm convert", function () {
  this.timeout(60_000);
  let folder: Folder;
  const convert = (args: string[], input = ""): [number | null, string, string] => {
    const { status, stdout, stderr } = avmasm(["convert", ...args], { cwd: folder.path, input });
    return [status, stdout, stderr];
  };
  beforeEach(() => {
    folder = temporaryFolder({ "a.asm": "not 1 2;\n" });
  });
  afterEach(() => {
    folder.remove();
  });

  it("prints what it made", () => {
    assert.deepEqual(convert(["--from", "avm-asm", "a.asm"]), [0, "        NOT     [1], [2]\n", ""]);
    assert.deepEqual(convert(["--from", "transpiler", "-"], "NOT $1, $2"), [
      0,
      "        NOT     [1], [2]\n",
      "",
    ]);
  });

  it("writes it to a file", () => {
    assert.deepEqual(convert(["--from", "avm-asm", "a.asm", "-o", "a.avm"]), [0, "", ""]);
    assert.equal(readFileSync(path.join(folder.path, "a.avm"), "utf8"), "        NOT     [1], [2]\n");
    const taken = "avmasm: `./a.asm` is an input (`a.asm`) and is not overwritten\n";
    assert.deepEqual(convert(["--from", "avm-asm", "a.asm", "-o", "./a.asm"]), [2, "", taken]);
  });

  it("takes the scratch space, the target and the meaning of `!`", () => {
    assert.match(convert(["--from", "transpiler", "--scratch", "7", "-"], "NOT d1, d2")[1], /SCRATCH = 7\n/);
    assert.match(convert(["--from", "transpiler", "--target", "v5", "-"], "NOT $1, $2")[1], /^\.target v5\n/);
    const first = convert(["--from", "avm-asm", "--indirect", "first", "-"], "not! 1 2;");
    assert.match(first[1], /NOT {5}\[\[1\]\], \[2\]\n/);
  });

  it("reports what it could not express, and writes the rest", () => {
    const [status, output, report] = convert(["--from", "avm-asm", "-"], "not 1 2;\nfrob 1;\n");
    assert.equal(status, 1);
    assert.equal(
      output,
      "        NOT     [1], [2]\n        ; not converted: frob 1; (v6 has no instruction `frob`)\n",
    );
    assert.match(
      report,
      /^<stdin>:2:1: error\[unknown-mnemonic\]: v6 has no instruction `frob`\n.*frob 1;\n.*\^{4}\n/,
    );
  });

  it("reports what the author has to check", () => {
    const [status, , report] = convert(["--from", "avm-asm", "-"], "add! 1 2 3;");
    assert.equal(status, 0);
    assert.match(report, /^<stdin>:1:1: warning\[operand-kind\]: `!` is taken/);
  });

  const wrong: [string[], string][] = [
    [["a.asm"], "`--from` is missing: one of transpiler, avm-asm"],
    [
      ["--from", "transpiler", "--scratch", "65536", "a.asm"],
      "`--scratch` takes a cell from 0 to 65535; found `65536`",
    ],
    [
      ["--from", "transpiler", "--scratch", "x", "a.asm"],
      "`--scratch` takes a cell from 0 to 65535; found `x`",
    ],
    [["--from", "avm-asm", "--scratch", "1", "a.asm"], "`--scratch` is only for `--from transpiler`"],
    [["--from", "transpiler", "--indirect", "all", "a.asm"], "`--indirect` is only for `--from avm-asm`"],
  ];
  for (const [args, message] of wrong) {
    it(args.join(" "), () => {
      assert.deepEqual(convert(args), [2, "", `avmasm: ${message}\nSee \`avmasm convert --help\`.\n`]);
    });
  }

  it("says that there is no such file", () => {
    const message = "avmasm: `gone` can't be read: there is no such file\n";
    assert.deepEqual(convert(["--from", "avm-asm", "gone"]), [2, "", message]);
  });
});
