/**
 * A small contract whose artifact has everything known about its code: the Noir source, and the source location of each
 * instruction.
 */

import { artifact, bytesOfJson } from "./artifacts.ts";
import { bytesOf } from "./assemble.ts";

export const NOIR_PATH = "/home/x/token/src/main.nr";

export const NOIR_SOURCE = `fn helper() {
    store(1)
}
fn store() {
    opcode()
}
`;

/** Both ADDs come from `opcode()`, which `store(1)` calls; SSTORE comes from `store(1)` itself. */
const CODE = `
        INTERNALCALL a
        RETURN [1], [2]
a:      ADD [1], [2], [3]
        ADD [1], [2], [3]
        SSTORE [1], [2]
        INTERNALRETURN`;

const spanOf = (text: string, parent: number) => ({
  parent,
  value: { file: 3, span: { start: NOIR_SOURCE.indexOf(text), end: 0 } },
});

/** Debug symbols as the compiler writes them; the keys of the locations are byte offsets. */
export const NOIR_DEBUG = {
  brillig_locations: { "0": { "11": 2, "16": 2, "21": 1 } },
  location_tree: {
    locations: [
      { parent: null, value: { file: 0, span: { start: 0, end: 0 } } },
      spanOf("store(1)", 0),
      spanOf("opcode", 1),
    ],
  },
};

export const NOIR_FILES = { "3": { path: NOIR_PATH, source: NOIR_SOURCE } };

/** The bytes of the contract's artifact, with two functions that have code. */
export function noirContract(): Uint8Array {
  const code = Buffer.from(bytesOf(CODE), "hex");
  const functions = [
    { name: "small", code: Buffer.from(bytesOf("REVERT [1], [1]"), "hex") },
    { name: "public_dispatch", code, debug: NOIR_DEBUG },
  ];
  return bytesOfJson(artifact(functions, { file_map: NOIR_FILES }));
}
