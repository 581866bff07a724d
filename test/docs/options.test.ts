/** Every option of docs/command.md, of every command, with a command line that shows what it does. */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { COMMANDS } from "../../scripts/generate/command-reference.ts";
import { avmasm, temporaryFolder } from "../support/command.ts";

const FILES: Readonly<Record<string, string>> = {
  "good.avm": "        SET     [1], u32, #0\n        RETURN  [1], [1]\n",
  "tested.avm": `        SET     [1], u32, #0
        RETURN  [1], [1]

.test "it returns nothing"
        .call
        .returns
.endtest
`,
  "twice.avm": `        SET     [1], u32, #0
        RETURN  [1], [1]

.test "it returns nothing twice"
        .call
        .call
.endtest
`,
  "contract.avm": `.target v5
.contract Empty
.function "f()", f
f:      SET     [1], u32, #0
        RETURN  [1], [1]
`,
  "around.avm": `.function "around()", start
start:  SET     [1], u32, #5
        GETENVVAR [2], SENDER
        GETENVVAR [3], ADDRESS
        GETENVVAR [4], ISSTATICCALL
        GETENVVAR [5], TIMESTAMP
        GETENVVAR [6], L2GASLEFT
        CAST    [4], [4], ff
        RETURN  [1], [2]
`,
  "echo.avm": `        SET     [1], u32, #0
        SET     [2], u32, #2
        CALLDATACOPY [2], [1], [3]
        RETURN  [2], [3]
`,
  // Halts only if the first field of the calldata isn't 1.
  "possible.avm": `.cell c = [7] : u32
        SET     [0], u32, #1
        SET     [1], u32, #0
        CALLDATACOPY [0], [1], [2]
        CAST    [2], [2], u1
        SET     [5], u32, #1
        JUMPI   [2], x
        SET     [5], u8, #1
x:      MOV     [5], c
        RETURN  [0], c
`,
  "comma.avm": "        SET     [1], u32, #0\n        RETURN  [1] [1]\n",
  "halts.avm": "        SET     [1], u8, #0\n        RETURN  [1], [1]\n",
  "loose.avm": "  add [1],[2],[3]\n",
  "procedure.txt": "SET d3, 1 u32\n",
  "avm-asm.txt": "add! 1 2 3;\n",
  "world.json": '{ "env": { "TIMESTAMP": 7 } }',
  // The project lies in `project`, and names a folder beside it.
  "outer.avm": ".const N = 0\n",
  "project/avmasm.config.json": '{ "include": [".."] }',
  "project/inside.avm":
    '.include "outer.avm"\n        SET     [1], u32, #N\n        RETURN  [1], [1]\n.test "t"\n        .call\n.endtest\n',
};

interface Row {
  readonly run: string;
  /** The options that the command line shows, without dashes. */
  readonly shows: string;
  /** A file that standard input is. */
  readonly input?: string;
  readonly status?: number;
  /** What it prints on either stream. */
  readonly prints?: RegExp;
  /** A file that it writes, and what is in that. */
  readonly writes?: readonly [name: string, text: RegExp];
}

