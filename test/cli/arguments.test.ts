import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { CATALOGUE } from "../../diagnostics/catalogue.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { avmasm, command, environment, root } from "../support/command.ts";

const run = (...args: string[]): [number | null, string, string] => {
  const { status, stdout, stderr } = avmasm(args);
  return [status, stdout, stderr];
};

const COMMANDS = /^ {2}(\w+) {2,}/gm;

describe("avmasm: arguments", function () {
  this.timeout(60_000);
  const version = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string })
    .version;

  for (const [args, output] of [
    [["--version"], `${version}\n`],
    [["-V"], `${version}\n`],
  ] as const) {
    it(args.join(" "), () => assert.deepEqual(run(...args), [0, output, ""]));
  }

  // Names that the tool gives are found in any case; those that authors give aren't.
  for (const [plain, shouted] of [
    [
      ["check", "--target", "v6"],
      ["check", "--target", "V6"],
    ],
    [
      ["check", "--format", "json"],
      ["check", "--format", "JSON"],
    ],
    [
      ["build", "--format", "hex"],
      ["build", "--format", "Hex"],
    ],
    [
      ["size", "--format", "json"],
      ["size", "--format", "Json"],
    ],
  ]) {
    it(`takes ${shouted.join(" ")} as ${plain.join(" ")}`, () => {
      const expected = run(...plain, "examples/sum.avm");
      assert.equal(expected[0], 0);
      assert.deepEqual(run(...shouted, "examples/sum.avm"), expected);
    });
  }

  it("finds instructions and codes in any case", () => {
    assert.deepEqual(run("isa", "add"), run("isa", "ADD"));
    assert.deepEqual(run("explain", "WRONG-TAG"), run("explain", "wrong-tag"));
  });

  it("prints the help that is asked for", () => {
    const [status, overview] = run("--help");
    assert.equal(status, 0);
    const names = [...overview.matchAll(COMMANDS)].map(([, name]) => name);
    assert.ok(names.includes("build") && names.includes("lsp"));
    for (const name of names) {
      const [status, help, errors] = run(name, "--help");
      assert.deepEqual([status, errors], [0, ""]);
      assert.match(help, new RegExp(`^Usage: avmasm ${name}`));
      assert.deepEqual(run("help", name), [0, help, ""]);
      assert.deepEqual(run(name, "-h", "whatever", "else"), [0, help, ""]);
    }
  });

  const wrong: [string[], string][] = [
    [["bild", "x.avm"], "avmasm: there is no command `bild`; did you mean `build`?\nSee `avmasm --help`.\n"],
    [
      ["x.avm"],
      "avmasm: `x.avm` isn't a command; did you mean `avmasm build x.avm`?\nSee `avmasm --help`.\n",
    ],
    [["--verbose"], "avmasm: there is no option `--verbose` before a command\nSee `avmasm --help`.\n"],
    [["constructor"], "avmasm: there is no command `constructor`\nSee `avmasm --help`.\n"],
    [["build"], "avmasm: FILE.avm is missing\nSee `avmasm build --help`.\n"],
    [["build", "a", "b"], "avmasm: `b`: only one FILE.avm can be given\nSee `avmasm build --help`.\n"],
    [
      ["run", "a.avm", "3", "0x5"],
      "avmasm: `3`: only one FILE can be given; numbers are given as `--calldata 3,0x5`\nSee `avmasm run --help`.\n",
    ],
    [
      ["run", "a.avm", "--calldata", "3,4", "5"],
      "avmasm: `5`: only one FILE can be given; numbers are given as `--calldata 3,4,5`\nSee `avmasm run --help`.\n",
    ],
    [["run", "a.avm", "b.avm"], "avmasm: `b.avm`: only one FILE can be given\nSee `avmasm run --help`.\n"],
    [
      ["build", "a", "--formt", "hex"],
      "avmasm: there is no option `--formt`; did you mean `--format`?\nSee `avmasm build --help`.\n",
    ],
    [["build", "a", "-x"], "avmasm: there is no option `-x`\nSee `avmasm build --help`.\n"],
    [
      ["build", "a", "--format", "hexx"],
      "avmasm: `--format` takes one of bin, hex, base64, json, artifact; found `hexx`; did you mean `hex`?\nSee `avmasm build --help`.\n",
    ],
    [
      ["build", "a", "--target", "v7"],
      "avmasm: `--target` takes one of v6, v5, v4, v3, v2; found `v7`; did you mean `v6`?\nSee `avmasm build --help`.\n",
    ],
    [["build", "a", "-o"], "avmasm: `-o` needs a value: `-o OUT`\nSee `avmasm build --help`.\n"],
    [
      ["build", "a", "-o", "--listing"],
      "avmasm: `-o` needs a value: `-o OUT`; found `--listing`\nSee `avmasm build --help`.\n",
    ],
    [
      ["build", "a", "-o", "x", "--output", "y"],
      "avmasm: `--output` is given twice\nSee `avmasm build --help`.\n",
    ],
    [["build", "a", "--no-check=yes"], "avmasm: `--no-check` takes no value\nSee `avmasm build --help`.\n"],
    [
      ["explain", "tag-mismtach"],
      "avmasm: there is no diagnostic `tag-mismtach`; did you mean `tag-mismatch`?\nSee `avmasm explain --help`.\n",
    ],
    [
      ["isa", "ADDD"],
      "avmasm: there is no instruction `ADDD` in v6; did you mean `ADD`?\nSee `avmasm isa --help`.\n",
    ],
    [["lsp"], "avmasm: `lsp` needs `--stdio`\nSee `avmasm lsp --help`.\n"],
    [["lsp", "now"], "avmasm: `now`: nothing was expected here\nSee `avmasm lsp --help`.\n"],
    [["build", "\x1b[31m"], "avmasm: `␛[31m` can't be read: there is no such file\n"],
  ];
  for (const [args, message] of wrong) {
    it(`avmasm ${args.join(" ")}`, () => assert.deepEqual(run(...args), [2, "", message]));
  }

  it("prints the help on standard error where there is no command", () => {
    const [status, output, errors] = run();
    assert.deepEqual([status, output], [2, ""]);
    assert.match(errors, /^avmasm: .*\n\nUsage: /);
  });

  it("ends quietly where nobody reads what it prints", () => {
    const script = 'set -o pipefail; "$@" | head -c 1';
    const args = ["-c", script, "bash", process.execPath, command, "isa"];
    const { stdout, stderr } = spawnSync("bash", args, { env: environment });
    assert.deepEqual([stdout.length, stderr.toString()], [1, ""]);
  });

  it("loads only the modules of the command line at start-up", async () => {
    const { metafile } = await build({
      entryPoints: [path.join(root, "cli/main.ts")],
      absWorkingDir: root,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      packages: "external",
      outdir: "unused",
      write: false,
      metafile: true,
      logLevel: "error",
    });
    const inputs = new Set<string>();
    const visit = (output: string): void => {
      for (const input of Object.keys(metafile.outputs[output].inputs)) inputs.add(input);
      for (const { path, kind, external } of metafile.outputs[output].imports) {
        if (kind === "import-statement" && !external) visit(path);
        else if (kind === "import-statement") inputs.add(path);
      }
    };
    visit(
      Object.keys(metafile.outputs).find((output) => metafile.outputs[output].entryPoint === "cli/main.ts")!,
    );
    const unexpected = [...inputs].filter((input) =>
      /chevrotain|^(analysis|assembler|program)\/|^grammar\/pars/.test(input),
    );
    assert.deepEqual(unexpected, []);
  });
});

