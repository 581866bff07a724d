import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { avmasm, command, environment, root, temporaryFolder, type Folder } from "../support/command.ts";
import { assertGolden } from "../support/golden.ts";

const SOURCE = `; five, returned
start:  SET [1], u32, #5
        SET [0], u32, #1
.end:   RETURN [0], [1]
`;
const HEX = "2700010405270000040" + "13b0000000001";
const FAILING = "        ADDD [1], [2], [3]\n";
/** Runs, but for a tag that the AVM halts on. */
const UNSOUND = `        SET [1], ff, #5
        MOV [[1]], [2]
        RETURN [1], [2]
`;

describe("avmasm build", function () {
  this.timeout(60_000);
  let folder: Folder;
  const build = (...args: string[]): ReturnType<typeof avmasm> =>
    avmasm(["build", ...args], { cwd: folder.path });
  const read = (name: string): string => readFileSync(path.join(folder.path, name)).toString("hex");
  beforeEach(() => {
    folder = temporaryFolder({ "five.avm": SOURCE, "bad.avm": FAILING, "unsound.avm": UNSOUND });
  });
  afterEach(() => {
    folder.remove();
  });
  /** The folder has only the sources and these. */
  const assertFiles = (...names: string[]): void => {
    assert.deepEqual(folder.names(), ["bad.avm", "five.avm", "unsound.avm", ...names].sort());
  };

  describe("writes", () => {
    it("says what it wrote only if it is asked to", () => {
      assert.equal(build("five.avm").stderr, "");
      const { stderr, stdout } = build("five.avm", "--verbose", "--listing", "five.lst");
      assert.equal(stderr, "avmasm: wrote five.bin, five.lst: 16 bytes of code\n");
      assert.equal(stdout, "");
      assert.equal(build("bad.avm", "--verbose").stderr.includes("wrote"), false);
    });

    it("bytecode beside the source, and says nothing", () => {
      const { status, stdout, stderr } = build("five.avm");
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
      assert.equal(read("five.bin"), HEX);
      assertFiles("five.bin");
    });

    it("to a name with .bin behind it where the source has another ending", () => {
      folder.write("five.asm", SOURCE);
      assert.equal(build("five.asm").status, 0);
      assertFiles("five.asm", "five.asm.bin");
    });

    it("hex on standard output", () => assert.equal(build("five.avm", "--format", "hex").stdout, `${HEX}\n`));

    it("base64 on standard output", () => {
      const text = Buffer.from(HEX, "hex").toString("base64");
      assert.equal(build("five.avm", "--format=base64").stdout, `${text}\n`);
      assertFiles();
    });

    it("JSON with symbols and where each instruction comes from", () =>
      assert.deepEqual(JSON.parse(build("five.avm", "--format", "json").stdout), {
        target: "v6",
        bytecode: `0x${HEX}`,
        size: 16,
        symbols: { start: 0, "start.end": 10 },
        sourceMap: [
          { pc: 0, file: "five.avm", line: 2, column: 9 },
          { pc: 5, file: "five.avm", line: 3, column: 9 },
          { pc: 10, file: "five.avm", line: 4, column: 9 },
        ],
      }));

    it("any format to the file of -o", () => {
      assert.equal(build("five.avm", "--format", "hex", "-o", "out.hex").stdout, "");
      assert.equal(Buffer.from(read("out.hex"), "hex").toString(), `${HEX}\n`);
      assert.equal(build("five.avm", "--output=out.bin").status, 0);
      assert.equal(read("out.bin"), HEX);
    });

    it("bytecode on standard output", () => {
      assert.equal(build("five.avm", "-o", "-").bytes.toString("hex"), HEX);
      assertFiles();
    });

    it("the output for standard input to standard output", () => {
      const { bytes, status } = avmasm(["build", "-"], { cwd: folder.path, input: SOURCE });
      assert.equal(bytes.toString("hex"), HEX);
      assert.equal(status, 0);
      assertFiles();
    });

    it("the encoding of the given target", () => {
      const { stdout } = build("five.avm", "--format", "json", "--target", "v4");
      assert.equal((JSON.parse(stdout) as { target: string }).target, "v4");
    });

    it("a source map to the file of --map", () => {
      assert.equal(build("five.avm", "--map", "five.map", "-o", "-").status, 0);
      const map = JSON.parse(readFileSync(path.join(folder.path, "five.map"), "utf8")) as object;
      assert.deepEqual(Object.keys(map), ["target", "files", "sourceMap"]);
      assert.deepEqual((map as { files: string[] }).files, ["five.avm"]);
    });

    it("a listing with includes, macros, repetitions and symbols", () => {
      const { stdout, stderr } = avmasm(["build", "main.avm", "-o", "/dev/null", "--listing", "-"], {
        cwd: path.join(root, "test/fixtures/cli/listing"),
      });
      assert.equal(stderr, "");
      assertGolden("cli/listing/main.lst", stdout);
    });

    it("to a device or a pipe", () => {
      const result = spawnSync(
        "bash",
        [
          "-c",
          '"$@" /dev/stdout | cat; "$@" >(cat) ; "$@" /dev/fd/3 3>&1; "$@" /dev/null; wait',
          "bash",
        ].concat(process.execPath, command, "build", "five.avm", "--format", "hex", "-o"),
        { cwd: folder.path, env: environment },
      );
      assert.equal(result.stderr.toString(), "");
      assert.equal(result.stdout.toString(), `${HEX}\n`.repeat(3));
      assert.ok(statSync("/dev/null").isCharacterDevice());
      assertFiles();
    });
  });

  describe("reports", () => {
    it("errors with status 1, and leaves an existing output as it was", () => {
      folder.write("bad.bin", "old");
      const { status, stdout, stderr } = build("bad.avm");
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /^bad\.avm:1:9: error\[unknown-mnemonic\]: .*\n[^]*\n1 error\n$/);
      assert.equal(readFileSync(path.join(folder.path, "bad.bin"), "utf8"), "old");
      assertFiles("bad.bin");
    });

    it("instructions where the AVM would halt, except with --no-check", () => {
      const { status, stderr } = build("unsound.avm");
      assert.equal(status, 1);
      assert.match(stderr, /error\[non-u32-address\]/);
      assertFiles();
      const unchecked = build("unsound.avm", "--no-check");
      assert.deepEqual([unchecked.status, unchecked.stderr], [0, ""]);
      assertFiles("unsound.bin");
    });

    it("warnings, and writes the output", () => {
      folder.write("large.avm", `SET [0], u32, #0\n.rept 40000\nMOV [0], [0]\n.endr\nRETURN [0], [0]\n`);
      const { status, stderr } = build("large.avm");
      assert.equal(status, 0);
      assert.match(stderr, /warning\[bytecode-too-large\]: .* 160011 bytes; .* at most 92969 /);
      assertFiles("large.avm", "large.bin");
    });

    it("mistakes of an included file at their place in that file", () => {
      folder.write("outer.avm", '.include "bad.avm"\n');
      const { stderr } = build("outer.avm");
      assert.match(stderr, /^bad\.avm:1:9: error.*\n.*\n.*\nouter\.avm:1:1: note: included from here\n/);
    });

    it("a file that includes itself under another name", () => {
      symlinkSync("self.avm", path.join(folder.path, "link.avm"));
      folder.write("self.avm", '.include "link.avm"\n');
      assert.match(build("./self.avm").stderr, /^\.\/self\.avm:1:10: error\[include-cycle\][^]*\n1 error\n$/);
    });

    it("in colour only if FORCE_COLOR is set", () => {
      const colours = (env: NodeJS.ProcessEnv): boolean =>
        avmasm(["build", "bad.avm"], { cwd: folder.path, env }).stderr.includes("\x1b[");
      assert.equal(colours({}), false);
      assert.equal(colours({ FORCE_COLOR: "1" }), true);
      assert.equal(colours({ FORCE_COLOR: "0" }), false);
      assert.equal(colours({ NO_COLOR: "1" }), false);
    });

    it("the source without its control sequences for terminals", () => {
      folder.write("evil\x1b]0;x\x07.avm", "ADDD\x1b[31m [1] ; \x1b]0;title\x07\x9b31m\u202e\n");
      const { stdout, stderr } = build("evil\x1b]0;x\x07.avm", "--listing", "-");
      assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
      assert.match(stderr, /␛\[31m/);
    });
  });

  describe("never overwrites", () => {
    const refuses = (...args: string[]): void => {
      const { status, stderr } = build(...args);
      assert.equal(status, 2);
      assert.match(stderr, /^avmasm: `.*` is an input \(`.*`\) and is not overwritten\n$/);
      assert.equal(readFileSync(path.join(folder.path, "five.avm"), "utf8"), SOURCE);
    };

    it("its source", () => refuses("five.avm", "-o", "five.avm"));
    it("its source by another path", () =>
      refuses("five.avm", "-o", `../${path.basename(folder.path)}/five.avm`));
    it("its source with the listing", () => refuses("five.avm", "--listing", "./five.avm"));
    it("its source through a symbolic link", () => {
      symlinkSync("five.avm", path.join(folder.path, "link"));
      refuses("five.avm", "-o", "link");
    });
    it("its source through a hard link", () => {
      linkSync(path.join(folder.path, "five.avm"), path.join(folder.path, "link"));
      refuses("five.avm", "--map", "link");
    });
    it("what the source includes", () => {
      folder.write("outer.avm", '.include "five.avm"\n');
      refuses("outer.avm", "-o", "five.avm");
    });
    it("one output with another", () => {
      const { status, stderr } = build("five.avm", "-o", "x", "--map", "./x");
      assert.deepEqual([status, stderr], [2, "avmasm: `./x` would be written twice\n"]);
    });
    it("one output on standard output with another", () => {
      const { status, stderr } = build("five.avm", "-o", "-", "--listing", "-");
      assert.deepEqual([status, stderr], [2, "avmasm: only one output can go to standard output\n"]);
    });
  });

  describe("replaces a file", () => {
    const mode = (name: string): number => statSync(path.join(folder.path, name)).mode & 0o777;

    it("with its mode", () => {
      folder.write("five.bin", "old");
      chmodSync(path.join(folder.path, "five.bin"), 0o640);
      assert.equal(build("five.avm").status, 0);
      assert.equal(mode("five.bin"), 0o640);
    });

    it("behind a symbolic link, which stays one", () => {
      mkdirSync(path.join(folder.path, "deep"));
      symlinkSync("deep/real.bin", path.join(folder.path, "five.bin"));
      for (const _ of ["new", "old"]) {
        assert.equal(build("five.avm").status, 0);
        assert.ok(lstatSync(path.join(folder.path, "five.bin")).isSymbolicLink());
        assert.equal(readlinkSync(path.join(folder.path, "five.bin")), "deep/real.bin");
        assert.equal(read("deep/real.bin"), HEX);
        assert.deepEqual(readdirSync(path.join(folder.path, "deep")), ["real.bin"]);
      }
    });

    it("and nothing else: no folder, nothing in a folder that isn't there", () => {
      mkdirSync(path.join(folder.path, "five.bin"));
      const first = build("five.avm");
      assert.deepEqual(
        [first.status, first.stderr],
        [2, "avmasm: `five.bin` can't be written: it is a directory\n"],
      );
      const second = build("five.avm", "-o", "none/five.bin");
      assert.deepEqual(
        [second.status, second.stderr],
        [2, "avmasm: `none/five.bin` can't be written: its folder does not exist\n"],
      );
    });

    it("but not one that is read-only", () => {
      folder.write("five.bin", "old");
      chmodSync(path.join(folder.path, "five.bin"), 0o444);
      chmodSync(folder.path, 0o777);
      // Nothing is read-only for the superuser.
      const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : [];
      const [program, ...args] = [...asNobody, process.execPath, command, "build", "five.avm"];
      const { stderr } = spawnSync(program, args, { cwd: folder.path, env: environment, encoding: "utf8" });
      assert.match(stderr, /can't be written: permission denied/);
      assert.equal(readFileSync(path.join(folder.path, "five.bin"), "utf8"), "old");
    });

    it("or leaves no trace where it is interrupted", async () => {
      folder.write("out", "old");
      const script = `import { writeOutput } from ${JSON.stringify(path.join(root, "cli/files/output.ts"))};
        await writeOutput(${JSON.stringify(path.join(folder.path, "out"))}, Buffer.alloc(200_000_000));`;
      const child = spawn(process.execPath, ["--import=tsx", "--input-type=module", "-e", script], {
        cwd: root,
        env: environment,
        stdio: "inherit",
      });
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.on("exit", (_, signal) => {
          resolve(signal);
        }),
      );
      const poll = setInterval(() => {
        if (folder.names().some((name) => name.endsWith(".tmp"))) child.kill("SIGINT");
      }, 1);
      const signal = await ended;
      clearInterval(poll);
      assertFiles("out");
      assert.equal(signal, "SIGINT");
      assert.equal(readFileSync(path.join(folder.path, "out"), "utf8"), "old");
    });
  });
});
