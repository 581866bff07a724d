import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { functionSelector } from "../../artifact/selector.ts";
import { FIELD, artifact, bytesOfJson } from "../support/artifacts.ts";
import { bytesOf } from "../support/assemble.ts";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

const HEX = "2700010405ff26";
const TEXT = `.target v6
; 7 bytes (2 of 3000 fields), 2 instructions

        SET     [1], u32, #5
        .byte   0xff                            ; no instruction has this opcode
        INTERNALRETURN
`;
const DISPATCH = `
        SET [2], ff, #${functionSelector("store(Field)")}
        EQ [1], [2], [3]
        JUMPI [3], body
        REVERT [1], [2]
body:   SSTORE [1], [2]
        RETURN [1], [2]`;
const ARTIFACT = artifact([
  { name: "store", parameters: [FIELD], code: Buffer.from(bytesOf("SSTORE [1], [2]"), "hex") },
  { name: "prove", attributes: ["abi_private"], bytecode: "H4sIAAAA" },
  { name: "public_dispatch", code: Buffer.from(bytesOf(DISPATCH), "hex") },
]);

describe("bytecode on the command line", function () {
  this.timeout(60_000);
  let folder: Folder;
  const run = (...args: string[]): ReturnType<typeof avmasm> => avmasm(args, { cwd: folder.path });
  beforeEach(() => {
    folder = temporaryFolder({
      "code.bin": Buffer.from(HEX, "hex"),
      "code.hex": `0x${HEX}\n`,
      "token.json": bytesOfJson(ARTIFACT),
      "source.avm": "start: ADD [1], [2], [3]\nnext: RETURN [1], [2]\n",
      "bad.avm": "ADDD [1]\n",
    });
  });
  afterEach(() => {
    folder.remove();
  });
  /** Ends with status 2 and one line on standard error, besides a hint at the help. */
  const assertRefused = (error: string, ...args: string[]) => {
    const { status, stdout, stderr } = run(...args);
    const lines = stderr.replace(/See `avmasm .*--help`\.\n$/, "");
    assert.deepEqual({ status, stdout, lines }, { status: 2, stdout: "", lines: `avmasm: ${error}\n` });
  };

  describe("avmasm disasm", () => {
    it("prints the text of a file, or of standard input", () => {
      const { status, stdout, stderr } = run("disasm", "code.bin");
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: TEXT, stderr: "" });
      assert.equal(run("disasm", "code.hex").stdout, TEXT);
      const input = Buffer.from(HEX, "hex").toString("base64");
      assert.equal(avmasm(["disasm", "-"], { cwd: folder.path, input }).stdout, TEXT);
    });
    it("writes text that build turns back into the same bytes", () => {
      assert.deepEqual(run("disasm", "code.bin", "-o", "back.avm").stdout, "");
      const { status } = run("build", "--no-check", "back.avm", "--format", "hex", "-o", "back.hex");
      assert.equal(status, 0);
      assert.equal(run("disasm", "back.hex").stdout, TEXT);
    });
    it("takes the dispatch of an artifact, with its names", () => {
      const { stdout } = run("disasm", "token.json", "--pc", "--bytes");
      assert.match(stdout, /^\.target v5\n; public_dispatch of Test\n; Aztec 5\.2\.0, Noir .*\n; \d+ bytes/);
      assert.match(stdout, /^store:\n {8}SSTORE {2}\[1\], \[2\] +; 001a {2}[0-9a-f]+$/m);
    });
    it("takes another function by name, and for another target", () => {
      const { stdout } = run("disasm", "token.json", "--function", "store", "--target", "v4");
      assert.match(stdout, /^\.target v4\n; store of Test\n/);
    });
    it("lists the functions of an artifact", () => {
      const selector = functionSelector("store(Field)").toString(16).padStart(8, "0");
      assert.equal(
        run("disasm", "token.json", "--list").stdout,
        `bytes  fields    selector  function
   38       3              public_dispatch
    6       2  0x${selector}  store(Field)
`,
      );
    });
    it("says where the code of a declared function is", () => {
      folder.write(
        "declared.avm",
        '.contract Tok\n.function "get()", get\n        SET [1], u32, #1\nget:    RETURN [1], [1]\n',
      );
      assert.equal(run("build", "declared.avm", "--format", "artifact", "-o", "tok.json").status, 0);
      assertRefused(
        "`tok.json`: `get` has no separate code: it is part of `public_dispatch`; `--list` shows them",
        "disasm",
        "tok.json",
        "--function",
        "get",
      );
    });
    it("reports bytecode and options that it can't use", () => {
      assertRefused("`none.bin` can't be read: there is no such file", "disasm", "none.bin");
      assertRefused(
        '`source.avm` can\'t be read: it is neither hexadecimal nor base64: character 6 is ":"; `avmasm build` assembles source text',
        "disasm",
        "source.avm",
      );
      assertRefused(
        "`token.json`: `prove` isn't a public function: it doesn't run on the AVM; `--list` shows them",
        "disasm",
        "token.json",
        "--function",
        "prove",
      );
      assertRefused(
        "`code.bin` is bytecode, not an artifact: it has no functions to list",
        "disasm",
        "code.bin",
        "--list",
      );
      assertRefused(
        "`code.bin` is bytecode, not an artifact: it has no source to show",
        "disasm",
        "code.bin",
        "--source",
      );
      assertRefused(
        "`code.bin` is bytecode, not an artifact: it has no functions to choose from",
        "disasm",
        "code.bin",
        "--function",
        "f",
      );
      assertRefused(
        "`code.bin` is an input (`code.bin`) and is not overwritten",
        "disasm",
        "code.bin",
        "-o",
        "code.bin",
      );
      folder.write("empty.bin", "");
      assertRefused("`empty.bin` can't be read: it is empty", "disasm", "empty.bin");
      assert.deepEqual(folder.names().includes("source.avm"), true);
    });
    it("reports that an artifact has no source, and continues", () => {
      const { status, stderr, stdout } = run("disasm", "token.json", "--source");
      assert.deepEqual(
        { status, stderr, starts: stdout.slice(0, 10) },
        {
          status: 0,
          stderr: "avmasm: the artifact doesn't say where the code comes from\n",
          starts: ".target v5",
        },
      );
    });
    it("answers within a time limit for 64 MB of any input", () => {
      const size = 64 * 1024 * 1024;
      const large = (name: string, fill: number, start = "") => {
        const bytes = Buffer.alloc(size, fill);
        bytes.write(start);
        folder.write(name, bytes);
        const { status, stderr } = run("disasm", name);
        return `${status} ${stderr}`;
      };
      assert.equal(
        large("zero", 0),
        "2 avmasm: `zero` can't be read: it is more than 650,783 bytes of bytecode\n",
      );
      assert.equal(
        large("hex", 48),
        "2 avmasm: `hex` can't be read: it is more than 650,783 bytes of bytecode\n",
      );
      assert.equal(
        large("base64", 65, "AQ"),
        "2 avmasm: `base64` can't be read: it is more than 650,783 bytes of bytecode\n",
      );
      assert.match(large("bomb", 91, '{"functions":'), /^2 .*nested more than 100 deep\n$/);
      assert.match(large("json", 32, '{"functions":[]}'), /^2 .*no public functions/);
    });
  });

  describe("avmasm gas", () => {
    it("prints the gas of routines", () => {
      const { status, stdout } = run("gas", "source.avm");
      assert.equal(status, 0);
      // Base gas of the two instructions, as the table has it, and nothing for the range of unknown length but its least.
      assert.match(stdout, /^source\.avm \(v6\)\n\n[^\n]+\n +\d[\d,]*(?: or more)? +0 .* 0 {2}start\n$/);
    });

    it("prints the gas of instructions and blocks as JSON", () => {
      interface Cost {
        readonly pc: number;
        readonly l2: { readonly low: number; readonly high: number | null };
      }
      const { stdout } = run("gas", "token.json", "--format", "json");
      const report = JSON.parse(stdout) as Record<"instructions" | "blocks" | "routines", Cost[]>;
      const sum = (costs: readonly Cost[]): number => costs.reduce((all, { l2 }) => all + l2.low, 0);
      // What is compared is known, so control never gets to the body.
      assert.equal(report.instructions.length, 4);
      assert.equal(sum(report.blocks), sum(report.instructions));
      assert.ok(report.routines[0].l2.low > 0);
    });

    it("says why it can't print the gas", () => {
      const { status, stderr } = run("gas", "bad.avm");
      assert.equal(status, 1);
      assert.match(stderr, /unknown-mnemonic/);
    });
  });

  describe("avmasm size", () => {
    it("measures bytecode, artifacts and sources", () => {
      assert.match(
        run("size", "code.bin").stdout,
        /^code\.bin \(v6\): 7 of 92,969 bytes, 2 of 3,000 fields \(0\.1%\)\n/,
      );
      assert.match(
        run("size", "token.json").stdout,
        /^public_dispatch of Test \(v5\): 38 of .*\n\n.*\n.*\n.* store\(Field\)\n/,
      );
      assert.match(run("size", "source.avm").stdout, / next\n {4}5 .* start\n$/);
    });
    it("prints JSON", () => {
      const report = JSON.parse(run("size", "source.avm", "--format", "json").stdout) as object;
      assert.deepEqual(report, {
        target: "v6",
        bytes: 11,
        fields: 2,
        limit: { bytes: 92969, fields: 3000 },
        parts: [
          { name: "next", kind: "label", pc: 5, bytes: 6, fields: 0.19 },
          { name: "start", kind: "start", pc: 0, bytes: 5, fields: 0.16 },
        ],
      });
    });
    it("reports what is wrong with a source", () => {
      const { status, stdout, stderr } = run("size", "bad.avm");
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
      assert.match(stderr, /unknown-mnemonic/);
    });
  });

  describe("avmasm diff", () => {
    it("prints nothing for equal programs, also for a source and its bytecode", () => {
      run("build", "--no-check", "source.avm", "-o", "source.bin");
      const { status, stdout } = run("diff", "source.avm", "source.bin");
      assert.deepEqual({ status, stdout }, { status: 0, stdout: "" });
    });
    it("ends with 1 where there is a difference", () => {
      folder.write("other.avm", "start: ADD [1], [2], [4]\nnext: RETURN [1], [2]\n");
      const { status, stdout } = run("diff", "source.avm", "other.avm");
      assert.equal(status, 1);
      assert.equal(
        stdout,
        `! start: 11 bytes
@@ 0x0000 in start, now 0x0000 in start
-       ADD [1], [2], [3]
+       ADD [1], [2], [4]

1 changed, 0 added, 0 removed, 0 the same
`,
      );
    });
    it("as JSON", () => {
      folder.write("other.avm", "start: ADD [1], [2], [4]\nnext: RETURN [1], [2]\n");
      const { units, same } = JSON.parse(
        run("diff", "source.avm", "other.avm", "--format", "json").stdout,
      ) as {
        units: { status: string; hunks: { after: unknown }[] }[];
        same: number;
      };
      assert.deepEqual([same, units.length, units[0].status], [0, 1, "changed"]);
      assert.deepEqual(units[0].hunks[0].after, { block: "start", pc: 0, lines: ["ADD [1], [2], [4]"] });
    });
    it("needs two operands", () => {
      const { status, stderr } = run("diff", "source.avm");
      assert.equal(status, 2);
      assert.match(stderr, /OLD NEW is missing/);
    });
  });
});