describe("avmasm explain", () => {
  it("prints the page of every code, however it is written", () => {
    for (const code of Object.keys(CATALOGUE).slice(0, 3)) {
      const page = readFileSync(path.join(root, `docs/diagnostics/${code}.md`), "utf8");
      assert.deepEqual(run("explain", code), [0, page, ""]);
      assert.deepEqual(run("explain", `error[${code}]`), [0, page, ""]);
      assert.deepEqual(run("explain", code.toUpperCase()), [0, page, ""]);
    }
  });

  it("lists the codes of all diagnostics without an argument", () => {
    const [status, list] = run("explain");
    assert.equal(status, 0);
    for (const [code, { summary }] of Object.entries(CATALOGUE)) {
      assert.match(list, new RegExp(`^  ${code} +(error|warning|hint) +`, "m"));
      assert.ok(list.includes(summary));
    }
  });
});

describe("avmasm isa", () => {
  it("lists every instruction of a target", () => {
    const [status, list] = run("isa");
    assert.equal(status, 0);
    for (const { mnemonic, summary } of instructionSet("v6").instructions) {
      assert.match(list, new RegExp(`^${mnemonic} `, "m"));
      assert.ok(list.includes(summary));
    }
    assert.match(run("isa", "--target", "v2")[1], /^v2: /);
  });

  it("describes one instruction in full", () => {
    const [status, text] = run("isa", "getcontractinstance");
    assert.equal(status, 0);
    for (const part of [
      "GETCONTRACTINSTANCE address, dst, memberEnum",
      "3  IMMUTABLES_HASH",
      "0x",
      "v4",
      "gas",
    ]) {
      assert.ok(text.toLowerCase().includes(part.toLowerCase()), `${part} in\n${text}`);
    }
  });

  it("describes one wire form", () => {
    const [, text] = run("isa", "ADD_16");
    assert.match(text, /^ {2}ADD_16 {2}0x01 {2}8 bytes {3}opcode:8 modes:8 a:16 b:16 dst:16$/m);
    assert.doesNotMatch(text, /ADD_8/);
  });

  it("describes the instruction set of the given target", () => {
    assert.match(run("isa", "GETENVVAR", "--target", "v2")[1], /BASEFEEPERL2GAS/);
    assert.doesNotMatch(run("isa", "GETENVVAR")[1], /BASEFEEPERL2GAS/);
  });
});
