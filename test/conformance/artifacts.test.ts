import assert from "node:assert/strict";
import { replacePublicCode } from "../../artifact/artifact-writer.ts";
import { contractClass, type ContractClass } from "../../artifact/contract-class.ts";
import { readFunctions } from "../../artifact/contract-functions.ts";
import { readBytecode } from "../../artifact/input.ts";
import { assemble } from "../../assembler/assemble.ts";
import { artifactOf, publicCodeOf } from "../../assembler/output/artifact.ts";
import { chooseFunction, describeFunction } from "../../disassembler/contract.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import type { TargetName } from "../../isa/table.ts";
import { artifactsOf } from "./corpus-packages.ts";
import { loadLibraries, type Libraries, type LoadedArtifact } from "./oracle/libraries.ts";

function classOf(artifact: unknown, target: TargetName): ContractClass {
  const functions = readFunctions(artifact);
  assert.ok(!("error" in functions));
  const found = contractClass(artifact, functions, target);
  assert.ok(!("error" in found), "error" in found ? found.error : "");
  return found;
}

describe("artifacts", function () {
  this.timeout(600_000);

  it("keep their artifact hash and class id: those of Aztec's 5.2.0, disassembled, assembled and put back", async () => {
    let compared = 0;
    for (const { file, bytes } of await artifactsOf({
      name: "@aztec/noir-contracts.js",
      version: "5.2.0",
      target: "v5",
    })) {
      const content = await bytes();
      const input = readBytecode(content);
      if ("error" in input) continue;
      assert.ok(input.kind === "artifact");
      const dispatch = chooseFunction(input.artifact);
      assert.ok(!("error" in dispatch), file);
      const contract = describeFunction(input.artifact, dispatch);
      assert.ok(!("error" in contract), file);
      const { text } = disassemble(contract.model);
      const code = publicCodeOf(assemble(parseSource(file, text)));
      const old = JSON.parse(new TextDecoder().decode(content)) as Record<string, unknown>;
      // Without its old code, so that all of the code must come from the assembly.
      const functions = (old.functions as { name: string }[]).map((entry) =>
        entry.name === "public_dispatch" ? { ...entry, bytecode: "JgAA" } : entry,
      );
      const put = replacePublicCode({ ...old, functions }, code);
      assert.ok(!("error" in put && typeof put.error === "string"), file);
      assert.deepEqual(classOf(put, "v5"), classOf(old, "v5"), file);
      compared++;
    }
    assert.ok(compared > 20, String(compared));
  });

  it("load in Aztec's stdlib, which computes the same class, if this project wrote them", async () => {
    const stdlib = await loadLibraries();
    const source = `.target v4
.contract Counter
.struct Pair = "(a: Field, b: u8)"
.function "increment(by: u64) -> u64", increment
.function "pair(p: Pair, to: AztecAddress, s: str<4>) -> [Pair; 2]", pair, view
        SET [1], u32, #1
increment:
        SET [2], u64, #error_selector("too many")
pair:   RETURN [1], [2]
`;
    const json = JSON.parse(
      JSON.stringify(artifactOf(assemble(parseSource("counter.avm", source)))),
    ) as object;
    const loaded = stdlib.loadContractArtifact(json);
    assert.deepEqual(
      loaded.nonDispatchPublicFunctions.map(({ name, isStatic }) => [name, isStatic]),
      [
        ["increment", false],
        ["pair", true],
      ],
    );
    const theirs = await stdlib.getContractClassFromArtifact(loaded);
    const ours = classOf(json, "v4");
    assert.equal(ours.artifactHash, theirs.artifactHash.toBigInt());
    assert.equal(ours.privateFunctionsRoot, theirs.privateFunctionsRoot.toBigInt());
    assert.equal(ours.publicBytecodeCommitment, theirs.publicBytecodeCommitment.toBigInt());
    assert.equal(ours.classId, theirs.id.toBigInt());
  });

  // Aztec's loader is the newest published one; all releases since 4.0 use the same JSON.
  for (const target of ["v5", "v6"] as const) {
    it(`load in Aztec's stdlib, with the class that inspect shows, if this project wrote them for ${target}`, async () => {
      const stdlib = await loadLibraries();
      const source = `.target ${target}\n.contract One\n.function "one() -> u8", one, view\none: RETURN [1], [2]\n`;
      const json = JSON.parse(JSON.stringify(artifactOf(assemble(parseSource("one.avm", source))))) as {
        aztec_version: string;
      };
      assert.equal(json.aztec_version, `${target.slice(1)}.0.0`);
      const loaded = stdlib.loadContractArtifact(json);
      assert.deepEqual(
        loaded.nonDispatchPublicFunctions.map(({ name, isStatic }) => [name, isStatic]),
        [["one", true]],
      );
      const theirs = await stdlib.getContractClassFromArtifact(loaded);
      const ours = classOf(json, target);
      assert.equal(ours.artifactHash, theirs.artifactHash.toBigInt());
      assert.equal(ours.publicBytecodeCommitment, theirs.publicBytecodeCommitment.toBigInt());
    });
  }

  it("have the class that Aztec's stdlib computes: those of Aztec's 4.4.0", async () => {
    const stdlib = await loadLibraries();
    const files = await artifactsOf({ name: "@aztec/noir-contracts.js", version: "4.4.0", target: "v4" });
    let compared = 0;
    for (const { file, bytes } of files) {
      const json: unknown = JSON.parse(new TextDecoder().decode(await bytes()));
      const loaded = loadedOf(stdlib, json);
      if (!loaded) continue;
      const theirs = await stdlib.getContractClassFromArtifact(loaded);
      assert.equal(classOf(json, "v4").classId, theirs.id.toBigInt(), file);
      compared++;
    }
    assert.ok(compared > 20, String(compared));
  });
});

/** Loads an artifact; undefined if its exported globals have a form that 4.1.2 doesn't support. */
function loadedOf(stdlib: Libraries, json: unknown): LoadedArtifact | undefined {
  try {
    return stdlib.loadContractArtifact(json);
  } catch {
    return undefined;
  }
}
