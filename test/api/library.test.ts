import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type * as library from "../../api/main.ts";
import { avmasm, root, temporaryFolder } from "../support/command.ts";

type Library = typeof library;

// As the package has it: the build puts the standard library in.
describe("the library", () => {
  let avm: Library;
  before(async () => {
    avm = (await import(pathToFileURL(path.join(root, "dist/api.js")).href)) as Library;
  });
  const PROGRAM = "        SET [1], u32, #1\n        RETURN [1], [1]\n";

  describe("refuses invalid arguments:", () => {
    const cases: [string, (avm: Library) => unknown, RegExp][] = [
      [
        "a source that isn't text",
        ({ assemble }) => assemble(7 as never),
        /^assemble: the source is text, found a number$/,
      ],
      ["no source", ({ check }) => check(undefined as never), /^check: the source is text, found undefined$/],
      [
        "a misspelt option",
        ({ run }) => run(PROGRAM, { calldat: [1] } as never),
        /^run: there is no option `calldat`; did you mean `calldata`\?$/,
      ],
      [
        "a target that isn't there",
        ({ assemble }) => assemble(PROGRAM, { target: "v7" as never }),
        /^assemble: `target` is one of v6, v5, v4, v3, v2, found `v7`$/,
      ],
      [
        "options that are none",
        ({ check }) => check(PROGRAM, 5 as never),
        /^check: the options are an object, found a number$/,
      ],
      [
        "a program that is none",
        ({ run }) => run(null as never),
        /^run: the program is source text, bytecode, an artifact, or what `assemble` gave; found null$/,
      ],
      [
        "a field with a fraction",
        ({ run }) => run(PROGRAM, { calldata: [0.5] }),
        /^run: `calldata\[0\]` is 0.5: a number/,
      ],
      [
        "a number that lost its digits",
        ({ run }) => run(PROGRAM, { calldata: [2 ** 60] }),
        /^run: `calldata\[0\]` is \d+: a number from 2\^53 on/,
      ],
      [
        "text that is no number",
        ({ run }) => run(PROGRAM, { sender: "me" }),
        /^run: `sender` can't be a field: `me` is not a number$/,
      ],
      [
        "a field that is too large",
        ({ run }) => run(PROGRAM, { calldata: [2n ** 255n] }),
        /has to be below p$/,
      ],
      [
        "gas that isn't a number of units",
        ({ run }) => run(PROGRAM, { gas: { l2: -1 } }),
        /^run: `gas\.l2` is a number from 0 to/,
      ],
      [
        "a member that isn't there",
        ({ run }) => run(PROGRAM, { env: { SENDR: 1 } }),
        /^run: `env`: there is no `SENDR` in the environment; did you mean `SENDER`\?$/,
      ],
      [
        "arguments of no function",
        ({ run }) => run(PROGRAM, { args: [1] }),
        /^run: `args` are those of a `function` or `call`$/,
      ],
      [
        "two functions",
        ({ run }) => run(PROGRAM, { call: "f()", function: "f" }),
        /^run: `call` and `function` both/,
      ],
      ["a signature that is none", ({ run }) => run(PROGRAM, { call: "f(u32" }), /^run: `\)` is missing/],
      [
        "too few arguments",
        ({ run }) => run(PROGRAM, { call: "f(a: u32, b: Field)", args: [1] }),
        /^run: `f`: it takes 2 arguments \(a: u32, b: Field\), found 1$/,
      ],
      [
        "an argument of another type",
        ({ run }) => run(PROGRAM, { call: "f(a: u8)", args: [256n] }),
        /^run: `f`: `a` is a u8, from 0 to 255; found `256`$/,
      ],
      [
        "a step function that is none",
        ({ run }) => run(PROGRAM, { onStep: 1 as never }),
        /^run: `onStep` is a function, found a number$/,
      ],
      [
        "code that is text",
        ({ disassemble }) => disassemble("270001" as never),
        /^disassemble: bytecode or an artifact was expected, found a string$/,
      ],
      [
        "a function of bytecode",
        ({ disassemble }) => disassemble(new Uint8Array([1]), { function: "f" }),
        /^disassemble: bytecode has no functions/,
      ],
    ];
    for (const [what, call, message] of cases) {
      it(what, () => assert.throws(() => call(avm), { name: "TypeError", message }));
    }

    const inputs: [string, (avm: Library) => unknown, RegExp][] = [
      [
        "a function that isn't declared",
        ({ run }) => run(PROGRAM, { function: "f" }),
        /^run: it declares no functions/,
      ],
      [
        "targets that nothing runs on",
        ({ run }) => run(PROGRAM, { target: "v3" }),
        /^run: the gas of the instructions of v3 isn't known for certain/,
      ],
      ["an artifact that is none", ({ disassemble }) => disassemble({ functions: [] }), /^disassemble: /],
      ["empty bytecode", ({ run }) => run(new Uint8Array()), /^run: the program can't be read: it is empty$/],
      [
        "a world with what no world has",
        ({ run }) => run(PROGRAM, { world: { storge: {} } as never }),
        /^run: `world`: a world has no `storge`; did you mean `storage`\?$/,
      ],
      [
        "a contract that is none",
        ({ run }) => run(PROGRAM, { world: { contracts: { 1: 5 as never } } }),
        /^run: `world`: `contracts\.1` is a program, or an object with `program`$/,
      ],
    ];
    for (const [what, call, message] of inputs) {
      it(what, () => assert.throws(() => call(avm), { name: "InputError", message }));
    }

    it("to run a source with errors, and says which", () => {
      for (const call of [
        () => avm.run("ADD\n"),
        () => avm.inspect("ADD\n"),
        () => avm.run(avm.assemble("ADD\n")),
      ]) {
        assert.throws(call, (error: Error & { diagnostics?: readonly unknown[] }) => {
          assert.equal(error.name, "AssemblyError");
          assert.match(error.message, /^input\.avm:1:\d+: .*\[/);
          return error.diagnostics!.length > 0;
        });
      }
    });
  });

  it("runs source, what was assembled, bytecode and artifacts alike", () => {
    const assembled = avm.assemble(PROGRAM);
    const programs = [PROGRAM, assembled, assembled.bytecode!, Buffer.from(assembled.bytecode!)];
    for (const program of programs) assert.deepEqual(avm.run(program).returnData, [1n]);
  });

  it("gives the same bytes and diagnostics for the examples as the command", () => {
    const folder = temporaryFolder();
    for (const name of ["sum", "counter", "poseidon2", "contracts/token"]) {
      const file = path.join(root, `examples/${name}.avm`);
      const out = path.join(folder.path, "out.bin");
      assert.equal(avmasm(["build", file, "-o", out]).status, 0);
      const source = readFileSync(file, "utf8");
      assert.deepEqual(Buffer.from(avm.assemble(source).bytecode!), readFileSync(out));
      assert.deepEqual(
        avm.check(source).diagnostics.filter(({ severity }) => severity !== "hint"),
        [],
      );
    }
    folder.remove();
  });

  it("warns of a run that breaks a declared tag", () => {
    const source = `.cell n = [1] : u32
        SET n, u32, #1
        SET [2], u32, #1
        CAST n, n, u8
        RETURN [2], n
`;
    const [warning, ...others] = avm.run(source).warnings;
    assert.deepEqual(others, []);
    assert.equal(warning.severity, "warning");
    assert.equal(warning.line, 4);
    assert.deepEqual(avm.run(PROGRAM).warnings, []);
  });

  it("takes the artifact that the command builds, as JSON and as the bytes of its file", () => {
    const folder = temporaryFolder();
    const file = path.join(folder.path, "Token.json");
    avmasm(["build", path.join(root, "examples/contracts/token.avm"), "--format", "artifact", "-o", file]);
    const bytes = readFileSync(file);
    const artifact = JSON.parse(bytes.toString()) as library.Artifact;
    for (const program of [artifact, bytes]) {
      const { result, target } = avm.run(program, { function: "balance_of", args: [5] });
      assert.equal(result, 0n);
      assert.equal(target, "v4");
      const failed = avm.run(program, { function: "mint", args: [{ inner: 5 }, 7n] });
      assert.equal(failed.revert!.message, "only the admin mints");
    }
    assert.equal(avm.inspect(artifact).functions.length, 6);
    assert.deepEqual(
      avm.inspect(readFileSync(path.join(root, "examples/contracts/token.avm"), "utf8")),
      avm.inspect(artifact),
    );
    folder.remove();
  });

  it("leaves the world that it was given as it is, and hands over the one after the call", () => {
    const source = readFileSync(path.join(root, "examples/counter.avm"), "utf8");
    const world = { storage: { "0x1234": { 1: 10 } }, nullifiers: [5n] };
    const before = JSON.stringify(world.storage);
    const first = avm.run(source, { calldata: [5], world });
    assert.deepEqual(first.returnData, [15n]);
    assert.equal(JSON.stringify(world.storage), before);
    assert.equal(first.world.storage!["0x1234"]["0x1"], "0xf");
    assert.deepEqual(avm.run(source, { calldata: [1], world: first.world }).returnData, [16n]);
    // A world survives JSON, the programs apart.
    const { contracts, ...rest } = JSON.parse(JSON.stringify(first.world)) as library.World;
    assert.ok(contracts);
    assert.deepEqual(avm.run(source, { calldata: [1], world: rest }).returnData, [16n]);
  });

  it("never throws for what a source or a program does", () => {
    for (const source of [
      "",
      "\0",
      "x".repeat(5_000),
      ".include <std/nothing.avm>",
      '.include "a.avm"',
      "REVERT [1], [1]",
    ]) {
      assert.doesNotThrow(() => avm.check(source));
      assert.doesNotThrow(() => avm.assemble(source));
    }
    assert.equal(avm.run(new Uint8Array([255, 255])).halt!.code, "undecodable-code");
    assert.equal(avm.run("again: JUMP again\n").halt!.code, "out-of-gas");
    const { halt } = avm.run("main: INTERNALCALL inner\ninner: MOV [[1]], [2]\n", { address: 9 });
    assert.deepEqual(
      halt!.stack.map(({ address, routine }) => [address, routine]),
      [
        [9n, "inner"],
        [9n, "main"],
      ],
    );
  });
});
