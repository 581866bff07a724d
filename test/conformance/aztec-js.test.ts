// Uses the example contracts as an application does: Aztec's libraries load their artifacts, aztec.js encodes the
// calls, Aztec's AVM runs them, and the libraries decode returned values and revert messages.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { contractClass } from "../../artifact/contract-class.ts";
import { readFunctions } from "../../artifact/contract-functions.ts";
import { assemble } from "../../assembler/assemble.ts";
import { artifactOf } from "../../assembler/output/artifact.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { loadLibraries, type Libraries, type LoadedArtifact, type Methods } from "./oracle/libraries.ts";
import { newWorld, runOnOracle, type OracleResult, type World } from "./oracle/oracle.ts";

const ALICE = 0xa11cen;
const BOB = 0xb0bn;
const FOLDER = path.resolve(import.meta.dirname, "../../examples/contracts");

/** An example contract that an application has deployed. */
class Deployed {
  readonly #libraries: Libraries;
  readonly #world: World;
  readonly #artifact: LoadedArtifact;
  readonly #methods: Methods;
  readonly #code: { readonly address: bigint; readonly bytecode: Uint8Array };

  private constructor(
    libraries: Libraries,
    world: World,
    artifact: LoadedArtifact,
    methods: Methods,
    code: { readonly address: bigint; readonly bytecode: Uint8Array },
  ) {
    this.#libraries = libraries;
    this.#world = world;
    this.#artifact = artifact;
    this.#methods = methods;
    this.#code = code;
  }

  static async deploy(libraries: Libraries, world: World, file: string, address: bigint): Promise<Deployed> {
    const assembly = assembleExample(file);
    const bytecode = encode(assembly.program);
    const artifact = libraries.loadContractArtifact(JSON.parse(JSON.stringify(artifactOf(assembly))));
    const at = libraries.AztecAddress.fromBigInt(address);
    const { methods } = await libraries.Contract.at(at, artifact, {});
    await world.deploy(address, bytecode);
    return new Deployed(libraries, world, artifact, methods, { address, bytecode });
  }

  /** Calls a function as aztec.js encodes the call. Returns the decoded value; throws the message of a revert. */
  async call(name: string, args: readonly unknown[] = [], sender = ALICE): Promise<unknown> {
    const { calls } = await this.#methods[name](...args).request();
    const [{ selector, args: fields, isStatic, returnTypes }] = calls;
    const result = await runOnOracle(this.#code.bytecode, {
      address: this.#code.address,
      calldata: [selector.toField().toBigInt(), ...fields.map((field) => field.toBigInt())],
      sender,
      isStaticCall: isStatic,
      world: this.#world,
    });
    return this.#decode(result, returnTypes);
  }

  #decode({ outcome, returnData, error }: OracleResult, returnTypes: unknown): unknown {
    const libraries = this.#libraries;
    const data = returnData.map((value) => new libraries.Fr(value));
    if (outcome === "exceptional") return { halts: error!.class };
    if (outcome === "return")
      return data.length === 0 ? undefined : libraries.decodeFromAbi(returnTypes, data);
    const dispatch = this.#artifact.functions.find(({ name }) => name === "public_dispatch");
    return { reverts: libraries.resolveAssertionMessageFromRevertData(data, dispatch) };
  }
}

function assembleExample(file: string): ReturnType<typeof assemble> {
  const text = readFileSync(path.join(FOLDER, file), "utf8");
  return assemble(parseSource(file, text), { read: createIncludeReader(file) });
}

describe("the example contracts with aztec.js", function () {
  this.timeout(600_000);
  let libraries: Libraries;
  let world: World;
  let address: (value: bigint) => unknown;
  before(async () => {
    libraries = await loadLibraries();
    address = (value) => libraries.AztecAddress.fromBigInt(value);
  });
  beforeEach(async () => (world = await newWorld()));

  for (const file of ["counter.avm", "token.avm", "vault.avm"]) {
    it(`${file} has the class that Aztec's libraries compute`, async () => {
      const json = JSON.parse(JSON.stringify(artifactOf(assembleExample(file)))) as object;
      const functions = readFunctions(json);
      assert.ok(!("error" in functions));
      const ours = contractClass(json, functions, "v4");
      assert.ok(!("error" in ours));
      const theirs = await libraries.getContractClassFromArtifact(libraries.loadContractArtifact(json));
      assert.equal(ours.artifactHash, theirs.artifactHash.toBigInt());
      assert.equal(ours.publicBytecodeCommitment, theirs.publicBytecodeCommitment.toBigInt());
      assert.equal(ours.classId, theirs.id.toBigInt());
    });
  }

  it("increments the counter", async () => {
    const counter = await Deployed.deploy(libraries, world, "counter.avm", 0xc0n);
    assert.equal(await counter.call("constructor", [address(ALICE), 10n]), undefined);
    assert.equal(await counter.call("increment", [5n]), 15n);
    assert.equal(await counter.call("get"), 15n);
    assert.deepEqual(await counter.call("reset", [], BOB), {
      reverts: "only the owner resets the counter",
    });
    assert.equal(await counter.call("reset"), undefined);
    assert.equal(await counter.call("get"), 0n);
    assert.deepEqual(await counter.call("constructor", [address(BOB), 0n]), {
      reverts: "the counter has an owner already",
    });
    await counter.call("increment", [(1n << 64n) - 1n]);
    assert.deepEqual(await counter.call("increment", [1n]), { reverts: "the counter overflows" });
  });

  it("mints and transfers the token, and sends it to L1", async () => {
    const token = await Deployed.deploy(libraries, world, "token.avm", 0x70cen);
    assert.equal(await token.call("constructor", [address(ALICE)]), undefined);
    assert.equal(await token.call("mint", [address(BOB), 100n]), undefined);
    assert.deepEqual(await token.call("mint", [address(BOB), 1n], BOB), { reverts: "only the admin mints" });
    assert.equal(await token.call("transfer", [address(ALICE), 30n], BOB), undefined);
    assert.deepEqual(await token.call("transfer", [address(ALICE), 71n], BOB), {
      reverts: "the balance is too small",
    });
    const recipient = libraries.EthAddress.fromField(new libraries.Fr(0xe7en));
    assert.equal(await token.call("exit_to_l1", [recipient, 20n], BOB), undefined);
    assert.equal(await token.call("balance_of", [address(BOB)]), 50n);
    assert.equal(await token.call("total_supply"), 80n);
  });

  it("deposits into the vault, which calls the token", async () => {
    const at = { token: 0x70cen, vault: 0xfa17n };
    const token = await Deployed.deploy(libraries, world, "token.avm", at.token);
    const vault = await Deployed.deploy(libraries, world, "vault.avm", at.vault);
    await token.call("constructor", [address(ALICE)]);
    await token.call("mint", [address(BOB), 100n]);
    assert.equal(await vault.call("constructor", [address(at.token)]), undefined);
    await token.call("transfer", [address(at.vault), 60n], BOB);
    assert.equal(await vault.call("deposit", [60n], BOB), undefined);
    assert.deepEqual(await vault.call("deposit", [1n], BOB), { reverts: "there is nothing to deposit" });
    assert.equal(await vault.call("withdraw", [25n], BOB), undefined);
    assert.equal(await vault.call("shares_of", [address(BOB)]), 35n);
    assert.equal(await vault.call("assets"), 35n);
    assert.equal(await token.call("balance_of", [address(BOB)]), 65n);
    assert.deepEqual(await vault.call("withdraw", [36n], BOB), { reverts: "there are too few shares" });
  });
});
