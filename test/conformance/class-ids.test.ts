// Compares the class ids of Aztec's protocol contracts with those that the package `@aztec/protocol-contracts` states.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { contractClass } from "../../artifact/contract-class.ts";
import { readFunctions } from "../../artifact/contract-functions.ts";
import { artifactFile, type CorpusPackage } from "./corpus-packages.ts";

const RELEASES: readonly CorpusPackage[] = [
  { name: "@aztec/protocol-contracts", version: "4.1.2", target: "v4" },
  { name: "@aztec/protocol-contracts", version: "5.2.0", target: "v5" },
];

/** The stated hashes by release and contract; fields are hexadecimal. */
type Stated = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const STATED = JSON.parse(
  await readFile(new URL("../fixtures/protocol-class-ids.json", import.meta.url), "utf8"),
) as Stated;

describe("the classes of Aztec's protocol contracts", function () {
  this.timeout(600_000);

  for (const release of RELEASES) {
    for (const [name, stated] of Object.entries(STATED[release.version])) {
      it(`${name} of ${release.version} has the hashes that its package states`, async () => {
        const json: unknown = JSON.parse(await readFile(await artifactFile(release, `${name}.json`), "utf8"));
        const functions = readFunctions(json);
        assert.ok(!("error" in functions));
        const found = contractClass(json, functions, release.target);
        assert.ok(!("error" in found), "error" in found ? found.error : "");
        for (const [key, value] of Object.entries(stated)) {
          assert.equal(found[key as keyof typeof found], BigInt(value), key);
        }
      });
    }
  }
});
