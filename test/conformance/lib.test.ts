import { poseidon2Hash } from "@zkpassport/poseidon2";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { check, type Checked } from "../../project/check.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { LIBRARY } from "../../cli/installation.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { loadAztec } from "./oracle/aztec.ts";
import { runOnOracle } from "./oracle/oracle.ts";
import { LIBRARY_PROGRAMS as programs } from "../support/library-programs.ts";
import { keepsItsPromises } from "./promises.ts";

function assembled(text: string): Checked {
  const options = { target: "v4", strict: true, read: createIncludeReader("main.avm") } as const;
  const checked = check(parseSource("main.avm", text), options);
  const shown = checked.diagnostics.filter(({ severity }) => severity !== "hint");
  assert.deepEqual(
    shown.map(({ message, span }) => `${span.line + 1}: ${message}`),
    [],
  );
  return checked;
}

describe("the standard library", () => {
  for (const [name, text] of Object.entries(programs)) {
    it(name, async () => assert.notEqual(await keepsItsPromises(assembled(text).assembly), 0));
  }

  it("has no macro that these programs don't use", () => {
    const used = Object.values(programs).flatMap((text) => {
      const { frames } = assembled(text).assembly.program.origins!;
      return frames.map(({ expansion }) => expansion);
    });
    const files = readdirSync(path.join(LIBRARY, "std"));
    const { symbols } = assembled(files.map((file) => `.include <std/${file}>\n`).join("")).assembly;
    const macros = symbols.filter(({ kind }) => kind === "macro").map(({ name }) => name);
    assert.ok(macros.length > 0);
    assert.deepEqual(
      macros.filter((name) => !used.includes(name)),
      [],
    );
  });

  describe("the slots of a map", () => {
    const keys = [
      0n,
      1n,
      0x1234n,
      21888242871839275222246405745257275088548364400416034343698204186575808495616n,
    ];

    async function slotOf(key: bigint, separator = ""): Promise<bigint> {
      const { program } = assembled(`
        .include <std/calldata.avm>
        .include <std/storage.avm>
        LOAD 0, [1]
        MAP_SLOT 7, [1], [2]${separator}
        SET [3], u32, #1
        RETURN [3], [2]`).assembly;
      return (await runOnOracle(encode(program), { calldata: [key] })).returnData[0];
    }

    it("are those that Aztec derives with a separator", async () => {
      const aztec = await loadAztec();
      for (const key of keys) {
        const expected = await aztec.deriveStorageSlotInMap(new aztec.Fr(7n), {
          toField: () => new aztec.Fr(key),
        });
        assert.equal(await slotOf(key), expected.toBigInt());
      }
    });

    it("are the hash of map and key without a separator", async () => {
      for (const key of keys) assert.equal(await slotOf(key, ", 0"), poseidon2Hash([7n, key]));
    });
  });
});
