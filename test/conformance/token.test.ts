import assert from "node:assert/strict";
import { encodeArguments } from "../../artifact/abi-values.ts";
import {
  bytecodeOf,
  DISPATCH,
  readFunctions,
  type ContractFunction,
} from "../../artifact/contract-functions.ts";
import { hashFields } from "../../artifact/poseidon2.ts";
import { run } from "../../machine/machine.ts";
import type { Outcome } from "../../machine/outcome.ts";
import { World } from "../../machine/world.ts";
import { artifactsOf } from "./corpus-packages.ts";

const PACKAGE = { name: "@aztec/noir-contracts.js", version: "5.2.0", target: "v5" } as const;
const TOKEN = 0x70cen;
/** The address at which the code of 5.2.0 expects the auth registry. */
const AUTH_REGISTRY = 0x1e8e7e73c592a1b1c9199b4b655ddc7a16fa8a8488df595610b71d3dc1cc666cn;
const ADMIN = 42n;
const ALICE = 0xa11cen;
const BOB = 0xb0bn;
const SPENDER = 0x5e11en;

const AUTHWIT_INNER = 221_354_163n;
const AUTHWIT_OUTER = 3_283_595_782n;
const FUNCTION_ARGS = 3_576_554_347n;
const INITIALIZER = 385_396_519n;

const CONSTRUCTOR = [String(ADMIN), "Token", "TOK", "18"];

interface Contract {
  readonly address: bigint;
  readonly functions: readonly ContractFunction[];
}

describe("Token 5.2.0", () => {
  let world: World;
  let token: Contract;
  let registry: Contract;

  before(async () => {
    world = new World({ target: "v5", environment: { CHAINID: 1n, VERSION: 1n } });
    token = await deploy("token_contract-Token.json", TOKEN);
    registry = await deploy("auth_registry_contract-AuthRegistry.json", AUTH_REGISTRY);
  });

  /** Runs a call as a transaction of its own. */
  function call(contract: Contract, name: string, args: readonly string[], sender: bigint): Outcome {
    const one = contract.functions.find((candidate) => candidate.name === name)!;
    const fields = encodeArguments(one.parameters!, args);
    if ("error" in fields) throw new Error(fields.error);
    world.startTransaction();
    return run(world, {
      address: contract.address,
      sender,
      calldata: [BigInt(one.selector!), ...fields],
      isStatic: one.attributes.includes("view"),
    });
  }

  async function deploy(file: string, address: bigint): Promise<Contract> {
    const found = (await artifactsOf(PACKAGE)).find((one) => one.file === file)!;
    const functions = readFunctions(JSON.parse(Buffer.from(await found.bytes()).toString("utf8")));
    if ("error" in functions) throw new Error(functions.error);
    const bytecode = bytecodeOf(functions.find(({ name }) => name === DISPATCH)!);
    if ("error" in bytecode) throw new Error(bytecode.error);
    world.deploy(address, bytecode, { initHash: initHashOf(functions), deployer: ADMIN });
    return { address, functions };
  }

  /** The hash of the constructor and its arguments, which the contract's address depends on. */
  function initHashOf(functions: readonly ContractFunction[]): bigint {
    const one = functions.find(({ name }) => name === "constructor");
    const fields = one && encodeArguments(one.parameters!, CONSTRUCTOR);
    if (!fields || "error" in fields) return 0n;
    return hashFields([INITIALIZER, BigInt(one.selector!), hashFields([FUNCTION_ARGS, ...fields])]);
  }

  function returned(outcome: Outcome): readonly bigint[] {
    assert.equal(
      outcome.kind,
      "return",
      outcome.failure && `${outcome.failure.message}, ${outcome.failure.cause?.message}`,
    );
    return outcome.returnData;
  }

  function balanceOf(owner: bigint): bigint {
    return returned(call(token, "balance_of_public", [String(owner)], ADMIN))[0];
  }

  it("can be initialised once, by its deployer with the arguments that its address was derived from", () => {
    assert.equal(call(token, "constructor", CONSTRUCTOR, BOB).kind, "revert");
    assert.equal(call(token, "constructor", ["43", "Token", "TOK", "18"], ADMIN).kind, "revert");
    assert.deepEqual(returned(call(token, "constructor", CONSTRUCTOR, ADMIN)), []);
    assert.notEqual(call(token, "constructor", CONSTRUCTOR, ADMIN).kind, "return");
    assert.deepEqual(returned(call(token, "get_admin", [], BOB)), [ADMIN]);
  });

  it("can only be minted by its minter", () => {
    returned(call(token, "mint_to_public", [String(ALICE), "1000"], ADMIN));
    assert.equal(call(token, "mint_to_public", [String(BOB), "1000"], BOB).kind, "revert");
    assert.equal(balanceOf(ALICE), 1000n);
    assert.deepEqual(returned(call(token, "total_supply", [], BOB)), [1000n]);
  });

  it("can be transferred by its owner, up to the balance", () => {
    returned(call(token, "transfer_in_public", [String(ALICE), String(BOB), "40", "0"], ALICE));
    const tooMuch = call(token, "transfer_in_public", [String(ALICE), String(BOB), "961", "0"], ALICE);
    assert.equal(tooMuch.kind, "revert");
    assert.deepEqual(tooMuch.effects, []);
    assert.deepEqual([balanceOf(ALICE), balanceOf(BOB)], [960n, 40n]);
  });

  it("can be transferred by an authorised account, once for each authorisation", () => {
    const args = [String(ALICE), String(BOB), "60", "7"];
    const spend = (): Outcome => call(token, "transfer_in_public", args, SPENDER);
    const refused = spend();
    assert.equal(refused.kind, "revert");
    // The error comes from the registry, which the token calls.
    assert.equal(refused.failure!.cause!.address, AUTH_REGISTRY);
    assert.equal(refused.failure!.cause!.callers.length, 1);

    const transfer = token.functions.find(({ name }) => name === "transfer_in_public")!;
    const argsHash = hashFields([FUNCTION_ARGS, ...args.map(BigInt)]);
    const inner = hashFields([AUTHWIT_INNER, SPENDER, BigInt(transfer.selector!), argsHash]);
    const { CHAINID, VERSION } = world.environment;
    const message = hashFields([AUTHWIT_OUTER, TOKEN, CHAINID, VERSION, inner]);
    returned(call(registry, "set_authorized", [String(message), "true"], ALICE));

    const spent = spend();
    returned(spent);
    assert.deepEqual([balanceOf(ALICE), balanceOf(BOB)], [900n, 100n]);
    // The nested call to the registry removes the authorisation.
    const stored = spent.effects.filter(({ kind }) => kind === "storage");
    assert.ok(stored.some(({ address }) => address === AUTH_REGISTRY));
    assert.ok(stored.some(({ address }) => address === TOKEN));
    assert.equal(spend().kind, "revert");
  });

  it("can be burnt", () => {
    returned(call(token, "burn_public", [String(BOB), "100", "0"], BOB));
    assert.deepEqual(returned(call(token, "total_supply", [], BOB)), [900n]);
  });
});
