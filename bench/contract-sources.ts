/** Sources of real contracts, as the disassembler writes them. The first use fetches the contracts from npm. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { PACKAGES, artifactFile } from "../test/conformance/corpus-packages.ts";
import { WORK_FOLDER, runOnce } from "./measure.ts";
import { avmasm } from "./tools.ts";

export interface RealContract {
  readonly contract: string;
  readonly name: string;
  readonly version: string;
  readonly artifact: string;
}

/** Ordered by the time that their analysis takes. */
export const CONTRACTS: readonly RealContract[] = [
  {
    contract: "Token",
    name: "@aztec/noir-contracts.js",
    version: "4.1.2",
    artifact: "token_contract-Token.json",
  },
  {
    contract: "AvmTest",
    name: "@aztec/noir-test-contracts.js",
    version: "4.1.2",
    artifact: "avm_test_contract-AvmTest.json",
  },
  {
    contract: "AvmGadgetsTest",
    name: "@aztec/noir-test-contracts.js",
    version: "4.1.2",
    artifact: "avm_gadgets_test_contract-AvmGadgetsTest.json",
  },
  {
    contract: "StorageProofTest",
    name: "@aztec/noir-test-contracts.js",
    version: "4.1.2",
    artifact: "storage_proof_test_contract-StorageProofTest.json",
  },
];

/** Writes the source of a contract. Returns its path and its number of lines. */
export async function contractSource({
  name,
  version,
  contract,
  artifact,
}: RealContract): Promise<{ file: string; lines: number }> {
  const release = PACKAGES.find((one) => one.name === name && one.version === version)!;
  const file = path.join(WORK_FOLDER, `${contract}.avm`);
  runOnce(avmasm("disasm", await artifactFile(release, artifact), "-o", file));
  return { file, lines: readFileSync(file, "utf8").split("\n").length };
}
