/** `-` wherever a FILE can be, `--stdin-name`, and the byte order mark that files may begin with. */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const LIBRARY = ".const K = 5\n";
const MAIN = `.include "lib.avm"
        SET     [0], u32, #1
        SET     [1], u8, #K
        RETURN  [0], [1]

.test "it returns K"
        .call
        .returns K
.endtest
`;
/** The bytes of `MAIN`. */
const CODE = "270000040127000102053b0000000001";
const FORGOTTEN = MAIN.replace("[0], [1]", "[0] [1]");

describe("avmasm and standard input", function () {
  this.timeout(60_000);
  let folder: Folder;
  const run = (input: string | Uint8Array, ...args: string[]): [number | null, string, string] => {
    const { status, stdout, stderr } = avmasm(args, { cwd: folder.path, input });
    return [status, stdout, stderr];
  };
  before(() => {
    folder = temporaryFolder({});
    mkdirSync(path.join(folder.path, "src"));
    writeFileSync(path.join(folder.path, "src/lib.avm"), LIBRARY);
  });
  after(() => {
    folder.remove();
  });

  const NAMED = ["-", "--stdin-name", "src/main.avm"];
  for (const [command, args, printed] of [
    ["build", ["--format", "hex"], new RegExp(`^${CODE}\n$`)],
    ["check", [], /^$/],
    ["fmt", [], /^\.include "lib\.avm"\n {8}SET {5}\[0\], u32, #1\n/],
    ["gas", [], /^src\/main\.avm \(v6\)\n/],
    ["inspect", [], /\b16 bytes/],
    ["run", ["--format", "json"], /"returnData": \[\s*"0x5"\s*\]/],
    ["size", [], /^src\/main\.avm \(v6\)/],
    ["tags", [], /^\{"target":"v6"/],
    ["test", [], /1 passed|1 test/],
  ] as const) {
    it(`${command} reads a source, and what it includes beside its name`, () => {
      const [status, output, errors] = run(MAIN, command, ...NAMED, ...args);
      assert.deepEqual([status, errors], [0, ""]);
      assert.match(output, printed);
    });
  }

  it("is read as source by commands that take only sources, otherwise as bytecode", () => {
    const alone = MAIN.replace(/^.*\n/, LIBRARY);
    assert.equal(run(alone, "run", "-")[0], 0);
    assert.equal(run(alone, "build", "-", "--format", "hex")[1], `${CODE}\n`);
    assert.match(run(CODE, "disasm", "-")[1], /RETURN/);
    assert.match(run(CODE, "size", "-")[1], /^<stdin> \(v6\)/);
    const [status, , errors] = run(alone, "size", "-");
    assert.equal(status, 2);
    assert.match(
      errors,
      /^avmasm: `<stdin>` can't be read: .*; of source text say `--stdin-name NAME\.avm`\n$/,
    );
  });

  it("is read as the type of the name that --stdin-name gives", () => {
    const bytes = Buffer.from(CODE, "hex");
    assert.equal(run(bytes, "run", "-", "--stdin-name", "code.bin")[0], 0);
    assert.match(
      run(bytes, "diff", "-", "code.bin", "--stdin-name", "x.bin")[2],
      /`code\.bin` can't be read/,
    );
    assert.match(
      run("set u8 1 1;\n", "convert", "-", "--stdin-name", "a.asm", "--from", "avm-asm")[1],
      /SET/,
    );
  });

  it("can be named only once, and has a name in reports", () => {
    const once = "avmasm: standard input can be read once, and two of the files are standard input\n";
    for (const args of [
      ["check", "-", "-"],
      ["fmt", "-", "/dev/stdin"],
      ["diff", "-", "-"],
      ["run", "-", "--state", "-"],
      ["build", "-", "--into", "-"],
      ["test", "-", "--gas-baseline", "-"],
    ]) {
      const [status, output, errors] = run(MAIN, ...args);
      assert.deepEqual([status, output], [2, ""], args.join(" "));
      assert.ok(errors.startsWith(once), errors);
    }
    const [status, , errors] = run("", "check", "src/lib.avm", "--stdin-name", "a.avm");
    assert.equal(status, 2);
    assert.match(errors, /`--stdin-name` names standard input, but no FILE is `-`/);
  });

  it("is what other files include under its name", () => {
    writeFileSync(path.join(folder.path, "src/main.avm"), MAIN);
    const [status, output] = run(
      ".const L = 5\n",
      "check",
      "src/main.avm",
      "-",
      "--stdin-name",
      "src/lib.avm",
    );
    assert.equal(status, 1);
    assert.match(output, /^src\/main\.avm:3:\d+: error\[undefined-name\]: `K` is not defined/);
  });

  it("is written with its fixes to standard output, and the report to standard error", () => {
    const [status, output, errors] = run(FORGOTTEN, "check", "--fix", ...NAMED);
    assert.deepEqual([status, output, errors], [0, MAIN, "src/main.avm: 1 fix made\n"]);
    assert.deepEqual(run(MAIN, "check", "--fix", ...NAMED), [0, MAIN, ""]);
    const [failed, same, report] = run("        ADDD [1]\n", "check", "--fix", "--format", "json", "-");
    assert.deepEqual([failed, same], [1, "        ADDD [1]\n"]);
    assert.equal((JSON.parse(report) as { files: unknown[] }).files.length, 1);
  });

  it("keeps a byte order mark, and a file keeps its own", () => {
    const marked = `\ufeff${FORGOTTEN}`;
    assert.deepEqual(run(marked, "check", "--fix", ...NAMED)[1], `\ufeff${MAIN}`);
    assert.equal(run("\ufeffx:   NOP2", "fmt", "-")[1], "\ufeffx:\n        NOP2\n");
    const file = path.join(folder.path, "marked.avm");
    writeFileSync(file, "\ufeff set [0],u32,#1\n mov [0] [1]\n return [0],[1]\n");
    assert.match(run("", "check", "marked.avm")[1], /^marked\.avm:2:9: error\[missing-comma\]/);
    assert.equal(run("", "check", "--fix", "marked.avm")[2], "marked.avm: 1 fix made\n");
    run("", "fmt", "marked.avm");
    assert.equal(
      readFileSync(file, "utf8"),
      "\ufeff        SET     [0], u32, #1\n        MOV     [0], [1]\n        RETURN  [0], [1]\n",
    );
  });
});