const ROWS: readonly Row[] = [
  { run: "build good.avm -o out.bin", shows: "output", prints: /^$/, writes: ["out.bin", /^'/] },
  {
    run: "build good.avm --verbose -o out.bin",
    shows: "verbose",
    prints: /^avmasm: wrote out\.bin: \d+ bytes of code\n$/,
  },
  { run: "build good.avm --format hex", shows: "format", prints: /^27000104003b0000010001\n$/ },
  { run: "build good.avm --format base64", shows: "format", prints: /^JwABBAA7AAABAAE=\n$/ },
  { run: "build good.avm --format json", shows: "format", prints: /"sourceMap": ?\[/ },
  { run: "build contract.avm --format artifact -o a.json", shows: "format", writes: ["a.json", /"Empty"/] },
  {
    run: "build contract.avm --into a.json -o b.json",
    shows: "into",
    writes: ["b.json", /"public_dispatch"/],
  },
  {
    run: "build good.avm --listing good.lst --map good.map -o out.bin",
    shows: "listing",
    writes: ["good.lst", /27 00 01 04 00/],
  },
  { run: "build good.avm --map good.map -o out.bin", shows: "map", writes: ["good.map", /"line": ?2/] },
  {
    run: "build - --target v5 --stdin-name sub/x.avm -o out.bin --listing -",
    shows: "target stdin-name",
    input: "good.avm",
    prints: /^sub\/x\.avm, target v5/m,
  },
  { run: "build halts.avm --no-check --format hex", shows: "no-check", prints: /^27000102003b0000010001\n$/ },
  { run: "check halts.avm --format json", shows: "format", status: 1, prints: /"code": ?"wrong-tag"/ },
  { run: "check halts.avm --format sarif", shows: "format", status: 1, prints: /sarif/ },
  {
    run: "check halts.avm --format github",
    shows: "format",
    status: 1,
    prints: /^::error file=halts\.avm,line=2/,
  },
  { run: "check possible.avm", shows: "", prints: /^$/ },
  { run: "check possible.avm --strict", shows: "strict", prints: /warning\[cell-tag\]/ },
  { run: "check - --fix", shows: "fix", input: "comma.avm", prints: /RETURN {2}\[1\], \[1\]/ },
  {
    run: "check - --target v4 --stdin-name x.avm",
    shows: "target stdin-name",
    input: "contract.avm",
    status: 1,
    prints: /^x\.avm:1:9: error\[target-conflict\]/,
  },
  {
    run: "convert - --from transpiler --scratch 9 --target v4 --stdin-name p.txt -o p.avm",
    shows: "from scratch target output stdin-name",
    input: "procedure.txt",
    writes: ["p.avm", /^\.target v4\n[^]*SCRATCH = 9\n/],
  },
  {
    run: "convert avm-asm.txt --from avm-asm",
    shows: "from",
    prints: /ADD {5}\[\[1\]\], \[\[2\]\], \[\[3\]\]/,
  },
  {
    run: "convert avm-asm.txt --from avm-asm --indirect first",
    shows: "indirect",
    prints: /ADD {5}\[\[1\]\], \[2\], \[3\]/,
  },
  { run: "dap", shows: "", status: 2, prints: /--stdio/ },
  { run: "dap --stdio", shows: "stdio", prints: /^$/ },
  { run: "lsp", shows: "", status: 2, prints: /--stdio/ },
  // An editor that goes without a word is no success.
  { run: "lsp --stdio", shows: "stdio", status: 1, prints: /^$/ },
  {
    run: "diff - good.avm --target v4 --stdin-name x.avm",
    shows: "target stdin-name",
    input: "contract.avm",
    status: 1,
    prints: /^x\.avm:1:9: error\[target-conflict\]/,
  },
  { run: "diff good.avm around.avm --format json", shows: "format", status: 1, prints: /"status": ?"added"/ },
  { run: "diff a.json b.json -f public_dispatch", shows: "function", prints: /^$/ },
  { run: "disasm a.json --list", shows: "list", prints: /public_dispatch/ },
  { run: "disasm a.json -f public_dispatch -o d.avm", shows: "function output", writes: ["d.avm", /SET/] },
  {
    run: "disasm - --target v4 --stdin-name x.bin --pc --bytes",
    shows: "target stdin-name pc bytes",
    input: "out.bin",
    prints: /^\.target v4\n[^]*; 0005 {2}3b0000010001$/m,
  },
  { run: "disasm a.json --source", shows: "source", prints: /contract\.avm:4/ },
  { run: "fmt --check loose.avm", shows: "check", status: 1, prints: /loose\.avm/ },
  {
    run: "fmt - --target v2 --stdin-name x.avm",
    shows: "target stdin-name",
    input: "loose.avm",
    prints: /^ {8}ADD {5}\[1\], \[2\], \[3\]\n$/,
  },
  {
    run: "gas - --target v5 --stdin-name x.avm --format json",
    shows: "target stdin-name format",
    input: "good.avm",
    prints: /"target": ?"v5"/,
  },
  { run: "gas a.json -f public_dispatch", shows: "function", prints: /\(v5\)/ },
  {
    run: "inspect - --format json --target v4 --stdin-name x.avm",
    shows: "format target stdin-name",
    input: "good.avm",
    prints: /"target": ?"v4"/,
  },
  { run: "isa SUCCESSCOPY --target v4", shows: "target", prints: /SUCCESSCOPY/ },
  {
    run: "run - --sender 7 --address 8 --static --gas 1114,2 --env TIMESTAMP=9 --stdin-name x.avm --target v5 --format json",
    shows: "sender address static gas env stdin-name target format",
    input: "around.avm",
    prints: /"v5"[^]*"0x7",\s*"0x8",\s*"0x1",\s*"0x9"/,
  },
  { run: "run echo.avm --calldata 5,6", shows: "calldata", prints: /^returned 5, 6$/m },
  { run: 'run echo.avm --call "f(Field)" -- 6', shows: "call", prints: /^returned \d+, 6$/m },
  { run: "run around.avm -f around", shows: "function", prints: /^returned / },
  {
    run: "run around.avm --state world.json --save-state after.json --trace trace.jsonl --profile p.cpuprofile",
    shows: "state",
    prints: /^returned 42, 4660, 0, 7,/,
  },
  { run: "run good.avm --save-state after.json", shows: "save-state", writes: ["after.json", /"contracts"/] },
  { run: "run good.avm --trace trace.jsonl", shows: "trace", writes: ["trace.jsonl", /"opcode":"RETURN"/] },
  { run: "run good.avm --profile p.cpuprofile", shows: "profile", writes: ["p.cpuprofile", /"nodes"/] },
  { run: 'selector "f()" --format json', shows: "format", prints: /^\{/ },
  {
    run: "size - --target v5 --stdin-name x.avm",
    shows: "target stdin-name",
    input: "good.avm",
    prints: /^x\.avm \(v5\): 11 of/,
  },
  {
    run: "size good.avm --budget 1 --format json",
    shows: "budget format",
    status: 1,
    prints: /"bytes": ?11/,
  },
  { run: "size a.json -f public_dispatch", shows: "function", prints: /11 of/ },
  {
    run: "tags - --target v5 --stdin-name x.avm",
    shows: "target stdin-name",
    input: "good.avm",
    prints: /^\{"target":"v5"/,
  },
  { run: "tags a.json -f public_dispatch", shows: "function", prints: /^\{"target":"v5"/ },
  { run: "test tested.avm --filter NOTHING --format tap", shows: "filter format", prints: /^ok 1 /m },
  {
    run: "test - --gas --stdin-name x.avm --target v5",
    shows: "gas stdin-name target",
    input: "tested.avm",
    prints: /^L2 gas[^]*x\.avm: it returns nothing$/m,
  },
  {
    run: "test tested.avm --coverage lcov.info --gas-baseline base.json",
    shows: "coverage",
    writes: ["lcov.info", /^DA:1,1$/m],
  },
  {
    run: "test tested.avm --gas-baseline base.json",
    shows: "gas-baseline",
    writes: ["base.json", /"l2": 36/],
  },
  {
    run: "test twice.avm --max-steps 1",
    shows: "max-steps",
    status: 1,
    prints: /may run at most 1 instructions/,
  },
  ...["build", "check", "diff", "gas", "run", "size", "tags", "test"].map((name): Row => {
    const second = name === "diff" ? " project/inside.avm" : "";
    return { run: `${name} project/inside.avm${second} --allow-outside`, shows: "allow-outside" };
  }),
];

describe("the options of docs/command.md", function () {
  this.timeout(60_000);
  const folder = temporaryFolder(
    Object.fromEntries(Object.entries(FILES).filter(([name]) => !name.includes("/"))),
  );
  mkdirSync(path.join(folder.path, "project/.git"), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) {
    if (name.includes("/")) writeFileSync(path.join(folder.path, name), text);
  }
  after(() => folder.remove());

  it("are all listed in this test", () => {
    for (const [name, { options }] of COMMANDS) {
      const shown = ROWS.filter(({ run }) => run.startsWith(`${name} `) || run === name);
      const missing = Object.keys(options).filter(
        (option) => !shown.some(({ shows }) => shows.split(" ").includes(option)),
      );
      assert.deepEqual(missing, [], name);
    }
  });

  it("don't open a folder outside of the project without `--allow-outside`", () => {
    const { status, stderr } = avmasm(["check", "project/inside.avm"], { cwd: folder.path });
    assert.equal(status, 2);
    assert.match(stderr, /is outside of the project; `--allow-outside` allows that/);
  });

  for (const { run, input, status = 0, prints, writes } of ROWS) {
    it(run, () => {
      const args = [...run.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
      const result = avmasm(args, {
        cwd: folder.path,
        input: input === undefined ? "" : readFileSync(path.join(folder.path, input)),
      });
      const printed = result.stdout + result.stderr;
      assert.equal(result.status, status, printed);
      if (prints) assert.match(printed, prints);
      if (writes) assert.match(readFileSync(path.join(folder.path, writes[0]), "utf8"), writes[1]);
    });
  }
});
