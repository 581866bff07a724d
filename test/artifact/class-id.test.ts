import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { privateFunctionsRoot } from "../../artifact/class-id.ts";
import { contractClass, type ContractClass } from "../../artifact/contract-class.ts";
import { readFunctions } from "../../artifact/contract-functions.ts";
import { MAX_SIGNATURE_CHARACTERS } from "../../artifact/limits.ts";
import type { TargetName } from "../../isa/table.ts";

interface Example {
  readonly artifact: Record<string, unknown>;
  readonly bytecode: string;
  readonly publicBytecodeCommitment: string;
  readonly artifactHash: string;
  readonly classId: Readonly<Record<string, string>>;
}

const { example } = JSON.parse(
  readFileSync(new URL("../fixtures/class-ids.json", import.meta.url), "utf8"),
) as { example: Example };

function classOf(artifact: unknown, target: TargetName): ContractClass {
  const functions = readFunctions(artifact);
  assert.ok(!("error" in functions));
  const found = contractClass(artifact, functions, target);
  assert.ok(!("error" in found), "error" in found ? found.error : "");
  return found;
}

describe("the class id of a contract", () => {
  it("is what Aztec computes for a contract written by hand", () => {
    for (const target of ["v4", "v5"] as const) {
      const found = classOf(example.artifact, target);
      assert.equal(found.publicBytecodeCommitment, BigInt(example.publicBytecodeCommitment));
      assert.equal(found.artifactHash, BigInt(example.artifactHash));
      assert.equal(found.classId, BigInt(example.classId[target]));
    }
  });

  it("isn't computed from names of millions of characters, each of which would be hashed", () => {
    const long = { name: "f".repeat(MAX_SIGNATURE_CHARACTERS), custom_attributes: ["abi_private"] };
    const functions = readFunctions({ ...example.artifact, functions: [long] });
    assert.ok("error" in functions);
    assert.match(functions.error, /signatures .* more than 200,000 characters/);
  });

  it("uses each release's root for contracts without private functions", () => {
    assert.equal(
      privateFunctionsRoot([], "v4"),
      0x067243231eddf4222f3911defbba7705aff06ed45960b27f6f91319196ef97e1n,
    );
    for (const target of ["v5", "v6"] as const) {
      assert.equal(
        privateFunctionsRoot([], target),
        0x202860adb1b8975971eeaf571aaaa88a27f4035290d58532ae7d60b0dfaad54cn,
      );
    }
  });

  it("doesn't depend on the order of keys, nor on that of exported functions", () => {
    const outputs = { globals: {}, structs: { functions: [struct("A::b_abi"), struct("A::a_abi")] } };
    const other = { structs: { functions: [struct("A::a_abi"), struct("A::b_abi")] }, globals: {} };
    const one = classOf({ name: "A", functions: [], outputs }, "v6");
    assert.deepEqual(classOf({ outputs: other, functions: [], name: "A" }, "v6"), one);
    assert.notEqual(classOf({ outputs: other, functions: [], name: "B" }, "v6").classId, one.classId);
  });

  it("isn't computed if the release's rules or a verification key are missing", () => {
    const functions = readFunctions(example.artifact);
    assert.ok(!("error" in functions));
    assert.ok("error" in contractClass(example.artifact, functions, "v3"));
    const noKey = { name: "A", functions: [{ name: "f", custom_attributes: ["abi_private"], bytecode: "" }] };
    const read = readFunctions(noKey);
    assert.ok(!("error" in read));
    const found = contractClass(noKey, read, "v6");
    assert.ok("error" in found && found.error.includes("verification key"));
  });
});

function struct(path: string): object {
  return { kind: "struct", path, fields: [{ name: "x", type: { kind: "field" } }] };
}
