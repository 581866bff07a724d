/** The functions of Aztec's stdlib and aztec.js that the conformance tests call. */

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { loadAztec, type Field } from "./aztec.ts";
import { installOracle } from "./install.ts";

// Declared here because the packages are installed on demand, when the compiler can't see their types.

/** What the tests call of Aztec's libraries 4.1.2. */
export interface Libraries {
  loadContractArtifact(json: unknown): LoadedArtifact;
  getContractClassFromArtifact(artifact: LoadedArtifact): Promise<Record<string, Field>>;
  decodeFromAbi(types: unknown, fields: readonly Field[]): unknown;
  resolveAssertionMessageFromRevertData(data: readonly Field[], abi: unknown): string | undefined;
  Contract: {
    at(address: unknown, artifact: LoadedArtifact, wallet: object): Promise<{ methods: Methods }>;
  };
  AztecAddress: { fromBigInt(value: bigint): unknown };
  EthAddress: { fromField(value: Field): unknown };
  Fr: new (value: bigint) => Field;
}

export interface LoadedArtifact {
  readonly name: string;
  readonly functions: readonly { readonly name: string; readonly errorTypes: object }[];
  readonly nonDispatchPublicFunctions: readonly { readonly name: string; readonly isStatic: boolean }[];
}

export type Methods = Record<
  string,
  (...args: unknown[]) => { request(): Promise<{ calls: EncodedCall[] }> }
>;

interface EncodedCall {
  readonly selector: { toField(): Field };
  readonly args: readonly Field[];
  readonly isStatic: boolean;
  readonly returnTypes: unknown;
}

let loaded: Promise<Libraries> | undefined;

/** The libraries; the first call installs and loads them. */
export function loadLibraries(): Promise<Libraries> {
  return (loaded ??= load());
}

async function load(): Promise<Libraries> {
  await loadAztec();
  const modules = await installOracle();
  const require = createRequire(path.join(modules, "x.js"));
  const from = (file: string): Promise<object> => import(pathToFileURL(file).href) as Promise<object>;
  const parts = await Promise.all([
    ...["stdlib/abi", "stdlib/contract", "stdlib/aztec-address", "aztec.js/contracts"].map((name) =>
      from(require.resolve(`@aztec/${name}`)),
    ),
    from(path.join(modules, "@aztec/foundation/dest/eth-address/index.js")),
    from(path.join(modules, "@aztec/foundation/dest/curves/bn254/index.js")),
    from(path.join(modules, "@aztec/simulator/dest/common/errors.js")),
  ]);
  return Object.assign({}, ...parts) as Libraries;
}
