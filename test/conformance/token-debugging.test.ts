/** Debugs Token 5.2.0 over standard input and output: a function with arguments in a world, in Noir and in assembly. */

import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { encodeArguments } from "../../artifact/abi-values.ts";
import { readFunctions } from "../../artifact/contract-functions.ts";
import { hashFields } from "../../artifact/poseidon2.ts";
import { Adapter } from "../debugger/adapter.ts";
import { avmasm } from "../support/command.ts";
import { artifactsOf } from "./corpus-packages.ts";

const PACKAGE = { name: "@aztec/noir-contracts.js", version: "5.2.0", target: "v5" } as const;
const TOKEN = "0x70ce";
/** The address at which the code of 5.2.0 expects the auth registry. */
const AUTH_REGISTRY = "0x1e8e7e73c592a1b1c9199b4b655ddc7a16fa8a8488df595610b71d3dc1cc666c";
const [ADMIN, ALICE, BOB, SPENDER] = ["42", "0xa11ce", "0xb0b", "0x5e11e"];
const CONSTRUCTOR = [ADMIN, "Token", "TOK", "18"];
const FUNCTION_ARGS = 3_576_554_347n;
const INITIALIZER = 385_396_519n;

describe("Token 5.2.0 in the debugger", () => {
  /** The folder of the artifacts and the world. */
  let folder: Adapter;
  let adapter: Adapter;

  before(async () => {
    folder = new Adapter({});
    const artifacts = await artifactsOf(PACKAGE);
    const read = (file: string) => artifacts.find((one) => one.file === file)!.bytes();
    const token = Buffer.from(await read("token_contract-Token.json"));
    writeFileSync(folder.file("Token.json"), token);
    writeFileSync(folder.file("AuthRegistry.json"), await read("auth_registry_contract-AuthRegistry.json"));
    writeWorld(token);
    transact("constructor", ADMIN, CONSTRUCTOR);
    transact("mint_to_public", ADMIN, [ALICE, "1000"]);
  });
  after(() => folder.stop());

  beforeEach(async () => {
    adapter = new Adapter({});
    adapter.defaultTimeout = 60_000;
    await adapter.start();
  });
  afterEach(() => adapter.stop());

  /** Writes the world before the contract's initialisation. */
  function writeWorld(token: Buffer): void {
    const functions = readFunctions(JSON.parse(token.toString("utf8")));
    assert.ok(!("error" in functions));
    const one = functions.find(({ name }) => name === "constructor")!;
    const fields = encodeArguments(one.parameters!, CONSTRUCTOR);
    assert.ok(!("error" in fields));
    const initHash = hashFields([INITIALIZER, BigInt(one.selector!), hashFields([FUNCTION_ARGS, ...fields])]);
    const world = {
      contracts: {
        [TOKEN]: { program: "Token.json", deployer: ADMIN, initHash: `0x${initHash.toString(16)}` },
        [AUTH_REGISTRY]: "AuthRegistry.json",
      },
      env: { CHAINID: 1, VERSION: 1 },
    };
    writeFileSync(folder.file("world.json"), JSON.stringify(world));
  }

  function transact(name: string, sender: string, args: readonly string[]): void {
    const where = [
      "--address",
      TOKEN,
      "--sender",
      sender,
      "--state",
      "world.json",
      "--save-state",
      "after.json",
    ];
    const call = ["run", "Token.json", "--function", name, ...where, "--", ...args];
    const { status, stdout, stderr } = avmasm(call, { cwd: folder.folder });
    assert.equal(status, 0, stdout + stderr);
    copyFileSync(folder.file("after.json"), folder.file("world.json"));
  }

  /** Launches `transfer_in_public` of 40 from Alice to Bob. */
  const begin = (sender: string, nonce: number) =>
    adapter.begin(path.relative(adapter.folder, folder.file("Token.json")), {
      function: "transfer_in_public",
      args: [ALICE, BOB, 40, nonce],
      address: TOKEN,
      sender,
      state: folder.file("world.json"),
      stopOnEntry: false,
    });

  /** Finds a source by its name, and reads its lines. */
  const sourceNamed = async (
    wanted: string,
  ): Promise<{ readonly source: DebugProtocol.Source; readonly lines: readonly string[] }> => {
    const { body } = (await adapter.customRequest("loadedSources")) as DebugProtocol.LoadedSourcesResponse;
    for (const source of body.sources.filter(({ name }) => name === wanted)) {
      const { sourceReference } = source;
      const found = (await adapter.customRequest("source", {
        source,
        sourceReference,
      })) as DebugProtocol.SourceResponse;
      const lines = found.body.content.split("\n");
      if (wanted !== "main.nr" || lines.some((line) => line.includes("fn transfer_in_public")))
        return { source, lines };
    }
    throw new Error(`there is no ${wanted}`);
  };
  const breakAt = async (source: DebugProtocol.Source, line: number): Promise<void> => {
    const { body } = await adapter.setBreakpointsRequest({ source, breakpoints: [{ line }] });
    assert.deepEqual(
      body.breakpoints.map((one) => [one.verified, one.line]),
      [[true, line]],
    );
  };

  it("stops and steps in Noir, and shows the stored values", async () => {
    await begin(ALICE, 0);
    const { source, lines } = await sourceNamed("main.nr");
    const first = lines.findIndex((line) => line.includes("fn transfer_in_public")) + 2;
    await breakAt(source, first);
    const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(stop.reason, "breakpoint");
    assert.equal((await adapter.stack())[0], `Token::transfer_in_public (in public_dispatch) ${first}`);
    assert.equal(await adapter.evaluate("calldata[3]"), "40 : ff");
    for (let line = first + 1; line < first + 4; line++) {
      await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1 }));
      assert.equal(await adapter.line(), line);
    }
    await adapter.stoppedAfter(() => adapter.stepBackRequest({ threadId: 1 }));
    assert.equal(await adapter.line(), first + 2);
    assert.equal((await adapter.scope("Side effects")).length, 1);
    await adapter.endedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.match(adapter.output.map(({ text }) => text).join(""), /returned nothing/);
  });

  it("stops in the disassembly of the same contract", async () => {
    await begin(ALICE, 0);
    const { source, lines } = await sourceNamed("disassembly.avm");
    const stores = lines.flatMap((line, index) => (/^\s*SSTORE\b/.test(line) ? [index + 1] : []));
    const { body } = await adapter.setBreakpointsRequest({
      source,
      breakpoints: stores.map((line) => ({ line })),
    });
    assert.ok(stores.length > 0 && body.breakpoints.every(({ verified }) => verified));
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    const operands = await adapter.scope("Instruction");
    assert.match(operands[0], /^SSTORE/);
    assert.ok(
      operands.some((one) => one.includes("960 : ff")),
      operands.join(),
    );
    await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    const after = await adapter.scope("Instruction");
    assert.ok(
      after.some((one) => one.includes("40 : ff")),
      after.join(),
    );
  });

  it("stops before a revert in a nested call, with the callers on the stack", async () => {
    await begin(SPENDER, 7);
    await adapter.setExceptionBreakpointsRequest({ filters: ["revert"] });
    const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(stop.reason, "exception");
    const stack = await adapter.stack();
    assert.ok(stack[0].startsWith(`${AUTH_REGISTRY}: `), stack.join("\n"));
    assert.ok(
      stack.some((one) => one.startsWith(`${TOKEN}: `)),
      stack.join("\n"),
    );
    await adapter.setExceptionBreakpointsRequest({ filters: [] });
    await adapter.endedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.match(adapter.output.map(({ text }) => text).join(""), /unauthorized/i);
  });
});
