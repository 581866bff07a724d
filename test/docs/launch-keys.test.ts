/** Every key of a launch in docs/debugging.md, with a launch that has it and what that changes. */

import assert from "node:assert/strict";
import { avmasm } from "../support/command.ts";
import { claimsOf } from "../support/claims.ts";
import { Adapter } from "../debugger/adapter.ts";

const AROUND = `        SET     [1], u32, #6
        GETENVVAR [2], SENDER
        GETENVVAR [3], ADDRESS
        GETENVVAR [4], ISSTATICCALL
        CAST    [4], [4], ff
        GETENVVAR [5], TIMESTAMP
        GETENVVAR [6], L2GASLEFT
        SET     [8], u32, #0
        SET     [9], u32, #1
        CALLDATACOPY [9], [8], [7]
        RETURN  [1], [2]

.test "a later block"
        .env TIMESTAMP, 11
        .call 12
.endtest
`;
const CONTRACT = `.contract Echo
.function "echo(value: Field) -> Field", echo
echo:   SET     [1], u32, #1
        SET     [2], u32, #1
        CALLDATACOPY [1], [2], [3]
        RETURN  [1], [3]
`;

/** What is printed at the end of a run with these arguments, by the keys that they are about. */
const LAUNCHES: Readonly<Record<string, readonly [file: string, args: object, prints: RegExp]>> = {
  program: ["around.avm", {}, /returned 42, 4660, 0, 99833, \d+, 0/],
  calldata: ["around.avm", { calldata: "7,8" }, /returned 42, 4660, 0, 99833, \d+, 7/],
  "function args": ["Echo.json", { function: "echo", args: [5] }, /returned 5/],
  call: ["Echo.json", { call: "echo(Field)", args: ["-1"] }, /returned -1/],
  test: ["around.avm", { test: "a later block" }, /the test "a later block" passed/],
  state: ["around.avm", { state: "world.json" }, /returned 42, 4660, 0, 5, /],
  "sender address": ["around.avm", { sender: 7, address: "0x8" }, /returned 7, 8, 0, /],
  static: ["around.avm", { static: true }, /returned 42, 4660, 1, /],
  gas: ["around.avm", { gas: "1168,5" }, /returned 42, 4660, 0, 99833, 1[0-9]{3}, 0/],
  env: ["around.avm", { env: { TIMESTAMP: 17 } }, /returned 42, 4660, 0, 17, /],
  target: ["around.avm", { target: "v3" }, /v3/],
};

describe("the keys of a launch in docs/debugging.md", function () {
  this.timeout(30_000);

  const files = {
    "around.avm": AROUND,
    "contract.avm": CONTRACT,
    "world.json": '{ "env": { "TIMESTAMP": 5 } }',
  };
  let adapter: Adapter;
  beforeEach(async () => {
    adapter = new Adapter(files);
    await adapter.start();
  });
  afterEach(() => adapter.stop());

  it("are all listed in this test", () => {
    const { excused } = claimsOf("docs/debugging.md");
    const here = [...excused].filter(([, reason]) => reason.includes("launch-keys")).map(([row]) => row);
    const keys = [...Object.keys(LAUNCHES), "stopOnEntry"].flatMap((names) => names.split(" "));
    assert.deepEqual(
      here.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, key]) => key)).sort(),
      keys.sort(),
    );
  });

  for (const [keys, [file, args, prints]] of Object.entries(LAUNCHES)) {
    it(keys, async () => {
      if (file === "Echo.json")
        avmasm(["build", "contract.avm", "--format", "artifact", "-o", file], { cwd: adapter.folder });
      const located = "state" in args ? { ...args, state: adapter.file(String(args.state)) } : args;
      let printed = "";
      try {
        await adapter.begin(file, { stopOnEntry: false, ...located });
        await adapter.endedAfter(() => adapter.configurationDoneRequest());
      } catch (error) {
        printed = String(error);
      }
      printed += adapter.output.map(({ text }) => text).join("");
      assert.match(printed, prints);
    });
  }

  it("stopOnEntry", async () => {
    const { reason } = await adapter.stoppedAfter(async () => {
      await adapter.begin("around.avm");
      await adapter.configurationDoneRequest();
    });
    assert.equal(reason, "entry");
  });
});
