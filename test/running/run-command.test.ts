import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { avmasm, root, temporaryFolder } from "../support/command.ts";

const example = (name: string): string => path.join(root, "examples", `${name}.avm`);

function runJson(args: string[]): { status: number | null; report: Record<string, unknown> } {
  const { status, stdout } = avmasm(["run", "--format", "json", ...args]);
  return { status, report: JSON.parse(stdout) as Record<string, unknown> };
}

describe("avmasm run", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => folder.remove());
  const file = (name: string, text: string): string => {
    folder.write(name, text);
    return path.join(folder.path, name);
  };

  it("prints the returned fields, the gas and the changes of state", () => {
    const { status, stdout } = avmasm(["run", example("counter"), "--calldata", "5"]);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^returned 5\ngas: 34,568 L2 and 64 DA, in 9 steps\nstorage: 0x1234\[0x1\] = 0x5\n$/,
    );
  });

  it("accepts several negative fields", () => {
    assert.match(avmasm(["run", example("sum"), "--calldata", "-1,3"]).stdout, /^returned 2\n/);
  });

  it("says where and why it halted, with what the operands held, and exits with 1", () => {
    const { status, stdout } = avmasm(["run", example("dispatch"), "--calldata", "3,1,0"]);
    assert.equal(status, 1);
    assert.match(stdout, /dispatch\.avm:\d+:9: halt\[zero-divisor\]: the divisor is 0\n/);
    assert.match(stdout, /\n {2}b: M\[6\] = 0 : ff\n/);
  });

  it("prints JSON that matches the schema", () => {
    const { status, report } = runJson([example("counter"), "--calldata", "5", "--static"]);
    assert.equal(status, 1);
    assert.equal(report.target, "v6");
    assert.equal(report.outcome, "halt");
    assert.deepEqual(report.returnData, []);
    const halt = report.halt as Record<string, unknown>;
    assert.equal(halt.code, "change-in-static-call");
    assert.equal(halt.file, example("counter"));
    assert.deepEqual((halt.stack as Record<string, unknown>[])[0].address, "0x1234");
    assert.deepEqual(report.effects, { storage: [], noteHashes: [], nullifiers: [], logs: [], messages: [] });
  });

  it("decodes messages of reverts", () => {
    const source = '.include <std/require.avm>\n        FAIL str("too many")\n';
    const { stdout } = avmasm(["run", file("fail.avm", source)]);
    assert.match(stdout, /reverted with .*: "too many"/);
    assert.deepEqual(
      (runJson([file("fail.avm", source)]).report.revert as { message: string }).message,
      "too many",
    );
  });

  describe("a contract's function", () => {
    const token = path.join(root, "examples/contracts/token.avm");
    const artifact = path.join(folder.path, "Token.json");
    before(() => assert.equal(avmasm(["build", token, "--format", "artifact", "-o", artifact]).status, 0));

    for (const [what, named] of [
      ["by name", ["--function", "mint"]],
      ["by its signature as Noir writes it", ["--call", "mint(to: AztecAddress, amount: u128)"]],
      ["by its canonical signature", ["--call", "mint((Field),u128)"]],
    ] as const) {
      for (const program of ["source", "artifact"] as const) {
        it(`of ${program} is called ${what}, and its error has words`, () => {
          const given = program === "source" ? token : artifact;
          const { status, report } = runJson([given, ...named, "--", "5", "6"]);
          assert.equal(status, 1);
          assert.equal((report.revert as { message: string }).message, "only the admin mints");
        });
      }
    }

    it("gets its result decoded, from the source and from the artifact", () => {
      const args = ["--function", "balance_of", "--", "5"];
      for (const given of [token, artifact]) assert.equal(runJson([given, ...args]).report.result, 0);
    });

    it("in a profile of the artifact has the names of routines and macros", () => {
      const profile = path.join(folder.path, "profile.txt");
      avmasm(["run", artifact, "--function", "balance_of", "--profile", profile, "--", "5"]);
      const stacks = readFileSync(profile, "utf8");
      assert.match(stacks, /^contract 0x1234;start;DISPATCH /m);
      assert.match(stacks, /^contract 0x1234;balance_of;MAP_READ/m);
      const total = stacks
        .trim()
        .split("\n")
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
      const { report } = runJson([artifact, "--function", "balance_of", "--", "5"]);
      assert.equal(total, (report.gas as { l2: number }).l2);
    });

    it("that isn't there is an error that names the one that was meant", () => {
      for (const given of [token, artifact]) {
        const { status, stderr } = avmasm(["run", given, "--function", "balance_off", "--", "5"]);
        assert.equal(status, 2);
        assert.match(stderr, /no function `balance_off`; did you mean `balance_of`\?/);
      }
      const { status, stderr } = avmasm(["run", example("sum"), "--function", "sum"]);
      assert.equal(status, 2);
      assert.match(stderr, /sum\.avm`: it declares no functions/);
    });

    it("in a failure inside of macros tells the calls that led there", () => {
      const { stdout } = avmasm(["run", token, "--function", "mint", "--", "5", "6"]);
      assert.match(stdout, /\n {2}in the expansion of `REQUIRE_EQUAL`: .*token\.avm:\d+\n/);
    });
  });

  it("encodes the arguments of a function that is named by its signature", () => {
    const source = file(
      "args.avm",
      ".include <std/calldata.avm>\n        SET [1], u32, #4\n        LOAD 1, [2], 4\n        RETURN [1], [2]\n",
    );
    const call = "f(a: Field, b: bool, c: [u8; 2]) -> [Field; 4]";
    const { stdout } = avmasm([
      "run",
      source,
      "--call",
      call,
      "--format",
      "json",
      "--",
      "-1",
      "true",
      "[1, 2]",
    ]);
    const report = JSON.parse(stdout) as { returnData: string[]; result: unknown[] };
    assert.deepEqual(report.returnData.slice(1), ["0x1", "0x1", "0x2"]);
    assert.deepEqual(report.result.slice(1), [1, 1, 2]);
  });

  it("writes the world to a file, and reads it again", () => {
    const world = path.join(folder.path, "world.json");
    avmasm(["run", example("counter"), "--calldata", "5", "--save-state", world]);
    const { stdout } = avmasm(["run", example("counter"), "--calldata", "3", "--state", world]);
    assert.match(stdout, /^returned 8\n/);
    const saved = JSON.parse(readFileSync(world, "utf8")) as { storage: unknown };
    assert.deepEqual(saved.storage, { "0x1234": { "0x1": "0x5" } });
  });

  it("takes contracts, storage and environment from a world's file", () => {
    file("callee.avm", "        GETENVVAR [1], CHAINID\n        SET [2], u32, #1\n        RETURN [2], [1]\n");
    const caller = file(
      "caller.avm",
      "        SET [1], u32, #100000\n        SET [2], u32, #0\n        SET [3], ff, #0xc0de\n        SET [4], u32, #1\n        CALL [1], [2], [3], [2], [3]\n        RETURNDATACOPY [4], [2], [5]\n        RETURN [4], [5]\n",
    );
    const world = file("w.json", '{"contracts":{"0xc0de":"callee.avm"},"env":{"CHAINID":31337}}');
    assert.match(avmasm(["run", caller, "--state", world]).stdout, /^returned 31337\n/);
  });

  it("writes traces and profiles", () => {
    const [trace, cpu, folded] = ["t.jsonl", "p.cpuprofile", "p.txt"].map((name) =>
      path.join(folder.path, name),
    );
    avmasm(["run", example("frames"), "--calldata", "5", "--trace", trace, "--profile", cpu]);
    avmasm(["run", example("frames"), "--calldata", "5", "--profile", folded]);
    const { report } = runJson([example("frames"), "--calldata", "5"]);
    const steps = readFileSync(trace, "utf8").trimEnd().split("\n");
    assert.equal(steps.length, report.steps);
    assert.deepEqual(Object.keys(JSON.parse(steps[0]) as object), [
      "step",
      "call",
      "address",
      "pc",
      "opcode",
      "file",
      "line",
      "gas",
      "operands",
    ]);
    const { l2 } = report.gas as { l2: number };
    const profile = JSON.parse(readFileSync(cpu, "utf8")) as {
      endTime: number;
      samples: number[];
      timeDeltas: number[];
      nodes: { callFrame: { functionName: string }; positionTicks: { ticks: number }[] }[];
    };
    const ticks = profile.nodes.flatMap(({ positionTicks }) => positionTicks);
    assert.equal(
      ticks.reduce((all, one) => all + one.ticks, 0),
      l2,
    );
    assert.equal(profile.endTime, l2);
    assert.equal(profile.samples.length, profile.timeDeltas.length);
    assert.ok(profile.nodes.some(({ callFrame }) => callFrame.functionName === "fib"));
    const sum = readFileSync(folded, "utf8")
      .trimEnd()
      .split("\n")
      .reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
    assert.equal(sum, l2);
    assert.match(readFileSync(folded, "utf8"), /;fib;fib /);
  });

  it("runs what the checker has errors about, after it has told them", () => {
    const { status, stderr, stdout } = avmasm([
      "run",
      file("bad.avm", "        SET [1], u8, #1\n        RETURN [1], [2]\n"),
    ]);
    assert.equal(status, 1);
    assert.match(stderr, /error\[wrong-tag\]/);
    assert.match(stdout, /halt\[wrong-tag\]/);
  });

  const mistakes: [args: string[], message: RegExp][] = [
    [["nowhere.avm"], /`nowhere\.avm` can't be read: there is no such file/],
    [[example("sum"), "--calldata", "1,x"], /`--calldata`: `x` is not a number/],
    [[example("sum"), "--env", "SENDR=1"], /there is no `SENDR` in the environment; did you mean `SENDER`\?/],
    [[example("sum"), "--env", "SENDER"], /`--env` takes a member and its value/],
    [[example("sum"), "--gas", "-5"], /`--gas` takes one limit or two/],
    [
      [example("sum"), "--target", "v3"],
      /can't be run: the gas of the instructions of v3 isn't known for certain/,
    ],
    [[example("sum"), "--target", "v2"], /the gas of the instructions of v2 isn't known for certain/],
    [[example("sum"), "--function", "f"], /declares no functions/],
    [[example("sum"), "--call", "f(Fild)", "--", "1"], /did you mean `Field`/],
    [[example("sum"), "--call", "f(u8)", "--", "256"], /u8/],
    [[example("sum"), "--call", "f(u8)"], /takes 1 argument/],
    [[example("sum"), "--state", "nowhere.json"], /`nowhere\.json` can't be read/],
    [[example("sum"), "--calldata", "1", "--", "2"], /`--calldata` is all that is passed/],
  ];
  for (const [args, message] of mistakes) {
    it(`tells what is wrong with ${args.slice(1).join(" ") || args[0]}`, () => {
      const { status, stderr } = avmasm(["run", ...args]);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }

  it("refuses a world that gives one thing twice, written differently, or a leaf that can't be", () => {
    const world = file(
      "twice.json",
      `{"contracts":{"0x5":"callee.avm","5":"callee.avm"},"storage":{"1":{"1":1,"0x1":2}},
        "noteHashes":{"0":1,"0x0":1,"-1":2},"messages":{"18446744073709551615":3,"18446744073709551616":3},
        "env":{"timestamp":1,"TIMESTAMP":2}}`,
    );
    file("callee.avm", "\tSET [1], u32, 0\n\tRETURN [1], [1]\n");
    const { status, stderr } = avmasm(["run", example("sum"), "--state", world]);
    assert.equal(status, 2);
    assert.deepEqual(
      stderr.match(/`[^`]*`(?: is given before, as `[^`]*`|: the index of a leaf is a u64)/g),
      [
        "`contracts.0x5` is given before, as `contracts.5`",
        "`storage.1.0x1` is given before, as `storage.1.1`",
        "`noteHashes.0x0` is given before, as `noteHashes.0`",
        "`noteHashes.-1`: the index of a leaf is a u64",
        "`messages.18446744073709551616`: the index of a leaf is a u64",
        "`env.TIMESTAMP` is given before, as `env.timestamp`",
      ],
    );
  });

  it("reports mistakes in a world's file", () => {
    const world = file("bad.json", '{"storge":{},"env":{"SENDER":"x"},"contracts":{"5":"none.avm"}}');
    const { status, stderr } = avmasm(["run", example("sum"), "--state", world]);
    assert.equal(status, 2);
    for (const message of [
      /no `storge`; did you mean `storage`\?/,
      /`x` is not a number/,
      /`none\.avm` can't be run: there is no such file/,
    ]) {
      assert.match(stderr, message);
    }
  });
});
